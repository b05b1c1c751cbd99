//! Lone edges become a little steeper, fine structure a little softer, as far as the network is in doubt about them.
//!
//! Where an edge stands alone the network knows that it is hard, but not its place to the pixel, and answers with a ramp
//! wider than the edge's. Where strands cross it draws each with all its force, though many lie beside where they are: the
//! mean of their neighbourhood is nearer to the truth, and moves less from frame to frame.

use rayon::prelude::*;

use super::sides::Sides;
use super::tiles::{AREA, SIDE, Tiles};

/// Half a window in which an edge is alone, without its middle pixel, in the pixels that the network sees.
const AROUND: usize = 7;
/// Mean of what alpha lacks to 0 or 1 in the window from which on an edge is not alone; at half of it, it is.
const CROWDED: f32 = 0.09;
/// How much steeper a lone edge becomes.
const STEEPER: f32 = 1.5;
/// Standard deviation of the Gaussian that softens what is not alone, in the pixels that the network sees.
const SIGMA: f32 = 1.3;
/// A Gaussian is followed so many times its standard deviation.
const SUPPORT: f32 = 3.0;

/// Changes the network's alpha in the tiles. Around them alpha is the side. The network has seen each pixel as `enlargement`
/// ones on each axis.
pub fn settle(tiles: &mut Tiles, sides: &Sides<'_>, enlargement: usize, threads: &rayon::ThreadPool) {
    let near = normalised(vec![1.0; 2 * (AROUND / enlargement).max(1) + 1]);
    let bell = normalised(gaussian(SIGMA / enlargement as f32));
    let margin = near.len().max(bell.len()) / 2;
    let settled: Vec<Vec<f32>> = threads.install(|| {
        let numbers = (0..tiles.kept().len()).into_par_iter();
        numbers.map(|number| tile(tiles, sides, number, margin, [&near, &bell])).collect()
    });
    for (old, new) in tiles.values_mut().chunks_exact_mut(AREA).zip(settled) {
        old.copy_from_slice(&new);
    }
}

/// One tile anew.
fn tile(
    tiles: &Tiles,
    sides: &Sides<'_>,
    number: usize,
    margin: usize,
    [near, bell]: [&[f32]; 2],
) -> Vec<f32> {
    let alpha = with_surroundings(tiles, sides, number, margin);
    let lacking: Vec<f32> = alpha.iter().map(|alpha| alpha.min(1.0 - alpha)).collect();
    let (lacking, soft) = (filtered(&lacking, margin, near), filtered(&alpha, margin, bell));
    let width = SIDE + 2 * margin;
    let middle = |index: usize| alpha[(index / SIDE + margin) * width + index % SIDE + margin];
    (0..AREA)
        .map(|index| {
            let alone = (2.0 * (1.0 - lacking[index] / CROWDED)).clamp(0.0, 1.0);
            let steep = ((middle(index) - 0.5) * STEEPER + 0.5).clamp(0.0, 1.0);
            soft[index] + (steep - soft[index]) * alone
        })
        .collect()
}

/// The alpha of a tile and of so many pixels around it, rows of `SIDE + 2 * margin`. Beyond the frame its last pixel is
/// repeated.
fn with_surroundings(tiles: &Tiles, sides: &Sides<'_>, number: usize, margin: usize) -> Vec<f32> {
    let [width, height] = tiles.scale().size();
    let [column, row] = tiles.kept()[number].map(|place| place * SIDE);
    let count = SIDE + 2 * margin;
    let (left, right) = (column.saturating_sub(margin), (column + SIDE + margin).min(width));
    let mut line = vec![0.0; right - left];
    let mut out = Vec::with_capacity(count * count);
    for y in 0..count {
        let y = (row + y).saturating_sub(margin).min(height - 1);
        tiles.read_row(sides, y, left..right, &mut line);
        out.extend((0..count).map(|x| line[(column + x).saturating_sub(margin + left).min(line.len() - 1)]));
    }
    out
}

/// The sum with the weights of `taps` along both axes of what [`with_surroundings`] gives, for the tile.
fn filtered(values: &[f32], margin: usize, taps: &[f32]) -> Vec<f32> {
    let width = SIDE + 2 * margin;
    let first = margin - taps.len() / 2;
    let mut rows = vec![0.0; SIDE * width];
    for (y, out) in rows.chunks_exact_mut(width).enumerate() {
        for (row, tap) in taps.iter().enumerate() {
            let line = &values[(y + first + row) * width..][..width];
            out.iter_mut().zip(line).for_each(|(out, value)| *out += value * tap);
        }
    }
    let mut out = vec![0.0; AREA];
    for (out, line) in out.chunks_exact_mut(SIDE).zip(rows.chunks_exact(width)) {
        for (column, tap) in taps.iter().enumerate() {
            let line = &line[first + column..][..SIDE];
            out.iter_mut().zip(line).for_each(|(out, value)| *out += value * tap);
        }
    }
    out
}

fn normalised(taps: Vec<f32>) -> Vec<f32> {
    let sum: f32 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / sum).collect()
}

fn gaussian(sigma: f32) -> Vec<f32> {
    let reach = (SUPPORT * sigma).ceil() as i32;
    (-reach..=reach).map(|at| (-0.5 * (at as f32 / sigma).powi(2)).exp()).collect()
}
