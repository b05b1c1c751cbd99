//! Logarithmic encodings of cameras, of film scans and of grading: one formula, many constants.
//!
//! Every one is `slope * log2(gain * light + lift) + offset` above a cut and a line below it. (The same
//! form is the Common LUT Format's `cameraLinToLog`, AMPAS S-2014-006.) Code values are 10 bit codes over
//! 1023, light is relative to a white of 1.

use std::f64::consts::LOG10_2;

/// Constants of one encoding.
#[derive(Debug)]
pub(super) struct LogCurve {
    slope: f32,
    offset: f32,
    gain: f32,
    lift: f32,
    /// Light below which the line holds.
    cut: f32,
    toe_slope: f32,
    toe_offset: f32,
    /// Whether the curve is odd about its line's code value of no light, so that the line is cut off
    /// below too.
    mirrored: bool,
}

/// ACEScct, AMPAS S-2016-001 ("ACEScct: A Quasi-Logarithmic Encoding of ACES Data"), equations 1 and 2.
pub(super) static ACES_CCT: LogCurve = LogCurve {
    slope: (1.0 / 17.52) as f32,
    offset: (9.72 / 17.52) as f32,
    gain: 1.0,
    lift: 0.0,
    cut: 0.007_812_5,
    toe_slope: 10.540_237_741_654_5_f64 as f32,
    toe_offset: 0.072_905_534_195_835_5_f64 as f32,
    mirrored: false,
};

/// Blackmagic Design, "DaVinci Resolve 17: Wide Gamut Intermediate" (2021): A, B, C, M and the cut.
pub(super) static DAVINCI_INTERMEDIATE: LogCurve = LogCurve {
    slope: 0.073_292_48,
    offset: (7.0 * 0.073_292_48_f64) as f32,
    gain: 1.0,
    lift: 0.0075,
    cut: 0.002_624_09,
    toe_slope: 10.444_268_55_f64 as f32,
    toe_offset: 0.0,
    mirrored: false,
};

/// ARRI, "ALEXA Log C Curve: Usage in VFX" (2017), linear scene exposure, SUP 3.x, EI 800: a to f, cut.
pub(super) static LOG_C3: LogCurve = LogCurve {
    slope: (0.247_190 * LOG10_2) as f32,
    offset: 0.385_537,
    gain: 5.555_556,
    lift: 0.052_272,
    cut: 0.010_591,
    toe_slope: 5.367_655,
    toe_offset: 0.092_809,
    mirrored: false,
};

/// ARRI, "ARRI LogC4 Logarithmic Color Space: Specification" (2023), section 4.1. The document gives
/// a, b and c by fractions, s and t by formulas with powers; these are their values.
pub(super) static LOG_C4: LogCurve = {
    const A: f64 = (262_144.0 - 16.0) / 117.45;
    const B: f64 = (1023.0 - 95.0) / 1023.0;
    const C: f64 = 95.0 / 1023.0;
    const S: f64 = 0.113_597_208_610_589_1;
    const T: f64 = -0.018_056_996_119_911_31;
    LogCurve {
        slope: (B / 14.0) as f32,
        offset: (C - 6.0 * B / 14.0) as f32,
        gain: A as f32,
        lift: 64.0,
        cut: T as f32,
        toe_slope: (1.0 / S) as f32,
        toe_offset: (-T / S) as f32,
        mirrored: false,
    }
};

/// Sony, "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3" (2014), appendix.
pub(super) static S_LOG3: LogCurve = LogCurve {
    slope: (261.5 / 1023.0 * LOG10_2) as f32,
    offset: (420.0 / 1023.0) as f32,
    gain: (1.0 / 0.19) as f32,
    lift: (0.01 / 0.19) as f32,
    cut: 0.01125,
    toe_slope: ((171.210_294_692_9 - 95.0) / 0.01125 / 1023.0) as f32,
    toe_offset: (95.0 / 1023.0) as f32,
    mirrored: false,
};

/// Canon, "Canon Log Gamma Curves: Description of the Canon Log, Canon Log 2 and Canon Log 3 Gamma Curves"
/// (2018). Canon's light is 1 at a reflectance of 90 %.
pub(super) static CANON_LOG3: LogCurve = LogCurve {
    slope: (0.367_268_45 * LOG10_2) as f32,
    offset: 0.122_405_37,
    gain: (14.983_25 / 0.9) as f32,
    lift: 1.0,
    cut: (0.014 * 0.9) as f32,
    toe_slope: (1.975_479_8 / 0.9) as f32,
    toe_offset: 0.125_122_19,
    mirrored: true,
};

/// Panasonic, "V-Log/V-Gamut Reference Manual" (2014): cut1, b, c, d and the line.
pub(super) static V_LOG: LogCurve = LogCurve {
    slope: (0.241_514 * LOG10_2) as f32,
    offset: 0.598_206,
    gain: 1.0,
    lift: 0.00873,
    cut: 0.01,
    toe_slope: 5.6,
    toe_offset: 0.125,
    mirrored: false,
};

