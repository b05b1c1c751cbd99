//! Images in any OpenFX layout: depth, components, signed row bytes, any bounds.
//!
//! The address of a pixel is `data + (y - y1) * row_bytes + (x - x1) * bytes per pixel`, all signed;
//! `data` is the row y = y1. Everything else in the pipeline sees rows of RGBA f32.

use std::marker::PhantomData;

use bytemuck::Pod;
use half::f16;

use super::fields::{Field, layout_of_field};
use super::geometry::PixelRect;

/// How a component is stored. Integers stand for 0..1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// 8 bit, 255 is 1.
    Byte,
    /// 16 bit, 65535 is 1.
    Short,
    /// IEEE half.
    Half,
    /// IEEE single.
    Float,
}

impl Depth {
    /// Bytes of one component.
    pub fn bytes(self) -> usize {
        match self {
            Depth::Byte => 1,
            Depth::Short | Depth::Half => 2,
            Depth::Float => 4,
        }
    }
}

/// What a pixel holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Components {
    /// Red, green, blue, alpha.
    Rgba,
    /// Red, green, blue.
    Rgb,
    /// Alpha alone.
    Alpha,
}

impl Components {
    /// Components of one pixel.
    pub fn count(self) -> usize {
        match self {
            Components::Rgba => 4,
            Components::Rgb => 3,
            Components::Alpha => 1,
        }
    }
}

/// How colour and alpha of an image relate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Premultiplication {
    /// Alpha is to be taken as 1 everywhere.
    Opaque,
    /// Colour is already multiplied by alpha.
    PreMultiplied,
    /// Colour is independent of alpha (straight).
    UnPreMultiplied,
}

/// An image that contradicts itself.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PixelError {
    /// Rows overlap: their distance is shorter than a row.
    #[error(
        "The host gave an image whose rows overlap ({row_bytes} bytes for rows of {needed}); please report this."
    )]
    RowsOverlap {
        /// The distance given.
        row_bytes: isize,
        /// Bytes of a row.
        needed: usize,
    },
    /// No pixels.
    #[error("The host gave an image without pixels; please report this.")]
    Empty,
}

/// Where an image's pixels are and how they are stored.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The image's pixels; never empty in a view.
    pub bounds: PixelRect,
    /// Bytes from the row y to the row y + 1.
    pub row_bytes: isize,
    /// Storage of a component.
    pub depth: Depth,
    /// Content of a pixel.
    pub components: Components,
    /// Meaning of alpha.
    pub premultiplication: Premultiplication,
}

impl Layout {
    fn pixel_bytes(&self) -> usize {
        self.depth.bytes() * self.components.count()
    }

    fn row_len(&self) -> usize {
        self.pixel_bytes() * self.bounds.width()
    }

    fn validate(&self) -> Result<(), PixelError> {
        if self.bounds.is_empty() {
            return Err(PixelError::Empty);
        }
        let needed = self.row_len();
        if self.bounds.height() > 1 && self.row_bytes.unsigned_abs() < needed {
            return Err(PixelError::RowsOverlap { row_bytes: self.row_bytes, needed });
        }
        Ok(())
    }

    /// Offset in bytes of the row `y` from the data pointer.
    fn row_offset(&self, y: i32) -> isize {
        (y as isize - self.bounds.y1 as isize) * self.row_bytes
    }
}

/// An image to read.
#[derive(Clone, Copy)]
pub struct SourceView<'a> {
    data: *const u8,
    layout: Layout,
    lifetime: PhantomData<&'a [u8]>,
}

// SAFETY: a view only reads memory that its maker promised stays valid and unchanged for 'a.
unsafe impl Send for SourceView<'_> {}
// SAFETY: as above.
unsafe impl Sync for SourceView<'_> {}

impl<'a> SourceView<'a> {
    /// A view of an image.
    ///
    /// # Errors
    /// [`PixelError`] when the layout contradicts itself.
    ///
    /// # Safety
    /// `data` must be the address of pixel (x1, y1) of an image of this layout that stays valid and
    /// unchanged for `'a`.
    pub unsafe fn new(data: *const u8, layout: Layout) -> Result<Self, PixelError> {
        layout.validate()?;
        Ok(Self { data, layout, lifetime: PhantomData })
    }

