//! What is allowed in which action.

use std::ffi::CStr;

use openfx_sys as ofx;

use super::Status;

/// Groups of actions with the same permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Functions exported by the binary, setHost, Load, Unload.
    Binary,
    Describe,
    DescribeInContext,
    Create,
    Destroy,
    Changed,
    Interact,
    /// An interact's Draw, which changes nothing.
    Draw,
    Preferences,
    /// Identity, regions, frames needed, and the brackets of a sequence: on render threads.
    AroundRender,
    Render,
    Sync,
    Other,
}

fn is(action: &str, name: &CStr) -> bool {
    name.to_str() == Ok(action)
}

impl Moment {
    pub(crate) fn of(action: &str) -> Moment {
        if is(action, ofx::kOfxInteractActionDraw) {
            return Moment::Draw;
        }
        if action.starts_with("OfxInteractAction") {
            return Moment::Interact;
        }
        let table: &[(&CStr, Moment)] = &[
            (ofx::kOfxActionLoad, Moment::Binary),
            (ofx::kOfxActionUnload, Moment::Binary),
            (c"OfxSetHost", Moment::Binary),
            (c"OfxGetPlugin", Moment::Binary),
            (c"setHost", Moment::Binary),
            (ofx::kOfxActionDescribe, Moment::Describe),
            (ofx::kOfxImageEffectActionDescribeInContext, Moment::DescribeInContext),
            (ofx::kOfxActionCreateInstance, Moment::Create),
            (ofx::kOfxActionDestroyInstance, Moment::Destroy),
            (ofx::kOfxActionInstanceChanged, Moment::Changed),
            (ofx::kOfxImageEffectActionGetClipPreferences, Moment::Preferences),
            (ofx::kOfxImageEffectActionIsIdentity, Moment::AroundRender),
            (ofx::kOfxImageEffectActionGetRegionOfDefinition, Moment::AroundRender),
            (ofx::kOfxImageEffectActionGetRegionsOfInterest, Moment::AroundRender),
            (ofx::kOfxImageEffectActionGetFramesNeeded, Moment::AroundRender),
            (ofx::kOfxImageEffectActionBeginSequenceRender, Moment::AroundRender),
            (ofx::kOfxImageEffectActionEndSequenceRender, Moment::AroundRender),
            (ofx::kOfxImageEffectActionRender, Moment::Render),
            (ofx::kOfxActionSyncPrivateData, Moment::Sync),
        ];
        table.iter().find(|(name, _)| is(action, name)).map_or(Moment::Other, |(_, moment)| *moment)
    }

    /// paramSetValue and its kin. SyncPrivateData exists to write parameters.
    pub(crate) fn may_set_values(self) -> bool {
        matches!(self, Moment::Changed | Moment::Interact | Moment::Sync)
    }

    /// paramGetValue, which has no time: not on render threads.
    pub(crate) fn may_get_values_without_time(self) -> bool {
        !matches!(self, Moment::Render | Moment::AroundRender)
    }

    /// paramDefine, clipDefine.
    pub(crate) fn describes(self) -> bool {
        matches!(self, Moment::Describe | Moment::DescribeInContext)
    }

    /// clipGetImage of an input.
    pub(crate) fn may_fetch_images(self) -> bool {
        matches!(self, Moment::Render | Moment::Changed | Moment::Interact | Moment::Draw)
    }
}

/// Whether the specification lets an action answer so.
pub(crate) fn status_allowed(moment: Moment, action: &str, status: Status) -> bool {
    const ERRORS: &[Status] = &[Status::FAILED, Status::ERR_FATAL];
    let usual = ERRORS.contains(&status);
    let memory = status == Status::ERR_MEMORY;
    match moment {
        // The specification gives Load three answers; a host feature that is missing has its own code, which
        // plugins of all makers return here.
        Moment::Binary if is(action, ofx::kOfxActionLoad) => {
            status.is_fine() || usual || status == Status::ERR_MISSING_HOST_FEATURE
        }
        Moment::Binary => status.is_fine() || status == Status::ERR_FATAL,
        Moment::Describe | Moment::DescribeInContext => {
            status == Status::OK || usual || memory || status == Status::ERR_MISSING_HOST_FEATURE
        }
        Moment::Create | Moment::Preferences | Moment::AroundRender => status.is_fine() || usual || memory,
        Moment::Render => status == Status::OK || usual || memory || status == Status::ERR_IMAGE_FORMAT,
        Moment::Destroy | Moment::Changed | Moment::Sync | Moment::Interact | Moment::Draw => {
            status.is_fine() || usual
        }
        Moment::Other => other_allowed(action, status, usual, memory),
    }
}

fn other_allowed(action: &str, status: Status, usual: bool, memory: bool) -> bool {
    let known = [
        ofx::kOfxActionBeginInstanceChanged,
        ofx::kOfxActionEndInstanceChanged,
        ofx::kOfxActionBeginInstanceEdit,
        ofx::kOfxActionEndInstanceEdit,
        ofx::kOfxActionPurgeCaches,
        ofx::kOfxImageEffectActionGetTimeDomain,
        openfx_sys::newer::kOfxImageEffectActionGetOutputColourspace,
    ];
    if known.iter().any(|k| is(action, k)) {
        return status.is_fine() || usual || memory;
    }
    // An action that nobody knows is not trapped.
    status == Status::REPLY_DEFAULT
}
