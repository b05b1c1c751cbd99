//! Edge flicker: does the edge of the matte jump where the subject's does not?
//!
//! The mean over the edge of `|(a_t - W a_t-1) - (g_t - W g_t-1)|`, times [`ERROR_SCALE`]: a is the matte, g the truth,
//! W brings the frame before along the motion. Without W a fast subject would count as flicker; without g a motion that
//! W misses would. The truth of footage is binary, so it is blurred by [`SIGMA`] first: a matte is soft over about one
//! cell of the network's mask, and sharpness is no flicker. The edge is where a pixel lies in the truth's edge
//! [`band`](super::band) and its place in the frame before lies in the band of that. W is the plugin's own optical flow
//! between the two pictures (`pipeline::flow`), the same for every matte that is measured.
//!
//! W is not exact, and a truth drawn by hand is not either: a matte that did not change at all along W would still differ
//! from the truth's changes, by the mean of `|g_t - W g_t-1|`. That is measured beside it, as the least that steadiness
//! alone can reach.

use image::{GrayImage, Luma, RgbImage};
use imageproc::filter::gaussian_blur_f32;
use promptmatte::pipeline;
use promptmatte::pipeline::flow::{Flow, Pyramid, flow};
use promptmatte::pipeline::map::Map;

use super::ERROR_SCALE;
use super::band::edge_band;
use crate::evaluate::pixels::Alpha;
use crate::track::footage::see;

/// Sigma of the truth's blur in pixels: three quarters of a cell of the network's mask in frames of about 850 pixels.
pub const SIGMA: f32 = 2.5;
/// Long side of the picture whose motion is looked for: that of the network's frame.
const MOTION_SIDE: u32 = 1024;

/// One frame as this measure needs it.
pub struct Edge {
    matte: Map,
    truth: Map,
    band: GrayImage,
    picture: Pyramid,
}

impl Edge {
    /// Of a matte with its truth and picture, all of one size.
    ///
    /// # Errors
    /// The pipeline's, for a picture without pixels.
    pub fn new(
        matte: &Alpha,
        truth: &Alpha,
        picture: &RgbImage,
        threads: &rayon::ThreadPool,
    ) -> Result<Self, pipeline::Error> {
        Ok(Self {
            matte: map(matte),
            truth: map(&gaussian_blur_f32(truth, SIGMA)),
            band: edge_band(truth),
            picture: Pyramid::new(&see(picture, MOTION_SIDE, threads)?),
        })
    }
}

fn map(plane: &Alpha) -> Map {
    Map { width: plane.width() as usize, height: plane.height() as usize, values: plane.as_raw().clone() }
}

/// The edge flicker of two frames, times [`ERROR_SCALE`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeFlicker {
    /// Of the matte.
    pub matte: f64,
    /// Of a matte that does not change along the motion.
    pub still: f64,
}

/// The edge flicker of two consecutive frames; `None` when their edges have nothing in common.
#[must_use]
pub fn between(before: &Edge, now: &Edge) -> Option<EdgeFlicker> {
    along(before, now, &flow(&now.picture, &before.picture))
}

/// The same along a known motion from the frame now to the one before.
fn along(before: &Edge, now: &Edge, flow: &Flow) -> Option<EdgeFlicker> {
    let (width, height) = (now.matte.width, now.matte.height);
    let scale = [width as f32 / flow.width as f32, height as f32 / flow.height as f32];
    let (mut sums, mut count) = ([0.0; 2], 0u64);
    for y in 0..height {
        for x in 0..width {
            let pixel = |map: &Map| map.at(x, y);
            if now.band.get_pixel(x as u32, y as u32)[0] == 0 {
                continue;
            }
            let at = [x as f32 + 0.5, y as f32 + 0.5];
            let motion = flow.sample(at[0] / scale[0], at[1] / scale[1]);
            let there = [at[0] + motion[0] * scale[0], at[1] + motion[1] * scale[1]];
            if !holds(&before.band, there) {
                continue;
            }
            let change = |map: &Map, earlier: &Map| pixel(map) - earlier.sample(there[0], there[1]);
            let (matte, truth) = (change(&now.matte, &before.matte), change(&now.truth, &before.truth));
            sums[0] += f64::from((matte - truth).abs());
            sums[1] += f64::from(truth.abs());
            count += 1;
        }
    }
    let mean = |sum: f64| sum / count as f64 * ERROR_SCALE;
    (count > 0).then(|| EdgeFlicker { matte: mean(sums[0]), still: mean(sums[1]) })
}

/// Whether a mask is set at a continuous position.
fn holds(mask: &GrayImage, [x, y]: [f32; 2]) -> bool {
    let inside = x >= 0.0 && y >= 0.0 && x < mask.width() as f32 && y < mask.height() as f32;
    inside && *mask.get_pixel(x as u32, y as u32) != Luma([0])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u32, u32) = (96, 64);

    /// A frame whose true edge is at a column, and whose matte is the blurred truth and an error in all pixels.
    fn edge(column: u32, error: f32) -> Edge {
        let truth = Alpha::from_fn(SIZE.0, SIZE.1, |x, _| Luma([f32::from(u8::from(x < column))]));
        let picture = RgbImage::new(SIZE.0, SIZE.1);
        let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let soft = gaussian_blur_f32(&truth, SIGMA);
        let matte = Alpha::from_fn(SIZE.0, SIZE.1, |x, y| Luma([soft.get_pixel(x, y)[0] + error]));
        Edge::new(&matte, &truth, &picture, &threads).unwrap()
    }

    /// A motion of so many columns everywhere.
    fn motion(columns: f32) -> Flow {
        let mut flow = Flow::still(SIZE.0 as usize, SIZE.1 as usize);
        flow.vectors.fill([columns, 0.0]);
        flow
    }

    #[test]
    fn a_constant_error_does_not_flicker_and_a_change_of_it_does() {
        let still = motion(0.0);
        let none = EdgeFlicker { matte: 0.0, still: 0.0 };
        assert_eq!(along(&edge(48, 0.25), &edge(48, 0.25), &still), Some(none));
        let jump = along(&edge(48, 0.0), &edge(48, 0.25), &still).unwrap();
        assert!((jump.matte - 250.0).abs() < 1e-3 && jump.still == 0.0, "{jump:?}");
    }

    #[test]
    fn what_moves_as_the_truth_does_is_no_flicker_whether_or_not_the_motion_is_found() {
        for found in [-8.0, 0.0] {
            let moved = along(&edge(40, 0.25), &edge(48, 0.25), &motion(found)).unwrap();
            assert!(moved.matte < 1e-3, "{found}: {moved:?}");
            // Where the motion is missed, a matte at rest would be wrong.
            assert_eq!(moved.still > 1e-3, found == 0.0, "{found}: {moved:?}");
        }
    }

    #[test]
    fn edges_with_nothing_in_common_are_not_measured() {
        assert_eq!(along(&edge(20, 0.0), &edge(70, 0.0), &motion(0.0)), None);
        assert_eq!(along(&edge(0, 0.0), &edge(0, 0.0), &motion(0.0)), None);
    }
}
