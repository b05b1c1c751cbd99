//! Fields: an interlaced frame is two pictures of half its height, half a frame apart in time. Each is segmented
//! on its own, since a subject that moves is at two places.
//!
//! OpenFX counts rows from below: the lower field is the rows 0, 2, 4..., the upper one 1, 3, 5... (OpenFX
//! specification, "Fields and Field Rendering"). Row k of a field is row 2 k (+ 1 in the upper one) of the frame.

use super::geometry::{Geometry, PixelRect};
use super::pixels::Layout;

/// One of the two fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Rows 0, 2, 4...
    Lower,
    /// Rows 1, 3, 5...
    Upper,
}

impl Field {
    /// The number of its lowest row at or above row 0.
    fn first(self) -> i64 {
        match self {
            Field::Lower => 0,
            Field::Upper => 1,
        }
    }

    /// The other one.
    pub fn other(self) -> Field {
        match self {
            Field::Lower => Field::Upper,
            Field::Upper => Field::Lower,
        }
    }
}

/// What the rows of an image are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rows {
    /// A frame; whether the host says that it holds both fields.
    Frame {
        /// It does.
        interlaced: bool,
    },
    /// One field, half as high as the frame.
    Single(Field),
}

/// One picture to segment and write.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pass {
    /// The field that it is; `None` for a whole frame.
    pub field: Option<Field>,
    /// The rows of the source image that belong to it; `None` for all.
    pub source_rows: Option<Field>,
    /// The rows of the output image that it fills; `None` for all.
    pub output_rows: Option<Field>,
    /// How much later than the render's time it was taken, in frames.
    pub later: f64,
}

impl Pass {
    /// A progressive frame.
    pub const WHOLE: Pass = Pass { field: None, source_rows: None, output_rows: None, later: 0.0 };

    fn of(field: Field, source: Rows, output: Rows) -> Pass {
        let rows = |image| matches!(image, Rows::Frame { .. }).then_some(field);
        Pass { field: Some(field), source_rows: rows(source), output_rows: rows(output), later: 0.0 }
    }
}

/// The pictures of a frame, the earliest first. `order` is the earlier field of fielded material, `None` of
/// progressive; `asked` is the field to render, `None` for all.
///
/// Hosts call frames of progressive material interlaced (MLT) and interlaced ones progressive (Resolve), so both
/// the clip and its image have to say that there are fields.
pub fn passes(order: Option<Field>, source: Rows, output: Rows, asked: Option<Field>) -> Vec<Pass> {
    match (asked, source, output, order) {
        (_, Rows::Single(field), Rows::Single(_), _) => vec![Pass::of(field, source, output)],
        (Some(field), ..) => vec![Pass::of(field, source, output)],
        (None, Rows::Frame { .. }, Rows::Single(field), _) => vec![Pass::of(field, source, output)],
        // A frame wants rows that nobody has: the field stands for both.
        (None, Rows::Single(field), Rows::Frame { .. }, _) => {
            let pass = Pass::of(field, source, output);
            vec![pass, Pass { output_rows: Some(field.other()), ..pass }]
        }
        (None, Rows::Frame { interlaced: true }, Rows::Frame { .. }, Some(first)) => {
            let second = Pass { later: 0.5, ..Pass::of(first.other(), source, output) };
            vec![Pass::of(first, source, output), second]
        }
        (None, Rows::Frame { .. }, Rows::Frame { .. }, _) => vec![Pass::WHOLE],
    }
}

/// Rows of a frame in rows of a field. Empty where the frame has none of the field.
pub fn rect_of_field(frame: &PixelRect, field: Field) -> PixelRect {
    // The field's first row at or above y.
    let row = |y: i32| (i64::from(y) - field.first() + 1).div_euclid(2) as i32;
    PixelRect { y1: row(frame.y1), y2: row(frame.y2), ..*frame }
}

/// A field of an image in memory: how it lies, and how many bytes its first row is behind the image's. `None`
/// where the image has no row of the field.
pub fn layout_of_field(frame: &Layout, field: Field) -> Option<(Layout, isize)> {
    let bounds = rect_of_field(&frame.bounds, field);
    if bounds.is_empty() {
        return None;
    }
    let rows = i64::from(bounds.y1) * 2 + field.first() - i64::from(frame.bounds.y1);
    let row_bytes = frame.row_bytes.checked_mul(2)?;
    Some((Layout { bounds, row_bytes, ..*frame }, frame.row_bytes.checked_mul(isize::try_from(rows).ok()?)?))
}

impl Geometry {
    /// How a field of a frame of this geometry lies. The middle of its row k is the middle of row 2 k (+ 1) of the
    /// frame, and its pixels are twice as high.
    #[must_use]
    pub fn of_field(&self, field: Field) -> Geometry {
        Geometry { bounds: rect_of_field(&self.bounds, field), ..self.of_single_field(field) }
    }

