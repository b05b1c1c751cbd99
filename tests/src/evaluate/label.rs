//! Text on a sheet, in an 8x8 bitmap font.

use font8x8::{BASIC_FONTS, UnicodeFonts};
use image::{Rgb, RgbImage};

/// Width and height of a character at scale 1, in pixels.
pub const CHARACTER: u32 = 8;

/// Writes one line of text with its top left corner at (`x`, `y`), every dot of the font `scale`
/// pixels wide. What does not fit into the image is cut off; a character outside ASCII is written
/// as a question mark.
pub fn write(image: &mut RgbImage, (x, y): (u32, u32), text: &str, scale: u32, colour: Rgb<u8>) {
    let (width, height) = image.dimensions();
    for (index, character) in text.chars().enumerate() {
        let glyph = BASIC_FONTS.get(character).or_else(|| BASIC_FONTS.get('?')).unwrap_or_default();
        let left = x + index as u32 * CHARACTER * scale;
        for dy in 0..CHARACTER * scale {
            for dx in 0..CHARACTER * scale {
                let dot = glyph[(dy / scale) as usize] >> (dx / scale) & 1 == 1;
                if dot && left + dx < width && y + dy < height {
                    image.put_pixel(left + dx, y + dy, colour);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Rgb<u8> = Rgb([255, 255, 255]);

    fn dots(text: &str, scale: u32) -> usize {
        let mut image = RgbImage::new(40, 20);
        write(&mut image, (1, 1), text, scale, WHITE);
        image.pixels().filter(|p| **p == WHITE).count()
    }

    #[test]
    fn characters_differ_and_scale_by_area() {
        assert_eq!(dots(" ", 1), 0);
        assert!(dots("I", 1) > 0 && dots("I", 1) != dots("M", 1));
        assert_eq!(dots("I", 2), 4 * dots("I", 1));
        assert_eq!(dots("\u{e9}", 1), dots("?", 1));
    }

    #[test]
    fn text_beyond_the_image_is_cut_off() {
        assert!(dots("a very long line of text", 2) > 0);
    }
}
