//! Optical flow: where each pixel of one frame lies in another.
//!
//! Dense inverse search (Kroeger, Timofte, Dai, Van Gool, "Fast Optical Flow using Dense Inverse Search", ECCV 2016)
//! without its variational step: on each level of a pyramid, small patches of the first frame are searched in the
//! second by gradient descent from the flow of the level above or of a neighbour, whichever fits better, and a pixel
//! takes the mean of its patches, weighted by how well each explains it.

use models::sam::ModelImage;

use super::map::Map;

/// Side of a patch in pixels.
const PATCH: usize = 8;
/// Pixels from a patch to the next.
const STRIDE: usize = 4;
/// Most steps of descent for a patch.
const STEPS: usize = 12;
/// A step shorter than this, in pixels, is the last.
const SHORTEST_STEP: f32 = 0.03;
/// Replicated pixels around a level, so that patches may reach over the frame's edge.
const BORDER: usize = 16;
/// The coarsest level is at least this long and wide.
const COARSEST: usize = 12;
/// Added to the squared gradients of a patch: one without texture stays where it is. Grey is in 0..=1.
const FLAT: f32 = 1e-3;
/// A pixel that differs by less than this in grey counts as explained.
const EXPLAINED: f32 = 1.0 / 255.0;

/// A grey picture and its halvings, from half the network's input down; level 1 has a pixel for each pixel of a mask.
#[derive(Clone, Debug)]
pub struct Pyramid {
    levels: Vec<Level>,
}

/// One size of a picture.
#[derive(Clone, Debug)]
struct Level {
    width: usize,
    height: usize,
    /// `[height + 2 border, width + 2 border]`.
    padded: Vec<f32>,
}

/// A displacement in pixels for each pixel of the first frame.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// x and y from the pixel to where it lies in the other frame.
    pub vectors: Vec<[f32; 2]>,
}

impl Pyramid {
    /// Of what the network sees.
    pub fn new(image: &ModelImage) -> Self {
        let width = image.width() as usize;
        // Rec.601 luma of the encoded values: what the eye takes for brightness.
        let grey: Vec<f32> =
            image.rgb().chunks_exact(3).map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]).collect();
        let full = Map { width, height: image.height() as usize, values: grey };
        let mut levels = Vec::new();
        let mut map = halved(&full);
        loop {
            let next = (map.width.min(map.height) >= 2 * COARSEST || levels.is_empty()).then(|| halved(&map));
            levels.push(Level::new(&map));
            match next {
                Some(smaller) => map = smaller,
                None => return Self { levels },
            }
        }
    }
}

impl Pyramid {
    /// Columns and rows of the level that has the size of a mask.
    pub fn mask_size(&self) -> (usize, usize) {
        self.levels.get(FINEST).map_or((1, 1), |level| (level.width, level.height))
    }

    /// The grey picture at the size of a mask.
    pub fn grey(&self) -> Map {
        let (width, height) = self.mask_size();
        let level = self.levels.get(FINEST);
        Map::from_fn(width, height, |x, y| {
            level.map_or(0.0, |level| level.padded[(y + BORDER) * level.pitch() + x + BORDER])
        })
    }
}

/// Half the size, rounded up, by the mean of 2x2 pixels.
fn halved(map: &Map) -> Map {
    let (last_x, last_y) = (map.width - 1, map.height - 1);
    Map::from_fn(map.width.div_ceil(2), map.height.div_ceil(2), |x, y| {
        let (x0, y0) = (2 * x, 2 * y);
        let (x1, y1) = ((x0 + 1).min(last_x), (y0 + 1).min(last_y));
        0.25 * (map.at(x0, y0) + map.at(x1, y0) + map.at(x0, y1) + map.at(x1, y1))
    })
}

impl Level {
    fn new(map: &Map) -> Self {
        let (width, height) = (map.width, map.height);
        let clamp = |at: usize, length: usize| at.saturating_sub(BORDER).min(length - 1);
        let rows = 0..height + 2 * BORDER;
        let padded = rows
            .flat_map(|y| (0..width + 2 * BORDER).map(move |x| (x, y)))
            .map(|(x, y)| map.at(clamp(x, width), clamp(y, height)))
            .collect();
        Self { width, height, padded }
    }

    fn pitch(&self) -> usize {
        self.width + 2 * BORDER
    }

