//! The Progress suite, versions 1 and 2.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::code;
use crate::sim::action::Frame;
use crate::sim::core::lock;
use crate::sim::effect::EffectObject;
use crate::sim::moments::Moment;
use crate::sim::{Status, ViolationKind, handles};

pub(super) static SUITE_V1: ofx::OfxProgressSuiteV1 = ofx::OfxProgressSuiteV1 {
    progressStart: Some(start_v1),
    progressUpdate: Some(update),
    progressEnd: Some(end),
};

pub(super) static SUITE_V2: ofx::OfxProgressSuiteV2 = ofx::OfxProgressSuiteV2 {
    progressStart: Some(start_v2),
    progressUpdate: Some(update),
    progressEnd: Some(end),
};

/// The instance, and the action that the call is in.
fn instance(handle: *mut c_void, function: &str) -> Result<(Arc<EffectObject>, Option<Arc<Frame>>), Status> {
    let effect = handles::effect(handle as usize, function)?;
    if !effect.is_instance() {
        return Err(handles::bad(handle as usize, "an effect instance", function));
    }
    let frame = effect.frame();
    Ok((effect, frame))
}

unsafe extern "C" fn start_v1(handle: *mut c_void, _label: *const c_char) -> ofx::OfxStatus {
    start(handle)
}

unsafe extern "C" fn start_v2(
    handle: *mut c_void,
    _message: *const c_char,
    _id: *const c_char,
) -> ofx::OfxStatus {
    start(handle)
}

fn start(handle: *mut c_void) -> ofx::OfxStatus {
    let result = instance(handle, "progressStart").and_then(|(effect, frame)| {
        let wrong = |kind, message: &str| effect.core.violation(kind, "the progress bar", None, message);
        let Some(frame) = frame else {
            wrong(ViolationKind::WrongMoment, "it was started while no action runs");
            return Err(Status::FAILED);
        };
        if !matches!(frame.moment, Moment::Changed | Moment::Interact) {
            wrong(ViolationKind::WrongMoment, "it is modal: for InstanceChanged and interacts only");
        }
        if frame.progress.fetch_add(1, Ordering::Relaxed) > 0 {
            wrong(ViolationKind::Unbalanced, "it was started while it runs");
        }
        Ok(())
    });
    code(result)
}

unsafe extern "C" fn update(handle: *mut c_void, progress: f64) -> ofx::OfxStatus {
    let result = instance(handle, "progressUpdate").and_then(|(effect, frame)| {
        let wrong = |kind, message: String| effect.core.violation(kind, "the progress bar", None, message);
        if frame.is_none_or(|f| f.progress.load(Ordering::Relaxed) == 0) {
            wrong(ViolationKind::Unbalanced, "it was updated while it does not run".to_owned());
            return Err(Status::ERR_BAD_HANDLE);
        }
        if !(0.0..=1.0).contains(&progress) {
            wrong(ViolationKind::ParameterValue, format!("{progress} is not within 0 and 1"));
        }
        let Some(live) = &effect.live else { return Err(Status::ERR_BAD_HANDLE) };
        lock(&live.progress).push(progress);
        let left = live.progress_left.load(Ordering::Relaxed);
        live.progress_left.store(left.saturating_sub(usize::from(left != usize::MAX)), Ordering::Relaxed);
        if left == 0 { Err(Status::REPLY_NO) } else { Ok(()) }
    });
    code(result)
}

unsafe extern "C" fn end(handle: *mut c_void) -> ofx::OfxStatus {
    let result = instance(handle, "progressEnd").and_then(|(effect, frame)| match frame {
        Some(frame) if frame.progress.load(Ordering::Relaxed) > 0 => {
            frame.progress.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        }
        _ => {
            let message = "it was ended while it does not run";
            effect.core.violation(ViolationKind::Unbalanced, "the progress bar", None, message);
            Err(Status::ERR_BAD_HANDLE)
        }
    });
    code(result)
}
