//! The plugin's access to property sets: every rule of the specification is checked here.

use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::{Data, Dimension, Kind, PropertySet, Spec, probes};
use crate::sim::{Status, ViolationKind};

impl PropertySet {
    fn wrong(&self, kind: ViolationKind, property: &str, message: String) {
        if let Some(core) = self.core.upgrade() {
            core.violation(kind, &self.object, Some(property), message);
        }
    }

    /// The description of a property that the plugin names.
    fn asked(&self, name: &str) -> Result<&Spec, Status> {
        match self.spec(name) {
            Some(_) if self.lacks(name) => Err(Status::ERR_UNKNOWN),
            Some(spec) => Ok(spec),
            None => {
                if !probes::legal(name) {
                    let message = "the specification gives this object no such property".to_owned();
                    self.wrong(ViolationKind::UnknownProperty, name, message);
                }
                Err(Status::ERR_UNKNOWN)
            }
        }
    }

    fn typed(&self, name: &str, kind: Kind) -> Result<&Spec, Status> {
        let spec = self.asked(name)?;
        if spec.kind == kind {
            return Ok(spec);
        }
        self.wrong(ViolationKind::PropertyType, name, format!("it is {:?}, used as {kind:?}", spec.kind));
        Err(Status::ERR_UNKNOWN)
    }

    fn index_wrong(&self, name: &str, message: String) -> Status {
        self.wrong(ViolationKind::PropertyIndex, name, message);
        Status::ERR_BAD_INDEX
    }

    /// One value.
    pub(crate) fn plugin_get(&self, name: &str, index: i32, kind: Kind) -> Result<Data, Status> {
        self.typed(name, kind)?;
        let values = self.values(name);
        let found = usize::try_from(index).ok().and_then(|i| values.get(i).cloned());
        found.ok_or_else(|| self.index_wrong(name, format!("index {index} of {} values", values.len())))
    }

    /// The first `count` values.
    pub(crate) fn plugin_get_n(&self, name: &str, count: i32, kind: Kind) -> Result<Vec<Data>, Status> {
        self.typed(name, kind)?;
        let mut values = self.values(name);
        match usize::try_from(count) {
            Ok(count) if count <= values.len() => {
                values.truncate(count);
                Ok(values)
            }
            _ => Err(self.index_wrong(name, format!("{count} of {} values were asked", values.len()))),
        }
    }

    /// Sets one value.
    pub(crate) fn plugin_set(&self, name: &str, index: i32, value: Data) -> Result<(), Status> {
        let spec = self.typed(name, value.kind())?;
        self.check_writable(spec)?;
        let mut values = self.values(name);
        let Ok(at) = usize::try_from(index) else {
            return Err(self.index_wrong(name, format!("index {index}")));
        };
        let limit = match spec.dimension {
            Dimension::Fixed(count) => count,
            // The next free place at most, so that no value is left unset.
            Dimension::Any => values.len() + 1,
        };
        if at >= limit {
            return Err(self.index_wrong(name, format!("index {index}, it holds {} values", values.len())));
        }
        self.check_value(spec, &value)?;
        if self.stays_secret(name) {
            return Ok(());
        }
        if at == values.len() {
            values.push(value);
        } else {
            values[at] = value;
        }
        self.store(name, values);
        Ok(())
    }

    /// Sets the first values: all of a property of free dimension.
    pub(crate) fn plugin_set_n(&self, name: &str, new: Vec<Data>, kind: Kind) -> Result<(), Status> {
        let spec = self.typed(name, kind)?;
        self.check_writable(spec)?;
        for value in &new {
            self.check_value(spec, value)?;
        }
        let values = match spec.dimension {
            Dimension::Any => new,
            Dimension::Fixed(count) if new.len() <= count => {
                let mut values = self.values(name);
                values.splice(..new.len(), new);
                values
            }
            Dimension::Fixed(count) => {
                return Err(self.index_wrong(name, format!("{} values, it holds {count}", new.len())));
            }
        };
        self.store(name, values);
        Ok(())
    }

    /// Back to the default.
    pub(crate) fn plugin_reset(&self, name: &str) -> Result<(), Status> {
        let spec = self.asked(name)?;
        self.check_writable(spec)?;
        self.clear(name);
        Ok(())
    }

    /// How many values there are.
    pub(crate) fn plugin_dimension(&self, name: &str) -> Result<usize, Status> {
        self.asked(name)?;
        Ok(self.values(name).len())
    }

    /// Whether the plugin tries to show a parameter that this host never shows.
    fn stays_secret(&self, name: &str) -> bool {
        let frozen = self.secret.load(Ordering::Relaxed) && ofx::kOfxParamPropSecret.to_str() == Ok(name);
        if frozen {
            let message = "described as secret, it can never be shown in this host".to_owned();
            self.wrong(ViolationKind::Habit, name, message);
        }
        frozen
    }

    fn check_writable(&self, spec: &Spec) -> Result<(), Status> {
        if self.writable(spec) {
            return Ok(());
        }
        self.wrong(
            ViolationKind::ReadOnlyProperty,
            &spec.name,
            "the plugin may only read it here".to_owned(),
        );
        // The status for a value that cannot be set; the specification names none of its own.
        Err(Status::ERR_VALUE)
    }

    fn check_value(&self, spec: &Spec, value: &Data) -> Result<(), Status> {
        match spec.objection(value) {
            None => Ok(()),
            Some(objection) => {
                self.wrong(ViolationKind::PropertyValue, &spec.name, objection);
                Err(Status::ERR_VALUE)
            }
        }
    }
}
