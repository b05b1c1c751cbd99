//! Every fault that the simulator claims to see, committed once.

use std::ffi::CStr;
use std::ptr;

use openfx_sys as ofx;
use tests::sim::{Context, Host, Profile, Project, Request, SimError, Status, ViolationKind as Kind};

use super::api::call;
use super::life::start;
use super::plugin::{self, Call, Hook};

/// Lives a whole life with the fault and gives the kinds of all violations.
fn commit(at: &'static CStr, fault: Hook) -> Vec<Kind> {
    let (binary, _turn) = plugin::with(Some((at, fault)));
    let host = Host::new(Profile::strict());
    let life = |host: &Host| -> Result<(), SimError> {
        let plugin = host.load(binary)?;
        let effect = plugin.describe_in_context(Context::Filter)?;
        let instance = effect.create(Project::new(12, 8))?;
        instance.connect("Source", tests::sim::Clip::still(super::life::picture()))?;
        instance.render(&Request { window: Some([2, 2, 6, 6]), ..Request::at(5.0) })?;
        Ok(())
    };
    // Some faults end it early.
    let _ = life(&host);
    host.violations().iter().map(|v| v.kind).collect()
}

macro_rules! faults {
    ($($name:ident: $at:expr, $kind:ident, $fault:expr;)+) => {
        $(#[test]
        fn $name() {
            let seen = commit($at, $fault);
            assert!(!seen.is_empty(), "the fault was not seen");
            assert!(seen.iter().all(|k| *k == Kind::$kind), "seen was {seen:?}");
        })+
    };
}

const RENDER: &CStr = ofx::kOfxImageEffectActionRender;
const DESCRIBE: &CStr = ofx::kOfxActionDescribe;
const CONTEXT: &CStr = ofx::kOfxImageEffectActionDescribeInContext;
const CREATE: &CStr = ofx::kOfxActionCreateInstance;
const PREFERENCES: &CStr = ofx::kOfxImageEffectActionGetClipPreferences;
const CHANGED: &CStr = ofx::kOfxActionInstanceChanged;

