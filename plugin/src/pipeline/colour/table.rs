//! A function of one number as a table.

/// Lines of a table: ones in every bit, so that it can cut off what is no line's number; odd, so that the
/// table's end belongs to the last line (see [`Table::at`]). At this size a table is 16 KiB, and two stay in
/// a core's first cache.
const LINES: usize = 4095;

/// Added to a number of up to 22 bits it leaves the number, rounded, in the sum's lowest bits: numbers of
/// this size have no fraction (IEEE 754).
const ROUNDER: f32 = 12_582_912.0;

/// A function from 0 to `top` with lines between equally spaced knots. Outside, the nearer end's value;
/// for NaN that at 0.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// One more than is used: what the cut-off number's line would end with.
    knots: Box<[f32; LINES + 2]>,
    /// Lines for each unit.
    scale: f32,
}

impl Table {
    pub fn new(top: f32, function: impl Fn(f32) -> f32) -> Self {
        let mut knots = Box::new([0.0; LINES + 2]);
        for (index, knot) in knots.iter_mut().enumerate() {
            *knot = function(index as f32 * (top / LINES as f32));
        }
        Self { knots, scale: LINES as f32 / top }
    }

    #[inline]
    pub fn at(&self, x: f32) -> f32 {
        let x = within(x * self.scale, LINES as f32);
        // Rounding x - 0.5 gives x's whole part. A whole x is a tie, which goes to the even number: the
        // line that begins there or the one that ends there, which agree. A cast instead would check for
        // what cannot be here, and takes half of a frame's time.
        let whole = (x - 0.5) + ROUNDER;
        let index = whole.to_bits() as usize & LINES;
        let (from, to) = (self.knots[index], self.knots[index + 1]);
        from + (x - (whole - ROUNDER)) * (to - from)
    }
}

/// Clamps to 0..`top`; NaN becomes 0, which `f32::clamp` does not promise. In two instructions, where
/// `f32::min` has to look for NaN.
#[inline]
pub(super) fn within(value: f32, top: f32) -> f32 {
    let value = if value > 0.0 { value } else { 0.0 };
    if value < top { value } else { top }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_through_its_ends_and_stays_there() {
        let table = Table::new(2.0, |x| 3.0 * x + 1.0);
        for (x, expected) in [
            (0.0, 1.0),
            (1.0, 4.0),
            (2.0, 7.0),
            (-1.0, 1.0),
            (5.0, 7.0),
            (f32::INFINITY, 7.0),
            (f32::NEG_INFINITY, 1.0),
            (f32::NAN, 1.0),
        ] {
            assert!((table.at(x) - expected).abs() < 1e-5, "{x}");
        }
    }
}
