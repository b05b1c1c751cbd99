//! Names of colour spaces as a host gives them in `OfxImageClipPropColourspace`.
//!
//! They are those of OpenFX 1.5's own configuration, `ofx-native-v1.5_aces-v1.3_ocio-v2.3`: names, labels,
//! aliases and roles.

use crate::pipeline::colour::SourceColour;

/// The encoding that a host means, in any case of letters.
///
/// Where there is no encoding of ours with the same transfer function *and* primaries, a nearby one is
/// taken if its transfer function is the same or so near that a picture looks alike: then light comes out
/// right for compositing, and the network sees colours a little less or more saturated. None for names that
/// the configuration does not know (an artist's own OCIO configuration, a reference to another clip) and
/// for those with nothing near: HDR video, Canon Log 2, Blackmagic Film, gamma 1.8, ADX, CIE XYZ.
pub fn from_name(name: &str) -> Option<SourceColour> {
    let name = name.trim();
    let in_table = |table: &[(SourceColour, &[&str])]| {
        table
            .iter()
            .find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
            .map(|(colour, _)| *colour)
    };
    in_table(EXACT).or_else(|| in_table(NEARBY))
}

/// Names of encodings that we have.
const EXACT: &[(SourceColour, &[&str])] = &[
    (
        SourceColour::Srgb,
        &[
            "srgb_tx",
            "sRGB - Texture",
            "srgb_texture",
            "Utility - sRGB - Texture",
            "Input - Generic - sRGB - Texture",
            "srgb_display",
            "sRGB - Display",
            // Roles of the configuration.
            "color_picking",
            "texture_paint",
        ],
    ),
    (
        SourceColour::Gamma24,
        &[
            "g24_rec709_tx",
            "Gamma 2.4 Rec.709 - Texture",
            "g24_rec709",
            "rec709_display",
            "Utility - Rec.709 - Display",
            "rec1886_rec709_display",
            "Rec.1886 Rec.709 - Display",
        ],
    ),
    (
        SourceColour::LinearRec709,
        &[
            "lin_rec709_srgb",
            "Linear Rec.709 (sRGB)",
            "lin_rec709",
            "lin_srgb",
            "Utility - Linear - Rec.709",
            "Utility - Linear - sRGB",
        ],
    ),
    (SourceColour::AcesCg, &["ACEScg", "ACES - ACEScg", "lin_ap1", "scene_linear"]),
    (
        SourceColour::AcesCct,
        &["ACEScct", "ACES - ACEScct", "acescct_ap1", "color_timing", "compositing_log", "matte_paint"],
    ),
    (
        SourceColour::DavinciIntermediate,
        &["davinci_intermediate_widegamut", "DaVinci Intermediate WideGamut"],
    ),
    (
        SourceColour::LogC3,
        &[
            "arri_logc3_ei800",
            "ARRI LogC3 (EI800)",
            "logc3ei800_alexawide",
            "Input - ARRI - V3 LogC (EI800) - Wide Gamut",
        ],
    ),
    (SourceColour::LogC4, &["arri_logc4", "ARRI LogC4"]),
    (
        SourceColour::SLog3,
        &[
            "slog3_sgamut3cine",
            "S-Log3 S-Gamut3.Cine",
            "slog3_sgamutcine",
            "Input - Sony - S-Log3 - S-Gamut3.Cine",
        ],
    ),
    (
        SourceColour::CanonLog3,
        &[
            "canonlog3_cinemagamut_d55",
            "CanonLog3 CinemaGamut D55",
            "canonlog3_cgamutday",
            "Input - Canon - Canon-Log3 - Cinema Gamut Daylight",
        ],
    ),
    (SourceColour::VLog, &["vlog_vgamut", "V-Log V-Gamut", "Input - Panasonic - V-Log - V-Gamut"]),
    (
        SourceColour::Log3G10,
        &[
            "log3g10_redwidegamutrgb",
            "Log3G10 REDWideGamutRGB",
            "rl3g10_rwg",
            "Input - RED - REDLog3G10 - REDWideGamutRGB",
        ],
    ),
];

