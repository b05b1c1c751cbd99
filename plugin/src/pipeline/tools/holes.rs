//! Fills small holes.

use super::regions::{Connectivity, Regions};
use super::rim::{Rim, erase, widest};
use crate::pipeline::matte::Matte;
use crate::pipeline::{Abort, Error, check};

/// Alpha below which a pixel counts for a hole's area.
const EDGE: f32 = 0.5;
/// Alpha that closes a hole off. Gaps between strands of hair have softer walls: they are open.
const WALL: f32 = 0.75;

/// Makes every hole of at most `area` pixels solid, with its soft rim.
///
/// A hole is a region of alpha below 0.75, connected by sides, that holds alpha below 0.5 and does not touch
/// the frame's border; its area is that below 0.5. Its rim is the soft alpha that rises from it (see
/// [`erase`]). All other pixels keep their bits.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Aborted`].
pub fn fill_holes(
    matte: &mut Matte,
    area: f64,
    pixels_per_unit: [f32; 2],
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let (right, bottom) = (matte.width() as u32, matte.height() as u32);
    let regions = Regions::of(matte, |alpha| alpha < WALL, Connectivity::Four, threads)?;
    check(abort)?;
    let (width, alpha) = (matte.width(), matte.alpha());
    // What touches the border is endless.
    let areas = regions.fold(
        0.0_f64,
        |run| {
            let border = run.x1 == 0 || run.y == 0 || run.x2 == right || run.y + 1 == bottom;
            let open = alpha[run.pixels(width)].iter().filter(|alpha| **alpha < EDGE).count();
            if border { f64::NAN } else { open as f64 }
        },
        |sum, run| *sum += run,
        threads,
    )?;
    let holes = regions.runs().iter().filter_map(|run| {
        let hole = areas[run.region as usize];
        (hole > 0.0 && hole <= area).then(|| (*run, widest(hole, pixels_per_unit)))
    });
    erase(matte, holes, Rim::Rising { from: WALL });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{disc, matte_of, run_on, same_bits};

    fn filled(matte: &Matte, area: f64) -> Matte {
        run_on(matte, |matte, threads| fill_holes(matte, area, [1.0; 2], threads, &|| false))
    }

    /// A solid frame with soft round holes: centre, radius, softness.
    fn with_holes(holes: &[(f32, f32, f32, f32)]) -> Matte {
        matte_of(200, 100, |x, y| {
            holes.iter().map(|(cx, cy, r, soft)| 1.0 - disc(x, y, *cx, *cy, *r, *soft)).fold(1.0, f32::min)
        })
    }

    #[test]
    fn a_small_hole_goes_with_its_rim_and_a_large_one_stays() {
        // Areas at alpha 0.5: 314 and 1257 pixels.
        let matte = with_holes(&[(40.0, 50.0, 10.0, 8.0), (140.0, 50.0, 20.0, 8.0)]);
        let result = filled(&matte, 330.0);
        let large = with_holes(&[(140.0, 50.0, 20.0, 8.0)]);
        same_bits(&result, &large);
        same_bits(&filled(&matte, 300.0), &matte);
        assert!(filled(&matte, 1300.0).alpha().iter().all(|alpha| *alpha == 1.0));
        assert!(filled(&matte, f64::INFINITY).alpha().iter().all(|alpha| *alpha == 1.0));
    }

    #[test]
    fn the_area_is_exact() {
        let matte = matte_of(20, 20, |x, y| f32::from(!((5..9).contains(&x) && (5..9).contains(&y))));
        same_bits(&filled(&matte, 15.9), &matte);
        assert!(filled(&matte, 16.0).alpha().iter().all(|alpha| *alpha == 1.0));
    }

    #[test]
    fn the_background_is_no_hole() {
        let outside = matte_of(64, 64, |x, y| disc(x, y, 32.0, 32.0, 20.0, 3.0));
        same_bits(&filled(&outside, f64::INFINITY), &outside);
        let notch = matte_of(64, 64, |x, y| 1.0 - disc(x, y, 0.0, 32.0, 6.0, 3.0));
        same_bits(&filled(&notch, f64::INFINITY), &notch);
    }

    #[test]
    fn the_far_side_of_a_thin_wall_stays() {
        // A hole beside the background, with a soft wall of at most 0.8 between.
        let row = [0.0, 0.0, 0.3, 0.6, 0.8, 0.6, 0.2, 0.6, 1.0, 1.0];
        let matte = matte_of(10, 3, |x, y| if y == 1 || x < 4 { row[x] } else { row[x].max(0.9) });
        let result = filled(&matte, 1.0);
        assert_eq!(&result.alpha()[10..20], [0.0, 0.0, 0.3, 0.6, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_gap_between_strands_is_no_hole_and_a_dent_neither() {
        let gap = |x: usize, y: usize| disc(x, y, 32.0, 32.0, 8.0, 6.0);
        let hair = matte_of(64, 64, |x, y| 0.6 - 0.3 * gap(x, y));
        same_bits(&filled(&hair, 1e9), &hair);
        let dent = matte_of(64, 64, |x, y| 1.0 - 0.45 * gap(x, y));
        same_bits(&filled(&dent, 1e9), &dent);
    }

    #[test]
    fn tiny_frames_and_even_mattes_have_no_holes() {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2)] {
            for alpha in [0.0, 0.4, 1.0] {
                let matte = matte_of(width, height, |_, _| alpha);
                same_bits(&filled(&matte, 1e9), &matte);
            }
        }
    }
}
