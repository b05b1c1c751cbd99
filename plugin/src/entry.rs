//! The exported C functions and the dispatch of actions: the only place where panics are caught and
//! statuses are returned to the host.

mod interacts;

use std::any::Any;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use openfx_sys as sys;
use sys::{OfxHost, OfxPlugin, OfxPropertySetHandle, OfxStatus};

use crate::effect::instance::Instance;
use crate::effect::{Context, changed, describe, overlay, preferences, regions, render, report};
use crate::ofx::{Effect, Host, PropertySet, Result, Status, set_host};
use crate::{engine, log as log_file};

/// The struct that a host gets; it lives as long as the binary.
#[repr(transparent)]
struct Plugin(OfxPlugin);

// SAFETY: the pointers inside are to string constants and functions, which never change.
unsafe impl Sync for Plugin {}

static PLUGIN: Plugin = Plugin(OfxPlugin {
    pluginApi: sys::kOfxImageEffectPluginApi.as_ptr(),
    apiVersion: 1,
    pluginIdentifier: describe::IDENTIFIER.as_ptr(),
    pluginVersionMajor: describe::VERSION[0],
    pluginVersionMinor: describe::VERSION[1],
    setHost: Some(set_host_v1),
    mainEntry: Some(main_entry),
});

/// How many effects this binary holds.
#[unsafe(no_mangle)]
pub extern "C" fn OfxGetNumberOfPlugins() -> c_int {
    1
}

/// The effect of index 0; null for any other.
#[unsafe(no_mangle)]
pub extern "C" fn OfxGetPlugin(index: c_int) -> *mut OfxPlugin {
    // Hosts do not write to it; the C type is just not const.
    if index == 0 { ptr::from_ref(&PLUGIN.0).cast_mut() } else { ptr::null_mut() }
}

/// Takes the host, as OpenFX 1.5 hosts give it first. Any host is accepted.
///
/// # Safety
/// `host` must be null or stay valid while the binary is loaded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OfxSetHost(host: *const OfxHost) -> OfxStatus {
    if !host.is_null() {
        set_host(host.cast_mut());
    }
    Status::OK.0
}

unsafe extern "C" fn set_host_v1(host: *mut OfxHost) {
    set_host(host);
}

/// # Safety
/// As a host calls it: the action is a C string, handles belong to the action.
unsafe extern "C" fn main_entry(
    action: *const c_char,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    out_args: OfxPropertySetHandle,
) -> OfxStatus {
    // SAFETY: passed on from the caller.
    unsafe {
        guard(
            action,
            |action| dispatch(action, handle, in_args, out_args),
            |action| tell_of_panic(action, handle),
        )
    }
}

