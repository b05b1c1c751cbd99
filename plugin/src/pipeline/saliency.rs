//! What stands out in a frame, from several looks at it.
//!
//! The detector squeezes whatever it is given into a square and likes what lies in the middle of it. So the whole frame
//! is looked at, and square windows along its long side, in which nothing is squeezed and small subjects are larger. A
//! pixel counts as far as both agree.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use models::saliency::{Detector, SALIENCY_SIDE, SaliencyMap};
use models::sam::ModelImage;

use super::map::Map;
use super::segment::embedding_key;
use super::{Abort, Error, check, zeros};
use crate::cache::Memo;

/// A frame whose long side is less than this many times the short one is squeezed too little to be worth windows.
const NEARLY_SQUARE: f64 = 1.15;
/// Windows overlap by about half, up to this many; they leave gaps in frames that are longer than as many times their
/// short side, of which only the whole is looked at.
const MOST_WINDOWS: usize = 5;

/// How much each mask pixel of a frame stands out, 0..=1, from memory or computed.
///
/// # Errors
/// The detector's, [`Error::OutOfMemory`] or [`Error::Aborted`].
pub fn look(
    image: &ModelImage,
    detector: &dyn Detector,
    maps: &Memo<Map>,
    abort: Abort<'_>,
) -> Result<Map, Error> {
    let key = embedding_key(image, detector.id());
    Ok(maps.get_or_compute(&key, abort, || compute(image, detector, abort))?.0)
}

fn compute(image: &ModelImage, detector: &dyn Detector, abort: Abort<'_>) -> Result<Map, Error> {
    let size = [f64::from(image.width()), f64::from(image.height())];
    let (width, height) = Map::mask_size((image.width(), image.height()));
    let whole = detect(image, [0.0, 0.0, size[0], size[1]], detector, abort)?;
    let (mut sums, mut weights) = (zeros(width * height)?, zeros(width * height)?);
    for window in windows(size) {
        check(abort)?;
        let found = detect(image, window, detector, abort)?;
        for (i, (sum, weight)) in sums.iter_mut().zip(&mut weights).enumerate() {
            let place = within(window, i, width, size, height);
            // Less near the window's ends, where a subject may be cut.
            let trust = place.map(|p| 1.0 - (2.0 * p - 1.0).abs());
            let trust = if size[0] > size[1] { trust[0] } else { trust[1] }.max(0.0);
            *sum += trust * sample(&found, place);
            *weight += trust;
        }
    }
    let values = (0..width * height).map(|i| {
        let whole = sample(&whole, within([0.0, 0.0, size[0], size[1]], i, width, size, height));
        if weights[i] > 0.0 { (whole * sums[i] / weights[i]).sqrt() } else { whole }
    });
    Ok(Map { width, height, values: values.collect() })
}

/// Square windows over a frame of `[width, height]`, evenly along its long side: `[left, top, width, height]`.
fn windows([width, height]: [f64; 2]) -> Vec<[f64; 4]> {
    let (long, short) = (width.max(height), width.min(height));
    let ratio = long / short;
    if ratio < NEARLY_SQUARE || ratio > MOST_WINDOWS as f64 {
        return Vec::new();
    }
    let count = ((2.0 * (ratio - 1.0)).ceil() as usize + 1).min(MOST_WINDOWS);
    let step = (long - short) / (count - 1) as f64;
    (0..count)
        .map(|i| {
            let along = step * i as f64;
            if width > height { [along, 0.0, short, short] } else { [0.0, along, short, short] }
        })
        .collect()
}

/// Where the `i`-th pixel of a map of `width` x `height` lies in a window, in shares of it.
fn within(window: [f64; 4], i: usize, width: usize, size: [f64; 2], height: usize) -> [f32; 2] {
    let x = ((i % width) as f64 + 0.5) / width as f64 * size[0];
    let y = ((i / width) as f64 + 0.5) / height as f64 * size[1];
    [((x - window[0]) / window[2]) as f32, ((y - window[1]) / window[3]) as f32]
}

fn sample(found: &Map, [x, y]: [f32; 2]) -> f32 {
    let side = SALIENCY_SIDE as f32;
    found.sample(x * side, y * side)
}

/// What the detector finds in a window of an image. Where it is not sure of anything all is less, in place of the
/// noise that spreading the values would make of nothing.
fn detect(
    image: &ModelImage,
    window: [f64; 4],
    detector: &dyn Detector,
    abort: Abort<'_>,
) -> Result<Map, Error> {
    let squeezed = squeeze(image, window)?;
    let found: SaliencyMap = detector.detect(&squeezed, abort).map_err(|error| match error {
        models::Error::Stopped => Error::Aborted,
        error => error.into(),
    })?;
    let sure = found.peak().clamp(0.0, 1.0);
    let side = SALIENCY_SIDE as usize;
    Ok(Map { width: side, height: side, values: found.data().iter().map(|value| value * sure).collect() })
}