/// RED, "White Paper on REDWideGamutRGB and Log3G10" (2017): a, b, c and g.
pub(super) static LOG3G10: LogCurve = LogCurve {
    slope: (0.224_282 * LOG10_2) as f32,
    offset: 0.0,
    gain: 155.975_327_f64 as f32,
    lift: (1.0 + 155.975_327 * 0.01) as f32,
    cut: -0.01,
    toe_slope: 15.1927,
    toe_offset: 0.151_927,
    mirrored: false,
};

/// Kodak, "Conversion of 10-bit Log Film Data to 8-bit Linear or Video Data for the Cineon Digital Film
/// System" (1995): 0.002 density a code, a film gamma of 0.6, black at 95 and white at 685, as Nuke's and
/// OpenColorIO's `Cineon` have it. Kodak's codes end at 0; its tangent there goes on below.
pub(super) static CINEON: LogCurve = {
    /// 10^((95 - 685) * 0.002 / 0.6).
    const BLACK: f64 = 0.010_797_751_623_277_09;
    /// 10^((0 - 685) * 0.002 / 0.6).
    const END: f64 = 0.005_207_947_377_576_95;
    const TOE_SLOPE: f64 = 300.0 / 1023.0 * std::f64::consts::LOG10_E * (1.0 - BLACK) / END;
    const CUT: f64 = (END - BLACK) / (1.0 - BLACK);
    LogCurve {
        slope: (300.0 / 1023.0 * LOG10_2) as f32,
        offset: (685.0 / 1023.0) as f32,
        gain: (1.0 - BLACK) as f32,
        lift: BLACK as f32,
        cut: CUT as f32,
        toe_slope: TOE_SLOPE as f32,
        toe_offset: (-TOE_SLOPE * CUT) as f32,
        mirrored: false,
    }
};

/// The power of two where a decoded value stops growing, so that it stays finite.
const LARGEST_POWER: f32 = 126.0;

impl LogCurve {
    /// Light to code value.
    pub fn encode(&self, light: f32) -> f32 {
        if self.mirrored && light < 0.0 {
            return 2.0 * self.toe_offset - self.encode_upper(-light);
        }
        self.encode_upper(light)
    }

    /// Code value to light.
    pub fn decode(&self, value: f32) -> f32 {
        if self.mirrored && value < self.toe_offset {
            return -self.decode_upper(2.0 * self.toe_offset - value);
        }
        self.decode_upper(value)
    }

    fn encode_upper(&self, light: f32) -> f32 {
        if light > self.cut {
            self.slope * (self.gain * light + self.lift).min(f32::MAX).log2() + self.offset
        } else {
            // The line overflows only for light that no picture has.
            at_least_min(self.toe_slope * light + self.toe_offset)
        }
    }

    fn decode_upper(&self, value: f32) -> f32 {
        if value > self.toe_slope * self.cut + self.toe_offset {
            let power = ((value - self.offset) / self.slope).min(LARGEST_POWER);
            (power.exp2() - self.lift) / self.gain
        } else {
            (value - self.toe_offset) / self.toe_slope
        }
    }
}

