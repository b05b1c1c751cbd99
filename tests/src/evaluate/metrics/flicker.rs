//! dtSSD: does the matte move as the truth does?
//!
//! M. Erofeev et al., "Perceptually Motivated Benchmark for Video Matting", BMVC 2015, section 4:
//! the root of the sum over the pixels of ((matte_t - matte_t-1) - (truth_t - truth_t-1))^2. As
//! in later work on video matting the mean over the pixels stands in place of the sum.

use super::ERROR_SCALE;
use crate::evaluate::pixels::Alpha;

/// dtSSD of two consecutive frames, each as (matte, truth); times [`ERROR_SCALE`].
#[must_use]
pub fn between(before: (&Alpha, &Alpha), now: (&Alpha, &Alpha)) -> f64 {
    let pixels = now.0.as_raw().len() as f64;
    let sum: f64 = (0..now.0.as_raw().len())
        .map(|i| {
            let matte = now.0.as_raw()[i] - before.0.as_raw()[i];
            let truth = now.1.as_raw()[i] - before.1.as_raw()[i];
            f64::from(matte - truth).powi(2)
        })
        .sum();
    (sum / pixels).sqrt() * ERROR_SCALE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(values: [f32; 4]) -> Alpha {
        Alpha::from_raw(2, 2, values.to_vec()).unwrap()
    }

    #[test]
    fn a_constant_error_does_not_flicker() {
        let (truth0, truth1) = (plane([0.0, 1.0, 0.0, 0.0]), plane([0.0, 1.0, 1.0, 0.0]));
        let (matte0, matte1) = (plane([0.5, 1.0, 0.0, 0.0]), plane([0.5, 1.0, 1.0, 0.0]));
        assert_eq!(between((&matte0, &truth0), (&matte1, &truth1)), 0.0);
    }

    #[test]
    fn one_blinking_pixel_of_four() {
        let still = plane([0.0; 4]);
        // sqrt(0.5^2 / 4) = 0.25.
        assert_eq!(between((&still, &still), (&plane([0.5, 0.0, 0.0, 0.0]), &still)), 250.0);
    }
}