/// A window of an image as the detector takes it. The filter is that of the published package (Lanczos); what it
/// overshoots is cut off, as 8 bits do there.
fn squeeze(image: &ModelImage, [left, top, width, height]: [f64; 4]) -> Result<ModelImage, Error> {
    let side = SALIENCY_SIDE;
    let mut rgb = zeros((side * side * 3) as usize)?;
    let refused = |error: &dyn std::fmt::Display| Error::Scaling(error.to_string());
    let pixels = bytemuck::cast_slice(image.rgb());
    let source = TypedImageRef::<F32x3>::from_buffer(image.width(), image.height(), pixels)
        .map_err(|error| refused(&error))?;
    let mut target = TypedImage::<F32x3>::from_buffer(side, side, bytemuck::cast_slice_mut(&mut rgb))
        .map_err(|error| refused(&error))?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(left, top, width, height)
        .use_alpha(false);
    Resizer::new().resize_typed(&source, &mut target, &options).map_err(|error| refused(&error))?;
    rgb.iter_mut().for_each(|value| *value = value.clamp(0.0, 1.0));
    Ok(ModelImage::new(side, side, rgb)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use models::sam::Stop;

    use super::*;

    /// Finds red, and notes how much of it there was in each look.
    #[derive(Default)]
    struct Red(Mutex<Vec<f32>>);

    impl Detector for Red {
        fn id(&self) -> &str {
            "red"
        }

        fn detect(&self, image: &ModelImage, _stop: Stop<'_>) -> Result<SaliencyMap, models::Error> {
            let red: Vec<f32> = image.rgb().iter().step_by(3).copied().collect();
            self.0.lock().unwrap().push(red.iter().sum::<f32>() / red.len() as f32);
            SaliencyMap::from_probabilities(&red)
        }
    }

    fn image(width: u32, height: u32, red: impl Fn(u32, u32) -> f32) -> ModelImage {
        let rgb = (0..width * height).flat_map(|i| [red(i % width, i / width), 0.0, 0.0]).collect();
        ModelImage::new(width, height, rgb).unwrap()
    }

    #[test]
    fn windows_cover_the_frame_and_overlap() {
        assert_eq!(windows([1024.0, 1000.0]).len(), 0);
        assert_eq!(windows([1024.0, 1.0]).len(), 0);
        assert_eq!(windows([1024.0, 576.0]).len(), 3);
        assert_eq!(windows([576.0, 1024.0])[2], [0.0, 448.0, 576.0, 576.0]);
        for height in [210.0, 300.0, 430.0, 768.0] {
            let windows = windows([1024.0, height]);
            assert!(windows.windows(2).all(|pair| pair[1][0] <= pair[0][0] + pair[0][2]));
            assert_eq!(windows.last().unwrap()[0] + height, 1024.0);
        }
    }

    #[test]
    fn what_stands_out_is_found_in_its_place() {
        let inside = |x: u32, y: u32| (600..760).contains(&x) && (100..300).contains(&y);
        for (width, height, turned) in [(1024, 576, false), (576, 1024, true)] {
            let picture =
                image(width, height, |x, y| f32::from(if turned { inside(y, x) } else { inside(x, y) }));
            let detector = Red::default();
            let maps = Memo::new(1 << 24).unwrap();
            let map = look(&picture, &detector, &maps, &|| false).unwrap();
            let bounds = map.bounds_above(0.5).unwrap();
            assert_eq!(bounds, if turned { [25, 150, 75, 190] } else { [150, 25, 190, 75] });
            assert_eq!(detector.0.lock().unwrap().len(), 4);
            look(&picture, &detector, &maps, &|| false).unwrap();
            assert_eq!(detector.0.lock().unwrap().len(), 4, "the map is remembered");
        }
    }

    #[test]
    fn nothing_stands_out_in_nothing_and_odd_sizes_are_looked_at() {
        let maps = Memo::new(0).unwrap();
        for (width, height) in [(1024, 1), (1, 1024), (1024, 1024), (1, 1)] {
            let map = look(&image(width, height, |_, _| 0.4), &Red::default(), &maps, &|| false).unwrap();
            assert_eq!(map.bounds_above(0.0), None);
        }
        let stopped = look(&image(64, 36, |_, _| 0.0), &Red::default(), &maps, &|| true);
        assert!(matches!(stopped, Err(Error::Aborted)));
    }
}
