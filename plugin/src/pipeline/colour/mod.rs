//! The encodings a source may have: how each turns into light and back, and how the network sees it. The
//! pixels given back never pass through the network's eye.

mod eye;
mod log;
mod primaries;
mod table;
mod transfer;

pub use eye::Eye;

use primaries::{Matrix, Primaries};
use transfer::Transfer;

/// The encoding of a source's colour: a transfer function and the primaries of its light.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SourceColour {
    /// sRGB, IEC 61966-2-1; any other picture made for a display is taken as this, as it is.
    Srgb,
    /// Video for a display of gamma 2.4 (ITU-R BT.1886 with a black of zero), Rec.709 primaries.
    Gamma24,
    /// Linear light with Rec.709 primaries, as compositors keep it.
    LinearRec709,
    /// ACEScg: linear light with AP1 primaries (AMPAS S-2014-004).
    AcesCg,
    /// ACEScct: logarithmic with a toe, AP1 primaries (AMPAS S-2016-001).
    AcesCct,
    /// DaVinci Intermediate with DaVinci Wide Gamut primaries.
    DavinciIntermediate,
    /// ARRI LogC3 at exposure index 800, ARRI Wide Gamut 3.
    LogC3,
    /// ARRI LogC4, ARRI Wide Gamut 4.
    LogC4,
    /// Sony S-Log3, S-Gamut3.Cine.
    SLog3,
    /// Canon Log 3, Cinema Gamut.
    CanonLog3,
    /// Panasonic V-Log, V-Gamut.
    VLog,
    /// RED Log3G10, REDWideGamutRGB.
    Log3G10,
    /// Kodak's printing density with code 95 as black and 685 as white, Rec.709 primaries.
    Cineon,
}

impl SourceColour {
    /// Every encoding, in the order of the enum.
    pub const ALL: [Self; 13] = [
        Self::Srgb,
        Self::Gamma24,
        Self::LinearRec709,
        Self::AcesCg,
        Self::AcesCct,
        Self::DavinciIntermediate,
        Self::LogC3,
        Self::LogC4,
        Self::SLog3,
        Self::CanonLog3,
        Self::VLog,
        Self::Log3G10,
        Self::Cineon,
    ];