/// Runs the answer to an action. A panic ends here: it is logged, told, and answered with Failed.
///
/// # Safety
/// `action` must be null or a C string.
unsafe fn guard(
    action: *const c_char,
    answer: impl FnOnce(&CStr) -> Status,
    tell: impl FnOnce(&CStr),
) -> OfxStatus {
    if action.is_null() {
        return Status::FAILED.0;
    }
    // SAFETY: not null, and a C string by the caller's promise.
    let action = unsafe { CStr::from_ptr(action) };
    // Whatever a panic interrupts is either dropped with the stack or behind a lock that is taken again
    // whether poisoned or not.
    match catch_unwind(AssertUnwindSafe(|| answer(action))) {
        Ok(status) => status.0,
        Err(panic) => {
            log::error!("{}: panic: {}", action.to_string_lossy(), panic_text(&*panic));
            let _ = catch_unwind(AssertUnwindSafe(|| tell(action)));
            Status::FAILED.0
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

/// # Safety
/// As [`main_entry`].
unsafe fn tell_of_panic(action: &CStr, handle: *const c_void) {
    if action == sys::kOfxImageEffectActionRender
        && let Ok(host) = Host::current()
    {
        // SAFETY: Render comes with an effect handle.
        let effect = unsafe { Effect::from_raw(&host, handle.cast_mut().cast()) };
        Instance::report_failure(
            &effect,
            "PromptMatte met a fault of its own on this frame; please report it with the log file.",
        );
    }
}

/// # Safety
/// As [`main_entry`].
unsafe fn dispatch(
    action: &CStr,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    out_args: OfxPropertySetHandle,
) -> Status {
    // SAFETY: passed on from the caller.
    match unsafe { answer(action, handle, in_args, out_args) } {
        Ok(status) => status,
        Err(error) => {
            log::error!("{}: {}", action.to_string_lossy(), log_file::chain(&error));
            error.status()
        }
    }
}

/// # Safety
/// As [`main_entry`].
unsafe fn answer(
    action: &CStr,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    out_args: OfxPropertySetHandle,
) -> Result<Status> {
    if action == sys::kOfxActionLoad {
        log_file::start();
        return Host::load().map(|()| Status::OK);
    }
    if action == sys::kOfxActionUnload {
        report::release();
        engine::release();
        Host::unload();
        log_file::stop();
        return Ok(Status::OK);
    }

    let host = Host::current()?;
    // SAFETY: every other action comes with an effect handle and with argument sets that last as long as
    // it (null where the action has none).
    let (effect, in_args, out_args) = unsafe {
        (
            Effect::from_raw(&host, handle.cast_mut().cast()),
            PropertySet::from_raw(&host, in_args),
            PropertySet::from_raw(&host, out_args),
        )
    };
    if action == sys::kOfxActionDescribe {
        overlay::offer(&effect, interacts::version_1, interacts::version_2);
        return describe::describe(&effect).map(|()| Status::OK);
    }
    if action == sys::kOfxImageEffectActionDescribeInContext {
        let name = in_args.string(sys::kOfxImageEffectPropContext, 0)?;
        return match Context::from_name(&name) {
            Some(context) => describe::describe_in_context(&effect, context).map(|()| Status::OK),
            // The specification gives this action no other answer for it.
            None => Ok(Status::MISSING_HOST_FEATURE),
        };
    }
    if action == sys::kOfxActionCreateInstance {
        return Instance::create(&effect).map(|()| Status::OK);
    }
    if action == sys::kOfxActionDestroyInstance {
        // SAFETY: hosts end all other actions of an instance before this one.
        return unsafe { Instance::destroy(&effect) }.map(|()| Status::OK);
    }
    if action == sys::kOfxActionPurgeCaches {
        engine::purge();
        return Ok(Status::OK);
    }
    if !NEEDS_INSTANCE.contains(&action) {
        return Ok(Status::REPLY_DEFAULT);
    }

    // SAFETY: the reference does not leave this function.
    let instance = unsafe { Instance::of(&effect) }?;
    if action == sys::kOfxImageEffectActionRender {
        Ok(render::render(&effect, instance, &in_args))
    } else if action == sys::kOfxImageEffectActionIsIdentity {
        regions::is_identity(&effect, instance, &in_args, &out_args)
    } else if action == sys::kOfxImageEffectActionGetRegionsOfInterest {
        regions::regions_of_interest(&effect, instance, &in_args, &out_args)
    } else if action == sys::kOfxImageEffectActionGetFramesNeeded {
        regions::frames_needed(&effect, instance, &in_args, &out_args)
    } else if action == sys::kOfxImageEffectActionGetRegionOfDefinition {
        regions::region_of_definition(&effect, instance, &in_args, &out_args)
    } else if action == sys::kOfxImageEffectActionGetClipPreferences {
        preferences::clip_preferences(&effect, instance, &out_args)
    } else {
        changed::changed(&effect, instance, &in_args)
    }
}

/// The actions of an instance that are not left to the host's default.
const NEEDS_INSTANCE: [&CStr; 7] = [
    sys::kOfxImageEffectActionRender,
    sys::kOfxImageEffectActionIsIdentity,
    sys::kOfxImageEffectActionGetRegionOfDefinition,
    sys::kOfxImageEffectActionGetRegionsOfInterest,
    sys::kOfxImageEffectActionGetFramesNeeded,
    sys::kOfxImageEffectActionGetClipPreferences,
    sys::kOfxActionInstanceChanged,
];
