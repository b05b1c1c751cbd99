//! A row of cells as its neighbours see it.

use super::level::ABSENT;
use super::spans::Spans;

/// A cell as its neighbours see it.
#[derive(Clone, Copy)]
pub struct Cell {
    /// Alpha, or [`ABSENT`].
    pub alpha: f32,
    /// The foreground's light.
    pub fore: [f32; 4],
    /// The background's.
    pub back: [f32; 4],
}

/// A row of the grid with the gaps between its spans, and a cell more at each end.
pub struct Line(Vec<Cell>);

impl Line {
    const GAP: Cell = Cell { alpha: ABSENT, fore: [0.0; 4], back: [0.0; 4] };

    /// A row of gaps.
    pub fn new(width: usize) -> Self {
        Self(vec![Self::GAP; width + 2])
    }

    /// Takes the row `y` in; `fore` and `back` are its cells.
    pub fn load(
        &mut self,
        spans: &Spans,
        y: usize,
        image: &[[f32; 4]],
        fore: &[[f32; 4]],
        back: &[[f32; 4]],
    ) {
        let start = spans.cells(y..y + 1).start;
        for span in spans.row(y) {
            let cells = span.at - start..span.at - start + (span.to - span.from);
            let own = image[span.at..][..cells.len()].iter().zip(&fore[cells.clone()]).zip(&back[cells]);
            for (to, ((image, fore), back)) in self.0[span.from + 1..].iter_mut().zip(own) {
                *to = Cell { alpha: image[3], fore: *fore, back: *back };
            }
        }
    }

    /// Makes the row `y`, which was taken in, gaps again.
    pub fn clear(&mut self, spans: &Spans, y: usize) {
        for span in spans.row(y) {
            self.0[span.from + 1..span.to + 1].fill(Self::GAP);
        }
    }

    /// The cell of a column.
    pub fn at(&self, x: usize) -> &Cell {
        &self.0[x + 1]
    }

    /// The one to its left.
    pub fn before(&self, x: usize) -> &Cell {
        &self.0[x]
    }

    /// The one to its right.
    pub fn after(&self, x: usize) -> &Cell {
        &self.0[x + 2]
    }
}
