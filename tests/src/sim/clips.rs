//! Clips: pictures over time, as a host connects them to an effect.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Components, Depth, Picture, Premultiplication, SimError};

/// Gives the frames of a clip.
pub trait Source: Send + Sync {
    /// The frame at `time`, or `None` outside the clip.
    ///
    /// # Errors
    /// When the frame should be there and cannot be read.
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError>;

    /// First and last time with a frame.
    fn range(&self) -> (f64, f64);
}

/// A clip to connect to an effect: a [`Source`] and how the host hands its frames over.
#[derive(Clone)]
pub struct Clip {
    /// The frames.
    pub source: Arc<dyn Source>,
    /// Width of a pixel over its height.
    pub pixel_aspect_ratio: f64,
    /// Where the lower left pixel of a full-size frame lies, in pixels.
    pub origin: (i32, i32),
    /// Frames per second.
    pub frame_rate: f64,
    /// Depth of the material.
    pub depth: Depth,
    /// Components of the material.
    pub components: Components,
    /// How frames are handed over: pictures are unpremultiplied and get multiplied when this says premultiplied.
    pub premultiplication: Premultiplication,
}

impl Clip {
    /// A clip of any source: square pixels at the origin, 24 frames a second, float RGBA, unpremultiplied.
    pub fn new(source: impl Source + 'static) -> Clip {
        Clip {
            source: Arc::new(source),
            pixel_aspect_ratio: 1.0,
            origin: (0, 0),
            frame_rate: 24.0,
            depth: Depth::Float,
            components: Components::Rgba,
            premultiplication: Premultiplication::Unpremultiplied,
        }
    }

    /// A clip of image files, one a frame, the first at time 0; read when asked for. Byte depth.
    ///
    /// # Errors
    /// When there is no file or the first cannot be read.
    pub fn from_files(_files: Vec<PathBuf>) -> Result<Clip, SimError> {
        todo!()
    }

    /// A clip of pictures, one a frame, the first at time 0.
    pub fn from_pictures(_pictures: Vec<Picture>) -> Clip {
        todo!()
    }

    /// A still: the same picture at every time.
    pub fn still(_picture: Picture) -> Clip {
        todo!()
    }

    /// The same clip in another depth.
    pub fn with_depth(mut self, depth: Depth) -> Clip {
        self.depth = depth;
        self
    }

    /// The same clip with other components.
    pub fn with_components(mut self, components: Components) -> Clip {
        self.components = components;
        self
    }

    /// The same clip handed over in another state of premultiplication.
    pub fn with_premultiplication(mut self, premultiplication: Premultiplication) -> Clip {
        self.premultiplication = premultiplication;
        self
    }

    /// The same clip with another pixel aspect ratio.
    pub fn with_pixel_aspect_ratio(mut self, ratio: f64) -> Clip {
        self.pixel_aspect_ratio = ratio;
        self
    }

    /// The same clip with its lower left pixel elsewhere.
    pub fn with_origin(mut self, x: i32, y: i32) -> Clip {
        self.origin = (x, y);
        self
    }
}
