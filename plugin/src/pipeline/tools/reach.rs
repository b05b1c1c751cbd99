//! The highest value within an ellipse, for values on a grid that are bilinear between their points.
//!
//! A pyramid of maxima is searched from the top and left where nothing higher than what is known can come
//! (branch and bound). So flat areas cost next to nothing, whatever the radius.
//!
//! A bilinear patch has no maximum inside (it is harmonic), nor between the ends of a side. The maximum over
//! a disc is therefore at a grid point in the disc, where the circle crosses a grid line, or inside a cell
//! on the circle, where the way along it stops to go up.

use rayon::prelude::*;

use crate::pipeline::{Error, zeros};

/// A gain of alpha that is not worth a search: less than a step of 15 bits.
const NEGLIGIBLE: f32 = 2e-5;

/// An ellipse with axes along those of the grid; positions in grid points from the first one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ellipse {
    centre: [f32; 2],
    radius: [f32; 2],
    inverse: [f32; 2],
}

impl Ellipse {
    /// An ellipse around `centre` with these half axes, above 0.
    pub fn new(centre: [f32; 2], radius: [f32; 2]) -> Self {
        Self { centre, radius, inverse: radius.map(|r| 1.0 / r) }
    }

    /// Whether a position lies within.
    pub fn holds(&self, [x, y]: [f32; 2]) -> bool {
        self.holds_offset(x - self.centre[0], y - self.centre[1])
    }

    fn holds_offset(&self, x: f32, y: f32) -> bool {
        let [x, y] = [x * self.inverse[0], y * self.inverse[1]];
        x * x + y * y <= 1.0
    }
}

/// A value and where it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Peak {
    /// The value.
    pub value: f32,
    /// Its position.
    pub at: [f32; 2],
}

/// Values and the pyramid of their maxima. Beyond the grid there is nothing.
pub struct Reach {
    values: Vec<f32>,
    width: usize,
    height: usize,
    /// Level k + 1 holds the maxima over blocks of 2^(k + 1) cells, corners included.
    levels: Vec<Level>,
}

struct Level {
    maxima: Vec<f32>,
    width: usize,
    height: usize,
}

/// A block of the pyramid: at level 0 a cell between four grid points.
#[derive(Clone, Copy)]
struct Block {
    level: usize,
    x: usize,
    y: usize,
}

