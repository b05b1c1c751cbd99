//! Grad, gradient error: are the edges as sharp and as soft as in the truth?
//!
//! C. Rhemann et al., "A Perceptually Motivated Online Benchmark for Image Matting", CVPR 2009,
//! section 4: the sum over the pixels of (|grad matte| - |grad truth|)^2, with gradients from first
//! derivatives of a Gaussian of sigma 1.4. As in the authors' evaluation code the kernels reach to
//! where the Gaussian falls to 0.01, have unit energy (the root of their summed squares is 1), and
//! the image continues beyond its border with its last pixels. Here the mean over the pixels stands
//! in place of the sum, so that images of different sizes compare.

use image::Luma;
use imageproc::filter::separable_filter;

use crate::evaluate::pixels::Alpha;

/// Sigma of the Gaussian, in pixels (Rhemann et al.).
const SIGMA: f64 = 1.4;
/// The kernel ends where the Gaussian density falls to this value (the authors' code).
const KERNEL_END: f64 = 0.01;

/// (|grad matte| - |grad truth|)^2 of every pixel.
#[must_use]
pub fn squared_difference(matte: &Alpha, truth: &Alpha) -> Alpha {
    let (found, wanted) = rayon::join(|| magnitude(matte), || magnitude(truth));
    Alpha::from_fn(matte.width(), matte.height(), |x, y| {
        let difference = found.get_pixel(x, y)[0] - wanted.get_pixel(x, y)[0];
        Luma([difference * difference])
    })
}

/// The length of the gradient of every pixel, with kernels of unit energy.
#[must_use]
pub fn magnitude(alpha: &Alpha) -> Alpha {
    let (smooth, derive) = kernels();
    let along_x = separable_filter(alpha, &derive, &smooth);
    let along_y = separable_filter(alpha, &smooth, &derive);
    Alpha::from_fn(alpha.width(), alpha.height(), |x, y| {
        Luma([along_x.get_pixel(x, y)[0].hypot(along_y.get_pixel(x, y)[0])])
    })
}

/// The Gaussian and its first derivative, each of unit energy; so is then their outer product, the
/// two-dimensional kernel of the publication.
fn kernels() -> (Vec<f32>, Vec<f32>) {
    let reach =
        (SIGMA * (-2.0 * ((2.0 * std::f64::consts::PI).sqrt() * SIGMA * KERNEL_END).ln()).sqrt()).ceil();
    let taps: Vec<f64> = (0..=2 * reach as i32).map(|i| f64::from(i) - reach).collect();
    let gaussian: Vec<f64> = taps.iter().map(|x| (-x * x / (2.0 * SIGMA * SIGMA)).exp()).collect();
    let derivative: Vec<f64> = taps.iter().zip(&gaussian).map(|(x, g)| x * g).collect();
    (unit_energy(&gaussian), unit_energy(&derivative))
}

fn unit_energy(kernel: &[f64]) -> Vec<f32> {
    let norm = kernel.iter().map(|v| v * v).sum::<f64>().sqrt();
    kernel.iter().map(|v| (v / norm) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_have_nine_taps_and_unit_energy() {
        for kernel in [kernels().0, kernels().1] {
            assert_eq!(kernel.len(), 9);
            assert!((kernel.iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_vertical_step_has_the_gradient_that_the_kernel_sums_give() {
        let step = Alpha::from_fn(20, 20, |x, _| Luma([if x >= 10 { 1.0 } else { 0.0 }]));
        let magnitude = magnitude(&step);
        // By hand: with g(x) = exp(-x^2 / 3.92), taps -4..4. Smoothing a constant column gives
        // (1 + 2 (0.774837 + 0.360448 + 0.100669 + 0.016880)) / sqrt(1 + 2 (0.600373 + 0.129923
        // + 0.010134 + 0.000285)) = 3.505668 / 1.575254 = 2.225463. At x = 10 the derivative
        // kernel sees ones at taps 0..4: (0.774837 + 2 * 0.360448 + 3 * 0.100669 + 4 * 0.016880)
        // / sqrt(2 (0.600373 + 4 * 0.129923 + 9 * 0.010134 + 16 * 0.000285)) = 1.865260 / 1.559480
        // = 1.196078.
        let expected = 2.225_463 * 1.196_078;
        assert!(
            (magnitude.get_pixel(10, 10)[0] - expected).abs() < 2e-4,
            "{:?}",
            magnitude.get_pixel(10, 10)
        );
        assert_eq!(magnitude.get_pixel(2, 10)[0], 0.0);
    }

    #[test]
    fn a_lost_edge_costs_its_squared_gradient() {
        let step = Alpha::from_fn(20, 20, |x, _| Luma([if x >= 10 { 1.0 } else { 0.0 }]));
        let flat = Alpha::new(20, 20);
        let error = squared_difference(&flat, &step).get_pixel(10, 10)[0];
        assert!((error - magnitude(&step).get_pixel(10, 10)[0].powi(2)).abs() < 1e-6);
    }
}
