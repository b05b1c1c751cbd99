//! The host: its suites, fetched at Load, and what it says of itself.

use std::ffi::{CStr, c_int};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use openfx_sys as sys;
use sys::{
    OfxDrawSuiteV1, OfxHost, OfxImageEffectSuiteV1, OfxInteractSuiteV1, OfxMessageSuiteV1, OfxMessageSuiteV2,
    OfxParameterSuiteV1, OfxProgressSuiteV1, OfxProgressSuiteV2, OfxPropertySetHandle, OfxPropertySuiteV1,
    OfxTimeLineSuiteV1,
};

use super::{Error, PropertySet, Result};

/// What `OfxSetHost` or the plugin's `setHost` last gave. Null until then.
static HOST: AtomicPtr<OfxHost> = AtomicPtr::new(std::ptr::null_mut());

/// The suites of that host, from Load to Unload.
static LOADED: RwLock<Option<Arc<Host>>> = RwLock::new(None);

/// Remembers the host that the next Load will talk to.
pub fn set_host(host: *mut OfxHost) {
    HOST.store(host, Ordering::Release);
}

/// A host and its suites. One value serves the whole process and is shared by all threads.
pub struct Host {
    properties: OfxPropertySetHandle,
    property_suite: &'static OfxPropertySuiteV1,
    effect_suite: &'static OfxImageEffectSuiteV1,
    parameter_suite: &'static OfxParameterSuiteV1,
    message_suite: Option<&'static OfxMessageSuiteV1>,
    persistent_message_suite: Option<&'static OfxMessageSuiteV2>,
    interact_suite: Option<&'static OfxInteractSuiteV1>,
    draw_suite: Option<&'static OfxDrawSuiteV1>,
    progress_suite: Option<&'static OfxProgressSuiteV2>,
    first_progress_suite: Option<&'static OfxProgressSuiteV1>,
    timeline_suite: Option<&'static OfxTimeLineSuiteV1>,
    name: String,
}

// SAFETY: the fields are a handle and function tables that OpenFX keeps valid while the plugin is loaded
// and allows to be used from every thread that runs an action.
unsafe impl Send for Host {}
// SAFETY: as above; nothing is mutated through a shared reference.
unsafe impl Sync for Host {}

