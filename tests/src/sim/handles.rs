//! Handles given to the plugin. They are numbers, not addresses: whatever the plugin passes back is looked up
//! here and never dereferenced, and a plugin that dereferences one faults at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock, Weak};

use super::action;
use super::clips::ClipObject;
use super::core::Core;
use super::drawing::DrawContext;
use super::effect::EffectObject;
use super::images::Image;
use super::interact::InteractObject;
use super::params::Param;
use super::properties::PropertySet;
use super::suites::memory::ImageMemory;
use super::suites::threads::HostMutex;
use super::{Status, ViolationKind};

/// The kind of object behind a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Properties = 1,
    Effect = 2,
    ParameterSet = 3,
    Parameter = 4,
    Clip = 5,
    Image = 6,
    Interact = 7,
    Mutex = 8,
    ImageMemory = 9,
    DrawContext = 10,
}

const TAGS: [Tag; 10] = [
    Tag::Properties,
    Tag::Effect,
    Tag::ParameterSet,
    Tag::Parameter,
    Tag::Clip,
    Tag::Image,
    Tag::Interact,
    Tag::Mutex,
    Tag::ImageMemory,
    Tag::DrawContext,
];

/// A live object.
#[derive(Clone)]
pub(crate) enum Object {
    Properties(Arc<PropertySet>),
    Effect(Arc<EffectObject>),
    Parameter(Arc<Param>),
    Clip(Arc<ClipObject>),
    Image(Arc<Image>),
    Interact(Arc<InteractObject>),
    Mutex(Arc<HostMutex>),
    ImageMemory(Arc<ImageMemory>),
    DrawContext(Arc<DrawContext>),
}

/// Upper 12 bits of every handle: no address of user space has them.
const PREFIX: usize = 0x0F5;

static OBJECTS: LazyLock<RwLock<HashMap<usize, Object>>> = LazyLock::new(RwLock::default);
static HOSTS: LazyLock<RwLock<HashMap<u16, Weak<Core>>>> = LazyLock::new(RwLock::default);
static NEXT_OBJECT: AtomicU32 = AtomicU32::new(1);
static NEXT_HOST: AtomicU32 = AtomicU32::new(1);

/// A number for a new host, 1 to 4095.
pub(crate) fn new_host_number() -> u16 {
    (NEXT_HOST.fetch_add(1, Ordering::Relaxed) % 4095 + 1) as u16
}

/// Makes a host findable from its handles.
pub(crate) fn register_host(number: u16, core: Weak<Core>) {
    HOSTS.write().unwrap_or_else(PoisonError::into_inner).insert(number, core);
}

/// Forgets a host.
pub(crate) fn forget_host(number: u16) {
    HOSTS.write().unwrap_or_else(PoisonError::into_inner).remove(&number);
}

/// A fresh handle; nothing is behind it until [`register`].
pub(crate) fn new_handle(tag: Tag, host: u16) -> usize {
    let serial = NEXT_OBJECT.fetch_add(1, Ordering::Relaxed) as usize;
    PREFIX << 52 | usize::from(host & 0xFFF) << 40 | (tag as usize) << 36 | serial << 4
}

/// Puts an object behind a handle.
pub(crate) fn register(handle: usize, object: Object) {
    OBJECTS.write().unwrap_or_else(PoisonError::into_inner).insert(handle, object);
}

/// Takes the object away; the handle is dead from now on.
pub(crate) fn retire(handle: usize) -> Option<Object> {
    OBJECTS.write().unwrap_or_else(PoisonError::into_inner).remove(&handle)
}

/// The object behind a handle, without a word about a bad one.
pub(crate) fn find(handle: usize) -> Option<Object> {
    OBJECTS.read().unwrap_or_else(PoisonError::into_inner).get(&handle).cloned()
}

/// The kind a handle claims to be of, if it has the form of a handle.
pub(crate) fn tag_of(handle: usize) -> Option<Tag> {
    (handle >> 52 == PREFIX)
        .then(|| TAGS.iter().copied().find(|t| *t as usize == handle >> 36 & 0xF))
        .flatten()
}

/// The host that a call belongs to: that of the handle, or of the action running on this thread.
pub(crate) fn host_of(handle: usize) -> Option<Arc<Core>> {
    let number = (handle >> 52 == PREFIX).then_some((handle >> 40 & 0xFFF) as u16);
    let by_handle = number
        .and_then(|n| HOSTS.read().unwrap_or_else(PoisonError::into_inner).get(&n).and_then(Weak::upgrade));
    by_handle.or_else(|| action::current().map(|frame| frame.core.clone()))
}

/// Writes down that a call got a handle it cannot use, and gives the status to answer.
pub(crate) fn bad(handle: usize, wanted: &str, function: &str) -> Status {
    if let Some(core) = host_of(handle) {
        let (kind, message) = match (handle, tag_of(handle), find(handle)) {
            (0, _, _) => (ViolationKind::BadHandle, "the handle is null".to_owned()),
            (_, Some(tag), None) => {
                (ViolationKind::DeadHandle, format!("the handle is that of a {tag:?} that is gone"))
            }
            (_, Some(tag), Some(_)) => (ViolationKind::BadHandle, format!("the handle is that of a {tag:?}")),
            (_, None, _) => (ViolationKind::BadHandle, format!("{handle:#x} is no handle of this host")),
        };
        core.violation(kind, function, None, format!("{message}, wanted was {wanted}"));
    }
    Status::ERR_BAD_HANDLE
}

/// The property set behind a handle: of any object that is one.
pub(crate) fn properties(handle: usize, function: &str) -> Result<Arc<PropertySet>, Status> {
    match find(handle) {
        Some(Object::Properties(set)) => Ok(set),
        Some(Object::Image(image)) => Ok(image.properties.clone()),
        _ => Err(bad(handle, "a property set", function)),
    }
}

/// The effect (descriptor or instance) behind a handle.
pub(crate) fn effect(handle: usize, function: &str) -> Result<Arc<EffectObject>, Status> {
    match (tag_of(handle), find(handle)) {
        (Some(Tag::Effect), Some(Object::Effect(effect))) => Ok(effect),
        _ => Err(bad(handle, "an image effect", function)),
    }
}

/// The effect whose parameter set is behind a handle.
pub(crate) fn parameter_set(handle: usize, function: &str) -> Result<Arc<EffectObject>, Status> {
    match (tag_of(handle), find(handle)) {
        (Some(Tag::ParameterSet), Some(Object::Effect(effect))) => Ok(effect),
        _ => Err(bad(handle, "a parameter set", function)),
    }
}

/// The parameter behind a handle.
pub(crate) fn parameter(handle: usize, function: &str) -> Result<Arc<Param>, Status> {
    match find(handle) {
        Some(Object::Parameter(param)) => Ok(param),
        _ => Err(bad(handle, "a parameter", function)),
    }
}

/// The clip behind a handle.
pub(crate) fn clip(handle: usize, function: &str) -> Result<Arc<ClipObject>, Status> {
    match find(handle) {
        Some(Object::Clip(clip)) => Ok(clip),
        _ => Err(bad(handle, "a clip", function)),
    }
}
