//! What the network sees: display-referred sRGB in 0..1. The pixels given back never pass through here.

/// The encoding of a source's colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceColour {
    /// Encoded for a display (sRGB, Rec.709 video): taken as it is.
    Display,
    /// Linear light with Rec.709 primaries, as compositors keep it.
    LinearRec709,
}

impl SourceColour {
    /// One component as the network sees it: encoded, clamped to 0..1, NaN as 0.
    pub fn to_eye(self, value: f32) -> f32 {
        match self {
            SourceColour::Display => clamp(value),
            SourceColour::LinearRec709 => srgb_encode(clamp(value)),
        }
    }
}

/// Clamps to 0..1; NaN becomes 0, which `f32::clamp` does not promise.
fn clamp(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

/// The sRGB transfer function, IEC 61966-2-1: linear 0..1 to encoded 0..1.
fn srgb_encode(linear: f32) -> f32 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_light_is_encoded_by_the_standard() {
        // 18 % grey is 0.4613 in sRGB (118 of 255).
        assert!((SourceColour::LinearRec709.to_eye(0.18) - 0.4613).abs() < 1e-3);
        assert_eq!(SourceColour::LinearRec709.to_eye(0.0), 0.0);
        assert!((SourceColour::LinearRec709.to_eye(1.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_no_colour_becomes_black_or_white() {
        for colour in [SourceColour::Display, SourceColour::LinearRec709] {
            assert_eq!(colour.to_eye(f32::NAN), 0.0);
            assert_eq!(colour.to_eye(f32::NEG_INFINITY), 0.0);
            assert!((colour.to_eye(f32::INFINITY) - 1.0).abs() < 1e-6);
        }
    }
}
