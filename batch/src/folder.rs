//! A folder of pictures as a clip.

use std::path::{Path, PathBuf};

use image::RgbImage;
use models::sam::ModelImage;
use promptmatte::pipeline::colour::SourceColour;
use promptmatte::pipeline::eye;
use promptmatte::pipeline::geometry::{Geometry, PixelRect};
use promptmatte::pipeline::pixels::SourceView;
use promptmatte::track::{self, Frames};

use crate::Error;

/// The pictures of a folder in the order of their names, one a frame. Read when asked for: long clips do not fit in
/// memory.
pub struct Folder {
    files: Vec<PathBuf>,
    first: f64,
}

impl Folder {
    /// The PNG and JPEG files of a folder; the first stands at the time `first`.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::NoFrames`].
    pub fn open(path: &Path, first: i32) -> Result<Self, Error> {
        let unreadable = |source| Error::File { path: path.to_owned(), source };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            let ending = file.extension().map(|ending| ending.to_ascii_lowercase());
            if ending.is_some_and(|ending| ["png", "jpg", "jpeg"].iter().any(|known| ending == *known)) {
                files.push(file);
            }
        }
        files.sort();
        if files.is_empty() {
            Err(Error::NoFrames(path.to_owned()))
        } else {
            Ok(Self { files, first: first.into() })
        }
    }

    /// First and last time.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        [self.first, self.first + self.files.len() as f64 - 1.0]
    }

    /// How the picture at a time lies; its lower left corner is (0, 0).
    ///
    /// # Errors
    /// [`Error::NoFrame`] or [`Error::Picture`].
    pub fn geometry(&self, time: f64) -> Result<Geometry, Error> {
        let path = self.file(time).ok_or(Error::NoFrame(time))?;
        let (width, height) = image::image_dimensions(path).map_err(|source| picture_error(path, source))?;
        Ok(geometry(width, height))
    }

    fn file(&self, time: f64) -> Option<&Path> {
        let index = time - self.first;
        let whole = index >= 0.0 && index.fract() == 0.0;
        whole.then(|| self.files.get(index as usize)).flatten().map(PathBuf::as_path)
    }

    /// The picture at a time, without its alpha.
    fn picture(&self, time: f64) -> Result<Option<RgbImage>, Error> {
        let Some(path) = self.file(time) else { return Ok(None) };
        let picture = image::open(path).map_err(|source| picture_error(path, source))?;
        Ok(Some(picture.into_rgb8()))
    }
}

fn picture_error(path: &Path, source: image::ImageError) -> Error {
    Error::Picture { path: path.to_owned(), source }
}

fn geometry(width: u32, height: u32) -> Geometry {
    let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
    Geometry { bounds, render_scale: [1.0; 2], pixel_aspect_ratio: 1.0, row_offset: 0.0 }
}

/// Frames for a network that takes images of a given long side, taken as sRGB.
pub struct Seen<'a> {
    /// The pictures.
    pub folder: &'a Folder,
    /// Long side in pixels of what the network takes.
    pub side: u32,
    /// Threads to convert with.
    pub threads: &'a rayon::ThreadPool,
}

impl Frames for Seen<'_> {
    fn image(&mut self, time: f64) -> Result<Option<ModelImage>, track::Error> {
        let picture = self.folder.picture(time).map_err(|error| track::Error::Source(Box::new(error)))?;
        let Some(picture) = picture else { return Ok(None) };
        let (width, height) = picture.dimensions();
        let view = SourceView::of_rgb(picture.as_raw(), width, height)
            .map_err(promptmatte::pipeline::Error::from)?;
        let eye = SourceColour::Srgb.eye(0.0);
        Ok(Some(eye::see(&view, &eye, &geometry(width, height), self.side, self.threads, &|| false)?))
    }
}
