//! What the artist points at, and how SAM's decoder is told.

use crate::Error;

/// Whether a point lies on the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointLabel {
    /// On the subject.
    Include,
    /// Not on the subject.
    Exclude,
}

/// A point in continuous coordinates of the [`super::ModelImage`]: x right, y down, 0 at the outer edge of the first
/// pixel and 0.5 at its centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointPrompt {
    /// 0..=width; points outside are allowed.
    pub x: f32,
    /// 0..=height; points outside are allowed.
    pub y: f32,
    /// Whether it lies on the subject.
    pub label: PointLabel,
}

/// A box around the subject, in the coordinates of [`PointPrompt`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxPrompt {
    /// Left edge.
    pub x1: f32,
    /// Top edge.
    pub y1: f32,
    /// Right edge.
    pub x2: f32,
    /// Bottom edge.
    pub y2: f32,
}

impl BoxPrompt {
    /// A box from any two opposite corners.
    #[must_use]
    pub fn new(x1: f32, y1: f32, x2: f32, y2: f32) -> Self {
        Self { x1: x1.min(x2), y1: y1.min(y2), x2: x1.max(x2), y2: y1.max(y2) }
    }
}

/// All prompts of one image.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prompts {
    /// Points on the subject and off it.
    pub points: Vec<PointPrompt>,
    /// A box around the subject.
    pub bounding_box: Option<BoxPrompt>,
}

/// Labels of SAM's prompt encoder.
const EXCLUDE: f32 = 0.0;
const INCLUDE: f32 = 1.0;
const BOX_TOP_LEFT: f32 = 2.0;
const BOX_BOTTOM_RIGHT: f32 = 3.0;
const PADDING: f32 = -1.0;

/// SAM's network adds 0.5 to coordinates, since its points count whole numbers at pixel centres; ours count 0.5 there.
const PIXEL_CENTRE: f32 = 0.5;

impl Prompts {
    /// Whether there is neither a point nor a box.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.bounding_box.is_none()
    }

    /// The number of tokens that SAM's prompt encoder is given: the points and the box's two corners, or, when there
    /// is no box, the points and one padding point. SAM's choice of a candidate counts these.
    #[must_use]
    pub fn token_count(&self) -> usize {
        self.points.len() + if self.bounding_box.is_some() { 2 } else { 1 }
    }

    /// The coordinates `[1, N, 2]` and labels `[1, N]` for the decoder, N = [`Prompts::token_count`].
    ///
    /// # Errors
    /// [`Error::NoPrompts`] when there is nothing, [`Error::BadPrompts`] when a coordinate is not finite.
    pub(super) fn tokens(&self) -> Result<(Vec<f32>, Vec<f32>), Error> {
        if self.is_empty() {
            return Err(Error::NoPrompts);
        }
        let mut coords = Vec::with_capacity(2 * self.token_count());
        let mut labels = Vec::with_capacity(self.token_count());
        for point in &self.points {
            coords.extend([point.x - PIXEL_CENTRE, point.y - PIXEL_CENTRE]);
            labels.push(match point.label {
                PointLabel::Include => INCLUDE,
                PointLabel::Exclude => EXCLUDE,
            });
        }
        match self.bounding_box {
            Some(BoxPrompt { x1, y1, x2, y2 }) => {
                // `f32::min` drops a NaN, so the corners are looked at before they are sorted.
                if ![x1, y1, x2, y2].iter().all(|edge| edge.is_finite()) {
                    return Err(Error::BadPrompts);
                }
                let sorted = BoxPrompt::new(x1, y1, x2, y2);
                coords.extend([sorted.x1, sorted.y1, sorted.x2, sorted.y2].map(|edge| edge - PIXEL_CENTRE));
                labels.extend([BOX_TOP_LEFT, BOX_BOTTOM_RIGHT]);
            }
            None => {
                coords.extend([0.0, 0.0]);
                labels.push(PADDING);
            }
        }
        if coords.iter().all(|c| c.is_finite()) { Ok((coords, labels)) } else { Err(Error::BadPrompts) }
    }
}

#[cfg(test)]
mod tests {
    use super::{BoxPrompt, PointLabel, PointPrompt, Prompts};
    use crate::Error;

    fn point(x: f32, y: f32) -> PointPrompt {
        PointPrompt { x, y, label: PointLabel::Include }
    }

    #[test]
    fn points_alone_get_a_padding_point() {
        let exclude = PointPrompt { x: 3.0, y: 4.0, label: PointLabel::Exclude };
        let prompts = Prompts { points: vec![point(1.5, 2.5), exclude], bounding_box: None };
        let (coords, labels) = prompts.tokens().unwrap();
        assert_eq!(coords, [1.0, 2.0, 2.5, 3.5, 0.0, 0.0]);
        assert_eq!(labels, [1.0, 0.0, -1.0]);
        assert_eq!(prompts.token_count(), labels.len());
    }

    #[test]
    fn an_inside_out_box_is_sorted_and_needs_no_padding() {
        let bounding_box = Some(BoxPrompt { x1: 10.5, y1: 3.5, x2: 0.5, y2: 8.5 });
        let prompts = Prompts { points: vec![point(5.0, 5.0)], bounding_box };
        let (coords, labels) = prompts.tokens().unwrap();
        assert_eq!(coords, [4.5, 4.5, 0.0, 3.0, 10.0, 8.0]);
        assert_eq!(labels, [1.0, 2.0, 3.0]);
        assert_eq!(prompts.token_count(), labels.len());
    }

    #[test]
    fn nothing_and_not_a_number_are_refused() {
        assert!(matches!(Prompts::default().tokens(), Err(Error::NoPrompts)));
        let points = vec![point(f32::NAN, 0.0)];
        assert!(matches!(Prompts { points, bounding_box: None }.tokens(), Err(Error::BadPrompts)));
        let bounding_box = Some(BoxPrompt { x1: f32::NAN, y1: 0.0, x2: 1.0, y2: 1.0 });
        assert!(matches!(Prompts { points: vec![], bounding_box }.tokens(), Err(Error::BadPrompts)));
    }
}
