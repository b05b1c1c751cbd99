//! The contact sheet: what the figures look like.
//!
//! Every chosen frame has three rows of five views: source, matte, cut-out over a colour, truth and
//! error, and one more of each matte that is compared. The first row shows the whole frame, the other two an edge enlarged to 400 %: the place
//! with the most error in the edge band, and then the place with the most soft edge (or, with a
//! binary truth, the most edge) that does not overlap it.

use std::path::Path;

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::EvaluateError;
use super::label::{self, CHARACTER};
use super::metrics::band;
use super::metrics::difference::absolute;
use super::pixels::Alpha;

/// Width of one view, in pixels.
const VIEW_WIDTH: u32 = 400;
/// How much the edges are enlarged.
const ENLARGEMENT: u32 = 4;
/// Space between views, in pixels.
const GAP: u32 = 6;
/// Size of the dots of the text.
const TEXT_SCALE: u32 = 2;
/// Height of a line of text with its margins.
const LINE: u32 = CHARACTER * TEXT_SCALE + 2 * GAP;
const PAPER: Rgb<u8> = Rgb([32, 32, 32]);
const INK: Rgb<u8> = Rgb([230, 230, 230]);
/// What cut-outs lie on: a colour that skin, fur, foliage and sky do not have.
const BACKDROP: Rgb<u8> = Rgb([214, 40, 160]);
const TITLES: [&str; 5] = ["source", "matte", "cut-out", "truth", "error: red over"];

/// A contact sheet that grows frame by frame.
pub struct Sheet {
    frames: usize,
    /// Titles of the further views.
    others: Vec<String>,
    strips: Vec<RgbImage>,
}

impl Sheet {
    /// An empty sheet that will show up to `frames` frames of each clip.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        Self { frames, others: Vec::new(), strips: Vec::new() }
    }

    /// Which frames of a clip of `count` frames are shown: spread evenly, the first and the last
    /// among them; the middle one when only one is shown.
    #[must_use]
    pub fn chosen(&self, count: usize) -> Vec<usize> {
        match self.frames.min(count) {
            0 => Vec::new(),
            1 => vec![count / 2],
            n => (0..n).map(|i| i * (count - 1) / (n - 1)).collect(),
        }
    }

    /// Adds one frame with other mattes of it, each with its title. All images have the same size.
    pub fn add(
        &mut self,
        title: &str,
        source: &RgbImage,
        matte: &Alpha,
        truth: &Alpha,
        others: &[(&str, &Alpha)],
    ) {
        let mut views =
            vec![source.clone(), grey(matte), over_backdrop(source, matte), grey(truth), error(matte, truth)];
        views.extend(others.iter().map(|(_, other)| grey(other)));
        if others.len() > self.others.len() {
            self.others = others.iter().map(|(name, _)| (*name).to_owned()).collect();
        }
        let (width, height) = source.dimensions();
        let view_height = (VIEW_WIDTH * height).div_ceil(width).max(1);
        let mut strip = blank(views.len(), LINE + 3 * (view_height + GAP));
        label::write(&mut strip, (GAP, GAP), title, TEXT_SCALE, INK);

        let edges = edges(
            matte,
            truth,
            (VIEW_WIDTH / ENLARGEMENT).min(width),
            (view_height / ENLARGEMENT).clamp(1, height),
        );
        for (column, view) in views.iter().enumerate() {
            let x = i64::from(GAP + column as u32 * (VIEW_WIDTH + GAP));
            let whole = imageops::resize(view, VIEW_WIDTH, view_height, FilterType::Triangle);
            imageops::replace(&mut strip, &whole, x, i64::from(LINE));
            for (row, [left, top, w, h]) in edges.iter().enumerate() {
                let part = imageops::crop_imm(view, *left, *top, *w, *h).to_image();
                let large = imageops::resize(&part, w * ENLARGEMENT, h * ENLARGEMENT, FilterType::Nearest);
                let y = LINE + (row as u32 + 1) * (view_height + GAP);
                imageops::replace(&mut strip, &large, x, i64::from(y));
            }
        }
        self.strips.push(strip);
    }

    /// Writes the sheet as PNG.
    ///
    /// # Errors
    /// [`EvaluateError::Image`] when the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), EvaluateError> {
        let titles: Vec<&str> = TITLES.into_iter().chain(self.others.iter().map(String::as_str)).collect();
        let mut sheet = blank(titles.len(), LINE + self.strips.iter().map(RgbImage::height).sum::<u32>());
        for (column, title) in titles.iter().enumerate() {
            let x = GAP + column as u32 * (VIEW_WIDTH + GAP);
            label::write(&mut sheet, (x, GAP), title, TEXT_SCALE, INK);
        }
        let mut y = LINE;
        for strip in &self.strips {
            imageops::replace(&mut sheet, strip, 0, i64::from(y));
            y += strip.height();
        }
        sheet.save(path).map_err(|source| EvaluateError::Image { path: path.to_owned(), source })
    }
}

fn blank(columns: usize, height: u32) -> RgbImage {
    RgbImage::from_pixel(GAP + columns as u32 * (VIEW_WIDTH + GAP), height, PAPER)
}

fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn grey(alpha: &Alpha) -> RgbImage {
    RgbImage::from_fn(alpha.width(), alpha.height(), |x, y| Rgb([byte(alpha.get_pixel(x, y)[0]); 3]))
}

