//! The outline of a matte, for the viewer: where alpha passes one half.

use rayon::prelude::*;

use super::geometry::Geometry;
use super::matte::Matte;
use super::{Abort, Error, check, zeros};

/// Most line segments of an outline: it is decoration, and drawn again with every move of the pen.
pub const MOST_SEGMENTS: usize = 20_000;
/// Cells along the long side of the grid in which the outline is looked for.
const GRID: usize = 512;
/// The level of the outline.
const LEVEL: f32 = 0.5;

/// Line segments in canonical coordinates, in no order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outline {
    /// Two positions a segment.
    pub segments: Vec<[[f32; 2]; 2]>,
}

impl Outline {
    /// The outline of a matte whose frame lies as `geometry` says.
    ///
    /// Alpha is averaged over square blocks, at most 512 along the long side, and the level is followed
    /// through the grid of their centres by marching squares, with the crossing of each cell's side found by a
    /// straight line (Lorensen and Cline 1987, in two dimensions; a saddle is resolved by the cell's mean).
    /// Outside the frame alpha is 0, so that a subject cut by the frame is closed along its edge. When there are more than
    /// [`MOST_SEGMENTS`], the blocks are doubled until there are not.
    ///
    /// # Errors
    /// [`Error::Aborted`], [`Error::OutOfMemory`].
    pub fn of(
        matte: &Matte,
        geometry: &Geometry,
        threads: &rayon::ThreadPool,
        abort: Abort<'_>,
    ) -> Result<Outline, Error> {
        let long = matte.bounds().width().max(matte.bounds().height());
        let mut block = long.div_ceil(GRID).max(1);
        loop {
            check(abort)?;
            let grid = Grid::of(matte, block, threads)?;
            let segments = grid.follow();
            if segments.len() <= MOST_SEGMENTS {
                let place = |[x, y]: [f32; 2]| {
                    geometry.to_canonical([f64::from(x), f64::from(y)]).map(|value| value as f32)
                };
                return Ok(Outline { segments: segments.into_iter().map(|ends| ends.map(place)).collect() });
            }
            block *= 2;
        }
    }
}

