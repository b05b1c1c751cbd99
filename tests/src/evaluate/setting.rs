//! A control that a person sets for a whole evaluation.

use std::str::FromStr;

/// A parameter's name and the text of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The stored name.
    pub name: String,
    /// The value as [`set_text`](crate::sim::Instance::set_text) reads it.
    pub value: String,
}

/// A text that sets nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} sets nothing; write NAME=VALUE, such as feather=2.5 or output=Matte")]
pub struct NotASetting(String);

impl FromStr for Setting {
    type Err = NotASetting;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok(Self { name: name.trim().to_owned(), value: value.to_owned() })
            }
            _ => Err(NotASetting(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_all_behind_the_first_sign() {
        let setting: Setting = "overlayColour=1,0,0,0.5".parse().unwrap();
        assert_eq!((setting.name.as_str(), setting.value.as_str()), ("overlayColour", "1,0,0,0.5"));
        assert_eq!("a=b=c".parse::<Setting>().unwrap().value, "b=c");
        assert!("feather".parse::<Setting>().is_err() && "=2".parse::<Setting>().is_err());
    }
}
