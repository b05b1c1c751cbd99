//! Conn, connectivity error: do parts of the matte float free of the subject?
//!
//! C. Rhemann et al., "A Perceptually Motivated Online Benchmark for Image Matting", CVPR 2009,
//! section 4. The source region at a level t is the largest 4-connected part of {matte >= t and
//! truth >= t}; l(p) is the highest level of 0, 0.1, ... 1 up to which the pixel p stays in the
//! source region without a gap. With d(p) = alpha(p) - l(p) the degree of connectedness is phi = 1
//! when d < 0.15 and 1 - d otherwise, and the error is the sum of |phi(matte) - phi(truth)|. Here
//! the mean over the pixels stands in place of the sum, so that images of different sizes compare.

use image::{GrayImage, Luma};
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::evaluate::pixels::Alpha;

/// Number of steps between the levels 0 and 1 (Rhemann et al.: a step of 0.1).
const STEPS: u8 = 10;
/// Smaller distances to the connected level are not counted (theta of Rhemann et al.).
const THETA: f32 = 0.15;

/// The mean connectivity error of the pixels, 0..1.
#[must_use]
pub fn error(matte: &Alpha, truth: &Alpha) -> f64 {
    let level = connected_level(matte, truth);
    let sum: f64 = matte
        .as_raw()
        .iter()
        .zip(truth.as_raw())
        .zip(&level)
        .map(|((matte, truth), level)| {
            f64::from((connectedness(matte - level) - connectedness(truth - level)).abs())
        })
        .sum();
    sum / level.len() as f64
}

/// phi of a distance `d` = alpha - l.
fn connectedness(d: f32) -> f32 {
    if d < THETA { 1.0 } else { 1.0 - d }
}

/// l(p) for every pixel, row by row.
fn connected_level(matte: &Alpha, truth: &Alpha) -> Vec<f32> {
    let joint: Vec<f32> = matte.as_raw().iter().zip(truth.as_raw()).map(|(m, t)| m.min(*t)).collect();
    let mut level: Vec<Option<f32>> = vec![None; joint.len()];
    for step in 1..=STEPS {
        let (below, threshold) = (f32::from(step - 1) / f32::from(STEPS), f32::from(step) / f32::from(STEPS));
        let source = largest_component(&joint, matte.width(), threshold);
        for (level, source) in level.iter_mut().zip(&source) {
            if level.is_none() && !source {
                *level = Some(below);
            }
        }
    }
    level.into_iter().map(|l| l.unwrap_or(1.0)).collect()
}

/// The largest 4-connected part of the pixels that reach `threshold`; the first in reading order
/// of several equally large ones.
fn largest_component(joint: &[f32], width: u32, threshold: f32) -> Vec<bool> {
    let height = joint.len() as u32 / width;
    let reached = GrayImage::from_fn(width, height, |x, y| {
        Luma([u8::from(joint[(y * width + x) as usize] >= threshold)])
    });
    let labels = connected_components(&reached, Connectivity::Four, Luma([0])).into_raw();
    let count = labels.iter().max().map_or(0, |l| *l as usize + 1);
    let mut areas = vec![0u64; count];
    for label in &labels {
        areas[*label as usize] += 1;
    }
    let mut largest = 0;
    for label in 1..count {
        if largest == 0 || areas[label] > areas[largest] {
            largest = label;
        }
    }
    labels.into_iter().map(|label| label != 0 && label as usize == largest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[f32]) -> Alpha {
        Alpha::from_raw(values.len() as u32, 1, values.to_vec()).unwrap()
    }

    #[test]
    fn a_floating_part_costs_what_it_is_above_level_zero() {
        // Source region: pixels 0 and 1 up to level 1. Pixel 3 is cut off at the first level:
        // l = 0, d = 0.8 in the matte and 0 in the truth: |0.2 - 1| / 4.
        let matte = row(&[1.0, 1.0, 0.0, 0.8]);
        let truth = row(&[1.0, 1.0, 0.0, 0.0]);
        assert!((error(&matte, &truth) - 0.8 / 4.0).abs() < 1e-6);
    }

    #[test]
    fn a_weaker_connected_part_costs_the_truth_above_the_common_level() {
        // Pixel 1 is connected up to 0.4 in both; d = 0 in the matte, 0.6 in the truth.
        let matte = row(&[1.0, 0.4, 0.0]);
        let truth = row(&[1.0, 1.0, 0.0]);
        assert!((error(&matte, &truth) - 0.6 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn differences_below_theta_are_free() {
        assert_eq!(error(&row(&[1.0, 0.12]), &row(&[1.0, 0.0])), 0.0);
    }

    #[test]
    fn nothing_in_common() {
        // No source region at any level above 0: l = 0 everywhere.
        assert_eq!(error(&row(&[1.0, 0.0]), &row(&[0.0, 1.0])), 1.0);
    }
}