    /// The name that an artist knows it by.
    pub fn label(self) -> &'static str {
        match self {
            Self::Srgb => "sRGB",
            Self::Gamma24 => "Rec.709 / gamma 2.4",
            Self::LinearRec709 => "linear Rec.709",
            Self::AcesCg => "ACEScg",
            Self::AcesCct => "ACEScct",
            Self::DavinciIntermediate => "DaVinci Wide Gamut / Intermediate",
            Self::LogC3 => "ARRI LogC3",
            Self::LogC4 => "ARRI LogC4",
            Self::SLog3 => "Sony S-Log3",
            Self::CanonLog3 => "Canon Log 3",
            Self::VLog => "Panasonic V-Log",
            Self::Log3G10 => "RED Log3G10",
            Self::Cineon => "Cineon",
        }
    }

    /// Encoded components to light in proportion to the scene's (a display's for [`Srgb`](Self::Srgb) and
    /// [`Gamma24`](Self::Gamma24)), of the encoding's own primaries: 1 is white, 0.18 a grey card.
    ///
    /// Defined for every finite value and then finite: what lies below black goes on in a line or
    /// mirrored, what lies above white by the same formula. NaN stays NaN.
    pub fn to_light(self, encoded: [f32; 3]) -> [f32; 3] {
        let transfer = self.transfer();
        encoded.map(|value| transfer.decode(value))
    }

    /// The inverse of [`to_light`](Self::to_light), within 1e-5 of the value or 1e-7, whichever is more,
    /// for light from -0.5 to what the encoding was made for.
    pub fn from_light(self, light: [f32; 3]) -> [f32; 3] {
        let transfer = self.transfer();
        light.map(|value| transfer.encode(value))
    }

    /// The network's eye for this encoding. `exposure` is in stops (+1 doubles the light), limited to
    /// -32..32; NaN counts as 0. This computes tables, some 0.1 ms: once a frame, not once a pixel.
    pub fn eye(self, exposure: f32) -> Eye {
        Eye::new(self, exposure)
    }

    fn transfer(self) -> Transfer {
        match self {
            Self::Srgb => Transfer::Srgb,
            Self::Gamma24 => Transfer::Gamma24,
            Self::LinearRec709 | Self::AcesCg => Transfer::Linear,
            Self::AcesCct => Transfer::Log(&log::ACES_CCT),
            Self::DavinciIntermediate => Transfer::Log(&log::DAVINCI_INTERMEDIATE),
            Self::LogC3 => Transfer::Log(&log::LOG_C3),
            Self::LogC4 => Transfer::Log(&log::LOG_C4),
            Self::SLog3 => Transfer::Log(&log::S_LOG3),
            Self::CanonLog3 => Transfer::Log(&log::CANON_LOG3),
            Self::VLog => Transfer::Log(&log::V_LOG),
            Self::Log3G10 => Transfer::Log(&log::LOG3G10),
            Self::Cineon => Transfer::Log(&log::CINEON),
        }
    }

    fn primaries(self) -> Primaries {
        match self {
            Self::Srgb | Self::Gamma24 | Self::LinearRec709 | Self::Cineon => primaries::REC709,
            Self::AcesCg | Self::AcesCct => primaries::AP1,
            Self::DavinciIntermediate => primaries::DAVINCI_WIDE_GAMUT,
            Self::LogC3 => primaries::ARRI_WIDE_GAMUT_3,
            Self::LogC4 => primaries::ARRI_WIDE_GAMUT_4,
            Self::SLog3 => primaries::S_GAMUT3_CINE,
            Self::CanonLog3 => primaries::CINEMA_GAMUT,
            Self::VLog => primaries::V_GAMUT,
            Self::Log3G10 => primaries::RED_WIDE_GAMUT_RGB,
        }
    }

    /// The matrix from this encoding's light to linear Rec.709; none where the primaries are those.
    fn to_rec709(self) -> Option<Matrix> {
        let primaries = self.primaries();
        (primaries != primaries::REC709).then(|| primaries::conversion(&primaries, &primaries::REC709))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most light that each encoding's own document gives it a code for, about.
    fn brightest(colour: SourceColour) -> f32 {
        match colour {
            SourceColour::Srgb | SourceColour::Gamma24 => 16.0,
            SourceColour::LinearRec709 | SourceColour::AcesCg | SourceColour::AcesCct => 65504.0,
            SourceColour::DavinciIntermediate => 100.0,
            SourceColour::LogC3 => 55.0,
            SourceColour::LogC4 => 469.0,
            SourceColour::SLog3 => 38.0,
            SourceColour::CanonLog3 => 14.0,
            SourceColour::VLog => 46.0,
            SourceColour::Log3G10 => 184.0,
            SourceColour::Cineon => 13.5,
        }
    }

    #[test]
    fn each_has_its_own_curve_and_primaries() {
        // The code value of a grey card as published, and how much Rec.709 red a primary red of 1 has: from
        // the makers' matrices to Rec.709, or their first column to XYZ by IEC 61966-2-1's first row.
        let published = [
            (SourceColour::Srgb, 0.4614, 1.0),
            (SourceColour::Gamma24, 0.4894, 1.0),
            (SourceColour::LinearRec709, 0.18, 1.0),
            (SourceColour::AcesCg, 0.18, 1.7051),
            (SourceColour::AcesCct, 0.4136, 1.7051),
            (SourceColour::DavinciIntermediate, 0.3360, 1.8983),
            (SourceColour::LogC3, 0.3910, 1.6175),
            (SourceColour::LogC4, 0.2784, 1.8928),
            (SourceColour::SLog3, 0.4106, 1.6267),
            (SourceColour::CanonLog3, 0.3434, 1.9236),
            (SourceColour::VLog, 0.4233, 1.8066),
            (SourceColour::Log3G10, 0.3333, 1.9817),
            (SourceColour::Cineon, 0.4573, 1.0),
        ];
        assert_eq!(published.map(|(colour, ..)| colour), SourceColour::ALL);
        for (colour, grey, red) in published {
            let [code, ..] = colour.from_light([0.18; 3]);
            assert!((code - grey).abs() < 1e-4, "{colour:?}: grey is {code}, not {grey}");
            let to_rec709 = colour.to_rec709().map_or(1.0, |matrix| matrix[0][0]);
            assert!((to_rec709 - red).abs() < 5e-4, "{colour:?}: red is {to_rec709}, not {red}");
        }
    }

    #[test]
    fn light_comes_back_from_every_encoding() {
        for colour in SourceColour::ALL {
            let mut light = brightest(colour);
            let mut lights = vec![0.0, 0.18, 1.0];
            while light > 1e-7 {
                lights.push(light);
                if light <= 0.5 {
                    lights.push(-light);
                }
                light *= 0.9973;
            }
            for light in lights {
                let [back, ..] = colour.to_light(colour.from_light([light; 3]));
                let allowed = (light.abs() * 1e-5).max(1e-7);
                assert!((back - light).abs() <= allowed, "{colour:?}: {light} came back as {back}");
            }
        }
    }

    #[test]
    fn code_values_come_back_from_light() {
        for colour in SourceColour::ALL {
            for code in -512..=1536 {
                let value = code as f32 / 1024.0;
                let [back, ..] = colour.from_light(colour.to_light([value; 3]));
                assert!((back - value).abs() < 4e-6, "{colour:?}: {value} came back as {back}");
            }
        }
    }

    #[test]
    fn more_code_is_more_light() {
        for colour in SourceColour::ALL {
            let light: Vec<f32> =
                (-20_000..30_000).map(|code| colour.to_light([code as f32 / 20_000.0; 3])[0]).collect();
            assert!(light.windows(2).all(|pair| pair[0] <= pair[1]), "{colour:?}");
        }
    }

    #[test]
    fn finite_values_stay_finite() {
        for colour in SourceColour::ALL {
            for value in [f32::MAX, f32::MIN, 1e30, -1e30, 1000.0, -1000.0, f32::MIN_POSITIVE, -0.0] {
                assert!(colour.to_light([value; 3])[0].is_finite(), "{colour:?}: {value}");
                assert!(colour.from_light([value; 3])[0].is_finite(), "{colour:?}: {value}");
            }
            assert!(colour.to_light([f32::NAN; 3])[0].is_nan(), "{colour:?}");
            assert!(colour.from_light([f32::NAN; 3])[0].is_nan(), "{colour:?}");
        }
    }
}
