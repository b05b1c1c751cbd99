//! Edges: alpha at a mask's contour as the picture has it, hair by hair.
//!
//! SAM's mask says where the subject is to within two pixels of a grid of 256. `band` says where its contour may be
//! wrong; outside of that alpha is exactly 0 or 1. Inside, `guided` fits alpha to the colours around each pixel, and the
//! edge network (`network`) knows what edges look like, sure of them or not (`ramps`). All work is done on `tiles` of the
//! band alone, so that time and memory grow with the band and not with the frame, and the result depends on the frame,
//! its mask and the settings only.

mod band;
mod cover;
mod denoise;
mod enlarge;
mod fill;
mod grid;
mod grow;
mod guided;
mod network;
mod picture;
mod ramps;
mod sides;
mod tiles;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use models::refiner::Refiner;
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::geometry::PixelRect;
use super::matte::{Matte, alpha_of};
use super::plane::Plane;
use super::{Abort, Error, check, zeros};
use crate::cache::{Key, Remembered};
use band::Band;
use grid::{Sampler, Scale};
use guided::Model;
use network::Answers;
use sides::Sides;
use tiles::{AREA, SIDE, Tiles};

pub use cover::{MOST_PIXELS, RECEPTIVE_FIELD};
pub use denoise::Denoised;
pub use network::WORKING_SIDE;
pub use picture::Picture;

/// How the edge is to be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Edge {
    /// How far the band reaches to each side of the contour, in pixels of a 1920-wide frame; 0: as far as the mask is in
    /// doubt.
    pub width: f32,
    /// How much of the network's answer counts, 0..=1; what is left is the guided filter's. No more than that without a
    /// network.
    pub detail: f32,
}

impl Default for Edge {
    fn default() -> Self {
        Self { width: 0.0, detail: 1.0 }
    }
}

/// Half a window of the guided filter, in pixels of SAM's mask: 12 of a picture 1536 wide.
const GUIDED_RADIUS: f32 = 2.0;
/// Its ε.
const GUIDED_EPSILON: f32 = 1e-4;
/// The guided filter is fitted where a pixel of SAM's mask has about so many pixels on each axis.
const GUIDED_CELL: f32 = 4.0;
/// Half a window when the network's alpha is brought to a larger frame, in pixels of the network's picture.
const UPSAMPLING_RADIUS: usize = 2;
/// The ε then.
const UPSAMPLING_EPSILON: f32 = 1e-5;
/// Alphas closer to 0 and 1 than this become 0 and 1; what is between is stretched, so that nothing jumps.
const CUT: f32 = 1.0 / 255.0;

/// Refined alpha in the tiles of a band. Where there is no tile, the mask's side is the answer.
#[derive(Clone)]
pub struct Edges(Arc<Tiles>);

impl Remembered for Edges {
    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl Edges {
    /// Bytes held: they grow with the band.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// The matte: refined alpha in the band, 0 or 1 by the mask outside it.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn matte(
        &self,
        plane: &Plane,
        bounds: PixelRect,
        threads: &rayon::ThreadPool,
    ) -> Result<Matte, Error> {
        let tiles = &*self.0;
        let [width, height] = tiles.scale().size();
        let sides = Sides::of(plane, tiles.scale());
        let mut alpha = zeros(width * height)?;
        threads.install(|| {
            alpha.par_chunks_mut(width * SIDE).enumerate().for_each(|(row, lines)| {
                for column in 0..tiles.grid()[0] {
                    let [xs, ys] = tiles.pixels([column, row]);
                    match tiles.number([column, row]).map(|number| tiles.tile(number)) {
                        Some(tile) => {
                            for (line, values) in lines.chunks_exact_mut(width).zip(tile.chunks_exact(SIDE)) {
                                line[xs.clone()].copy_from_slice(&values[..xs.len()]);
                            }
                        }
                        // No contour crosses it, so that all of it is where its first pixel is.
                        None if sides.at(xs.start, ys.start) == 1.0 => {
                            lines.chunks_exact_mut(width).for_each(|line| line[xs.clone()].fill(1.0));
                        }
                        None => {}
                    }
                }
            });
        });
        Ok(Matte::new(bounds, alpha))
    }
}

/// What refined edges depend on beside the network and the settings.
pub struct Frame<'a> {
    /// The picture at full size.
    pub picture: Picture<'a>,
    /// Its mask.
    pub plane: &'a Plane,
}

impl Frame<'_> {
    /// All that [`refine`] depends on, where `seen` stands for the picture: a hash of what SAM saw of it, which every pixel
    /// has a part in.
    pub fn key(&self, seen: Key, edge: Edge, network: Option<&dyn Refiner>) -> Key {
        let mut hash = Xxh3::new();
        hash.update(&seen.0.to_le_bytes());
        for side in self.picture.size() {
            hash.update(&side.to_le_bytes());
        }
        hash.update(&self.plane.fineness().to_le_bytes());
        hash.update(bytemuck::cast_slice(&self.plane.map().values));
        hash.update(&edge.width.to_le_bytes());
        if let Some(network) = network {
            hash.update(&edge.detail.to_le_bytes());
            hash.update(network.id().as_bytes());
            if let Some(by) = self.picture.denoised_by() {
                hash.update(&by.0.to_le_bytes());
            }
        }
        Key(hash.digest128())
    }
}

