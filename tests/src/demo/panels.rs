//! The pictures a person looks at: source, matte and cut-out side by side, and the contact sheet.

use std::path::Path;

use image::imageops::{FilterType, overlay, resize};
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use imageproc::drawing::{draw_filled_circle_mut, draw_hollow_rect_mut};
use imageproc::rect::Rect;
use rayon::prelude::*;

use super::{DemoError, Mode, Point, Prompts, Sequence};

/// Size of one of the three panels, in pixels.
const PANEL: (u32, u32) = (960, 540);
/// How many frames the contact sheet shows, in how many columns; each is one row of three panels.
const SHEET: (usize, u32) = (12, 2);
/// Size of a row of three panels on the contact sheet, in pixels.
const SHEET_ROW: (u32, u32) = (960, 180);
/// The colour behind the cut-out: far from the subject and from what surrounds it.
const BACKGROUND: [u8; 3] = [20, 60, 200];

/// Writes the panels of every frame to `panels` and a sheet of some of them to `sheet`.
///
/// # Errors
/// When an image cannot be read or written.
pub fn write(
    source: &Sequence,
    cutout: &Sequence,
    prompts: &Prompts,
    panels: &Sequence,
    sheet: &Path,
) -> Result<(), DemoError> {
    panels.clear()?;
    (0..panels.frames()).into_par_iter().try_for_each(|frame| {
        let row = row(source, cutout, prompts, frame)?;
        save(&row, &panels.file(frame))
    })?;
    save(&contact_sheet(panels)?, sheet)
}

/// Source with its prompts, matte, cut-out over a colour.
fn row(source: &Sequence, cutout: &Sequence, prompts: &Prompts, frame: usize) -> Result<RgbImage, DemoError> {
    let mut picture = open(&source.file(frame))?.into_rgb8();
    let cutout = open(&cutout.file(frame))?.into_rgba8();
    let (matte, composite) = (matte(&cutout), over(&cutout, BACKGROUND));
    draw_box(&mut picture, prompts, frame);
    for point in &prompts.points {
        draw_point(&mut picture, point, frame);
    }
    let mut row = RgbImage::new(PANEL.0 * 3, PANEL.1);
    for (index, panel) in (0..).zip([picture, matte, composite]) {
        let panel = resize(&panel, PANEL.0, PANEL.1, FilterType::Triangle);
        overlay(&mut row, &panel, index * i64::from(PANEL.0), 0);
    }
    Ok(row)
}

/// Alpha as grey.
fn matte(cutout: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(cutout.width(), cutout.height(), |x, y| Rgb([cutout.get_pixel(x, y).0[3]; 3]))
}

/// A picture with straight alpha over a colour.
fn over(cutout: &RgbaImage, colour: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(cutout.width(), cutout.height(), |x, y| {
        let Rgba([r, g, b, alpha]) = *cutout.get_pixel(x, y);
        let alpha = u32::from(alpha);
        let mix =
            |front: u8, back: u8| (u32::from(front) * alpha + u32::from(back) * (255 - alpha)).div_ceil(255);
        Rgb([mix(r, colour[0]), mix(g, colour[1]), mix(b, colour[2])].map(|value| value.min(255) as u8))
    })
}

/// A dot where the point is: green to include, red to exclude, with a dark rim.
fn draw_point(picture: &mut RgbImage, point: &Point, frame: usize) {
    let (x, y) = point.track.at(frame);
    let centre = (x.round() as i32, picture.height() as i32 - 1 - y.round() as i32);
    let colour = match point.mode {
        Mode::Include => Rgb([60, 230, 60]),
        Mode::Exclude => Rgb([240, 50, 40]),
    };
    draw_filled_circle_mut(picture, centre, 9, Rgb([0, 0, 0]));
    draw_filled_circle_mut(picture, centre, 7, colour);
}

/// The box in yellow, two pixels wide.
fn draw_box(picture: &mut RgbImage, prompts: &Prompts, frame: usize) {
    let (left, bottom) = prompts.boxed.bottom_left.at(frame);
    let (right, top) = prompts.boxed.top_right.at(frame);
    let (width, height) = (right - left, top - bottom);
    for inset in 0..2_u16 {
        let inset = f64::from(inset);
        let (x, y) = (left + inset, f64::from(picture.height()) - top + inset);
        let size = [width, height].map(|length| (length - 2.0 * inset).max(1.0) as u32);
        draw_hollow_rect_mut(
            picture,
            Rect::at(x as i32, y as i32).of_size(size[0], size[1]),
            Rgb([250, 220, 40]),
        );
    }
}

/// Frames spread evenly over the clip, the first and the last among them.
fn contact_sheet(panels: &Sequence) -> Result<RgbImage, DemoError> {
    let (count, columns) = SHEET;
    let rows = (count as u32).div_ceil(columns);
    let mut sheet = RgbImage::new(SHEET_ROW.0 * columns, SHEET_ROW.1 * rows);
    for index in 0..count {
        let frame = index * (panels.frames() - 1) / (count - 1);
        let row = open(&panels.file(frame))?.into_rgb8();
        let row = resize(&row, SHEET_ROW.0, SHEET_ROW.1, FilterType::Triangle);
        let (column, line) = (index as u32 % columns, index as u32 / columns);
        overlay(&mut sheet, &row, i64::from(column * SHEET_ROW.0), i64::from(line * SHEET_ROW.1));
    }
    Ok(sheet)
}

fn open(path: &Path) -> Result<image::DynamicImage, DemoError> {
    image::open(path).map_err(DemoError::image(path))
}

fn save(picture: &RgbImage, path: &Path) -> Result<(), DemoError> {
    picture.save(path).map_err(DemoError::image(path))
}
