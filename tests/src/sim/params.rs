//! Parameters: their values over time, and what values they can hold.

use std::ffi::CStr;
use std::sync::{Arc, Mutex, Weak};

use openfx_sys as ofx;

use super::core::lock;
use super::effect::EffectObject;
use super::param_types::ParamType;
use super::properties::{Data, Kind, PropertySet};
use super::{Project, SimError, Value};

/// A parameter's constant value and keyframes.
#[derive(Clone, Debug)]
struct Curve {
    constant: Value,
    /// Ascending in time.
    keys: Vec<(f64, Value)>,
}

/// A parameter of a descriptor (its curve unused) or of an instance.
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) kind: ParamType,
    pub(crate) handle: usize,
    pub(crate) properties: Arc<PropertySet>,
    pub(crate) effect: Weak<EffectObject>,
    curve: Mutex<Curve>,
}

impl Param {
    pub(crate) fn new(
        name: &str,
        kind: ParamType,
        handle: usize,
        properties: Arc<PropertySet>,
        effect: Weak<EffectObject>,
    ) -> Param {
        let constant = Value::Ints(Vec::new());
        let curve = Mutex::new(Curve { constant, keys: Vec::new() });
        Param { name: name.to_owned(), kind, handle, properties, effect, curve }
    }

    /// The default as described; `None` without values.
    pub(crate) fn described_default(&self) -> Option<Value> {
        let values = self.properties.values(&ofx::kOfxParamPropDefault.to_string_lossy());
        from_data(self.kind, values)
    }

    /// Sets the value to the default, scaled by the project when it is in normalised coordinates and the host
    /// does so.
    pub(crate) fn reset(&self, project: &Project, scales: bool) {
        let Some(mut value) = self.described_default() else { return };
        let normalised = self.properties.text(ofx::kOfxParamPropDefaultCoordinateSystem)
            == ofx::kOfxParamCoordinatesNormalised.to_string_lossy();
        if let (true, true, Value::Doubles(values)) = (normalised, scales, &mut value) {
            scale_normalised(&self.properties.text(ofx::kOfxParamPropDoubleType), project, values);
        }
        self.hold(&mut value);
        *lock(&self.curve) = Curve { constant: value, keys: Vec::new() };
    }

    /// Whether a number was described without a range or without a display range.
    pub(crate) fn lacks_ranges(&self) -> bool {
        let ranges = [
            ofx::kOfxParamPropMin,
            ofx::kOfxParamPropMax,
            ofx::kOfxParamPropDisplayMin,
            ofx::kOfxParamPropDisplayMax,
        ];
        self.kind.has_range() && !ranges.iter().all(|name| self.properties.is_set(name))
    }

    /// Holds numbers without ranges within the host's own: -1 to 1, and 0 for integers.
    fn hold(&self, value: &mut Value) {
        let clamps = self.effect.upgrade().is_some_and(|e| e.core.profile.clamps_without_ranges);
        if !clamps || !self.lacks_ranges() {
            return;
        }
        match value {
            Value::Ints(values) => values.fill(0),
            Value::Doubles(values) => values.iter_mut().for_each(|v| *v = v.clamp(-1.0, 1.0)),
            Value::Text(_) => {}
        }
    }

    /// The value at a time: between keyframes doubles and colours go straight, everything else holds.
    pub(crate) fn value_at(&self, time: f64) -> Value {
        let curve = lock(&self.curve);
        let after = curve.keys.partition_point(|(t, _)| *t <= time);
        match (after.checked_sub(1).map(|i| &curve.keys[i]), curve.keys.get(after)) {
            (None, None) => curve.constant.clone(),
            (Some((_, value)), None) | (None, Some((_, value))) => value.clone(),
            (Some((t1, Value::Doubles(a))), Some((t2, Value::Doubles(b)))) => {
                let part = (time - t1) / (t2 - t1);
                Value::Doubles(a.iter().zip(b).map(|(a, b)| a + (b - a) * part).collect())
            }
            (Some((_, value)), Some(_)) => value.clone(),
        }
    }

