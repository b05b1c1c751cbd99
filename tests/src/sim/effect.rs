//! An effect as described for a context.

use super::{Context, Instance, Project, SimError, Value};

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

/// An effect described for a context, from which instances are made.
pub struct Effect {}

impl Effect {
    /// The context.
    pub fn context(&self) -> Context {
        todo!()
    }

    /// The parameters in the order of their definition.
    pub fn params(&self) -> Vec<ParamInfo> {
        todo!()
    }

    /// One parameter.
    pub fn param(&self, _name: &str) -> Option<ParamInfo> {
        todo!()
    }

    /// The clips in the order of their definition.
    pub fn clips(&self) -> Vec<ClipInfo> {
        todo!()
    }

    /// The values of a parameter's property as text.
    pub fn param_property(&self, _param: &str, _property: &str) -> Vec<String> {
        todo!()
    }

    /// Makes an instance: parameters and clips, then CreateInstance (and BeginInstanceEdit where the host is
    /// interactive).
    ///
    /// # Errors
    /// [`SimError::Refused`].
    pub fn create(&self, _project: Project) -> Result<Instance, SimError> {
        todo!()
    }

    /// The same with parameter values set before CreateInstance, as when a project is opened.
    ///
    /// # Errors
    /// As [`Effect::create`], and the errors of [`Instance::set`].
    pub fn create_with(&self, _project: Project, _values: &[(&str, Value)]) -> Result<Instance, SimError> {
        todo!()
    }
}
