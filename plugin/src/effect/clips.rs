//! The clips: what each takes, in every context.

use std::ffi::CStr;

use openfx_sys as sys;

use super::optional;
use super::settings::Ticked;
use crate::ofx::{Clip, Effect, Host, PropertySet, Result};

/// The picture that the subject is in.
pub const SOURCE: &CStr = sys::kOfxImageEffectSimpleSourceClipName;
/// What is given back.
pub const OUTPUT: &CStr = sys::kOfxImageEffectOutputClipName;
/// A rough matte that helps the network.
pub const GUIDE: &CStr = c"Guide";
/// What is taken away from the matte.
pub const GARBAGE: &CStr = c"Garbage";
/// What is kept in the matte.
pub const HOLDOUT: &CStr = c"Holdout";
/// What a composite lies over.
pub const BACKGROUND: &CStr = c"Background";

/// The inputs that need not be connected: name, label, whether it is a mask, components. Natron offers a choice
/// of channels for a mask whose first components are alpha.
const EXTRA: [(&CStr, &CStr, bool, &[&CStr]); 4] = [
    (BACKGROUND, c"Background", false, &[RGBA, RGB]),
    (GUIDE, c"Guide", false, &[ALPHA, RGBA, RGB]),
    (GARBAGE, c"Garbage matte", true, &[ALPHA, RGBA, RGB]),
    (HOLDOUT, c"Holdout", true, &[ALPHA, RGBA, RGB]),
];

const RGBA: &CStr = sys::kOfxImageComponentRGBA;
const RGB: &CStr = sys::kOfxImageComponentRGB;
const ALPHA: &CStr = sys::kOfxImageComponentAlpha;

/// Defines the clips of a context.
///
/// # Errors
/// When the host refuses one.
pub fn define(effect: &Effect<'_>, context: super::Context) -> Result<()> {
    let source = define_one(effect, SOURCE, &[RGBA, RGB])?;
    let temporal = effect.host().gives_other_frames();
    // What smoothing looks at in the frames around the one that is rendered.
    set_temporal(&source, temporal);
    // MLT knows one input.
    if !effect.host().is_mlt() {
        for (name, label, is_mask, components) in EXTRA {
            let clip = define_one(effect, name, components)?;
            clip.set_int(sys::kOfxImageClipPropOptional, 0, 1)?;
            optional(clip.set_int(sys::kOfxImageClipPropIsMask, 0, is_mask.into()));
            optional(clip.set_string(sys::kOfxPropLabel, 0, label));
            if name == GUIDE {
                set_temporal(&clip, temporal);
            }
        }
    }
    // A filter's output has its source's components.
    let components: &[&CStr] =
        if context == super::Context::General { &[RGBA, RGB, ALPHA] } else { &[RGBA, RGB] };
    define_one(effect, OUTPUT, components).map(|_| ())
}

fn set_temporal(clip: &PropertySet<'_>, temporal: bool) {
    optional(clip.set_int(sys::kOfxImageEffectPropTemporalClipAccess, 0, temporal.into()));
}

fn define_one<'h>(effect: &Effect<'h>, name: &CStr, components: &[&CStr]) -> Result<PropertySet<'h>> {
    let clip = effect.define_clip(name)?;
    for (index, component) in (0..).zip(components) {
        clip.set_string(sys::kOfxImageEffectPropSupportedComponents, index, component)?;
    }
    // The network needs the whole frame.
    clip.set_int(sys::kOfxImageEffectPropSupportsTiles, 0, 0)?;
    // Frames with both fields, as they are: by default a host would give one field with its lines doubled.
    optional(clip.set_string(sys::kOfxImageClipPropFieldExtraction, 0, sys::kOfxImageFieldBoth));
    Ok(clip)
}

/// The clips of an instance.
pub struct Clips {
    /// The picture that the subject is in.
    pub source: Clip,
    /// What is given back.
    pub output: Clip,
    /// A rough matte.
    pub guide: Option<Clip>,
    /// What is taken away from the matte.
    pub garbage: Option<Clip>,
    /// What is kept in it.
    pub holdout: Option<Clip>,
    /// What a composite lies over.
    pub background: Option<Clip>,
}

impl Clips {
    /// Those of an instance.
    ///
    /// # Errors
    /// When the host lacks source or output.
    pub fn of(effect: &Effect<'_>) -> Result<Self> {
        let extra = |name| if effect.host().is_mlt() { None } else { effect.clip(name).ok() };
        Ok(Self {
            source: effect.clip(SOURCE)?,
            output: effect.clip(OUTPUT)?,
            guide: extra(GUIDE),
            garbage: extra(GARBAGE),
            holdout: extra(HOLDOUT),
            background: extra(BACKGROUND),
        })
    }

    /// The extra inputs that are ticked and connected, with their names.
    pub fn in_use<'a>(
        &'a self,
        host: &'a Host,
        ticked: Ticked,
    ) -> impl Iterator<Item = (&'static CStr, &'a Clip)> {
        [
            (GUIDE, &self.guide, ticked.guide),
            (GARBAGE, &self.garbage, ticked.garbage),
            (HOLDOUT, &self.holdout, ticked.holdout),
            (BACKGROUND, &self.background, ticked.background),
        ]
        .into_iter()
        .filter_map(|(name, clip, ticked)| used(host, clip, ticked).map(|clip| (name, clip)))
    }

    /// Whether the guide has something to say at all.
    pub fn guided(&self, host: &Host, ticked: Ticked) -> bool {
        used(host, &self.guide, ticked.guide).is_some()
    }

    /// The source's frame at a time in canonical coordinates, if it has one.
    pub fn frame(&self, host: &Host, time: f64) -> Option<[f64; 4]> {
        let frame = self.source.region_of_definition(host, time).ok()?;
        (frame[0] < frame[2] && frame[1] < frame[3]).then_some(frame)
    }
}

/// An extra input that is ticked and connected.
pub fn used<'a>(host: &Host, clip: &'a Option<Clip>, ticked: bool) -> Option<&'a Clip> {
    clip.as_ref().filter(|clip| ticked && clip.is_connected(host))
}
