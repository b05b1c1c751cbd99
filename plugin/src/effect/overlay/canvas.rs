//! Where an overlay is drawn: the host's draw suite, or OpenGL.

use super::digits;
use crate::ofx::{DrawContext, GlFrame, Primitive, Result};

/// Red, green, blue and opacity, 0 to 1, as the screen shows them.
pub type Colour = [f32; 4];

/// Something that takes lines and shapes. Positions are canonical, widths screen pixels.
pub trait Canvas {
    /// Sets the colour of what follows.
    ///
    /// # Errors
    /// When the host refuses, as with all of these.
    fn colour(&mut self, colour: Colour) -> Result<()>;

    /// Sets the width of lines, above 0, and whether they are dashed.
    ///
    /// # Errors
    /// When the host refuses.
    fn pen(&mut self, width: f32, dashed: bool) -> Result<()>;

    /// Separate lines, two positions each.
    ///
    /// # Errors
    /// When the host refuses.
    fn lines(&mut self, positions: &[[f64; 2]]) -> Result<()>;

    /// A line through all positions, and back to the first when `closed`.
    ///
    /// # Errors
    /// When the host refuses.
    fn strip(&mut self, positions: &[[f64; 2]], closed: bool) -> Result<()>;

    /// The line of an ellipse with its axes along x and y.
    ///
    /// # Errors
    /// When the host refuses.
    fn ellipse(&mut self, centre: [f64; 2], radii: [f64; 2]) -> Result<()>;

    /// A filled convex shape.
    ///
    /// # Errors
    /// When the host refuses.
    fn polygon(&mut self, positions: &[[f64; 2]]) -> Result<()>;

    /// A number with the left end of its base line at a position. `size` is how high and wide a letter may
    /// be, for those that have no letters of their own.
    ///
    /// # Errors
    /// When the host refuses.
    fn number(&mut self, number: usize, at: [f64; 2], size: [f64; 2]) -> Result<()>;
}

impl Canvas for DrawContext<'_> {
    fn colour(&mut self, colour: Colour) -> Result<()> {
        self.set_colour(colour)
    }

    fn pen(&mut self, width: f32, dashed: bool) -> Result<()> {
        self.set_width(width)?;
        self.set_dashed(dashed)
    }

    fn lines(&mut self, positions: &[[f64; 2]]) -> Result<()> {
        self.draw(Primitive::Lines, positions)
    }

    fn strip(&mut self, positions: &[[f64; 2]], closed: bool) -> Result<()> {
        self.draw(if closed { Primitive::LineLoop } else { Primitive::LineStrip }, positions)
    }

    fn ellipse(&mut self, [x, y]: [f64; 2], [rx, ry]: [f64; 2]) -> Result<()> {
        // Top left, bottom right.
        self.draw(Primitive::Ellipse, &[[x - rx, y + ry], [x + rx, y - ry]])
    }

    fn polygon(&mut self, positions: &[[f64; 2]]) -> Result<()> {
        self.draw(Primitive::Polygon, positions)
    }

    fn number(&mut self, number: usize, at: [f64; 2], _size: [f64; 2]) -> Result<()> {
        self.text(&number.to_string(), at)
    }
}

/// Corners of a ring drawn as a polygon: at a radius of 16 pixels it is off the circle by 0.1.
const RING: usize = 32;

impl Canvas for GlFrame<'_> {
    fn colour(&mut self, colour: Colour) -> Result<()> {
        self.set_colour(colour);
        Ok(())
    }

    fn pen(&mut self, width: f32, dashed: bool) -> Result<()> {
        self.set_width(width);
        self.set_dashed(dashed);
        Ok(())
    }

    fn lines(&mut self, positions: &[[f64; 2]]) -> Result<()> {
        GlFrame::lines(self, positions);
        Ok(())
    }

    fn strip(&mut self, positions: &[[f64; 2]], closed: bool) -> Result<()> {
        GlFrame::strip(self, positions, closed);
        Ok(())
    }

    fn ellipse(&mut self, [x, y]: [f64; 2], [rx, ry]: [f64; 2]) -> Result<()> {
        let corner = |i: usize| {
            let (sin, cos) = (i as f64 / RING as f64 * std::f64::consts::TAU).sin_cos();
            [x + rx * cos, y + ry * sin]
        };
        GlFrame::strip(self, &(0..RING).map(corner).collect::<Vec<_>>(), true);
        Ok(())
    }

    fn polygon(&mut self, positions: &[[f64; 2]]) -> Result<()> {
        GlFrame::polygon(self, positions);
        Ok(())
    }

    fn number(&mut self, number: usize, at: [f64; 2], size: [f64; 2]) -> Result<()> {
        for stroke in digits::strokes(number, at, size) {
            GlFrame::strip(self, &stroke, false);
        }
        Ok(())
    }
}