    /// A view of opaque 8-bit RGB rows without gaps, the highest row first; the lower left pixel is (0, 0).
    ///
    /// # Errors
    /// [`PixelError::Empty`] when there is no pixel, or fewer than the size says.
    pub fn of_rgb(pixels: &'a [u8], width: u32, height: u32) -> Result<Self, PixelError> {
        let row_bytes = width as usize * 3;
        let size = (i32::try_from(width).ok(), i32::try_from(height).ok());
        let lowest = (height as usize).checked_sub(1).and_then(|rows| row_bytes.checked_mul(rows));
        let (Some(x2), Some(y2)) = size else { return Err(PixelError::Empty) };
        let whole =
            lowest.filter(|lowest| pixels.len().checked_sub(*lowest).is_some_and(|rest| rest >= row_bytes));
        let lowest = whole.and_then(|lowest| pixels.get(lowest..)).ok_or(PixelError::Empty)?;
        let layout = Layout {
            bounds: PixelRect { x1: 0, y1: 0, x2, y2 },
            row_bytes: -(row_bytes as isize),
            depth: Depth::Byte,
            components: Components::Rgb,
            premultiplication: Premultiplication::Opaque,
        };
        // SAFETY: the rows lie at falling addresses from the lowest one, all within `pixels`, which outlive the view.
        unsafe { Self::new(lowest.as_ptr(), layout) }
    }

    /// How the image is stored.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The rows of one field, `None` when there are none.
    pub fn field(&self, field: Field) -> Option<SourceView<'a>> {
        let (layout, offset) = layout_of_field(&self.layout, field)?;
        // Every second row of an image is an image: the promise of `new` holds for it too.
        Some(Self { data: self.data.wrapping_offset(offset), layout, lifetime: PhantomData })
    }

    /// The part of the image in `window`, which is cut to the image first; `None` when nothing is left.
    pub fn part(&self, window: &PixelRect) -> Option<SourceView<'a>> {
        let bounds = window.intersect(&self.layout.bounds);
        if bounds.is_empty() {
            return None;
        }
        let columns =
            (bounds.x1 as isize - self.layout.bounds.x1 as isize) * self.layout.pixel_bytes() as isize;
        let offset = self.layout.row_offset(bounds.y1) + columns;
        // A rectangle of an image is an image with the same distance of rows: the promise of `new` holds for it too.
        let layout = Layout { bounds, ..self.layout };
        Some(Self { data: self.data.wrapping_offset(offset), layout, lifetime: PhantomData })
    }

    /// The bytes of the row `y`, `None` outside the bounds.
    fn row(&self, y: i32) -> Option<&'a [u8]> {
        let bounds = self.layout.bounds;
        if y < bounds.y1 || y >= bounds.y2 {
            return None;
        }
        // SAFETY: by the promise of `new`, a row inside the bounds is `row_len` valid bytes at this offset.
        Some(unsafe {
            std::slice::from_raw_parts(self.data.offset(self.layout.row_offset(y)), self.layout.row_len())
        })
    }

    /// Reads the row `y` from column `x1` on as RGBA f32, as stored: no change of premultiplication.
    /// What lies outside the image is transparent black; RGB has alpha 1, an opaque image too; Alpha has
    /// black colour.
    pub fn read_row(&self, y: i32, x1: i32, out: &mut [[f32; 4]]) {
        out.fill([0.0; 4]);
        let Some(row) = self.row(y) else { return };
        let bounds = self.layout.bounds;
        let from = x1.max(bounds.x1);
        let to = (i64::from(x1) + out.len() as i64).min(i64::from(bounds.x2));
        let Ok(count) = usize::try_from(to - i64::from(from)) else { return };
        if count == 0 {
            return;
        }
        let bytes = self.layout.pixel_bytes();
        let start = (from - bounds.x1) as usize * bytes;
        let pixels = &row[start..start + count * bytes];
        let out = &mut out[(from - x1) as usize..][..count];
        match self.layout.depth {
            Depth::Byte => decode::<u8>(pixels, self.layout.components, out),
            Depth::Short => decode::<u16>(pixels, self.layout.components, out),
            Depth::Half => decode::<f16>(pixels, self.layout.components, out),
            Depth::Float => decode::<f32>(pixels, self.layout.components, out),
        }
        if self.layout.premultiplication == Premultiplication::Opaque {
            out.iter_mut().for_each(|pixel| pixel[3] = 1.0);
        }
    }
}

/// An image to write.
pub struct OutputView<'a> {
    data: *mut u8,
    layout: Layout,
    lifetime: PhantomData<&'a mut [u8]>,
}

