//! Clips: pictures over time, as a host connects them to an effect.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock, Weak};

use super::core::lock;
use super::effect::EffectObject;
use super::properties::PropertySet;
use super::{Components, Depth, Field, Picture, Premultiplication, SimError};

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

/// Image files, one a frame, read when asked for; the last few stay.
struct Files {
    paths: Vec<PathBuf>,
    recent: Mutex<Vec<(usize, Arc<Picture>)>>,
}

/// Files that stay in memory.
const RECENT: usize = 3;

impl Source for Files {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        let Some(index) = index_of(time, self.paths.len()) else { return Ok(None) };
        let mut recent = lock(&self.recent);
        if let Some((_, picture)) = recent.iter().find(|(i, _)| *i == index) {
            return Ok(Some(picture.clone()));
        }
        let picture = Arc::new(Picture::open(&self.paths[index])?);
        if recent.len() >= RECENT {
            recent.remove(0);
        }
        recent.push((index, picture.clone()));
        Ok(Some(picture))
    }

    fn range(&self) -> (f64, f64) {
        (0.0, self.paths.len() as f64 - 1.0)
    }
}

/// Pictures in memory, one a frame.
struct Pictures(Vec<Arc<Picture>>);

impl Source for Pictures {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        Ok(index_of(time, self.0.len()).map(|i| self.0[i].clone()))
    }

    fn range(&self) -> (f64, f64) {
        (0.0, self.0.len() as f64 - 1.0)
    }
}

/// One picture at all times.
struct Still(Arc<Picture>);

impl Source for Still {
    fn frame(&self, _time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        Ok(Some(self.0.clone()))
    }

    fn range(&self) -> (f64, f64) {
        (f64::from(i32::MIN), f64::from(i32::MAX))
    }
}

/// The frame that shows at a time: the one that began last.
fn index_of(time: f64, count: usize) -> Option<usize> {
    let index = time.floor();
    (index >= 0.0 && index < count as f64).then_some(index as usize)
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
    /// Its colour space, by its name in the host's configuration.
    pub colour_space: String,
    /// Which field of a frame is the earlier one ([`Field::Lower`], [`Field::Upper`]); [`Field::None`] when the
    /// material is progressive. Frames of fielded material hold both fields, line by line.
    pub field_order: Field,
}

impl Clip {
    /// A clip of any source: square pixels at the origin, 24 frames a second, float RGBA, unpremultiplied,
    /// progressive.
    pub fn new(source: impl Source + 'static) -> Clip {
        Clip {
            source: Arc::new(source),
            pixel_aspect_ratio: 1.0,
            origin: (0, 0),
            frame_rate: 24.0,
            depth: Depth::Float,
            components: Components::Rgba,
            premultiplication: Premultiplication::Unpremultiplied,
            colour_space: String::new(),
            field_order: Field::None,
        }
    }

    /// A clip of image files, one a frame, the first at time 0; read when asked for. Byte depth.
    ///
    /// # Errors
    /// When the first cannot be read.
    pub fn from_files(files: Vec<PathBuf>) -> Result<Clip, SimError> {
        let source = Files { paths: files, recent: Mutex::default() };
        source.frame(0.0)?;
        Ok(Clip::new(source).with_depth(Depth::Byte))
    }

    /// A clip of pictures, one a frame, the first at time 0.
    pub fn from_pictures(pictures: Vec<Picture>) -> Clip {
        Clip::new(Pictures(pictures.into_iter().map(Arc::new).collect()))
    }

    /// A still: the same picture at every time.
    pub fn still(picture: Picture) -> Clip {
        Clip::new(Still(Arc::new(picture)))
    }

    /// The same clip in another depth.
    pub fn with_depth(mut self, depth: Depth) -> Clip {
        self.depth = depth;
        self
    }

    /// The same clip in a colour space, which a host that manages colour tells of.
    #[must_use]
    pub fn in_colour_space(mut self, name: &str) -> Clip {
        name.clone_into(&mut self.colour_space);
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

    /// The same clip as fielded material whose earlier field is this one.
    pub fn with_field_order(mut self, order: Field) -> Clip {
        self.field_order = order;
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

    /// The canonical region that a picture of this clip covers.
    pub(crate) fn region(&self, picture: &Picture) -> [f64; 4] {
        let (x, y) = (f64::from(self.origin.0), f64::from(self.origin.1));
        let ratio = self.pixel_aspect_ratio;
        [x * ratio, y, (x + picture.width as f64) * ratio, y + picture.height as f64]
    }
}

/// How a clip's images come, by the clip preferences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mapping {
    pub(crate) depth: Depth,
    pub(crate) components: Components,
    pub(crate) premultiplication: Premultiplication,
    pub(crate) pixel_aspect_ratio: f64,
}

/// A clip of a descriptor or of an instance.
pub(crate) struct ClipObject {
    pub(crate) name: String,
    pub(crate) handle: usize,
    pub(crate) properties: Arc<PropertySet>,
    pub(crate) effect: Weak<EffectObject>,
    pub(crate) content: RwLock<Option<Clip>>,
    pub(crate) mapping: RwLock<Option<Mapping>>,
}

impl ClipObject {
    pub(crate) fn content(&self) -> Option<Clip> {
        self.content.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub(crate) fn mapping(&self) -> Option<Mapping> {
        *self.mapping.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn is_output(&self) -> bool {
        self.name == openfx_sys::kOfxImageEffectOutputClipName.to_string_lossy()
    }
}