faults! {
    unknown_property: DESCRIBE, UnknownProperty, |c| {
        assert_eq!(c.set_int(c.effect_properties(), c"OfxNoSuchProperty", 1), Status::ERR_UNKNOWN);
        None
    };
    property_of_another_object: DESCRIBE, UnknownProperty, |c| {
        c.set_int(c.effect_properties(), ofx::kOfxImageClipPropOptional, 1);
        None
    };
    wrong_type: DESCRIBE, PropertyType, |c| {
        c.set_int(c.effect_properties(), ofx::kOfxPropLabel, 1);
        None
    };
    index_out_of_dimension: DESCRIBE, PropertyIndex, |c| {
        let (set, name) = (c.effect_properties(), ofx::kOfxPropLabel.as_ptr());
        let status = call!(c.suites.property, propSetString(set, name, 1, c"second".as_ptr()));
        assert_eq!(status, Status::ERR_BAD_INDEX);
        None
    };
    count_out_of_dimension: RENDER, PropertyIndex, |c| {
        c.ints::<5>(c.input, ofx::kOfxImageEffectPropRenderWindow);
        None
    };
    value_not_allowed: DESCRIBE, PropertyValue, |c| {
        c.set_int(c.effect_properties(), ofx::kOfxImageEffectPropSupportsTiles, 2);
        None
    };
    text_not_allowed: DESCRIBE, PropertyValue, |c| {
        c.set_text(c.effect_properties(), ofx::kOfxImageEffectPluginRenderThreadSafety, c"Sometimes");
        None
    };
    read_only_property: CREATE, ReadOnlyProperty, |c| {
        c.set_doubles(c.effect_properties(), ofx::kOfxImageEffectPropProjectSize, &[1.0, 1.0]);
        None
    };
    read_only_host: ofx::kOfxActionLoad, ReadOnlyProperty, |c| {
        c.set_text(c.suites.host, ofx::kOfxPropName, c"mine");
        None
    };
    null_place: RENDER, NullPointer, |c| {
        let name = ofx::kOfxPropTime.as_ptr();
        call!(c.suites.property, propGetDouble(c.input, name, 0, ptr::null_mut()));
        None
    };
    invented_handle: RENDER, BadHandle, |c| {
        let set = ptr::without_provenance_mut(0x1234);
        assert_eq!(c.set_int(set, ofx::kOfxPropTime, 0), Status::ERR_BAD_HANDLE);
        None
    };
    handle_of_another_kind: RENDER, BadHandle, |c| {
        let mut time = 0.0;
        call!(c.suites.parameter, paramGetKeyTime(c.handle.cast_mut().cast(), 0, &raw mut time));
        None
    };
    parameter_that_does_not_exist: RENDER, UnknownName, |c| {
        let (set, mut param) = (c.parameters(), ptr::null_mut());
        let status = call!(c.suites.parameter, paramGetHandle(set, c"no".as_ptr(), &raw mut param, ptr::null_mut()));
        assert_eq!(status, Status::ERR_UNKNOWN);
        None
    };
    clip_that_does_not_exist: CREATE, UnknownName, |c| {
        c.clip(c"Background");
        None
    };
    parameter_defined_twice: CONTEXT, DuplicateName, |c| {
        c.define_param(ofx::kOfxParamTypeDouble, c"gain");
        None
    };
    clip_defined_twice: CONTEXT, DuplicateName, |c| {
        c.define_clip(c"Source");
        None
    };
    unknown_parameter_type: CONTEXT, UnknownType, |c| {
        c.define_param(c"OfxParamTypeQuaternion", c"q");
        None
    };
    parameter_defined_too_late: CREATE, WrongMoment, |c| {
        c.define_param(ofx::kOfxParamTypeDouble, c"late");
        None
    };
    clip_defined_too_early: DESCRIBE, WrongMoment, |c| {
        c.define_clip(c"Early");
        None
    };
    value_read_without_time_in_render: RENDER, WrongMoment, |c| {
        let mut value = 0.0_f64;
        call!(c.suites.parameter, paramGetValue(c.param(c"gain"), &raw mut value));
        None
    };
    value_set_in_render: RENDER, WrongMoment, |c| {
        call!(c.suites.parameter, paramSetValue(c.param(c"gain"), 2.0_f64));
        None
    };
    value_set_in_create: CREATE, WrongMoment, |c| {
        call!(c.suites.parameter, paramSetValue(c.param(c"gain"), 2.0_f64));
        None
    };
    keys_deleted_in_render: RENDER, WrongMoment, |c| {
        call!(c.suites.parameter, paramDeleteAllKeys(c.param(c"gain")));
        None
    };
    value_out_of_range: CHANGED, ParameterValue, |c| {
        call!(c.suites.parameter, paramSetValue(c.param(c"gain"), 11.0_f64));
        None
    };
    option_that_does_not_exist: CHANGED, ParameterValue, |c| {
        call!(c.suites.parameter, paramSetValue(c.param(c"mode"), 2));
        None
    };
    copy_between_types: CHANGED, ParameterValue, |c| {
        call!(c.suites.parameter, paramCopy(c.param(c"gain"), c.param(c"count"), 0.0, ptr::null()));
        None
    };
    endless_change: CHANGED, WrongMoment, |c| {
        call!(c.suites.parameter, paramSetValue(c.param(c"count"), 1));
        None
    };
    edit_without_end: CHANGED, Unbalanced, |c| {
        call!(c.suites.parameter, paramEditBegin(c.parameters(), c"edit".as_ptr()));
        None
    };
    edit_without_begin: CHANGED, Unbalanced, |c| {
        call!(c.suites.parameter, paramEditEnd(c.parameters()));
        None
    };
    image_kept: RENDER, ImageNotReleased, |c| {
        c.image(c"Source", 5.0);
        None
    };
    image_released_twice: RENDER, ImageReleasedTwice, |c| {
        let image = c.image(c"Source", 5.0)?;
        assert_eq!(c.release(image.handle), Status::OK);
        assert_eq!(c.release(image.handle), Status::ERR_BAD_HANDLE);
        None
    };
    image_used_after_release: RENDER, DeadHandle, |c| {
        let image = c.image(c"Source", 5.0)?;
        c.release(image.handle);
        c.pointer(image.handle, ofx::kOfxImagePropData);
        None
    };
    write_outside_the_window: RENDER, WriteOutside, |c| {
        let image = c.image(c"Output", 5.0)?;
        // SAFETY: pixel (1, 2) is in the image, left of the window.
        unsafe { *image.pixel(1, 2) ^= 0xFF };
        c.release(image.handle);
        None
    };
    write_outside_the_image: RENDER, WriteOutside, |c| {
        let image = c.image(c"Output", 5.0)?;
        // SAFETY: the guard zone of the simulator's buffer begins behind the last row.
        unsafe { *image.pixel(0, 8) ^= 0xFF };
        c.release(image.handle);
        None
    };
    write_into_the_padding: RENDER, WriteOutside, |c| {
        let image = c.image(c"Output", 5.0)?;
        // SAFETY: the strict host pads its rows.
        unsafe { *image.pixel(12, 3) ^= 0xFF };
        c.release(image.handle);
        None
    };
    write_into_the_source: RENDER, SourceModified, |c| {
        let image = c.image(c"Source", 5.0)?;
        // SAFETY: the pixel is in the image.
        unsafe { *image.pixel(3, 3) ^= 0xFF };
        c.release(image.handle);
        None
    };
    frame_that_was_not_needed: RENDER, FrameNotNeeded, |c| {
        // GetFramesNeeded names one frame to each side.
        let image = c.image(c"Source", 8.0)?;
        c.release(image.handle);
        None
    };
    frames_of_a_clip_without_them: ofx::kOfxImageEffectActionGetFramesNeeded, OutputArguments, |c| {
        c.set_doubles(c.output, c"OfxImageClipPropFrameRange_Mask", &[4.0, 6.0]);
        Some(Status::OK)
    };
    image_in_clip_preferences: PREFERENCES, WrongMoment, |c| {
        let image = c.image(c"Source", 0.0)?;
        c.release(image.handle);
        None
    };
    output_at_another_time: RENDER, WrongMoment, |c| {
        assert!(c.image(c"Output", 6.0).is_none());
        None
    };
    output_outside_render: CHANGED, WrongMoment, |c| {
        assert!(c.image(c"Output", 0.0).is_none());
        None
    };
    render_left_to_the_host: RENDER, StatusNotAllowed, |_| Some(Status::REPLY_DEFAULT);
    description_left_to_the_host: DESCRIBE, StatusNotAllowed, |_| Some(Status::REPLY_DEFAULT);
    unknown_status: ofx::kOfxActionDestroyInstance, StatusNotAllowed, |_| Some(Status(77));
    default_out_of_range: CONTEXT, Description, |c| {
        let set = c.define_param(ofx::kOfxParamTypeInteger, c"bad");
        c.set_int(set, ofx::kOfxParamPropMax, 5);
        c.set_int(set, ofx::kOfxParamPropDefault, 6);
        None
    };
    group_that_does_not_exist: CONTEXT, Description, |c| {
        let set = c.define_param(ofx::kOfxParamTypeInteger, c"child");
        c.set_text(set, ofx::kOfxParamPropParent, c"gain");
        None
    };
    page_with_a_stranger: CONTEXT, Description, |c| {
        let set = c.define_param(ofx::kOfxParamTypePage, c"page");
        c.set_text(set, ofx::kOfxParamPropPageChild, c"nobody");
        None
    };
    choice_without_options: CONTEXT, Description, |c| {
        c.define_param(ofx::kOfxParamTypeChoice, c"nothing");
        None
    };
    custom_without_interpolation: CONTEXT, Description, |c| {
        c.define_param(ofx::kOfxParamTypeCustom, c"own");
        None
    };
    clip_without_components: CONTEXT, Description, |c| {
        let clip = c.define_clip(c"Extra");
        c.set_int(clip, ofx::kOfxImageClipPropOptional, 1);
        None
    };
    extra_clip_of_a_filter_not_optional: CONTEXT, Description, |c| {
        let clip = c.define_clip(c"Extra");
        c.set_texts(clip, ofx::kOfxImageEffectPropSupportedComponents, &[ofx::kOfxImageComponentRGBA]);
        None
    };
    no_contexts: DESCRIBE, Description, |c| {
        let name = ofx::kOfxImageEffectPropSupportedContexts.as_ptr();
        call!(c.suites.property, propReset(c.effect_properties(), name));
        None
    };
    filter_with_other_components: PREFERENCES, OutputArguments, |c| {
        c.set_text(c.output, c"OfxImageClipPropComponents_Output", ofx::kOfxImageComponentAlpha);
        Some(Status::OK)
    };
    region_inside_out: ofx::kOfxImageEffectActionGetRegionOfDefinition, OutputArguments, |c| {
        c.set_doubles(c.output, ofx::kOfxImageEffectPropRegionOfDefinition, &[5.0, 0.0, 1.0, 1.0]);
        Some(Status::OK)
    };
    identity_of_nobody: ofx::kOfxImageEffectActionIsIdentity, OutputArguments, |c| {
        c.set_text(c.output, ofx::kOfxPropName, c"Nobody");
        Some(Status::OK)
    };
    frames_without_an_end: ofx::kOfxImageEffectActionGetFramesNeeded, OutputArguments, |c| {
        c.set_doubles(c.output, c"OfxImageClipPropFrameRange_Source", &[1.0, 5.0, 7.0]);
        Some(Status::OK)
    };
    clip_argument_of_nobody: PREFERENCES, UnknownProperty, |c| {
        c.set_text(c.output, c"OfxImageClipPropPreMultiplication_Output", ofx::kOfxImageOpaque);
        None
    };
    memory_left: CREATE, Leak, |c| {
        let mut address = ptr::null_mut();
        call!(c.suites.memory, memoryAlloc(ptr::null_mut(), 100, &raw mut address));
        None
    };
    image_memory_left: CREATE, Leak, |c| {
        let mut handle = ptr::null_mut();
        call!(c.suites.effect, imageMemoryAlloc(c.effect(), 100, &raw mut handle));
        None
    };
    mutex_left: ofx::kOfxActionLoad, Leak, |c| {
        let mut mutex = ptr::null_mut();
        call!(c.suites.threads, mutexCreate(&raw mut mutex, 0));
        None
    };
    instance_data_left: ofx::kOfxActionDestroyInstance, Leak, |c| {
        c.set_pointer(c.effect_properties(), ofx::kOfxPropInstanceData, ptr::without_provenance_mut(64));
        None
    };
    memory_freed_twice: CREATE, BadHandle, |c| {
        let mut address = ptr::null_mut();
        call!(c.suites.memory, memoryAlloc(ptr::null_mut(), 100, &raw mut address));
        assert_eq!(call!(c.suites.memory, memoryFree(address)), Status::OK);
        assert_eq!(call!(c.suites.memory, memoryFree(address)), Status::ERR_BAD_HANDLE);
        None
    };
    mutex_locked_by_its_owner: CREATE, WrongMoment, |c| {
        let (t, mut mutex) = (c.suites.threads, ptr::null_mut());
        call!(t, mutexCreate(&raw mut mutex, 0));
        call!(t, mutexLock(mutex));
        assert_eq!(call!(t, mutexLock(mutex)), Status::FAILED);
        call!(t, mutexUnLock(mutex));
        call!(t, mutexDestroy(mutex));
        None
    };
    progress_in_render: RENDER, WrongMoment, |c| {
        call!(c.suites.progress(), progressStart(c.handle.cast_mut(), c"".as_ptr(), c"".as_ptr()));
        call!(c.suites.progress(), progressEnd(c.handle.cast_mut()));
        None
    };
    progress_without_end: CHANGED, Unbalanced, |c| {
        call!(c.suites.progress(), progressStart(c.handle.cast_mut(), c"".as_ptr(), c"".as_ptr()));
        None
    };
    message_of_an_unknown_type: RENDER, Message, |c| {
        let kind = c"OfxMessageWhisper".as_ptr();
        call!(c.suites.message(), message(c.handle.cast_mut(), kind, c"".as_ptr(), c"psst".as_ptr()));
        None
    };
    lasting_question: RENDER, Message, |c| {
        let kind = ofx::kOfxMessageQuestion.as_ptr();
        call!(c.suites.message(), setPersistentMessage(c.handle.cast_mut(), kind, c"".as_ptr(), c"well?".as_ptr()));
        None
    };
    timeline_moved_in_render: RENDER, WrongMoment, |c| {
        call!(c.suites.timeline, gotoTime(c.handle.cast_mut(), 3.0));
        None
    };
}

