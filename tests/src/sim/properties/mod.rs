//! Property sets: what properties an object has, of what type and dimension, and what they hold.

pub(crate) mod access;
pub(crate) mod probes;
mod set;
pub(crate) mod spec;
pub(crate) mod tables;

pub(crate) use set::PropertySet;
pub(crate) use spec::{Access, Allowed, Data, Dimension, Kind, Spec, Table};

/// The kinds of object that have properties, to name what a host's objects lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PropertyOwner {
    /// The host descriptor.
    Host,
    /// An effect descriptor.
    EffectDescriptor,
    /// An effect instance.
    EffectInstance,
    /// A clip descriptor.
    ClipDescriptor,
    /// A clip instance.
    ClipInstance,
    /// An image.
    Image,
    /// A parameter descriptor.
    ParameterDescriptor,
    /// A parameter instance.
    ParameterInstance,
    /// An interact.
    Interact,
    /// The arguments of an action.
    Arguments,
}
