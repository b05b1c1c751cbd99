//! A well-behaved effect passes without a word and gets what a host gives.

use std::ffi::{CStr, c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openfx_sys as ofx;
use tests::sim::{
    Binary, Clip, Components, Context, Depth, Effect, Host, Instance, Layout, MessageKind, Pen, Picture,
    Plugin, Premultiplication, Profile, Project, Request, SimError, Status, Value,
};

use super::api::call;
use super::plugin::{self, Call};

type Tested = Result<(), SimError>;

pub const SIZE: (u32, u32) = (12, 8);

/// A picture that differs in every pixel, 8 bit values exactly.
pub fn picture() -> Picture {
    Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
        [(x * 20) as f32 / 255.0, (y * 30) as f32 / 255.0, 0.2, 1.0 - (x * 10) as f32 / 255.0]
    })
}

pub fn start(
    profile: Profile,
    binary: Binary,
    context: Context,
) -> Result<(Host, Plugin, Effect, Instance), SimError> {
    let host = Host::new(profile);
    let plugin = host.load(binary)?;
    let effect = plugin.describe_in_context(context)?;
    let instance = effect.create(Project::new(SIZE.0, SIZE.1))?;
    instance.connect("Source", Clip::still(picture()))?;
    Ok((host, plugin, effect, instance))
}

#[test]
fn a_good_effect_passes_without_a_word() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (host, plugin, effect, instance) = start(Profile::strict(), binary, Context::General)?;
    instance.set("gain", 2.0)?;
    let output = instance.render(&Request::at(3.0))?;
    assert_eq!((output.status, output.untouched), (Status::OK, 0));
    let expected = Picture {
        pixels: picture().pixels.iter().map(|p| [p[0] * 2.0, p[1] * 2.0, p[2] * 2.0, p[3]]).collect(),
        ..picture()
    };
    assert_eq!(output.picture(), expected);
    assert_eq!(instance.purge_caches(), Status::REPLY_DEFAULT);
    assert_eq!(instance.raw_action("org.promptmatte.NoSuchAction"), Status::REPLY_DEFAULT);
    drop((instance, effect));
    assert_eq!(plugin.unload()?, []);
    host.assert_clean();
    let sent = host.actions();
    for action in [
        ofx::kOfxActionLoad,
        ofx::kOfxActionDescribe,
        ofx::kOfxImageEffectActionDescribeInContext,
        ofx::kOfxActionCreateInstance,
        ofx::kOfxActionBeginInstanceEdit,
        ofx::kOfxActionBeginInstanceChanged,
        ofx::kOfxActionInstanceChanged,
        ofx::kOfxActionEndInstanceChanged,
        ofx::kOfxImageEffectActionGetClipPreferences,
        ofx::kOfxImageEffectActionIsIdentity,
        ofx::kOfxImageEffectActionGetRegionOfDefinition,
        ofx::kOfxImageEffectActionGetRegionsOfInterest,
        ofx::kOfxImageEffectActionGetFramesNeeded,
        ofx::kOfxImageEffectActionBeginSequenceRender,
        ofx::kOfxImageEffectActionRender,
        ofx::kOfxImageEffectActionEndSequenceRender,
        ofx::kOfxActionEndInstanceEdit,
        ofx::kOfxActionDestroyInstance,
        ofx::kOfxActionUnload,
    ] {
        assert!(sent.iter().any(|a| action.to_str() == Ok(a)), "{action:?} was never sent: {sent:?}");
    }
    Ok(())
}

