//! What an overlay draws with the draw suite: every primitive with the colour, width and stipple that it has.

use std::sync::Mutex;

use super::core::{Core, lock};
use super::handles::{self, Object, Tag};
use super::{Status, ViolationKind};
use std::sync::Arc;

/// How a line is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stipple {
    /// Not at all.
    Solid,
    /// In dots.
    Dot,
    /// In dashes.
    Dash,
    /// In dashes that begin with a gap.
    AltDash,
    /// In dots and dashes.
    DotDash,
}

/// What `draw` draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    /// Separate lines.
    Lines,
    /// A line through all points.
    LineStrip,
    /// The same, closed.
    LineLoop,
    /// A rectangle between two points.
    Rectangle,
    /// A filled shape.
    Polygon,
    /// An ellipse in the rectangle between two points.
    Ellipse,
}

/// How something is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Red, green, blue, opacity.
    pub colour: [f32; 4],
    /// Width of lines.
    pub width: f32,
    /// How lines are broken.
    pub stipple: Stipple,
}

/// Something that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawn {
    /// A primitive.
    Shape {
        /// Which.
        primitive: Primitive,
        /// Its points, canonical.
        points: Vec<[f64; 2]>,
        /// How.
        ink: Ink,
    },
    /// Text.
    Text {
        /// The text.
        text: String,
        /// Where, canonical.
        position: [f64; 2],
        /// The alignment's flags.
        alignment: i32,
        /// How.
        ink: Ink,
    },
}

impl Drawn {
    /// How it is drawn.
    pub fn ink(&self) -> Ink {
        match self {
            Drawn::Shape { ink, .. } | Drawn::Text { ink, .. } => *ink,
        }
    }
}

/// An answer to Draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// What the effect answered.
    pub status: Status,
    /// What it drew, in order; empty for an overlay of version 1, which draws with OpenGL.
    pub drawn: Vec<Drawn>,
}

struct State {
    colour: Option<[f32; 4]>,
    width: f32,
    stipple: Stipple,
    drawn: Vec<Drawn>,
}

/// The context of one Draw action.
pub(crate) struct DrawContext {
    core: Arc<Core>,
    pub(crate) handle: usize,
    state: Mutex<State>,
}

impl DrawContext {
    /// A context with a handle, until [`DrawContext::finish`].
    pub(crate) fn new(core: &Arc<Core>) -> Arc<DrawContext> {
        let handle = handles::new_handle(Tag::DrawContext, core.number);
        let state = State { colour: None, width: 1.0, stipple: Stipple::Solid, drawn: Vec::new() };
        let context = Arc::new(DrawContext { core: core.clone(), handle, state: Mutex::new(state) });
        handles::register(handle, Object::DrawContext(context.clone()));
        context
    }

    /// Takes the handle away and gives what was drawn.
    pub(crate) fn finish(&self) -> Vec<Drawn> {
        handles::retire(self.handle);
        std::mem::take(&mut lock(&self.state).drawn)
    }

    pub(crate) fn wrong(&self, message: String) -> Status {
        self.core.violation(ViolationKind::Drawing, "the draw context", None, message);
        Status::ERR_VALUE
    }

    pub(crate) fn set_colour(&self, colour: [f32; 4]) -> Result<(), Status> {
        if colour.iter().any(|c| !(0.0..=1.0).contains(c)) {
            return Err(self.wrong(format!("the colour {colour:?} is not within 0 to 1")));
        }
        lock(&self.state).colour = Some(colour);
        Ok(())
    }

    pub(crate) fn set_width(&self, width: f32) -> Result<(), Status> {
        if !(width.is_finite() && width >= 0.0) {
            return Err(self.wrong(format!("the line width {width} is none")));
        }
        lock(&self.state).width = width;
        Ok(())
    }

    pub(crate) fn set_stipple(&self, stipple: Option<Stipple>) -> Result<(), Status> {
        lock(&self.state).stipple =
            stipple.ok_or_else(|| self.wrong("there is no such stipple pattern".to_owned()))?;
        Ok(())
    }

    pub(crate) fn draw(&self, primitive: Option<Primitive>, points: Vec<[f64; 2]>) -> Result<(), Status> {
        let primitive = primitive.ok_or_else(|| self.wrong("there is no such primitive".to_owned()))?;
        let count = points.len();
        let fits = match primitive {
            Primitive::Lines => count > 0 && count.is_multiple_of(2),
            Primitive::LineStrip => count >= 2,
            Primitive::LineLoop | Primitive::Polygon => count >= 3,
            Primitive::Rectangle | Primitive::Ellipse => count == 2,
        };
        if !fits {
            return Err(self.wrong(format!("{count} points make no {primitive:?}")));
        }
        if points.iter().flatten().any(|v| !v.is_finite()) {
            return Err(self.wrong(format!("{primitive:?} has a point that is no place")));
        }
        let ink = self.ink();
        lock(&self.state).drawn.push(Drawn::Shape { primitive, points, ink });
        Ok(())
    }

    pub(crate) fn text(&self, text: String, position: [f64; 2], alignment: i32) -> Result<(), Status> {
        if text.is_empty() || position.iter().any(|v| !v.is_finite()) || alignment & !0x1F != 0 {
            return Err(self.wrong(format!("\"{text}\" at {position:?}, alignment {alignment:#x}")));
        }
        let ink = self.ink();
        lock(&self.state).drawn.push(Drawn::Text { text, position, alignment, ink });
        Ok(())
    }

    /// How the next shape is drawn. What colour a context has at first, no one knows.
    fn ink(&self) -> Ink {
        let state = lock(&self.state);
        let (colour, width, stipple) = (state.colour, state.width, state.stipple);
        drop(state);
        if colour.is_none() {
            self.wrong("something was drawn before a colour was set".to_owned());
        }
        Ink { colour: colour.unwrap_or([1.0; 4]), width, stipple }
    }
}