/// Refines the edge of a frame's mask: with the network, or with the guided filter alone.
///
/// # Errors
/// The network's, [`Error::OutOfMemory`] or [`Error::Aborted`].
pub fn refine(
    frame: &Frame<'_>,
    edge: Edge,
    network: Option<&dyn Refiner>,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<Edges, Error> {
    let Frame { picture, plane } = frame;
    let size = picture.size();
    let whole = Scale::whole(size);
    let detail = if network.is_some() { within(edge.detail) } else { 0.0 };
    let by_hand = half_width(edge, plane);
    let mut band = Band::of(plane, size, by_hand);
    let cell = cell(plane, size);
    check(abort)?;
    // The network first: the band may go on where its alpha does.
    let seen = match network.filter(|_| detail > 0.0) {
        Some(network) => {
            let scale = network::working_scale(size, cell);
            let mut answers = Answers::new(*picture, plane, scale, network, threads);
            Some(match by_hand {
                Some(_) => answers.over(&band, abort)?,
                None => grow::over(&mut band, plane, &mut answers, abort)?,
            })
        }
        None => None,
    };
    check(abort)?;
    let mut tiles = Tiles::of(&band, whole)?;
    if detail < 1.0 {
        let factor = cell.map(|cell| ((cell / GUIDED_CELL).round() as usize).max(1));
        let radius =
            [0, 1].map(|axis| ((GUIDED_RADIUS * cell[axis] / factor[axis] as f32).round() as usize).max(1));
        let scale = Scale { frame: size, factor };
        let model = Model { picture: *picture, scale, radius, epsilon: GUIDED_EPSILON };
        let sampler = Sampler::new(plane, scale);
        let rough = |y: usize, xs: Range<usize>, out: &mut [f32]| {
            sampler.row(y, xs, &mut Vec::new(), out);
            out.iter_mut().for_each(|value| *value = alpha_of(*value));
        };
        fill::fill(&model, &rough, &band, &mut tiles, |_, new| new, threads, abort)?;
    }
    if let Some(mut seen) = seen {
        let scale = seen.scale();
        let sides = Sides::of(plane, scale);
        ramps::settle(&mut seen, &sides, network::enlargement(scale.size()), threads);
        check(abort)?;
        let blend = |old: f32, new: f32| old + (new - old) * detail;
        if scale == whole {
            for (old, new) in tiles.values_mut().iter_mut().zip(seen.values_mut()) {
                *old = blend(*old, *new);
            }
        } else {
            let radius = [UPSAMPLING_RADIUS; 2];
            let model = Model { picture: *picture, scale, radius, epsilon: UPSAMPLING_EPSILON };
            let rough = |y: usize, xs: Range<usize>, out: &mut [f32]| {
                seen.read_row(&sides, y, xs, out);
            };
            fill::fill(&model, &rough, &band, &mut tiles, blend, threads, abort)?;
        }
    }
    check(abort)?;
    finish(&band, &Sides::of(plane, whole), &mut tiles, threads);
    Ok(Edges(Arc::new(tiles)))
}

/// Fades refined alpha into the mask's side at the band's border, and cuts off its ends.
fn finish(band: &Band, sides: &Sides<'_>, tiles: &mut Tiles, threads: &rayon::ThreadPool) {
    let whole = tiles.scale();
    let places: Vec<[Range<usize>; 2]> = tiles.kept().iter().map(|tile| tiles.pixels(*tile)).collect();
    threads.install(|| {
        let values = tiles.values_mut().par_chunks_exact_mut(AREA);
        values.zip(&places).for_each(|(tile, [xs, ys])| {
            let mut weights = [0.0; SIDE];
            for (y, row) in ys.clone().zip(tile.chunks_exact_mut(SIDE)) {
                band.weights(whole, y, xs.start, &mut weights[..xs.len()]);
                for ((x, alpha), weight) in xs.clone().zip(row).zip(weights) {
                    let side = sides.at(x, y);
                    let mixed = if weight > 0.0 { side + (*alpha - side) * weight } else { side };
                    *alpha = within((mixed - CUT) / (1.0 - 2.0 * CUT));
                }
            }
        });
    });
}

/// Pixels of the frame that a pixel of SAM's mask covers on each axis.
fn cell(plane: &Plane, size: [usize; 2]) -> [f32; 2] {
    let (width, height) = plane.content();
    let fine = plane.fineness() as f32;
    [size[0] as f32 * fine / width, size[1] as f32 * fine / height]
}

/// Half the band's width by hand in pixels of SAM's mask, which see a frame's pixels as squares.
fn half_width(edge: Edge, plane: &Plane) -> Option<f32> {
    let across = plane.content().0 / plane.fineness() as f32;
    let wished = edge.width > 0.0 && edge.width.is_finite();
    wished.then_some((edge.width / REFERENCE_WIDTH).min(1.0) * across)
}

/// Width of the frame that lengths are given in pixels of.
const REFERENCE_WIDTH: f32 = 1920.0;

/// Limited to 0..=1; what is no number becomes 0.
fn within(value: f32) -> f32 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}
