//! Where the pixels of a frame, or of a reduced frame, lie on the grid of its logits.

use std::ops::Range;

use super::super::cubic::Taps;
use super::super::map::Map;
use super::super::plane::Plane;

/// Pixels of a frame, and how many of them on each axis make one pixel of a reduced frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scale {
    /// Columns and rows of the frame, at least 1.
    pub frame: [usize; 2],
    /// Pixels of the frame per pixel of the reduced one, at least 1. The last pixel may be cut by the frame's edge.
    pub factor: [usize; 2],
}

impl Scale {
    /// The frame itself.
    pub fn whole(frame: [usize; 2]) -> Self {
        Self { frame, factor: [1, 1] }
    }

    /// Columns and rows of the reduced frame.
    pub fn size(&self) -> [usize; 2] {
        [self.frame[0].div_ceil(self.factor[0]), self.frame[1].div_ceil(self.factor[1])]
    }

    /// The position of the centre of pixel `at` on one axis, in cells of `content` that the frame covers; 0 is the centre
    /// of the first cell.
    pub fn position(&self, axis: usize, at: usize, content: f32) -> f32 {
        (at as f32 + 0.5) * self.factor[axis] as f32 / self.frame[axis] as f32 * content - 0.5
    }

    /// The pixels on one axis that a cell of `content` has a part in, cut to the reduced frame.
    pub fn pixels_of(&self, axis: usize, cell: usize, content: f32) -> Range<usize> {
        let pixels = self.frame[axis] as f32 / self.factor[axis] as f32 / content;
        let (from, to) = (cell as f32 * pixels, (cell + 1) as f32 * pixels);
        let count = self.size()[axis];
        (from as usize).min(count)..(to.ceil() as usize).min(count)
    }
}

/// Logits at the pixels of a reduced frame, by cubic interpolation.
pub struct Sampler<'a> {
    logits: &'a Map,
    /// Of columns and rows.
    positions: [Vec<f32>; 2],
    columns: Vec<Taps>,
}

impl<'a> Sampler<'a> {
    /// For the pixels of a scale.
    pub fn new(plane: &'a Plane, scale: Scale) -> Self {
        let content = <[f32; 2]>::from(plane.content());
        let size = scale.size();
        let positions = [0, 1].map(|axis| {
            (0..size[axis]).map(|at| scale.position(axis, at, content[axis])).collect::<Vec<f32>>()
        });
        let logits = plane.map();
        let columns = positions[0].iter().map(|position| Taps::at(*position, logits.width)).collect();
        Self { logits, positions, columns }
    }

    /// The logits of row `y` in the columns `xs`; rows and columns beyond the frame repeat its last one. `line` is room
    /// to work in.
    pub fn row(&self, y: usize, xs: Range<usize>, line: &mut Vec<f32>, out: &mut [f32]) {
        let [columns, rows] = &self.positions;
        let last = |positions: &[f32], at: usize| positions[at.min(positions.len() - 1)];
        let row = Taps::at(last(rows, y), self.logits.height);
        // Two cells to each side of the outer positions.
        let from = (last(columns, xs.start) - 2.0).max(0.0) as usize;
        let to = (last(columns, xs.end) as usize + 4).min(self.logits.width);
        let from = from.min(to.saturating_sub(1));
        line.clear();
        line.extend((from..to).map(|x| row.apply(|y| self.logits.at(x, y))));
        for (x, out) in xs.zip(out) {
            *out = self.columns[x.min(self.columns.len() - 1)].apply(|x| line[x - from]);
        }
    }
}

#[cfg(test)]
mod tests {
    use models::sam::Logits;

    use super::*;

    #[test]
    fn parts_of_rows_are_those_of_whole_rows_and_go_on_beyond_the_frame() {
        let data: Vec<f32> = (0..Logits::LEN).map(|i| (i % 256) as f32 * 0.5 - (i / 256) as f32).collect();
        let plane = Plane::of(&Logits::from_raw(data, 1024, 576).unwrap());
        let sampler = Sampler::new(&plane, Scale { frame: [1921, 1080], factor: [2, 2] });
        let (mut line, mut whole, mut part) = (Vec::new(), vec![0.0; 1000], vec![0.0; 90]);
        for y in [0, 17, 539, 600] {
            sampler.row(y, 0..1000, &mut line, &mut whole);
            for from in [0, 1, 500, 880, 910] {
                sampler.row(y, from..from + 90, &mut line, &mut part);
                assert_eq!(part, whole[from..from + 90]);
            }
            assert_eq!(whole[960], whole[999]);
        }
        // A straight line stays one: pixel 100 of the reduced frame is at 201 of 1921.
        sampler.row(270, 100..101, &mut line, &mut part[..1]);
        let expected = (201.0 / 1921.0 * 256.0 - 0.5) * 0.5 - (541.0 / 1080.0 * 144.0 - 0.5);
        assert!((part[0] - expected).abs() < 1e-3, "{} {expected}", part[0]);
    }
}