#[test]
fn a_handle_of_a_destroyed_instance_is_dead() -> Result<(), SimError> {
    use std::sync::atomic::{AtomicPtr, Ordering};
    static KEPT: AtomicPtr<ofx::OfxParamStruct> = AtomicPtr::new(ptr::null_mut());
    fn keep(call: &Call) -> Option<Status> {
        KEPT.store(call.param(c"gain"), Ordering::Relaxed);
        None
    }
    let (binary, _turn) = plugin::with(Some((CREATE, keep)));
    let (host, plugin, effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    drop((instance, effect));
    host.assert_clean();
    let parameters = plugin::fetch(ofx::kOfxParameterSuite, 1).cast::<ofx::OfxParameterSuiteV1>();
    let mut keys = 0;
    // SAFETY: the suite lives as long as the program.
    let status = call!((*parameters), paramGetNumKeys(KEPT.load(Ordering::Relaxed), &raw mut keys));
    assert_eq!(status, Status::ERR_BAD_HANDLE);
    assert_eq!(host.violations().iter().map(|v| v.kind).collect::<Vec<_>>(), [Kind::DeadHandle]);
    assert!(matches!(plugin.unload(), Ok(left) if left.is_empty()));
    Ok(())
}

#[test]
fn a_text_kept_past_its_action_is_overwritten() -> Result<(), SimError> {
    use std::ffi::c_char;
    use std::sync::atomic::{AtomicPtr, Ordering};
    static KEPT: AtomicPtr<c_char> = AtomicPtr::new(ptr::null_mut());
    fn keep(call: &Call) -> Option<Status> {
        let (set, mut text) = (call.effect_properties(), ptr::null_mut());
        call!(
            call.suites.property,
            propGetString(set, ofx::kOfxImageEffectPropContext.as_ptr(), 0, &raw mut text)
        );
        // SAFETY: the host gave a C string.
        assert_eq!(unsafe { CStr::from_ptr(text) }, ofx::kOfxImageEffectContextFilter);
        KEPT.store(text, Ordering::Relaxed);
        None
    }
    let (binary, _turn) = plugin::with(Some((CREATE, keep)));
    let _life = start(Profile::strict(), binary, Context::Filter)?;
    // SAFETY: the simulator keeps overwritten strings for a while.
    let kept = unsafe { CStr::from_ptr(KEPT.load(Ordering::Relaxed)) };
    assert!(kept.to_bytes().iter().all(|b| *b == b'?'), "{kept:?}");
    Ok(())
}

#[test]
fn other_frames_without_having_said_so_are_a_fault() -> Result<(), SimError> {
    let fetch: Hook = |call| {
        let image = call.image(c"Source", 1.0)?;
        call.release(image.handle);
        None
    };
    let forget: Hook = |call| {
        call.set_int(call.effect_properties(), ofx::kOfxImageEffectPropTemporalClipAccess, 0);
        None
    };
    let (binary, turn) = plugin::with(Some((RENDER, fetch)));
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    instance.render(&Request::default())?;
    host.assert_clean();
    drop((instance, _effect, _plugin, host, turn));
    let (binary, _turn) = plugin::with_two([(RENDER, fetch), (DESCRIBE, forget)]);
    // Not even in a host that does not mind what GetFramesNeeded says.
    let profile = Profile { demands_frames_needed: false, ..Profile::strict() };
    let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
    instance.render(&Request::default())?;
    assert_eq!(host.violations().iter().map(|v| v.kind).collect::<Vec<_>>(), [Kind::FrameNotNeeded]);
    Ok(())
}

#[test]
fn pixels_that_were_not_written_are_counted() -> Result<(), SimError> {
    let (binary, _turn) = plugin::instead(RENDER, |call: &Call| {
        let image = call.image(c"Output", 0.0)?;
        // SAFETY: two pixels of the image.
        unsafe { ptr::write_bytes(image.pixel(4, 4), 0, 2 * image.pixel_bytes) };
        call.release(image.handle);
        Some(Status::OK)
    });
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    let output = instance.render(&Request::default())?;
    assert_eq!(output.untouched, 12 * 8 - 2);
    host.assert_clean();
    Ok(())
}

#[test]
fn a_plugin_beyond_the_last_is_a_fault() -> Result<(), SimError> {
    let (binary, _turn) = plugin::endless();
    let host = Host::new(Profile::strict());
    host.load(binary)?;
    assert!(host.violations().iter().all(|v| v.kind == Kind::Export));
    assert_eq!(host.violations().len(), 2, "one beyond the last and one before the first");
    Ok(())
}
