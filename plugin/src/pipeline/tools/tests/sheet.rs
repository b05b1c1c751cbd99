//! A contact sheet of a real matte under each tool, to look at; run by hand.

use std::path::PathBuf;

use image::{GrayImage, Luma, imageops};

use super::*;

/// Side of the piece of the frame that is shown, and how much it is enlarged.
const PIECE: u32 = 120;
const ENLARGED: u32 = 4;

/// PROMPTMATTE_FOOTAGE is a folder with grey alpha pictures `*.alpha.png`, PROMPTMATTE_SHEET the picture to
/// write; PROMPTMATTE_PIECE "name x y" the frame and the corner of the piece.
#[test]
#[ignore = "writes a picture to look at"]
fn sheet() {
    let folder = PathBuf::from(std::env::var_os("PROMPTMATTE_FOOTAGE").expect("PROMPTMATTE_FOOTAGE"));
    let piece = std::env::var("PROMPTMATTE_PIECE").expect("PROMPTMATTE_PIECE");
    let [name, x, y] = piece.split(' ').collect::<Vec<_>>()[..] else { panic!("name x y") };
    let (left, top): (u32, u32) = (x.parse().unwrap(), y.parse().unwrap());
    let source = image::open(folder.join(format!("{name}.alpha.png"))).unwrap().into_luma16();
    let matte = matte_of(source.width() as usize, source.height() as usize, |x, y| {
        f32::from(source.get_pixel(x as u32, y as u32).0[0]) / 65535.0
    });
    let none = MatteTools::default();
    let feather = |feather, feather_mode| MatteTools { feather, feather_mode, ..none };
    let cases = [
        none,
        MatteTools { fill_holes: 400.0, ..none },
        MatteTools { despeckle: 400.0, ..none },
        MatteTools { grow: 1.0, ..none },
        MatteTools { grow: 6.0, ..none },
        MatteTools { grow: -1.0, ..none },
        MatteTools { grow: -6.0, ..none },
        feather(10.0, FeatherMode::Both),
        feather(10.0, FeatherMode::Out),
        feather(10.0, FeatherMode::In),
        feather(60.0, FeatherMode::Out),
        MatteTools { black_clip: 0.2, white_clip: 0.8, ..none },
        MatteTools { gamma: 2.0, ..none },
        MatteTools { gamma: 0.5, ..none },
        MatteTools { invert: true, ..none },
    ];
    let side = PIECE * ENLARGED + 4;
    let mut sheet = GrayImage::from_pixel(side * 5, side * 3, Luma([128]));
    for (i, tools) in (0_u32..).zip(cases) {
        let result = applied(tools, &matte, [1.0; 2]);
        let piece = GrayImage::from_fn(PIECE, PIECE, |x, y| {
            let index = (top + y) as usize * matte.width() + (left + x) as usize;
            Luma([(result.alpha()[index] * 255.0).round() as u8])
        });
        let large = imageops::resize(&piece, side - 4, side - 4, imageops::FilterType::Nearest);
        imageops::replace(&mut sheet, &large, i64::from(i % 5 * side), i64::from(i / 5 * side));
    }
    sheet.save(std::env::var_os("PROMPTMATTE_SHEET").expect("PROMPTMATTE_SHEET")).unwrap();
}
