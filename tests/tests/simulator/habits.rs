//! Habits of real hosts that each can be switched on alone: that the simulator has them.

use std::ffi::CStr;
use std::ptr;
use std::sync::Mutex;

use openfx_sys as ofx;
use tests::sim::{
    Clip, Context, Field, FieldImages, Picture, Profile, Request, SimError, Status, UnconnectedImage, Value,
    ViolationKind as Kind,
};

use super::api::call;
use super::life::{picture, start};
use super::plugin::{self, Call};

type Tested = Result<(), SimError>;

const CONTEXT: &CStr = ofx::kOfxImageEffectActionDescribeInContext;
const RENDER: &CStr = ofx::kOfxImageEffectActionRender;
const CHANGED: &CStr = ofx::kOfxActionInstanceChanged;

/// Defines a parameter and tells the status.
fn define(call: &Call, kind: &CStr, name: &CStr) -> Status {
    let set = call.parameters();
    call!(call.suites.parameter, paramDefine(set, kind.as_ptr(), name.as_ptr(), ptr::null_mut()))
}

#[test]
fn resolve_has_no_vectors_of_integers() -> Tested {
    let (binary, _turn) = plugin::with(Some((CONTEXT, |call: &Call| {
        for kind in [ofx::kOfxParamTypeInteger2D, ofx::kOfxParamTypeInteger3D] {
            assert_eq!(define(call, kind, kind), Status::ERR_UNSUPPORTED);
        }
        None
    })));
    let (host, ..) = start(Profile::resolve(), binary, Context::Filter)?;
    assert_eq!(host.violations().iter().map(|v| v.kind).collect::<Vec<_>>(), [Kind::Habit; 2]);
    Ok(())
}

#[test]
fn a_host_without_pages_refuses_them() -> Tested {
    let (binary, _turn) = plugin::with(Some((CONTEXT, |call: &Call| {
        assert_eq!(define(call, ofx::kOfxParamTypePage, c"More"), Status::ERR_UNSUPPORTED);
        None
    })));
    let profile = Profile { pages: false, ..Profile::strict() };
    let (_host, _plugin, effect, _instance) = start(profile, binary, Context::Filter)?;
    assert!(effect.param("Controls").is_none() && effect.param("More").is_none());
    Ok(())
}

#[test]
fn resolve_holds_numbers_without_ranges() -> Tested {
    let (binary, _turn) = plugin::with(Some((CONTEXT, |call: &Call| {
        let double = call.define_param(ofx::kOfxParamTypeDouble, c"bare");
        call.set_doubles(double, ofx::kOfxParamPropDefault, &[5.0]);
        let ranged = call.define_param(ofx::kOfxParamTypeInteger, c"half");
        call.set_int(ranged, ofx::kOfxParamPropMin, 0);
        call.set_int(ranged, ofx::kOfxParamPropMax, 9);
        None
    })));
    let (host, _plugin, _effect, instance) = start(Profile::resolve(), binary, Context::Filter)?;
    assert_eq!(instance.value("bare", 0.0)?, Value::from(1.0));
    instance.set("bare", -7.0)?;
    instance.set("half", 4)?;
    assert_eq!(instance.value("bare", 0.0)?, Value::from(-1.0));
    assert_eq!(instance.value("half", 0.0)?, Value::from(0));
    instance.set("gain", 4.0)?;
    assert_eq!(instance.value("gain", 0.0)?, Value::from(4.0), "this one has ranges");
    assert_eq!(host.violations().iter().map(|v| v.kind).collect::<Vec<_>>(), [Kind::Habit; 2]);
    Ok(())
}

#[test]
fn nuke_keeps_its_secrets() -> Tested {
    fn hide(call: &Call) -> Option<Status> {
        let set = call.define_param(ofx::kOfxParamTypeString, c"hidden");
        call.set_int(set, ofx::kOfxParamPropSecret, 1);
        None
    }
    fn reveal(call: &Call) -> Option<Status> {
        let mut set = ptr::null_mut();
        call!(call.suites.parameter, paramGetPropertySet(call.param(c"hidden"), &raw mut set));
        assert_eq!(call.set_int(set, ofx::kOfxParamPropSecret, 0), Status::OK);
        None
    }
    for (profile, secret, seen) in
        [(Profile::nuke(), "1", vec![Kind::Habit]), (Profile::strict(), "0", vec![])]
    {
        let (binary, _turn) = plugin::with_two([(CONTEXT, hide), (ofx::kOfxActionCreateInstance, reveal)]);
        let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
        assert_eq!(instance.param_property("hidden", "OfxParamPropSecret")?, [secret]);
        assert_eq!(host.violations().iter().map(|v| v.kind).collect::<Vec<_>>(), seen);
    }
    Ok(())
}

