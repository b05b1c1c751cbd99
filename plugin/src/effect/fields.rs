//! From what a host says of fields to the passes of a render.

use openfx_sys as sys;

use super::layouts;
use crate::ofx::{Clip, Fetched, Host, ImageProperties, Result};
use crate::pipeline::fields::{Field, Pass, Rows, passes as passes_of, rect_of_field};
use crate::pipeline::geometry::{Geometry, PixelRect};
use crate::pipeline::pixels::{OutputView, SourceView};

/// The pictures in a frame, the earliest first: two where the material is interlaced and the host asks for both.
/// `asked` is the field to render, `None` for all.
pub fn passes(
    host: &Host,
    clip: &Clip,
    source: &Fetched<'_>,
    output: &Fetched<'_>,
    asked: Option<Field>,
    time: f64,
) -> Vec<Pass> {
    let order = clip.properties(host).and_then(|set| set.string(sys::kOfxImageClipPropFieldOrder, 0));
    let order = order.ok().and_then(|name| layouts::field(&name));
    let rows = |image: &ImageProperties| -> Rows {
        // Asked of the host only where it matters.
        let single = layouts::field(&image.field).is_some();
        let region = if single { clip.region_of_definition(host, time).ok() } else { None };
        let scale = source.properties.render_scale.map_or(1.0, |scale| scale[1]);
        layouts::rows(image, region.map(|[_, y1, _, y2]| (y2 - y1) * scale))
    };
    passes_of(order, rows(&source.properties), rows(&output.properties), asked)
}

/// How the source image lies, were it a whole frame. `argument` is the render scale in the action's arguments.
pub fn frame_geometry(
    host: &Host,
    clip: &Clip,
    source: &Fetched<'_>,
    argument: [f64; 2],
    time: f64,
) -> Geometry {
    let region = || clip.region_of_definition(host, time).ok();
    let scale = layouts::render_scale(&source.properties, argument, region);
    layouts::geometry(&source.properties, scale)
}

/// The part of a source image (or of any input that lies as it does) that a pass is about, and how that lies.
/// `None` where the image has no row of the field.
pub fn source<'a>(
    view: SourceView<'a>,
    geometry: Geometry,
    pass: Pass,
) -> Option<(SourceView<'a>, Geometry)> {
    match (pass.source_rows, pass.field) {
        (Some(field), _) => Some((view.field(field)?, geometry.of_field(field))),
        (None, Some(field)) => Some((view, geometry.of_single_field(field))),
        (None, None) => Some((view, geometry)),
    }
}

/// The first picture in a source image at full resolution, and how it lies. Of interlaced material it is the earlier
/// field, whose prompts are those of the frame's time. `None` where it has no row.
///
/// # Errors
/// When the image cannot be read.
pub fn first<'a>(
    host: &Host,
    clip: &Clip,
    image: &'a Fetched<'_>,
    time: f64,
) -> Result<Option<(SourceView<'a>, Geometry)>> {
    // What is rendered has the rows of the source.
    let passes = passes(host, clip, image, image, None, time);
    let whole = frame_geometry(host, clip, image, [1.0; 2], time);
    let view = layouts::source_view(image)?;
    Ok(passes.first().and_then(|pass| source(view, whole, *pass)))
}

/// Runs `write` on the rows of the output that a pass fills, with the render window in those rows. `None` where
/// the output has no such row.
pub fn output<R>(
    view: &mut OutputView<'_>,
    window: &PixelRect,
    pass: Pass,
    write: impl FnOnce(&mut OutputView<'_>, PixelRect) -> R,
) -> Option<R> {
    match pass.output_rows {
        None => Some(write(view, *window)),
        Some(field) => view.field(field).map(|mut rows| write(&mut rows, rect_of_field(window, field))),
    }
}
