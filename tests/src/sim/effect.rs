//! An effect as described for a context.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use openfx_sys as ofx;

use super::action::Frame;
use super::clips::ClipObject;
use super::core::{Core, lock};
use super::handles::{self, Object, Tag};
use super::instance::Live;
use super::param_types::ParamType;
use super::params::Param;
use super::plugin::{PluginInner, refused};
use super::properties::tables::{self, arguments};
use super::properties::{PropertyOwner, PropertySet};
use super::{Change, Context, Instance, Project, SimError, Status, Value, checks};

/// A parameter as described.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamInfo {
    /// The name.
    pub name: String,
    /// The type, such as `OfxParamTypeDouble2D`.
    pub param_type: String,
    /// The label.
    pub label: String,
    /// The hint.
    pub hint: String,
    /// The name of the group it is in, or empty.
    pub parent: String,
    /// The default as described (normalised ones not scaled); `None` for groups, pages and buttons.
    pub default: Option<Value>,
    /// Not shown to the user.
    pub secret: bool,
    /// Can be animated.
    pub animates: bool,
    /// Is saved with the project.
    pub persistent: bool,
    /// The options of a choice, in order.
    pub options: Vec<String>,
}

/// A clip as described.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipInfo {
    /// The name.
    pub name: String,
    /// The components it takes.
    pub components: Vec<String>,
    /// Need not be connected.
    pub optional: bool,
    /// Is a mask.
    pub is_mask: bool,
}

/// What an effect handle stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    Descriptor,
    ContextDescriptor,
    Instance,
}

/// A descriptor or an instance, as the plugin has it in hand.
pub(crate) struct EffectObject {
    pub(crate) core: Arc<Core>,
    pub(crate) handle: usize,
    pub(crate) set_handle: usize,
    pub(crate) properties: Arc<PropertySet>,
    params: RwLock<Vec<Arc<Param>>>,
    clips: RwLock<Vec<Arc<ClipObject>>>,
    /// Of instances.
    pub(crate) live: Option<Live>,
}

impl EffectObject {
    pub(crate) fn new(core: &Arc<Core>, role: Role, live: Option<Live>) -> Arc<EffectObject> {
        let (object, owner, table) = match role {
            Role::Descriptor => {
                ("the effect descriptor", PropertyOwner::EffectDescriptor, tables::effect::descriptor())
            }
            Role::ContextDescriptor => {
                ("the descriptor in context", PropertyOwner::EffectDescriptor, tables::effect::descriptor())
            }
            Role::Instance => {
                ("the effect instance", PropertyOwner::EffectInstance, tables::effect::instance())
            }
        };
        let effect = Arc::new(EffectObject {
            core: core.clone(),
            handle: handles::new_handle(Tag::Effect, core.number),
            set_handle: handles::new_handle(Tag::ParameterSet, core.number),
            properties: PropertySet::new(core, owner, object, table, Vec::new()),
            params: RwLock::default(),
            clips: RwLock::default(),
            live,
        });
        handles::register(effect.handle, Object::Effect(effect.clone()));
        handles::register(effect.set_handle, Object::Effect(effect.clone()));
        effect
    }

    pub(crate) fn is_instance(&self) -> bool {
        self.live.is_some()
    }