#[test]
fn every_depth_component_and_layout_comes_through() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::General)?;
    for depth in Depth::ALL {
        for components in Components::ALL {
            instance.connect("Source", Clip::still(picture()).with_components(*components))?;
            for layout in [Layout::TIGHT, Layout::PADDED, Layout::NEGATIVE, Layout::NEGATIVE_PADDED] {
                let request = Request {
                    depth: Some(*depth),
                    components: Some(*components),
                    layout: Some(layout),
                    source_layout: Some(Layout::NEGATIVE_PADDED),
                    ..Request::default()
                };
                let output = instance.render(&request)?;
                assert_eq!(
                    (output.depth, output.components, output.status),
                    (*depth, *components, Status::OK)
                );
                let expected = picture().pixels.into_iter().map(|p| match components {
                    Components::Rgba => p,
                    Components::Rgb => [p[0], p[1], p[2], 1.0],
                    Components::Alpha => [0.0, 0.0, 0.0, p[3]],
                });
                let expected = Picture { pixels: expected.collect(), ..picture() };
                // Half has 11 significant bits.
                let tolerance = if *depth == Depth::Half { 1.0 / 2048.0 } else { 1e-6 };
                // The test effect's gain takes the first of a lone alpha for a colour: 1 leaves it.
                assert!(
                    output.picture().max_difference(&expected) <= tolerance,
                    "{depth:?} {components:?} {layout:?}"
                );
            }
        }
    }
    host.assert_clean();
    Ok(())
}

#[test]
fn windows_scales_origins_and_ratios_are_those_of_the_specification() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let window = Request { window: Some([2, 1, 7, 5]), ..Request::default() };
    let output = instance.render(&window)?;
    assert_eq!((output.bounds, output.window, output.untouched), ([0, 0, 12, 8], [2, 1, 7, 5], 0));
    // Row 1 from below is row 6 from the top.
    assert_eq!(output.picture().at(2, 6), picture().at(2, 6));

    let half = instance.render(&Request { scale: (0.5, 0.5), ..Request::default() })?;
    assert_eq!(half.bounds, [0, 0, 6, 4]);
    let of = |x: usize, y: usize| picture().at(x, y)[0];
    let mean = (of(0, 0) + of(1, 0) + of(0, 1) + of(1, 1)) / 4.0;
    assert!((half.picture().at(0, 0)[0] - mean).abs() < 1e-6);

    instance.connect("Source", Clip::still(picture()).with_origin(-3, 5))?;
    assert_eq!(instance.render(&Request::default())?.bounds, [-3, 5, 9, 13]);
    instance.connect("Source", Clip::still(picture()).with_pixel_aspect_ratio(2.0))?;
    let (_, region) = instance.region_of_definition(0.0, (1.0, 1.0))?;
    assert_eq!(region, [0.0, 0.0, 24.0, 8.0]);
    assert_eq!(instance.render(&Request::default())?.bounds, [0, 0, 12, 8]);
    host.assert_clean();
    Ok(())
}

#[test]
fn premultiplied_clips_are_multiplied() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (_host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let clip = Clip::still(picture()).with_premultiplication(Premultiplication::Premultiplied);
    instance.connect("Source", clip)?;
    let output = instance.render(&Request::default())?;
    assert_eq!(output.premultiplication, Premultiplication::Premultiplied);
    let p = picture().at(5, 3);
    assert_eq!(output.picture().at(5, 3), [p[0] * p[3], p[1] * p[3], p[2] * p[3], p[3]]);
    Ok(())
}

#[test]
fn identity_takes_the_source() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (_host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    instance.set("mode", "Identity")?;
    instance.set("gain", 3.0)?;
    let output = instance.render(&Request::at(4.0))?;
    assert_eq!(output.identity, Some(("Source".to_owned(), 4.0)));
    assert_eq!(output.picture(), picture());
    let forced = instance.render(&Request { skip_identity: true, ..Request::at(4.0) })?;
    assert_eq!(forced.identity, None);
    assert_ne!(forced.picture(), picture());
    Ok(())
}

