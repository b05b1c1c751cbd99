//! The frame that edges are refined on, as the networks see its colours, read only where it is asked for.

use std::ops::Range;

use super::super::colour::Eye;
use super::super::pixels::{Premultiplication, SourceView};
use super::super::premultiply::straight;
use super::denoise::Denoised;
use super::grid::Scale;
use crate::cache::Key;

/// A frame and how its colours are seen.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    source: &'a SourceView<'a>,
    eye: &'a Eye,
    denoised: Option<&'a Denoised<'a>>,
}

impl<'a> Picture<'a> {
    /// A frame through an eye.
    pub fn new(source: &'a SourceView<'a>, eye: &'a Eye) -> Self {
        Self { source, eye, denoised: None }
    }

    /// With less noise at the scale that the network sees.
    pub(super) fn with(self, denoised: &'a Denoised<'a>) -> Self {
        Self { denoised: Some(denoised), ..self }
    }

    /// What stands for the frames that took noise away from it.
    pub fn denoised_by(&self) -> Option<Key> {
        self.denoised.map(|denoised| denoised.key())
    }

    /// Columns and rows.
    pub fn size(&self) -> [usize; 2] {
        let bounds = self.source.layout().bounds;
        [bounds.width(), bounds.height()]
    }

    /// Row `y` from the top in the columns `xs` of the frame reduced by `factor` (the mean of whole blocks of pixels):
    /// display-referred sRGB in 0..=1. Rows and columns beyond the frame repeat its last one. `line` is room to work in.
    pub fn row(
        &self,
        scale: Scale,
        y: usize,
        xs: Range<usize>,
        line: &mut Vec<[f32; 4]>,
        out: &mut [[f32; 3]],
    ) {
        if let Some(denoised) = self.denoised.filter(|denoised| denoised.scale() == scale) {
            return denoised.row(y, xs, out);
        }
        let layout = self.source.layout();
        let (bounds, factor, [width, height]) = (layout.bounds, scale.factor, scale.size());
        let premultiplied = layout.premultiplication == Premultiplication::PreMultiplied;
        let y = y.min(height - 1);
        let (first, end) = (xs.start.min(width - 1), xs.end.min(width).max(xs.start.min(width - 1) + 1));
        let rows = y * factor[1]..((y + 1) * factor[1]).min(scale.frame[1]);
        let (left, right) = (first * factor[0], (end * factor[0]).min(scale.frame[0]));
        line.resize(right - left, [0.0; 4]);
        let share = 1.0 / rows.len() as f32;
        out.fill([0.0; 3]);
        for row in rows {
            self.source.read_row(bounds.y2 - 1 - row as i32, bounds.x1 + left as i32, line);
            for (pixels, out) in line.chunks(factor[0]).zip(out.iter_mut()) {
                let share = share / pixels.len() as f32;
                for pixel in pixels {
                    let seen = self.eye.see(straight(*pixel, premultiplied));
                    for (out, seen) in out.iter_mut().zip(seen) {
                        *out += seen * share;
                    }
                }
            }
        }
        let inside = (end - first).min(out.len());
        let last = out[inside - 1];
        out[inside..].fill(last);
    }
}
