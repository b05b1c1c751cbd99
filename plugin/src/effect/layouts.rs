//! From what a host says of an image to the pipeline's own terms.

use std::ffi::CStr;

use openfx_sys as sys;

use crate::ofx::{Error, Fetched, ImageProperties, Result};
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

/// How an image lies in canonical space. `render_scale` is the action's; the image's own wins, since that
/// is what its pixels were made at (Fusion tells the action another one while scrubbing).
pub fn geometry(image: &ImageProperties, render_scale: [f64; 2]) -> Geometry {
    let [x1, y1, x2, y2] = image.bounds;
    Geometry {
        bounds: PixelRect { x1, y1, x2, y2 },
        render_scale: image.render_scale.unwrap_or(render_scale),
        pixel_aspect_ratio: image.pixel_aspect_ratio,
    }
}
