//! A clip of footage as the tracker sees it.

use image::RgbImage;
use models::sam::ModelImage;
use promptmatte::pipeline::colour::SourceColour;
use promptmatte::pipeline::eye;
use promptmatte::pipeline::geometry::{Geometry, PixelRect};
use promptmatte::pipeline::pixels::SourceView;

use crate::evaluate::EvaluateError;
use crate::evaluate::footage::Clip;
use crate::evaluate::pixels::load_source;

/// The network's input for a picture, made as the effect makes it.
///
/// # Errors
/// The pipeline's.
pub fn see(
    picture: &RgbImage,
    input_side: u32,
    threads: &rayon::ThreadPool,
) -> Result<ModelImage, promptmatte::pipeline::Error> {
    let (width, height) = picture.dimensions();
    let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
    let view = SourceView::of_rgb(picture.as_raw(), width, height)?;
    let geometry = Geometry { bounds, render_scale: [1.0; 2], pixel_aspect_ratio: 1.0, row_offset: 0.0 };
    eye::see(&view, &SourceColour::Srgb.eye(0.0), &geometry, input_side, threads, &|| false)
}

/// The picture of a time, read anew each time: long clips do not fit in memory.
///
/// # Errors
/// [`EvaluateError::Image`].
pub fn picture(clip: &Clip, time: f64) -> Result<Option<RgbImage>, EvaluateError> {
    if time < 0.0 || time.fract() != 0.0 {
        return Ok(None);
    }
    clip.frames.get(time as usize).map(|pair| load_source(&pair.source)).transpose()
}