    pub(crate) fn set(&self, value: Value) {
        let mut curve = lock(&self.curve);
        curve.constant = value;
        curve.keys.clear();
        drop(curve);
        self.note_animation();
    }

    pub(crate) fn set_key(&self, time: f64, value: Value) {
        let mut curve = lock(&self.curve);
        let at = curve.keys.partition_point(|(t, _)| *t < time);
        match curve.keys.get_mut(at) {
            Some(key) if key.0 == time => key.1 = value,
            _ => curve.keys.insert(at, (time, value)),
        }
        drop(curve);
        self.note_animation();
    }

    pub(crate) fn key_times(&self) -> Vec<f64> {
        lock(&self.curve).keys.iter().map(|(t, _)| *t).collect()
    }

    /// Takes a keyframe away; false when there is none at that time. The last one leaves its value.
    pub(crate) fn delete_key(&self, time: f64) -> bool {
        let mut curve = lock(&self.curve);
        let Some(at) = curve.keys.iter().position(|(t, _)| *t == time) else { return false };
        let (_, value) = curve.keys.remove(at);
        if curve.keys.is_empty() {
            curve.constant = value;
        }
        drop(curve);
        self.note_animation();
        true
    }

    /// Takes over another parameter's values, keyframes moved by `offset` and, with a range, only those in it.
    pub(crate) fn copy_from(&self, other: &Param, offset: f64, range: Option<(f64, f64)>) {
        let mut theirs = lock(&other.curve).clone();
        if let Some((first, last)) = range {
            theirs.keys.retain(|(t, _)| *t >= first && *t <= last);
        }
        theirs.keys.iter_mut().for_each(|(t, _)| *t += offset);
        *lock(&self.curve) = theirs;
        self.note_animation();
    }

    fn note_animation(&self) {
        let animating = !lock(&self.curve).keys.is_empty();
        self.properties.put_ints(ofx::kOfxParamPropIsAnimating, &[i32::from(animating)]);
    }

    /// Brings a value that a user types into this parameter's form: whole numbers for doubles, an option's
    /// label for a choice.
    ///
    /// # Errors
    /// [`SimError::BadValue`].
    pub(crate) fn accept(&self, value: Value) -> Result<Value, SimError> {
        let value = match (self.kind.kind(), value) {
            (Kind::Double, Value::Ints(v)) => Value::Doubles(v.into_iter().map(f64::from).collect()),
            (Kind::Int, Value::Text(label)) if self.kind == ParamType::Choice => {
                let options = self.properties.texts(ofx::kOfxParamPropChoiceOption);
                match options.iter().position(|o| *o == label) {
                    Some(index) => Value::Ints(vec![index as i32]),
                    None => {
                        return Err(self.refuse(&Value::Text(label), format!("its options are {options:?}")));
                    }
                }
            }
            (_, value) => value,
        };
        if let Some(why) = self.objection(&value) {
            return Err(self.refuse(&value, why));
        }
        let mut value = value;
        self.hold(&mut value);
        Ok(value)
    }

    /// A value as a person writes it: numbers with commas between, `true` or `false`, a choice by its index or the text
    /// of its option.
    pub(crate) fn parse(&self, text: &str) -> Result<Value, SimError> {
        let value = match (self.kind.kind(), text) {
            (Kind::Int, "true") => Some(Value::from(true)),
            (Kind::Int, "false") => Some(Value::from(false)),
            (Kind::Int, text) => numbers(text).map(Value::Ints),
            (Kind::Double, text) => numbers(text).map(Value::Doubles),
            _ => None,
        };
        self.accept(value.unwrap_or_else(|| Value::Text(text.to_owned())))
    }

    fn refuse(&self, value: &Value, why: String) -> SimError {
        SimError::BadValue { name: self.name.clone(), value: value.to_string(), why }
    }