#[test]
fn resolve_copies_nothing() -> Tested {
    fn copy(call: &Call) -> Option<Status> {
        if call.text(call.input, ofx::kOfxPropName).to_str() == Ok("go") {
            let (p, from) = (call.suites.parameter, call.param(c"gain"));
            assert_eq!(call!(p, paramCopy(call.param(c"other"), from, 0.0, ptr::null())), Status::OK);
        }
        None
    }
    fn other(call: &Call) -> Option<Status> {
        let set = call.define_param(ofx::kOfxParamTypeDouble, c"other");
        for name in [ofx::kOfxParamPropMin, ofx::kOfxParamPropDisplayMin] {
            call.set_doubles(set, name, &[0.0]);
        }
        for name in [ofx::kOfxParamPropMax, ofx::kOfxParamPropDisplayMax] {
            call.set_doubles(set, name, &[10.0]);
        }
        None
    }
    for (profile, expected) in [(Profile::resolve(), 0.0), (Profile::strict(), 3.0)] {
        let (binary, _turn) = plugin::with_two([(CONTEXT, other), (CHANGED, copy)]);
        let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
        instance.set("gain", 3.0)?;
        instance.press("go", 0.0)?;
        assert_eq!(instance.value("other", 0.0)?, Value::from(expected));
        host.assert_clean();
    }
    Ok(())
}

#[test]
fn in_resolve_every_clip_looks_connected() -> Tested {
    fn look(call: &Call) -> Option<Status> {
        let mut set = ptr::null_mut();
        call!(call.suites.effect, clipGetPropertySet(call.clip(c"Mask"), &raw mut set));
        assert_eq!(call.ints::<1>(set, ofx::kOfxImageClipPropConnected), [1]);
        let image = call.image(c"Mask", 0.0);
        if let Some(image) = image {
            assert_eq!(image.bounds, [0, 0, 12, 8]);
            // SAFETY: twelve float RGBA pixels of the image in hand.
            let row = unsafe { std::slice::from_raw_parts(image.data.cast::<f32>(), 12 * 4) };
            assert!(row.iter().all(|v| *v == 0.0));
            call.release(image.handle);
        }
        None
    }
    for unconnected in [UnconnectedImage::Black, UnconnectedImage::Failed] {
        let (binary, _turn) = plugin::with(Some((RENDER, look)));
        let profile = Profile { unconnected, ..Profile::resolve() };
        let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
        assert_eq!(instance.render(&Request::default())?.status, Status::OK);
        host.assert_clean();
    }
    Ok(())
}

/// What the effect saw of its source.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    bounds: [i32; 4],
    window: [i32; 4],
    field: String,
    asked: String,
    argument: f64,
    image: f64,
    thumbnail: i32,
    region: [f64; 4],
    /// The red of the first column from the lowest row up.
    column: Vec<f32>,
}

static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

fn see(call: &Call) -> Option<Status> {
    let source = call.image(c"Source", 0.0)?;
    let text = |set, name| call.text(set, name).into_string().unwrap();
    let clip = call.clip(c"Source");
    let mut set = ptr::null_mut();
    call!(call.suites.effect, clipGetPropertySet(clip, &raw mut set));
    let mut thumbnail = -1;
    call!(
        call.suites.property,
        propGetInt(set, c"kOfxImageClipPropThumbnail".as_ptr(), 0, &raw mut thumbnail)
    );
    let mut rect = ofx::OfxRectD { x1: 0.0, y1: 0.0, x2: 0.0, y2: 0.0 };
    call!(call.suites.effect, clipGetRegionOfDefinition(clip, 0.0, &raw mut rect));
    let rows = source.bounds[1]..source.bounds[3];
    // SAFETY: the first pixel of each row of the image in hand.
    let column = rows.map(|y| unsafe { *source.pixel(source.bounds[0], y).cast::<f32>() }).collect();
    *SEEN.lock().unwrap() = Some(Seen {
        bounds: source.bounds,
        window: call.ints(call.input, ofx::kOfxImageEffectPropRenderWindow),
        field: text(source.handle, ofx::kOfxImagePropField),
        asked: text(call.input, ofx::kOfxImageEffectPropFieldToRender),
        argument: call.double(call.input, ofx::kOfxImageEffectPropRenderScale),
        image: call.double(source.handle, ofx::kOfxImageEffectPropRenderScale),
        thumbnail,
        region: [rect.x1, rect.y1, rect.x2, rect.y2],
        column,
    });
    call.release(source.handle);
    None
}

/// Renders and gives what the effect saw, and how many pixels of how many it left alone.
fn seen(profile: Profile, clip: Clip, request: &Request) -> Result<Seen, SimError> {
    let (binary, _turn) = plugin::with(Some((RENDER, see)));
    let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
    instance.connect("Source", clip)?;
    assert_eq!(instance.render(request)?.status, Status::OK);
    // The test effect writes every line, of whatever field.
    if request.field.is_none() {
        host.assert_clean();
    }
    Ok(SEEN.lock().unwrap().take().unwrap())
}

