//! The Draw suite: it records.

use std::ffi::{c_char, c_int};
use std::sync::Arc;

use openfx_sys as ofx;

use super::{code, give, null};
use crate::sim::drawing::{DrawContext, Primitive, Stipple};
use crate::sim::handles::{self, Object};
use crate::sim::moments::Moment;
use crate::sim::plugin::text_of;
use crate::sim::{Status, ViolationKind, action};

pub(super) static SUITE: ofx::OfxDrawSuiteV1 = ofx::OfxDrawSuiteV1 {
    getColour: Some(get_colour),
    setColour: Some(set_colour),
    setLineWidth: Some(set_line_width),
    setLineStipple: Some(set_line_stipple),
    draw: Some(draw),
    drawText: Some(draw_text),
};

type Context = ofx::OfxDrawContextHandle;

/// The host's colours, by the number of `OfxStandardColour`.
const COLOURS: [[f32; 4]; 7] = [
    [0.2, 0.2, 0.2, 1.0],
    [1.0, 0.8, 0.2, 1.0],
    [1.0, 1.0, 1.0, 1.0],
    [0.7, 0.7, 0.7, 1.0],
    [1.0, 1.0, 1.0, 1.0],
    [0.0, 0.0, 0.0, 1.0],
    [0.9, 0.9, 0.9, 1.0],
];

/// The context behind a handle; drawing is for Draw actions only.
fn context(handle: Context, function: &str) -> Result<Arc<DrawContext>, Status> {
    let Some(Object::DrawContext(context)) = handles::find(handle as usize) else {
        return Err(handles::bad(handle as usize, "a draw context", function));
    };
    let frame = action::current();
    if frame.as_ref().is_none_or(|frame| frame.moment != Moment::Draw) {
        if let Some(core) = handles::host_of(handle as usize) {
            let message = format!("{function} outside OfxInteractActionDraw");
            core.violation(ViolationKind::WrongMoment, "the draw context", None, message);
        }
        return Err(Status::FAILED);
    }
    Ok(context)
}

unsafe extern "C" fn get_colour(
    handle: Context,
    colour: ofx::OfxStandardColour,
    out: *mut ofx::OfxRGBAColourF,
) -> ofx::OfxStatus {
    let result = context(handle, "getColour").and_then(|context| {
        let found = usize::try_from(colour).ok().and_then(|i| COLOURS.get(i));
        let [r, g, b, a] = *found.ok_or_else(|| context.wrong("there is no such colour".to_owned()))?;
        // SAFETY: the plugin passes a place for the colour.
        unsafe { give(out, ofx::OfxRGBAColourF { r, g, b, a }, "the draw context", "getColour") }
    });
    code(result)
}

unsafe extern "C" fn set_colour(handle: Context, colour: *const ofx::OfxRGBAColourF) -> ofx::OfxStatus {
    let result = context(handle, "setColour").and_then(|context| {
        // SAFETY: the plugin passes a colour, or null.
        let colour = unsafe { colour.as_ref() }.ok_or_else(|| missing("setColour"))?;
        context.set_colour([colour.r, colour.g, colour.b, colour.a])
    });
    code(result)
}

unsafe extern "C" fn set_line_width(handle: Context, width: f32) -> ofx::OfxStatus {
    code(context(handle, "setLineWidth").and_then(|context| context.set_width(width)))
}

unsafe extern "C" fn set_line_stipple(
    handle: Context,
    pattern: ofx::OfxDrawLineStipplePattern,
) -> ofx::OfxStatus {
    const ALL: [Stipple; 5] =
        [Stipple::Solid, Stipple::Dot, Stipple::Dash, Stipple::AltDash, Stipple::DotDash];
    let stipple = usize::try_from(pattern).ok().and_then(|i| ALL.get(i).copied());
    code(context(handle, "setLineStipple").and_then(|context| context.set_stipple(stipple)))
}

unsafe extern "C" fn draw(
    handle: Context,
    primitive: ofx::OfxDrawPrimitive,
    points: *const ofx::OfxPointD,
    count: c_int,
) -> ofx::OfxStatus {
    const ALL: [Primitive; 6] = [
        Primitive::Lines,
        Primitive::LineStrip,
        Primitive::LineLoop,
        Primitive::Rectangle,
        Primitive::Polygon,
        Primitive::Ellipse,
    ];
    let result = context(handle, "draw").and_then(|context| {
        let count = usize::try_from(count).unwrap_or(0);
        if points.is_null() && count > 0 {
            return Err(missing("draw"));
        }
        let points = match count {
            0 => &[],
            // SAFETY: not null, and the plugin passes that many points.
            _ => unsafe { std::slice::from_raw_parts(points, count) },
        };
        let primitive = usize::try_from(primitive).ok().and_then(|i| ALL.get(i).copied());
        context.draw(primitive, points.iter().map(|p| [p.x, p.y]).collect())
    });
    code(result)
}

unsafe extern "C" fn draw_text(
    handle: Context,
    text: *const c_char,
    position: *const ofx::OfxPointD,
    alignment: c_int,
) -> ofx::OfxStatus {
    let result = context(handle, "drawText").and_then(|context| {
        // SAFETY: the plugin passes a position, or null.
        let position = unsafe { position.as_ref() }.ok_or_else(|| missing("drawText"))?;
        // SAFETY: the plugin passes a C string, or null.
        let text = unsafe { text_of(text) };
        context.text(text, [position.x, position.y], alignment)
    });
    code(result)
}

/// Writes down a null pointer.
fn missing(function: &str) -> Status {
    null("the draw context", function);
    Status::ERR_VALUE
}
