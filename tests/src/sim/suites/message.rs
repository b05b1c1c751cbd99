//! The Message suite, versions 1 and 2. The shim formats the text.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::{code, variadic};
use crate::sim::core::{Core, lock};
use crate::sim::effect::EffectObject;
use crate::sim::{Message, MessageKind, Status, ViolationKind, action, handles, plugin};

pub(super) static SUITE_V1: ofx::OfxMessageSuiteV1 =
    ofx::OfxMessageSuiteV1 { message: Some(variadic::sim_shim_message) };

pub(super) static SUITE_V2: ofx::OfxMessageSuiteV2 = ofx::OfxMessageSuiteV2 {
    message: Some(variadic::sim_shim_message),
    setPersistentMessage: Some(variadic::sim_shim_set_persistent_message),
    clearPersistentMessage: Some(clear),
};

/// Messages that an instance keeps.
const KEPT: usize = 1000;

/// Called by the shim with the finished text.
///
/// # Safety
/// All strings must be null or C strings.
#[unsafe(no_mangle)]
unsafe extern "C" fn sim_message(
    handle: *mut c_void,
    persistent: c_int,
    message_type: *const c_char,
    id: *const c_char,
    format: *const c_char,
    text: *const c_char,
) -> ofx::OfxStatus {
    let persistent = persistent != 0;
    // SAFETY: by this function's contract.
    let (message_type, id, text) =
        unsafe { (plugin::text_of(message_type), plugin::text_of(id), plugin::text_of(text)) };
    let effect = match handle as usize {
        0 if !persistent => None,
        handle => match handles::effect(handle, "message") {
            Ok(effect) => Some(effect),
            Err(status) => return status.0,
        },
    };
    let core = effect.as_ref().map(|e| e.core.clone()).or_else(|| handles::host_of(0));
    let Some(core) = core else { return Status::FAILED.0 };
    if format.is_null() {
        super::null("a message", "message");
        return Status::FAILED.0;
    }
    if !check_type(&core, &message_type, persistent) {
        return Status::FAILED.0;
    }
    let kind = if persistent { MessageKind::Persistent } else { MessageKind::Transient };
    log(&core, effect.as_deref(), kind, &message_type, &id, &text);
    if let (true, Some(live)) = (persistent, effect.as_ref().and_then(|e| e.live.as_ref())) {
        *lock(&live.persistent) = Some((message_type.clone(), text));
    }
    if ofx::kOfxMessageQuestion.to_str() != Ok(message_type.as_str()) {
        return Status::OK.0;
    }
    if core.profile.background || !core.profile.interactive {
        core.violation(ViolationKind::Message, "a question", None, "there is no user to answer in this host");
        return Status::FAILED.0;
    }
    let yes = effect.and_then(|e| e.live.as_ref().map(|l| l.answer.load(Ordering::Relaxed))).unwrap_or(true);
    if yes { Status::REPLY_YES.0 } else { Status::REPLY_NO.0 }
}

fn check_type(core: &Core, message_type: &str, persistent: bool) -> bool {
    let lasting = [ofx::kOfxMessageError, ofx::kOfxMessageWarning, ofx::kOfxMessageMessage];
    let passing = [ofx::kOfxMessageFatal, ofx::kOfxMessageLog, ofx::kOfxMessageQuestion];
    let is = |list: &[&std::ffi::CStr]| list.iter().any(|t| t.to_str() == Ok(message_type));
    let fine = is(&lasting) || (!persistent && is(&passing));
    if !fine {
        let what = if persistent { "a persistent message" } else { "a message" };
        core.violation(
            ViolationKind::Message,
            what,
            None,
            format!("there is no type \"{message_type}\" for it"),
        );
    }
    fine
}

fn log(
    core: &Core,
    effect: Option<&EffectObject>,
    kind: MessageKind,
    message_type: &str,
    id: &str,
    text: &str,
) {
    let action = action::current().or_else(|| effect.and_then(EffectObject::frame));
    let message = Message {
        action: action.map_or_else(|| "no action".to_owned(), |f| f.action.clone()),
        kind,
        message_type: message_type.to_owned(),
        id: id.to_owned(),
        text: text.to_owned(),
    };
    core.log_message(message.clone());
    if let Some(live) = effect.and_then(|e| e.live.as_ref()) {
        let mut messages = lock(&live.messages);
        if messages.len() >= KEPT {
            messages.pop_front();
        }
        messages.push_back(message);
    }
}

unsafe extern "C" fn clear(handle: *mut c_void) -> ofx::OfxStatus {
    let result = handles::effect(handle as usize, "clearPersistentMessage").map(|effect| {
        log(&effect.core, Some(&effect), MessageKind::Cleared, "", "", "");
        if let Some(live) = &effect.live {
            *lock(&live.persistent) = None;
        }
    });
    code(result)
}
