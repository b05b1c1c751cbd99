//! Salient object detection: which pixels belong to what a viewer looks at first. A start without prompts, too rough
//! for a matte.
//!
//! The contract is that of the published U^2-Net (Qin et al. 2020, "U^2-Net: Going Deeper with Nested U-Structure for
//! Salient Object Detection"): the whole picture squeezed into a square of 320 pixels, a probability for each of them.

use std::sync::Arc;

use crate::Error;
use crate::manifest::{Role, SaliencyContract};
use crate::runtime::Runtime;
use crate::sam::{ModelImage, Stop};
use crate::session::{Run, Single, Tensor, WorkingMemory};
use crate::store::Store;

/// Width and height of the network's input and output in pixels.
pub const SALIENCY_SIDE: u32 = 320;

const DOING: &str = "look for the subject";

const OUTPUT_SHAPE: [i64; 4] = [1, 1, SALIENCY_SIDE as i64, SALIENCY_SIDE as i64];

/// Less than this between the least and the largest probability is rounding, not a difference.
const FLAT: f32 = 1e-6;

/// How much each pixel stands out: f32 `[320, 320]` in 0..=1 over the whole picture, rows from the top. Cloning is
/// cheap.
#[derive(Debug, Clone)]
pub struct SaliencyMap {
    data: Arc<[f32]>,
    peak: f32,
}

impl SaliencyMap {
    /// Values in a map.
    pub const LEN: usize = (SALIENCY_SIDE * SALIENCY_SIDE) as usize;

    /// Takes probabilities as a network gives them and spreads them so that the least is 0 and the largest 1, as U^2-Net
    /// is published (`normPRED`). Where all are alike nothing stands out: the map is 0.
    ///
    /// # Errors
    /// [`Error::BadTensor`] when there are not [`SaliencyMap::LEN`] values or one is not finite.
    pub fn from_probabilities(values: &[f32]) -> Result<Self, Error> {
        if values.len() != Self::LEN {
            let reason = format!("{} values in place of {}", values.len(), Self::LEN);
            return Err(Error::BadTensor { reason });
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::BadTensor { reason: "a probability that is no number".to_owned() });
        }
        let least = values.iter().copied().fold(f32::INFINITY, f32::min);
        let peak = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let range = peak - least;
        let scale = if range > FLAT { 1.0 / range } else { 0.0 };
        Ok(Self { data: values.iter().map(|value| (value - least) * scale).collect(), peak })
    }

    /// The values in 0..=1, rows from the top.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// The largest probability before the values were spread, about 0..=1: low where nothing stands out.
    #[must_use]
    pub fn peak(&self) -> f32 {
        self.peak
    }

    /// Memory that the values take, for a cache's budget.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        size_of_val(&*self.data)
    }
}

/// A salient object detector. Implementations are shared between threads; tests replace them.
pub trait Detector: Send + Sync {
    /// The network's id, part of cache keys.
    fn id(&self) -> &str;

    /// Finds what stands out in a picture that was squeezed to 320x320 pixels, whatever its shape. `stop` ends the wait
    /// as well as the run.
    ///
    /// # Errors
    /// [`Error::BadImage`] for another size, [`Error::Stopped`], [`Error::OutOfMemory`] or [`Error::Inference`].
    fn detect(&self, image: &ModelImage, stop: Stop<'_>) -> Result<SaliencyMap, Error>;
}

/// U^2-Net.
#[derive(Debug)]
pub struct Saliency {
    id: String,
    network: Single,
    contract: SaliencyContract,
}

impl Saliency {
    /// Opens the network that the store names, with `threads` threads.
    ///
    /// # Errors
    /// [`Error::RoleMissing`] when the store names none, the errors of [`Store::verified_path`],
    /// [`Error::ModelUnloadable`], [`Error::ModelContract`] or [`Error::OutOfMemory`].
    pub fn load(runtime: &Runtime, store: &Store, threads: usize) -> Result<Self, Error> {
        let entry = store.entry(Role::Saliency)?;
        let contract = entry.saliency.clone().ok_or_else(|| Error::EntryInvalid {
            id: entry.id.clone(),
            reason: "it is not a salient object detector".to_owned(),
        })?;
        let side = i64::from(SALIENCY_SIDE);
        let input = Tensor { name: &contract.input, shape: &[1, 3, side, side] };
        let output = Tensor { name: &contract.output, shape: &OUTPUT_SHAPE };
        let network = Single::open(runtime, store, entry, (threads, WorkingMemory::GiveBack), input, output)?;
        Ok(Self { id: entry.id.clone(), network, contract })
    }
}

impl Detector for Saliency {
    fn id(&self) -> &str {
        &self.id
    }