    /// `PATCH` x `PATCH` pixels from the continuous corner (x, y) on, which is kept within the border.
    fn patch(&self, x: f32, y: f32) -> [f32; PATCH * PATCH] {
        let most = |length: usize| (length + 2 * BORDER - PATCH - 2) as f32;
        let x = (x + BORDER as f32).max(0.0).min(most(self.width));
        let y = (y + BORDER as f32).max(0.0).min(most(self.height));
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
        let mut out = [0.0; PATCH * PATCH];
        for (row, out) in out.chunks_exact_mut(PATCH).enumerate() {
            let start = (top + row) * self.pitch() + left;
            let upper = &self.padded[start..start + PATCH + 1];
            let lower = &self.padded[start + self.pitch()..start + self.pitch() + PATCH + 1];
            for (i, out) in out.iter_mut().enumerate() {
                *out = weights[0] * upper[i]
                    + weights[1] * upper[i + 1]
                    + weights[2] * lower[i]
                    + weights[3] * lower[i + 1];
            }
        }
        out
    }
}

/// The flow from one frame to another of the same size, on the grid of a mask (a quarter of the encoder's frame).
pub fn flow(from: &Pyramid, to: &Pyramid) -> Flow {
    let mut flow: Option<Flow> = None;
    for (from, to) in from.levels.iter().zip(&to.levels).skip(FINEST).rev() {
        let start = match &flow {
            Some(coarser) => coarser.finer(from.width, from.height),
            None => Flow::still(from.width, from.height),
        };
        flow = Some(search(from, to, &start));
    }
    flow.unwrap_or_else(|| Flow::still(1, 1))
}

/// The finest level that is searched: that of a mask.
const FINEST: usize = 1;

impl Flow {
    /// No motion.
    pub fn still(width: usize, height: usize) -> Self {
        Self { width, height, vectors: vec![[0.0; 2]; width * height] }
    }

    /// The flow on a grid of about twice the size.
    fn finer(&self, width: usize, height: usize) -> Self {
        let at = |i: usize| {
            let (x, y) = ((i % width / 2).min(self.width - 1), (i / width / 2).min(self.height - 1));
            self.vectors[y * self.width + x].map(|v| 2.0 * v)
        };
        Self { width, height, vectors: (0..width * height).map(at).collect() }
    }

    /// The flow on a grid with `fineness` cells along each side of a pixel, of which `width` x `height` count.
    #[must_use]
    pub fn refined(self, fineness: usize, width: usize, height: usize) -> Self {
        if fineness == 1 {
            return self;
        }
        let scale = fineness as f32;
        let at = |i: usize| {
            let (x, y) = ((i % width) as f32 + 0.5, (i / width) as f32 + 0.5);
            self.sample(x / scale, y / scale).map(|v| v * scale)
        };
        Self { width, height, vectors: (0..width * height).map(at).collect() }
    }

    /// The displacement at a continuous position, by bilinear interpolation.
    pub fn sample(&self, x: f32, y: f32) -> [f32; 2] {
        let axis = |position: f32, length: usize| {
            let position = (position - 0.5).max(0.0).min((length - 1) as f32);
            let low = position as usize;
            (low, (low + 1).min(length - 1), position - low as f32)
        };
        let ((x0, x1, fx), (y0, y1, fy)) = (axis(x, self.width), axis(y, self.height));
        let at = |x: usize, y: usize| self.vectors[y * self.width + x];
        std::array::from_fn(|i| {
            let top = at(x0, y0)[i] * (1.0 - fx) + at(x1, y0)[i] * fx;
            let bottom = at(x0, y1)[i] * (1.0 - fx) + at(x1, y1)[i] * fx;
            top * (1.0 - fy) + bottom * fy
        })
    }

    /// This flow and then that from the other frame to a third, of the same size: the flow to the third.
    #[must_use]
    pub fn then(&self, next: &Flow) -> Flow {
        let at = |(i, [u, v]): (usize, &[f32; 2])| {
            let (x, y) = ((i % self.width) as f32 + 0.5, (i / self.width) as f32 + 0.5);
            let [further_u, further_v] = next.sample(x + u, y + v);
            [u + further_u, v + further_v]
        };
        Flow { vectors: self.vectors.iter().enumerate().map(at).collect(), ..*self }
    }