/// One row of an output inside a window: the only place where pixels are written.
pub struct OutputRow<'a> {
    /// The row, y up.
    pub y: i32,
    bytes: &'a mut [u8],
    depth: Depth,
    components: Components,
}

impl<'a> OutputView<'a> {
    /// A view of an image.
    ///
    /// # Errors
    /// [`PixelError`] when the layout contradicts itself.
    ///
    /// # Safety
    /// `data` must be the address of pixel (x1, y1) of an image of this layout that nobody else touches
    /// for `'a`.
    pub unsafe fn new(data: *mut u8, layout: Layout) -> Result<Self, PixelError> {
        layout.validate()?;
        Ok(Self { data, layout, lifetime: PhantomData })
    }

    /// How the image is stored.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The rows of one field, `None` when there are none.
    pub fn field(&mut self, field: Field) -> Option<OutputView<'_>> {
        let (layout, offset) = layout_of_field(&self.layout, field)?;
        // Every second row of an image is an image: the promise of `new` holds for it too.
        Some(OutputView { data: self.data.wrapping_offset(offset), layout, lifetime: PhantomData })
    }

    /// The rows of `window`, which is cut to the image first, lowest first.
    pub fn rows(&mut self, window: &PixelRect) -> Vec<OutputRow<'_>> {
        let window = window.intersect(&self.layout.bounds);
        if window.is_empty() {
            return Vec::new();
        }
        let bytes = self.layout.pixel_bytes();
        let start = (window.x1 - self.layout.bounds.x1) as usize * bytes;
        (window.y1..window.y2)
            .map(|y| OutputRow {
                y,
                // SAFETY: the window lies inside the bounds, so by the promise of `new` these bytes are
                // valid and ours; rows do not overlap (validated), so the slices are disjoint.
                bytes: unsafe {
                    let row = self.data.offset(self.layout.row_offset(y));
                    std::slice::from_raw_parts_mut(row.add(start), window.width() * bytes)
                },
                depth: self.layout.depth,
                components: self.layout.components,
            })
            .collect()
    }
}

impl OutputRow<'_> {
    /// Writes RGBA f32 pixels; components that the image does not have are dropped. Integers are clamped
    /// and rounded to nearest, NaN becomes 0 in them; floats are written as they are.
    pub fn write(&mut self, pixels: &[[f32; 4]]) {
        match self.depth {
            Depth::Byte => encode::<u8>(pixels, self.components, self.bytes),
            Depth::Short => encode::<u16>(pixels, self.components, self.bytes),
            Depth::Half => encode::<f16>(pixels, self.components, self.bytes),
            Depth::Float => encode::<f32>(pixels, self.components, self.bytes),
        }
    }
}

/// A stored component.
trait Sample: Pod {
    fn to_f32(self) -> f32;
    fn from_f32(value: f32) -> Self;
}

impl Sample for u8 {
    fn to_f32(self) -> f32 {
        f32::from(self) / 255.0
    }
    fn from_f32(value: f32) -> Self {
        // A saturating cast: clamps, and turns NaN into 0.
        (value * 255.0 + 0.5) as u8
    }
}

impl Sample for u16 {
    fn to_f32(self) -> f32 {
        f32::from(self) / 65535.0
    }
    fn from_f32(value: f32) -> Self {
        (value * 65535.0 + 0.5) as u16
    }
}

impl Sample for f16 {
    fn to_f32(self) -> f32 {
        f16::to_f32(self)
    }
    fn from_f32(value: f32) -> Self {
        f16::from_f32(value)
    }
}

impl Sample for f32 {
    fn to_f32(self) -> f32 {
        self
    }
    fn from_f32(value: f32) -> Self {
        value
    }
}

/// Reads components one by one: hosts do not promise aligned rows.
fn decode<T: Sample>(bytes: &[u8], components: Components, out: &mut [[f32; 4]]) {
    let size = size_of::<T>();
    let at = |pixel: &[u8], index: usize| -> f32 {
        bytemuck::pod_read_unaligned::<T>(&pixel[index * size..(index + 1) * size]).to_f32()
    };
    for (pixel, out) in bytes.chunks_exact(size * components.count()).zip(out) {
        *out = match components {
            Components::Rgba => [at(pixel, 0), at(pixel, 1), at(pixel, 2), at(pixel, 3)],
            Components::Rgb => [at(pixel, 0), at(pixel, 1), at(pixel, 2), 1.0],
            Components::Alpha => [0.0, 0.0, 0.0, at(pixel, 0)],
        };
    }
}

