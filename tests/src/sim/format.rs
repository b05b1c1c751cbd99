//! What kinds of pixels, fields and contexts there are, with their OpenFX names.

use std::ffi::CStr;

use openfx_sys as ofx;

/// Declares an enum of OpenFX string constants, with both directions of the mapping.
macro_rules! ofx_strings {
    ($(#[$doc:meta])+ $name:ident { $($(#[$vdoc:meta])+ $variant:ident = $value:expr),+ $(,)? }) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])+ $variant),+ }

        impl $name {
            /// Every variant.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The string that stands for it in the API.
            pub fn ofx(self) -> &'static CStr {
                match self { $($name::$variant => $value),+ }
            }

            /// The same as text.
            pub fn as_str(self) -> &'static str {
                self.ofx().to_str().unwrap_or_default()
            }

            /// The variant that an API string stands for.
            pub fn from_ofx(text: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|v| v.as_str() == text)
            }
        }
    };
}

ofx_strings! {
    /// The type of one component of a pixel.
    Depth {
        /// Unsigned 8 bit, 255 is 1.
        Byte = ofx::kOfxBitDepthByte,
        /// Unsigned 16 bit, 65535 is 1.
        Short = ofx::kOfxBitDepthShort,
        /// 16 bit floating point.
        Half = ofx::kOfxBitDepthHalf,
        /// 32 bit floating point.
        Float = ofx::kOfxBitDepthFloat,
    }
}

impl Depth {
    /// Bytes of one component.
    pub fn bytes(self) -> usize {
        match self {
            Depth::Byte => 1,
            Depth::Short | Depth::Half => 2,
            Depth::Float => 4,
        }
    }
}

ofx_strings! {
    /// The components of a pixel.
    Components {
        /// Red, green, blue, alpha.
        Rgba = ofx::kOfxImageComponentRGBA,
        /// Red, green, blue.
        Rgb = ofx::kOfxImageComponentRGB,
        /// Alpha alone.
        Alpha = ofx::kOfxImageComponentAlpha,
    }
}

impl Components {
    /// How many there are.
    pub fn count(self) -> usize {
        match self {
            Components::Rgba => 4,
            Components::Rgb => 3,
            Components::Alpha => 1,
        }
    }
}

ofx_strings! {
    /// How colour and alpha are combined in an image.
    Premultiplication {
        /// Alpha is 1 everywhere or means nothing.
        Opaque = ofx::kOfxImageOpaque,
        /// Colour is multiplied by alpha.
        Premultiplied = ofx::kOfxImagePreMultiplied,
        /// Colour stands by itself.
        Unpremultiplied = ofx::kOfxImageUnPreMultiplied,
    }
}

ofx_strings! {
    /// What an effect is used as.
    Context {
        /// One source, one output of the same kind.
        Filter = ofx::kOfxImageEffectContextFilter,
        /// Any clips.
        General = ofx::kOfxImageEffectContextGeneral,
        /// No source.
        Generator = ofx::kOfxImageEffectContextGenerator,
        /// From one clip to another.
        Transition = ofx::kOfxImageEffectContextTransition,
        /// A source and a brush.
        Paint = ofx::kOfxImageEffectContextPaint,
        /// A change of speed.
        Retimer = ofx::kOfxImageEffectContextRetimer,
    }
}

ofx_strings! {
    /// Which lines of an interlaced frame.
    Field {
        /// The material is not interlaced.
        None = ofx::kOfxImageFieldNone,
        /// Both fields.
        Both = ofx::kOfxImageFieldBoth,
        /// Lines 0, 2, 4...
        Lower = ofx::kOfxImageFieldLower,
        /// Lines 1, 3, 5...
        Upper = ofx::kOfxImageFieldUpper,
    }
}
