//! Where the edge of a matte is: the band that matting tools call the unknown of a trimap.

use rayon::prelude::*;

use super::matte::Matte;
use super::{Error, zeros};

/// Room on each side of what is not certain, in pixels of a 1920-wide frame.
pub const MARGIN: f32 = 4.0;

/// Alpha in this range is not certain; the ends leave out what rounding makes of 0 and 1.
const UNCERTAIN: std::ops::RangeInclusive<f32> = 0.02..=0.98;

/// The band as a matte: 1 within `margin` pixels (per axis) of an uncertain pixel or of a step from inside to
/// outside, 0 elsewhere.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn band(matte: &Matte, margin: [f32; 2], threads: &rayon::ThreadPool) -> Result<Matte, Error> {
    let (width, height) = (matte.width(), matte.height());
    let [reach_x, reach_y] = margin.map(|m| m.max(0.0).round().min(4096.0) as usize);
    let alpha = matte.alpha();
    let mut wide = zeros(width * height)?;
    let mut band = zeros(width * height)?;
    if width == 0 || height == 0 {
        return Ok(matte.like(band));
    }
    let uncertain = |x: usize, y: usize| {
        let here = alpha[y * width + x];
        let steps = |other: f32| (here >= 0.5) != (other >= 0.5);
        UNCERTAIN.contains(&here)
            || (x + 1 < width && steps(alpha[y * width + x + 1]))
            || (y + 1 < height && steps(alpha[(y + 1) * width + x]))
    };
    threads.install(|| {
        wide.par_chunks_exact_mut(width).enumerate().for_each(|(y, line)| {
            spread(width, reach_x, |x| uncertain(x, y), |x| line[x] = 1.0);
        });
        // Rows near enough, column by column within a row of the result.
        band.par_chunks_exact_mut(width).enumerate().for_each(|(y, line)| {
            for near in y.saturating_sub(reach_y)..(y + reach_y + 1).min(height) {
                for (out, value) in line.iter_mut().zip(&wide[near * width..][..width]) {
                    *out = out.max(*value);
                }
            }
        });
    });
    Ok(matte.like(band))
}

/// Calls `set` once for each index within `reach` of one where `is` holds.
fn spread(len: usize, reach: usize, is: impl Fn(usize) -> bool, mut set: impl FnMut(usize)) {
    let mut done = 0;
    for x in (0..len).filter(|x| is(*x)) {
        for near in done.max(x.saturating_sub(reach))..(x + reach + 1).min(len) {
            set(near);
        }
        done = (x + reach + 1).min(len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::geometry::PixelRect;

    #[test]
    fn the_band_follows_steps_and_soft_parts() {
        let bounds = PixelRect { x1: 0, y1: 0, x2: 12, y2: 1 };
        let alpha = vec![0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let band = band(&Matte::new(bounds, alpha), [1.0, 1.0], &threads).unwrap();
        assert_eq!(band.alpha(), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
    }
}