    pub(crate) fn params(&self) -> Vec<Arc<Param>> {
        self.params.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn param(&self, name: &str) -> Option<Arc<Param>> {
        self.params.read().unwrap_or_else(PoisonError::into_inner).iter().find(|p| p.name == name).cloned()
    }

    pub(crate) fn clips(&self) -> Vec<Arc<ClipObject>> {
        self.clips.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn clip(&self, name: &str) -> Option<Arc<ClipObject>> {
        self.clips.read().unwrap_or_else(PoisonError::into_inner).iter().find(|c| c.name == name).cloned()
    }

    /// Adds a parameter; on an instance with the descriptor it comes from.
    pub(crate) fn add_param(
        self: &Arc<Self>,
        name: &str,
        kind: ParamType,
        from: Option<&Param>,
    ) -> Arc<Param> {
        let (owner, what) = match self.is_instance() {
            true => (PropertyOwner::ParameterInstance, ""),
            false => (PropertyOwner::ParameterDescriptor, " (descriptor)"),
        };
        let object = format!("parameter \"{name}\"{what}");
        let set = PropertySet::new(&self.core, owner, object, tables::param::table(kind), Vec::new());
        if let Some(from) = from {
            set.copy_from(&from.properties);
            set.put_text(ofx::kOfxPropType, &ofx::kOfxTypeParameterInstance.to_string_lossy());
            let secret = !self.core.profile.reveals_secrets && set.flag(ofx::kOfxParamPropSecret);
            set.secret.store(secret, Ordering::Relaxed);
        }
        set.put_text(ofx::kOfxPropName, name);
        if kind == ParamType::Double2D && self.core.profile.native_handles {
            set.put_ints(ofx::kOfxParamPropHasHostOverlayHandle, &[1]);
        }
        let handle = handles::new_handle(Tag::Parameter, self.core.number);
        let param = Arc::new(Param::new(name, kind, handle, set, Arc::downgrade(self)));
        if self.is_instance() {
            handles::register(handle, Object::Parameter(param.clone()));
        }
        self.params.write().unwrap_or_else(PoisonError::into_inner).push(param.clone());
        param
    }

    /// Adds a clip; on an instance with the descriptor it comes from.
    pub(crate) fn add_clip(self: &Arc<Self>, name: &str, from: Option<&ClipObject>) -> Arc<ClipObject> {
        let (owner, table, what) = match self.is_instance() {
            true => (PropertyOwner::ClipInstance, tables::clip::instance(), ""),
            false => (PropertyOwner::ClipDescriptor, tables::clip::descriptor(), " (descriptor)"),
        };
        let set = PropertySet::new(&self.core, owner, format!("clip \"{name}\"{what}"), table, Vec::new());
        if let Some(from) = from {
            set.copy_from(&from.properties);
        }
        set.put_text(ofx::kOfxPropName, name);
        let clip = Arc::new(ClipObject {
            name: name.to_owned(),
            handle: handles::new_handle(Tag::Clip, self.core.number),
            properties: set,
            effect: Arc::downgrade(self),
            content: RwLock::default(),
            mapping: RwLock::default(),
        });
        if self.is_instance() {
            handles::register(clip.handle, Object::Clip(clip.clone()));
        }
        self.clips.write().unwrap_or_else(PoisonError::into_inner).push(clip.clone());
        clip
    }

    /// Takes every handle of it away.
    pub(crate) fn retire(&self) {
        for param in self.params() {
            handles::retire(param.handle);
            param.properties.retire();
        }
        for clip in self.clips() {
            handles::retire(clip.handle);
            clip.properties.retire();
        }
        handles::retire(self.handle);
        handles::retire(self.set_handle);
        self.properties.retire();
    }

    /// Remembers what the plugin wrote; after 100 000 entries no more, so that a long run does not grow.
    pub(crate) fn note_change(&self, change: Change) {
        if let Some(live) = &self.live {
            let mut changes = lock(&live.changes);
            if changes.len() < 100_000 {
                changes.push(change);
            }
        }
    }

    /// An action with it begins: threads of the plugin's own that call the host are taken to belong to it.
    pub(crate) fn begin(&self, frame: &Arc<Frame>) {
        if let Some(live) = &self.live {
            lock(&live.frames).push(Arc::downgrade(frame));
        }
    }

    /// An action with it is over.
    pub(crate) fn end(&self, frame: &Arc<Frame>) {
        if let Some(live) = &self.live {
            lock(&live.frames).retain(|f| f.upgrade().is_some_and(|f| !Arc::ptr_eq(&f, frame)));
        }
    }

    /// The action that a call about this effect belongs to: this thread's, or else the latest that runs.
    pub(crate) fn frame(&self) -> Option<Arc<Frame>> {
        super::action::current().or_else(|| {
            let live = self.live.as_ref()?;
            lock(&live.frames).iter().rev().find_map(Weak::upgrade)
        })
    }
}

/// An effect described for a context, from which instances are made.
pub struct Effect {
    pub(crate) inner: Arc<EffectInner>,
}

pub(crate) struct EffectInner {
    pub(crate) plugin: Arc<PluginInner>,
    pub(crate) object: Arc<EffectObject>,
    pub(crate) context: Context,
}

impl Drop for EffectInner {
    fn drop(&mut self) {
        self.object.retire();
    }
}

/// Sends DescribeInContext.
pub(crate) fn describe_in_context(plugin: &Arc<PluginInner>, context: Context) -> Result<Effect, SimError> {
    let core = &plugin.core;
    let described = plugin.descriptor();
    let object = EffectObject::new(core, Role::ContextDescriptor, None);
    object.properties.copy_from(&described.properties);
    object.properties.put_text(ofx::kOfxPluginPropFilePath, &plugin.bundle().to_string_lossy());
    let specs = arguments::input_specs(&[ofx::kOfxImageEffectPropContext]);
    let input = PropertySet::new(core, PropertyOwner::Arguments, "inArgs", arguments::none(), specs);
    input.put_text(ofx::kOfxImageEffectPropContext, context.as_str());
    let action = ofx::kOfxImageEffectActionDescribeInContext.to_string_lossy();
    let (status, _) = plugin.send(&action, Some(&object), Some((&input, None)), None);
    input.retire();
    if status != Status::OK {
        object.retire();
        return Err(refused(core, &action, status));
    }
    checks::context(core, &object, context);
    Ok(Effect { inner: Arc::new(EffectInner { plugin: plugin.clone(), object, context }) })
}

impl Effect {
    /// The context.
    pub fn context(&self) -> Context {
        self.inner.context
    }

    /// The parameters in the order of their definition.
    pub fn params(&self) -> Vec<ParamInfo> {
        self.inner.object.params().iter().map(|p| info(p)).collect()
    }

    /// One parameter.
    pub fn param(&self, name: &str) -> Option<ParamInfo> {
        self.inner.object.param(name).map(|p| info(&p))
    }

    /// The clips in the order of their definition.
    pub fn clips(&self) -> Vec<ClipInfo> {
        let info = |clip: &Arc<ClipObject>| ClipInfo {
            name: clip.name.clone(),
            components: clip.properties.texts(ofx::kOfxImageEffectPropSupportedComponents),
            optional: clip.properties.flag(ofx::kOfxImageClipPropOptional),
            is_mask: clip.properties.flag(ofx::kOfxImageClipPropIsMask),
        };
        self.inner.object.clips().iter().map(info).collect()
    }

    /// The values of a parameter's property as text.
    pub fn param_property(&self, param: &str, property: &str) -> Vec<String> {
        let values =
            self.inner.object.param(param).map(|p| p.properties.values(property)).unwrap_or_default();
        values.iter().map(ToString::to_string).collect()
    }

    /// Makes an instance: parameters and clips, then CreateInstance (and BeginInstanceEdit where the host is
    /// interactive).
    ///
    /// # Errors
    /// [`SimError::Refused`].
    pub fn create(&self, project: Project) -> Result<Instance, SimError> {
        self.create_with(project, &[])
    }

    /// The same with parameter values set before CreateInstance, as when a project is opened.
    ///
    /// # Errors
    /// As [`Effect::create`], and the errors of [`Instance::set`].
    pub fn create_with(&self, project: Project, values: &[(&str, Value)]) -> Result<Instance, SimError> {
        Instance::create(&self.inner, project, values)
    }
}

fn info(param: &Param) -> ParamInfo {
    let set = &param.properties;
    let valued = param.kind.count() > 0;
    ParamInfo {
        name: param.name.clone(),
        param_type: set.text(ofx::kOfxParamPropType),
        label: set.text(ofx::kOfxPropLabel),
        hint: set.text(ofx::kOfxParamPropHint),
        parent: set.text(ofx::kOfxParamPropParent),
        default: param.described_default(),
        secret: set.flag(ofx::kOfxParamPropSecret),
        animates: valued && set.flag(ofx::kOfxParamPropAnimates),
        persistent: valued && set.flag(ofx::kOfxParamPropPersistant),
        options: set.texts(ofx::kOfxParamPropChoiceOption),
    }
}
