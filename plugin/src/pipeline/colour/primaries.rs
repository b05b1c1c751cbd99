//! Matrices between the primaries of encodings, derived from their published chromaticities
//! (SMPTE RP 177-1993, "Derivation of Basic Television Color Equations").

/// Row by row: `out[i] = sum of m[i][j] * in[j]`.
pub(super) type Matrix = [[f64; 3]; 3];

/// CIE 1931 xy of the three primaries and of white.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Primaries {
    red: [f64; 2],
    green: [f64; 2],
    blue: [f64; 2],
    white: [f64; 2],
}

/// D65 as ITU-R BT.709 and the cameras' documents round it.
const D65: [f64; 2] = [0.3127, 0.3290];

/// ITU-R BT.709-6, and sRGB.
pub(super) const REC709: Primaries =
    Primaries { red: [0.64, 0.33], green: [0.30, 0.60], blue: [0.15, 0.06], white: D65 };

/// AP1, AMPAS S-2014-004 (ACEScg), with the ACES white point, near D60.
pub(super) const AP1: Primaries =
    Primaries { red: [0.713, 0.293], green: [0.165, 0.830], blue: [0.128, 0.044], white: [0.32168, 0.33767] };

/// Blackmagic Design, "DaVinci Resolve 17: Wide Gamut Intermediate" (2021).
pub(super) const DAVINCI_WIDE_GAMUT: Primaries =
    Primaries { red: [0.8000, 0.3130], green: [0.1682, 0.9877], blue: [0.0790, -0.1155], white: D65 };

/// ARRI, "ALEXA Log C Curve: Usage in VFX" (2017).
pub(super) const ARRI_WIDE_GAMUT_3: Primaries =
    Primaries { red: [0.6840, 0.3130], green: [0.2210, 0.8480], blue: [0.0861, -0.1020], white: D65 };

/// ARRI, "ARRI LogC4 Logarithmic Color Space: Specification" (2023).
pub(super) const ARRI_WIDE_GAMUT_4: Primaries =
    Primaries { red: [0.7347, 0.2653], green: [0.1424, 0.8576], blue: [0.0991, -0.0308], white: D65 };

/// Sony, "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3" (2014).
pub(super) const S_GAMUT3_CINE: Primaries =
    Primaries { red: [0.766, 0.275], green: [0.225, 0.800], blue: [0.089, -0.087], white: D65 };

/// Canon, "EOS C300 Mark II: Color Gamut" (2015).
pub(super) const CINEMA_GAMUT: Primaries =
    Primaries { red: [0.740, 0.270], green: [0.170, 1.140], blue: [0.080, -0.100], white: D65 };

/// Panasonic, "V-Log/V-Gamut Reference Manual" (2014).
pub(super) const V_GAMUT: Primaries =
    Primaries { red: [0.730, 0.280], green: [0.165, 0.840], blue: [0.100, -0.030], white: D65 };

/// RED, "White Paper on REDWideGamutRGB and Log3G10" (2017).
pub(super) const RED_WIDE_GAMUT_RGB: Primaries = Primaries {
    red: [0.780_308, 0.304_253],
    green: [0.121_595, 1.493_994],
    blue: [0.095_612, -0.084_589],
    white: D65,
};

/// XYZ to the responses that are scaled when one white is turned into another: Bradford, as in ICC.1:2010,
/// annex E, which the Academy's transforms use between ACES and a display.
const BRADFORD: Matrix = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// The matrix from linear light of one set of primaries to that of another, white to white.
pub(super) fn conversion(from: &Primaries, to: &Primaries) -> Matrix {
    adapted(from, to, &BRADFORD)
}

/// [`conversion`] with a choice of responses.
fn adapted(from: &Primaries, to: &Primaries, responses: &Matrix) -> Matrix {
    let mut to_xyz = rgb_to_xyz(from);
    if from.white != to.white {
        let [old, new] = [from.white, to.white].map(|white| apply(responses, xyz(white)));
        let scale = diagonal([new[0] / old[0], new[1] / old[1], new[2] / old[2]]);
        let adaptation = multiply(&inverse(responses), &multiply(&scale, responses));
        to_xyz = multiply(&adaptation, &to_xyz);
    }
    multiply(&inverse(&rgb_to_xyz(to)), &to_xyz)
}

