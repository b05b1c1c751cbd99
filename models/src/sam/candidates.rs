//! What the decoder makes of prompts: four masks to choose from.

use std::sync::Arc;

use super::{INPUT_SIDE, MASK_SIDE, MASK_STRIDE, Prompts};
use crate::Error;

/// A mask before the threshold: f32 `[256, 256]` that covers the encoder's frame, above 0 where the subject is. The
/// odds are logistic: coverage is `1 / (1 + exp(-logit))`. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Logits {
    data: Arc<[f32]>,
    width: u32,
    height: u32,
}

impl Logits {
    /// Values in a mask.
    pub const LEN: usize = MASK_SIDE * MASK_SIDE;

    /// Takes a mask of an image that had `width` x `height` pixels in the encoder's frame ([`super::Embedding::size`]).
    ///
    /// # Errors
    /// [`Error::BadTensor`] when there are not [`Logits::LEN`] values or the size is not within 1..=1024.
    pub fn from_raw(data: impl Into<Arc<[f32]>>, width: u32, height: u32) -> Result<Self, Error> {
        let data = data.into();
        if data.len() != Self::LEN {
            return Err(Error::BadTensor {
                reason: format!("{} values in place of {}", data.len(), Self::LEN),
            });
        }
        let side = 1..=INPUT_SIDE;
        if !side.contains(&width) || !side.contains(&height) {
            return Err(Error::BadTensor { reason: format!("an image of {width}x{height} pixels") });
        }
        Ok(Self { data, width, height })
    }

    /// Width and height of the mask in its pixels, padding included.
    #[must_use]
    pub fn side(&self) -> usize {
        MASK_SIDE
    }

    /// The values, rows from the top.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// Width and height of the image in the encoder's frame, as given to [`Logits::from_raw`].
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Width and height of the part that covers the image, in mask pixels from the top left (the image's size in the
    /// encoder's frame divided by 4, not rounded). The rest is padding.
    #[must_use]
    pub fn content(&self) -> (f32, f32) {
        let stride = MASK_STRIDE as f32;
        (self.width as f32 / stride, self.height as f32 / stride)
    }

    /// Memory that the values take, for a cache's budget.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        size_of_val(&*self.data)
    }
}

/// The decoder's four masks and how good it takes each to be.
///
/// Candidate 0 is trained for several prompts; 1 to 3 answer one ambiguous prompt with a part, a larger part and the
/// whole, in no fixed order.
#[derive(Debug, Clone)]
pub struct Candidates {
    logits: [Logits; 4],
    scores: [f32; 4],
}

impl Candidates {
    /// Puts four masks and their scores together.
    #[must_use]
    pub fn new(logits: [Logits; 4], scores: [f32; 4]) -> Self {
        Self { logits, scores }
    }

    /// One mask.
    ///
    /// # Panics
    /// When `index` is above 3.
    #[must_use]
    pub fn logits(&self, index: usize) -> &Logits {
        &self.logits[index]
    }

    /// The expected intersection over union of each mask with the subject; about 0..=1.
    #[must_use]
    pub fn scores(&self) -> [f32; 4] {
        self.scores
    }

    /// The index of the mask that SAM itself would return for the prompts that these candidates were made from.
    ///
    /// The rule is that of SAM's ONNX export (`SamOnnxModel.select_masks`): the largest of
    /// `score[i] + (n - 2.5) * [1000, 0, 0, 0][i]`, where n counts the points and the box's two corners, or, when
    /// there is no box, the points and the padding point. So one point, or a box alone (n = 2), gives the best of
    /// candidates 1 to 3; two or more points, or a box with points (n >= 3), give candidate 0. Of equal scores the
    /// first counts; a score that is not a number never wins.
    #[must_use]
    pub fn sams_choice(&self, prompts: &Prompts) -> usize {
        if prompts.token_count() >= 3 {
            return 0;
        }
        let mut best = 1;
        for index in 2..self.scores.len() {
            if self.scores[index] > self.scores[best] || self.scores[best].is_nan() {
                best = index;
            }
        }
        best
    }

    /// Memory that the masks take, for a cache's budget.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.logits.iter().map(Logits::byte_len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidates, Logits};
    use crate::sam::{BoxPrompt, PointLabel, PointPrompt, Prompts};

    fn choice(scores: [f32; 4], points: usize, boxed: bool) -> usize {
        let logits = Logits::from_raw(vec![0.0; Logits::LEN], 1024, 576).unwrap();
        let point = PointPrompt { x: 1.0, y: 1.0, label: PointLabel::Include };
        let bounding_box = boxed.then(|| BoxPrompt::new(0.0, 0.0, 9.0, 9.0));
        let prompts = Prompts { points: vec![point; points], bounding_box };
        Candidates::new(std::array::from_fn(|_| logits.clone()), scores).sams_choice(&prompts)
    }

    #[test]
    fn one_prompt_takes_the_best_of_the_last_three() {
        assert_eq!(choice([0.99, 0.2, 0.8, 0.7], 1, false), 2);
        assert_eq!(choice([0.99, 0.2, 0.8, 0.9], 0, true), 3);
        assert_eq!(choice([0.99, 0.5, 0.5, 0.5], 1, false), 1);
        assert_eq!(choice([0.99, f32::NAN, 0.5, 0.7], 1, false), 3);
    }

    #[test]
    fn several_prompts_take_the_first() {
        assert_eq!(choice([0.1, 0.9, 0.9, 0.9], 2, false), 0);
        assert_eq!(choice([0.1, 0.9, 0.9, 0.9], 1, true), 0);
        assert_eq!(choice([0.1, 0.9, 0.9, 0.9], 3, false), 0);
    }

    #[test]
    fn content_is_a_quarter_of_the_image() {
        let logits = Logits::from_raw(vec![0.0; Logits::LEN], 1024, 681).unwrap();
        assert_eq!(logits.content(), (256.0, 170.25));
        assert!(Logits::from_raw(vec![0.0; 3], 1024, 681).is_err());
        assert!(Logits::from_raw(vec![0.0; Logits::LEN], 1025, 681).is_err());
    }
}
