//! Removes small islands.

use super::regions::{Connectivity, Regions};
use super::rim::{Rim, erase, widest};
use crate::pipeline::matte::Matte;
use crate::pipeline::{Abort, Error, check};

/// For islands whose highest alpha is above the first number: the alpha above which two of them belong
/// together. A strand of hair holds on to its head where it keeps a quarter of its density, and denser haze
/// than a twentieth holds anything.
const LINKS: [(f32, f32); 3] = [(0.2, 0.05), (0.05, 0.0125), (0.0, 0.0)];

/// Removes every island of at most `area` pixels, with its soft rim. All other pixels keep their bits.
///
/// An island is a region of alpha above 0.05, connected by sides or corners. One that is nowhere above 0.2
/// reaches as far as its alpha is above 0.0125, and one nowhere above 0.05 as far as there is any. Its area
/// is that of the pixels above half of its highest alpha, so a solid speck is measured at 0.5, a faint one
/// at half of what it has, and a wide soft shadow is never a speck.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Aborted`].
pub fn despeckle(
    matte: &mut Matte,
    area: f64,
    pixels_per_unit: [f32; 2],
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let mut highest = 1.0;
    for (above, floor) in LINKS {
        check(abort)?;
        remove(matte, floor, (above, highest), area, pixels_per_unit, threads)?;
        highest = above;
    }
    Ok(())
}

/// Removes small regions of alpha above `floor` whose highest alpha is above `range.0` and at most `range.1`.
fn remove(
    matte: &mut Matte,
    floor: f32,
    range: (f32, f32),
    area: f64,
    pixels_per_unit: [f32; 2],
    threads: &rayon::ThreadPool,
) -> Result<(), Error> {
    let width = matte.width();
    let regions = Regions::of(matte, |alpha| alpha > floor, Connectivity::Eight, threads)?;
    let alpha = matte.alpha();
    let peaks = regions.fold(
        0.0_f32,
        |run| alpha[run.pixels(width)].iter().copied().fold(0.0, f32::max),
        |peak, run| *peak = peak.max(run),
        threads,
    )?;
    let areas = regions.fold(
        0_u64,
        |run| {
            let half = peaks[run.region as usize] / 2.0;
            alpha[run.pixels(width)].iter().filter(|alpha| **alpha > half).count() as u64
        },
        |sum, run| *sum += run,
        threads,
    )?;
    let islands = regions.runs().iter().filter_map(|run| {
        let (island, peak) = (areas[run.region as usize] as f64, peaks[run.region as usize]);
        (island <= area && peak > range.0 && peak <= range.1).then(|| (*run, widest(island, pixels_per_unit)))
    });
    erase(matte, islands, Rim::Falling { from: floor });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{disc, matte_of, run_on, same_bits};

    fn clean(matte: &Matte, area: f64) -> Matte {
        run_on(matte, |matte, threads| despeckle(matte, area, [1.0; 2], threads, &|| false))
    }

    /// Soft round islands: centre, radius, softness, highest alpha.
    fn islands(islands: &[(f32, f32, f32, f32, f32)]) -> Matte {
        matte_of(200, 100, |x, y| {
            islands
                .iter()
                .map(|(cx, cy, r, soft, top)| top * disc(x, y, *cx, *cy, *r, *soft))
                .fold(0.0, f32::max)
        })
    }

    #[test]
    fn a_small_island_goes_with_its_rim_and_a_large_one_stays() {
        // Areas at half height: 314 and 1257 pixels.
        for top in [1.0, 0.4, 0.07] {
            let matte = islands(&[(40.0, 50.0, 10.0, 8.0, top), (140.0, 50.0, 20.0, 8.0, 1.0)]);
            let large = islands(&[(140.0, 50.0, 20.0, 8.0, 1.0)]);
            same_bits(&clean(&matte, 330.0), &large);
            same_bits(&clean(&matte, 290.0), &matte);
            assert!(clean(&matte, 1300.0).alpha().iter().all(|alpha| *alpha == 0.0));
        }
    }

    #[test]
    fn a_wide_shadow_is_no_speck() {
        let matte = islands(&[(100.0, 50.0, 40.0, 10.0, 0.3), (100.0, 50.0, 3.0, 2.0, 0.55)]);
        same_bits(&clean(&matte, 1000.0), &matte);
    }

    #[test]
    fn hair_that_holds_on_to_the_head_is_kept() {
        // A head, a strand that thins out to 0.06 and is dense again at its tip, and a speck beside it.
        let strand = |x: usize, y: usize| {
            let t = (x as f32 - 120.0) / 40.0;
            let line = 1.0 - (y as f32 - 50.0 - (x % 2) as f32).abs() / 1.5;
            if (0.0..1.0).contains(&t) { line.max(0.0) * (0.06 + 0.9 * (2.0 * t - 1.0).abs()) } else { 0.0 }
        };
        let head = |x, y| disc(x, y, 80.0, 50.0, 41.0, 2.0).max(strand(x, y));
        let matte = matte_of(200, 100, |x, y| head(x, y).max(disc(x, y, 180.0, 20.0, 4.0, 3.0)));
        same_bits(&clean(&matte, 60.0), &matte_of(200, 100, head));
    }

    #[test]
    fn a_speck_in_haze_goes_down_to_the_haze() {
        let matte = matte_of(200, 100, |x, y| {
            let haze = 0.04 * disc(x, y, 100.0, 50.0, 48.0, 4.0);
            let subject = disc(x, y, 80.0, 50.0, 20.0, 2.0);
            haze.max(subject).max(disc(x, y, 125.0, 50.0, 4.0, 3.0))
        });
        let result = clean(&matte, 80.0);
        assert!(result.alpha()[50 * 200 + 118..50 * 200 + 132].iter().all(|alpha| *alpha <= 0.04));
        for (i, (after, before)) in result.alpha().iter().zip(matte.alpha()).enumerate() {
            let near = disc(i % 200, i / 200, 125.0, 50.0, 14.0, 1.0) > 0.0;
            assert!(after == before || (near && *after == 0.0), "{i}: {before} became {after}");
        }
    }

    #[test]
    fn corners_hold_an_island_together() {
        let matte = matte_of(20, 20, |x, y| f32::from(x == y && (5..15).contains(&x)));
        same_bits(&clean(&matte, 9.0), &matte);
        assert!(clean(&matte, 10.0).alpha().iter().all(|alpha| *alpha == 0.0));
    }

    #[test]
    fn tiny_frames_and_even_mattes() {
        for (width, height) in [(1, 1), (1, 9), (9, 1)] {
            let empty = matte_of(width, height, |_, _| 0.0);
            same_bits(&clean(&empty, 1e9), &empty);
            let full = matte_of(width, height, |_, _| 1.0);
            same_bits(&clean(&full, 0.5), &full);
            same_bits(&clean(&full, f64::INFINITY), &empty);
        }
    }
}
