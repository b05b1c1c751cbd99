//! One component between its code value and light.

use super::log::LogCurve;

/// A transfer function, defined for all finite values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transfer {
    /// Light as it is.
    Linear,
    /// IEC 61966-2-1; below black mirrored, as in scRGB (IEC 61966-2-2, annex B).
    Srgb,
    /// A display's pure power of 2.4 (ITU-R BT.1886 with L_B = 0); below black mirrored.
    Gamma24,
    /// Logarithmic.
    Log(&'static LogCurve),
}

impl Transfer {
    /// Code value to light.
    pub fn decode(self, value: f32) -> f32 {
        match self {
            Transfer::Linear => value,
            Transfer::Srgb => mirrored(value, srgb_decode),
            Transfer::Gamma24 => mirrored(value, |value| value.powf(2.4)),
            Transfer::Log(curve) => curve.decode(value),
        }
    }

    /// Light to code value.
    pub fn encode(self, light: f32) -> f32 {
        match self {
            Transfer::Linear => light,
            Transfer::Srgb => mirrored(light, srgb_encode),
            Transfer::Gamma24 => mirrored(light, |light| light.powf(1.0 / 2.4)),
            Transfer::Log(curve) => curve.encode(light),
        }
    }
}

/// An odd function from its positive half. Where the half overflows, the largest number.
fn mirrored(value: f32, half: impl Fn(f32) -> f32) -> f32 {
    if value.is_nan() { value } else { half(value.abs()).min(f32::MAX).copysign(value) }
}

/// IEC 61966-2-1: linear to encoded.
fn srgb_encode(light: f32) -> f32 {
    if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// IEC 61966-2-1: encoded to linear.
fn srgb_decode(value: f32) -> f32 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_follows_the_standard() {
        // 18 % grey is 0.4613 (118 of 255).
        assert!((Transfer::Srgb.encode(0.18) - 0.461_356).abs() < 1e-5);
        assert!((Transfer::Srgb.decode(0.5) - 0.214_041).abs() < 1e-5);
        assert_eq!(Transfer::Srgb.encode(0.0), 0.0);
        assert!((Transfer::Srgb.encode(1.0) - 1.0).abs() < 1e-6);
        assert!((Transfer::Srgb.encode(0.002) - 0.02584).abs() < 1e-6);
        assert!((Transfer::Srgb.encode(-0.18) + 0.461_356).abs() < 1e-5);
    }

    #[test]
    fn gamma_is_a_power_of_2_4() {
        assert!((Transfer::Gamma24.decode(0.5) - 0.189_465).abs() < 1e-6);
        assert!((Transfer::Gamma24.encode(0.18) - 0.489_437).abs() < 1e-5);
        assert!((Transfer::Gamma24.decode(-0.5) + 0.189_465).abs() < 1e-6);
        assert_eq!(Transfer::Gamma24.decode(1.0), 1.0);
    }
}
