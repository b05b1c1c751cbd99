//! Grows or shrinks a matte by any radius, in steps as small as wished.
//!
//! Growing is the grey-scale dilation of the matte by a disc, shrinking its erosion (Serra 1982): every
//! contour of alpha, not only the one at 0.5, moves by the radius, so a soft edge stays as soft as it was.
//! Between pixels alpha is bilinear, so a part of a pixel moves an edge by that part.

use rayon::prelude::*;

use super::patch::{Ellipse, Patch, Peak};
use super::reach::Reach;
use crate::pipeline::matte::Matte;
use crate::pipeline::{Abort, Error, check, zeros};

/// Side of the largest tile that is judged as a whole.
const TILE: usize = 32;
/// Side of the smallest.
const SMALLEST_TILE: usize = 4;
/// Over its side in pixels: by how much alpha may vary in a tile that is filled from its corners. At most a
/// 128th for the smallest; where alpha is that even the result is a slope, and the error far below.
const TOLERANCE: f32 = 4.0 / 128.0;
/// Side of a tile that is looked at for a gentle slope.
const SMOOTH_TILE: usize = 8;
/// The most that alpha may vary in and around one.
const SMOOTH_RANGE: f32 = 0.25;
/// The most that one of its nine pixels may lie off the plane.
const SMOOTH_ERROR: f32 = 1.0 / 2048.0;
/// Rows of tiles for each thread between two looks at whether the host wants to stop.
const ROWS_OF_TILES: usize = 4;

/// Which way the edge moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Outwards.
    Grow,
    /// Inwards.
    Shrink,
}

/// Moves the matte's edge by `radius` pixels on each axis, above 0.
///
/// The frame's border is no edge: beyond it the matte goes on as it must, so a subject cut by the border is
/// not eaten from there.
///
/// Where alpha varies little it is computed for some pixels and linear between them; the error is then at
/// most a 128th, and on a gentle slope about a 2048th.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Aborted`]; the matte is then unfinished.
pub fn grow(
    matte: &mut Matte,
    direction: Direction,
    radius: [f32; 2],
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let (width, height) = (matte.width(), matte.height());
    if width == 0 || height == 0 {
        return Ok(());
    }
    // The lowest alpha is the highest of the negative; the sign of a float costs no precision.
    let sign = if direction == Direction::Grow { 1.0 } else { -1.0 };
    let mut values = zeros(width * height)?;
    threads.install(|| {
        let rows = values.par_chunks_exact_mut(width).zip(matte.alpha().par_chunks_exact(width));
        rows.with_min_len(16)
            .for_each(|(to, from)| to.iter_mut().zip(from).for_each(|(to, from)| *to = sign * from));
    });
    // Beyond the frame's own size nothing more is reached.
    let farthest = (width as f32).hypot(height as f32) * 2.0;
    let search = Search {
        reach: Reach::new(values, width, threads)?,
        radius: radius.map(|r| r.clamp(1e-3, farthest)),
        sign,
    };
    let rows = TILE * ROWS_OF_TILES * threads.current_num_threads();
    for (index, group) in matte.alpha_mut().chunks_mut(rows * width).enumerate() {
        check(abort)?;
        threads.install(|| {
            group.par_chunks_mut(TILE * width).enumerate().for_each(|(tile_row, out)| {
                let y = index * rows + tile_row * TILE;
                let mut band = Band { out, y, width, last: None, last_row: None };
                for x in (0..width).step_by(TILE) {
                    search.fill(&mut band, x, y, TILE);
                }
            });
        });
    }
    Ok(())
}

/// Some rows of the result.
struct Band<'a> {
    out: &'a mut [f32],
    /// The first row.
    y: usize,
    width: usize,
    /// The last pixel that was searched for, and what was found.
    last: Option<([f32; 2], Peak)>,
    /// The same for the first pixel of a tile's row.
    last_row: Option<([f32; 2], Peak)>,
}

impl Band<'_> {
    fn row(&mut self, y: usize, x1: usize, x2: usize) -> &mut [f32] {
        let row = (y - self.y) * self.width;
        &mut self.out[row + x1..row + x2]
    }

    fn end(&self) -> usize {
        self.y + self.out.len() / self.width
    }
}

struct Search {
    reach: Reach,
    radius: [f32; 2],
    sign: f32,
}

impl Search {
    /// Back to alpha; the sum makes a zero of the plain one.
    fn alpha(&self, value: f32) -> f32 {
        self.sign * value + 0.0
    }

