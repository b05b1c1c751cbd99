//! The highest value within an ellipse, for values on a grid that are bilinear between their points.
//!
//! A pyramid of maxima is searched from the top and left where nothing higher than what is known can come
//! (branch and bound). So flat areas cost next to nothing, whatever the radius.

use rayon::prelude::*;

use super::patch::{Ellipse, Patch, Peak};
use crate::pipeline::{Error, zeros};

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

    /// Grid points in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The values of a row from column `first` to `last`, both included.
    pub fn row(&self, y: usize, first: usize, last: usize) -> &[f32] {
        &self.values[y * self.width + first..=y * self.width + last]
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
            Some(false) if block.level == 0 => {
                self.patch(block.x, block.y).search(self.extent(block, ellipse), ellipse, best);
            }
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
