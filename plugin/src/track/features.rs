//! SAM's features of a frame, made comparable: what the tracker recognises the subject by.

use models::sam::{EMBEDDING_CHANNELS, EMBEDDING_SIDE, Embedding, INPUT_SIDE, MASK_STRIDE};

use crate::pipeline::map::Map;

/// Pixels of the encoder's frame per cell of the embedding.
pub const CELL: u32 = INPUT_SIDE / EMBEDDING_SIDE as u32;

/// Unit vectors, one for each cell that the image covers.
#[derive(Clone, Debug)]
pub struct Features {
    /// Columns: `ceil(image width / 16)`.
    pub width: usize,
    /// Rows: `ceil(image height / 16)`.
    pub height: usize,
    /// `[height * width, 256]`, cell by cell.
    pub values: Vec<f32>,
}

/// The mean feature of an image's cells, `[256]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mean(Vec<f32>);

impl Mean {
    /// Of the cells that the image covers.
    pub fn of(embedding: &Embedding) -> Self {
        let (width, height) = cells(embedding.size());
        let scale = 1.0 / (width * height) as f32;
        Self(planes(embedding).map(|plane| covered(plane, width, height).sum::<f32>() * scale).collect())
    }

    /// The mean of several means.
    pub fn between(means: &[Self]) -> Self {
        let scale = 1.0 / means.len().max(1) as f32;
        let channel = |c: usize| means.iter().map(|mean| mean.0[c]).sum::<f32>() * scale;
        Self((0..EMBEDDING_CHANNELS).map(channel).collect())
    }
}

impl Features {
    /// The direction in which each cell differs from a mean: `(x - mean) / |x - mean|`. A shared part of the features
    /// says nothing about the subject and would make all cells alike. A cell that does not differ is 0.
    pub fn new(embedding: &Embedding, mean: &Mean) -> Self {
        let (width, height) = cells(embedding.size());
        let mut values = vec![0.0; width * height * EMBEDDING_CHANNELS];
        for (channel, (plane, mean)) in planes(embedding).zip(&mean.0).enumerate() {
            for (cell, value) in covered(plane, width, height).enumerate() {
                values[cell * EMBEDDING_CHANNELS + channel] = value - mean;
            }
        }
        for cell in values.chunks_exact_mut(EMBEDDING_CHANNELS) {
            let length = cell.iter().map(|value| value * value).sum::<f32>().sqrt();
            // Also what is not a number: it is like nothing.
            let scale = if length.is_normal() { 1.0 / length } else { 0.0 };
            cell.iter_mut().for_each(|value| *value = if scale > 0.0 { *value * scale } else { 0.0 });
        }
        Self { width, height, values }
    }

    /// The vector of one cell.
    pub fn cell(&self, index: usize) -> &[f32] {
        &self.values[index * EMBEDDING_CHANNELS..][..EMBEDDING_CHANNELS]
    }
}

/// Cells that an image of `size` pixels in the encoder's frame covers, also in part.
pub fn cells(size: (u32, u32)) -> (usize, usize) {
    (size.0.div_ceil(CELL) as usize, size.1.div_ceil(CELL) as usize)
}

/// Mask pixels per cell on each axis.
pub const MASK_PIXELS: usize = (CELL / MASK_STRIDE) as usize;

/// The mask pixels of a cell, row by row.
pub type Patch = [f32; MASK_PIXELS * MASK_PIXELS];

/// The mask pixels of each cell, 1 above one half and 0 elsewhere. Beyond the last row and column these go on.
pub fn labels(mask: &Map) -> Vec<Patch> {
    let (width, height) = (mask.width.div_ceil(MASK_PIXELS), mask.height.div_ceil(MASK_PIXELS));
    let patch = |cell: usize| -> Patch {
        let (left, top) = (cell % width * MASK_PIXELS, cell / width * MASK_PIXELS);
        std::array::from_fn(|i| {
            let (x, y) = (left + i % MASK_PIXELS, top + i / MASK_PIXELS);
            f32::from(u8::from(mask.at(x.min(mask.width - 1), y.min(mask.height - 1)) > 0.5))
        })
    };
    (0..width * height).map(patch).collect()
}

fn planes(embedding: &Embedding) -> impl Iterator<Item = &[f32]> {
    embedding.data().chunks_exact(EMBEDDING_SIDE * EMBEDDING_SIDE)
}

fn covered(plane: &[f32], width: usize, height: usize) -> impl Iterator<Item = f32> {
    plane.chunks_exact(EMBEDDING_SIDE).take(height).flat_map(move |row| row[..width].iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_directions_from_the_mean_without_the_padding() {
        let plane = EMBEDDING_SIDE * EMBEDDING_SIDE;
        let mut data = vec![0.0; Embedding::LEN];
        // Channel 0 counts columns of the two that the image covers; the padding is huge.
        for y in 0..EMBEDDING_SIDE {
            for x in 0..EMBEDDING_SIDE {
                data[y * EMBEDDING_SIDE + x] = if x < 2 && y < 1 { x as f32 * 4.0 } else { 1e9 };
            }
        }
        data[plane] = 3.0;
        data[plane + 1] = 3.0;
        let embedding = Embedding::from_raw(data, 20, 16).unwrap();
        let features = Features::new(&embedding, &Mean::of(&embedding));
        assert_eq!((features.width, features.height), (2, 1));
        assert_eq!((features.cell(0)[0], features.cell(1)[0]), (-1.0, 1.0));
        assert_eq!(features.cell(1)[1], 0.0);
    }

    #[test]
    fn a_cell_that_is_no_number_is_like_nothing() {
        let embedding = Embedding::from_raw(vec![f32::NAN; Embedding::LEN], 1024, 512).unwrap();
        let features = Features::new(&embedding, &Mean::of(&embedding));
        assert!(features.values.iter().all(|value| *value == 0.0));
    }

    #[test]
    fn labels_are_the_mask_pixels_of_cells() {
        let mask = Map::from_fn(7, 3, |x, _| if x < 6 { 0.9 } else { 0.4 });
        assert_eq!(labels(&mask), [[1.0; 16], [1.0, 1.0, 0.0, 0.0].repeat(4).try_into().unwrap()]);
    }
}
