//! A piece of a real cut-out, enlarged, to look at; run by hand.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage, imageops};

use super::*;

/// Side of the piece that is shown, and how much it is enlarged.
const PIECE: u32 = 120;
const ENLARGED: u32 = 4;

fn still(picture: &Path, alpha: &Path) -> Drawn {
    let picture = image::open(picture).unwrap().into_rgb32f();
    let alpha = image::open(alpha).unwrap().into_luma16();
    assert_eq!(picture.dimensions(), alpha.dimensions());
    Drawn::new(picture.width() as usize, picture.height() as usize, |x, y| {
        let [r, g, b] = picture.get_pixel(x as u32, y as u32).0;
        [r, g, b, f32::from(alpha.get_pixel(x as u32, y as u32).0[0]) / 65535.0]
    })
}

/// The corner of the piece with the most soft pixels.
fn softest(drawn: &Drawn) -> (usize, usize) {
    let piece = PIECE as usize;
    let corners = (0..drawn.height - piece).step_by(piece / 2);
    let corners = corners.flat_map(|y| (0..drawn.width - piece).step_by(piece / 2).map(move |x| (x, y)));
    let soft = |(x, y): &(usize, usize)| {
        let rows = drawn.pixels.chunks(drawn.width).skip(*y).take(piece);
        rows.flat_map(|row| &row[*x..x + piece]).filter(|[.., alpha]| (0.05..0.95).contains(alpha)).count()
    };
    corners.max_by_key(soft).unwrap()
}

/// PROMPTMATTE_STILL is a picture, PROMPTMATTE_ALPHA its matte (grey), PROMPTMATTE_SHEET the picture to write: the piece with
/// the most soft pixels over black, white and magenta; above the source's colour, then the estimate as codes and in light.
#[test]
#[ignore = "writes a picture to look at"]
fn sheet() {
    let path = |name: &str| PathBuf::from(std::env::var_os(name).expect(name));
    let drawn = still(&path("PROMPTMATTE_STILL"), &path("PROMPTMATTE_ALPHA"));
    let (left, top) = softest(&drawn);
    let encoding = SourceColour::Srgb;
    let side = PIECE * ENLARGED + 4;
    let mut sheet = RgbImage::from_pixel(side * 3, side * 3, Rgb([128; 3]));
    let estimates =
        [vec![[0.0; 4]; drawn.pixels.len()], drawn.estimated(None), drawn.estimated(Some(encoding))];
    for (row, estimated) in (0_u32..).zip(estimates) {
        for (column, over) in [[0.0; 3], [1.0; 3], [1.0, 0.0, 1.0]].into_iter().enumerate() {
            let piece = RgbImage::from_fn(PIECE, PIECE, |x, y| {
                let i = (top + y as usize) * drawn.width + left + x as usize;
                let [r, g, b, alpha] = drawn.pixels[i];
                let own = estimated[i];
                let colour = if own[3] > 0.0 { [own[0], own[1], own[2]] } else { [r, g, b] };
                let laid = |front: [f32; 3]| -> [f32; 3] {
                    std::array::from_fn(|c| alpha * front[c] + (1.0 - alpha) * over[c])
                };
                // As a composite is blended where its encoding is known, and where it is not.
                let in_light = row == 2;
                let shown = if in_light {
                    encoding.from_light(laid(encoding.to_light(colour)))
                } else {
                    laid(colour)
                };
                Rgb(shown.map(|c| (c * 255.0).round() as u8))
            });
            let large = imageops::resize(&piece, side - 4, side - 4, imageops::FilterType::Nearest);
            imageops::replace(&mut sheet, &large, i64::from(side) * column as i64, i64::from(side * row));
        }
    }
    sheet.save(path("PROMPTMATTE_SHEET")).unwrap();
}
