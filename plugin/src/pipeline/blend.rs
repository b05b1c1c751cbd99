//! One picture over another.

use super::colour::SourceColour;

/// What lies behind.
pub struct Background {
    /// Colour multiplied by alpha, and alpha.
    pub pixel: [f32; 4],
    /// The encoding of both pictures, where it is known: light adds up in linear light only.
    pub light: Option<SourceColour>,
}

/// A straight colour with an alpha over a background: straight colour and alpha of the result.
///
/// Porter and Duff 1984, "over": alpha = a + b (1 - a); colour = (A a + B b (1 - a)) / alpha. Where only one of the
/// two shows, its colour comes back bit for bit.
pub fn over(colour: [f32; 3], alpha: f32, background: &Background) -> ([f32; 3], f32) {
    let [r, g, b, behind] = background.pixel;
    if alpha >= 1.0 {
        return (colour, 1.0);
    }
    let background_colour =
        if behind > 0.0 && behind != 1.0 { [r / behind, g / behind, b / behind] } else { [r, g, b] };
    // Also where it is not a number.
    if alpha.is_nan() || alpha <= 0.0 {
        return (background_colour, behind);
    }
    let (share, rest) = (alpha, behind * (1.0 - alpha));
    let total = share + rest;
    if rest <= 0.0 {
        return (colour, alpha);
    }
    let mix = |front: [f32; 3], back: [f32; 3]| -> [f32; 3] {
        std::array::from_fn(|c| (front[c] * share + back[c] * rest) / total)
    };
    let mixed = match background.light {
        Some(encoding) => {
            encoding.from_light(mix(encoding.to_light(colour), encoding.to_light(background_colour)))
        }
        None => mix(colour, background_colour),
    };
    (mixed, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over_blue(alpha: f32, light: Option<SourceColour>) -> ([f32; 3], f32) {
        over([1.0, 0.0, 0.0], alpha, &Background { pixel: [0.0, 0.0, 1.0, 1.0], light })
    }

    #[test]
    fn the_ends_are_exact() {
        for light in [None, Some(SourceColour::Srgb)] {
            assert_eq!(over_blue(1.0, light), ([1.0, 0.0, 0.0], 1.0));
            assert_eq!(over_blue(0.0, light), ([0.0, 0.0, 1.0], 1.0));
            let nothing = Background { pixel: [0.0; 4], light };
            assert_eq!(over([0.3, 7.0, -1.0], 0.25, &nothing), ([0.3, 7.0, -1.0], 0.25));
            assert_eq!(over([0.3, 7.0, -1.0], f32::NAN, &nothing), ([0.0; 3], 0.0));
        }
    }

    #[test]
    fn half_of_two_lights_is_half_the_light() {
        assert_eq!(over_blue(0.5, None).0, [0.5, 0.0, 0.5]);
        let ([r, _, b], alpha) = over_blue(0.5, Some(SourceColour::Srgb));
        // Half the light is 0.7354 in sRGB, not 0.5: no dark seam between the two.
        assert!((r - 0.735_36).abs() < 1e-3 && (b - r).abs() < 1e-6 && alpha == 1.0, "{r} {b}");
    }

    #[test]
    fn two_transparent_pictures_add_up() {
        let background = Background { pixel: [0.0, 0.0, 0.5, 0.5], light: None };
        let (colour, alpha) = over([1.0, 0.0, 0.0], 0.5, &background);
        assert_eq!(alpha, 0.75);
        assert!((colour[0] - 2.0 / 3.0).abs() < 1e-6 && (colour[2] - 1.0 / 3.0).abs() < 1e-6);
    }
}