    /// The same for an image that is the field alone, whose render scale is told as that of the frame (OpenFX
    /// specification, "Mapping Between The Spatial Coordinate Systems": y' = y * scale / 2).
    #[must_use]
    pub fn of_single_field(&self, field: Field) -> Geometry {
        Geometry {
            bounds: self.bounds,
            // In x the two halves cancel out.
            render_scale: self.render_scale.map(|scale| scale / 2.0),
            pixel_aspect_ratio: self.pixel_aspect_ratio / 2.0,
            // k + 1/2 = (y - 1/2 - first) / 2 + 1/2
            row_offset: 0.25 - field.first() as f64 / 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::pixels::{Components, Depth, OutputView, Premultiplication, SourceView};

    const FRAME: Rows = Rows::Frame { interlaced: true };
    const PROGRESSIVE: Rows = Rows::Frame { interlaced: false };
    const LOWER: Rows = Rows::Single(Field::Lower);

    /// The field, the rows of source and output, and the time.
    type Flat = (Option<Field>, Option<Field>, Option<Field>, f64);

    fn fields(passes: &[Pass]) -> Vec<Flat> {
        passes.iter().map(|p| (p.field, p.source_rows, p.output_rows, p.later)).collect()
    }

    #[test]
    fn only_what_clip_and_image_call_fielded_is() {
        for (order, source) in [(None, FRAME), (None, PROGRESSIVE), (Some(Field::Lower), PROGRESSIVE)] {
            assert_eq!(passes(order, source, FRAME, None), [Pass::WHOLE]);
        }
        let (lower, upper) = (Some(Field::Lower), Some(Field::Upper));
        let both = passes(upper, FRAME, FRAME, None);
        assert_eq!(fields(&both), [(upper, upper, upper, 0.0), (lower, lower, lower, 0.5)]);
    }

    #[test]
    fn one_field_is_rendered_when_one_is_asked() {
        let lower = Some(Field::Lower);
        let one = |source, output| fields(&passes(lower, source, output, lower));
        assert_eq!(one(FRAME, FRAME), [(lower, lower, lower, 0.0)]);
        assert_eq!(one(LOWER, LOWER), [(lower, None, None, 0.0)]);
        assert_eq!(one(LOWER, FRAME), [(lower, None, lower, 0.0)]);
        assert_eq!(one(FRAME, LOWER), [(lower, lower, None, 0.0)]);
        // Contradictory, but every pixel of the output gets a value.
        let filled = fields(&passes(None, LOWER, FRAME, None));
        assert_eq!(filled, [(lower, None, lower, 0.0), (lower, None, Some(Field::Upper), 0.0)]);
    }

    #[test]
    fn every_row_of_a_frame_is_in_one_field() {
        for (y1, y2) in [(0, 6), (-3, 4), (1, 2), (5, 5)] {
            let frame = PixelRect { x1: 0, y1, x2: 1, y2 };
            let rows = |field: Field| {
                let rect = rect_of_field(&frame, field);
                (rect.y1..rect.y2).map(move |k| 2 * k + field.first() as i32)
            };
            let mut all: Vec<i32> = rows(Field::Lower).chain(rows(Field::Upper)).collect();
            all.sort_unstable();
            assert_eq!(all, (y1..y2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_position_is_at_the_same_place_in_frame_and_field() {
        let frame = Geometry {
            bounds: PixelRect { x1: 0, y1: 0, x2: 100, y2: 50 },
            render_scale: [0.5, 0.5],
            pixel_aspect_ratio: 2.0,
            row_offset: 0.0,
        };
        // The middle of row 20 of the frame is the middle of row 10 of the lower field; that of row 21, of row 10
        // of the upper field.
        for (field, row) in [(Field::Lower, 20.0), (Field::Upper, 21.0)] {
            let at = frame.of_field(field).to_frame([80.0, (row + 0.5) / 0.5]);
            assert_eq!(at, [frame.to_frame([80.0, 0.0])[0], 25.0 - 10.5]);
            assert_eq!(frame.of_field(field).seen_size(), [100.0, 25.0], "of the frame [200, 50]");
            // A fraction of the frame is at the same place as its canonical position.
            let fraction = frame.of_field(field).fraction_to_frame([0.2, (row + 0.5) / 50.0]);
            assert!((fraction[1] - at[1]).abs() < 1e-12);
        }
    }

    #[test]
    fn views_of_fields_interleave() {
        // Five rows of one byte from y = -1 on, rows downward in memory.
        let mut memory = [4_u8, 3, 2, 1, 0];
        let layout = Layout {
            bounds: PixelRect { x1: 0, y1: -1, x2: 1, y2: 4 },
            row_bytes: -1,
            depth: Depth::Byte,
            components: Components::Alpha,
            premultiplication: Premultiplication::PreMultiplied,
        };
        let read = |memory: &[u8; 5], field| {
            // SAFETY: five rows, the lowest last in memory.
            let frame = unsafe { SourceView::new(memory.as_ptr().add(4), layout) }.unwrap();
            let view = frame.field(field).unwrap();
            let bounds = view.layout().bounds;
            let mut pixel = [[0.0; 4]];
            let values = (bounds.y1..bounds.y2).map(|y| {
                view.read_row(y, 0, &mut pixel);
                (pixel[0][3] * 255.0).round()
            });
            values.collect::<Vec<_>>()
        };
        assert_eq!(read(&memory, Field::Lower), [1.0, 3.0], "rows 0 and 2");
        assert_eq!(read(&memory, Field::Upper), [0.0, 2.0, 4.0], "rows -1, 1 and 3");
        {
            // SAFETY: as above, and nobody else has it.
            let mut frame = unsafe { OutputView::new(memory.as_mut_ptr().add(4), layout) }.unwrap();
            let mut field = frame.field(Field::Upper).unwrap();
            let all = field.layout().bounds;
            field.rows(&all).iter_mut().for_each(|row| row.write(&[[0.0, 0.0, 0.0, 1.0]]));
        }
        assert_eq!(memory, [255, 3, 255, 1, 255]);
        let one = Layout { bounds: PixelRect { x1: 0, y1: 0, x2: 1, y2: 1 }, ..layout };
        assert!(
            layout_of_field(&one, Field::Upper).is_none() && layout_of_field(&one, Field::Lower).is_some()
        );
    }
}
