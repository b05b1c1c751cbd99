//! What a render is asked for and what it gives.

use super::images;
use super::{Components, Depth, Field, Layout, Message, Picture, Premultiplication, Status};

/// One frame to render. `Request { time: 3.0, ..Request::default() }` or [`Request::at`] ask for a plain frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Time in frames.
    pub time: f64,
    /// Window in pixels of the output at the render scale, `[x1, y1, x2, y2]`, y up; `None`: the whole output.
    pub window: Option<[i32; 4]>,
    /// Render scale in x and y; 0.5 is a proxy of half the size.
    pub scale: (f64, f64),
    /// Depth in which the clips come and the output is asked; `None`: that of the Source clip. What the effect
    /// does not support becomes the nearest it does.
    pub depth: Option<Depth>,
    /// Components asked of the output; `None`: what the clip preferences gave.
    pub components: Option<Components>,
    /// Memory layout of the input images; `None`: the profile's.
    pub source_layout: Option<Layout>,
    /// Memory layout of the output image; `None`: the profile's.
    pub layout: Option<Layout>,
    /// Which field is rendered; the other's lines must stay as they are. `None`: both of fielded material, and
    /// the profile's word for "not interlaced" of any other.
    pub field: Option<Field>,
    /// A thumbnail of so many times the size, which the effect is told is of scale 1.
    pub thumbnail: Option<f64>,
    /// The render answers a user's hand.
    pub interactive: bool,
    /// Draft quality is enough.
    pub draft: bool,
    /// Do not ask IsIdentity; call Render in any case.
    pub skip_identity: bool,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            time: 0.0,
            window: None,
            scale: (1.0, 1.0),
            depth: None,
            components: None,
            source_layout: None,
            layout: None,
            field: None,
            thumbnail: None,
            interactive: false,
            draft: false,
            skip_identity: false,
        }
    }
}

impl Request {
    /// Pixels of the images per canonical unit.
    pub(crate) fn pixel_scale(&self) -> (f64, f64) {
        let factor = self.thumbnail.unwrap_or(1.0);
        (self.scale.0 * factor, self.scale.1 * factor)
    }

    /// The whole frame at that time, full size.
    pub fn at(time: f64) -> Request {
        Request { time, ..Request::default() }
    }
}

/// What came of a render.
#[derive(Clone, Debug)]
pub struct Output {
    /// What Render (or the action before it that failed) answered; OK for an identity.
    pub status: Status,
    /// Clip and time that the effect named as identical, when it did; the pixels are then that clip's.
    pub identity: Option<(String, f64)>,
    /// Bounds of the output image in pixels, `[x1, y1, x2, y2]`, y up.
    pub bounds: [i32; 4],
    /// The window that was rendered.
    pub window: [i32; 4],
    /// Depth of the output.
    pub depth: Depth,
    /// Components of the output.
    pub components: Components,
    /// Premultiplication of the output by the clip preferences.
    pub premultiplication: Premultiplication,
    /// The pixels as the effect wrote them: rows without padding, **bottom row first**, `depth` and `components`.
    pub raw: Vec<u8>,
    /// Pixels inside the window that the effect did not write.
    pub untouched: usize,
    /// Wall clock time of the Render action alone, in seconds.
    pub seconds: f64,
    /// How often the effect asked whether to abort.
    pub aborts_asked: usize,
    /// Messages posted while rendering.
    pub messages: Vec<Message>,
}

impl Output {
    /// The output as RGBA float, top row first, values as written (premultiplied when `premultiplication` says
    /// so). RGB gets alpha 1; Alpha stands in the fourth component and colour is 0.
    pub fn picture(&self) -> Picture {
        let (width, height) = (self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]);
        let (width, height) = (width.max(0) as usize, height.max(0) as usize);
        images::from_bytes(&self.raw, width, height, self.depth, self.components)
    }
}