fn over_backdrop(source: &RgbImage, alpha: &Alpha) -> RgbImage {
    RgbImage::from_fn(alpha.width(), alpha.height(), |x, y| {
        let a = alpha.get_pixel(x, y)[0];
        let front = source.get_pixel(x, y).0;
        Rgb(std::array::from_fn(|c| {
            byte((a * f32::from(front[c]) + (1.0 - a) * f32::from(BACKDROP.0[c])) / 255.0)
        }))
    })
}

/// Red where the matte is above the truth, blue where it is below.
fn error(matte: &Alpha, truth: &Alpha) -> RgbImage {
    RgbImage::from_fn(matte.width(), matte.height(), |x, y| {
        let difference = matte.get_pixel(x, y)[0] - truth.get_pixel(x, y)[0];
        let missing = byte(-difference);
        Rgb([byte(difference), missing / 2, missing])
    })
}

/// Up to two windows of `width` x `height` pixels that are worth enlarging, as left, top, width,
/// height.
fn edges(matte: &Alpha, truth: &Alpha, width: u32, height: u32) -> Vec<[u32; 4]> {
    let difference = absolute(matte, truth);
    let band = band::edge_band(truth);
    let soft = truth.pixels().any(|p| band::SOFT.contains(&p[0]));
    let in_band = |x: u32, y: u32| f32::from(u8::from(band.get_pixel(x, y)[0] != 0));
    let worst = best_window(truth.dimensions(), (width, height), None, |x, y| {
        in_band(x, y) * difference.get_pixel(x, y)[0]
    });
    let typical = best_window(truth.dimensions(), (width, height), worst, |x, y| {
        if soft { f32::from(u8::from(band::SOFT.contains(&truth.get_pixel(x, y)[0]))) } else { in_band(x, y) }
    });
    worst.into_iter().chain(typical).collect()
}

/// The window with the largest sum of `score` that does not overlap `taken`, searched in half
/// steps; `None` when every score is 0.
fn best_window(
    size: (u32, u32),
    window: (u32, u32),
    taken: Option<[u32; 4]>,
    score: impl Fn(u32, u32) -> f32,
) -> Option<[u32; 4]> {
    let steps = |all: u32, part: u32| {
        let last = all - part;
        (0..last).step_by((part / 2).max(1) as usize).chain([last])
    };
    let mut best = None;
    let mut most = 0.0;
    for top in steps(size.1, window.1) {
        for left in steps(size.0, window.0) {
            let overlaps = taken.is_some_and(|[x, y, w, h]| {
                left < x + w && x < left + window.0 && top < y + h && y < top + window.1
            });
            if overlaps {
                continue;
            }
            let sum: f32 = (top..top + window.1)
                .flat_map(|y| (left..left + window.0).map(move |x| (x, y)))
                .map(|(x, y)| score(x, y))
                .sum();
            if sum > most {
                (best, most) = (Some([left, top, window.0, window.1]), sum);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn frames_are_spread_from_first_to_last() {
        assert_eq!(Sheet::new(3).chosen(50), [0, 24, 49]);
        assert_eq!(Sheet::new(3).chosen(2), [0, 1]);
        assert_eq!(Sheet::new(1).chosen(50), [25]);
        assert!(Sheet::new(0).chosen(50).is_empty());
    }

    #[test]
    fn the_enlarged_edges_are_the_worst_one_and_another() {
        let truth = Alpha::from_fn(200, 100, |x, _| Luma([if x < 100 { 1.0 } else { 0.0 }]));
        let mut matte = truth.clone();
        matte.put_pixel(101, 80, Luma([1.0]));
        let windows = edges(&matte, &truth, 20, 20);
        let [left, top, ..] = windows[0];
        assert!((left..left + 20).contains(&101) && (top..top + 20).contains(&80), "{windows:?}");
        assert!(
            windows[1][1] + 20 <= top
                || top + 20 <= windows[1][1]
                || windows[1][0] + 20 <= left
                || left + 20 <= windows[1][0]
        );
    }

    #[test]
    fn a_sheet_holds_text_and_all_views() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.png");
        let truth = Alpha::from_fn(60, 40, |x, _| Luma([if x < 30 { 1.0 } else { 0.0 }]));
        let mut sheet = Sheet::new(1);
        sheet.add(
            "disc 0",
            &RgbImage::from_pixel(60, 40, Rgb([0, 255, 0])),
            &truth,
            &truth,
            &[("other", &truth)],
        );
        sheet.save(&path).unwrap();
        let image = image::open(&path).unwrap().into_rgb8();
        let at =
            |column: u32, x: u32| *image.get_pixel(GAP + column * (VIEW_WIDTH + GAP) + x, 2 * LINE + 100);
        assert_eq!(at(0, 100), Rgb([0, 255, 0]));
        assert_eq!(at(1, 100), Rgb([255; 3]));
        assert_eq!((at(2, 100), at(2, 300)), (Rgb([0, 255, 0]), BACKDROP));
        assert_eq!(at(4, 100), Rgb([0; 3]));
        assert_eq!((at(5, 100), at(5, 300)), (Rgb([255; 3]), Rgb([0; 3])));
        assert!((0..LINE).any(|y| (0..200).any(|x| *image.get_pixel(x, y) == INK)));
    }
}
