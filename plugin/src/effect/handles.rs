//! Handles of an instance's parameters, by name.

use std::collections::HashMap;
use std::ffi::CStr;

use super::Context;
use super::parameters::{self, Kind, POINT_SPECS};
use crate::ofx::{Effect, Error, Host, Parameter, Parameters, Result};

/// The parameters of an instance that have values or can be pressed.
pub struct ParameterHandles {
    by_name: HashMap<&'static CStr, (Parameter, Kind)>,
    /// Mode and position of each point.
    pub points: Vec<(Parameter, Parameter)>,
}

impl ParameterHandles {
    /// Those of an instance that was made in a context.
    ///
    /// # Errors
    /// When the host lacks one that was described.
    pub fn of(effect: &Effect<'_>, context: Context) -> Result<Self> {
        let set = Parameters::of(effect)?;
        let by_name = parameters::specs(context)
            .filter(|spec| !matches!(spec.kind, Kind::Group { .. }))
            .map(|spec| Ok((spec.name, (set.get(spec.name)?, spec.kind))))
            .collect::<Result<_>>()?;
        let points = POINT_SPECS
            .iter()
            .map(|[mode, position]| Ok((set.get(mode.name)?, set.get(position.name)?)))
            .collect::<Result<_>>()?;
        Ok(Self { by_name, points })
    }

    /// A parameter by name.
    ///
    /// # Errors
    /// [`Error::State`] when the context has no such parameter.
    pub fn get(&self, name: &'static CStr) -> Result<Parameter> {
        self.find(name).map(|(parameter, _)| parameter)
    }

    fn find(&self, name: &'static CStr) -> Result<(Parameter, Kind)> {
        self.by_name
            .get(name)
            .copied()
            .ok_or(Error::State("a parameter was asked for that this context lacks"))
    }

    /// A choice or whole number at a time.
    ///
    /// # Errors
    /// When the host does not give it.
    pub fn int(&self, host: &Host, name: &'static CStr, time: f64) -> Result<i32> {
        self.get(name)?.int_at(host, time)
    }

    /// A switch at a time.
    ///
    /// # Errors
    /// When the host does not give it.
    pub fn flag(&self, host: &Host, name: &'static CStr, time: f64) -> Result<bool> {
        Ok(self.int(host, name, time)? != 0)
    }

    /// A number at a time, within its range: a damaged project file may hold anything. What is not a number is the
    /// default.
    ///
    /// # Errors
    /// When the host does not give it.
    pub fn double(&self, host: &Host, name: &'static CStr, time: f64) -> Result<f32> {
        let (parameter, kind) = self.find(name)?;
        let value = parameter.double_at(host, time)?;
        let Kind::Double { default, range: [low, high], .. } = kind else { return Ok(value as f32) };
        Ok(if value.is_nan() { default } else { value.clamp(low, high) } as f32)
    }
}
