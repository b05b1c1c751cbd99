//! The types of parameters.

use std::ffi::CStr;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::properties::Kind;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ParamType {
    Integer,
    Integer2D,
    Integer3D,
    Double,
    Double2D,
    Double3D,
    Boolean,
    Choice,
    StrChoice,
    Rgb,
    Rgba,
    String,
    Custom,
    PushButton,
    Group,
    Page,
}

impl ParamType {
    pub(crate) const ALL: [ParamType; 16] = [
        ParamType::Integer,
        ParamType::Integer2D,
        ParamType::Integer3D,
        ParamType::Double,
        ParamType::Double2D,
        ParamType::Double3D,
        ParamType::Boolean,
        ParamType::Choice,
        ParamType::StrChoice,
        ParamType::Rgb,
        ParamType::Rgba,
        ParamType::String,
        ParamType::Custom,
        ParamType::PushButton,
        ParamType::Group,
        ParamType::Page,
    ];

    pub(crate) fn ofx(self) -> &'static CStr {
        match self {
            ParamType::Integer => ofx::kOfxParamTypeInteger,
            ParamType::Integer2D => ofx::kOfxParamTypeInteger2D,
            ParamType::Integer3D => ofx::kOfxParamTypeInteger3D,
            ParamType::Double => ofx::kOfxParamTypeDouble,
            ParamType::Double2D => ofx::kOfxParamTypeDouble2D,
            ParamType::Double3D => ofx::kOfxParamTypeDouble3D,
            ParamType::Boolean => ofx::kOfxParamTypeBoolean,
            ParamType::Choice => ofx::kOfxParamTypeChoice,
            ParamType::StrChoice => newer::kOfxParamTypeStrChoice,
            ParamType::Rgb => ofx::kOfxParamTypeRGB,
            ParamType::Rgba => ofx::kOfxParamTypeRGBA,
            ParamType::String => ofx::kOfxParamTypeString,
            ParamType::Custom => ofx::kOfxParamTypeCustom,
            ParamType::PushButton => ofx::kOfxParamTypePushButton,
            ParamType::Group => ofx::kOfxParamTypeGroup,
            ParamType::Page => ofx::kOfxParamTypePage,
        }
    }

    pub(crate) fn from_ofx(name: &str) -> Option<ParamType> {
        Self::ALL.into_iter().find(|t| t.ofx().to_str() == Ok(name))
    }

    /// The type of its values; Pointer when it has none.
    pub(crate) fn kind(self) -> Kind {
        match self {
            ParamType::Integer | ParamType::Integer2D | ParamType::Integer3D => Kind::Int,
            ParamType::Boolean | ParamType::Choice => Kind::Int,
            ParamType::Double | ParamType::Double2D | ParamType::Double3D => Kind::Double,
            ParamType::Rgb | ParamType::Rgba => Kind::Double,
            ParamType::String | ParamType::Custom | ParamType::StrChoice => Kind::String,
            ParamType::PushButton | ParamType::Group | ParamType::Page => Kind::Pointer,
        }
    }

    /// Whether its values are numbers with a range.
    pub(crate) fn has_range(self) -> bool {
        use ParamType::{Double, Double2D, Double3D, Integer, Integer2D, Integer3D};
        matches!(self, Integer | Integer2D | Integer3D | Double | Double2D | Double3D)
    }

    /// How many values it has.
    pub(crate) fn count(self) -> usize {
        match self {
            ParamType::PushButton | ParamType::Group | ParamType::Page => 0,
            ParamType::Integer2D | ParamType::Double2D => 2,
            ParamType::Integer3D | ParamType::Double3D | ParamType::Rgb => 3,
            ParamType::Rgba => 4,
            _ => 1,
        }
    }
}
