//! The actions that run: what each thread is in the middle of, and what must hold when an action ends.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_void};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use openfx_sys as ofx;

use super::core::{Core, lock};
use super::effect::EffectObject;
use super::images::fields::Lines;
use super::images::{Buffer, Image, Prepared};
use super::moments::{self, Moment};
use super::{Field, Layout, Status, ViolationKind};

/// The plugin's main entry.
pub(crate) type MainEntry = unsafe extern "C" fn(
    *const std::ffi::c_char,
    *const c_void,
    ofx::OfxPropertySetHandle,
    ofx::OfxPropertySetHandle,
) -> ofx::OfxStatus;

/// Images of an action that stay in memory when they are released: a plugin may still write into them.
const KEPT: usize = 16;

/// What a render (or another action with images) is about.
pub(crate) struct RenderContext {
    pub(crate) time: f64,
    /// Pixels of the images per canonical unit.
    pub(crate) scale: (f64, f64),
    /// What images say of it.
    pub(crate) told_scale: (f64, f64),
    /// What images that are not fielded are called.
    pub(crate) progressive: Field,
    pub(crate) output_lines: Lines,
    pub(crate) source_layout: Layout,
    /// The output image; only while Render runs.
    pub(crate) output: Option<Arc<Buffer>>,
    /// Region of definition of the output, canonical.
    pub(crate) region: [f64; 4],
    /// By clip: the times that GetFramesNeeded asked for; a clip not named may be fetched at `time` only.
    pub(crate) frames: HashMap<String, Vec<(f64, f64)>>,
    /// By clip: the region of interest, canonical, when images may be tiles.
    pub(crate) tiles: Option<HashMap<String, [f64; 4]>>,
    /// Input images by clip and time (its bits), made once an action.
    pub(crate) prepared: Mutex<HashMap<(String, u64), Arc<Prepared>>>,
}

/// An action that runs.
pub(crate) struct Frame {
    pub(crate) core: Arc<Core>,
    pub(crate) action: String,
    pub(crate) moment: Moment,
    pub(crate) effect: Option<Arc<EffectObject>>,
    pub(crate) render: Option<RenderContext>,
    pub(crate) started: Instant,
    /// How long the plugin took.
    pub(crate) took: OnceLock<Duration>,
    pub(crate) aborts_asked: AtomicUsize,
    pub(crate) edits: AtomicI32,
    pub(crate) progress: AtomicI32,
    images: Mutex<Vec<Arc<Image>>>,
    strings: Mutex<Vec<CString>>,
}

thread_local! {
    static FRAMES: RefCell<Vec<Arc<Frame>>> = const { RefCell::new(Vec::new()) };
}

/// The innermost action that runs on this thread.
pub(crate) fn current() -> Option<Arc<Frame>> {
    FRAMES.with_borrow(|frames| frames.last().cloned())
}

/// How many actions run inside each other on this thread.
pub(crate) fn depth() -> usize {
    FRAMES.with_borrow(Vec::len)
}

/// Makes `frame` the action of this thread while `f` runs: for the action itself and for threads that the host
/// runs on the plugin's behalf.
pub(crate) fn within<R>(frame: Arc<Frame>, f: impl FnOnce() -> R) -> R {
    struct Pop;
    impl Drop for Pop {
        fn drop(&mut self) {
            FRAMES.with_borrow_mut(|frames| frames.pop());
        }
    }
    FRAMES.with_borrow_mut(|frames| frames.push(frame));
    let _pop = Pop;
    f()
}

impl Frame {
    pub(crate) fn new(
        core: &Arc<Core>,
        action: &str,
        effect: Option<&Arc<EffectObject>>,
        render: Option<RenderContext>,
    ) -> Arc<Frame> {
        Self::of(core, action, Moment::of(action), effect, render)
    }

    /// An action of an interact. Some have the names of an effect's actions and other rules.
    pub(crate) fn interact(core: &Arc<Core>, action: &str, effect: &Arc<EffectObject>) -> Arc<Frame> {
        let moment = match Moment::of(action) {
            Moment::Draw => Moment::Draw,
            _ => Moment::Interact,
        };
        Self::of(core, action, moment, Some(effect), None)
    }

