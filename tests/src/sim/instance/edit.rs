//! Changes by the user, the plugin and the host.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::Instance;
use crate::sim::action;
use crate::sim::core::lock;
use crate::sim::effect::EffectObject;
use crate::sim::param_types::ParamType;
use crate::sim::params::Param;
use crate::sim::plugin::PluginInner;
use crate::sim::properties::tables::arguments;
use crate::sim::properties::{PropertyOwner, PropertySet};
use crate::sim::{Clip, SimError, Status, Value, ViolationKind, threads};

/// Actions inside each other before the host stops: a plugin that answers its own changes goes on for ever.
const RECURSION: usize = 16;

impl Instance {
    /// Connects a clip, as by the user's hand (sends InstanceChanged when the host does).
    ///
    /// # Errors
    /// [`SimError::NoClip`].
    pub fn connect(&self, clip: &str, content: Clip) -> Result<(), SimError> {
        self.set_clip(clip, Some(content))
    }

    /// Takes a clip away.
    ///
    /// # Errors
    /// [`SimError::NoClip`].
    pub fn disconnect(&self, clip: &str) -> Result<(), SimError> {
        self.set_clip(clip, None)
    }

    fn set_clip(&self, name: &str, content: Option<Clip>) -> Result<(), SimError> {
        self.set_clip_quietly(name, content)?;
        changed(self.plugin(), &self.object, ofx::kOfxTypeClip, name, ofx::kOfxChangeUserEdited);
        Ok(())
    }

    /// Connects or disconnects without telling the effect.
    pub(crate) fn set_clip_quietly(&self, name: &str, content: Option<Clip>) -> Result<(), SimError> {
        threads::note_own();
        let clip = self.object.clip(name).filter(|c| !c.is_output());
        let clip = clip.ok_or_else(|| SimError::NoClip(name.to_owned()))?;
        let _guard = self.clips_lock.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        clip.properties.put_ints(ofx::kOfxImageClipPropConnected, &[i32::from(content.is_some())]);
        *clip.content.write().unwrap_or_else(std::sync::PoisonError::into_inner) = content;
        if let Some(live) = self.live() {
            live.dirty.store(true, Ordering::Relaxed);
        }
        drop(_guard);
        // The properties of the clip tell at once what is connected; the clip preferences may change it again.
        self.map_clips();
        Ok(())
    }

    /// Sets a parameter to a constant value by the user's hand: InstanceChanged (UserEdited) follows.
    ///
    /// # Errors
    /// [`SimError::NoParameter`], [`SimError::SecretParameter`], [`SimError::BadValue`].
    pub fn set(&self, param: &str, value: impl Into<Value>) -> Result<(), SimError> {
        self.set_quietly(param, value)?;
        self.user_edited(param);
        Ok(())
    }

    /// Sets a parameter of any type from text: numbers with commas between, `true` or `false`, a choice by its index or the
    /// text of its option.
    ///
    /// # Errors
    /// As [`Instance::set`].
    pub fn set_text(&self, param: &str, text: &str) -> Result<(), SimError> {
        let value = self.settable(param)?.parse(text)?;
        self.set(param, value)
    }

    /// Sets a keyframe by the user's hand: InstanceChanged (UserEdited) follows.
    ///
    /// # Errors
    /// As [`Instance::set`]; [`SimError::BadValue`] for a parameter that this host does not animate.
    pub fn set_key(&self, param: &str, time: f64, value: impl Into<Value>) -> Result<(), SimError> {
        self.set_key_quietly(param, time, value)?;
        self.user_edited(param);
        Ok(())
    }

    /// Sets a constant value without telling the effect.
    ///
    /// # Errors
    /// As [`Instance::set`].
    pub fn set_quietly(&self, param: &str, value: impl Into<Value>) -> Result<(), SimError> {
        let param = self.settable(param)?;
        let value = param.accept(value.into())?;
        param.set(value);
        note_slave(&self.object, &param.name);
        Ok(())
    }

    /// Sets a constant value that no control would give, as a damaged project file may: no range is kept.
    ///
    /// # Errors
    /// [`SimError::NoParameter`], [`SimError::SecretParameter`].
    pub fn force(&self, param: &str, value: impl Into<Value>) -> Result<(), SimError> {
        let param = self.settable(param)?;
        param.set(value.into());
        note_slave(&self.object, &param.name);
        Ok(())
    }

    /// Sets a keyframe without telling the effect.
    ///
    /// # Errors
    /// As [`Instance::set_key`].
    pub fn set_key_quietly(&self, param: &str, time: f64, value: impl Into<Value>) -> Result<(), SimError> {
        let param = self.settable(param)?;
        let value = param.accept(value.into())?;
        if !can_animate(&param) {
            let why = "this parameter does not animate in this host".to_owned();
            return Err(SimError::BadValue { name: param.name.clone(), value: value.to_string(), why });
        }
        param.set_key(time, value);
        note_slave(&self.object, &param.name);
        Ok(())
    }

