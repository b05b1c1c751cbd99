//! Labels carried from known frames to a new one: each cell asks the cells that are most like it.
//!
//! Label propagation by nearest neighbours in a feature space, as in Jabri et al., "Space-Time Correspondence as a
//! Contrastive Random Walk", NeurIPS 2020, section 4: the mean label of the 8 most similar cells, weighted by
//! `exp(similarity / temperature)`.

use models::sam::EMBEDDING_CHANNELS;
use rayon::prelude::*;

use super::features::{Features, MASK_PIXELS, Patch};

/// How many cells are asked.
const NEIGHBOURS: usize = 8;
/// How fast the say of a less similar cell falls; similarities are cosines.
const TEMPERATURE: f32 = 0.05;
/// Cells of the new frame that one task looks up. The products of a task stay in the processor's cache.
const BATCH: usize = 32;

/// A frame whose labels are known.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its features.
    pub features: Features,
    /// The subject in each of its cells, 0..=1.
    pub labels: Vec<Patch>,
}

/// The labels of `cells` (indices into `query`) from the cells of all `known` frames, wherever they lie.
pub fn from_anywhere(
    query: &Features,
    cells: &[usize],
    known: &[&Known],
    threads: &rayon::ThreadPool,
) -> Vec<Patch> {
    let batch = |cells: &[usize]| {
        let asked = gather(query, cells);
        let mut nearest = vec![Nearest::new(); cells.len()];
        for known in known {
            let count = known.labels.len();
            let products = products(&asked, &known.features.values);
            for (nearest, products) in nearest.iter_mut().zip(products.chunks_exact(count.max(1))) {
                for (similarity, label) in products.iter().zip(&known.labels) {
                    nearest.add(*similarity, label);
                }
            }
        }
        nearest.iter().map(Nearest::label).collect::<Vec<_>>()
    };
    threads.install(|| cells.par_chunks(BATCH).map(batch).collect::<Vec<_>>().concat())
}

/// The labels of `cells` (indices into `query`, in rising order) from the cells of one `known` frame that lie within
/// `radius` cells on both axes.
pub fn from_nearby(
    query: &Features,
    cells: &[usize],
    known: &Known,
    radius: usize,
    threads: &rayon::ThreadPool,
) -> Vec<Patch> {
    let (width, height) = (known.features.width, known.features.height);
    // The same place in a frame that may have another size.
    let place = |at: usize, from: usize, to: usize| (2 * at + 1) * to / (2 * from);
    let rows: Vec<&[usize]> = cells.chunk_by(|a, b| a / query.width == b / query.width).collect();
    let row = |cells: &&[usize]| {
        let asked = gather(query, cells);
        let y = place(cells[0] / query.width, query.height, height);
        let first = y.saturating_sub(radius) * width;
        let end = (y + radius + 1).min(height) * width;
        let products =
            products(&asked, &known.features.values[first * EMBEDDING_CHANNELS..end * EMBEDDING_CHANNELS]);
        let label = |(cell, products): (&usize, &[f32])| {
            let x = place(cell % query.width, query.width, width);
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let mut nearest = Nearest::new();
            let lines = products.chunks_exact(width).zip(known.labels[first..end].chunks_exact(width));
            for (products, labels) in lines {
                for (similarity, label) in products[left..right].iter().zip(&labels[left..right]) {
                    nearest.add(*similarity, label);
                }
            }
            nearest.label()
        };
        cells.iter().zip(products.chunks_exact(end - first)).map(label).collect::<Vec<_>>()
    };
    threads.install(|| rows.par_iter().map(row).collect::<Vec<_>>().concat())
}

fn gather(features: &Features, cells: &[usize]) -> Vec<f32> {
    cells.iter().flat_map(|cell| features.cell(*cell)).copied().collect()
}

/// The scalar products of each vector in `a` with each in `b`: `[a, b]`.
fn products(a: &[f32], b: &[f32]) -> Vec<f32> {
    let depth = EMBEDDING_CHANNELS;
    let (rows, columns) = (a.len() / depth, b.len() / depth);
    let mut out = vec![0.0; rows * columns];
    let (stride, columns_stride) = (depth as isize, columns as isize);
    // SAFETY: `a` holds `rows` vectors and `b` `columns` vectors of `depth` values, one after the other; `out` holds
    // `rows * columns` values and no one else sees it. The strides stay within those.
    unsafe {
        matrixmultiply::sgemm(
            rows,
            depth,
            columns,
            1.0,
            a.as_ptr(),
            stride,
            1,
            b.as_ptr(),
            1,
            stride,
            0.0,
            out.as_mut_ptr(),
            columns_stride,
            1,
        );
    }
    out
}

