//! Holds our bindings against the pre-generated ones of crate `openfx` 0.6.0, which are of OpenFX 1.5.1.

use std::ffi::CStr;
use std::mem::{offset_of, size_of};

use crate::newer;

/// The other crate's names in one place, as ours are.
mod theirs {
    pub use openfx::sys::generic::core::*;
    pub use openfx::sys::generic::property::*;
    pub use openfx::sys::image_effect_v1::{
        colour::*, dialog::*, draw_suite::*, gpu_render::*, image_effect::*, interact::*, key_syms::*,
        memory::*, message::*, multi_thread::*, param::*, parametric_param::*, progress::*, time_line::*,
    };
}

/// A constant's value in a form that does not depend on the type a generator chose for it.
trait Value {
    fn text(&self) -> String;
}

impl Value for &CStr {
    fn text(&self) -> String {
        format!("{self:?}")
    }
}

macro_rules! numbers {
    ($($number:ty),+) => { $(impl Value for $number {
        fn text(&self) -> String {
            self.to_string()
        }
    })+ };
}
numbers!(u32, i32, f64);

#[test]
fn constants_and_suite_layouts_are_those_of_version_1_5_1() {
    let mut compared = 0;
    macro_rules! same {
        ($what:expr, $ours:expr, $theirs:expr) => {
            assert_eq!($ours, $theirs, "{}", $what);
            compared += 1;
        };
    }
    macro_rules! constant {
        ($name:ident) => {
            same!(stringify!($name), crate::$name.text(), theirs::$name.text());
        };
    }
    macro_rules! size {
        ($suite:ident) => {
            same!(stringify!($suite), size_of::<crate::$suite>(), size_of::<theirs::$suite>());
        };
    }
    macro_rules! field {
        ($suite:ident, $field:ident) => {
            same!(
                concat!(stringify!($suite), "::", stringify!($field)),
                offset_of!(crate::$suite, $field),
                offset_of!(theirs::$suite, $field)
            );
        };
    }
    include!(concat!(env!("OUT_DIR"), "/inventory.rs"));
    // Some 715 constants and 100 suite members: an inventory that came out empty must not pass.
    assert!(compared > 750, "only {compared} compared");
}

#[test]
fn newer_constants_are_those_of_version_1_5_1() {
    macro_rules! newer {
        ($($name:ident),+ $(,)?) => {
            $(assert_eq!(newer::$name.text(), theirs::$name.text(), stringify!($name));)+
            let compared = [$(stringify!($name)),+];
            for (name, _) in newer::STRINGS {
                assert!(compared.contains(name), "{name} is not compared");
            }
        };
    }
    newer!(
        kOfxImageEffectPropColourManagementStyle,
        kOfxImageEffectColourManagementNone,
        kOfxImageEffectColourManagementBasic,
        kOfxImageEffectColourManagementCore,
        kOfxImageEffectColourManagementFull,
        kOfxImageEffectColourManagementOCIO,
        kOfxImageEffectPropColourManagementAvailableConfigs,
        kOfxImageEffectPropColourManagementConfig,
        kOfxImageEffectPropOCIOConfig,
        kOfxImageClipPropColourspace,
        kOfxImageClipPropPreferredColourspaces,
        kOfxImageEffectPropDisplayColourspace,
        kOfxImageEffectPropOCIODisplay,
        kOfxImageEffectPropOCIOView,
        kOfxImageEffectActionGetOutputColourspace,
        kOfxImageEffectPropCPURenderSupported,
        kOfxImageEffectPropNoSpatialAwareness,
        kOfxImageEffectPropThumbnailRender,
        kOfxImageEffectPluginPropObsolete,
        kOfxParamTypeStrChoice,
        kOfxParamTypeBytes,
        kOfxParamPropChoiceOrder,
        kOfxParamPropChoiceEnum,
        kOfxParamHostPropSupportsStrChoice,
        kOfxParamHostPropSupportsStrChoiceAnimation,
        kOfxImageEffectPropOpenCLImage,
        kOfxStatGPUOutOfMemory,
        kOfxStatGPURenderFailed,
    );
}
