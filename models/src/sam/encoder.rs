//! Image to embedding.

use super::{EMBEDDING_CHANNELS, EMBEDDING_SIDE, Embedding, INPUT_SIDE, ModelImage, Stop};
use crate::Error;
use crate::manifest::{EncoderContract, Entry};
use crate::runtime::Runtime;
use crate::session::{Run, Single, Tensor, WorkingMemory};
use crate::store::Store;

const DOING: &str = "analyse the picture";

const OUTPUT_SHAPE: [i64; 4] = [1, EMBEDDING_CHANNELS as i64, EMBEDDING_SIDE as i64, EMBEDDING_SIDE as i64];

/// SAM's image encoder.
#[derive(Debug)]
pub struct Encoder {
    network: Single,
    contract: EncoderContract,
}

impl Encoder {
    /// Opens the network of an encoder entry.
    ///
    /// # Errors
    /// See [`super::Sam::load`].
    pub fn load(runtime: &Runtime, store: &Store, entry: &Entry, threads: usize) -> Result<Self, Error> {
        let contract = entry.encoder.clone().ok_or_else(|| Error::EntryInvalid {
            id: entry.id.clone(),
            reason: "it is not an encoder".to_owned(),
        })?;
        let side = i64::from(INPUT_SIDE);
        let input = Tensor { name: &contract.input, shape: &[1, 3, side, side] };
        let output = Tensor { name: &contract.output, shape: &OUTPUT_SHAPE };
        // The encoder works in some 350 MB, which a host would rather have for its frames between two of ours; giving
        // them back costs 8 % of processor time.
        let resources = (threads, WorkingMemory::GiveBack);
        let network = Single::open(runtime, store, entry, resources, input, output)?;
        Ok(Self { network, contract })
    }

    /// Computes the features of an image. See [`super::Segmenter::encode`].
    ///
    /// # Errors
    /// See [`super::Segmenter::encode`].
    pub fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error> {
        let (width, height) = (image.width(), image.height());
        if width.max(height) != INPUT_SIDE {
            let reason = format!("its size is {width}x{height}, the long side must be {INPUT_SIDE}");
            return Err(Error::BadImage { reason });
        }
        let frame = normalised_frame(image, &self.contract);
        let side = INPUT_SIDE as usize;
        let run = Run { doing: DOING, input: ([1, 3, side, side], &frame), output: OUTPUT_SHAPE };
        self.network.run_until(stop, run, |data| Embedding::from_raw(data, width, height))
    }
}

/// The encoder's frame `[3, 1024, 1024]`: `(255 * value - mean) / std` in the top left, zeros (after normalising) right
/// of and below the image, as `Sam.preprocess` does.
fn normalised_frame(image: &ModelImage, contract: &EncoderContract) -> Vec<f32> {
    let side = INPUT_SIDE as usize;
    let mut frame = vec![0.0; 3 * side * side];
    let width = image.width() as usize;
    for (channel, plane) in frame.chunks_exact_mut(side * side).enumerate() {
        let scale = 255.0 / contract.std[channel];
        let offset = contract.mean[channel] / contract.std[channel];
        for (row, pixels) in plane.chunks_exact_mut(side).zip(image.rgb().chunks_exact(3 * width)) {
            for (value, pixel) in row.iter_mut().zip(pixels.chunks_exact(3)) {
                *value = pixel[channel] * scale - offset;
            }
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::normalised_frame;
    use crate::manifest::{Manifest, Role};
    use crate::sam::ModelImage;

    #[test]
    fn frame_is_normalised_then_padded_with_zeros() {
        let manifest = Manifest::built_in().unwrap();
        let contract = manifest.entry(Role::Encoder).unwrap().encoder.clone().unwrap();
        let mut rgb = vec![0.0; 1024 * 2 * 3];
        // Second pixel of the second row: the mean in red, white in green, black in blue.
        rgb[1025 * 3..][..3].copy_from_slice(&[123.675 / 255.0, 1.0, 0.0]);
        let frame = normalised_frame(&ModelImage::new(1024, 2, rgb).unwrap(), &contract);
        let at = |channel: usize, y: usize, x: usize| frame[(channel * 1024 + y) * 1024 + x];
        assert!(at(0, 1, 1).abs() < 1e-5);
        assert!((at(1, 1, 1) - (255.0 - 116.28) / 57.12).abs() < 1e-5);
        assert!((at(2, 1, 1) + 103.53 / 57.375).abs() < 1e-5);
        assert!((at(0, 0, 0) + 123.675 / 58.395).abs() < 1e-5);
        assert_eq!(at(0, 2, 0), 0.0);
        assert_eq!(at(2, 1023, 1023), 0.0);
    }
}
