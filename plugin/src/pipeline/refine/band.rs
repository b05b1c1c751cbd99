//! The band around a mask's contour in which alpha is not known: outside it every pixel is in or out.
//!
//! Its width is that of the mask's own doubt. All lengths here are in pixels of SAM's mask, of which 256 lie along the
//! long side of a frame; "cell" means one of them, whatever the grid of the logits is.

use super::super::map::Map;
use super::super::plane::Plane;
use super::grid::Scale;

/// A logit from which on SAM is sure: a probability of 0.95.
const SURE: f32 = 2.944;
/// Least and most half width that a mask's doubt gives. Two cells are what SAM's contour may be off where it is sure;
/// beyond twelve (an eleventh of the height of HD) guesses are worse than the mask.
const HALF_WIDTH: [f32; 2] = [2.0, 12.0];
/// The half width is so many times the way from the contour to where SAM is sure, and [`ROOM`].
const SPREAD: f32 = 3.0;
/// Cells beyond the doubt.
const ROOM: f32 = 1.0;
/// Least half width by hand: the grid on which the band is kept is no finer.
const LEAST_BY_HAND: f32 = 1.0;
/// Least half width in pixels of the frame, for frames smaller than a mask: no step from in to out may lie between
/// pixels of the band.
const LEAST_PIXELS: f32 = 1.5;
/// What is refined fades into what is sure over this many cells inside the band's border.
const FADE: f32 = 1.0;
/// Beyond the band by more than this, how far does not matter.
const OUTSIDE: f32 = -1.5;

/// The band of one mask over a frame.
pub struct Band {
    /// How far inside the band each cell's centre is, in cells; below 0 outside, [`OUTSIDE`] at least.
    depth: Map,
    content: [f32; 2],
    fade: f32,
}

impl Band {
    /// The band of a mask over a frame of `size` pixels. `half_width` is how far it reaches to each side of the contour,
    /// in cells; `None`: as far as the mask's own doubt.
    pub fn of(plane: &Plane, size: [usize; 2], half_width: Option<f32>) -> Self {
        let fine = plane.fineness() as f32;
        let content = <[f32; 2]>::from(plane.content()).map(|side| side / fine);
        let cells = plane.on(1);
        let pixel = [0, 1].map(|axis| content[axis] / size[axis] as f32);
        let least = LEAST_PIXELS * pixel[0].max(pixel[1]);
        let by_hand = half_width.map(|wished| wished.max(LEAST_BY_HAND).max(least));
        let mut depth = Map::filled(cells.width, cells.height, OUTSIDE);
        contour(plane.map(), |[x, y]| {
            let at = [x, y].map(|place| (place + 0.5) / fine - 0.5);
            let width = by_hand.unwrap_or_else(|| doubt(&cells, at).max(least));
            spread(&mut depth, at, width);
        });
        let fade = by_hand.map_or(FADE, |width| FADE.min(0.5 * width));
        Self { depth, content, fade }
    }

    /// Takes in what lies within `step` cells of each cell that is at most `rim` inside the border and of which `goes_on` is
    /// true. Whether the band has become wider.
    pub fn grow(&mut self, rim: f32, step: f32, goes_on: impl Fn([usize; 2]) -> bool) -> bool {
        let width = self.depth.width;
        let inside = |depth: &Map| depth.values.iter().filter(|depth| **depth > 0.0).count();
        let before = inside(&self.depth);
        let from: Vec<[usize; 2]> = (0..self.depth.values.len())
            .filter(|index| self.depth.values[*index] > 0.0 && self.depth.values[*index] <= rim)
            .map(|index| [index % width, index / width])
            .filter(|cell| goes_on(*cell))
            .collect();
        for cell in from {
            spread(&mut self.depth, cell.map(|place| place as f32), step);
        }
        inside(&self.depth) > before
    }

    /// Columns and rows of the frame in cells, not rounded.
    pub fn content(&self) -> [f32; 2] {
        self.content
    }