    /// Fills the tile at (x, y): from its corners where all its pixels have nearly the same maximum.
    fn fill(&self, band: &mut Band<'_>, x: usize, y: usize, side: usize) {
        let (x2, y2) = ((x + side).min(band.width), (y + side).min(band.end()));
        match self.common(x, y, side) {
            Common::Exactly(value) => {
                for row in y..y2 {
                    band.row(row, x, x2).fill(self.alpha(value));
                }
            }
            Common::Nearly => self.fill_between(band, x, y, side),
            Common::Roughly if side == SMOOTH_TILE && self.fill_smooth(band, x, y) => {}
            Common::Roughly | Common::No if side <= SMALLEST_TILE => {
                for row in y..y2 {
                    for column in x..x2 {
                        let value = self.highest(band, column, row, column == x);
                        band.row(row, column, column + 1)[0] = self.alpha(value);
                    }
                }
            }
            Common::Roughly | Common::No => {
                let half = side / 2;
                for y in (y..y2).step_by(half) {
                    for x in (x..x2).step_by(half) {
                        self.fill(band, x, y, half);
                    }
                }
            }
        }
    }

    /// Judges the discs around the tile's pixels and its far corners.
    fn common(&self, x: usize, y: usize, side: usize) -> Common {
        let [x2, y2] = self.far_corner(x, y, side);
        let lowest =
            (y..=y2).flat_map(|row| self.reach.row(row, x, x2)).copied().fold(f32::INFINITY, f32::min);
        let half = [(x2 - x) as f32 / 2.0, (y2 - y) as f32 / 2.0];
        let centre = [x as f32 + half[0], y as f32 + half[1]];
        // How far the farthest pixel is from the centre, in radii; a little more for rounding.
        let spread = (half[0] / self.radius[0]).hypot(half[1] / self.radius[1]) + 1e-4;
        let scaled = |factor: f32| Ellipse::new(centre, self.radius.map(|r| r * factor));
        // Each pixel is in its own disc, and the smaller disc is in each of them.
        let mut shared = lowest;
        if spread < 1.0 {
            shared = self.reach.at_least_in(&scaled(1.0 - spread), shared);
        }
        let around = scaled(1.0 + spread);
        if !self.reach.may_exceed(&around, shared) {
            Common::Exactly(shared)
        } else if !self.reach.may_exceed(&around, shared + TOLERANCE / side as f32) {
            Common::Nearly
        } else if side == SMOOTH_TILE && !self.reach.may_exceed(&around, shared + SMOOTH_RANGE) {
            Common::Roughly
        } else {
            Common::No
        }
    }

    fn far_corner(&self, x: usize, y: usize, side: usize) -> [usize; 2] {
        [(x + side).min(self.reach.width() - 1), (y + side).min(self.reach.height() - 1)]
    }

    /// Fills a tile from the four corners that it shares with its neighbours, so that no seam shows.
    fn fill_between(&self, band: &mut Band<'_>, x: usize, y: usize, side: usize) {
        let [x2, y2] = self.far_corner(x, y, side);
        let corners = [[x, y], [x2, y], [x, y2], [x2, y2]];
        let patch = Patch { corners: corners.map(|[x, y]| self.highest(band, x, y, true)) };
        let share = |at: usize, from: usize, to: usize| (at - from) as f32 / (to - from).max(1) as f32;
        for row in y..(y + side).min(band.end()) {
            for column in x..(x + side).min(band.width) {
                let value = patch.value(share(column, x, x2), share(row, y, y2));
                let own = self.reach.value(column, row);
                band.row(row, column, column + 1)[0] = self.alpha(value.max(own));
            }
        }
    }

    /// Fills a tile between nine pixels, when those lie in one plane nearly; whether they do.
    fn fill_smooth(&self, band: &mut Band<'_>, x: usize, y: usize) -> bool {
        const HALF: usize = SMOOTH_TILE / 2;
        if x + SMOOTH_TILE >= self.reach.width() || y + SMOOTH_TILE >= self.reach.height() {
            return false;
        }
        let mut nodes = [[0.0; 3]; 3];
        for (row, nodes) in nodes.iter_mut().enumerate() {
            for (column, node) in nodes.iter_mut().enumerate() {
                *node = self.highest(band, x + column * HALF, y + row * HALF, column == 0);
            }
        }
        let whole = Patch { corners: [nodes[0][0], nodes[0][2], nodes[2][0], nodes[2][2]] };
        for (row, nodes) in nodes.iter().enumerate() {
            for (column, node) in nodes.iter().enumerate() {
                if (whole.value(column as f32 / 2.0, row as f32 / 2.0) - node).abs() > SMOOTH_ERROR {
                    return false;
                }
            }
        }
        for row in 0..SMOOTH_TILE {
            for column in 0..SMOOTH_TILE {
                let (i, j) = (column / HALF, row / HALF);
                let corners = [nodes[j][i], nodes[j][i + 1], nodes[j + 1][i], nodes[j + 1][i + 1]];
                let share = |at: usize| (at % HALF) as f32 / HALF as f32;
                let value = Patch { corners }.value(share(column), share(row));
                let own = self.reach.value(x + column, y + row);
                band.row(y + row, x + column, x + column + 1)[0] = self.alpha(value.max(own));
            }
        }
        true
    }