/// Linear light to CIE XYZ under the primaries' own white, with Y of white 1.
fn rgb_to_xyz(primaries: &Primaries) -> Matrix {
    let columns = transpose(&[xyz(primaries.red), xyz(primaries.green), xyz(primaries.blue)]);
    let scale = apply(&inverse(&columns), xyz(primaries.white));
    multiply(&columns, &diagonal(scale))
}

/// xy with Y of 1.
fn xyz([x, y]: [f64; 2]) -> [f64; 3] {
    [x / y, 1.0, (1.0 - x - y) / y]
}

fn diagonal([a, b, c]: [f64; 3]) -> Matrix {
    [[a, 0.0, 0.0], [0.0, b, 0.0], [0.0, 0.0, c]]
}

fn transpose(m: &Matrix) -> Matrix {
    [0, 1, 2].map(|column| [m[0][column], m[1][column], m[2][column]])
}

fn apply(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    transpose(&transpose(b).map(|column| apply(a, column)))
}

/// By cofactors. All matrices here have three primaries that are not on one line.
fn inverse(m: &Matrix) -> Matrix {
    let cofactor = |row: usize, column: usize| {
        let (r1, r2) = ((row + 1) % 3, (row + 2) % 3);
        let (c1, c2) = ((column + 1) % 3, (column + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant: f64 = (0..3).map(|column| m[0][column] * cofactor(0, column)).sum();
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| cofactor(column, row) / determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AP0, SMPTE ST 2065-1.
    const AP0: Primaries = Primaries {
        red: [0.7347, 0.2653],
        green: [0.0, 1.0],
        blue: [0.0001, -0.0770],
        white: [0.32168, 0.33767],
    };

    /// CIECAM02's responses, CIE 159:2004.
    const CAT02: Matrix = [[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]];

    #[track_caller]
    fn assert_near(ours: &Matrix, published: &Matrix, tolerance: f64) {
        for (ours, published) in ours.as_flattened().iter().zip(published.as_flattened()) {
            assert!((ours - published).abs() < tolerance, "{ours} is not {published}");
        }
    }

    #[test]
    fn matrices_to_rec709_are_the_published_ones() {
        let to_rec709 = |from: &Primaries| conversion(from, &REC709);
        // ARRI, "ALEXA Log C Curve: Usage in VFX".
        assert_near(
            &to_rec709(&ARRI_WIDE_GAMUT_3),
            &[
                [1.617_523, -0.537_287, -0.080_237],
                [-0.070_573, 1.334_613, -0.264_040],
                [-0.021_102, -0.226_954, 1.248_056],
            ],
            1e-6,
        );
        // Panasonic, "V-Log/V-Gamut Reference Manual".
        assert_near(
            &to_rec709(&V_GAMUT),
            &[
                [1.806_576, -0.695_697, -0.110_879],
                [-0.170_090, 1.305_955, -0.135_865],
                [-0.025_206, -0.154_468, 1.179_674],
            ],
            1e-6,
        );
        // ACEScg, Bradford, as the Academy's and OpenColorIO's "Linear Rec.709 (sRGB)" have it.
        assert_near(
            &to_rec709(&AP1),
            &[
                [1.705_051, -0.621_792, -0.083_259],
                [-0.130_257, 1.140_804, -0.010_548],
                [-0.024_003, -0.128_969, 1.152_972],
            ],
            2e-6,
        );
    }

    #[test]
    fn matrices_to_xyz_are_the_published_ones() {
        // Sony, "Technical Summary for S-Gamut3.Cine/S-Log3".
        assert_near(
            &rgb_to_xyz(&S_GAMUT3_CINE),
            &[
                [0.599_083_920_8, 0.248_925_516_1, 0.102_446_490_2],
                [0.215_075_820_1, 0.885_068_501_7, -0.100_144_321_9],
                [-0.032_065_849_5, -0.027_658_390_7, 1.148_781_991_0],
            ],
            1e-9,
        );
        // ARRI LogC4 specification, 4.3.1.
        assert_near(
            &rgb_to_xyz(&ARRI_WIDE_GAMUT_4),
            &[
                [0.704_858_320_407, 0.129_760_295_170, 0.115_837_311_474],
                [0.254_524_176_404, 0.781_477_732_712, -0.036_001_909_116],
                [0.0, 0.0, 1.089_057_750_760],
            ],
            1e-9,
        );
        // RED, "White Paper on REDWideGamutRGB and Log3G10".
        assert_near(
            &rgb_to_xyz(&RED_WIDE_GAMUT_RGB),
            &[
                [0.735_275, 0.068_609, 0.146_571],
                [0.286_694, 0.842_979, -0.129_673],
                [-0.079_681, -0.347_343, 1.516_082],
            ],
            1e-6,
        );
        // Blackmagic Design, "Wide Gamut Intermediate".
        assert_near(
            &rgb_to_xyz(&DAVINCI_WIDE_GAMUT),
            &[
                [0.700_622_39, 0.148_774_82, 0.101_058_72],
                [0.274_118_51, 0.873_631_90, -0.147_750_41],
                [-0.098_962_91, -0.137_895_33, 1.325_915_99],
            ],
            1e-7,
        );
    }

    /// The matrices to ACES2065-1 in the OpenFX 1.5 native configuration (the Academy's and the
    /// makers'), each with the adaptation of its maker's choice.
    #[test]
    fn matrices_to_aces_are_the_published_ones() {
        let cameras = [
            (
                ARRI_WIDE_GAMUT_3,
                CAT02,
                [
                    [0.680205505106279, 0.236136601606481, 0.0836578932872398],
                    [0.0854149797421404, 1.01747087860704, -0.102885858349182],
                    [0.00205652166929683, -0.0625625003847921, 1.06050597871549],
                ],
            ),
            (
                ARRI_WIDE_GAMUT_4,
                CAT02,
                [
                    [0.750957362824734, 0.144422786709757, 0.104619850465509],
                    [0.000821837079380207, 1.007397584885, -0.00821942196438358],
                    [-0.000499952143533471, -0.000854177231436971, 1.00135412937497],
                ],
            ),
            (
                DAVINCI_WIDE_GAMUT,
                CAT02,
                [
                    [0.748270290272981, 0.167694659554328, 0.0840350501726906],
                    [0.0208421234689102, 1.11190474268894, -0.132746866157851],
                    [-0.0915122574225729, -0.127746712807307, 1.21925897022988],
                ],
            ),
            (
                CINEMA_GAMUT,
                CAT02,
                [
                    [0.763064454775734, 0.14902116113706, 0.0879143840872056],
                    [0.00365745670512393, 1.10696038037622, -0.110617837081339],
                    [-0.0094077940457189, -0.218383304989987, 1.22779109903571],
                ],
            ),
            (
                V_GAMUT,
                BRADFORD,
                [
                    [0.72461670413153, 0.166915288193706, 0.108468007674764],
                    [0.021390245413146, 0.984908155703054, -0.00629840111620089],
                    [-0.00923556287076561, -0.00105690563900513, 1.01029246850977],
                ],
            ),
            (
                RED_WIDE_GAMUT_RGB,
                BRADFORD,
                [
                    [0.785058804068092, 0.0838587565440846, 0.131082439387823],
                    [0.0231738348454756, 1.08789754919233, -0.111071384037806],
                    [-0.0737604353682082, -0.314590072290208, 1.38835050765842],
                ],
            ),
            (
                S_GAMUT3_CINE,
                CAT02,
                [
                    [0.638788667185978, 0.272351433711262, 0.0888598991027595],
                    [-0.00391590602528224, 1.0880732308974, -0.0841573248721177],
                    [-0.0299072021239151, -0.0264325799101947, 1.05633978203411],
                ],
            ),
        ];
        for (primaries, responses, published) in cameras {
            assert_near(&adapted(&primaries, &AP0, &responses), &published, 1e-9);
        }
        let from_aces = |to: &Primaries| conversion(&AP0, to);
        assert_near(
            &from_aces(&AP1),
            &[
                [1.45143931614567, -0.23651074689374, -0.214928569251925],
                [-0.0765537733960206, 1.17622969983357, -0.0996759264375522],
                [0.00831614842569772, -0.00603244979102102, 0.997716301365323],
            ],
            1e-9,
        );
        assert_near(
            &from_aces(&REC709),
            &[
                [2.52168618674388, -1.13413098823972, -0.387555198504164],
                [-0.276479914229922, 1.37271908766826, -0.096239173438334],
                [-0.0153780649660342, -0.152975335867399, 1.16835340083343],
            ],
            1e-9,
        );
    }

    #[test]
    fn white_stays_white() {
        for from in [AP1, V_GAMUT, RED_WIDE_GAMUT_RGB, REC709] {
            let white = apply(&conversion(&from, &REC709), [1.0; 3]);
            assert!(white.iter().all(|component| (component - 1.0).abs() < 1e-12), "{white:?}");
        }
    }
}
