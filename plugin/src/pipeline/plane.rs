//! Logits over a picture, on a grid as fine as they are.

use models::sam::{Logits, MASK_STRIDE};

use super::cubic::{Taps, resample};
use super::map::Map;

/// Logits that cover a picture, above 0 where the subject is, without padding.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    map: Map,
    size: (u32, u32),
    fineness: usize,
}

impl Plane {
    /// The network's own.
    pub fn of(logits: &Logits) -> Self {
        let (width, height) = Map::mask_size(logits.size());
        let map = Map::from_fn(width, height, |x, y| logits.data()[y * logits.side() + x]);
        Self { map, size: logits.size(), fineness: 1 }
    }

    /// Logits of a picture of `size` pixels in the encoder's frame, on a grid [`Plane::grid`].
    ///
    /// # Panics
    /// When the map is not that large.
    pub fn new(map: Map, size: (u32, u32), fineness: usize) -> Self {
        assert_eq!((map.width, map.height), Self::grid(size, fineness), "a plane fits its picture");
        Self { map, size, fineness }
    }

    /// Columns and rows over a picture of `size` pixels in the encoder's frame, with `fineness` cells along each side of
    /// a mask's pixel.
    pub fn grid(size: (u32, u32), fineness: usize) -> (usize, usize) {
        let cells = |side: u32| (side as usize * fineness).div_ceil(MASK_STRIDE as usize);
        (cells(size.0), cells(size.1))
    }

    /// The logits; cells beyond the picture's last pixel are cut off, but for the one that it ends in.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The same picture with other logits on the same grid.
    ///
    /// # Panics
    /// When the map is not as large as [`Plane::map`].
    #[must_use]
    pub fn with(&self, map: Map) -> Self {
        Self::new(map, self.size, self.fineness)
    }

    /// Width and height of the picture in the encoder's frame.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Cells along each side of a pixel of SAM's mask.
    pub fn fineness(&self) -> usize {
        self.fineness
    }

    /// Width and height of the picture in cells, not rounded.
    pub fn content(&self) -> (f32, f32) {
        let cells = |side: u32| side as f32 * self.fineness as f32 / MASK_STRIDE as f32;
        (cells(self.size.0), cells(self.size.1))
    }

    /// The map on the grid of another fineness, by cubic interpolation.
    pub fn on(&self, fineness: usize) -> Map {
        if fineness == self.fineness {
            return self.map.clone();
        }
        let scale = self.fineness as f32 / fineness as f32;
        let taps = |cells: usize, count: usize| -> Vec<Taps> {
            (0..cells).map(|cell| Taps::at((cell as f32 + 0.5) * scale - 0.5, count)).collect()
        };
        let (width, height) = Self::grid(self.size, fineness);
        resample(&self.map, &taps(width, self.map.width), &taps(height, self.map.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finer_grid_lies_on_the_same_picture() {
        let data: Vec<f32> = (0..Logits::LEN).map(|i| (i % 256) as f32 + 0.5).collect();
        let plane = Plane::of(&Logits::from_raw(data, 1024, 681).unwrap());
        assert_eq!((plane.map().width, plane.map().height, plane.content()), (256, 171, (256.0, 170.25)));
        let fine = Plane::new(plane.on(4), plane.size(), 4);
        assert_eq!((fine.map().width, fine.map().height, fine.content()), (1024, 681, (1024.0, 681.0)));
        // The same place, 100.125 mask pixels from the left.
        assert!((fine.map().at(400, 300) - 100.125).abs() < 1e-3);
        let back = fine.on(1);
        assert_eq!((back.width, back.height), (256, 171));
        assert!((back.at(100, 80) - 100.5).abs() < 1e-3);
    }
}
