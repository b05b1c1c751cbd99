//! Shots at rest, of which only the camera's noise moves, made of stills.

use std::path::Path;

use imageproc::noise::gaussian_noise;

use super::EvaluateError;
use super::footage::{Clip, Folder, FramePair};
use super::pixels::load_source;

/// Standard deviation of the noise in codes of 8 bits: that of a camera in a room.
const NOISE: f64 = 4.0;

/// Each clip's first frame as a shot of so many frames with other noise each, written to `scratch`.
///
/// # Errors
/// [`EvaluateError::Image`] when a frame cannot be read or written.
pub fn at_rest(folder: Folder, frames: usize, scratch: &Path) -> Result<Folder, EvaluateError> {
    let shot = |clip: Clip| -> Result<Clip, EvaluateError> {
        let Some(pair) = clip.frames.first() else { return Ok(clip) };
        let picture = load_source(&pair.source)?;
        let noisy = |number: usize| {
            let stem = format!("{}-{}-{number}", folder.name, pair.stem);
            let path = scratch.join(format!("{stem}.png"));
            let frame = gaussian_noise(&picture, 0.0, NOISE, number as u64);
            frame.save(&path).map_err(|source| EvaluateError::Image { path: path.clone(), source })?;
            Ok(FramePair { stem, source: path, truth: pair.truth.clone() })
        };
        Ok(Clip { name: clip.name.clone(), frames: (0..frames).map(noisy).collect::<Result<_, _>>()? })
    };
    let clips = folder.clips.into_iter().map(shot).collect::<Result<_, _>>()?;
    Ok(Folder { name: folder.name.clone(), clips })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_becomes_a_shot_of_its_own_truth() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("grey.png");
        image::RgbImage::from_pixel(90, 60, image::Rgb([128; 3])).save(&path).unwrap();
        let pair = FramePair { stem: "grey".into(), source: path, truth: "grey.alpha.png".into() };
        let clip = Clip { name: "a/grey".into(), frames: vec![pair.clone(), pair] };
        let folder = Folder { name: "a".into(), clips: vec![clip] };
        let made = at_rest(folder, 3, scratch.path()).unwrap();
        let frames = &made.clips[0].frames;
        assert_eq!(frames.len(), 3);
        let pictures = [0, 1].map(|number| load_source(&frames[number].source).unwrap());
        assert_ne!(pictures[0], pictures[1]);
        let squares = pictures[0].as_raw().iter().map(|value| (f64::from(*value) - 128.0).powi(2));
        let deviation = (squares.sum::<f64>() / pictures[0].as_raw().len() as f64).sqrt();
        assert!((deviation - NOISE).abs() < 0.2, "{deviation}");
        assert!(frames.iter().all(|frame| frame.truth == Path::new("grey.alpha.png")));
    }
}
