//! The description of one property, and tables of them.

use std::collections::HashMap;
use std::ffi::CStr;
use std::fmt;

/// The type of a property's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Double,
    String,
    Pointer,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    Int(i32),
    Double(f64),
    String(String),
    Pointer(usize),
}

impl Data {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Data::Int(_) => Kind::Int,
            Data::Double(_) => Kind::Double,
            Data::String(_) => Kind::String,
            Data::Pointer(_) => Kind::Pointer,
        }
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Int(v) => write!(f, "{v}"),
            Data::Double(v) => write!(f, "{v}"),
            Data::String(v) => f.write_str(v),
            Data::Pointer(v) => write!(f, "{v:#x}"),
        }
    }
}

/// How many values a property has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    Fixed(usize),
    Any,
}

/// Whether the plugin may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    ReadOnly,
    ReadWrite,
    /// Written on a descriptor, read on an instance.
    Descriptor,
}

/// What values are allowed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Allowed {
    Any,
    Strings(Vec<&'static str>),
    Ints(i32, i32),
    /// Greater than 0 and finite.
    Positive,
    /// Neither infinite nor NaN.
    Finite,
}

/// One property of a kind of object.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) dimension: Dimension,
    pub(crate) access: Access,
    pub(crate) default: Vec<Data>,
    pub(crate) allowed: Allowed,
}

impl Spec {
    fn new(name: String, kind: Kind) -> Spec {
        let zero = match kind {
            Kind::Int => Data::Int(0),
            Kind::Double => Data::Double(0.0),
            Kind::String => Data::String(String::new()),
            Kind::Pointer => Data::Pointer(0),
        };
        let (dimension, access) = (Dimension::Fixed(1), Access::ReadOnly);
        Spec { name, kind, dimension, access, default: vec![zero], allowed: Allowed::Any }
    }

    pub(crate) fn of(name: &CStr, kind: Kind) -> Spec {
        Spec::new(name.to_string_lossy().into_owned(), kind)
    }

    pub(crate) fn named(name: String, kind: Kind) -> Spec {
        Spec::new(name, kind)
    }

    /// A fixed number of values, all with the default of the first.
    pub(crate) fn dim(mut self, count: usize) -> Spec {
        let first = self.default.first().cloned();
        self.dimension = Dimension::Fixed(count);
        self.default = first.into_iter().cycle().take(count).collect();
        self
    }

    /// Any number of values, none by default.
    pub(crate) fn any(mut self) -> Spec {
        self.dimension = Dimension::Any;
        self.default.clear();
        self
    }

    pub(crate) fn rw(mut self) -> Spec {
        self.access = Access::ReadWrite;
        self
    }

    /// Written on descriptors only.
    pub(crate) fn described(mut self) -> Spec {
        self.access = Access::Descriptor;
        self
    }

    pub(crate) fn ints(mut self, values: &[i32]) -> Spec {
        self.default = values.iter().map(|v| Data::Int(*v)).collect();
        self
    }

    pub(crate) fn doubles(mut self, values: &[f64]) -> Spec {
        self.default = values.iter().map(|v| Data::Double(*v)).collect();
        self
    }

    pub(crate) fn text(mut self, value: &CStr) -> Spec {
        self.default = vec![Data::String(value.to_string_lossy().into_owned())];
        self
    }

    pub(crate) fn texts(mut self, values: &[&str]) -> Spec {
        self.default = values.iter().map(|v| Data::String((*v).to_owned())).collect();
        self
    }

    /// One of these strings.
    pub(crate) fn one_of(mut self, values: &[&'static CStr]) -> Spec {
        self.allowed = Allowed::Strings(values.iter().filter_map(|v| v.to_str().ok()).collect());
        self
    }

    pub(crate) fn allow(mut self, allowed: Allowed) -> Spec {
        self.allowed = allowed;
        self
    }

    /// 0 or 1.
    pub(crate) fn flag(self) -> Spec {
        self.allow(Allowed::Ints(0, 1))
    }

    /// What is wrong with a value, if anything.
    pub(crate) fn objection(&self, value: &Data) -> Option<String> {
        match (&self.allowed, value) {
            (Allowed::Strings(list), Data::String(v)) if !list.contains(&v.as_str()) => {
                Some(format!("\"{v}\" is none of {}", list.join(", ")))
            }
            (Allowed::Ints(low, high), Data::Int(v)) if v < low || v > high => {
                Some(format!("{v} is not within {low} to {high}"))
            }
            (Allowed::Positive, Data::Int(v)) if *v <= 0 => Some(format!("{v} is not positive")),
            (Allowed::Positive, Data::Double(v)) if !(v.is_finite() && *v > 0.0) => {
                Some(format!("{v} is not positive and finite"))
            }
            (Allowed::Finite, Data::Double(v)) if !v.is_finite() => Some(format!("{v} is not finite")),
            _ => None,
        }
    }
}

pub(crate) fn int(name: &CStr) -> Spec {
    Spec::of(name, Kind::Int)
}

pub(crate) fn double(name: &CStr) -> Spec {
    Spec::of(name, Kind::Double)
}

pub(crate) fn string(name: &CStr) -> Spec {
    Spec::of(name, Kind::String)
}

pub(crate) fn pointer(name: &CStr) -> Spec {
    Spec::of(name, Kind::Pointer)
}

/// The properties of a kind of object.
#[derive(Debug)]
pub(crate) struct Table {
    specs: HashMap<String, Spec>,
}

impl Table {
    pub(crate) fn new(specs: Vec<Spec>) -> Table {
        Table { specs: specs.into_iter().map(|s| (s.name.clone(), s)).collect() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Spec> {
        self.specs.get(name)
    }
}