/// Means of blocks, with a border of zeros on all sides.
struct Grid {
    /// Columns with the border.
    width: usize,
    values: Vec<f32>,
    /// The position of each column and row in the frame's pixels, y down.
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Grid {
    fn of(matte: &Matte, block: usize, threads: &rayon::ThreadPool) -> Result<Grid, Error> {
        let bounds = matte.bounds();
        let (width, height) = (bounds.width(), bounds.height());
        let (columns, rows) = (width.div_ceil(block), height.div_ceil(block));
        let mut values = zeros((columns + 2) * (rows + 2))?;
        threads.install(|| {
            values.par_chunks_exact_mut(columns + 2).enumerate().for_each_init(
                || vec![0.0_f32; width],
                |row, (y, out)| {
                    let first = y.wrapping_sub(1).saturating_mul(block);
                    let last = first.saturating_add(block).min(height);
                    if y == 0 || first >= last {
                        return;
                    }
                    for line in first..last {
                        // Rows of a frame number less than 2^31, as its bounds are 32 bit.
                        matte.read_row(bounds.y2 - 1 - line as i32, bounds.x1, row);
                        for (sum, values) in out[1..].iter_mut().zip(row.chunks(block)) {
                            *sum += values.iter().sum::<f32>();
                        }
                    }
                    for (x, sum) in out[1..=columns].iter_mut().enumerate() {
                        let count = (last - first) * (block.min(width - x * block));
                        let mean = *sum / count as f32;
                        *sum = if mean.is_finite() { mean } else { 0.0 };
                    }
                },
            );
        });
        Ok(Grid { width: columns + 2, values, x: centres(width, block), y: centres(height, block) })
    }

    /// The segments in the frame's pixels.
    fn follow(&self) -> Vec<[[f32; 2]; 2]> {
        let mut segments = Vec::new();
        for row in 0..self.y.len().saturating_sub(1) {
            for column in 0..self.width - 1 {
                self.cell(column, row, &mut segments);
            }
        }
        segments
    }

    fn cell(&self, column: usize, row: usize, segments: &mut Vec<[[f32; 2]; 2]>) {
        let at = |dx: usize, dy: usize| self.values[(row + dy) * self.width + column + dx];
        // Round the cell.
        let corners = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
        let inside = corners.map(|value| value >= LEVEL);
        if inside == [inside[0]; 4] {
            return;
        }
        let place = |corner: usize| {
            let (dx, dy) = [(0, 0), (1, 0), (1, 1), (0, 1)][corner];
            [self.x[column + dx], self.y[row + dy]]
        };
        let crossing = |side: usize| {
            // The same way round as the neighbour goes, so that both find the same number.
            let (a, b) = [(0, 1), (1, 2), (3, 2), (0, 3)][side];
            let part = ((LEVEL - corners[a]) / (corners[b] - corners[a])).clamp(0.0, 1.0);
            let (from, to) = (place(a), place(b));
            [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
        };
        let sides: Vec<usize> = (0..4).filter(|side| inside[*side] != inside[(side + 1) % 4]).collect();
        match sides[..] {
            [a, b] => segments.push([crossing(a), crossing(b)]),
            // A saddle: opposite corners are inside. They hang together when the middle is inside too.
            _ => {
                let middle = corners.iter().sum::<f32>() / 4.0 >= LEVEL;
                let pairs = if middle == inside[0] { [(0, 1), (2, 3)] } else { [(3, 0), (1, 2)] };
                segments.extend(pairs.map(|(a, b)| [crossing(a), crossing(b)]));
            }
        }
    }
}

/// Centres of the blocks of one axis, and the border's on both sides: as far outside the frame's edge as the
/// next block's centre is inside, so that a full block ends at the edge.
fn centres(size: usize, block: usize) -> Vec<f32> {
    let mut places: Vec<f32> = (0..size.div_ceil(block))
        .map(|i| {
            let (from, to) = (i * block, ((i + 1) * block).min(size));
            (from + to) as f32 / 2.0
        })
        .collect();
    let (first, last) = (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(0.0));
    places.insert(0, -first);
    places.push(2.0 * size as f32 - last);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::geometry::PixelRect;

    fn outline(matte: &Matte, geometry: &Geometry) -> Outline {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        Outline::of(matte, geometry, &threads, &|| false).unwrap()
    }

    fn geometry(bounds: PixelRect) -> Geometry {
        Geometry { bounds, render_scale: [0.5, 0.5], pixel_aspect_ratio: 2.0, row_offset: 0.0 }
    }

    fn disc(bounds: PixelRect, centre: [f64; 2], radius: f64) -> Matte {
        Matte::from_fn(bounds, |x, y| {
            let distance = (f64::from(x) + 0.5 - centre[0]).hypot(f64::from(y) + 0.5 - centre[1]);
            (radius - distance + 0.5).clamp(0.0, 1.0) as f32
        })
    }

    #[test]
    fn a_disc_has_its_circle_in_canonical_coordinates() {
        // 1600 pixels make blocks of 4.
        let bounds = PixelRect { x1: -100, y1: 50, x2: 1500, y2: 950 };
        let (centre, radius) = ([700.0, 500.0], 300.0);
        let outline = outline(&disc(bounds, centre, radius), &geometry(bounds));
        assert!(outline.segments.len() > 300 && outline.segments.len() < 2000, "{}", outline.segments.len());
        for [x, y] in outline.segments.iter().flatten() {
            // Back to pixels: x / (2 / 0.5), y / (1 / 0.5).
            let distance = (f64::from(*x) / 4.0 - centre[0]).hypot(f64::from(*y) / 2.0 - centre[1]);
            assert!((distance - radius).abs() < 0.5, "{distance}");
        }
        // Closed: every end is another segment's end too.
        let mut ends: Vec<[u32; 2]> =
            outline.segments.iter().flatten().map(|p| p.map(f32::to_bits)).collect();
        ends.sort_unstable();
        assert!(ends.chunks(2).all(|pair| pair.len() == 2 && pair[0] == pair[1]));
    }

    #[test]
    fn a_full_matte_is_outlined_along_the_frame() {
        let bounds = PixelRect { x1: 0, y1: 0, x2: 37, y2: 21 };
        let geometry = Geometry { bounds, render_scale: [1.0; 2], pixel_aspect_ratio: 1.0, row_offset: 0.0 };
        let outline = outline(&Matte::from_fn(bounds, |_, _| 1.0), &geometry);
        assert!(!outline.segments.is_empty());
        for [x, y] in outline.segments.iter().flatten() {
            let gap = x.abs().min((x - 37.0).abs()).min(y.abs()).min((y - 21.0).abs());
            assert!(gap < 1e-4, "{x} {y}");
        }
    }

    #[test]
    fn noise_is_bounded_and_nothing_has_no_outline() {
        let bounds = PixelRect { x1: 0, y1: 0, x2: 500, y2: 400 };
        let checks = Matte::from_fn(bounds, |x, y| ((x + y) % 2) as f32);
        assert!(outline(&checks, &geometry(bounds)).segments.len() <= MOST_SEGMENTS);
        assert!(outline(&Matte::empty(), &geometry(bounds)).segments.is_empty());
        let bad = Matte::from_fn(bounds, |_, _| f32::NAN);
        assert!(outline(&bad, &geometry(bounds)).segments.is_empty());
    }
}
