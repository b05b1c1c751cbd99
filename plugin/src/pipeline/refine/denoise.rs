//! The picture that the edge network looks at, with less noise: the mean with the frames around it where nothing moves.
//!
//! SAM sees a reduced picture in which noise is averaged; a network that follows single hairs follows their noise too, and
//! its edges swim in a shot at rest. Frames are compared pixel by pixel with no motion brought in: half a pixel of error
//! in it would cost the very hairs that this is for, and where something moves the eye sees no noise.

use std::ops::Range;

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::super::plane::Plane;
use super::super::{Abort, Error, check, zeros};
use super::grid::Scale;
use super::picture::Picture;
use super::{cell, network};
use crate::cache::Key;

/// Differences are compared with noise over so many pixels to each side.
const REACH: usize = 2;
/// A mean squared difference of so many times what noise makes is noise; of `MOVES` times, it is none.
const RESTS: f32 = 2.5;
/// See [`RESTS`].
const MOVES: f32 = 5.0;
/// Least and most standard deviation of the difference between two frames at rest, 0..1: rounding to 8 bits, and noise of
/// four codes. In a shot that moves everywhere all differences look like noise.
const NOISE: [f32; 2] = [0.5 / 255.0, 6.0 / 255.0];
/// The median of the absolute value of a normal distribution is its deviation divided by this.
const PER_MEDIAN: f32 = 1.4826;
/// Noise is measured on every such row.
const EVERY: usize = 8;
/// Steps into which differences are sorted for their median: a tenth of a code of 8 bits.
const STEPS: usize = 2560;
/// Rows that are worked on at once.
const ROWS: usize = 64;

/// The mean of a picture and of those around it, at the scale that the network sees.
pub struct Denoised<'a> {
    own: Picture<'a>,
    scale: Scale,
    /// Weighted red, green and blue of each pixel, rows from the top.
    sum: Vec<f32>,
    /// The weight of each pixel.
    weight: Vec<f32>,
    /// Of the pictures that were taken in.
    content: Xxh3,
}

impl<'a> Denoised<'a> {
    /// A picture by itself. `plane` is its mask, on whose pixels the scale depends.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn of(own: Picture<'a>, plane: &Plane, threads: &rayon::ThreadPool) -> Result<Self, Error> {
        let size = own.size();
        let scale = network::working_scale(size, cell(plane, size));
        let [width, height] = scale.size();
        let mut sum = zeros(3 * width * height)?;
        let mut weight = zeros(width * height)?;
        threads.install(|| {
            colours_mut(&mut sum).par_chunks_exact_mut(width).enumerate().for_each_init(
                Vec::new,
                |line, (y, row)| {
                    own.row(scale, y, 0..width, line, row);
                },
            );
            weight.fill(1.0);
        });
        Ok(Self { own, scale, sum, weight, content: Xxh3::new() })
    }

    /// Takes in what of another frame is as in this one. `seen` stands for the other picture. A frame of another size says
    /// nothing.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] or [`Error::Aborted`].
    pub fn take_in(
        &mut self,
        other: Picture<'_>,
        seen: Key,
        threads: &rayon::ThreadPool,
        abort: Abort<'_>,
    ) -> Result<(), Error> {
        if other.size() != self.scale.frame {
            return Ok(());
        }
        check(abort)?;
        let pair = Pair { own: self.own, other, scale: self.scale };
        let noise = pair.noise(threads)?;
        check(abort)?;
        let width = self.scale.size()[0];
        let work = |(part, (sum, weight)): (usize, (&mut [[f32; 3]], &mut [f32]))| {
            let rows = part * ROWS..part * ROWS + weight.len() / width;
            pair.add(rows, noise, sum, weight)
        };
        threads.install(|| {
            let sums = colours_mut(&mut self.sum).par_chunks_mut(width * ROWS);
            let parts = sums.zip(self.weight.par_chunks_mut(width * ROWS));
            parts.enumerate().try_for_each(work)
        })?;
        self.content.update(&seen.0.to_le_bytes());
        Ok(())
    }

    /// The picture with the noise taken out at [`Denoised::scale`].
    pub fn picture(&self) -> Picture<'_> {
        self.own.with(self)
    }

    /// The scale of its pixels.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// What stands for the pictures that were taken in.
    pub fn key(&self) -> Key {
        Key(self.content.digest128())
    }

    /// As [`Picture::row`], at [`Denoised::scale`].
    pub fn row(&self, y: usize, xs: Range<usize>, out: &mut [[f32; 3]]) {
        let [width, height] = self.scale.size();
        let first = y.min(height - 1) * width;
        for (x, out) in xs.zip(out) {
            let at = first + x.min(width - 1);
            *out = colours(&self.sum)[at].map(|sum| sum / self.weight[at]);
        }
    }
}

