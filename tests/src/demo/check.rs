//! Looks at what the host rendered, because the host itself does not say when a plugin failed.

use rayon::prelude::*;

use super::{DemoError, Sequence};

/// The share of the picture that the mattes cover on average, 0..1.
///
/// # Errors
/// [`DemoError::NoMatte`] for a frame whose alpha is the same everywhere.
pub fn mattes(cutout: &Sequence, log: &std::path::Path) -> Result<f64, DemoError> {
    let covered: Vec<f64> = (0..cutout.frames())
        .into_par_iter()
        .map(|frame| {
            let path = cutout.file(frame);
            let picture = image::open(&path).map_err(DemoError::image(&path))?.into_rgba8();
            let alpha = || picture.pixels().map(|pixel| pixel.0[3]);
            let (least, most) = (alpha().min().unwrap_or(0), alpha().max().unwrap_or(0));
            if least == most {
                return Err(DemoError::NoMatte { frame, alpha: most, log: log.to_owned() });
            }
            let sum: u64 = alpha().map(u64::from).sum();
            Ok(sum as f64 / 255.0 / alpha().count() as f64)
        })
        .collect::<Result<_, _>>()?;
    Ok(covered.iter().sum::<f64>() / covered.len().max(1) as f64)
}
