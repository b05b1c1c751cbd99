//! The alpha that an output carries: the matte with the garbage matte, the holdout and the source's own alpha.

use super::aligned::Aligned;
use super::foreground::Picture;
use super::geometry::PixelRect;
use super::matte::Matte;
use super::pixels::SourceView;
use super::premultiply::straight;
use super::tools::combine::{self, SourceAlpha};

/// What alpha is made of.
#[derive(Clone, Copy)]
pub struct Coverage<'a> {
    /// The matte.
    pub matte: &'a Matte,
    /// What is taken away from it.
    pub garbage: Option<&'a Aligned<'a>>,
    /// What is kept in it.
    pub holdout: Option<&'a Aligned<'a>>,
    /// What becomes of the source's own alpha.
    pub source_alpha: SourceAlpha,
}

/// Working space for a row.
pub struct Scratch {
    other: Vec<[f32; 4]>,
    mask: Vec<f32>,
}

impl Scratch {
    /// For rows of so many pixels.
    pub fn new(width: usize) -> Self {
        Self { other: vec![[0.0; 4]; width], mask: vec![0.0; width] }
    }
}

impl Coverage<'_> {
    /// Alpha of the row `y` from column `x1` on. `pixels` are the source's there, as stored. Rows are no longer than
    /// the working space is for.
    pub fn read_row(&self, y: i32, x1: i32, pixels: &[[f32; 4]], scratch: &mut Scratch, alpha: &mut [f32]) {
        let (other, mask) = (&mut scratch.other[..alpha.len()], &mut scratch.mask[..alpha.len()]);
        self.matte.read_row(y, x1, alpha);
        if let Some(garbage) = self.garbage {
            garbage.read_mask_row(y, x1, other, mask);
            combine::garbage(alpha, mask);
        }
        if let Some(holdout) = self.holdout {
            holdout.read_mask_row(y, x1, other, mask);
            combine::holdout(alpha, mask);
        }
        if self.source_alpha != SourceAlpha::Ignore {
            mask.iter_mut().zip(pixels).for_each(|(mask, pixel)| *mask = pixel[3]);
            self.source_alpha.combine(alpha, mask);
        }
    }
}

/// A source and the alpha that it gets: all of the source's pixels, whatever part of the output is wanted.
pub struct Covered<'a> {
    /// The source.
    pub source: &'a SourceView<'a>,
    /// Its colour is multiplied by its own alpha.
    pub premultiplied: bool,
    /// The alpha.
    pub coverage: Coverage<'a>,
}

/// Working space for a row of the source.
pub struct SourceScratch {
    pixels: Vec<[f32; 4]>,
    alpha: Vec<f32>,
    scratch: Scratch,
}

impl Picture for Covered<'_> {
    type Scratch = SourceScratch;

    fn bounds(&self) -> PixelRect {
        self.source.layout().bounds
    }

    fn scratch(&self) -> SourceScratch {
        let width = self.bounds().width();
        SourceScratch { pixels: vec![[0.0; 4]; width], alpha: vec![0.0; width], scratch: Scratch::new(width) }
    }

    fn alpha(&self, y: i32, scratch: &mut SourceScratch, out: &mut [f32]) {
        let x1 = self.bounds().x1;
        if self.coverage.source_alpha != SourceAlpha::Ignore {
            self.source.read_row(y, x1, &mut scratch.pixels);
        }
        self.coverage.read_row(y, x1, &scratch.pixels, &mut scratch.scratch, out);
    }

    fn pixels(&self, y: i32, x1: i32, scratch: &mut SourceScratch, out: &mut [[f32; 4]]) {
        self.source.read_row(y, x1, out);
        let alpha = &mut scratch.alpha[..out.len()];
        self.coverage.read_row(y, x1, out, &mut scratch.scratch, alpha);
        for (pixel, alpha) in out.iter_mut().zip(alpha) {
            let [r, g, b] = straight(*pixel, self.premultiplied);
            *pixel = [r, g, b, *alpha];
        }
    }
}