/// A picture and another one that it is compared with.
struct Pair<'a> {
    own: Picture<'a>,
    other: Picture<'a>,
    scale: Scale,
}

impl Pair<'_> {
    /// The standard deviation of the difference where nothing moves, within [`NOISE`].
    fn noise(&self, threads: &rayon::ThreadPool) -> Result<f32, Error> {
        let height = self.scale.size()[1];
        let count = |y: usize| -> Result<[u32; STEPS], Error> {
            let mut counts = [0; STEPS];
            for difference in self.rows(y..y + 1)?.differences {
                counts[((difference.abs() * STEPS as f32) as usize).min(STEPS - 1)] += 1;
            }
            Ok(counts)
        };
        let add = |mut a: [u32; STEPS], b: [u32; STEPS]| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            Ok(a)
        };
        let rows = (0..height).into_par_iter().step_by(EVERY);
        let counts = threads.install(|| rows.map(count).try_reduce(|| [0; STEPS], add))?;
        let half = counts.iter().sum::<u32>() / 2;
        let mut below = 0;
        let median = counts.iter().position(|count| {
            below += count;
            below > half
        });
        let median = (median.unwrap_or(0) as f32 + 0.5) / STEPS as f32;
        Ok((PER_MEDIAN * median).clamp(NOISE[0], NOISE[1]))
    }

    /// The other picture in some rows, and how much it differs.
    fn rows(&self, rows: Range<usize>) -> Result<Rows, Error> {
        let width = self.scale.size()[0];
        let len = 3 * rows.len() * width;
        let (mut other, mut differences, mut own) = (zeros(len)?, zeros(len)?, zeros(3 * width)?);
        let mut line = Vec::new();
        let lines = other.chunks_exact_mut(3 * width).zip(differences.chunks_exact_mut(3 * width));
        for (y, (other, differences)) in rows.zip(lines) {
            self.own.row(self.scale, y, 0..width, &mut line, colours_mut(&mut own));
            self.other.row(self.scale, y, 0..width, &mut line, colours_mut(other));
            for ((difference, own), other) in differences.iter_mut().zip(&own).zip(other) {
                *difference = *other - own;
            }
        }
        Ok(Rows { other, differences })
    }

    /// Adds the other picture in some rows, weighted by how surely it is the same.
    fn add(
        &self,
        rows: Range<usize>,
        noise: f32,
        sum: &mut [[f32; 3]],
        weight: &mut [f32],
    ) -> Result<(), Error> {
        let [width, height] = self.scale.size();
        let around = rows.start.saturating_sub(REACH)..(rows.end + REACH).min(height);
        let Rows { other, differences } = self.rows(around.clone())?;
        let (other, differences) = (colours(&other), colours(&differences));
        // Sums of squares along the rows.
        let mut along = zeros(differences.len())?;
        for (differences, along) in differences.chunks_exact(width).zip(along.chunks_exact_mut(width)) {
            let square = |x: usize| differences[x].iter().map(|value| value * value).sum::<f32>();
            for (x, along) in along.iter_mut().enumerate() {
                *along = near(x, width).map(square).sum::<f32>();
            }
        }
        for (index, y) in rows.enumerate() {
            let lines = near(y, height);
            for x in 0..width {
                let squares: f32 = lines.clone().map(|y| along[(y - around.start) * width + x]).sum();
                let count = 3 * lines.len() * near(x, width).len();
                let times = squares / (count as f32 * noise * noise);
                let share = ((MOVES - times) / (MOVES - RESTS)).clamp(0.0, 1.0);
                let at = index * width + x;
                let colour = other[(y - around.start) * width + x];
                sum[at].iter_mut().zip(colour).for_each(|(sum, value)| *sum += share * value);
                weight[at] += share;
            }
        }
        Ok(())
    }
}

/// Some rows of a pair: red, green and blue.
struct Rows {
    other: Vec<f32>,
    differences: Vec<f32>,
}

fn colours(values: &[f32]) -> &[[f32; 3]] {
    bytemuck::cast_slice(values)
}

fn colours_mut(values: &mut [f32]) -> &mut [[f32; 3]] {
    bytemuck::cast_slice_mut(values)
}

/// The places within [`REACH`] of one, as far as there are any.
fn near(at: usize, count: usize) -> Range<usize> {
    at.saturating_sub(REACH)..(at + REACH + 1).min(count)
}
