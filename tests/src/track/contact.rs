//! Small pictures of every frame of a clip side by side: what the tracker followed.

use std::path::Path;

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use crate::evaluate::EvaluateError;
use crate::evaluate::label;
use crate::evaluate::pixels::{Alpha, THRESHOLD};

/// Width of a picture in pixels.
const WIDTH: u32 = 200;
/// Pictures in a row.
const COLUMNS: u32 = 10;
const INK: Rgb<u8> = Rgb([255, 255, 0]);

/// Pictures that are added one by one.
#[derive(Default)]
pub struct Contact {
    pictures: Vec<RgbImage>,
}

impl Contact {
    /// Adds a frame. What is right is green, what is too much red, what is missing blue.
    pub fn add(&mut self, title: &str, source: &RgbImage, mask: &Alpha, truth: &Alpha) {
        let mut picture = source.clone();
        for ((pixel, mask), truth) in picture.pixels_mut().zip(mask.pixels()).zip(truth.pixels()) {
            let tint = match (mask[0] > THRESHOLD, truth[0] > THRESHOLD) {
                (true, true) => [0, 255, 0],
                (true, false) => [255, 0, 0],
                (false, true) => [0, 0, 255],
                (false, false) => continue,
            };
            for (value, tint) in pixel.0.iter_mut().zip(tint) {
                *value = (u16::from(*value) / 2 + tint / 2) as u8;
            }
        }
        let height = (WIDTH * source.height()).div_ceil(source.width()).max(1);
        let mut small = imageops::resize(&picture, WIDTH, height, FilterType::Triangle);
        label::write(&mut small, (2, 2), title, 1, INK);
        self.pictures.push(small);
    }

    /// Writes the sheet as PNG.
    ///
    /// # Errors
    /// [`EvaluateError::Image`] when the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), EvaluateError> {
        let height = self.pictures.iter().map(RgbImage::height).max().unwrap_or(1);
        let rows = (self.pictures.len() as u32).div_ceil(COLUMNS).max(1);
        let mut sheet = RgbImage::new(COLUMNS * WIDTH, rows * height);
        for (i, picture) in (0..).zip(&self.pictures) {
            let (x, y) = (i % COLUMNS * WIDTH, i / COLUMNS * height);
            imageops::replace(&mut sheet, picture, x.into(), y.into());
        }
        sheet.save(path).map_err(|source| EvaluateError::Image { path: path.to_owned(), source })
    }
}