fn encode<T: Sample>(pixels: &[[f32; 4]], components: Components, bytes: &mut [u8]) {
    let size = size_of::<T>();
    for (pixel, out) in pixels.iter().zip(bytes.chunks_exact_mut(size * components.count())) {
        let values = match components {
            Components::Rgba => &pixel[..],
            Components::Rgb => &pixel[..3],
            Components::Alpha => &pixel[3..],
        };
        for (value, out) in values.iter().zip(out.chunks_exact_mut(size)) {
            out.copy_from_slice(bytemuck::bytes_of(&T::from_f32(*value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(bounds: PixelRect, row_bytes: isize, depth: Depth, components: Components) -> Layout {
        Layout { bounds, row_bytes, depth, components, premultiplication: Premultiplication::UnPreMultiplied }
    }

    #[test]
    fn negative_rows_and_an_offset_origin_are_addressed_from_the_lowest_row() {
        let bounds = PixelRect { x1: -1, y1: 7, x2: 1, y2: 10 };
        let memory: Vec<u8> = (0..3 * 8).collect();
        let layout = layout(bounds, -8, Depth::Byte, Components::Rgba);
        // Row y1 is the last in memory.
        // SAFETY: three rows of eight bytes, the first row y1 at 16.
        let view = unsafe { SourceView::new(memory.as_ptr().add(16), layout) }.unwrap();
        let mut row = [[0.0; 4]; 2];
        view.read_row(9, -1, &mut row);
        assert_eq!((row[1][3] * 255.0).round(), 7.0);
        view.read_row(7, -1, &mut row);
        assert_eq!((row[0][0] * 255.0).round(), 16.0);
        view.read_row(10, -1, &mut row);
        assert_eq!(row, [[0.0; 4]; 2], "outside the image is transparent black");
        view.read_row(7, 0, &mut row);
        assert_eq!((row[0][0] * 255.0).round(), 20.0);
        assert_eq!(row[1], [0.0; 4]);
    }

    #[test]
    fn every_code_value_survives_the_way_through_f32() {
        for value in 0..=u16::MAX {
            assert_eq!(u16::from_f32(value.to_f32()), value);
            let half = f16::from_bits(value);
            let back = <f16 as Sample>::from_f32(Sample::to_f32(half));
            assert!(back.to_bits() == value || (back.is_nan() && half.is_nan()));
        }
        for value in 0..=u8::MAX {
            assert_eq!(u8::from_f32(value.to_f32()), value);
        }
        assert_eq!(u8::from_f32(f32::NAN), 0);
        assert_eq!(u8::from_f32(-3.0), 0);
        assert_eq!(u16::from_f32(f32::INFINITY), u16::MAX);
    }

    #[test]
    fn only_the_window_is_written() {
        let bounds = PixelRect { x1: 0, y1: 0, x2: 4, y2: 3 };
        let mut memory = vec![9_u8; 3 * 4];
        // SAFETY: three rows of four one-byte pixels.
        let mut view = unsafe {
            OutputView::new(memory.as_mut_ptr(), layout(bounds, 4, Depth::Byte, Components::Alpha))
        }
        .unwrap();
        for mut row in view.rows(&PixelRect { x1: 1, y1: 1, x2: 3, y2: 99 }) {
            row.write(&[[0.0, 0.0, 0.0, 1.0]; 2]);
        }
        assert_eq!(memory, [9, 9, 9, 9, 9, 255, 255, 9, 9, 255, 255, 9]);
    }

    #[test]
    fn contradictory_layouts_are_refused() {
        let bounds = PixelRect { x1: 0, y1: 0, x2: 4, y2: 3 };
        let memory = [0_u8; 64];
        // SAFETY: refused before any access.
        let overlap =
            unsafe { SourceView::new(memory.as_ptr(), layout(bounds, 8, Depth::Byte, Components::Rgba)) };
        assert_eq!(overlap.err(), Some(PixelError::RowsOverlap { row_bytes: 8, needed: 16 }));
        let none = PixelRect { x1: 0, y1: 0, x2: 0, y2: 3 };
        // SAFETY: refused before any access.
        let empty =
            unsafe { SourceView::new(memory.as_ptr(), layout(none, 8, Depth::Byte, Components::Rgba)) };
        assert_eq!(empty.err(), Some(PixelError::Empty));
    }
}
