//! How the source's colours are encoded, and who says so.

use std::fmt;

use openfx_sys as sys;

use super::instance::Instance;
use super::settings::Settings;
use super::{colourspaces, host_is_linear};
use crate::ofx::Effect;
use crate::pipeline::colour::SourceColour;
use crate::pipeline::pixels::Depth;

/// Who says how the source is encoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// The artist.
    ByArtist,
    /// The host names this colour space, and it is known.
    ByHost(String),
    /// The host names this colour space, and it is not known.
    Unknown(String),
    /// The host is known to work in linear light.
    LinearHost,
    /// Nobody: pictures are taken as they are meant for a display.
    Nobody,
}

/// The encoding of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encoding {
    /// The encoding taken.
    pub colour: SourceColour,
    /// Who says so.
    pub said: Said,
}

impl Encoding {
    /// The encoding where it is known, not guessed.
    pub fn known(&self) -> Option<SourceColour> {
        match self.said {
            Said::ByArtist | Said::ByHost(_) | Said::LinearHost => Some(self.colour),
            Said::Unknown(_) | Said::Nobody => None,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.colour.label();
        match &self.said {
            Said::ByArtist => write!(f, "Source colour is {name}, as you set it."),
            Said::ByHost(space) => write!(f, "Source colour is {name}; the host says {space}."),
            Said::Unknown(space) => write!(
                f,
                "Source colour is taken as {name}: the host's {space} is not known; set Source colour if the \
subject is not found."
            ),
            Said::LinearHost => write!(f, "Source colour is {name}, since this host works in linear light."),
            Said::Nobody => write!(f, "Source colour is taken as {name}; set it for log footage."),
        }
    }
}

/// The encoding of the source of an instance: the artist's word, then the host's colour management, then what the
/// host is known for with images of this depth.
pub fn encoding(effect: &Effect<'_>, instance: &Instance, settings: &Settings, depth: Depth) -> Encoding {
    if let Some(colour) = settings.source_colour {
        return Encoding { colour, said: Said::ByArtist };
    }
    let linear = matches!(depth, Depth::Half | Depth::Float) && host_is_linear(effect.host());
    let guess = if linear { SourceColour::LinearRec709 } else { SourceColour::Srgb };
    match managed(effect, instance) {
        Some(space) => match colourspaces::from_name(&space) {
            Some(colour) => Encoding { colour, said: Said::ByHost(space) },
            None => Encoding { colour: guess, said: Said::Unknown(space) },
        },
        None if linear => Encoding { colour: guess, said: Said::LinearHost },
        None => Encoding { colour: guess, said: Said::Nobody },
    }
}

/// The colour space of the source, where the host manages colour.
fn managed(effect: &Effect<'_>, instance: &Instance) -> Option<String> {
    let style =
        effect.properties().ok()?.string(sys::newer::kOfxImageEffectPropColourManagementStyle, 0).ok()?;
    if style.is_empty() || style.as_bytes() == sys::newer::kOfxImageEffectColourManagementNone.to_bytes() {
        return None;
    }
    let source = instance.clips.source.properties(effect.host()).ok()?;
    source.string(sys::newer::kOfxImageClipPropColourspace, 0).ok().filter(|space| !space.is_empty())
}
