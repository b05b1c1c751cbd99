//! The draw suite (OpenFX 1.5): lines and text drawn by the host.

use std::ffi::{c_int, c_void};

use openfx_sys as sys;
use sys::{OfxDrawContextHandle, OfxDrawSuiteV1, OfxPointD, OfxRGBAColourF};

use super::properties::c_string;
use super::{Error, Host, PropertySet, Result};

/// What can be drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Primitive {
    /// Separate lines, two points each.
    Lines,
    /// A line through all points.
    LineStrip,
    /// The same, and back to the first.
    LineLoop,
    /// A filled shape, convex.
    Polygon,
    /// An ellipse in the rectangle between two points.
    Ellipse,
}

impl Primitive {
    fn code(self) -> sys::OfxDrawPrimitive {
        match self {
            Primitive::Lines => sys::kOfxDrawPrimitiveLines,
            Primitive::LineStrip => sys::kOfxDrawPrimitiveLineStrip,
            Primitive::LineLoop => sys::kOfxDrawPrimitiveLineLoop,
            Primitive::Polygon => sys::kOfxDrawPrimitivePolygon,
            Primitive::Ellipse => sys::kOfxDrawPrimitiveEllipse,
        }
    }
}

/// Where to draw, during one Draw action.
pub struct DrawContext<'h> {
    suite: &'h OfxDrawSuiteV1,
    handle: *mut c_void,
}

impl<'h> DrawContext<'h> {
    /// The context that came with a Draw action; `None` where the host draws nothing itself.
    pub fn of(host: &'h Host, in_args: &PropertySet<'_>) -> Option<Self> {
        let suite = host.draw_suite()?;
        let handle = in_args.pointer(sys::kOfxInteractPropDrawContext, 0).ok()?;
        (!handle.is_null()).then_some(Self { suite, handle })
    }

    fn handle(&self) -> OfxDrawContextHandle {
        self.handle.cast()
    }

    /// Sets the colour of what follows: red, green, blue, opacity, 0 to 1.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_colour(&self, [r, g, b, a]: [f32; 4]) -> Result<()> {
        let call = self.suite.setColour.ok_or(Error::Missing("setColour"))?;
        let colour = OfxRGBAColourF { r, g, b, a };
        // SAFETY: the context is valid during the action, and `colour` outlives the call.
        Error::check("setColour", unsafe { call(self.handle(), &colour) })
    }

    /// Sets the width of lines in screen pixels.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_width(&self, width: f32) -> Result<()> {
        let call = self.suite.setLineWidth.ok_or(Error::Missing("setLineWidth"))?;
        // SAFETY: the context is valid during the action.
        Error::check("setLineWidth", unsafe { call(self.handle(), width) })
    }

    /// Sets whether lines are dashed.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_dashed(&self, dashed: bool) -> Result<()> {
        let call = self.suite.setLineStipple.ok_or(Error::Missing("setLineStipple"))?;
        let pattern =
            if dashed { sys::kOfxDrawLineStipplePatternDash } else { sys::kOfxDrawLineStipplePatternSolid };
        // SAFETY: the context is valid during the action.
        Error::check("setLineStipple", unsafe { call(self.handle(), pattern) })
    }

    /// Draws a primitive through canonical positions.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn draw(&self, primitive: Primitive, positions: &[[f64; 2]]) -> Result<()> {
        let call = self.suite.draw.ok_or(Error::Missing("draw"))?;
        let points: Vec<OfxPointD> = positions.iter().map(|[x, y]| OfxPointD { x: *x, y: *y }).collect();
        let count = c_int::try_from(points.len()).map_err(|_| Error::State("too many points to draw"))?;
        // SAFETY: the context is valid during the action, and `points` holds `count` points.
        Error::check("draw", unsafe { call(self.handle(), primitive.code(), points.as_ptr(), count) })
    }

    /// Writes text with the left end of its base line at a canonical position, in the host's own size.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn text(&self, text: &str, [x, y]: [f64; 2]) -> Result<()> {
        let call = self.suite.drawText.ok_or(Error::Missing("drawText"))?;
        let (text, at) = (c_string(text), OfxPointD { x, y });
        let alignment = (sys::kOfxDrawTextAlignmentLeft | sys::kOfxDrawTextAlignmentBaseline) as c_int;
        // SAFETY: the context is valid during the action; text and position outlive the call.
        Error::check("drawText", unsafe { call(self.handle(), text.as_ptr(), &at, alignment) })
    }
}