#[test]
fn parameters_have_defaults_keyframes_and_rules() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (_host, _plugin, effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    // Normalised defaults are scaled by the project.
    assert_eq!(effect.param("place").unwrap().default, Some(Value::from([0.5, 0.25])));
    assert_eq!(instance.value("place", 0.0)?, Value::from([6.0, 2.0]));
    instance.set_key("gain", 10.0, 3.0)?;
    instance.set_key("gain", 0.0, 1.0)?;
    assert_eq!(instance.key_times("gain")?, [0.0, 10.0]);
    assert_eq!(instance.value("gain", -1.0)?, Value::from(1.0));
    assert_eq!(instance.value("gain", 5.0)?, Value::from(2.0));
    assert_eq!(instance.value("gain", 11.0)?, Value::from(3.0));
    instance.set_key("count", 0.0, 1)?;
    instance.set_key("count", 10.0, 9)?;
    assert_eq!(instance.value("count", 9.0)?, Value::from(1), "whole numbers hold");
    instance.set("gain", 4)?;
    assert_eq!(instance.key_times("gain")?, [0.0; 0]);
    assert!(matches!(instance.set("gain", 11.0), Err(SimError::BadValue { .. })));
    assert!(matches!(instance.set("mode", 2), Err(SimError::BadValue { .. })));
    assert!(matches!(instance.set("mode", "Other"), Err(SimError::BadValue { .. })));
    assert!(matches!(instance.set("nothing", 1), Err(SimError::NoParameter(_))));
    assert!(matches!(instance.connect("Nothing", Clip::still(picture())), Err(SimError::NoClip(_))));
    Ok(())
}

#[test]
fn the_plugin_reads_and_writes_parameters() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxActionInstanceChanged, |call: &Call| {
        let p = call.suites.parameter;
        // The changes that this makes must not make more.
        if call.text(call.input, ofx::kOfxPropName).to_str() != Ok("go") {
            return None;
        }
        assert_eq!(call.text(call.input, ofx::kOfxPropChangeReason).to_str(), Ok("OfxChangeUserEdited"));
        let gain = call.param(c"gain");
        call!(p, paramEditBegin(call.parameters(), c"Set all".as_ptr()));
        call!(p, paramSetValueAtTime(gain, 0.0, 1.0_f64));
        call!(p, paramSetValueAtTime(gain, 10.0, 5.0_f64));
        call!(p, paramSetValue(call.param(c"note"), c"a note with 100% text".as_ptr()));
        call!(p, paramSetValue(call.param(c"tint"), 0.1_f64, 0.2_f64, 0.3_f64));
        call!(p, paramEditEnd(call.parameters()));
        let (mut keys, mut time, mut index) = (0, 0.0, 0);
        call!(p, paramGetNumKeys(gain, &raw mut keys));
        call!(p, paramGetKeyTime(gain, 1, &raw mut time));
        assert_eq!((keys, time), (2, 10.0));
        assert_eq!(call!(p, paramGetKeyIndex(gain, 4.0, 1, &raw mut index)), Status::OK);
        assert_eq!(index, 1);
        assert_eq!(call!(p, paramGetKeyIndex(gain, 4.0, 0, &raw mut index)), Status::FAILED);
        let (mut slope, mut area) = (0.0_f64, 0.0_f64);
        call!(p, paramGetDerivative(gain, 5.0, &raw mut slope));
        call!(p, paramGetIntegral(gain, 0.0, 20.0, &raw mut area));
        assert!((slope - 0.4).abs() < 1e-9 && (area - (30.0 + 50.0)).abs() < 1e-9, "{slope} {area}");
        assert_eq!(call!(p, paramDeleteKey(gain, 3.0)), Status::ERR_BAD_INDEX);
        call!(p, paramDeleteKey(gain, 10.0));
        let mut text = std::ptr::null::<std::ffi::c_char>();
        call!(p, paramGetValue(call.param(c"note"), &raw mut text));
        // SAFETY: the host gave a C string.
        assert_eq!(unsafe { std::ffi::CStr::from_ptr(text) }, c"a note with 100% text");
        let (mut r, mut g, mut b) = (0.0_f64, 0.0_f64, 0.0_f64);
        call!(p, paramGetValue(call.param(c"tint"), &raw mut r, &raw mut g, &raw mut b));
        assert_eq!((r, g, b), (0.1, 0.2, 0.3));
        Some(Status::OK)
    })));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    assert_eq!(instance.press("go", 2.0)?, Status::OK);
    assert_eq!(instance.key_times("gain")?, [0.0]);
    assert_eq!(instance.value("note", 0.0)?, Value::from("a note with 100% text"));
    host.assert_clean();
    Ok(())
}

