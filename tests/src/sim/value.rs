//! Values of parameters.

use std::fmt;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Integer (1 to 3), boolean (0 or 1), choice (index).
    Ints(Vec<i32>),
    /// Double (1 to 3), RGB, RGBA.
    Doubles(Vec<f64>),
    /// String, custom, string choice.
    Text(String),
}

impl Value {
    /// The first integer.
    pub fn int(&self) -> Option<i32> {
        match self {
            Value::Ints(v) => v.first().copied(),
            _ => None,
        }
    }

    /// The doubles.
    pub fn doubles(&self) -> Option<&[f64]> {
        match self {
            Value::Doubles(v) => Some(v),
            _ => None,
        }
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(v) => Some(v),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Ints(v) => write!(f, "{v:?}"),
            Value::Doubles(v) => write!(f, "{v:?}"),
            Value::Text(v) => write!(f, "{v:?}"),
        }
    }
}

macro_rules! from_value {
    ($($from:ty => |$value:ident| $to:expr;)+) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Value {
                $to
            }
        })+
    };
}

from_value! {
    i32 => |v| Value::Ints(vec![v]);
    bool => |v| Value::Ints(vec![i32::from(v)]);
    [i32; 2] => |v| Value::Ints(v.to_vec());
    [i32; 3] => |v| Value::Ints(v.to_vec());
    f64 => |v| Value::Doubles(vec![v]);
    [f64; 2] => |v| Value::Doubles(v.to_vec());
    [f64; 3] => |v| Value::Doubles(v.to_vec());
    [f64; 4] => |v| Value::Doubles(v.to_vec());
    &str => |v| Value::Text(v.to_owned());
    String => |v| Value::Text(v);
}