/// The most similar cells so far, the most similar first.
#[derive(Clone, Copy)]
struct Nearest<'a> {
    similarity: [f32; NEIGHBOURS],
    label: [&'a Patch; NEIGHBOURS],
}

/// The label of nothing.
const EMPTY: Patch = [0.0; MASK_PIXELS * MASK_PIXELS];

impl<'a> Nearest<'a> {
    fn new() -> Self {
        Self { similarity: [f32::NEG_INFINITY; NEIGHBOURS], label: [&EMPTY; NEIGHBOURS] }
    }

    fn add(&mut self, similarity: f32, label: &'a Patch) {
        let mut place = NEIGHBOURS;
        while place > 0 && similarity > self.similarity[place - 1] {
            place -= 1;
        }
        if place == NEIGHBOURS {
            return;
        }
        self.similarity.copy_within(place..NEIGHBOURS - 1, place + 1);
        self.label.copy_within(place..NEIGHBOURS - 1, place + 1);
        self.similarity[place] = similarity;
        self.label[place] = label;
    }

    fn label(&self) -> Patch {
        let (mut sum, mut weight) = (EMPTY, 0.0);
        for (similarity, label) in self.similarity.iter().zip(&self.label) {
            let w = ((similarity - self.similarity[0]) / TEMPERATURE).exp();
            if w.is_finite() {
                sum.iter_mut().zip(*label).for_each(|(sum, label)| *sum += w * label);
                weight += w;
            }
        }
        if weight > 0.0 { sum.map(|sum| sum / weight) } else { EMPTY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells that count through the axes of the feature space.
    fn known(
        width: usize,
        height: usize,
        axis: impl Fn(usize) -> usize,
        label: impl Fn(usize) -> f32,
    ) -> Known {
        let mut values = vec![0.0; width * height * EMBEDDING_CHANNELS];
        for cell in 0..width * height {
            values[cell * EMBEDDING_CHANNELS + axis(cell)] = 1.0;
        }
        let labels = (0..width * height).map(|cell| [label(cell); MASK_PIXELS * MASK_PIXELS]).collect();
        Known { features: Features { width, height, values }, labels }
    }

    fn threads() -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
    }

    #[test]
    fn the_most_similar_cells_decide_wherever_they_lie() {
        // Axis 0 is the subject in both frames.
        let a =
            known(8, 5, |cell| if cell < 10 { 0 } else { 1 + cell }, |cell| f32::from(u8::from(cell < 10)));
        let b = known(3, 3, |cell| 100 + cell, |_| 0.5);
        let query = known(8, 5, |cell| if cell == 39 { 0 } else { 1 + cell }, |_| 0.0);
        let cells: Vec<usize> = (0..40).collect();
        let labels = from_anywhere(&query.features, &cells, &[&a, &b], &threads());
        assert!(labels[39][0] > 0.999, "{labels:?}");
        assert!(labels[20][0] < 0.001, "{labels:?}");
        assert!(from_anywhere(&query.features, &[], &[&a], &threads()).is_empty());
        assert_eq!(from_anywhere(&query.features, &[3], &[], &threads()), [EMPTY]);
    }

    #[test]
    fn cells_beyond_the_radius_are_not_asked() {
        let a = known(20, 4, |cell| usize::from(cell % 20 >= 10), |cell| f32::from(u8::from(cell % 20 < 10)));
        let query = known(20, 4, |_| 0, |_| 0.0);
        let labels = from_nearby(&query.features, &[0, 8, 19, 79], &a, 3, &threads());
        assert!(
            labels[0][0] > 0.999 && labels[1][0] > 0.999 && labels[2][0] < 0.001 && labels[3][0] < 0.001,
            "{labels:?}"
        );
        // Of another size the same place is asked: the right half has no subject there either.
        let half = known(10, 2, |_| 0, |_| 0.0);
        let labels = from_nearby(&half.features, &[1, 9], &a, 3, &threads());
        assert!(labels[0][0] > 0.999 && labels[1][0] < 0.001, "{labels:?}");
    }

    #[test]
    fn less_similar_cells_have_less_say() {
        let mut nearest = Nearest::new();
        assert_eq!(nearest.label(), EMPTY);
        let [one, five, quarter] = [1.0, 5.0, 0.25].map(|label| [label; MASK_PIXELS * MASK_PIXELS]);
        nearest.add(0.9, &one);
        nearest.add(0.9 - TEMPERATURE, &EMPTY);
        nearest.add(f32::NAN, &five);
        let expected = 1.0 / (1.0 + (-1.0_f32).exp());
        assert!((nearest.label()[0] - expected).abs() < 1e-5);
        for _ in 0..NEIGHBOURS {
            nearest.add(0.95, &quarter);
        }
        assert!((nearest.label()[15] - 0.25).abs() < 1e-6);
    }
}
