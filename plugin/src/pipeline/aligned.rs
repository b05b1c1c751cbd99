//! The picture of another input on the pixel grid of the source.
//!
//! Inputs may differ in size, origin, render scale and pixel aspect ratio: what they share is the canonical
//! plane. A picture on the same grid is read as it is; any other is sampled bilinearly.

use super::geometry::{Geometry, PixelRect};
use super::pixels::{Components, Premultiplication, SourceView};
use super::premultiply::{multiplied, straight};

/// How much two scales may differ and still be the same grid: half a pixel in a frame of 16k.
const SAME_GRID: f64 = 3e-5;

/// A picture and how it lies to the source.
pub struct Aligned<'a> {
    view: SourceView<'a>,
    /// Pixels of this picture per pixel of the source on each axis.
    step: [f64; 2],
    /// Rows of this picture above its row 0 where the source has the lower edge of its row 0; not 0 in fields.
    shift: f64,
    /// What stands for coverage when the picture serves as a mask.
    mask: MaskOf,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MaskOf {
    Alpha,
    Brightness,
}

impl<'a> Aligned<'a> {
    /// Lays `view`, whose place is `geometry`, onto the grid of `source`.
    pub fn new(view: SourceView<'a>, geometry: &Geometry, source: &Geometry) -> Self {
        let step = [
            geometry.render_scale[0] / geometry.pixel_aspect_ratio * source.pixel_aspect_ratio
                / source.render_scale[0],
            geometry.render_scale[1] / source.render_scale[1],
        ];
        let shift = geometry.row_offset - source.row_offset * step[1];
        let mask = mask_of(&view);
        Self { view, step, shift, mask }
    }

    fn on_the_same_grid(&self) -> bool {
        self.shift == 0.0 && self.step.iter().all(|step| (step - 1.0).abs() < SAME_GRID)
    }

    /// Reads the pixels of the source's row `y` from column `x1` on: RGBA, colour multiplied by alpha.
    /// Outside the picture is transparent black.
    pub fn read_row(&self, y: i32, x1: i32, out: &mut [[f32; 4]]) {
        if self.on_the_same_grid() {
            self.view.read_row(y, x1, out);
            self.premultiply(out);
            return;
        }
        let bounds = self.view.layout().bounds;
        let at = (f64::from(y) + 0.5) * self.step[1] + self.shift - 0.5;
        let below = at.floor();
        let up = (at - below) as f32;
        let (first, last) = (self.column(x1), self.column(x1.saturating_add(out.len() as i32)));
        // Only the columns between the ends of this row, and the picture's own: absurd scales cost nothing.
        let from = (first.floor() - 1.0).max(f64::from(bounds.x1) - 1.0) as i32;
        let to = (last.ceil() + 2.0).min(f64::from(bounds.x2) + 1.0) as i32;
        let Ok(count) = usize::try_from(i64::from(to) - i64::from(from)) else {
            out.fill([0.0; 4]);
            return;
        };
        let mut rows = [vec![[0.0; 4]; count], vec![[0.0; 4]; count]];
        for (row, line) in (below as i32..).zip(&mut rows) {
            self.view.read_row(row, from, line);
            self.premultiply(line);
        }
        let at = |row: usize, column: i64| -> [f32; 4] {
            usize::try_from(column).ok().and_then(|column| rows[row].get(column)).copied().unwrap_or([0.0; 4])
        };
        for (x, out) in (x1..).zip(out) {
            let position = self.column(x) - f64::from(from);
            let left = position.floor();
            let right = (position - left) as f32;
            let left = left as i64;
            *out = std::array::from_fn(|c| {
                let low = mix(at(0, left)[c], at(0, left + 1)[c], right);
                let high = mix(at(1, left)[c], at(1, left + 1)[c], right);
                mix(low, high, up)
            });
        }
    }

    /// Reads the same pixels as coverage in 0..1: alpha, or the brightness of a picture whose alpha says nothing.
    /// `pixels` is working space of the same length.
    pub fn read_mask_row(&self, y: i32, x1: i32, pixels: &mut [[f32; 4]], out: &mut [f32]) {
        self.read_row(y, x1, pixels);
        for (pixel, out) in pixels.iter().zip(out) {
            let value = match self.mask {
                MaskOf::Alpha => pixel[3],
                MaskOf::Brightness => brightness(*pixel),
            };
            // Not a number is no coverage.
            *out = if value > 0.0 { value.min(1.0) } else { 0.0 };
        }
    }

    fn column(&self, x: i32) -> f64 {
        (f64::from(x) + 0.5) * self.step[0] - 0.5
    }

    fn premultiply(&self, pixels: &mut [[f32; 4]]) {
        if self.view.layout().premultiplication == Premultiplication::UnPreMultiplied {
            for pixel in pixels {
                let [r, g, b, a] = *pixel;
                *pixel = multiplied([r, g, b], a);
            }
        }
    }
}