#[test]
fn thumbnails_are_small_and_of_scale_one() -> Tested {
    let request = Request { thumbnail: Some(0.5), ..Request::default() };
    let clip = Clip::still(picture());
    let resolve = seen(Profile::resolve(), clip.clone(), &request)?;
    assert_eq!((resolve.bounds, resolve.thumbnail), ([0, 0, 6, 4], 1));
    assert_eq!((resolve.argument, resolve.image), (1.0, 1.0));
    assert_eq!(seen(Profile::resolve(), clip.clone(), &Request::default())?.thumbnail, 0);
    assert_eq!(seen(Profile::natron(), clip, &request)?.thumbnail, -1, "others have no such property");
    Ok(())
}

#[test]
fn fusion_turns_the_scale_of_images_over() -> Tested {
    let request = Request { scale: (0.5, 0.5), ..Request::default() };
    let fusion = seen(Profile::fusion(), Clip::still(picture()), &request)?;
    assert_eq!((fusion.bounds, fusion.argument, fusion.image), ([0, 0, 6, 4], 0.5, 2.0));
    Ok(())
}

#[test]
fn catalyst_gives_regions_in_pixels() -> Tested {
    let request = Request { scale: (0.5, 0.5), ..Request::default() };
    let clip = Clip::still(picture()).with_depth(tests::sim::Depth::Float);
    assert_eq!(seen(Profile::catalyst(), clip.clone(), &request)?.region, [0.0, 0.0, 6.0, 4.0]);
    assert_eq!(seen(Profile::vegas(), clip, &request)?.region, [0.0, 0.0, 12.0, 8.0]);
    Ok(())
}

#[test]
fn actions_that_a_host_does_not_send_do_not_come() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let mut profile = Profile::resolve();
    profile.calls.sequence = false;
    let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
    instance.render(&Request::default())?;
    let never = [
        ofx::kOfxImageEffectActionGetRegionOfDefinition,
        ofx::kOfxImageEffectActionBeginSequenceRender,
        ofx::kOfxImageEffectActionEndSequenceRender,
    ];
    assert!(never.iter().all(|a| !host.actions().iter().any(|sent| a.to_str() == Ok(sent))));
    host.assert_clean();
    Ok(())
}

/// A picture whose red is the number of its line, counted from below.
fn lines() -> Picture {
    Picture::from_fn(12, 8, |_, row| [(7 - row) as f32, 0.0, 0.0, 1.0])
}

#[test]
fn fields_come_as_frames_as_halves_and_doubled() -> Tested {
    let clip = Clip::still(lines()).with_field_order(Field::Upper);
    let lower = Request { field: Some(Field::Lower), time: 0.5, ..Request::default() };
    let of = |field_images, request: &Request| {
        seen(Profile { field_images, ..Profile::strict() }, clip.clone(), request)
    };
    // The test effect fetches at time 0, when the earlier field shows. It leaves its clips at the default, by
    // which lines are doubled.
    let doubled = of(FieldImages::AsDescribed, &lower)?;
    assert_eq!((doubled.bounds, doubled.field.as_str()), ([0, 0, 12, 8], "OfxFieldUpper"));
    assert_eq!(doubled.column, [1.0, 1.0, 3.0, 3.0, 5.0, 5.0, 7.0, 7.0]);
    assert_eq!(doubled.asked, "OfxFieldLower");

    let single = of(FieldImages::Single, &lower)?;
    assert_eq!((single.bounds, single.window), ([0, 0, 12, 4], [0, 0, 12, 4]));
    assert_eq!(single.column, [1.0, 3.0, 5.0, 7.0]);

    let unnamed = of(FieldImages::Unnamed, &Request::default())?;
    assert_eq!((unnamed.field.as_str(), unnamed.asked.as_str()), ("OfxFieldNone", "OfxFieldBoth"));
    assert_eq!(unnamed.column, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    let progressive = seen(Profile::strict(), Clip::still(lines()), &Request::default())?;
    assert_eq!((progressive.field.as_str(), progressive.asked.as_str()), ("OfxFieldNone", "OfxFieldNone"));
    Ok(())
}

#[test]
fn a_line_of_the_other_field_is_not_to_be_written() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    instance.connect("Source", Clip::still(lines()).with_field_order(Field::Lower))?;
    // The test effect writes every line.
    instance.render(&Request { field: Some(Field::Lower), ..Request::default() })?;
    assert_eq!(host.violations().iter().map(|v| v.kind).collect::<Vec<_>>(), [Kind::WriteOutside]);
    Ok(())
}
