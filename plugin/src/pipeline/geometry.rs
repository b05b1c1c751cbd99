//! The one place where canonical OpenFX coordinates (y up, independent of resolution) become pixels.
//!
//! pixel x = canonical x * render scale x / pixel aspect ratio; pixel y = canonical y * render scale y
//! (OpenFX specification, "Coordinate Systems"). Positions are continuous: the pixel (i, j) covers
//! [i, i + 1) x [j, j + 1).

/// A rectangle of pixels, y up, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PixelRect {
    /// First column.
    pub x1: i32,
    /// First (lowest) row.
    pub y1: i32,
    /// One past the last column.
    pub x2: i32,
    /// One past the last row.
    pub y2: i32,
}

impl PixelRect {
    /// Columns; 0 when the rectangle is empty or its bounds lie too far apart to count.
    pub fn width(&self) -> usize {
        extent(self.x1, self.x2)
    }

    /// Rows; 0 when the rectangle is empty.
    pub fn height(&self) -> usize {
        extent(self.y1, self.y2)
    }

    /// Whether it holds no pixel.
    pub fn is_empty(&self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    /// The pixels in both.
    #[must_use]
    pub fn intersect(&self, other: &PixelRect) -> PixelRect {
        PixelRect {
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
            x2: self.x2.min(other.x2),
            y2: self.y2.min(other.y2),
        }
    }
}

/// A fraction of a canonical rectangle `[x1, y1, x2, y2]` as a canonical position; (0, 0) is its lower left corner.
pub fn within([x1, y1, x2, y2]: [f64; 4], [x, y]: [f64; 2]) -> [f64; 2] {
    [x1 + x * (x2 - x1), y1 + y * (y2 - y1)]
}

fn extent(from: i32, to: i32) -> usize {
    usize::try_from(i64::from(to) - i64::from(from)).unwrap_or(0)
}

/// How the pixels of one frame lie in canonical space.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Geometry {
    /// The frame's pixels.
    pub bounds: PixelRect,
    /// Pixels per canonical unit on each axis, before the aspect ratio.
    pub render_scale: [f64; 2],
    /// Width of a pixel over its height.
    pub pixel_aspect_ratio: f64,
    /// Rows that every position lies higher than scaling alone says: 0 but in a field of a frame.
    pub row_offset: f64,
}

impl Geometry {
    /// A canonical position in the frame's own pixels: origin at the top left corner, y down.
    pub fn to_frame(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            x * self.render_scale[0] / self.pixel_aspect_ratio - f64::from(self.bounds.x1),
            f64::from(self.bounds.y2) - y * self.render_scale[1] - self.row_offset,
        ]
    }

    /// The canonical position of a place in the frame's own pixels (y down).
    pub fn to_canonical(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            (x + f64::from(self.bounds.x1)) * self.pixel_aspect_ratio / self.render_scale[0],
            (f64::from(self.bounds.y2) - y - self.row_offset) / self.render_scale[1],
        ]
    }

    /// A fraction of the frame (y up) in the frame's own pixels (y down).
    pub fn fraction_to_frame(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x * self.bounds.width() as f64, (1.0 - y) * self.bounds.height() as f64 - self.row_offset]
    }

    /// The frame in canonical coordinates, `[x1, y1, x2, y2]`.
    pub fn canonical_frame(&self) -> [f64; 4] {
        let PixelRect { x1, y1, x2, y2 } = self.bounds;
        let x = |x| f64::from(x) * self.pixel_aspect_ratio / self.render_scale[0];
        let y = |y| (f64::from(y) - self.row_offset) / self.render_scale[1];
        [x(x1), y(y1), x(x2), y(y2)]
    }

    /// Pixels on each axis that a length of one pixel of a 1920-wide frame has here. All lengths that the
    /// artist sets are such pixels, so that a proxy and a full frame look the same.
    pub fn pixels_per_unit(&self) -> [f32; 2] {
        let x = self.bounds.width() as f64 / 1920.0;
        let y = x * self.pixel_aspect_ratio * self.render_scale[1] / self.render_scale[0];
        [x as f32, y as f32]
    }

    /// The frame's size with square pixels, as it is meant to be seen.
    pub fn seen_size(&self) -> [f64; 2] {
        [self.bounds.width() as f64 * self.pixel_aspect_ratio, self.bounds.height() as f64]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_positions_follow_scale_aspect_and_origin() {
        let geometry = Geometry {
            bounds: PixelRect { x1: -10, y1: 5, x2: 90, y2: 55 },
            render_scale: [0.5, 0.5],
            pixel_aspect_ratio: 2.0,
            row_offset: 0.0,
        };
        // 40 canonical = 40 * 0.5 / 2 = 10 pixels right of the origin, 20 right of the left edge.
        assert_eq!(geometry.to_frame([40.0, 10.0]), [20.0, 50.0]);
        assert_eq!(geometry.to_canonical([20.0, 50.0]), [40.0, 10.0]);
        assert_eq!(geometry.fraction_to_frame([0.5, 1.0]), [50.0, 0.0]);
        assert_eq!(geometry.seen_size(), [200.0, 50.0]);
        assert_eq!(geometry.canonical_frame(), [-40.0, 10.0, 360.0, 110.0]);
        let unit = 100.0 / 1920.0;
        assert_eq!(geometry.pixels_per_unit(), [unit, 2.0 * unit]);
    }

    #[test]
    fn absurd_rectangles_are_empty_not_huge() {
        let rect = PixelRect { x1: 5, y1: 0, x2: -5, y2: 3 };
        assert!(rect.is_empty() && rect.width() == 0);
        let all = PixelRect { x1: i32::MIN, y1: 0, x2: i32::MAX, y2: 1 };
        assert_eq!(all.width(), u32::MAX as usize);
    }
}
