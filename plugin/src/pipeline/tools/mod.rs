//! Matte tools: what an artist does to a matte that is nearly right.
//!
//! [`MatteTools`] applies them in one order: [`holes`], [`despeckle`], [`grow`], [`feather`], then the
//! [`levels`] (clips, gamma, invert). [`combine`] brings in other mattes.

pub mod blur;
pub mod combine;
pub mod despeckle;
pub mod feather;
pub mod grow;
pub mod holes;
pub mod levels;
pub mod patch;
pub mod reach;
pub mod regions;
pub mod rim;

use rayon::prelude::*;

use super::matte::Matte;
use super::{Abort, Error, check};
pub use feather::FeatherMode;
use grow::Direction;
use levels::Levels;

/// Settings of the matte tools. The default changes nothing.
///
/// Lengths and areas are in pixels of a frame 1920 wide with square pixels. Numbers out of range have a
/// meaning: what is not a number counts as the default, the rest as the nearest end of the range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MatteTools {
    /// Holes of up to this area become solid; 0 and below: none. Infinite: all.
    pub fill_holes: f32,
    /// Islands of up to this area vanish; 0 and below: none. Infinite: all, the subject too.
    pub despeckle: f32,
    /// How far the edge moves outwards, -100..100; below 0 inwards.
    pub grow: f32,
    /// Width of the feathered edge, 0..1000.
    pub feather: f32,
    /// Where the feathered edge lies.
    pub feather_mode: FeatherMode,
    /// Alpha that becomes 0, 0..1.
    pub black_clip: f32,
    /// Alpha that becomes 1, 0..1. At or below the black clip both are one hard threshold at the black clip.
    pub white_clip: f32,
    /// Alpha becomes alpha^(1 / gamma), 0.1..10: above 1 is denser.
    pub gamma: f32,
    /// Whether the matte is turned inside out.
    pub invert: bool,
}

impl Default for MatteTools {
    fn default() -> Self {
        let Levels { black_clip, white_clip, gamma, invert } = Levels::IDENTITY;
        Self {
            fill_holes: 0.0,
            despeckle: 0.0,
            grow: 0.0,
            feather: 0.0,
            feather_mode: FeatherMode::default(),
            black_clip,
            white_clip,
            gamma,
            invert,
        }
    }
}

impl MatteTools {
    /// Whether no tool would change any matte.
    pub fn is_identity(&self) -> bool {
        let tools = self.in_range();
        tools == Self { feather_mode: tools.feather_mode, ..Self::default() }
    }

    /// Applies the tools that are set, in place. A tool that is not set costs nothing and changes no bit;
    /// when any is, alphas out of 0..1 are first brought into it, and what is not a number becomes 0.
    ///
    /// `pixels_per_unit` is the frame's own pixels per pixel of a frame 1920 wide on each axis: resolution,
    /// render scale and pixel aspect ratio are in it. An axis without a usable number counts as 1.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Aborted`]; the matte is then unfinished.
    pub fn apply(
        &self,
        matte: &mut Matte,
        pixels_per_unit: [f32; 2],
        threads: &rayon::ThreadPool,
        abort: Abort<'_>,
    ) -> Result<(), Error> {
        if self.is_identity() || matte.alpha().is_empty() {
            return Ok(());
        }
        let tools = self.in_range();
        let unit = pixels_per_unit.map(|unit| if unit > 0.0 && unit.is_finite() { unit } else { 1.0 });
        let pixels = |area: f32| f64::from(area) * f64::from(unit[0]) * f64::from(unit[1]);
        make_valid(matte, threads);
        if tools.fill_holes > 0.0 {
            check(abort)?;
            holes::fill_holes(matte, pixels(tools.fill_holes), unit, threads, abort)?;
        }
        if tools.despeckle > 0.0 {
            check(abort)?;
            despeckle::despeckle(matte, pixels(tools.despeckle), unit, threads, abort)?;
        }
        if tools.grow != 0.0 {
            check(abort)?;
            let direction = if tools.grow > 0.0 { Direction::Grow } else { Direction::Shrink };
            grow::grow(matte, direction, unit.map(|unit| tools.grow.abs() * unit), threads, abort)?;
        }
        if tools.feather > 0.0 {
            check(abort)?;
            let width = unit.map(|unit| tools.feather * unit);
            feather::feather(matte, tools.feather_mode, width, threads, abort)?;
        }
        if tools.levels() != Levels::IDENTITY {
            check(abort)?;
            levels::levels(matte, tools.levels(), threads);
        }
        Ok(())
    }

    fn levels(&self) -> Levels {
        Levels {
            black_clip: self.black_clip,
            white_clip: self.white_clip,
            gamma: self.gamma,
            invert: self.invert,
        }
    }

    /// The same settings with every number in its range.
    fn in_range(&self) -> Self {
        let clamp = |value: f32, low: f32, high: f32, default: f32| {
            if value.is_nan() { default } else { value.clamp(low, high) }
        };
        let default = Self::default();
        Self {
            fill_holes: clamp(self.fill_holes, 0.0, f32::INFINITY, default.fill_holes),
            despeckle: clamp(self.despeckle, 0.0, f32::INFINITY, default.despeckle),
            grow: clamp(self.grow, -100.0, 100.0, default.grow),
            feather: clamp(self.feather, 0.0, 1000.0, default.feather),
            black_clip: clamp(self.black_clip, 0.0, 1.0, default.black_clip),
            white_clip: clamp(self.white_clip, 0.0, 1.0, default.white_clip),
            gamma: clamp(self.gamma, 0.1, 10.0, default.gamma),
            ..*self
        }
    }
}

/// Brings every alpha into 0..1; a valid one keeps its bits.
fn make_valid(matte: &mut Matte, threads: &rayon::ThreadPool) {
    threads.install(|| {
        let alpha = matte.alpha_mut().par_iter_mut().with_min_len(1 << 16);
        alpha.for_each(|alpha| *alpha = combine::valid(*alpha));
    });
}

#[cfg(test)]
mod tests;
