//! Embedding and prompts to masks.

use ort::value::TensorRef;

use super::{Candidates, EMBEDDING_CHANNELS, EMBEDDING_SIDE, Embedding, Logits, MASK_SIDE, Prompts};
use crate::Error;
use crate::manifest::{DecoderContract, Entry};
use crate::runtime::Runtime;
use crate::session::{Network, Tensor, WorkingMemory, extract};
use crate::store::Store;

const DOING: &str = "find the subject";

const LOGITS_SHAPE: [i64; 4] = [1, 4, MASK_SIDE as i64, MASK_SIDE as i64];
const SCORES_SHAPE: [i64; 2] = [1, 4];

/// SAM's prompt encoder and mask decoder, cut before the choice of a mask.
#[derive(Debug)]
pub struct Decoder {
    network: Network,
    contract: DecoderContract,
}

impl Decoder {
    /// Opens the network of a decoder entry.
    ///
    /// # Errors
    /// See [`super::Sam::load`].
    pub fn load(runtime: &Runtime, store: &Store, entry: &Entry, threads: usize) -> Result<Self, Error> {
        let contract = entry.decoder.clone().ok_or_else(|| Error::EntryInvalid {
            id: entry.id.clone(),
            reason: "it is not a decoder".to_owned(),
        })?;
        let path = store.verified_path(entry)?;
        let (cells, side) = (EMBEDDING_SIDE as i64, MASK_SIDE as i64);
        let inputs = [
            Tensor { name: &contract.embedding, shape: &[1, EMBEDDING_CHANNELS as i64, cells, cells] },
            Tensor { name: &contract.coords, shape: &[1, -1, 2] },
            Tensor { name: &contract.labels, shape: &[1, -1] },
            Tensor { name: &contract.mask, shape: &[1, 1, side, side] },
            Tensor { name: &contract.has_mask, shape: &[1] },
        ];
        let outputs = [
            Tensor { name: &contract.logits, shape: &LOGITS_SHAPE },
            Tensor { name: &contract.scores, shape: &SCORES_SHAPE },
        ];
        let network =
            Network::open(runtime, &path, &entry.id, (threads, WorkingMemory::Keep), &inputs, &outputs)?;
        Ok(Self { network, contract })
    }

    /// Computes the masks for prompts. See [`super::Segmenter::decode`].
    ///
    /// # Errors
    /// See [`super::Segmenter::decode`].
    pub fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        prior: Option<&Logits>,
    ) -> Result<Candidates, Error> {
        let (coords, labels) = prompts.tokens()?;
        let no_prior;
        let (mask, has_mask) = match prior {
            Some(prior) => (prior.data(), [1.0f32]),
            None => {
                no_prior = vec![0.0; Logits::LEN];
                (no_prior.as_slice(), [0.0f32])
            }
        };
        let count = labels.len();
        let failed = |source| Error::from_inference(DOING, source);
        let cells = [1, EMBEDDING_CHANNELS, EMBEDDING_SIDE, EMBEDDING_SIDE];
        let tensors = [
            (
                &self.contract.embedding,
                TensorRef::from_array_view((cells, embedding.data())).map_err(failed)?,
            ),
            (
                &self.contract.coords,
                TensorRef::from_array_view(([1, count, 2], coords.as_slice())).map_err(failed)?,
            ),
            (
                &self.contract.labels,
                TensorRef::from_array_view(([1, count], labels.as_slice())).map_err(failed)?,
            ),
            (
                &self.contract.mask,
                TensorRef::from_array_view(([1, 1, MASK_SIDE, MASK_SIDE], mask)).map_err(failed)?,
            ),
            (
                &self.contract.has_mask,
                TensorRef::from_array_view(([1], has_mask.as_slice())).map_err(failed)?,
            ),
        ];
        let inputs = tensors.into_iter().map(|(name, tensor)| (name.as_str(), tensor.into())).collect();
        let (width, height) = embedding.size();
        self.network.run(DOING, inputs, |outputs| {
            let data = extract(outputs.get(&self.contract.logits), DOING, &LOGITS_SHAPE)?;
            let scores = extract(outputs.get(&self.contract.scores), DOING, &SCORES_SHAPE)?;
            let mask =
                |index: usize| Logits::from_raw(&data[index * Logits::LEN..][..Logits::LEN], width, height);
            let scores = [scores[0], scores[1], scores[2], scores[3]];
            Ok(Candidates::new([mask(0)?, mask(1)?, mask(2)?, mask(3)?], scores))
        })
    }
}
