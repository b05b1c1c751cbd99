//! Square tiles over a frame, of which only those that the band touches are kept. Their grid begins at the frame's top
//! left pixel: it depends on nothing else.

use std::ops::Range;

use super::super::{Error, zeros};
use super::band::Band;
use super::grid::Scale;
use super::sides::Sides;

/// Side of a tile in pixels. A multiple of the network's alignment.
pub const SIDE: usize = 64;
/// Pixels of a tile. One at the frame's right or lower edge has as many, of which those outside do not count.
pub const AREA: usize = SIDE * SIDE;

/// One value for each pixel of the tiles that are kept.
pub struct Tiles {
    scale: Scale,
    /// For each tile of the grid, row by row, its number among those kept and one; 0 for the others.
    numbers: Vec<u32>,
    /// Column and row of each tile kept, in the order of rows.
    kept: Vec<[usize; 2]>,
    values: Vec<f32>,
}

impl Tiles {
    /// Zeros in the tiles that a band touches.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn of(band: &Band, scale: Scale) -> Result<Self, Error> {
        let size = scale.size();
        let [columns, rows] = size.map(|side| side.div_ceil(SIDE));
        let mut numbers = vec![0; columns * rows];
        let mut kept = Vec::new();
        for (row, numbers) in numbers.chunks_exact_mut(columns).enumerate() {
            for (column, number) in numbers.iter_mut().enumerate() {
                let pixels = [span(column, size[0]), span(row, size[1])];
                if band.touches(scale, pixels) {
                    kept.push([column, row]);
                    *number = kept.len() as u32;
                }
            }
        }
        let values = zeros(kept.len() * AREA)?;
        Ok(Self { scale, numbers, kept, values })
    }

    /// The pixels that are covered.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Columns and rows of the grid.
    pub fn grid(&self) -> [usize; 2] {
        self.scale.size().map(|side| side.div_ceil(SIDE))
    }

    /// Column and row of each tile kept, in the order of rows.
    pub fn kept(&self) -> &[[usize; 2]] {
        &self.kept
    }

    /// The number of a tile, when it is kept.
    pub fn number(&self, [column, row]: [usize; 2]) -> Option<usize> {
        self.numbers[row * self.grid()[0] + column].checked_sub(1).map(|number| number as usize)
    }

    /// The pixels of a tile by column and row, cut to the frame.
    pub fn pixels(&self, [column, row]: [usize; 2]) -> [Range<usize>; 2] {
        let [width, height] = self.scale.size();
        [span(column, width), span(row, height)]
    }

    /// The values of a tile by number, rows of [`SIDE`].
    pub fn tile(&self, number: usize) -> &[f32] {
        &self.values[number * AREA..][..AREA]
    }

    /// The values of all tiles kept, one after the other.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Row `y` in the columns `xs`; where there is no tile, the mask's side is the answer.
    pub fn read_row(&self, sides: &Sides<'_>, y: usize, xs: Range<usize>, out: &mut [f32]) {
        xs.clone().zip(out.iter_mut()).for_each(|(x, out)| *out = sides.at(x, y));
        let mut x = xs.start;
        while x < xs.end {
            let end = ((x / SIDE + 1) * SIDE).min(xs.end);
            if let Some(number) = self.number([x / SIDE, y / SIDE]) {
                let row = &self.tile(number)[(y % SIDE) * SIDE..][..SIDE];
                out[x - xs.start..end - xs.start].copy_from_slice(&row[x % SIDE..][..end - x]);
            }
            x = end;
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.values) + size_of_val(&*self.numbers) + size_of_val(&*self.kept)
    }
}

fn span(tile: usize, length: usize) -> Range<usize> {
    tile * SIDE..((tile + 1) * SIDE).min(length)
}
