//! The effect as the host sees it: one file per group of actions.

/// A C string made of pieces at compile time.
macro_rules! text {
    ($($piece:expr),+) => {
        match std::ffi::CStr::from_bytes_with_nul(concat!($($piece,)+ "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("a zero inside a text"),
        }
    };
}

pub mod automatic;
pub mod buttons;
pub mod changed;
pub mod clips;
pub mod colourspaces;
pub mod describe;
pub mod edge;
pub mod fields;
pub mod frame;
pub mod handles;
pub mod inputs;
pub mod instance;
pub mod layouts;
pub mod look;
pub mod overlay;
pub mod parameters;
pub mod pass;
pub mod preferences;
pub mod regions;
pub mod render;
pub mod report;
pub mod second_look;
mod settings;
pub mod source_colour;
pub mod status;
pub mod tracking;
pub mod usable;
pub mod window;

use openfx_sys as sys;

use crate::ofx::{Host, Result};

/// The context an effect was described or created in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Context {
    /// One input; the output has its components.
    Filter,
    /// The effect chooses the output's components.
    General,
}

impl Context {
    /// From the OpenFX name.
    pub fn from_name(name: &str) -> Option<Self> {
        if name.as_bytes() == sys::kOfxImageEffectContextFilter.to_bytes() {
            Some(Context::Filter)
        } else if name.as_bytes() == sys::kOfxImageEffectContextGeneral.to_bytes() {
            Some(Context::General)
        } else {
            None
        }
    }
}

/// Whether a host works in linear light with float images, as Natron and Nuke do.
pub fn host_is_linear(host: &Host) -> bool {
    // Natron may take another host's name; this property tells.
    host.name() == "fr.inria.Natron"
        || host.is_nuke()
        || host.properties().int(c"NatronOfxHostIsNatron", 0).is_ok_and(|is| is != 0)
}

/// Some hosts lack a property; the effect works without it.
fn optional(result: Result<()>) {
    if let Err(error) = result {
        log::debug!("{error}");
    }
}