    /// Whether any pixel of a rectangle of a frame may be in the band.
    pub fn touches(&self, scale: Scale, [xs, ys]: [std::ops::Range<usize>; 2]) -> bool {
        let cells = |axis: usize, pixels: &std::ops::Range<usize>, count: usize| {
            let place = |at| scale.position(axis, at, self.content[axis]);
            let from = place(pixels.start).max(0.0) as usize;
            let to = (place(pixels.end.saturating_sub(1)).max(0.0) as usize + 2).min(count);
            from.min(count - 1)..to
        };
        let (columns, rows) = (cells(0, &xs, self.depth.width), cells(1, &ys, self.depth.height));
        rows.into_iter().any(|y| {
            self.depth.values[y * self.depth.width..][columns.clone()].iter().any(|depth| *depth > 0.0)
        })
    }

    /// How much of what is refined counts at the pixels of a row: 0 outside the band, 1 from [`FADE`] inside it on.
    /// Whether any is above 0.
    pub fn weights(&self, scale: Scale, y: usize, x: usize, out: &mut [f32]) -> bool {
        let row = scale.position(1, y, self.content[1]) + 0.5;
        let mut any = false;
        for (x, out) in (x..).zip(out) {
            let depth = self.depth.sample(scale.position(0, x, self.content[0]) + 0.5, row);
            *out = (depth / self.fade).clamp(0.0, 1.0);
            any |= *out > 0.0;
        }
        any
    }
}

/// Calls `at` for each place where a mask's border crosses a line between neighbouring cells; 0 is the centre of the
/// first cell.
fn contour(logits: &Map, mut at: impl FnMut([f32; 2])) {
    let crossing = |a: f32, b: f32| ((a > 0.0) != (b > 0.0)).then(|| (a / (a - b)).clamp(0.0, 1.0));
    for y in 0..logits.height {
        for x in 0..logits.width {
            let here = logits.at(x, y);
            if x + 1 < logits.width
                && let Some(share) = crossing(here, logits.at(x + 1, y))
            {
                at([x as f32 + share, y as f32]);
            }
            if y + 1 < logits.height
                && let Some(share) = crossing(here, logits.at(x, y + 1))
            {
                at([x as f32, y as f32 + share]);
            }
        }
    }
}

/// The half width that the doubt around a place of the contour gives. Inside and outside are looked at, the longer way to
/// where SAM is sure counts; a side on which it is nowhere sure does not, for then the subject is thin.
fn doubt(cells: &Map, at: [f32; 2]) -> f32 {
    let [least, most] = HALF_WIDTH;
    let inside = nearest(cells, at, most, |logit| logit >= SURE);
    let outside = nearest(cells, at, most, |logit| logit <= -SURE);
    let way = match (inside, outside) {
        (Some(a), Some(b)) => a.max(b),
        (Some(a), None) | (None, Some(a)) => a,
        (None, None) => most,
    };
    (SPREAD * way + ROOM).clamp(least, most)
}

/// The distance to the nearest cell that `is` something, when it is at most `most`.
fn nearest(cells: &Map, [x, y]: [f32; 2], most: f32, is: impl Fn(f32) -> bool) -> Option<f32> {
    let (column, row) = (x.round() as i32, y.round() as i32);
    let mut best = most * most;
    let mut found = false;
    let mut look = |i: i32, j: i32| {
        let (Ok(i), Ok(j)) = (usize::try_from(i), usize::try_from(j)) else { return best };
        if i < cells.width && j < cells.height && is(cells.at(i, j)) {
            let (dx, dy) = (i as f32 - x, j as f32 - y);
            let distance = dx * dx + dy * dy;
            if distance <= best {
                (best, found) = (distance, true);
            }
        }
        best
    };
    // Squares around the place, until none that follows can have a nearer cell.
    for reach in 0..=most as i32 + 1 {
        let nearest = (reach as f32 - 0.5).max(0.0);
        if nearest * nearest > look(i32::MIN, 0) {
            break;
        }
        for along in -reach..=reach {
            look(column + along, row - reach);
            look(column + along, row + reach);
            look(column - reach, row + along);
            look(column + reach, row + along);
        }
    }
    found.then(|| best.sqrt())
}