#[test]
fn messages_progress_and_timeline_reach_the_user() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxActionInstanceChanged, |call: &Call| {
        if call.text(call.input, ofx::kOfxPropName).to_str() != Ok("go") {
            return None;
        }
        let (handle, m) = (call.handle.cast_mut(), call.suites.message());
        let percent_s = c"%s".as_ptr();
        call!(
            m,
            message(
                handle,
                ofx::kOfxMessageMessage.as_ptr(),
                c"id".as_ptr(),
                c"%d of %s".as_ptr(),
                3,
                c"ten".as_ptr()
            )
        );
        let error = ofx::kOfxMessageError.as_ptr();
        call!(m, setPersistentMessage(handle, error, c"lasting".as_ptr(), percent_s, c"100% wrong".as_ptr()));
        let question = ofx::kOfxMessageQuestion.as_ptr();
        assert_eq!(
            call!(m, message(handle, question, c"".as_ptr(), percent_s, c"Sure?".as_ptr())),
            Status::REPLY_NO
        );
        let p = call.suites.progress();
        call!(p, progressStart(handle, c"Working".as_ptr(), c"".as_ptr()));
        assert_eq!(call!(p, progressUpdate(handle, 0.25)), Status::OK);
        assert_eq!(call!(p, progressUpdate(handle, 0.5)), Status::REPLY_NO);
        call!(p, progressEnd(handle));
        let (mut time, mut first, mut last) = (0.0, 0.0, 0.0);
        call!(call.suites.timeline, gotoTime(handle, 17.0));
        call!(call.suites.timeline, getTime(handle, &raw mut time));
        call!(call.suites.timeline, getTimeBounds(handle, &raw mut first, &raw mut last));
        assert_eq!((time, first, last), (17.0, 0.0, 99.0));
        Some(Status::OK)
    })));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let before = instance.messages().len();
    instance.answer_questions(false);
    instance.cancel_progress_after(1);
    instance.press("go", 2.0)?;
    let messages = instance.messages().split_off(before);
    let texts = messages.iter().map(|m| (m.kind, m.text.as_str())).collect::<Vec<_>>();
    assert_eq!(
        texts,
        [
            (MessageKind::Transient, "3 of ten"),
            (MessageKind::Persistent, "100% wrong"),
            (MessageKind::Transient, "Sure?")
        ]
    );
    assert_eq!(instance.persistent_message(), Some(("OfxMessageError".to_owned(), "100% wrong".to_owned())));
    assert_eq!(instance.time(), 17.0);
    host.assert_clean();
    Ok(())
}

#[test]
fn threads_of_the_suite_are_real() -> Tested {
    static RAN: AtomicUsize = AtomicUsize::new(0);
    unsafe extern "C" fn work(index: u32, count: u32, _argument: *mut std::ffi::c_void) {
        assert!(index < count);
        RAN.fetch_add(1, Ordering::Relaxed);
    }
    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionRender, |call: &Call| {
        let t = call.suites.threads;
        let mut processors = 0;
        call!(t, multiThreadNumCPUs(&raw mut processors));
        assert_eq!(call!(t, multiThread(Some(work), processors, std::ptr::null_mut())), Status::OK);
        let mut mutex = std::ptr::null_mut();
        call!(t, mutexCreate(&raw mut mutex, 0));
        assert_eq!(call!(t, mutexLock(mutex)), Status::OK);
        assert_eq!(call!(t, mutexTryLock(mutex)), Status::FAILED);
        call!(t, mutexUnLock(mutex));
        assert_eq!(call!(t, mutexTryLock(mutex)), Status::OK);
        call!(t, mutexUnLock(mutex));
        call!(t, mutexDestroy(mutex));
        None
    })));
    let profile = Profile { processors: 3, ..Profile::strict() };
    let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
    instance.render(&Request::default())?;
    assert_eq!(RAN.load(Ordering::Relaxed), 3);
    host.assert_clean();
    Ok(())
}