/// Rec.709 luma (ITU-R BT.709-6, item 3.2) of the straight colour.
fn brightness(pixel: [f32; 4]) -> f32 {
    let [r, g, b] = straight(pixel, true);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// A picture that is opaque everywhere has no matte in its alpha: a black and white key, say, that a host
/// handed over as RGBA. One that is black as well is a matte that covers everything.
fn mask_of(view: &SourceView<'_>) -> MaskOf {
    let layout = view.layout();
    match layout.components {
        Components::Alpha => MaskOf::Alpha,
        Components::Rgb => MaskOf::Brightness,
        Components::Rgba if layout.premultiplication == Premultiplication::Opaque => MaskOf::Brightness,
        Components::Rgba => {
            let PixelRect { x1, y1, y2, .. } = layout.bounds;
            let mut row = vec![[0.0; 4]; layout.bounds.width()];
            let mut black = true;
            let opaque = (y1..y2).all(|y| {
                view.read_row(y, x1, &mut row);
                black = black && row.iter().all(|pixel| brightness(*pixel) == 0.0);
                row.iter().all(|pixel| pixel[3] >= 1.0)
            });
            if opaque && !black { MaskOf::Brightness } else { MaskOf::Alpha }
        }
    }
}

fn mix(a: f32, b: f32, t: f32) -> f32 {
    if t == 0.0 { a } else { a + (b - a) * t }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::pixels::{Depth, Layout};

    fn geometry(width: i32, height: i32, scale: f64, pixel_aspect_ratio: f64) -> Geometry {
        Geometry {
            bounds: PixelRect { x1: 0, y1: 0, x2: width, y2: height },
            render_scale: [scale; 2],
            pixel_aspect_ratio,
            row_offset: 0.0,
        }
    }

    /// A view of floats, lowest row first.
    fn view(data: &[f32], width: i32, components: Components) -> SourceView<'_> {
        let row = width as usize * components.count();
        let layout = Layout {
            bounds: PixelRect { x1: 0, y1: 0, x2: width, y2: (data.len() / row) as i32 },
            row_bytes: (row * 4) as isize,
            depth: Depth::Float,
            components,
            premultiplication: Premultiplication::UnPreMultiplied,
        };
        // SAFETY: the layout describes exactly the slice, which outlives the view.
        unsafe { SourceView::new(data.as_ptr().cast(), layout) }.unwrap()
    }

    #[test]
    fn the_same_grid_is_read_as_it_is() {
        let data = [0.25, 0.5, 0.75, 1.0];
        let grid = geometry(2, 2, 1.0, 1.0);
        let aligned = Aligned::new(view(&data, 2, Components::Alpha), &grid, &grid);
        let (mut pixels, mut row) = ([[0.0; 4]; 4], [9.0; 4]);
        aligned.read_mask_row(1, -1, &mut pixels, &mut row);
        assert_eq!(row, [0.0, 0.75, 1.0, 0.0]);
    }

    #[test]
    fn a_picture_of_half_the_size_covers_the_same_place() {
        // A ramp of 8 pixels at half scale is the ramp of 16 at full scale.
        let data: Vec<f32> = (0..8).map(|x| x as f32 / 8.0).collect();
        let half = geometry(8, 1, 0.5, 1.0);
        let aligned = Aligned::new(view(&data, 8, Components::Alpha), &half, &geometry(16, 2, 1.0, 1.0));
        let (mut pixels, mut row) = ([[0.0; 4]; 12], [0.0; 12]);
        aligned.read_mask_row(0, 2, &mut pixels, &mut row);
        for (x, value) in (2..).zip(row) {
            let expected = ((x as f32 + 0.5) / 2.0 - 0.5) / 8.0 * 0.75;
            // Three quarters: the row above the only one is outside.
            assert!((value - expected).abs() < 1e-6, "{x}: {value} {expected}");
        }
    }

    #[test]
    fn anamorphic_and_absurd_grids_are_placed_without_harm() {
        let data = [1.0; 4];
        let wide = geometry(4, 1, 1.0, 2.0);
        let aligned = Aligned::new(view(&data, 4, Components::Alpha), &wide, &geometry(8, 1, 1.0, 1.0));
        let (mut pixels, mut row) = ([[0.0; 4]; 8], [0.0; 8]);
        aligned.read_mask_row(0, 0, &mut pixels, &mut row);
        assert!(row[1..7].iter().all(|value| *value == 1.0), "{row:?}");
        for scale in [1e-12, 1e12, f64::MIN_POSITIVE] {
            let grid = geometry(4, 1, scale, 1.0);
            let aligned = Aligned::new(view(&data, 4, Components::Alpha), &grid, &geometry(8, 1, 1.0, 1.0));
            aligned.read_mask_row(i32::MAX, i32::MAX, &mut pixels, &mut row);
            aligned.read_mask_row(0, i32::MIN, &mut pixels, &mut row);
            assert!(row.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }

    #[test]
    fn brightness_counts_where_alpha_says_nothing() {
        let opaque = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        let keyed = [1.0, 1.0, 1.0, 0.25, f32::NAN, 0.0, 0.0, f32::NAN];
        let grid = geometry(2, 1, 1.0, 1.0);
        let full = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        let (mut pixels, mut row) = ([[0.0; 4]; 2], [9.0; 2]);
        for (data, expected) in [(&opaque, [1.0, 0.0]), (&keyed, [0.25, 0.0]), (&full, [1.0, 1.0])] {
            Aligned::new(view(data, 2, Components::Rgba), &grid, &grid).read_mask_row(
                0,
                0,
                &mut pixels,
                &mut row,
            );
            assert_eq!(row, expected);
        }
    }
}
