//! An effect instance: its handles and what it last did. Nothing that a frame depends on is kept here.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use openfx_sys as sys;

use super::clips::Clips;
use super::handles::ParameterHandles;
use super::overlay::FoundBox;
use super::overlay::recent::Recent;
use super::settings::Settings;
use super::status::LastFrame;
use super::tracking::Survey;
use super::{Context, usable};
use crate::engine;
use crate::ofx::{Effect, Error, Host, MessageKind, Result};
use crate::pipeline::contour::Outline;

/// An instance of the effect.
pub struct Instance {
    id: u64,
    /// The context it was made in.
    pub context: Context,
    /// Its parameters.
    pub parameters: ParameterHandles,
    /// Its inputs and its output.
    pub clips: Clips,
    last: Mutex<LastFrame>,
    shown: Mutex<Option<String>>,
    told: Mutex<HashMap<&'static CStr, String>>,
    view_centre: Mutex<Option<[f64; 2]>>,
    tracking: AtomicBool,
    survey: Mutex<Option<Survey>>,
    /// Outlines of the last mattes, when they are shown.
    pub outlines: Recent<Outline>,
    /// What was found in the last frames of the automatic mode.
    pub found: Recent<Option<FoundBox>>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Effects that have an instance now, by [`Effect::id`].
static LIVING: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

impl Instance {
    /// Makes the instance of `effect` and leaves it with the host.
    ///
    /// # Errors
    /// When the host lacks a clip or a parameter that was described.
    pub fn create(effect: &Effect<'_>) -> Result<()> {
        let properties = effect.properties()?;
        let context = properties
            .string(sys::kOfxImageEffectPropContext, 0)
            .ok()
            .and_then(|name| Context::from_name(&name))
            .unwrap_or(Context::Filter);
        let instance = Box::new(Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            context,
            parameters: ParameterHandles::of(effect, context)?,
            clips: Clips::of(effect)?,
            last: Mutex::default(),
            shown: Mutex::default(),
            told: Mutex::default(),
            view_centre: Mutex::default(),
            tracking: AtomicBool::default(),
            survey: Mutex::default(),
            outlines: Recent::default(),
            found: Recent::default(),
        });
        usable::refresh(effect.host(), &instance.parameters, 0.0)?;
        let pointer = Box::into_raw(instance);
        properties.set_pointer(sys::kOfxPropInstanceData, 0, pointer.cast::<c_void>()).inspect_err(|_| {
            // SAFETY: the pointer came from the box above and the host did not take it.
            drop(unsafe { Box::from_raw(pointer) });
        })?;
        LIVING.lock().unwrap_or_else(PoisonError::into_inner).insert(effect.id());
        Ok(())
    }

    /// Whether an effect has an instance, without a call to the host: for handles that may be dead, as those
    /// that a view goes on to name after its effect has ended.
    pub fn lives(effect: &Effect<'_>) -> bool {
        LIVING.lock().unwrap_or_else(PoisonError::into_inner).contains(&effect.id())
    }

    /// The instance that `create` left with the host.
    ///
    /// # Errors
    /// [`Error::State`] when there is none: MLT goes on after a failed CreateInstance.
    ///
    /// # Safety
    /// The result must not be used after the action in progress.
    pub unsafe fn of<'a>(effect: &Effect<'_>) -> Result<&'a Self> {
        let pointer = effect.properties()?.pointer(sys::kOfxPropInstanceData, 0)?.cast::<Self>();
        // SAFETY: only `create` sets this property, and `destroy` clears it; a host does not destroy an
        // instance during another action of it.
        unsafe { pointer.as_ref() }.ok_or(Error::State("an action came for an instance that was never made"))
    }

    /// Ends the instance.
    ///
    /// # Errors
    /// When the host does not answer.
    ///
    /// # Safety
    /// No other action of the instance may be in progress.
    pub unsafe fn destroy(effect: &Effect<'_>) -> Result<()> {
        LIVING.lock().unwrap_or_else(PoisonError::into_inner).remove(&effect.id());
        let properties = effect.properties()?;
        let pointer = properties.pointer(sys::kOfxPropInstanceData, 0)?.cast::<Self>();
        properties.set_pointer(sys::kOfxPropInstanceData, 0, std::ptr::null_mut())?;
        if !pointer.is_null() {
            // SAFETY: the pointer came from `create`'s box, and clearing the property above makes this the
            // only time it is taken back.
            drop(unsafe { Box::from_raw(pointer) });
        }
        Ok(())
    }

    /// The settings at a time.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn settings(&self, host: &Host, time: f64) -> Result<Settings> {
        Settings::read(host, &self.parameters, self.context, time)
    }

    /// Applies this instance's wish for memory, and gives what is in force in bytes.
    pub fn apply_budget(&self, bytes: u64) -> u64 {
        let budget = engine::budget().want(self.id, bytes);
        if let Some(engine) = engine::current() {
            engine.set_budget(budget);
        }
        budget
    }

    /// Writes a label, unless it says so already: hosts make an action of every write.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn tell(&self, host: &Host, label: &'static CStr, text: String) -> Result<()> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(label) == Some(&text) {
            return Ok(());
        }
        told.insert(label, text.clone());
        // No lock is held while the host is called: it may answer with another action at once.
        drop(told);
        self.parameters.get(label)?.set_string(host, &text)
    }

    /// The middle of the viewer in canonical coordinates, where an overlay has learnt it.
    pub fn view_centre(&self) -> Option<[f64; 2]> {
        *self.view_centre.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the middle of the viewer.
    pub fn note_view_centre(&self, centre: [f64; 2]) {
        *self.view_centre.lock().unwrap_or_else(PoisonError::into_inner) = Some(centre);
    }

    /// The right to track, until it is dropped; `None` while another has it.
    pub fn take_turn(&self) -> Option<Turn<'_>> {
        (!self.tracking.swap(true, Ordering::AcqRel)).then_some(Turn(&self.tracking))
    }

    /// Which frames were keyed when that was told last.
    pub fn survey(&self) -> Option<Survey> {
        self.survey.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes which frames are keyed.
    pub fn note_survey(&self, survey: Survey) {
        *self.survey.lock().unwrap_or_else(PoisonError::into_inner) = Some(survey);
    }

    /// What the last frame did.
    pub fn last(&self) -> LastFrame {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what a frame did, and shows or clears the message on the effect accordingly.
    pub fn report(&self, effect: &Effect<'_>, frame: LastFrame) {
        let message = frame.message();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = frame;
        let text = message.as_ref().map(|(_, text)| text.clone());
        let before =
            std::mem::replace(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner), text.clone());
        let result = match message {
            // MLT only writes messages to its log: once is enough. Others may have taken theirs away.
            Some(_) if effect.host().is_mlt() && before == text => Ok(()),
            Some((kind, text)) => effect.set_persistent_message(kind, &text),
            None if before.is_some() => effect.clear_persistent_message(),
            None => Ok(()),
        };
        if let Err(error) = result {
            log::debug!("no message: {error}");
        }
    }

    /// Shows that creating or describing went wrong, on an effect without an instance.
    pub fn report_failure(effect: &Effect<'_>, text: &str) {
        if let Err(error) = effect.set_persistent_message(MessageKind::Error, text) {
            log::debug!("no message: {error}");
        }
    }
}

/// The right to track.
pub struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        engine::budget().forget(self.id);
    }
}