impl Reach {
    /// Builds the pyramid over `values`, row by row, of a grid that is not empty.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn new(values: Vec<f32>, width: usize, threads: &rayon::ThreadPool) -> Result<Self, Error> {
        let height = values.len() / width;
        let mut reach = Self { values, width, height, levels: Vec::new() };
        loop {
            let level = reach.levels.len();
            let (across, down) = reach.blocks(level);
            if across == 1 && down == 1 {
                return Ok(reach);
            }
            let (next_across, next_down) = (across.div_ceil(2), down.div_ceil(2));
            let mut maxima = zeros(next_across * next_down)?;
            threads.install(|| {
                maxima.par_chunks_exact_mut(next_across).enumerate().with_min_len(8).for_each(|(y, out)| {
                    for (x, out) in out.iter_mut().enumerate() {
                        *out = reach
                            .children(Block { level: level + 1, x, y })
                            .map(|b| reach.highest(b))
                            .fold(f32::NEG_INFINITY, f32::max);
                    }
                });
            });
            reach.levels.push(Level { maxima, width: next_across, height: next_down });
        }
    }

    /// The value at a grid point.
    pub fn value(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// The highest value in the ellipse, given one that is known to be reached.
    pub fn highest_in(&self, ellipse: &Ellipse, known: Peak) -> Peak {
        let mut best = known;
        self.starts(ellipse, |block| self.search(block, ellipse, &mut best));
        best
    }

    /// The highest value of the grid points in blocks that lie wholly in the ellipse, or `known`: never
    /// more than [`Self::highest_in`] finds, and faster.
    pub fn at_least_in(&self, ellipse: &Ellipse, known: f32) -> f32 {
        let mut best = known;
        self.starts(ellipse, |block| self.search_whole(block, ellipse, &mut best));
        best
    }

    /// Whether a value above `limit` may lie in the ellipse; sometimes true where none does.
    pub fn may_exceed(&self, ellipse: &Ellipse, limit: f32) -> bool {
        let mut found = false;
        self.starts(ellipse, |block| found = found || self.exceeds(block, ellipse, limit));
        found
    }

    /// The value at a position within the grid.
    pub fn at(&self, [x, y]: [f32; 2]) -> Option<f32> {
        let inside = x >= 0.0 && y >= 0.0 && x <= (self.width - 1) as f32 && y <= (self.height - 1) as f32;
        inside.then(|| {
            let (column, row) = (x as usize, y as usize);
            self.patch(column, row).value(x - column as f32, y - row as f32)
        })
    }

    /// Blocks on each axis.
    fn blocks(&self, level: usize) -> (usize, usize) {
        match level.checked_sub(1) {
            None => ((self.width - 1).max(1), (self.height - 1).max(1)),
            Some(index) => (self.levels[index].width, self.levels[index].height),
        }
    }

    /// Calls `visit` for blocks about as large as the ellipse that cover it.
    fn starts(&self, ellipse: &Ellipse, mut visit: impl FnMut(Block)) {
        let side = 2.0 * ellipse.radius[0].max(ellipse.radius[1]);
        let level = (side.max(1.0).log2().ceil() as usize).min(self.levels.len());
        let (across, down) = self.blocks(level);
        let range = |centre: f32, radius: f32, count: usize| {
            let block = (1_usize << level) as f32;
            let of = |at: f32| ((at / block).max(0.0) as usize).min(count - 1);
            of(centre - radius)..=of(centre + radius)
        };
        for y in range(ellipse.centre[1], ellipse.radius[1], down) {
            for x in range(ellipse.centre[0], ellipse.radius[0], across) {
                visit(Block { level, x, y });
            }
        }
    }

    fn children(&self, block: Block) -> impl Iterator<Item = Block> {
        let level = block.level - 1;
        let (across, down) = self.blocks(level);
        let rows = block.y * 2..(block.y * 2 + 2).min(down);
        let columns = block.x * 2..(block.x * 2 + 2).min(across);
        rows.flat_map(move |y| columns.clone().map(move |x| Block { level, x, y }))
    }

    fn highest(&self, block: Block) -> f32 {
        match block.level.checked_sub(1) {
            None => self.patch(block.x, block.y).corners.into_iter().fold(f32::NEG_INFINITY, f32::max),
            Some(index) => {
                let level = &self.levels[index];
                level.maxima[block.y * level.width + block.x]
            }
        }
    }

    fn patch(&self, x: usize, y: usize) -> Patch {
        let (right, below) = ((x + 1).min(self.width - 1), (y + 1).min(self.height - 1));
        Patch {
            corners: [self.value(x, y), self.value(right, y), self.value(x, below), self.value(right, below)],
        }
    }

    /// The block's first and last grid point, from the ellipse's centre.
    fn extent(&self, block: Block, ellipse: &Ellipse) -> [[f32; 2]; 2] {
        let axis = |at: usize, points: usize, centre: f32| {
            let last = ((at + 1) << block.level).min(points - 1);
            [(at << block.level) as f32 - centre, last as f32 - centre]
        };
        [axis(block.x, self.width, ellipse.centre[0]), axis(block.y, self.height, ellipse.centre[1])]
    }

    /// Whether the block is outside the ellipse (`None`) or wholly within (`Some(true)`).
    fn within(&self, block: Block, ellipse: &Ellipse) -> Option<bool> {
        let extent = self.extent(block, ellipse);
        let (mut near, mut far) = (0.0, 0.0);
        for ([first, last], inverse) in extent.into_iter().zip(ellipse.inverse) {
            let closest = first.max(-last).max(0.0) * inverse;
            let farthest = last.max(-first) * inverse;
            near += closest * closest;
            far += farthest * farthest;
        }
        (near <= 1.0).then_some(far <= 1.0)
    }

    fn search(&self, block: Block, ellipse: &Ellipse, best: &mut Peak) {
        let highest = self.highest(block);
        if highest <= best.value {
            return;
        }
        match self.within(block, ellipse) {
            None => {}
            Some(true) => *best = Peak { value: highest, at: self.locate(block, highest) },
            Some(false) if block.level == 0 => self.search_cell(block, ellipse, best),
            Some(false) => self.children(block).for_each(|child| self.search(child, ellipse, best)),
        }
    }

    fn search_whole(&self, block: Block, ellipse: &Ellipse, best: &mut f32) {
        let highest = self.highest(block);
        if highest <= *best {
            return;
        }
        match self.within(block, ellipse) {
            Some(true) => *best = highest,
            Some(false) if block.level > 0 => {
                self.children(block).for_each(|child| self.search_whole(child, ellipse, best));
            }
            _ => {}
        }
    }

    fn exceeds(&self, block: Block, ellipse: &Ellipse, limit: f32) -> bool {
        if self.highest(block) <= limit {
            return false;
        }
        match self.within(block, ellipse) {
            None => false,
            Some(true) => true,
            Some(false) if block.level == 0 => true,
            Some(false) => self.children(block).any(|child| self.exceeds(child, ellipse, limit)),
        }
    }

    /// The grid point of the block that has this value.
    fn locate(&self, mut block: Block, value: f32) -> [f32; 2] {
        while block.level > 0 {
            let Some(child) = self.children(block).find(|child| self.highest(*child) == value) else { break };
            block = child;
        }
        let corner = self.patch(block.x, block.y).corners.iter().position(|v| *v == value).unwrap_or(0);
        [
            (block.x + corner % 2).min(self.width - 1) as f32,
            (block.y + corner / 2).min(self.height - 1) as f32,
        ]
    }

    /// A cell that the ellipse's border crosses.
    fn search_cell(&self, cell: Block, ellipse: &Ellipse, best: &mut Peak) {
        let patch = self.patch(cell.x, cell.y);
        let [[x1, x2], [y1, y2]] = self.extent(cell, ellipse);
        let [cx, cy] = ellipse.centre;
        let [rx, ry] = ellipse.radius;
        let [ix, iy] = ellipse.inverse;
        // No value in the ellipse is above that of the plane through the middle, with what the patch bends.
        let (middle, [gx, gy]) = (patch.value(0.5, 0.5), patch.gradient(0.5, 0.5));
        let to_centre = -(gx * (x1 + x2) + gy * (y1 + y2)) / 2.0;
        let climb = ((gx * rx) * (gx * rx) + (gy * ry) * (gy * ry)).sqrt();
        if middle + to_centre + climb + patch.bend() <= best.value + NEGLIGIBLE {
            return;
        }
        let mut offer = |value: f32, at: [f32; 2]| {
            if value > best.value {
                *best = Peak { value, at };
            }
        };
        for (corner, [x, y]) in patch.corners.into_iter().zip([[x1, y1], [x2, y1], [x1, y2], [x2, y2]]) {
            if ellipse.holds_offset(x, y) {
                offer(corner, [cx + x, cy + y]);
            }
        }
        // The ends of the arc in this cell: the leftmost and the rightmost crossing, since around a grid
        // point a cell sees a piece of one quadrant only.
        let mut ends: Option<[[f32; 2]; 2]> = None;
        let mut cross = |x: f32, y: f32| {
            if x >= x1 && x <= x2 && y >= y1 && y <= y2 {
                offer(patch.value(x - x1, y - y1), [cx + x, cy + y]);
                let [left, right] = ends.unwrap_or([[x, y]; 2]);
                ends = Some([
                    if x < left[0] { [x, y] } else { left },
                    if x > right[0] { [x, y] } else { right },
                ]);
            }
        };
        for y in [y1, y2] {
            let half = rx * (1.0 - (y * iy) * (y * iy)).sqrt();
            cross(-half, y);
            cross(half, y);
        }
        for x in [x1, x2] {
            let half = ry * (1.0 - (x * ix) * (x * ix)).sqrt();
            cross(x, -half);
            cross(x, half);
        }
        if let Some(ends) = ends {
            let [left, right] = ends.map(|[x, y]| [x * ix, y * iy]);
            let uphill = |[x, y]: [f32; 2]| {
                let [gx, gy] = patch.gradient(x * rx - x1, y * ry - y1);
                // Along the arc to the right.
                let turn = if y > 0.0 || (y == 0.0 && y1 >= 0.0) { 1.0 } else { -1.0 };
                (gx * rx * y - gy * ry * x) * turn > 0.0
            };
            if let Some([x, y]) = top_of_arc(left, right, uphill) {
                let [x, y] = [(x * rx).clamp(x1, x2), (y * ry).clamp(y1, y2)];
                offer(patch.value(x - x1, y - y1), [cx + x, cy + y]);
            }
        }
    }
}