impl Host {
    /// Fetches the suites. Called at every Load, which hosts may repeat; the last host wins.
    ///
    /// # Errors
    /// [`Error::State`] when no host was set, [`Error::Missing`] when it lacks a required suite.
    pub fn load() -> Result<()> {
        let raw = HOST.load(Ordering::Acquire);
        // SAFETY: hosts keep the struct valid from setHost to Unload; null is handled.
        let raw = unsafe { raw.as_ref() }.ok_or(Error::State("Load came before the host was set"))?;
        let fetch = Fetch { host: raw.host, call: raw.fetchSuite.ok_or(Error::Missing("fetchSuite"))? };
        // SAFETY: each name and version goes with the struct it is read as, by the C headers.
        let mut host = unsafe {
            Host {
                properties: raw.host,
                property_suite: fetch.required(sys::kOfxPropertySuite, 1, "the property suite")?,
                effect_suite: fetch.required(sys::kOfxImageEffectSuite, 1, "the image effect suite")?,
                parameter_suite: fetch.required(sys::kOfxParameterSuite, 1, "the parameter suite")?,
                message_suite: fetch.optional(sys::kOfxMessageSuite, 1),
                persistent_message_suite: fetch.optional(sys::kOfxMessageSuite, 2),
                interact_suite: fetch.optional(sys::kOfxInteractSuite, 1),
                draw_suite: fetch.optional(sys::kOfxDrawSuite, 1),
                progress_suite: fetch.optional(sys::kOfxProgressSuite, 2),
                first_progress_suite: fetch.optional(sys::kOfxProgressSuite, 1),
                timeline_suite: fetch.optional(sys::kOfxTimeLineSuite, 1),
                name: String::new(),
            }
        };
        host.name = host.properties().string(sys::kOfxPropName, 0).unwrap_or_default();
        *LOADED.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(host));
        Ok(())
    }

    /// Forgets the host, at Unload.
    pub fn unload() {
        *LOADED.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The loaded host.
    ///
    /// # Errors
    /// [`Error::State`] before Load and after Unload.
    pub fn current() -> Result<Arc<Host>> {
        let loaded = LOADED.read().unwrap_or_else(PoisonError::into_inner);
        loaded.clone().ok_or(Error::State("an action came before Load"))
    }

    /// The host's name, `fr.inria.Natron` say; empty when it has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host's version as it writes it, or its numbers; empty when it has none.
    pub fn version(&self) -> String {
        let label = self.properties().string(sys::kOfxPropVersionLabel, 0).unwrap_or_default();
        if !label.is_empty() {
            return label;
        }
        let numbers = (0..3).map_while(|index| self.properties().int(sys::kOfxPropVersion, index).ok());
        numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(".")
    }

    /// Whether other frames than the one being rendered can be had.
    pub fn gives_other_frames(&self) -> bool {
        self.properties().int(sys::kOfxImageEffectPropTemporalClipAccess, 0).is_ok_and(|access| access != 0)
    }

    /// Whether this is MLT (Kdenlive, Shotcut, melt).
    pub fn is_mlt(&self) -> bool {
        self.name == "MLT"
    }

    /// Whether this is DaVinci Resolve, Lite or Studio.
    pub fn is_resolve(&self) -> bool {
        self.name.starts_with("DaVinciResolve")
    }

    /// Whether this is Nuke; NukeX and Nuke Studio add to the name.
    pub fn is_nuke(&self) -> bool {
        self.name.starts_with("uk.co.thefoundry.nuke")
    }

    /// The host's own properties.
    pub fn properties(&self) -> PropertySet<'_> {
        PropertySet::new(self, self.properties)
    }

    pub(super) fn property_suite(&self) -> &'static OfxPropertySuiteV1 {
        self.property_suite
    }

    pub(super) fn effect_suite(&self) -> &'static OfxImageEffectSuiteV1 {
        self.effect_suite
    }

    pub(super) fn parameter_suite(&self) -> &'static OfxParameterSuiteV1 {
        self.parameter_suite
    }

    pub(super) fn message_suite(&self) -> Option<&'static OfxMessageSuiteV1> {
        self.message_suite
    }

    pub(super) fn persistent_message_suite(&self) -> Option<&'static OfxMessageSuiteV2> {
        self.persistent_message_suite
    }

    pub(super) fn interact_suite(&self) -> Option<&'static OfxInteractSuiteV1> {
        self.interact_suite
    }

    pub(super) fn draw_suite(&self) -> Option<&'static OfxDrawSuiteV1> {
        self.draw_suite
    }

    pub(super) fn progress_suite(&self) -> Option<&'static OfxProgressSuiteV2> {
        self.progress_suite
    }

    pub(super) fn first_progress_suite(&self) -> Option<&'static OfxProgressSuiteV1> {
        self.first_progress_suite
    }

    pub(super) fn timeline_suite(&self) -> Option<&'static OfxTimeLineSuiteV1> {
        self.timeline_suite
    }

    /// Whether overlays are shown at all.
    pub fn shows_overlays(&self) -> bool {
        self.properties().int(sys::kOfxImageEffectPropSupportsOverlays, 0).is_ok_and(|shows| shows != 0)
    }

    /// Whether overlays can be drawn by the host (OpenFX 1.5) and need no OpenGL.
    pub fn draws(&self) -> bool {
        self.draw_suite.is_some()
    }
}

/// The host's suite look-up.
struct Fetch {
    host: OfxPropertySetHandle,
    call:
        unsafe extern "C" fn(OfxPropertySetHandle, *const std::ffi::c_char, c_int) -> *const std::ffi::c_void,
}

impl Fetch {
    /// # Safety
    /// `T` must be the struct that the C headers give for this suite and version.
    unsafe fn optional<T>(&self, name: &CStr, version: c_int) -> Option<&'static T> {
        // SAFETY: the host handle and the string are valid; the answer is null or a table that the host
        // keeps while the plugin is loaded, of type `T` by the caller's promise.
        unsafe { (self.call)(self.host, name.as_ptr(), version).cast::<T>().as_ref() }
    }

    /// # Safety
    /// As [`Fetch::optional`].
    unsafe fn required<T>(&self, name: &CStr, version: c_int, what: &'static str) -> Result<&'static T> {
        // SAFETY: passed on to the caller.
        unsafe { self.optional(name, version) }.ok_or(Error::Missing(what))
    }
}