    /// A map of the other frame, brought to this one.
    pub fn warp(&self, other: &Map) -> Map {
        Map::from_fn(self.width, self.height, |x, y| {
            let [u, v] = self.vectors[y * self.width + x];
            other.sample(x as f32 + 0.5 + u, y as f32 + 0.5 + v)
        })
    }

    /// How far each pixel lands from itself after going to the other frame and `back`, in pixels: large where the
    /// flow cannot be trusted.
    pub fn round_trip_error(&self, back: &Flow) -> Map {
        Map::from_fn(self.width, self.height, |x, y| {
            let [u, v] = self.vectors[y * self.width + x];
            let [bu, bv] = back.sample(x as f32 + 0.5 + u, y as f32 + 0.5 + v);
            (u + bu).hypot(v + bv)
        })
    }
}

/// Searches all patches of one level and makes the flow of each pixel.
fn search(from: &Level, to: &Level, start: &Flow) -> Flow {
    let count = |length: usize| length.saturating_sub(PATCH).div_ceil(STRIDE) + 1;
    let (columns, rows) = (count(from.width), count(from.height));
    let corner = |i: usize, length: usize| (i * STRIDE).min(length.saturating_sub(PATCH));
    let mut found: Vec<[f32; 2]> = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = (corner(column, from.width), corner(row, from.height));
            let (cx, cy) = ((x + PATCH / 2).min(from.width - 1), (y + PATCH / 2).min(from.height - 1));
            let above = (row > 0).then(|| found[(row - 1) * columns + column]);
            let left = (column > 0).then(|| found[row * columns + column - 1]);
            let starts = [Some(start.vectors[cy * from.width + cx]), above, left];
            found.push(descend(from, to, [x, y], starts));
        }
    }
    let mut sums = vec![[0.0_f32; 3]; from.width * from.height];
    for (i, vector) in found.iter().enumerate() {
        let (x, y) = (corner(i % columns, from.width), corner(i / columns, from.height));
        let here = from.patch(x as f32, y as f32);
        let there = to.patch(x as f32 + vector[0], y as f32 + vector[1]);
        for row in 0..PATCH.min(from.height - y) {
            for column in 0..PATCH.min(from.width - x) {
                let difference = (here[row * PATCH + column] - there[row * PATCH + column]).abs();
                let weight = 1.0 / difference.max(EXPLAINED);
                let sum = &mut sums[(y + row) * from.width + x + column];
                sum[0] += weight * vector[0];
                sum[1] += weight * vector[1];
                sum[2] += weight;
            }
        }
    }
    let vectors = sums.iter().map(|[u, v, weight]| [u / weight, v / weight]).collect();
    Flow { width: from.width, height: from.height, vectors }
}

/// Moves one patch from the best of its starts to where it fits best (inverse compositional Lucas-Kanade with the
/// means taken off, so that a change of light is no motion).
fn descend(from: &Level, to: &Level, [x, y]: [usize; 2], starts: [Option<[f32; 2]>; 3]) -> [f32; 2] {
    let (x, y) = (x as f32, y as f32);
    let template = centred(from.patch(x, y));
    let difference = |[u, v]: [f32; 2]| {
        let mut patch = centred(to.patch(x + u, y + v));
        patch.iter_mut().zip(&template).for_each(|(p, t)| *p -= t);
        patch
    };
    let error = |difference: &[f32; PATCH * PATCH]| difference.iter().map(|d| d * d).sum::<f32>();
    let mut best = ([0.0; 2], f32::INFINITY);
    for start in starts.into_iter().flatten() {
        let found = error(&difference(start));
        if found < best.1 {
            best = (start, found);
        }
    }
    let origin = best.0;

    let (right, left) = (from.patch(x + 1.0, y), from.patch(x - 1.0, y));
    let (lower, upper) = (from.patch(x, y + 1.0), from.patch(x, y - 1.0));
    let gradient: [[f32; 2]; PATCH * PATCH] =
        std::array::from_fn(|i| [0.5 * (right[i] - left[i]), 0.5 * (lower[i] - upper[i])]);
    let mut hessian = [FLAT, 0.0, FLAT];
    for [gx, gy] in &gradient {
        hessian[0] += gx * gx;
        hessian[1] += gx * gy;
        hessian[2] += gy * gy;
    }
    let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
    let mut at = origin;
    for _ in 0..STEPS {
        let difference = difference(at);
        let found = error(&difference);
        if found < best.1 {
            best = (at, found);
        } else if found > best.1 {
            break;
        }
        let mut slope = [0.0; 2];
        for ([gx, gy], d) in gradient.iter().zip(&difference) {
            slope[0] += gx * d;
            slope[1] += gy * d;
        }
        let step = [
            (hessian[2] * slope[0] - hessian[1] * slope[1]) / determinant,
            (hessian[0] * slope[1] - hessian[1] * slope[0]) / determinant,
        ];
        at = [at[0] - step[0], at[1] - step[1]];
        let moved = (at[0] - origin[0]).hypot(at[1] - origin[1]);
        if moved.is_nan() || moved > PATCH as f32 || step[0].hypot(step[1]) < SHORTEST_STEP {
            break;
        }
    }
    best.0
}