    /// The maximum in the disc around one pixel.
    fn highest(&self, band: &mut Band<'_>, x: usize, y: usize, first_of_row: bool) -> f32 {
        let centre = [x as f32, y as f32];
        let ellipse = Ellipse::new(centre, self.radius);
        let mut known = Peak { value: self.reach.value(x, y), at: centre };
        // What was highest for a pixel before is a good guess, there or as far on as this pixel is.
        for (of, peak) in [band.last, band.last_row].into_iter().flatten() {
            let moved = [peak.at[0] + centre[0] - of[0], peak.at[1] + centre[1] - of[1]];
            for at in [moved, peak.at] {
                if let Some(value) = self.reach.at(at).filter(|value| *value > known.value)
                    && ellipse.holds(at)
                {
                    known = Peak { value, at };
                }
            }
        }
        let peak = self.reach.highest_in(&ellipse, known);
        band.last = Some((centre, peak));
        if first_of_row {
            band.last_row = band.last;
        }
        peak.value
    }
}

/// What the maxima of a tile's pixels have in common.
enum Common {
    /// All are this one.
    Exactly(f32),
    /// They differ by less than the tolerance.
    Nearly,
    /// They may be a gentle slope.
    Roughly,
    /// Nothing that is easily seen.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{Random, disc, matte_of, run_on, same_bits};

    fn grown(matte: &Matte, radius: [f32; 2]) -> Matte {
        run_on(matte, |matte, threads| grow(matte, Direction::Grow, radius, threads, &|| false))
    }

    fn shrunk(matte: &Matte, radius: [f32; 2]) -> Matte {
        run_on(matte, |matte, threads| grow(matte, Direction::Shrink, radius, threads, &|| false))
    }

    /// Alpha in pixels of area.
    fn area(matte: &Matte) -> f64 {
        matte.alpha().iter().map(|alpha| f64::from(*alpha)).sum()
    }

    /// A half plane left of x = 60 with a ramp of `soft` pixels.
    fn half_plane(soft: f32) -> Matte {
        matte_of(120, 16, |x, _| (0.5 + (60.0 - 0.5 - x as f32) / soft).clamp(0.0, 1.0))
    }

    #[test]
    fn a_tenth_of_a_pixel_moves_hard_and_soft_edges_by_a_tenth() {
        for soft in [1.0, 2.0, 9.0, 30.0] {
            let matte = half_plane(soft);
            let mut before = [grown(&matte, [1e-3; 2]), shrunk(&matte, [1e-3; 2])];
            for tenth in (1..=30).chain([55, 123, 250, 441]) {
                let radius = tenth as f32 / 10.0;
                let now = [grown(&matte, [radius; 2]), shrunk(&matte, [radius; 2])];
                for (now, sign) in now.iter().zip([1.0, -1.0]) {
                    let moved = (area(now) - area(&matte)) / 16.0;
                    assert!((moved - f64::from(sign * radius)).abs() < 1e-3, "{moved} {radius} {soft}");
                }
                // But for the error that a gentle slope is allowed, the order is strict.
                let pairs = |i: usize| now[i].alpha().iter().zip(before[i].alpha());
                assert!(pairs(0).all(|(now, before)| *now >= before - SMOOTH_ERROR));
                assert!(pairs(1).all(|(now, before)| *now <= before + SMOOTH_ERROR));
                before = now;
            }
        }
    }