#[test]
fn renders_run_at_once_as_far_as_the_effect_allows() -> Tested {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    fn busy(_call: &Call) -> Option<Status> {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(30));
        NOW.fetch_sub(1, Ordering::SeqCst);
        None
    }
    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionRender, busy)));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let requests = (0..4).map(|t| Request::at(f64::from(t))).collect::<Vec<_>>();
    let outputs = instance.render_many(&requests)?;
    assert!(outputs.iter().all(|o| o.picture() == picture()));
    assert!(MOST.load(Ordering::SeqCst) > 1, "nothing ran at once");
    host.assert_clean();
    Ok(())
}

#[test]
fn abort_answers_what_the_test_says() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionRender, |call: &Call| {
        let asked = call!(call.suites.effect, abort(call.effect()));
        (asked.0 == 1).then_some(Status::FAILED)
    })));
    let (_host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let output = instance.render(&Request::default())?;
    assert_eq!((output.status, output.aborts_asked), (Status::OK, 1));
    instance.set_abort_after(Some(Duration::ZERO));
    assert_eq!(instance.render(&Request::default())?.status, Status::FAILED);
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    instance.set_abort_when(move || counted.fetch_add(1, Ordering::Relaxed) >= 1);
    assert_eq!(instance.render(&Request::default())?.status, Status::OK);
    assert_eq!(instance.render(&Request::default())?.status, Status::FAILED);
    Ok(())
}

#[test]
fn other_frames_are_other_pictures() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionRender, |call: &Call| {
        let time = call.double(call.input, ofx::kOfxPropTime);
        let now = call.image(c"Source", time)?;
        let next = call.image(c"Source", time + 1.0)?;
        let identifier = |i: &super::plugin::Image| call.text(i.handle, ofx::kOfxImagePropUniqueIdentifier);
        assert_ne!(identifier(&now), identifier(&next));
        // SAFETY: both images are in hand.
        unsafe { assert_ne!(*now.data.cast::<f32>(), *next.data.cast::<f32>()) };
        call.release(now.handle);
        call.release(next.handle);
        Some(Status::OK)
    })));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let frames = (0..3).map(|i| Picture::filled(12, 8, [i as f32 / 4.0, 0.0, 0.0, 1.0])).collect();
    instance.connect("Source", Clip::from_pictures(frames))?;
    assert_eq!(instance.render(&Request::at(1.0))?.status, Status::OK);
    host.assert_clean();
    Ok(())
}

