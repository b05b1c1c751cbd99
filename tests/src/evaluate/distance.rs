//! Exact Euclidean distances, in pixels, between pixel centres.

use image::{GrayImage, Luma};
use imageproc::distance_transform::euclidean_squared_distance_transform;

use super::pixels::Alpha;

/// The distance of every pixel to the nearest pixel that is set in `mask`; infinite everywhere
/// when none is set.
#[must_use]
pub fn distance_to(mask: &GrayImage) -> Alpha {
    if mask.pixels().all(|p| p[0] == 0) {
        return Alpha::from_pixel(mask.width(), mask.height(), Luma([f32::INFINITY]));
    }
    let squared = euclidean_squared_distance_transform(mask);
    Alpha::from_fn(mask.width(), mask.height(), |x, y| Luma([squared.get_pixel(x, y)[0].sqrt() as f32]))
}

/// How deep every pixel lies inside `mask`: its distance to the nearest pixel outside, 0 outside.
/// What lies beyond the image counts as outside, so a subject cut by the edge of the frame is
/// deepest well inside the frame and not on its edge.
#[must_use]
pub fn depth_inside(mask: &GrayImage) -> Alpha {
    let (width, height) = mask.dimensions();
    let outside = GrayImage::from_fn(width + 2, height + 2, |x, y| {
        let beyond = x == 0 || y == 0 || x > width || y > height;
        Luma([if beyond || mask.get_pixel(x - 1, y - 1)[0] == 0 { 255 } else { 0 }])
    });
    let padded = distance_to(&outside);
    Alpha::from_fn(width, height, |x, y| *padded.get_pixel(x + 1, y + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_exact_also_where_whole_columns_are_empty() {
        let mut mask = GrayImage::new(6, 5);
        mask.put_pixel(0, 0, Luma([255]));
        let distance = distance_to(&mask);
        assert_eq!(distance.get_pixel(0, 0)[0], 0.0);
        assert_eq!(distance.get_pixel(4, 3)[0], 5.0);
        assert_eq!(distance.get_pixel(5, 0)[0], 5.0);
    }

    #[test]
    fn nothing_set_is_infinitely_far() {
        assert_eq!(distance_to(&GrayImage::new(2, 2)).get_pixel(1, 1)[0], f32::INFINITY);
    }

    #[test]
    fn the_frame_edge_is_an_edge_of_the_subject() {
        let full = GrayImage::from_pixel(5, 5, Luma([255]));
        let depth = depth_inside(&full);
        assert_eq!(depth.get_pixel(0, 2)[0], 1.0);
        assert_eq!(depth.get_pixel(2, 2)[0], 3.0);
    }
}