/// Names of encodings that one of ours stands for.
const NEARBY: &[(SourceColour, &[&str])] = &[
    (
        SourceColour::Srgb,
        &[
            // Any video for a display, and numbers that are no colour: taken as they are.
            "ofx_display_sdr",
            "OFX generic display SDR",
            "ofx_raw",
            "OFX generic raw",
            "Raw",
            "Utility - Raw",
            "data",
            // sRGB's curve with other primaries.
            "displayp3_display",
            "Display P3 - Display",
            "srgb_encoded_p3d65_tx",
            "sRGB Encoded P3-D65 - Texture",
            "srgb_p3d65",
            "srgb_displayp3",
            "srgb_encoded_ap1_tx",
            "sRGB Encoded AP1 - Texture",
            "srgb_ap1",
            // A pure 2.2, which sRGB's curve was made to be near.
            "g22_rec709_tx",
            "Gamma 2.2 Rec.709 - Texture",
            "g22_rec709",
            "Utility - Gamma 2.2 - Rec.709 - Texture",
            "g22_ap1_tx",
            "Gamma 2.2 AP1 - Texture",
            "g22_ap1",
        ],
    ),
    (
        SourceColour::Gamma24,
        &[
            // Made to be watched on such a display.
            "camera_rec709",
            "Camera Rec.709",
            "rec709_camera",
            "Utility - Rec.709 - Camera",
            "rec1886_rec2020_display",
            "Rec.1886 Rec.2020 - Display",
            // Cinema's 2.6.
            "p3d65_display",
            "P3-D65 - Display",
            "p3d60_display",
            "P3-D60 - Display",
            "p3_dci_display",
            "P3-DCI - Display",
        ],
    ),
    (
        SourceColour::LinearRec709,
        &[
            // Any primaries; these are the commonest.
            "ofx_scene_linear",
            "OFX generic scene linear",
            "lin_p3d65",
            "Linear P3-D65",
            "lin_displayp3",
            "Linear Display P3",
            "Utility - Linear - P3-D65",
        ],
    ),
    (
        SourceColour::AcesCg,
        &[
            // Linear light with wide primaries.
            "ACES2065-1",
            "aces2065_1",
            "ACES - ACES2065-1",
            "lin_ap0",
            "aces_interchange",
            "lin_rec2020",
            "Linear Rec.2020",
            "Utility - Linear - Rec.2020",
            "lin_arri_wide_gamut_3",
            "Linear ARRI Wide Gamut 3",
            "lin_alexawide",
            "Input - ARRI - Linear - ALEXA Wide Gamut",
            "lin_arri_wide_gamut_4",
            "Linear ARRI Wide Gamut 4",
            "lin_awg4",
            "lin_bmd_widegamut_gen5",
            "Linear BMD WideGamut Gen5",
            "lin_davinci_widegamut",
            "Linear DaVinci WideGamut",
            "lin_cinemagamut_d55",
            "Linear CinemaGamut D55",
            "lin_canoncgamutday",
            "Input - Canon - Linear - Canon Cinema Gamut Daylight",
            "lin_vgamut",
            "Linear V-Gamut",
            "Input - Panasonic - Linear - V-Gamut",
            "lin_redwidegamutrgb",
            "Linear REDWideGamutRGB",
            "lin_rwg",
            "Input - RED - Linear - REDWideGamutRGB",
            "lin_sgamut3",
            "Linear S-Gamut3",
            "Input - Sony - Linear - S-Gamut3",
            "lin_sgamut3cine",
            "Linear S-Gamut3.Cine",
            "Input - Sony - Linear - S-Gamut3.Cine",
            "lin_venice_sgamut3",
            "Linear Venice S-Gamut3",
            "Input - Sony - Linear - Venice S-Gamut3",
            "lin_venice_sgamut3cine",
            "Linear Venice S-Gamut3.Cine",
            "Input - Sony - Linear - Venice S-Gamut3.Cine",
        ],
    ),
    (
        SourceColour::AcesCct,
        &[
            // The same but for its toe.
            "ACEScc",
            "ACES - ACEScc",
            "acescc_ap1",
            // Any logarithm; the configuration's own choice for "compositing_log" is this one.
            "ofx_scene_log",
            "OFX generic scene log",
        ],
    ),
    (
        SourceColour::SLog3,
        &[
            // The same curve with other primaries.
            "slog3_sgamut3",
            "S-Log3 S-Gamut3",
            "Input - Sony - S-Log3 - S-Gamut3",
            "slog3_venice_sgamut3",
            "S-Log3 Venice S-Gamut3",
            "Input - Sony - S-Log3 - Venice S-Gamut3",
            "slog3_venice_sgamut3cine",
            "S-Log3 Venice S-Gamut3.Cine",
            "slog3_venice_sgamutcine",
            "Input - Sony - S-Log3 - Venice S-Gamut3.Cine",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name that the native configuration's header defines, by style, with what we take it for.
    const HEADER: &[(&str, Option<SourceColour>)] = &[
        ("ofx_display_hdr", None),
        ("ofx_display_sdr", Some(SourceColour::Srgb)),
        ("ofx_raw", Some(SourceColour::Srgb)),
        ("ofx_scene_linear", Some(SourceColour::LinearRec709)),
        ("ofx_scene_log", Some(SourceColour::AcesCct)),
        ("srgb_display", Some(SourceColour::Srgb)),
        ("displayp3_display", Some(SourceColour::Srgb)),
        ("rec1886_rec709_display", Some(SourceColour::Gamma24)),
        ("rec1886_rec2020_display", Some(SourceColour::Gamma24)),
        ("rec2100_hlg_display", None),
        ("rec2100_pq_display", None),
        ("st2084_p3d65_display", None),
        ("p3d65_display", Some(SourceColour::Gamma24)),
        ("ACES2065-1", Some(SourceColour::AcesCg)),
        ("ACEScc", Some(SourceColour::AcesCct)),
        ("ACEScct", Some(SourceColour::AcesCct)),
        ("ACEScg", Some(SourceColour::AcesCg)),
        ("lin_p3d65", Some(SourceColour::LinearRec709)),
        ("lin_rec2020", Some(SourceColour::AcesCg)),
        ("lin_rec709_srgb", Some(SourceColour::LinearRec709)),
        ("g18_rec709_tx", None),
        ("g22_ap1_tx", Some(SourceColour::Srgb)),
        ("g22_rec709_tx", Some(SourceColour::Srgb)),
        ("g24_rec709_tx", Some(SourceColour::Gamma24)),
        ("srgb_encoded_ap1_tx", Some(SourceColour::Srgb)),
        ("srgb_tx", Some(SourceColour::Srgb)),
        ("Raw", Some(SourceColour::Srgb)),
        ("CIE-XYZ-D65", None),
        ("p3d60_display", Some(SourceColour::Gamma24)),
        ("p3_dci_display", Some(SourceColour::Gamma24)),
        ("ADX10", None),
        ("ADX16", None),
        ("lin_arri_wide_gamut_3", Some(SourceColour::AcesCg)),
        ("arri_logc3_ei800", Some(SourceColour::LogC3)),
        ("lin_arri_wide_gamut_4", Some(SourceColour::AcesCg)),
        ("arri_logc4", Some(SourceColour::LogC4)),
        ("bmdfilm_widegamut_gen5", None),
        ("davinci_intermediate_widegamut", Some(SourceColour::DavinciIntermediate)),
        ("lin_bmd_widegamut_gen5", Some(SourceColour::AcesCg)),
        ("lin_davinci_widegamut", Some(SourceColour::AcesCg)),
        ("canonlog2_cinemagamut_d55", None),
        ("canonlog3_cinemagamut_d55", Some(SourceColour::CanonLog3)),
        ("lin_cinemagamut_d55", Some(SourceColour::AcesCg)),
        ("lin_vgamut", Some(SourceColour::AcesCg)),
        ("vlog_vgamut", Some(SourceColour::VLog)),
        ("lin_redwidegamutrgb", Some(SourceColour::AcesCg)),
        ("log3g10_redwidegamutrgb", Some(SourceColour::Log3G10)),
        ("lin_sgamut3", Some(SourceColour::AcesCg)),
        ("lin_sgamut3cine", Some(SourceColour::AcesCg)),
        ("lin_venice_sgamut3", Some(SourceColour::AcesCg)),
        ("lin_venice_sgamut3cine", Some(SourceColour::AcesCg)),
        ("slog3_sgamut3", Some(SourceColour::SLog3)),
        ("slog3_sgamut3cine", Some(SourceColour::SLog3)),
        ("slog3_venice_sgamut3", Some(SourceColour::SLog3)),
        ("slog3_venice_sgamut3cine", Some(SourceColour::SLog3)),
        ("camera_rec709", Some(SourceColour::Gamma24)),
        ("srgb_encoded_p3d65_tx", Some(SourceColour::Srgb)),
        ("aces_interchange", Some(SourceColour::AcesCg)),
        ("cie_xyz_d65_interchange", None),
        ("color_picking", Some(SourceColour::Srgb)),
        ("color_timing", Some(SourceColour::AcesCct)),
        ("compositing_log", Some(SourceColour::AcesCct)),
        ("data", Some(SourceColour::Srgb)),
        ("matte_paint", Some(SourceColour::AcesCct)),
        ("scene_linear", Some(SourceColour::AcesCg)),
        ("texture_paint", Some(SourceColour::Srgb)),
    ];

    #[test]
    fn every_name_of_the_header_is_decided() {
        for (name, colour) in HEADER {
            assert_eq!(from_name(name), *colour, "{name}");
        }
    }

    #[test]
    fn case_and_blanks_do_not_matter() {
        assert_eq!(from_name("SRGB_TX"), Some(SourceColour::Srgb));
        assert_eq!(from_name(" acescg "), Some(SourceColour::AcesCg));
        assert_eq!(from_name("linear rec.709 (srgb)"), Some(SourceColour::LinearRec709));
        assert_eq!(from_name("acescct_ap1"), Some(SourceColour::AcesCct));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for name in ["", "OfxColourspace_Source", "linear", "srgb", "srgb_tx_2", "ACEScg\0", "größe"] {
            assert_eq!(from_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn no_name_means_two_encodings() {
        let mut names: Vec<String> = EXACT
            .iter()
            .chain(NEARBY)
            .flat_map(|(_, names)| names.iter().map(|name| name.to_ascii_lowercase()))
            .collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
