//! Fields: which lines of a fielded frame an image shows.
//!
//! OpenFX counts lines from below: 0, 2, 4... are the lower field, 1, 3, 5... the upper one. An image of a single
//! field has half the lines, so that its line k is the frame's line 2 k (+ 1 of the upper field).

use openfx_sys as ofx;

use crate::sim::clips::{Clip, ClipObject};
use crate::sim::profile::FieldImages;
use crate::sim::{Field, Picture};

/// The lines of an image, and what it says of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lines {
    /// The parity of the lines when the image is of a single field, half as high as the frame.
    pub(crate) single: Option<i32>,
    /// The parity of the lines that stand twice in an image as high as the frame.
    pub(crate) doubled: Option<i32>,
    /// `kOfxImagePropField`.
    pub(crate) field: Field,
}

impl Lines {
    /// All lines of a frame.
    pub(crate) fn all(field: Field) -> Lines {
        Lines { single: None, doubled: None, field }
    }

    fn of(field: Field, images: FieldImages) -> Lines {
        let parity = parity(field);
        match images {
            FieldImages::Single => Lines { single: parity, doubled: None, field },
            _ => Lines { single: None, doubled: parity, field },
        }
    }
}

/// 0 for the lower field, 1 for the upper one.
pub(crate) fn parity(field: Field) -> Option<i32> {
    match field {
        Field::Lower => Some(0),
        Field::Upper => Some(1),
        Field::None | Field::Both => None,
    }
}

/// The field that shows at a time: the earlier one in the first half of a frame.
pub(crate) fn at(order: Field, time: f64) -> Field {
    match (order, time - time.floor() < 0.5) {
        (Field::Lower, true) | (Field::Upper, false) => Field::Lower,
        _ => Field::Upper,
    }
}

/// How the host gives the images of a fielded clip.
fn images(clip: &ClipObject, habit: FieldImages) -> FieldImages {
    if habit != FieldImages::AsDescribed {
        return habit;
    }
    let wish = clip.properties.text(ofx::kOfxImageClipPropFieldExtraction);
    let is = |name: &std::ffi::CStr| name.to_str() == Ok(wish.as_str());
    if is(ofx::kOfxImageFieldSingle) {
        FieldImages::Single
    } else if is(ofx::kOfxImageFieldDoubled) {
        FieldImages::Doubled
    } else {
        FieldImages::AsDescribed
    }
}

/// The lines of an input image at a time. `progressive` is what images that are not fielded are called.
pub(crate) fn input(
    clip: &ClipObject,
    content: &Clip,
    habit: FieldImages,
    time: f64,
    progressive: Field,
) -> Lines {
    if parity(content.field_order).is_none() {
        return Lines::all(progressive);
    }
    match images(clip, habit) {
        FieldImages::AsDescribed => Lines::all(Field::Both),
        FieldImages::Unnamed => Lines::all(Field::None),
        images => Lines::of(at(content.field_order, time), images),
    }
}

/// The lines of the output image of a fielded effect of which `asked` is rendered.
pub(crate) fn output(clip: &ClipObject, habit: FieldImages, asked: Field) -> Lines {
    match images(clip, habit) {
        FieldImages::Single if parity(asked).is_some() => Lines::of(asked, FieldImages::Single),
        FieldImages::Unnamed => Lines::all(Field::None),
        FieldImages::Doubled => Lines::all(asked),
        // The frame holds both fields even if only one is rendered.
        _ => Lines::all(Field::Both),
    }
}

/// Bounds or a window of a frame in lines of one field.
pub(crate) fn halved([x1, y1, x2, y2]: [i32; 4], parity: i32) -> [i32; 4] {
    // The first line of the field at or above y.
    let line = |y: i32| (y - parity + 1).div_euclid(2);
    [x1, line(y1), x2, line(y2)]
}

/// A frame in which each line of one field stands in the place of its neighbour too. `bottom` is the number of
/// the lowest line.
pub(crate) fn doubled(picture: &Picture, bottom: i32, parity: i32) -> Picture {
    let height = picture.height as i32;
    Picture::from_fn(picture.width, picture.height, |x, row| {
        let y = bottom + height - 1 - row as i32;
        let line = (y.div_euclid(2) * 2 + parity - bottom).clamp(0, height - 1);
        picture.at(x, (height - 1 - line) as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_field_shows_first() {
        assert_eq!([at(Field::Lower, 3.0), at(Field::Lower, 3.5)], [Field::Lower, Field::Upper]);
        assert_eq!([at(Field::Upper, -1.0), at(Field::Upper, -0.5)], [Field::Upper, Field::Lower]);
    }

    #[test]
    fn every_line_is_in_one_field() {
        assert_eq!(halved([0, -3, 5, 4], 0), [0, -1, 5, 2], "-2, 0, 2");
        assert_eq!(halved([0, -3, 5, 4], 1), [0, -2, 5, 2], "-3, -1, 1, 3");
    }

    #[test]
    fn doubled_lines_are_those_of_the_field() {
        let picture = Picture::from_fn(1, 4, |_, row| [row as f32; 4]);
        let rows = |p: &Picture| p.pixels.iter().map(|p| p[0]).collect::<Vec<_>>();
        // From the top: rows 0 to 3 are lines 3 to 0.
        assert_eq!(rows(&doubled(&picture, 0, 0)), [1.0, 1.0, 3.0, 3.0]);
        assert_eq!(rows(&doubled(&picture, 0, 1)), [0.0, 0.0, 2.0, 2.0]);
    }
}