    /// Takes all keyframes of a parameter away; it keeps its value at `time`.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn remove_keys(&self, param: &str, time: f64) -> Result<(), SimError> {
        let found = self.param(param)?;
        found.set(found.value_at(time));
        self.user_edited(param);
        Ok(())
    }

    /// Presses a push button: InstanceChanged (UserEdited) at that time.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn press(&self, param: &str, time: f64) -> Result<Status, SimError> {
        self.param(param)?;
        self.set_time(time);
        Ok(self.user_edited(param))
    }

    /// Moves the user's time (the timeline), without a word to the effect.
    pub fn set_time(&self, time: f64) {
        if let Some(live) = self.live() {
            *lock(&live.time) = time;
        }
    }

    /// The user's time.
    pub fn time(&self) -> f64 {
        self.live().map_or(0.0, |l| *lock(&l.time))
    }

    /// A parameter's value at a time.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn value(&self, param: &str, time: f64) -> Result<Value, SimError> {
        Ok(self.param(param)?.value_at(time))
    }

    /// A parameter's keyframe times, ascending.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn key_times(&self, param: &str) -> Result<Vec<f64>, SimError> {
        Ok(self.param(param)?.key_times())
    }

    /// The values of a property of a parameter of this instance (such as `OfxParamPropEnabled`) as text.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn param_property(&self, param: &str, property: &str) -> Result<Vec<String>, SimError> {
        Ok(self.param(param)?.properties.values(property).iter().map(ToString::to_string).collect())
    }

    /// Changes an integer property of a parameter by the host's hand (such as `OfxParamPropSecret`).
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn host_sets(&self, param: &str, property: &std::ffi::CStr, value: i32) -> Result<(), SimError> {
        self.param(param)?.properties.put_ints(property, &[value]);
        Ok(())
    }

    fn param(&self, name: &str) -> Result<Arc<Param>, SimError> {
        threads::note_own();
        self.object.param(name).ok_or_else(|| SimError::NoParameter(name.to_owned()))
    }

    /// A parameter that the user of this host can set.
    fn settable(&self, name: &str) -> Result<Arc<Param>, SimError> {
        let param = self.param(name)?;
        let secret = param.properties.flag(ofx::kOfxParamPropSecret);
        if secret && !self.plugin().core.profile.secrets_settable {
            return Err(SimError::SecretParameter(name.to_owned()));
        }
        Ok(param)
    }

    fn user_edited(&self, param: &str) -> Status {
        changed(self.plugin(), &self.object, ofx::kOfxTypeParameter, param, ofx::kOfxChangeUserEdited)
    }
}

/// Whether the user may set keyframes in this host.
fn can_animate(param: &Param) -> bool {
    let Some(effect) = param.effect.upgrade() else { return false };
    let host = &effect.core.profile.animates;
    let by_host = match param.kind {
        ParamType::Boolean => host.booleans,
        ParamType::Choice | ParamType::StrChoice => host.choices,
        ParamType::String => host.strings,
        ParamType::Custom => host.customs,
        ParamType::Group | ParamType::Page | ParamType::PushButton => false,
        _ => true,
    };
    by_host && param.properties.flag(ofx::kOfxParamPropAnimates)
}

/// Remembers that the clip preferences may have changed.
fn note_slave(object: &EffectObject, param: &str) {
    if let Some(live) = &object.live
        && live.slaves.iter().any(|s| s == param)
    {
        live.dirty.store(true, Ordering::Relaxed);
    }
}

/// The plugin has set a parameter: tells it, as the specification asks.
pub(crate) fn plugin_edited(object: &Arc<EffectObject>, param: &str) {
    note_slave(object, param);
    let Some(plugin) = object.live.as_ref().and_then(|l| l.plugin.upgrade()) else { return };
    changed(&plugin, object, ofx::kOfxTypeParameter, param, ofx::kOfxChangePluginEdited);
}

/// BeginInstanceChanged, InstanceChanged, EndInstanceChanged, where the host sends them.
fn changed(
    plugin: &Arc<PluginInner>,
    object: &Arc<EffectObject>,
    kind: &std::ffi::CStr,
    name: &str,
    reason: &std::ffi::CStr,
) -> Status {
    let core = &plugin.core;
    if !core.profile.calls.changed {
        return Status::REPLY_DEFAULT;
    }
    if action::depth() >= RECURSION {
        let message = format!("the change of \"{name}\" goes on for ever: actions are {RECURSION} deep");
        core.violation(ViolationKind::WrongMoment, &object.properties.object, None, message);
        return Status::FAILED;
    }
    let reason = reason.to_string_lossy();
    let bracket = arguments_of(plugin, &[ofx::kOfxPropChangeReason]);
    bracket.put_text(ofx::kOfxPropChangeReason, &reason);
    let names = [
        ofx::kOfxPropType,
        ofx::kOfxPropName,
        ofx::kOfxPropChangeReason,
        ofx::kOfxPropTime,
        ofx::kOfxImageEffectPropRenderScale,
    ];
    let input = arguments_of(plugin, &names);
    input.put_text(ofx::kOfxPropType, &kind.to_string_lossy());
    input.put_text(ofx::kOfxPropName, name);
    input.put_text(ofx::kOfxPropChangeReason, &reason);
    input.put_doubles(ofx::kOfxPropTime, &[object.live.as_ref().map_or(0.0, |l| *lock(&l.time))]);
    input.put_doubles(ofx::kOfxImageEffectPropRenderScale, &[1.0, 1.0]);
    let send = |action: &std::ffi::CStr, input: &PropertySet| {
        plugin.send(&action.to_string_lossy(), Some(object), Some((input, None)), None).0
    };
    let brackets = core.profile.calls.changed_brackets;
    if brackets {
        send(ofx::kOfxActionBeginInstanceChanged, &bracket);
    }
    let status = send(ofx::kOfxActionInstanceChanged, &input);
    if brackets {
        send(ofx::kOfxActionEndInstanceChanged, &bracket);
    }
    input.retire();
    bracket.retire();
    status
}

/// Input arguments with these properties.
pub(super) fn arguments_of(plugin: &PluginInner, names: &[&std::ffi::CStr]) -> Arc<PropertySet> {
    let specs = arguments::input_specs(names);
    PropertySet::new(&plugin.core, PropertyOwner::Arguments, "inArgs", arguments::none(), specs)
}
