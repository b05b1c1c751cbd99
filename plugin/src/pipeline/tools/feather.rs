//! Feathers a matte's edge: inwards, outwards or both ways.

use rayon::prelude::*;

use super::blur::blur;
use super::grow::{Direction, grow};
use crate::pipeline::matte::Matte;
use crate::pipeline::{Abort, Error, check, zeros};

/// Where the ramp lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FeatherMode {
    /// Within the subject: alpha only falls.
    In,
    /// Outside the subject: alpha only rises.
    Out,
    /// Half on either side of the edge.
    #[default]
    Both,
}

/// Turns a hard edge into a smooth ramp of `width` pixels on each axis, from clear to solid; a soft edge
/// gets softer by that much.
///
/// The ramp is that of [`blur`]. For one that lies on one side of the edge, the edge is first moved there
/// by half the width (see [`grow`]), and what the artist wants untouched is kept: alpha is nowhere below
/// what it was for [`FeatherMode::Out`], and nowhere above for [`FeatherMode::In`].
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Aborted`]; the matte is then unfinished.
pub fn feather(
    matte: &mut Matte,
    mode: FeatherMode,
    width: [f32; 2],
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let (direction, keep): (_, fn(f32, f32) -> f32) = match mode {
        FeatherMode::Both => return blur(matte, width, threads, abort),
        FeatherMode::In => (Direction::Shrink, f32::min),
        FeatherMode::Out => (Direction::Grow, f32::max),
    };
    let mut before = zeros(matte.alpha().len())?;
    before.copy_from_slice(matte.alpha());
    grow(matte, direction, width.map(|w| w / 2.0), threads, abort)?;
    check(abort)?;
    blur(matte, width, threads, abort)?;
    threads.install(|| {
        let pairs = matte.alpha_mut().par_iter_mut().zip(&before).with_min_len(1 << 16);
        pairs.for_each(|(after, before)| *after = keep(*after, *before));
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{disc, matte_of, run_on};

    const MODES: [FeatherMode; 3] = [FeatherMode::In, FeatherMode::Out, FeatherMode::Both];

    fn feathered(matte: &Matte, mode: FeatherMode, width: [f32; 2]) -> Matte {
        run_on(matte, |matte, threads| feather(matte, mode, width, threads, &|| false))
    }

    #[test]
    fn the_ramp_has_its_width_and_its_place() {
        // The edge lies between the pixels 199 and 200.
        let matte = matte_of(400, 12, |x, _| f32::from(x < 200));
        for width in [6.0, 30.0, 100.0] {
            for mode in MODES {
                let result = feathered(&matte, mode, [width; 2]);
                let row = &result.alpha()[6 * 400..7 * 400];
                assert!(row.is_sorted_by(|a, b| a >= b));
                let (first, last) = match mode {
                    FeatherMode::In => (200.0 - width, 200.0),
                    FeatherMode::Out => (200.0, 200.0 + width),
                    FeatherMode::Both => (200.0 - width / 2.0, 200.0 + width / 2.0),
                };
                // Between pixels alpha is linear: that adds up to two pixels on either side.
                let (solid, clear) = ((first - 2.5) as usize, (last + 2.5) as usize);
                assert!(row[..solid].iter().all(|alpha| *alpha == 1.0), "{mode:?} {width}");
                assert!(row[clear..].iter().all(|alpha| *alpha == 0.0), "{mode:?} {width}");
                let middle: f32 = row.iter().sum();
                assert!((middle - (first + last) / 2.0).abs() < 0.1, "{mode:?} {width} {middle}");
                // A cubic S: a quarter of the way down alpha is 0.8984, by the cubic B-spline's integral.
                let quarter = row[((first * 0.75 + last * 0.25) - 0.5) as usize];
                assert!((quarter - 0.89).abs() < 0.06 || width < 10.0, "{mode:?} {width} {quarter}");
            }
        }
    }

    #[test]
    fn one_side_of_the_edge_is_kept() {
        let matte = matte_of(120, 90, |x, y| {
            disc(x, y, 50.0, 45.0, 20.0, 3.0).max(f32::from(x == 90)).max(0.4 * f32::from(y == 45))
        });
        for width in [0.5, 3.0, 20.0] {
            let pairs = |mode| {
                let result = feathered(&matte, mode, [width; 2]);
                result.alpha().iter().copied().zip(matte.alpha().iter().copied()).collect::<Vec<_>>()
            };
            assert!(pairs(FeatherMode::Out).iter().all(|(after, before)| after >= before));
            assert!(pairs(FeatherMode::In).iter().all(|(after, before)| after <= before));
        }
    }

    #[test]
    fn outwards_leaves_no_crease_at_what_is_kept() {
        // The most curved edge there is: a dot. Where the blur falls below the dot, the step is small.
        let matte = matte_of(121, 121, |x, y| disc(x, y, 60.0, 60.0, 1.0, 2.0));
        let result = feathered(&matte, FeatherMode::Out, [60.0; 2]);
        let row = &result.alpha()[60 * 121..61 * 121];
        let bend = row.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
        assert!(bend < 0.02, "{bend}");
    }

    #[test]
    fn pixels_that_are_not_square_get_a_ramp_that_fits() {
        let matte = matte_of(161, 161, |x, y| disc(x, y, 80.0, 80.0, 20.0, 1.0));
        let result = feathered(&matte, FeatherMode::Out, [20.0, 40.0]);
        let reach = |values: Vec<f32>| values.iter().filter(|alpha| **alpha > 0.0).count() as f32 / 2.0;
        let row = reach(result.alpha()[80 * 161..81 * 161].to_vec());
        let column = reach(result.alpha().iter().copied().skip(80).step_by(161).collect());
        assert!((row - 40.0).abs() < 3.0 && (column - 60.0).abs() < 3.0, "{row} {column}");
    }

    #[test]
    fn the_border_of_the_frame_is_not_feathered() {
        let full = matte_of(50, 30, |_, _| 1.0);
        for mode in MODES {
            assert!(feathered(&full, mode, [40.0; 2]).alpha().iter().all(|alpha| *alpha == 1.0));
        }
    }
}