    /// Why the parameter cannot hold a value, if so.
    pub(crate) fn objection(&self, value: &Value) -> Option<String> {
        let (kind, count) = match value {
            Value::Ints(v) => (Kind::Int, v.len()),
            Value::Doubles(v) => (Kind::Double, v.len()),
            Value::Text(_) => (Kind::String, 1),
        };
        if (kind, count) != (self.kind.kind(), self.kind.count()) {
            return Some(format!("it takes {} of {:?}", self.kind.count(), self.kind.kind()));
        }
        match (self.kind, value) {
            (ParamType::Boolean, Value::Ints(v)) if v[0] != 0 && v[0] != 1 => {
                Some("it takes 0 or 1".to_owned())
            }
            (ParamType::Choice, Value::Ints(v)) => {
                let options = self.properties.texts(ofx::kOfxParamPropChoiceOption).len() as i32;
                (v[0] < 0 || v[0] >= options).then(|| format!("it has {options} options"))
            }
            (_, Value::Ints(_) | Value::Doubles(_)) => self.outside_range(value),
            _ => None,
        }
    }

    fn outside_range(&self, value: &Value) -> Option<String> {
        let bounds = |name: &CStr| {
            self.properties.values(&name.to_string_lossy()).into_iter().map(number).collect::<Vec<_>>()
        };
        let (low, high) = (bounds(ofx::kOfxParamPropMin), bounds(ofx::kOfxParamPropMax));
        let numbers: Vec<f64> = match value {
            Value::Ints(v) => v.iter().map(|v| f64::from(*v)).collect(),
            Value::Doubles(v) => v.clone(),
            Value::Text(_) => Vec::new(),
        };
        let outside = |((v, low), high): ((&f64, &f64), &f64)| !(v >= low && v <= high);
        numbers.iter().zip(&low).zip(&high).any(outside).then(|| format!("its range is {low:?} to {high:?}"))
    }
}

/// Numbers with commas between; `None` where one of them is none.
fn numbers<T: std::str::FromStr>(text: &str) -> Option<Vec<T>> {
    text.split(',').map(|number| number.trim().parse().ok()).collect()
}

fn number(data: Data) -> f64 {
    match data {
        Data::Int(v) => f64::from(v),
        Data::Double(v) => v,
        Data::String(_) | Data::Pointer(_) => f64::NAN,
    }
}

/// Property values as a parameter's value.
pub(crate) fn from_data(kind: ParamType, values: Vec<Data>) -> Option<Value> {
    match kind.kind() {
        Kind::Int => {
            Some(Value::Ints(values.into_iter().map(|d| if let Data::Int(v) = d { v } else { 0 }).collect()))
        }
        Kind::Double => Some(Value::Doubles(values.into_iter().map(number).collect())),
        Kind::String => match values.into_iter().next() {
            Some(Data::String(text)) => Some(Value::Text(text)),
            _ => Some(Value::Text(String::new())),
        },
        Kind::Pointer => None,
    }
}

/// Normalised to canonical coordinates: times the project's size, and for positions plus its offset.
fn scale_normalised(double_type: &str, project: &Project, values: &mut [f64]) {
    let is = |name: &CStr| name.to_str() == Ok(double_type);
    let (size, offset) = (project.size, project.offset);
    let (scale, shift) = if is(ofx::kOfxParamDoubleTypeXY) {
        ([size.0, size.1], [0.0, 0.0])
    } else if is(ofx::kOfxParamDoubleTypeXYAbsolute) {
        ([size.0, size.1], [offset.0, offset.1])
    } else if is(ofx::kOfxParamDoubleTypeX) {
        ([size.0, 1.0], [0.0, 0.0])
    } else if is(ofx::kOfxParamDoubleTypeXAbsolute) {
        ([size.0, 1.0], [offset.0, 0.0])
    } else if is(ofx::kOfxParamDoubleTypeY) {
        ([size.1, 1.0], [0.0, 0.0])
    } else if is(ofx::kOfxParamDoubleTypeYAbsolute) {
        ([size.1, 1.0], [offset.1, 0.0])
    } else {
        return;
    };
    for ((value, scale), shift) in values.iter_mut().zip(scale).zip(shift) {
        *value = *value * scale + shift;
    }
}
