//! From what a host says of an image to the pipeline's own terms.

use std::ffi::CStr;

use openfx_sys as sys;

use crate::ofx::{Error, Fetched, ImageProperties, Result};
use crate::pipeline::fields::{Field, Rows};
use crate::pipeline::geometry::{Geometry, PixelRect};
use crate::pipeline::pixels::{Components, Depth, Layout, OutputView, Premultiplication, SourceView};

fn is(name: &str, constant: &CStr) -> bool {
    name.as_bytes() == constant.to_bytes()
}

/// The pipeline's name of a pixel depth.
pub fn depth(name: &str) -> Option<Depth> {
    let known = [
        (sys::kOfxBitDepthByte, Depth::Byte),
        (sys::kOfxBitDepthShort, Depth::Short),
        (sys::kOfxBitDepthHalf, Depth::Half),
        (sys::kOfxBitDepthFloat, Depth::Float),
    ];
    known.into_iter().find(|(constant, _)| is(name, constant)).map(|(_, depth)| depth)
}

/// The pipeline's name of a component set.
pub fn components(name: &str) -> Option<Components> {
    let known = [
        (sys::kOfxImageComponentRGBA, Components::Rgba),
        (sys::kOfxImageComponentRGB, Components::Rgb),
        (sys::kOfxImageComponentAlpha, Components::Alpha),
    ];
    known.into_iter().find(|(constant, _)| is(name, constant)).map(|(_, components)| components)
}

/// The OpenFX name of a component set.
pub fn component_name(components: Components) -> &'static CStr {
    match components {
        Components::Rgba => sys::kOfxImageComponentRGBA,
        Components::Rgb => sys::kOfxImageComponentRGB,
        Components::Alpha => sys::kOfxImageComponentAlpha,
    }
}

/// The pipeline's name of a premultiplication state.
pub fn premultiplication(name: &str) -> Option<Premultiplication> {
    let known = [
        (sys::kOfxImageOpaque, Premultiplication::Opaque),
        (sys::kOfxImagePreMultiplied, Premultiplication::PreMultiplied),
        (sys::kOfxImageUnPreMultiplied, Premultiplication::UnPreMultiplied),
    ];
    known.into_iter().find(|(constant, _)| is(name, constant)).map(|(_, state)| state)
}

/// The pipeline's name of one field; `None` for a name of both or of none.
pub fn field(name: &str) -> Option<Field> {
    let known = [(sys::kOfxImageFieldLower, Field::Lower), (sys::kOfxImageFieldUpper, Field::Upper)];
    known.into_iter().find(|(constant, _)| is(name, constant)).map(|(_, field)| field)
}

/// What the rows of an image are. `frame_height` is how many a frame has; where the host does not say, an image
/// that is called one field has half of them.
///
/// Hosts may double the lines of a field (OpenFX specification, `kOfxImageClipPropFieldExtraction`): that is a
/// frame, of which every second row is the field.
pub fn rows(image: &ImageProperties, frame_height: Option<f64>) -> Rows {
    let height = f64::from(image.bounds[3]) - f64::from(image.bounds[1]);
    match field(&image.field) {
        Some(field) if frame_height.is_none_or(|frame| height < frame * 0.75) => Rows::Single(field),
        _ => Rows::Frame { interlaced: is(&image.field, sys::kOfxImageFieldBoth) },
    }
}

fn layout(image: &ImageProperties, unstated: Premultiplication) -> Result<Layout> {
    let unknown = |what: &str, name: &str| Error::Image(format!("its {what} is \"{name}\""));
    let [x1, y1, x2, y2] = image.bounds;
    Ok(Layout {
        bounds: PixelRect { x1, y1, x2, y2 },
        row_bytes: image.row_bytes as isize,
        depth: depth(&image.depth).ok_or_else(|| unknown("depth", &image.depth))?,
        components: components(&image.components)
            .ok_or_else(|| unknown("set of components", &image.components))?,
        premultiplication: premultiplication(&image.premultiplication).unwrap_or(unstated),
    })
}

