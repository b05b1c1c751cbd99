//! An instance of an effect.

mod create;
mod cycle;
mod edit;
mod preferences;
mod regions;
mod render;
mod render_arguments;
mod render_many;
mod told;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex, RwLock, Weak};
use std::time::Duration;

use openfx_sys as ofx;

use super::action::Frame;
use super::core::lock;
use super::effect::{EffectInner, EffectObject};
use super::plugin::PluginInner;
use super::{Components, Depth, Message, Status};

pub(crate) use edit::plugin_edited;

/// The project that an instance belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Project {
    /// Canonical width and height.
    pub size: (f64, f64),
    /// Canonical position of the lower left corner.
    pub offset: (f64, f64),
    /// Pixel aspect ratio.
    pub pixel_aspect_ratio: f64,
    /// Frames per second.
    pub frame_rate: f64,
    /// First and last frame.
    pub range: (f64, f64),
}

impl Project {
    /// A project of square pixels, 24 frames a second, frames 0 to 99.
    pub fn new(width: u32, height: u32) -> Project {
        Project {
            size: (f64::from(width), f64::from(height)),
            offset: (0.0, 0.0),
            pixel_aspect_ratio: 1.0,
            frame_rate: 24.0,
            range: (0.0, 99.0),
        }
    }
}

/// A change of parameters by the plugin.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A step of undo begins, with its label.
    StepBegins(String),
    /// The step ends.
    StepEnds,
    /// A value is set.
    Value {
        /// The parameter.
        param: String,
        /// The value.
        value: super::Value,
        /// The time of the key, when it was set as one.
        key: Option<f64>,
    },
}

/// When `abort` answers yes.
#[derive(Clone)]
pub(crate) enum AbortRule {
    Never,
    After(Duration),
    When(Arc<dyn Fn() -> bool + Send + Sync>),
}

/// What only an instance has.
pub(crate) struct Live {
    pub(crate) plugin: Weak<PluginInner>,
    pub(crate) project: Project,
    /// The user's time.
    pub(crate) time: Mutex<f64>,
    pub(crate) abort: RwLock<AbortRule>,
    pub(crate) frames: Mutex<Vec<Weak<Frame>>>,
    pub(crate) messages: Mutex<VecDeque<Message>>,
    /// Type and text.
    pub(crate) persistent: Mutex<Option<(String, String)>>,
    /// The clip preferences may have changed.
    pub(crate) dirty: AtomicBool,
    /// What the clips were last asked to come as.
    pub(crate) format: Mutex<(Option<Depth>, Option<Components>)>,
    /// Parameters whose change changes the clip preferences.
    pub(crate) slaves: Vec<String>,
    /// Progress updates to answer with "go on"; then the user cancels.
    pub(crate) progress_left: AtomicUsize,
    /// The user's answer to questions.
    pub(crate) answer: AtomicBool,
    /// Values of progress updates.
    pub(crate) progress: Mutex<Vec<f64>>,
    /// What the plugin wrote.
    pub(crate) changes: Mutex<Vec<Change>>,
}

/// An instance. All functions take `&self`: several threads may render at once with [`Instance::render_many`].
/// Dropping it sends DestroyInstance.
pub struct Instance {
    pub(crate) effect: Arc<EffectInner>,
    pub(crate) object: Arc<EffectObject>,
    /// Held by renders when the plugin can do only one an instance.
    render_lock: Mutex<()>,
    /// Read by renders, written while clips or preferences change.
    clips_lock: RwLock<()>,
}

impl Instance {
    pub(crate) fn plugin(&self) -> &Arc<PluginInner> {
        &self.effect.plugin
    }

    fn live(&self) -> Option<&Live> {
        self.object.live.as_ref()
    }

    fn send(&self, action: &std::ffi::CStr) -> Status {
        self.plugin().send(&action.to_string_lossy(), Some(&self.object), None, None).0
    }

    /// From now on each render's `abort` answers yes once it has run this long; `None`: never.
    pub fn set_abort_after(&self, time: Option<Duration>) {
        self.set_abort(time.map_or(AbortRule::Never, AbortRule::After));
    }

    /// From now on `abort` answers what `rule` says.
    pub fn set_abort_when(&self, rule: impl Fn() -> bool + Send + Sync + 'static) {
        self.set_abort(AbortRule::When(Arc::new(rule)));
    }

    fn set_abort(&self, rule: AbortRule) {
        if let Some(live) = self.live() {
            *live.abort.write().unwrap_or_else(std::sync::PoisonError::into_inner) = rule;
        }
    }

    /// The user cancels the progress bar after that many updates; by default never.
    pub fn cancel_progress_after(&self, updates: usize) {
        if let Some(live) = self.live() {
            live.progress_left.store(updates, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// The fractions given to the progress bar so far.
    pub fn progress(&self) -> Vec<f64> {
        self.live().map(|l| lock(&l.progress).clone()).unwrap_or_default()
    }

    /// The user's answer to questions from now on; yes by default.
    pub fn answer_questions(&self, yes: bool) {
        if let Some(live) = self.live() {
            live.answer.store(yes, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// What the plugin has written since the last call, in order.
    pub fn take_changes(&self) -> Vec<Change> {
        self.live().map(|l| std::mem::take(&mut *lock(&l.changes))).unwrap_or_default()
    }

    /// Messages of this instance, oldest first (the last 1000).
    pub fn messages(&self) -> Vec<Message> {
        self.live().map(|l| lock(&l.messages).iter().cloned().collect()).unwrap_or_default()
    }

    /// Type and text of the persistent message that stands now.
    pub fn persistent_message(&self) -> Option<(String, String)> {
        self.live().and_then(|l| lock(&l.persistent).clone())
    }

    /// Sends PurgeCaches.
    pub fn purge_caches(&self) -> Status {
        self.send(ofx::kOfxActionPurgeCaches)
    }

    /// Sends SyncPrivateData.
    pub fn sync_private_data(&self) -> Status {
        self.send(ofx::kOfxActionSyncPrivateData)
    }

    /// Sends any action with the instance and no arguments.
    pub fn raw_action(&self, action: &str) -> Status {
        self.plugin().send(action, Some(&self.object), None, None).0
    }
}