    #[test]
    fn edges_of_any_direction_move_by_the_radius_and_keep_their_softness() {
        for degrees in [10.0_f32, 27.0, 45.0, 71.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let plane = |offset: f32| {
                matte_of(100, 100, |x, y| {
                    let distance = (x as f32 - 50.0) * cos + (y as f32 - 50.0) * sin - offset;
                    (0.5 - distance / 4.0).clamp(0.0, 1.0)
                })
            };
            for radius in [0.1, 0.5, 1.0, 3.3, 12.0] {
                for (result, expected) in [
                    (grown(&plane(0.0), [radius; 2]), plane(radius)),
                    (shrunk(&plane(0.0), [radius; 2]), plane(-radius)),
                ] {
                    // Near the border part of the disc lies outside the frame, where nothing is known.
                    for y in 25..75 {
                        for x in 25..75 {
                            let (a, b) = (result.alpha()[y * 100 + x], expected.alpha()[y * 100 + x]);
                            assert!((a - b).abs() < 0.08, "{degrees} {radius} {x} {y}: {a} {b}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn discs_stay_round() {
        for (soft, radius_error, alpha_error) in [(1.0, 0.15, 0.25), (4.0, 0.03, 0.07)] {
            let matte = matte_of(160, 160, |x, y| disc(x, y, 80.3, 79.6, 30.0, soft));
            for radius in [0.3, 1.0, 2.5, 10.0, 25.0] {
                for (result, expected) in [
                    (grown(&matte, [radius; 2]), 30.0 + radius),
                    (shrunk(&matte, [radius; 2]), 30.0 - radius),
                ] {
                    let found = (area(&result) / std::f64::consts::PI).sqrt();
                    let model = matte_of(160, 160, |x, y| disc(x, y, 80.3, 79.6, expected, soft));
                    let wanted = (area(&model) / std::f64::consts::PI).sqrt();
                    assert!((found - wanted).abs() < radius_error, "{found} {wanted} {radius} {soft}");
                    let worst = result.alpha().iter().zip(model.alpha()).map(|(a, b)| (a - b).abs());
                    let worst = worst.fold(0.0, f32::max);
                    assert!(worst < alpha_error, "{worst} {radius} {soft}");
                }
            }
        }
    }

    #[test]
    fn pixels_that_are_not_square_get_an_ellipse() {
        let matte = matte_of(160, 160, |x, y| disc(x, y, 80.0, 80.0, 20.0, 1.0));
        let result = grown(&matte, [10.0, 20.0]);
        let row: f32 = result.alpha()[80 * 160..81 * 160].iter().sum();
        let column: f32 = result.alpha()[80..].iter().step_by(160).sum();
        assert!((row - 60.0).abs() < 0.1 && (column - 80.0).abs() < 0.1, "{row} {column}");
    }

    #[test]
    fn a_hair_keeps_its_density_and_the_slope_of_its_sides() {
        let hair = |reach: f32| {
            matte_of(80, 20, |x, _| (0.6 * (2.0 - ((x as f32 - 40.0).abs() - reach).max(0.0)) / 2.0).max(0.0))
        };
        let result = grown(&hair(0.0), [3.5; 2]);
        let expected = hair(3.5);
        for (a, b) in result.alpha().iter().zip(expected.alpha()) {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
    }

    #[test]
    fn tiles_give_what_single_pixels_give() {
        let mut random = Random::new(9);
        for (width, height) in [(1, 1), (1, 50), (70, 1), (100, 75)] {
            for kind in 0..3 {
                let matte = matte_of(width, height, |x, y| match kind {
                    0 => random.next(),
                    1 => disc(x, y, 40.0, 40.0, 25.0, 6.0),
                    _ => f32::from(random.next() < 0.01),
                });
                for radius in [[0.4; 2], [3.0, 1.5], [20.0; 2]] {
                    let threads = crate::pipeline::tools::tests::threads();
                    let reach = Reach::new(matte.alpha().to_vec(), width, &threads).unwrap();
                    let expected = matte_of(width, height, |x, y| {
                        let centre = [x as f32, y as f32];
                        let known = Peak { value: reach.value(x, y), at: centre };
                        reach.highest_in(&Ellipse::new(centre, radius), known).value
                    });
                    let result = grown(&matte, radius);
                    for (a, b) in result.alpha().iter().zip(expected.alpha()) {
                        assert!((a - b).abs() < 1.0 / 128.0, "{a} {b} {width} {height} {radius:?}");
                    }
                    let negative = matte_of(width, height, |x, y| 1.0 - matte.alpha()[y * width + x]);
                    for (a, b) in shrunk(&negative, radius).alpha().iter().zip(result.alpha()) {
                        assert!((1.0 - a - b).abs() < 1e-3);
                    }
                }
            }
        }
    }

    #[test]
    fn the_frames_border_is_no_edge() {
        let full = matte_of(60, 40, |_, _| 1.0);
        same_bits(&shrunk(&full, [15.0; 2]), &full);
        // A subject that stands on the lower border is only eaten from its sides.
        let standing = matte_of(60, 40, |x, _| f32::from((20..40).contains(&x)));
        let result = shrunk(&standing, [4.0; 2]);
        same_bits(&result, &matte_of(60, 40, |x, _| f32::from((24..36).contains(&x))));
    }
}
