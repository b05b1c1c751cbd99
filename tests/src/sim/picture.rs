//! A picture in the simulator's own form, and files.

use std::path::Path;

use super::SimError;

/// RGBA pixels in 32 bit float, top row first, alpha not multiplied in; 0 to 1 is black to white.
///
/// Values outside 0 to 1, infinity and NaN are kept for float clips.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Pixels across.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` pixels, top row first.
    pub pixels: Vec<[f32; 4]>,
}

impl Picture {
    /// A picture of one colour.
    pub fn filled(width: usize, height: usize, pixel: [f32; 4]) -> Picture {
        Picture { width, height, pixels: vec![pixel; width * height] }
    }

    /// A picture computed from `f(x, y)`, y = 0 being the top row.
    pub fn from_fn(width: usize, height: usize, mut f: impl FnMut(usize, usize) -> [f32; 4]) -> Picture {
        let pixels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| f(x, y)).collect();
        Picture { width, height, pixels }
    }

    /// Reads a PNG or JPEG file; a file without alpha gets alpha 1.
    ///
    /// # Errors
    /// [`SimError::Image`] when the file cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Picture, SimError> {
        let path = path.as_ref();
        let decoded = image::open(path)
            .map_err(|source| SimError::Image { path: path.to_path_buf(), source })?
            .into_rgba32f();
        let (width, height) = (decoded.width() as usize, decoded.height() as usize);
        Ok(Picture { width, height, pixels: decoded.pixels().map(|p| p.0).collect() })
    }

    /// Writes an 8 bit RGBA PNG, values clamped to 0 to 1.
    ///
    /// # Errors
    /// [`SimError::Image`] when the file cannot be written.
    pub fn save_png(&self, path: impl AsRef<Path>) -> Result<(), SimError> {
        let path = path.as_ref();
        let bytes =
            self.pixels.iter().flatten().map(|v| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect::<Vec<_>>();
        image::save_buffer(path, &bytes, self.width as u32, self.height as u32, image::ColorType::Rgba8)
            .map_err(|source| SimError::Image { path: path.to_path_buf(), source })
    }

    /// The pixel at column `x` of row `y` from the top.
    ///
    /// # Panics
    /// Outside the picture.
    pub fn at(&self, x: usize, y: usize) -> [f32; 4] {
        assert!(x < self.width && y < self.height, "({x}, {y}) is outside {} x {}", self.width, self.height);
        self.pixels[y * self.width + x]
    }

    /// The alpha plane, top row first.
    pub fn alpha(&self) -> Vec<f32> {
        self.pixels.iter().map(|p| p[3]).collect()
    }

    /// The largest difference of any component to a picture of the same size; NaN counts as infinite.
    ///
    /// # Panics
    /// When the sizes differ.
    pub fn max_difference(&self, other: &Picture) -> f32 {
        assert_eq!((self.width, self.height), (other.width, other.height), "pictures of different sizes");
        let differences = self.pixels.iter().flatten().zip(other.pixels.iter().flatten());
        differences
            .map(|(a, b)| (a - b).abs())
            .map(|d| if d.is_nan() { f32::INFINITY } else { d })
            .fold(0.0, f32::max)
    }
}