/// Where the way along an arc of the unit circle stops to go up, found by halving; `None` when that is at
/// one of its ends, `left` and `right`.
fn top_of_arc(
    mut left: [f32; 2],
    mut right: [f32; 2],
    uphill: impl Fn([f32; 2]) -> bool,
) -> Option<[f32; 2]> {
    /// Halvings of an arc of at most a quarter: to a 160th of a right angle.
    const HALVINGS: usize = 6;
    if !uphill(left) || uphill(right) {
        return None;
    }
    let mut middle = left;
    for _ in 0..HALVINGS {
        let [x, y] = [left[0] + right[0], left[1] + right[1]];
        let norm = x.hypot(y);
        middle = [x / norm, y / norm];
        if uphill(middle) { left = middle } else { right = middle }
    }
    Some(middle)
}

/// Four values at the corners of a cell of side 1: top left, top right, bottom left, bottom right.
#[derive(Clone, Copy)]
struct Patch {
    corners: [f32; 4],
}

impl Patch {
    fn value(&self, u: f32, v: f32) -> f32 {
        let [a, b, c, d] = self.corners;
        let (top, bottom) = (a + (b - a) * u, c + (d - c) * u);
        top + (bottom - top) * v
    }

    /// The most that the patch is above the plane through its middle.
    fn bend(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        (a - b - c + d).abs() / 4.0
    }