/// Deepens the band by a disc.
fn spread(depth: &mut Map, [x, y]: [f32; 2], width: f32) {
    let reach = width - OUTSIDE;
    let range = |at: f32, count: usize| {
        let from = (at - reach).ceil().max(0.0) as usize;
        from..((at + reach) as usize + 1).min(count)
    };
    for row in range(y, depth.height) {
        let dy = row as f32 - y;
        for column in range(x, depth.width) {
            let dx = column as f32 - x;
            let here = &mut depth.values[row * depth.width + column];
            *here = here.max(width - (dx * dx + dy * dy).sqrt());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mask of 16:9 from a function of the cell.
    fn plane(logit: impl Fn(f32, f32) -> f32) -> Plane {
        Plane::new(Map::from_fn(256, 144, |x, y| logit(x as f32, y as f32)), (1024, 576), 1)
    }

    fn weight(band: &Band, size: [usize; 2], x: usize, y: usize) -> f32 {
        let mut out = [0.0];
        band.weights(Scale::whole(size), y, x, &mut out);
        out[0]
    }

    #[test]
    fn doubt_makes_the_band_wide_and_hand_overrules_it() {
        const SIZE: [usize; 2] = [1024, 576];
        let reach = |slope: f32, by_hand: Option<f32>| {
            let band = Band::of(&plane(|x, _| (128.0 - x) * slope), SIZE, by_hand);
            (0..512).take_while(|x| weight(&band, SIZE, 512 + x, 300) > 0.0).count()
        };
        // The contour is at the centre of cell 128, four pixels a cell. SAM is sure one cell further in, three, or nowhere.
        for (slope, pixels) in [(9.0, 16), (1.0, 40), (0.01, 48)] {
            let found = reach(slope, None) as i32 - 2;
            assert!((found - pixels).abs() <= 1, "{slope}: {found}");
        }
        for (by_hand, pixels) in [(0.0, 4), (1.0, 4), (3.0, 12), (40.0, 160)] {
            let found = reach(9.0, Some(by_hand)) as i32 - 2;
            assert!((found - pixels).abs() <= 1, "{by_hand}: {found}");
        }
    }

    #[test]
    fn what_is_unsure_on_one_side_has_no_band() {
        let patchy = plane(|x, y| if (x - 60.0).hypot(y - 60.0) < 9.0 { -0.1 } else { -8.0 });
        let band = Band::of(&patchy, [1920, 1080], None);
        assert!(!band.touches(Scale::whole([1920, 1080]), [0..1920, 0..1080]));
        for sure in [8.0, -8.0] {
            let band = Band::of(&plane(|_, _| sure), [1920, 1080], Some(20.0));
            assert!(!band.touches(Scale::whole([1920, 1080]), [0..1920, 0..1080]), "full or empty");
        }
    }

    #[test]
    fn every_step_from_in_to_out_is_in_the_band_whatever_the_size() {
        let disc = plane(|x, y| 20.0 - (x - 100.3).hypot(y - 70.8) * 1.3);
        for size in [[1920, 1080], [256, 144], [64, 36], [7, 4], [1, 1], [4096, 32]] {
            let band = Band::of(&disc, size, Some(0.0));
            let scale = Scale::whole(size);
            let side = |x: usize, y: usize| {
                disc.map().sample(scale.position(0, x, 256.0) + 0.5, scale.position(1, y, 144.0) + 0.5) > 0.0
            };
            for y in 0..size[1] {
                for x in 1..size[0] {
                    if side(x - 1, y) != side(x, y) {
                        assert!(weight(&band, size, x - 1, y) > 0.0, "{size:?} {x} {y}");
                        assert!(weight(&band, size, x, y) > 0.0, "{size:?} {x} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_nearest_cell_is_found() {
        let cells = Map::from_fn(40, 40, |x, y| f32::from((x, y) == (7, 9) || (x, y) == (30, 30)));
        let is = |value: f32| value > 0.5;
        let found = nearest(&cells, [10.25, 5.0], 12.0, is).unwrap();
        assert!((found - 3.25_f32.hypot(4.0)).abs() < 1e-5, "{found}");
        assert_eq!(nearest(&cells, [20.0, 20.0], 12.0, is), None);
        assert_eq!(nearest(&cells, [7.0, 9.0], 12.0, is), Some(0.0));
    }
}