/// `f32::MIN` for negative infinity, anything else as it is, NaN too.
fn at_least_min(value: f32) -> f32 {
    if value < f32::MIN { f32::MIN } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Light and code value, as published, with the last published digit as tolerance.
    fn assert_published(curve: &LogCurve, pairs: &[(f32, f32, f32)]) {
        for (light, value, tolerance) in pairs {
            let encoded = curve.encode(*light);
            assert!((encoded - value).abs() <= *tolerance, "{light} is {encoded}, not {value}");
            let decoded = curve.decode(*value);
            let slope = (curve.encode(light + 1e-3) - curve.encode(light - 1e-3)) / 2e-3;
            assert!((decoded - light).abs() <= tolerance / slope * 1.5, "{value} is {decoded}, not {light}");
        }
    }

    #[test]
    fn code_values_are_the_published_ones() {
        let code = |code: f32| code / 1023.0;
        // AMPAS S-2016-001, appendix: 0.18 and the largest half float.
        assert_published(
            &ACES_CCT,
            &[(0.0, 0.072_905_5, 1e-6), (0.18, 0.413_588_4, 1e-6), (65504.0, 1.467_996_4, 1e-6)],
        );
        // Blackmagic Design's table.
        assert_published(
            &DAVINCI_INTERMEDIATE,
            &[
                (-0.01, -0.104_443, 1e-6),
                (0.0, 0.0, 1e-7),
                (0.18, 0.336_043, 1e-6),
                (1.0, 0.513_837, 1e-6),
                (10.0, 0.756_599, 1e-6),
                (40.0, 0.903_125, 1e-6),
                (100.0, 1.0, 1e-6),
            ],
        );
        // ARRI: grey at 400 of 1023, black at 95.
        assert_published(&LOG_C3, &[(0.18, 0.391, 1e-4), (0.18, code(400.0), 1e-4), (0.0, 0.0928, 1e-4)]);
        // ARRI LogC4: no light at 95 of 1023, grey 0.2784, the end 2^18 - 16 of the sensor's scale at 1.
        assert_published(&LOG_C4, &[(0.0, code(95.0), 1e-6), (0.18, 0.2784, 1e-4), (469.8, 1.0, 1e-5)]);
        // Sony: 0 %, 18 % and 90 %.
        assert_published(
            &S_LOG3,
            &[(0.0, code(95.0), 1e-6), (0.18, code(420.0), 1e-6), (0.9, code(598.0), code(0.5))],
        );
        // Canon: 0 %, 18 %.
        assert_published(&CANON_LOG3, &[(0.0, 0.125, 5e-4), (0.18, 0.343, 5e-4)]);
        // Panasonic: 0 %, 18 % and 90 %.
        assert_published(
            &V_LOG,
            &[(0.0, code(128.0), code(0.5)), (0.18, code(433.0), code(0.5)), (0.9, code(602.0), code(0.5))],
        );
        // RED's table.
        assert_published(
            &LOG3G10,
            &[
                (-0.01, 0.0, 1e-6),
                (0.0, 0.091_551, 1e-6),
                (0.18, 0.333_333, 1e-5),
                (1.0, 0.493_449, 1e-6),
                (184.322, 1.0, 1e-5),
            ],
        );
        // Kodak: black, white, and grey by the formula.
        assert_published(
            &CINEON,
            &[(0.0, code(95.0), 1e-5), (1.0, code(685.0), 1e-6), (0.18, 0.457_319, 1e-5)],
        );
    }

    #[test]
    fn lines_below_the_cut_are_the_published_ones() {
        let line = |curve: &LogCurve, light: f32| curve.encode(light);
        assert!((line(&LOG_C3, -0.02) - (5.367_655 * -0.02 + 0.092_809)).abs() < 1e-6);
        assert!((line(&LOG_C3, 0.005) - (5.367_655 * 0.005 + 0.092_809)).abs() < 1e-6);
        assert!((line(&V_LOG, -0.02) - (5.6 * -0.02 + 0.125)).abs() < 1e-6);
        assert!((line(&LOG3G10, -0.02) - (-0.01 * 15.1927)).abs() < 1e-6);
        assert!((line(&ACES_CCT, -0.006_9) - 0.000_177_9).abs() < 1e-6);
        // Canon's three pieces, the lower logarithm by its own constants.
        let lower = |light: f64| -0.367_268_45 * (1.0 - 14.983_25 * light / 0.9).log10() + 0.127_839_01;
        for light in [-0.02_f32, -0.1, -0.5] {
            assert!((line(&CANON_LOG3, light) - lower(f64::from(light)) as f32).abs() < 1e-6);
        }
        assert!((line(&CANON_LOG3, -0.009) - (1.975_479_8 * -0.01 + 0.125_122_19)).abs() < 1e-6);
    }

    #[test]
    fn constants_follow_from_their_formulas() {
        // ARRI LogC4, section 4.1: s and t.
        let (a, b, c) = (262_128.0 / 117.45, 928.0 / 1023.0, 95.0 / 1023.0_f64);
        let s = 7.0 * 2_f64.ln() * (7.0 - 14.0 * c / b).exp2() / (a * b);
        let t = ((-14.0 * c / b + 6.0).exp2() - 64.0) / a;
        assert!((f64::from(LOG_C4.toe_slope) - 1.0 / s).abs() < 1e-6);
        assert!((f64::from(LOG_C4.cut) - t).abs() < 1e-9);
        // Kodak's density at codes 95 and 0.
        let black = 10_f64.powf((95.0 - 685.0) * 0.002 / 0.6);
        let end = 10_f64.powf(-685.0 * 0.002 / 0.6);
        assert!((f64::from(CINEON.lift) - black).abs() < 1e-9);
        assert!((f64::from(CINEON.cut) - (end - black) / (1.0 - black)).abs() < 1e-9);
    }

    #[test]
    fn pieces_meet() {
        let curves = [
            &ACES_CCT,
            &DAVINCI_INTERMEDIATE,
            &LOG_C3,
            &LOG_C4,
            &S_LOG3,
            &CANON_LOG3,
            &V_LOG,
            &LOG3G10,
            &CINEON,
        ];
        for curve in curves {
            let above = curve.encode(curve.cut + curve.cut.abs() * 1e-6);
            let below = curve.encode(curve.cut);
            // 1e-6 is a thousandth of a 10 bit code: what the documents' own rounding leaves.
            assert!((above - below).abs() < 1e-6, "{curve:?}: {below} and {above}");
        }
    }
}
