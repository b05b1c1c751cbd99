//! A rough matte from elsewhere as SAM's mask prompt.

use models::sam::{BoxPrompt, INPUT_SIDE, Logits, MASK_SIDE, MASK_STRIDE, PointLabel, Prompts};
use rayon::prelude::*;

use super::aligned::Aligned;
use super::geometry::PixelRect;
use super::map::Map;
use super::{Error, zeros};

/// The logit of full coverage at full strength. SAM was trained with its own earlier logits as mask prompts
/// (Kirillov et al. 2023, appendix A, "Iterative training"), which lie within about ±20 with most of a sure
/// mask near 10.
const SURE: f32 = 10.0;

/// What a guide says.
pub struct Guide {
    /// The mask prompt.
    pub prior: Logits,
    /// The box around what it covers by more than half, in the network's frame.
    pub bounding_box: BoxPrompt,
}

/// Reads a guide over the frame `bounds`, which the network sees as `input` pixels; `None` when nothing is
/// covered. `strength` in 0..1 scales how sure it is.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn read(
    guide: &Aligned<'_>,
    bounds: PixelRect,
    input: (u32, u32),
    strength: f32,
    threads: &rayon::ThreadPool,
) -> Result<Option<Guide>, Error> {
    let cells = [cells(input.0), cells(input.1)];
    let coverage = coverage(guide, bounds, cells, threads)?;
    let Some([x1, y1, x2, y2]) = coverage.bounds_above(0.5) else { return Ok(None) };
    let mut logits = vec![-SURE * strength; Logits::LEN];
    for (line, out) in coverage.values.chunks_exact(cells[0]).zip(logits.chunks_exact_mut(MASK_SIDE)) {
        for (value, out) in line.iter().zip(out) {
            *out = (2.0 * value - 1.0) * SURE * strength;
        }
    }
    let in_frame = |cell: usize, limit: u32| (cell as f32 * MASK_STRIDE as f32).min(limit as f32);
    Ok(Some(Guide {
        prior: Logits::from_raw(logits, input.0.min(INPUT_SIDE), input.1.min(INPUT_SIDE))?,
        bounding_box: BoxPrompt {
            x1: in_frame(x1, input.0),
            y1: in_frame(y1, input.1),
            x2: in_frame(x2, input.0),
            y2: in_frame(y2, input.1),
        },
    }))
}

impl Guide {
    /// What the network is asked: the artist's prompts, and the guide's own box where they name no subject.
    pub fn with(&self, prompts: Option<Prompts>) -> Prompts {
        let prompts = prompts.unwrap_or(Prompts { points: Vec::new(), bounding_box: None });
        let named = prompts.bounding_box.is_some()
            || prompts.points.iter().any(|point| point.label == PointLabel::Include);
        Prompts {
            bounding_box: if named { prompts.bounding_box } else { Some(self.bounding_box) },
            ..prompts
        }
    }
}

/// Cells of the mask's grid that a side of the network's frame takes.
fn cells(side: u32) -> usize {
    (side.div_ceil(MASK_STRIDE) as usize).clamp(1, MASK_SIDE)
}

/// Mean coverage of each cell, top row first.
fn coverage(
    guide: &Aligned<'_>,
    bounds: PixelRect,
    cells: [usize; 2],
    threads: &rayon::ThreadPool,
) -> Result<Map, Error> {
    let (width, height) = (bounds.width(), bounds.height());
    let mut mean = zeros(cells[0] * cells[1])?;
    threads.install(|| {
        mean.par_chunks_exact_mut(cells[0]).enumerate().for_each_init(
            || (vec![[0.0_f32; 4]; width], vec![0.0_f32; width]),
            |(pixels, line), (cell, out)| {
                let rows = share(cell, cells[1], height);
                for from_top in rows.clone() {
                    guide.read_mask_row(bounds.y2 - 1 - from_top as i32, bounds.x1, pixels, line);
                    for (x, out) in out.iter_mut().enumerate() {
                        let columns = share(x, cells[0], width);
                        let weight = 1.0 / (columns.len() * rows.len()) as f32;
                        *out += line[columns].iter().sum::<f32>() * weight;
                    }
                }
            },
        );
    });
    Ok(Map { width: cells[0], height: cells[1], values: mean })
}

/// The pixels of cell `index` of `count` over `pixels` pixels; at least one.
fn share(index: usize, count: usize, pixels: usize) -> std::ops::Range<usize> {
    let from = (index * pixels / count).min(pixels - 1);
    from..((index + 1) * pixels / count).clamp(from + 1, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::geometry::Geometry;
    use crate::pipeline::pixels::{Components, Depth, Layout, Premultiplication, SourceView};

    fn read_guide(alpha: &[f32], width: i32, height: i32, input: (u32, u32)) -> Option<Guide> {
        let bounds = PixelRect { x1: 0, y1: 0, x2: width, y2: height };
        let layout = Layout {
            bounds,
            row_bytes: width as isize * 4,
            depth: Depth::Float,
            components: Components::Alpha,
            premultiplication: Premultiplication::UnPreMultiplied,
        };
        // SAFETY: the layout describes exactly the slice, which outlives the view.
        let view = unsafe { SourceView::new(alpha.as_ptr().cast(), layout) }.unwrap();
        let geometry = Geometry { bounds, render_scale: [1.0; 2], pixel_aspect_ratio: 1.0, row_offset: 0.0 };
        let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        read(&Aligned::new(view, &geometry, &geometry), bounds, input, 1.0, &threads).unwrap()
    }

    #[test]
    fn a_guide_becomes_logits_and_a_box() {
        // The upper left quarter; rows run upwards in memory.
        let (width, height) = (200, 100);
        let alpha: Vec<f32> =
            (0..width * height).map(|i| f32::from(i % width < 100 && i / width >= 50)).collect();
        let guide = read_guide(&alpha, width, height, (1024, 512)).unwrap();
        let b = guide.bounding_box;
        assert_eq!((b.x1, b.y1, b.x2, b.y2), (0.0, 0.0, 512.0, 256.0));
        assert_eq!(guide.prior.data()[0], SURE);
        assert_eq!(guide.prior.data()[200], -SURE);
        assert_eq!(guide.prior.data()[MASK_SIDE * 100], -SURE);
        assert_eq!(guide.prior.data()[MASK_SIDE * 200], -SURE, "padding is outside");
    }

    #[test]
    fn an_empty_guide_says_nothing_and_a_tiny_one_is_read() {
        assert!(read_guide(&[0.0; 6], 3, 2, (1024, 683)).is_none());
        let guide = read_guide(&[0.0, 1.0], 2, 1, (1024, 512)).unwrap();
        assert_eq!(guide.bounding_box.x1, 512.0);
        assert!(read_guide(&[1.0], 1, 1, (1024, 1024)).is_some());
    }

    #[test]
    fn prompts_that_name_the_subject_keep_the_word() {
        let guide = read_guide(&[1.0], 1, 1, (1024, 1024)).unwrap();
        assert!(guide.with(None).bounding_box.is_some());
        let own = BoxPrompt { x1: 1.0, y1: 2.0, x2: 3.0, y2: 4.0 };
        let kept = guide.with(Some(Prompts { points: Vec::new(), bounding_box: Some(own) }));
        assert_eq!(kept.bounding_box.unwrap().x1, 1.0);
    }
}