    fn gradient(&self, u: f32, v: f32) -> [f32; 2] {
        let [a, b, c, d] = self.corners;
        [(b - a) * (1.0 - v) + (d - c) * v, (c - a) * (1.0 - u) + (d - b) * u]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{Random, threads};

    /// All grid points in the ellipse and a dense walk along its border.
    fn reference(reach: &Reach, ellipse: &Ellipse) -> f32 {
        let (width, height) = (reach.width, reach.height);
        let points = (0..height).flat_map(|y| (0..width).map(move |x| [x as f32, y as f32]));
        let border = (0..20_000).map(|i| {
            let (sin, cos) = (i as f32 / 20_000.0 * std::f32::consts::TAU).sin_cos();
            [ellipse.centre[0] + ellipse.radius[0] * cos, ellipse.centre[1] + ellipse.radius[1] * sin]
        });
        let inside = points.filter(|at| ellipse.holds(*at)).chain(border);
        // Beyond the grid its last points repeat: they are nearer to the centre, so nothing is gained.
        let last = [width as f32 - 1.0, height as f32 - 1.0];
        let clamped = inside.map(|[x, y]| [x.clamp(0.0, last[0]), y.clamp(0.0, last[1])]);
        clamped.filter_map(|at| reach.at(at)).fold(f32::NEG_INFINITY, f32::max)
    }

    #[test]
    fn the_search_finds_what_a_walk_over_everything_finds() {
        let threads = threads();
        let mut random = Random::new(3);
        for (width, height) in [(1, 1), (1, 30), (30, 1), (2, 3), (33, 20)] {
            for smooth in [false, true] {
                let phase = [random.next(), random.next()].map(|p| p * 6.0);
                let values = (0..width * height)
                    .map(|i| {
                        let wave = ((i % width) as f32 * 0.3 + phase[0]).sin()
                            * ((i / width) as f32 * 0.2 + phase[1]).cos();
                        if smooth { wave } else { random.next() }
                    })
                    .collect();
                let reach = Reach::new(values, width, &threads).unwrap();
                for radius in [[0.05, 0.05], [0.3, 0.3], [1.0, 1.0], [2.7, 1.2], [9.3, 9.3], [90.0, 80.0]] {
                    for _ in 0..20 {
                        let (x, y) = (
                            (random.next() * width as f32) as usize,
                            (random.next() * height as f32) as usize,
                        );
                        let ellipse = Ellipse::new([x as f32, y as f32], radius);
                        let known = Peak { value: reach.value(x, y), at: ellipse.centre };
                        let found = reach.highest_in(&ellipse, known);
                        let expected = reference(&reach, &ellipse);
                        let what = format!("{width} {height} {ellipse:?}");
                        assert!((found.value - expected).abs() < 1e-3, "{} {expected} {what}", found.value);
                        assert!((reach.at(found.at).unwrap() - found.value).abs() < 1e-3, "{found:?} {what}");
                        assert!(reach.at_least_in(&ellipse, -2.0) <= found.value, "{what}");
                        assert!(!reach.may_exceed(&ellipse, 1.0));
                        assert!(reach.may_exceed(&ellipse, expected - 2e-3), "{what}");
                    }
                }
            }
        }
    }
}