    fn of(
        core: &Arc<Core>,
        action: &str,
        moment: Moment,
        effect: Option<&Arc<EffectObject>>,
        render: Option<RenderContext>,
    ) -> Arc<Frame> {
        Arc::new(Frame {
            core: core.clone(),
            action: action.to_owned(),
            moment,
            effect: effect.cloned(),
            render,
            started: Instant::now(),
            took: OnceLock::new(),
            aborts_asked: AtomicUsize::new(0),
            edits: AtomicI32::new(0),
            progress: AtomicI32::new(0),
            images: Mutex::default(),
            strings: Mutex::default(),
        })
    }

    /// Keeps a copy of a text until the action ends, and gives its address.
    pub(crate) fn lend(&self, text: &str) -> *const std::ffi::c_char {
        let copy = CString::new(text.replace('\0', "?")).unwrap_or_default();
        let address = copy.as_ptr();
        lock(&self.strings).push(copy);
        address
    }

    /// Remembers an image that the plugin fetched. An action may fetch a whole clip, so that of the images that it has
    /// released the oldest is looked at and let go.
    pub(crate) fn fetched(&self, image: Arc<Image>) {
        let mut images = lock(&self.images);
        images.push(image);
        let released = |images: &Vec<Arc<Image>>| images.iter().position(|image| !image.is_out());
        let oldest = if images.len() > KEPT { released(&images) } else { None };
        let oldest = oldest.map(|index| images.remove(index));
        drop(images);
        if let Some(image) = oldest {
            self.check_damage(&image);
        }
    }

    fn check_damage(&self, image: &Image) {
        if let Some(damage) = image.damage() {
            self.wrong(ViolationKind::SourceModified, &image.properties.object, damage);
        }
    }

    fn wrong(&self, kind: ViolationKind, object: &str, message: String) {
        self.core.violation_in(&self.action, kind, object, None, message);
    }

    /// Checks what must hold when an action is over.
    fn end(&self, status: Status) {
        for image in lock(&self.images).drain(..) {
            if image.retire() {
                let message = "the image was not released before the action ended".to_owned();
                self.wrong(ViolationKind::ImageNotReleased, &image.properties.object, message);
            }
            self.check_damage(&image);
        }
        let object = self.effect.as_ref().map_or("the plugin", |e| e.properties.object.as_str());
        let edits = self.edits.load(Ordering::Relaxed);
        if edits != 0 {
            self.wrong(ViolationKind::Unbalanced, object, format!("{edits} paramEditBegin without an end"));
        }
        let progress = self.progress.load(Ordering::Relaxed);
        if progress != 0 {
            self.wrong(ViolationKind::Unbalanced, object, format!("{progress} progressStart without an end"));
        }
        if !moments::status_allowed(self.moment, &self.action, status) {
            let message = format!("it answered {status}, which this action may not");
            self.wrong(ViolationKind::StatusNotAllowed, object, message);
        }
        let strings = std::mem::take(&mut *lock(&self.strings));
        self.core.bury(strings);
    }
}

/// Calls the plugin's main entry with an action and checks the end.
pub(crate) fn run(
    entry: MainEntry,
    frame: &Arc<Frame>,
    handle: usize,
    input: usize,
    output: usize,
) -> Status {
    let action = CString::new(frame.action.as_str()).unwrap_or_default();
    frame.core.log_action(&frame.action);
    if let Some(effect) = &frame.effect {
        effect.begin(frame);
    }
    let begin = Instant::now();
    let status = within(frame.clone(), || {
        // SAFETY: the entry is that of a loaded plugin; the action's name lives until after the call; the
        // handles are numbers that only this host's suites read.
        unsafe {
            entry(
                action.as_ptr(),
                handle as *const c_void,
                input as ofx::OfxPropertySetHandle,
                output as ofx::OfxPropertySetHandle,
            )
        }
    });
    let _ = frame.took.set(begin.elapsed());
    let status = Status(status);
    frame.core.log_answer(&frame.action, status);
    frame.end(status);
    if let Some(effect) = &frame.effect {
        effect.end(frame);
    }
    status
}

/// Runs something of the plugin that is no action (an exported function, a suite's callback) as one.
pub(crate) fn aside<R>(core: &Arc<Core>, what: &CStr, f: impl FnOnce() -> R) -> R {
    let frame = Frame::new(core, &what.to_string_lossy(), None, None);
    let result = within(frame.clone(), f);
    frame.end(Status::OK);
    result
}