    fn detect(&self, image: &ModelImage, stop: Stop<'_>) -> Result<SaliencyMap, Error> {
        let side = SALIENCY_SIDE as usize;
        if (image.width(), image.height()) != (SALIENCY_SIDE, SALIENCY_SIDE) {
            let (width, height) = (image.width(), image.height());
            let reason = format!("its size is {width}x{height}, it must be {side}x{side}");
            return Err(Error::BadImage { reason });
        }
        let values = normalised(image, &self.contract);
        let run = Run { doing: DOING, input: ([1, 3, side, side], &values), output: OUTPUT_SHAPE };
        self.network.run_until(stop, run, SaliencyMap::from_probabilities)
    }
}

/// The network's input `[3, 320, 320]`: `(value / brightest - mean) / std`, as U^2-Net is published (`ToTensorLab`). The
/// division makes a dark picture readable.
fn normalised(image: &ModelImage, contract: &SaliencyContract) -> Vec<f32> {
    let brightest = image.rgb().iter().copied().fold(0.0, f32::max);
    let scale = if brightest > FLAT { 1.0 / brightest } else { 1.0 };
    (0..3)
        .flat_map(|channel| {
            let (mean, std) = (contract.mean[channel], contract.std[channel]);
            image.rgb().iter().skip(channel).step_by(3).map(move |value| (value * scale - mean) / std)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;

    #[test]
    fn probabilities_are_spread_and_flat_ones_are_nothing() {
        let mut values = vec![0.25; SaliencyMap::LEN];
        values[7] = 0.75;
        values[8] = 0.5;
        let map = SaliencyMap::from_probabilities(&values).unwrap();
        assert_eq!(map.data()[6..9], [0.0, 1.0, 0.5]);
        assert_eq!(map.peak(), 0.75);
        let flat = SaliencyMap::from_probabilities(&vec![0.4; SaliencyMap::LEN]).unwrap();
        assert!(flat.data().iter().all(|value| *value == 0.0));
        assert!(SaliencyMap::from_probabilities(&[0.0; 3]).is_err());
        values[0] = f32::NAN;
        assert!(SaliencyMap::from_probabilities(&values).is_err());
    }

    #[test]
    fn the_brightest_value_is_one_and_black_stays_black() {
        let contract = Manifest::built_in().unwrap().entry(Role::Saliency).unwrap().saliency.clone().unwrap();
        let count = SaliencyMap::LEN;
        let mut rgb = vec![0.0; 3 * count];
        rgb[3..6].copy_from_slice(&[0.5, 0.25, 0.0]);
        let image = ModelImage::new(SALIENCY_SIDE, SALIENCY_SIDE, rgb).unwrap();
        let values = normalised(&image, &contract);
        assert_eq!(values.len(), 3 * count);
        assert!((values[1] - (1.0 - 0.485) / 0.229).abs() < 1e-5);
        assert!((values[count + 1] - (0.5 - 0.456) / 0.224).abs() < 1e-5);
        assert!((values[2 * count] + 0.406 / 0.225).abs() < 1e-5);
        let black = ModelImage::new(SALIENCY_SIDE, SALIENCY_SIDE, vec![0.0; 3 * count]).unwrap();
        assert!((normalised(&black, &contract)[0] + 0.485 / 0.229).abs() < 1e-5);
    }
}
