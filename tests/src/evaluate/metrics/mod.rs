//! Comparing a matte with its truth: one file for each measure, each with its definition.
//!
//! | measure | file | published in |
//! |---|---|---|
//! | J, region similarity | [`region`] | Perazzi et al., CVPR 2016 |
//! | F, boundary accuracy | [`boundary`] | Perazzi et al., CVPR 2016 |
//! | MAD, MSE | [`difference`] | (means of the absolute and the squared difference) |
//! | Grad | [`gradient`] | Rhemann et al., CVPR 2009 |
//! | Conn | [`connectivity`] | Rhemann et al., CVPR 2009 |
//! | dtSSD | [`flicker`] | Erofeev et al., BMVC 2015 |
//! | error far from the edge | [`far`] | (mean absolute difference where the mask was right) |
//! | edge flicker | [`edge_flicker`] | (dtSSD along the motion, in the edge band) |
//!
//! Errors are means over pixels times [`ERROR_SCALE`], so that figures of differently large images
//! compare; the publications sum Grad and Conn over the pixels instead.

pub mod band;
pub mod boundary;
pub mod connectivity;
pub mod difference;
pub mod edge_flicker;
pub mod far;
pub mod flicker;
pub mod gradient;
pub mod region;

use super::pixels::{Alpha, binary};

/// Errors are reported in thousandths of full opacity.
pub const ERROR_SCALE: f64 = 1000.0;

/// The measures of one frame. J and F are in 0..1, larger is better; the errors are in
/// thousandths, smaller is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameMetrics {
    /// Region similarity ([`region`]).
    pub j: f64,
    /// Boundary accuracy ([`boundary`]).
    pub f: f64,
    /// Mean absolute difference ([`difference`]).
    pub mad: f64,
    /// Mean squared difference ([`difference`]).
    pub mse: f64,
    /// Gradient error ([`gradient`]).
    pub grad: f64,
    /// Connectivity error ([`connectivity`]).
    pub conn: f64,
    /// Mean absolute difference in the edge [`band`]; `None` when the truth has no edge.
    pub mad_band: Option<f64>,
    /// Gradient error in the edge [`band`]; `None` when the truth has no edge.
    pub grad_band: Option<f64>,
}

/// All measures of one `matte` against its `truth`.
///
/// # Panics
/// When the two differ in size: that is a mistake of the caller.
#[must_use]
pub fn compare(matte: &Alpha, truth: &Alpha) -> FrameMetrics {
    assert_eq!(matte.dimensions(), truth.dimensions(), "a matte and its truth have one size");
    let masks = (binary(matte), binary(truth));
    let band = band::edge_band(truth);
    let soft = || {
        let difference = difference::absolute(matte, truth);
        let gradient = gradient::squared_difference(matte, truth);
        (
            difference::mean(&difference),
            difference::mean_square(&difference),
            difference::mean(&gradient),
            band::mean(&difference, &band),
            band::mean(&gradient, &band),
        )
    };
    let (hard, ((mad, mse, grad, mad_band, grad_band), conn)) = rayon::join(
        || (region::similarity(&masks.0, &masks.1), boundary::accuracy(&masks.0, &masks.1)),
        || rayon::join(soft, || connectivity::error(matte, truth)),
    );
    FrameMetrics {
        j: hard.0,
        f: hard.1,
        mad: mad * ERROR_SCALE,
        mse: mse * ERROR_SCALE,
        grad: grad * ERROR_SCALE,
        conn: conn * ERROR_SCALE,
        mad_band: mad_band.map(|v| v * ERROR_SCALE),
        grad_band: grad_band.map(|v| v * ERROR_SCALE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn half(width: u32, height: u32) -> Alpha {
        Alpha::from_fn(width, height, |x, _| Luma([if x < width / 2 { 1.0 } else { 0.0 }]))
    }

    #[test]
    fn the_truth_itself_is_perfect() {
        let truth = half(40, 30);
        let same = compare(&truth, &truth);
        assert_eq!((same.j, same.f), (1.0, 1.0));
        assert_eq!((same.mad, same.mse, same.grad, same.conn), (0.0, 0.0, 0.0, 0.0));
        assert_eq!((same.mad_band, same.grad_band), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn a_constant_half_against_a_half_filled_truth() {
        let truth = half(40, 30);
        let grey = Alpha::from_pixel(40, 30, Luma([0.5]));
        let figures = compare(&grey, &truth);
        // 0.5 is not above the threshold: an empty mask against a filled one.
        assert_eq!((figures.j, figures.f), (0.0, 0.0));
        assert_eq!((figures.mad, figures.mse), (500.0, 250.0));
        assert_eq!(figures.mad_band, Some(500.0));
    }
}