fn centred(mut patch: [f32; PATCH * PATCH]) -> [f32; PATCH * PATCH] {
    let mean = patch.iter().sum::<f32>() / (PATCH * PATCH) as f32;
    patch.iter_mut().for_each(|value| *value -= mean);
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Smooth noise of two sizes: no part of it looks like another.
    fn noise(x: f32, y: f32) -> f32 {
        let hash = |i: i32, j: i32| {
            let mixed = (i.wrapping_mul(0x1f12_3bb5) ^ j.wrapping_mul(0x05e4_91f7)).wrapping_mul(0x2c1b_3c6d);
            ((mixed ^ (mixed >> 15)) & 0xffff) as f32 / 65535.0
        };
        let octave = |x: f32, y: f32| {
            let (i, j) = (x.floor() as i32, y.floor() as i32);
            let (fx, fy) = (x - x.floor(), y - y.floor());
            let mix = |a: f32, b: f32, t: f32| a + (b - a) * t * t * (3.0 - 2.0 * t);
            mix(mix(hash(i, j), hash(i + 1, j), fx), mix(hash(i, j + 1), hash(i + 1, j + 1), fx), fy)
        };
        0.6 * octave(x / 40.0, y / 40.0) + 0.4 * octave(x / 14.0 + 9.0, y / 14.0)
    }

    fn textured(width: u32, height: u32, shift: [f32; 2]) -> ModelImage {
        let value = |i: u32| noise((i % width) as f32 - shift[0], (i / width) as f32 - shift[1]);
        let rgb = (0..width * height).flat_map(|i| [value(i); 3]).collect();
        ModelImage::new(width, height, rgb).unwrap()
    }

    #[test]
    fn a_shift_is_found() {
        let (a, b) = (textured(512, 320, [0.0, 0.0]), textured(512, 320, [22.0, -10.0]));
        let flow = flow(&Pyramid::new(&a), &Pyramid::new(&b));
        assert_eq!((flow.width, flow.height), (128, 80));
        let mut errors: Vec<f32> = (20..60)
            .flat_map(|y| (20..100).map(move |x| y * 128 + x))
            .map(|i| (flow.vectors[i][0] - 5.5).hypot(flow.vectors[i][1] + 2.5))
            .collect();
        errors.sort_by(f32::total_cmp);
        assert!(errors[errors.len() / 2] < 0.1, "{}", errors[errors.len() / 2]);
        assert!(errors[errors.len() * 9 / 10] < 0.5, "{}", errors[errors.len() * 9 / 10]);
    }

    #[test]
    fn pictures_of_any_size_have_a_flow() {
        for (width, height) in [(1, 1), (1024, 1), (3, 700), (9, 9)] {
            let image = textured(width, height, [0.0; 2]);
            let pyramid = Pyramid::new(&image);
            let flow = flow(&pyramid, &pyramid);
            assert_eq!((flow.width, flow.height), Map::mask_size((width, height)));
            assert!(flow.vectors.iter().all(|v| *v == [0.0; 2]), "{width}x{height}");
        }
    }

    #[test]
    fn a_round_trip_that_does_not_return_is_an_error() {
        let mut there = Flow::still(4, 4);
        there.vectors.fill([1.0, 0.0]);
        assert!(there.round_trip_error(&Flow::still(4, 4)).values.iter().all(|e| *e == 1.0));
        let map = Map::from_fn(4, 4, |x, _| x as f32);
        assert_eq!(there.warp(&map).values[..4], [1.0, 2.0, 3.0, 3.0]);
    }
}
