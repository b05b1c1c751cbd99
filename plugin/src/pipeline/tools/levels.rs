//! Levels of alpha: black clip, white clip, gamma, invert. One look at each pixel for all four.

use rayon::prelude::*;

use crate::pipeline::matte::Matte;

/// Pixels for one task of a thread.
const PIXELS_PER_TASK: usize = 1 << 16;

/// What alpha becomes, in the order of the fields.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Levels {
    /// Alpha that becomes 0, in 0..1.
    pub black_clip: f32,
    /// Alpha that becomes 1, in 0..1. At or below the black clip the two are one hard threshold at the
    /// black clip: alpha at or above it is 1 (alpha 0 stays 0).
    pub white_clip: f32,
    /// Alpha becomes alpha^(1 / gamma): above 1 it is denser, as in a compositor's grade. Above 0.
    pub gamma: f32,
    /// Whether alpha becomes 1 - alpha.
    pub invert: bool,
}

impl Levels {
    /// Levels that change nothing.
    pub const IDENTITY: Self = Self { black_clip: 0.0, white_clip: 1.0, gamma: 1.0, invert: false };

    /// The new alpha for an alpha in 0..1. 0 and 1 stay themselves, or change places, exactly.
    pub fn of(self, alpha: f32) -> f32 {
        let mut alpha = self.clipped(alpha);
        if self.gamma != 1.0 && alpha > 0.0 && alpha < 1.0 {
            alpha = alpha.powf(1.0 / self.gamma);
        }
        if self.invert { 1.0 - alpha } else { alpha }
    }

    fn clipped(self, alpha: f32) -> f32 {
        let (black, white) = (self.black_clip, self.white_clip);
        if black == 0.0 && white == 1.0 {
            alpha
        } else if white > black {
            ((alpha - black) / (white - black)).clamp(0.0, 1.0)
        } else if alpha >= black && alpha > 0.0 {
            1.0
        } else {
            0.0
        }
    }
}

/// Puts every alpha through `levels`.
pub fn levels(matte: &mut Matte, levels: Levels, threads: &rayon::ThreadPool) {
    threads.install(|| {
        matte.alpha_mut().par_chunks_mut(PIXELS_PER_TASK).for_each(|pixels| {
            for alpha in pixels {
                *alpha = levels.of(*alpha);
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> impl Iterator<Item = f32> {
        (0..=1000).map(|i| i as f32 / 1000.0)
    }

    #[test]
    fn identity_changes_no_bit() {
        for alpha in ramp().chain([f32::MIN_POSITIVE, 1e-40, 1.0 - f32::EPSILON]) {
            assert_eq!(Levels::IDENTITY.of(alpha).to_bits(), alpha.to_bits());
        }
    }

    #[test]
    fn clips_are_linear_between_and_flat_outside() {
        let levels = Levels { black_clip: 0.2, white_clip: 0.7, ..Levels::IDENTITY };
        for (alpha, expected) in [(0.0, 0.0), (0.2, 0.0), (0.45, 0.5), (0.7, 1.0), (0.9, 1.0), (0.3, 0.2)] {
            assert!((levels.of(alpha) - expected).abs() < 1e-6, "{alpha}");
        }
    }

    #[test]
    fn a_black_clip_at_or_above_the_white_clip_is_a_threshold() {
        for white_clip in [0.0, 0.3, 0.6] {
            let levels = Levels { black_clip: 0.6, white_clip, ..Levels::IDENTITY };
            for alpha in ramp() {
                assert_eq!(levels.of(alpha), f32::from(alpha >= 0.6));
            }
        }
        // What is clear stays clear, and what is solid stays solid, at the ends of the scale.
        let all = Levels { black_clip: 0.0, white_clip: 0.0, ..Levels::IDENTITY };
        assert_eq!([0.0, 1e-6, 1.0].map(|alpha| all.of(alpha)), [0.0, 1.0, 1.0]);
        let none = Levels { black_clip: 1.0, white_clip: 1.0, ..Levels::IDENTITY };
        assert_eq!([0.0, 0.999, 1.0].map(|alpha| none.of(alpha)), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn gamma_above_one_is_denser_and_keeps_the_ends() {
        let levels = Levels { gamma: 2.0, ..Levels::IDENTITY };
        assert!((levels.of(0.25) - 0.5).abs() < 1e-6);
        for gamma in [0.1, 0.5, 2.2, 10.0] {
            let levels = Levels { gamma, ..Levels::IDENTITY };
            assert_eq!((levels.of(0.0), levels.of(1.0)), (0.0, 1.0));
            let values: Vec<f32> = ramp().map(|alpha| levels.of(alpha)).collect();
            assert!(values.is_sorted() && values.iter().all(|v| (0.0..=1.0).contains(v)));
        }
    }

    #[test]
    fn invert_is_the_last_step() {
        let levels = Levels { black_clip: 0.5, white_clip: 1.0, gamma: 2.0, invert: true };
        assert!((levels.of(0.75) - (1.0 - 0.5_f32.sqrt())).abs() < 1e-6);
        assert_eq!((levels.of(0.0), levels.of(1.0)), (1.0, 0.0));
    }
}
