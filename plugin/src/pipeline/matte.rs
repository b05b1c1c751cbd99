//! Logits of a coarse grid to a matte of the frame's size.

use models::sam::Logits;
use rayon::prelude::*;

use super::cubic::Taps;
use super::geometry::PixelRect;
use super::plane::Plane;
use super::{Error, zeros};

/// A matte: one alpha in 0..1 for each pixel of a frame, top row first.
pub struct Matte {
    bounds: PixelRect,
    alpha: Vec<f32>,
}

impl Matte {
    /// A matte that chooses nothing, of no size: outside a matte alpha is 0.
    pub fn empty() -> Self {
        Self { bounds: PixelRect { x1: 0, y1: 0, x2: 0, y2: 0 }, alpha: Vec::new() }
    }

    /// A matte of one alpha everywhere.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn filled(bounds: PixelRect, alpha: f32) -> Result<Self, Error> {
        let mut values = zeros(bounds.width() * bounds.height())?;
        if alpha != 0.0 {
            values.fill(alpha);
        }
        Ok(Self { bounds, alpha: values })
    }

    /// The frame's pixels.
    pub fn bounds(&self) -> PixelRect {
        self.bounds
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.bounds.width()
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.bounds.height()
    }

    /// Alpha, `width` x `height`, top row first.
    pub fn alpha(&self) -> &[f32] {
        &self.alpha
    }

    /// Alpha to change, `width` x `height`, top row first.
    pub fn alpha_mut(&mut self) -> &mut [f32] {
        &mut self.alpha
    }

    /// A matte made of a function of column and row (y up).
    #[cfg(test)]
    pub(super) fn from_fn(bounds: PixelRect, alpha: impl Fn(i32, i32) -> f32) -> Self {
        let rows = (bounds.y1..bounds.y2).rev();
        let alpha = rows.flat_map(|y| (bounds.x1..bounds.x2).map(move |x| (x, y))).map(|(x, y)| alpha(x, y));
        Self { bounds, alpha: alpha.collect() }
    }

    /// A matte of the pixels `bounds`.
    ///
    /// # Panics
    /// When there is not one alpha a pixel.
    pub fn new(bounds: PixelRect, alpha: Vec<f32>) -> Self {
        assert_eq!(alpha.len(), bounds.width() * bounds.height(), "one alpha a pixel");
        Self { bounds, alpha }
    }

    /// Another matte of the same pixels.
    ///
    /// # Panics
    /// When there is not one alpha a pixel.
    #[must_use]
    pub fn like(&self, alpha: Vec<f32>) -> Self {
        Self::new(self.bounds, alpha)
    }

    /// Copies the row `y` (y up) from column `x1` on; 0 outside the frame.
    pub fn read_row(&self, y: i32, x1: i32, out: &mut [f32]) {
        out.fill(0.0);
        if y < self.bounds.y1 || y >= self.bounds.y2 {
            return;
        }
        let width = self.bounds.width();
        let row = &self.alpha[(self.bounds.y2 - 1 - y) as usize * width..][..width];
        let from = i64::from(x1) - i64::from(self.bounds.x1);
        for (x, out) in (from..).zip(out) {
            if let Some(alpha) = usize::try_from(x).ok().and_then(|x| row.get(x)) {
                *out = *alpha;
            }
        }
    }
}

/// The matte of the network's own logits ([`from_plane`]).
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn from_logits(logits: &Logits, bounds: PixelRect, threads: &rayon::ThreadPool) -> Result<Matte, Error> {
    from_plane(&Plane::of(logits), bounds, threads)
}

/// Scales logits to the frame and turns them into alpha.
///
/// The scaling is cubic (Catmull-Rom; Keys 1981, a = -0.5): it goes through SAM's own values and, unlike
/// SAM's bilinear, leaves no facets in the contour at 400 %.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn from_plane(plane: &Plane, bounds: PixelRect, threads: &rayon::ThreadPool) -> Result<Matte, Error> {
    let (width, height) = (bounds.width(), bounds.height());
    let (content_width, content_height) = plane.content();
    let logits = plane.map();
    // Neighbours beyond the picture repeat its last cell: padding never leaks in.
    let taps = |at: usize, count: usize, content: f32, cells: usize| {
        Taps::at((at as f32 + 0.5) / count as f32 * content - 0.5, cells)
    };
    let columns: Vec<Taps> = (0..width).map(|x| taps(x, width, content_width, logits.width)).collect();
    let mut alpha = zeros(width * height)?;
    threads.install(|| {
        alpha.par_chunks_exact_mut(width.max(1)).enumerate().for_each_init(
            || vec![0.0_f32; logits.width],
            |line, (y, out)| {
                let rows = taps(y, height, content_height, logits.height);
                for (x, value) in line.iter_mut().enumerate() {
                    *value = rows.apply(|row| logits.at(x, row));
                }
                for (column, out) in columns.iter().zip(out) {
                    *out = alpha_of(column.apply(|x| line[x]));
                }
            },
        );
    });
    Ok(Matte { bounds, alpha })
}

/// SAM's probability: the logistic function of a logit, with the last percent on each side cut off so
/// that the inside is 1 and the outside is 0 exactly.
fn alpha_of(logit: f32) -> f32 {
    /// logit(0.99): where the matte is taken as certain.
    const CERTAIN: f32 = 4.595_12;
    const CUT: f32 = 0.01;
    if logit >= CERTAIN {
        1.0
    } else if logit <= -CERTAIN {
        0.0
    } else {
        ((1.0 / (1.0 + (-logit).exp()) - CUT) / (1.0 - 2.0 * CUT)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_logits_are_exactly_in_or_out() {
        assert_eq!(alpha_of(20.0), 1.0);
        assert_eq!(alpha_of(-20.0), 0.0);
        assert!((alpha_of(0.0) - 0.5).abs() < 1e-6);
        assert!(alpha_of(4.59) > 0.99 && alpha_of(-4.59) < 0.01);
        assert_eq!(alpha_of(f32::NAN.max(-1e9)), 0.0);
    }

    #[test]
    fn rows_outside_the_frame_are_empty() {
        let matte = Matte { bounds: PixelRect { x1: 2, y1: 0, x2: 4, y2: 1 }, alpha: vec![0.25, 0.75] };
        let mut row = [9.0; 4];
        matte.read_row(0, 1, &mut row);
        assert_eq!(row, [0.0, 0.25, 0.75, 0.0]);
        matte.read_row(1, 1, &mut row);
        assert_eq!(row, [0.0; 4]);
        Matte::empty().read_row(0, 0, &mut row);
        assert_eq!(row, [0.0; 4]);
    }
}