/// A view of a source image.
///
/// # Errors
/// When the image describes itself in a way that cannot be read.
pub fn source_view<'a>(image: &'a Fetched<'_>) -> Result<SourceView<'a>> {
    let layout = layout(&image.properties, Premultiplication::UnPreMultiplied)?;
    // SAFETY: the host keeps a fetched image valid and unchanged until it is released, which the borrow
    // prevents; data, bounds, row bytes and depth are the host's own description of it.
    unsafe { SourceView::new(image.data, layout) }.map_err(|error| Error::Image(error.to_string()))
}

/// A view of the output image. `unstated` is its premultiplication where the host does not say.
///
/// # Errors
/// When the image describes itself in a way that cannot be written.
pub fn output_view<'a>(image: &'a mut Fetched<'_>, unstated: Premultiplication) -> Result<OutputView<'a>> {
    let layout = layout(&image.properties, unstated)?;
    // SAFETY: as for a source; the output image is this render's alone to write until it is released.
    unsafe { OutputView::new(image.data, layout) }.map_err(|error| Error::Image(error.to_string()))
}

/// How an image lies in canonical space.
pub fn geometry(image: &ImageProperties, render_scale: [f64; 2]) -> Geometry {
    let [x1, y1, x2, y2] = image.bounds;
    Geometry {
        bounds: PixelRect { x1, y1, x2, y2 },
        render_scale,
        pixel_aspect_ratio: image.pixel_aspect_ratio,
        row_offset: 0.0,
    }
}

/// The render scale of an image. Where `argument`, which the action says, and the image itself differ, the one that
/// goes with the image's size counts: Fusion tells the action another scale than the image while scrubbing, and
/// not always the wrong one. `region` is the clip's region of definition in canonical coordinates; without it the
/// image is believed, since it is what its pixels were made at.
pub fn render_scale(
    image: &ImageProperties,
    argument: [f64; 2],
    region: impl FnOnce() -> Option<[f64; 4]>,
) -> [f64; 2] {
    let Some(own) = image.render_scale.filter(|own| *own != argument) else { return argument };
    let Some([x1, _, x2, _]) = region() else { return own };
    let width = f64::from(image.bounds[2]) - f64::from(image.bounds[0]);
    // In x alone: a field has half the rows.
    let misfit = |scale: [f64; 2]| ((x2 - x1) * scale[0] / image.pixel_aspect_ratio - width).abs();
    if misfit(argument) < misfit(own) { argument } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(bounds: [i32; 4], field: &CStr, render_scale: Option<[f64; 2]>) -> ImageProperties {
        ImageProperties {
            depth: String::new(),
            components: String::new(),
            premultiplication: String::new(),
            bounds,
            row_bytes: 0,
            pixel_aspect_ratio: 1.0,
            field: field.to_string_lossy().into_owned(),
            render_scale,
        }
    }

    #[test]
    fn the_scale_that_fits_the_image_counts() {
        let frame = [0.0, 0.0, 300.0, 200.0];
        let scale = |width, own, argument: f64, region| {
            let image = image([0, 0, width, 99], sys::kOfxImageFieldNone, own);
            render_scale(&image, [argument; 2], || region)[0]
        };
        assert_eq!(scale(100, Some([3.0; 2]), 1.0 / 3.0, Some(frame)), 1.0 / 3.0, "the image is wrong");
        assert_eq!(scale(300, Some([1.0; 2]), 1.0 / 3.0, Some(frame)), 1.0, "the action is wrong");
        assert_eq!(scale(300, Some([1.0; 2]), 1.0 / 3.0, None), 1.0, "the image is believed");
        assert_eq!(scale(300, None, 0.5, Some(frame)), 0.5, "the image says nothing");
    }

    #[test]
    fn rows_are_what_name_and_height_say() {
        let rows = |height, field, frame| rows(&image([0, 0, 9, height], field, None), frame);
        let single = Rows::Single(Field::Upper);
        assert_eq!(rows(50, sys::kOfxImageFieldUpper, Some(100.0)), single);
        assert_eq!(rows(50, sys::kOfxImageFieldUpper, None), single);
        assert_eq!(rows(100, sys::kOfxImageFieldUpper, Some(100.0)), Rows::Frame { interlaced: false });
        assert_eq!(rows(100, sys::kOfxImageFieldBoth, None), Rows::Frame { interlaced: true });
        assert_eq!(rows(100, sys::kOfxImageFieldNone, None), Rows::Frame { interlaced: false });
        assert_eq!(rows(100, c"", None), Rows::Frame { interlaced: false });
    }
}
