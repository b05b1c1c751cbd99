//! MAD and MSE: means over the pixels of the absolute and of the squared difference of two mattes.

use image::Luma;

use crate::evaluate::pixels::Alpha;

/// |matte - truth| of every pixel, 0..1.
#[must_use]
pub fn absolute(matte: &Alpha, truth: &Alpha) -> Alpha {
    Alpha::from_fn(matte.width(), matte.height(), |x, y| {
        Luma([(matte.get_pixel(x, y)[0] - truth.get_pixel(x, y)[0]).abs()])
    })
}

/// The mean over all pixels; of [`absolute`] it is the MAD.
#[must_use]
pub fn mean(plane: &Alpha) -> f64 {
    plane.as_raw().iter().map(|v| f64::from(*v)).sum::<f64>() / plane.as_raw().len() as f64
}

/// The mean of the squares over all pixels; of [`absolute`] it is the MSE.
#[must_use]
pub fn mean_square(plane: &Alpha) -> f64 {
    plane.as_raw().iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / plane.as_raw().len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_four_pixels() {
        let matte = Alpha::from_raw(2, 2, vec![0.0, 0.5, 1.0, 0.25]).unwrap();
        let truth = Alpha::from_raw(2, 2, vec![0.0, 1.0, 0.5, 0.25]).unwrap();
        let difference = absolute(&matte, &truth);
        assert_eq!(mean(&difference), 0.25);
        assert_eq!(mean_square(&difference), 0.125);
    }
}
