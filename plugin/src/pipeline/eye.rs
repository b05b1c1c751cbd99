//! The network's input: a frame of any size and encoding as display-referred sRGB with the long side at
//! the encoder's size.
//!
//! The resize is SAM's own: bilinear with antialiasing (segment-anything, `ResizeLongestSide.apply_image`,
//! which uses Pillow), without its rounding to 8 bit. Frames are seen with square pixels, so that anamorphic
//! footage is not squeezed for the network.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use models::sam::ModelImage;
use rayon::prelude::*;

use super::colour::Eye;
use super::geometry::Geometry;
use super::pixels::{Premultiplication, SourceView};
use super::premultiply::straight;
use super::{Abort, Error, check, zeros};

/// The resize takes frames of up to twice this many times the network's input; larger ones are averaged by
/// whole blocks first, on all threads, so that neither time nor memory grows with the frame. HD stays whole.
const REDUCTION: f64 = 1.5;

/// What the network sees of a frame.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Aborted`], or the network's refusal of the image.
pub fn see(
    source: &SourceView<'_>,
    eye: &Eye,
    geometry: &Geometry,
    input_side: u32,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<ModelImage, Error> {
    let (width, height) = input_size(geometry, input_side);
    let block = [
        block_size(geometry.bounds.width(), width as usize),
        block_size(geometry.bounds.height(), height as usize),
    ];
    let reduced = reduce(source, eye, block, threads)?;
    check(abort)?;
    let rgb = resize(&reduced, [width, height])?;
    Ok(ModelImage::new(width, height, rgb)?)
}

/// The size at which the network sees a frame.
pub fn input_size(geometry: &Geometry, input_side: u32) -> (u32, u32) {
    let [width, height] = geometry.seen_size().map(|side| (side.round() as u32).max(1));
    ModelImage::scaled_size(width, height, input_side)
}

/// Pixels per block on one axis.
fn block_size(from: usize, to: usize) -> usize {
    ((from as f64 / (REDUCTION * to as f64)) as usize).max(1)
}

/// RGB f32, top row first.
struct Reduced {
    rgb: Vec<f32>,
    /// Whole blocks on each axis, the last one possibly cut by the frame's edge.
    size: [u32; 2],
    /// The frame's size in blocks.
    covered: [f64; 2],
}

/// Converts the frame row by row and averages blocks of `block` pixels.
fn reduce(
    source: &SourceView<'_>,
    eye: &Eye,
    block: [usize; 2],
    threads: &rayon::ThreadPool,
) -> Result<Reduced, Error> {
    let bounds = source.layout().bounds;
    let premultiplied = source.layout().premultiplication == Premultiplication::PreMultiplied;
    let (width, height) = (bounds.width(), bounds.height());
    let size = [width.div_ceil(block[0]), height.div_ceil(block[1])];
    let mut rgb = zeros(size[0] * size[1] * 3)?;
    threads.install(|| {
        rgb.par_chunks_exact_mut(size[0] * 3).enumerate().for_each_init(
            || vec![[0.0_f32; 4]; width],
            |line, (row, out)| {
                let rows = row * block[1]..((row + 1) * block[1]).min(height);
                let share = 1.0 / rows.len() as f32;
                for from_top in rows {
                    source.read_row(bounds.y2 - 1 - from_top as i32, bounds.x1, line);
                    for (pixels, out) in line.chunks(block[0]).zip(out.chunks_exact_mut(3)) {
                        let share = share / pixels.len() as f32;
                        for pixel in pixels {
                            let seen = eye.see(straight(*pixel, premultiplied));
                            for (out, seen) in out.iter_mut().zip(seen) {
                                *out += seen * share;
                            }
                        }
                    }
                }
            },
        );
    });
    let covered = [width as f64 / block[0] as f64, height as f64 / block[1] as f64];
    Ok(Reduced { rgb, size: size.map(|side| side as u32), covered })
}

fn resize(from: &Reduced, [width, height]: [u32; 2]) -> Result<Vec<f32>, Error> {
    let mut rgb = zeros(width as usize * height as usize * 3)?;
    let refused = |error: &dyn std::fmt::Display| Error::Scaling(error.to_string());
    // The typed calls, since the others carry the code of every pixel type.
    let source =
        TypedImageRef::<F32x3>::from_buffer(from.size[0], from.size[1], bytemuck::cast_slice(&from.rgb))
            .map_err(|error| refused(&error))?;
    let mut target = TypedImage::<F32x3>::from_buffer(width, height, bytemuck::cast_slice_mut(&mut rgb))
        .map_err(|error| refused(&error))?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(0.0, 0.0, from.covered[0], from.covered[1])
        .use_alpha(false);
    Resizer::new().resize_typed(&source, &mut target, &options).map_err(|error| refused(&error))?;
    Ok(rgb)
}
