//! The part of a grid that is worked on: spans of cells in each row, so that memory grows with them and not with the
//! grid.

use std::ops::Range;

use rayon::prelude::*;

use crate::pipeline::Error;

/// Cells that are worked on together.
const PART: usize = 8192;

/// Neighbouring cells of one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// Its first column.
    pub from: usize,
    /// One past its last column.
    pub to: usize,
    /// Where its first cell is among all.
    pub at: usize,
}

/// Spans of the rows of a grid, top row first. Those of a row are in order and do not touch each other.
#[derive(Debug)]
pub struct Spans {
    width: usize,
    /// For each row its first span; one more for the end.
    rows: Vec<usize>,
    spans: Vec<Span>,
    cells: usize,
}

impl Spans {
    /// A grid `width` wide without rows.
    pub fn new(width: usize) -> Self {
        Self { width, rows: vec![0], spans: Vec::new(), cells: 0 }
    }

    /// Adds a row below, of columns that rise; those that touch become one.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn push_row(&mut self, columns: impl Iterator<Item = Range<usize>>) -> Result<(), Error> {
        let first = self.spans.len();
        for Range { start, end } in columns {
            match self.spans[first..].last_mut() {
                Some(last) if start <= last.to => {
                    self.cells += end.saturating_sub(last.to);
                    last.to = last.to.max(end);
                }
                _ => {
                    self.spans.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
                    self.spans.push(Span { from: start, to: end, at: self.cells });
                    self.cells += end - start;
                }
            }
        }
        self.rows.push(self.spans.len());
        Ok(())
    }

    /// The grid whose cells stand for two by two of this one, with every cell that stands for one of these.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn halved(&self) -> Result<Self, Error> {
        let mut half = Self::new(self.width.div_ceil(2));
        for y in (0..self.height()).step_by(2) {
            let (mut upper, mut lower) = (self.row(y), self.row(y + 1));
            let merged = std::iter::from_fn(|| {
                let next = match (upper.split_first(), lower.split_first()) {
                    (Some((a, _)), Some((b, rest))) if b.from < a.from => (b, &mut lower, rest),
                    (Some((a, rest)), _) => (a, &mut upper, rest),
                    (None, Some((b, rest))) => (b, &mut lower, rest),
                    (None, None) => return None,
                };
                let (span, from, rest) = next;
                *from = rest;
                Some(span.from / 2..span.to.div_ceil(2))
            });
            half.push_row(merged)?;
        }
        Ok(half)
    }

    /// Columns of the grid.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows of the grid.
    pub fn height(&self) -> usize {
        self.rows.len() - 1
    }

    /// Cells in all spans.
    pub fn len(&self) -> usize {
        self.cells
    }

    /// The spans of a row; none beyond the grid.
    pub fn row(&self, y: usize) -> &[Span] {
        match (self.rows.get(y), self.rows.get(y + 1)) {
            (Some(from), Some(to)) => &self.spans[*from..*to],
            _ => &[],
        }
    }

    /// Where the cells of a row begin; those beyond the grid, at the end.
    fn start(&self, y: usize) -> usize {
        let span = self.rows.get(y).and_then(|first| self.spans.get(*first));
        span.map_or(self.cells, |span| span.at)
    }

    /// The cells of rows.
    pub fn cells(&self, rows: Range<usize>) -> Range<usize> {
        self.start(rows.start)..self.start(rows.end)
    }

    /// Rows that are worked on together: about [`PART`] cells each, the last part what is left.
    pub fn parts(&self) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut first = 0;
        for end in 1..=self.height() {
            if end == self.height() || self.cells(first..end).len() >= PART {
                parts.push(first..end);
                first = end;
            }
        }
        parts
    }

    /// Takes one value a cell apart into those of each part.
    pub fn split<'a, T>(&self, mut values: &'a mut [T]) -> Vec<&'a mut [T]> {
        let mut split = Vec::new();
        for rows in self.parts() {
            let (part, rest) = values.split_at_mut(self.cells(rows).len());
            split.push(part);
            values = rest;
        }
        split
    }

    /// Works on all parts, each with its rows and what belongs to it; one part alone is not worth another thread.
    pub fn each<T: Send, S>(
        &self,
        threads: &rayon::ThreadPool,
        belongings: impl Iterator<Item = T>,
        scratch: impl Fn() -> S + Sync + Send,
        work: impl Fn(&mut S, Range<usize>, T) + Sync + Send,
    ) {
        let parts: Vec<_> = self.parts().into_iter().zip(belongings).collect();
        if parts.len() <= 1 {
            parts.into_iter().for_each(|(rows, own)| work(&mut scratch(), rows, own));
        } else {
            threads.install(|| {
                parts.into_par_iter().for_each_init(scratch, |scratch, (rows, own)| work(scratch, rows, own));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: usize, rows: &[&[(usize, usize)]]) -> Spans {
        let mut spans = Spans::new(width);
        for row in rows {
            spans.push_row(row.iter().map(|(from, to)| *from..*to)).unwrap();
        }
        spans
    }

    fn columns(spans: &Spans, y: usize) -> Vec<(usize, usize)> {
        spans.row(y).iter().map(|span| (span.from, span.to)).collect()
    }

    #[test]
    fn what_touches_is_one_span() {
        let spans = of(9, &[&[(0, 2), (2, 3), (5, 7), (6, 9)], &[], &[(1, 2)]]);
        assert_eq!(columns(&spans, 0), [(0, 3), (5, 9)]);
        assert_eq!((spans.len(), spans.height()), (8, 3));
        assert_eq!((spans.row(2)[0].at, spans.cells(1..3), spans.cells(0..1)), (7, 7..8, 0..7));
        assert_eq!((spans.row(3), spans.cells(2..9)), (&[][..], 7..8));
    }

    #[test]
    fn parts_hold_every_row_and_cell_once() {
        let spans = of(PART, &[&[(0, 5)], &[(0, PART)], &[], &[(0, PART / 2)], &[(7, PART)], &[(1, 2)], &[]]);
        assert_eq!(spans.parts(), [0..2, 2..5, 5..7]);
        let mut values: Vec<usize> = (0..spans.len()).collect();
        let split = spans.split(&mut values);
        assert_eq!(split.iter().map(|part| part.len()).sum::<usize>(), spans.len());
        assert_eq!((split[0].len(), split[1][0], split[2].len()), (PART + 5, PART + 5, 1));
        assert_eq!(of(9, &[]).parts(), []);
        assert_eq!(of(9, &[&[]]).parts().first(), Some(&(0..1)));
    }

    #[test]
    fn half_the_grid_holds_all_that_the_whole_did() {
        let spans = of(9, &[&[(1, 2), (8, 9)], &[(3, 5)], &[(5, 6)]]);
        let half = spans.halved().unwrap();
        assert_eq!((half.width(), half.height()), (5, 2));
        assert_eq!((columns(&half, 0), columns(&half, 1)), (vec![(0, 3), (4, 5)], vec![(2, 3)]));
        assert_eq!(of(4, &[]).halved().unwrap().height(), 0);
    }
}