#[test]
fn an_overlay_gets_pen_keys_and_focus() -> Tested {
    unsafe extern "C" fn overlay(
        action: *const c_char,
        handle: *const c_void,
        input: ofx::OfxPropertySetHandle,
        output: ofx::OfxPropertySetHandle,
    ) -> ofx::OfxStatus {
        // SAFETY: the host passes a C string.
        let action = unsafe { CStr::from_ptr(action) };
        let interacts = plugin::fetch(ofx::kOfxInteractSuite, 1).cast::<ofx::OfxInteractSuiteV1>();
        if action != ofx::kOfxInteractActionPenDown {
            return Status::REPLY_DEFAULT.0;
        }
        let suites = plugin::suites();
        let interact = Call { suites: &suites, handle, input, output };
        let effect = interact.pointer(input, ofx::kOfxPropEffectInstance);
        let call = Call { suites: &suites, handle: effect, input, output };
        let mut at = [0.0; 2];
        let position = ofx::kOfxInteractPropPenPosition.as_ptr();
        call!(suites.property, propGetDoubleN(input, position, 2, at.as_mut_ptr()));
        call!(suites.parameter, paramSetValue(call.param(c"place"), at[0], at[1]));
        // SAFETY: the suite lives as long as the program.
        call!((*interacts), interactRedraw(handle.cast_mut().cast())).0
    }
    let (binary, _turn) = plugin::with(Some((ofx::kOfxActionDescribe, |call: &Call| {
        let entry = overlay as *const () as *mut c_void;
        call.set_pointer(call.effect_properties(), ofx::kOfxImageEffectPluginPropOverlayInteractV1, entry);
        None
    })));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let view = instance.overlay().unwrap();
    assert_eq!(view.gain_focus(), Status::REPLY_DEFAULT);
    assert_eq!(view.pen_motion(Pen::at(1.0, 1.0)), Status::REPLY_DEFAULT);
    assert_eq!(view.pen_down(Pen::at(3.5, 4.25)), Status::OK);
    assert_eq!(view.pen_up(Pen::at(3.5, 4.25)), Status::REPLY_DEFAULT);
    assert_eq!(view.key_down(0x61, "a"), Status::REPLY_DEFAULT);
    assert_eq!(view.key_up(0x61, "a"), Status::REPLY_DEFAULT);
    assert_eq!(view.lose_focus(), Status::REPLY_DEFAULT);
    assert_eq!(view.redraws(), 1);
    drop(view);
    assert_eq!(instance.value("place", 0.0)?, Value::from([3.5, 4.25]));
    host.assert_clean();
    Ok(())
}

#[test]
fn the_effect_can_say_its_region_time_and_preferences() -> Tested {
    fn region(call: &Call) -> Option<Status> {
        call.set_doubles(call.output, ofx::kOfxImageEffectPropRegionOfDefinition, &[-2.0, 0.0, 6.0, 8.0]);
        Some(Status::OK)
    }
    fn domain(call: &Call) -> Option<Status> {
        call.set_doubles(call.output, ofx::kOfxImageEffectPropFrameRange, &[5.0, 9.0]);
        Some(Status::OK)
    }
    fn preferences(call: &Call) -> Option<Status> {
        call.set_text(call.output, c"OfxImageClipPropComponents_Output", ofx::kOfxImageComponentAlpha);
        call.set_text(call.output, ofx::kOfxImageEffectPropPreMultiplication, ofx::kOfxImageOpaque);
        Some(Status::OK)
    }
    let (binary, turn) = plugin::with(Some((ofx::kOfxImageEffectActionGetRegionOfDefinition, region)));
    let (host, plugin, effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let output = instance.render(&Request::default())?;
    assert_eq!((output.bounds, output.untouched), ([-2, 0, 6, 8], 0));
    assert_eq!(output.picture().at(0, 0), [0.0; 4], "beside the source there is nothing");
    host.assert_clean();
    drop((instance, effect, plugin, turn));

    let (binary, turn) = plugin::with(Some((ofx::kOfxImageEffectActionGetTimeDomain, domain)));
    let (host, plugin, effect, instance) = start(Profile::strict(), binary, Context::General)?;
    assert_eq!(instance.time_domain(), (Status::OK, (5.0, 9.0)));
    host.assert_clean();
    drop((instance, effect, plugin, turn));

    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionGetClipPreferences, preferences)));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::General)?;
    instance.connect("Source", Clip::still(picture()).with_components(Components::Alpha))?;
    let output = instance.render(&Request::default())?;
    assert_eq!((output.components, output.premultiplication), (Components::Alpha, Premultiplication::Opaque));
    assert_eq!(instance.render_many(&[Request::at(1.0), Request::at(2.0)])?.len(), 2);
    host.assert_clean();
    Ok(())
}
