//! What the plugin did wrong.

use std::fmt;

/// Which rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViolationKind {
    /// A handle that the host never gave out, or of another kind of object.
    BadHandle,
    /// A handle whose object is gone.
    DeadHandle,
    /// A property that its object does not have.
    UnknownProperty,
    /// A property read or written as another type.
    PropertyType,
    /// An index or count beyond a property's dimension.
    PropertyIndex,
    /// A property set to a value that the specification does not allow.
    PropertyValue,
    /// A property written that is read only.
    ReadOnlyProperty,
    /// A null pointer where a value is due.
    NullPointer,
    /// A parameter or clip name that was never defined.
    UnknownName,
    /// A name defined twice.
    DuplicateName,
    /// A parameter of a type that does not exist.
    UnknownType,
    /// A value outside what the parameter can hold.
    ParameterValue,
    /// A call at a moment when it is not allowed.
    WrongMoment,
    /// `paramEditBegin` and `paramEditEnd` (or progress start and end) do not pair.
    Unbalanced,
    /// An image that was not released when its action ended.
    ImageNotReleased,
    /// An image released twice.
    ImageReleasedTwice,
    /// A write outside the image or outside the render window.
    WriteOutside,
    /// A write into an input image.
    SourceModified,
    /// An image at a time that the plugin did not ask for in GetFramesNeeded.
    FrameNotNeeded,
    /// A status that the action may not return.
    StatusNotAllowed,
    /// The description lacks something or contradicts itself.
    Description,
    /// Output arguments that make no sense.
    OutputArguments,
    /// Memory, mutexes, or instance data left behind.
    Leak,
    /// Threads left behind.
    ThreadLeft,
    /// An exported function that does not do its duty.
    Export,
    /// A call of the draw suite with what cannot be drawn.
    Drawing,
    /// A message with a type that does not exist.
    Message,
    /// What the specification allows and this host does not bear.
    Habit,
}

/// One breach of the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub kind: ViolationKind,
    /// The action in which it happened, or what the host was doing ("at unload").
    pub action: String,
    /// The object, such as `parameter "point1" of the descriptor`.
    pub object: String,
    /// The property, when it is about one.
    pub property: Option<String>,
    /// What was wrong.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:?}] in {}: {}", self.kind, self.action, self.object)?;
        if let Some(property) = &self.property {
            write!(f, ", {property}")?;
        }
        write!(f, ": {}", self.message)
    }
}
