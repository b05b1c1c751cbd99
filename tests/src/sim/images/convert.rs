//! Between pictures and image memory.

use half::f16;

use super::{Buffer, Geometry};
use crate::sim::{Components, Depth, Picture, Premultiplication};

/// Fills an image with the part of a picture that its bounds show. `origin` is the pixel where the picture's lower
/// left corner lies; what the picture does not cover is transparent black.
pub(crate) fn prefill(buffer: &mut Buffer, picture: &Picture, origin: (i32, i32), state: Premultiplication) {
    let geometry = *buffer.geometry();
    for row in 0..geometry.height() {
        let up = geometry.bounds[1] + row as i32 - origin.1;
        let source = (up >= 0 && (up as usize) < picture.height).then(|| picture.height - 1 - up as usize);
        let line = source.map(|y| &picture.pixels[y * picture.width..(y + 1) * picture.width]);
        let first = geometry.bounds[0] - origin.0;
        let pixel = |x: usize| {
            let column = first + x as i32;
            let found = usize::try_from(column).ok().and_then(|c| line.and_then(|l| l.get(c)));
            found.map_or([0.0; 4], |p| combined(*p, state))
        };
        encode_row(buffer.row_mut(row), &geometry, pixel);
    }
}

fn combined(p: [f32; 4], state: Premultiplication) -> [f32; 4] {
    match state {
        Premultiplication::Unpremultiplied => p,
        Premultiplication::Premultiplied => [p[0] * p[3], p[1] * p[3], p[2] * p[3], p[3]],
        Premultiplication::Opaque => [p[0], p[1], p[2], 1.0],
    }
}

fn encode_row(row: &mut [u8], geometry: &Geometry, pixel: impl Fn(usize) -> [f32; 4]) {
    let channels: &[usize] = match geometry.components {
        Components::Rgba => &[0, 1, 2, 3],
        Components::Rgb => &[0, 1, 2],
        Components::Alpha => &[3],
    };
    let bytes = geometry.depth.bytes();
    for (x, out) in row.chunks_exact_mut(geometry.pixel_bytes()).enumerate() {
        let p = pixel(x);
        for (slot, channel) in out.chunks_exact_mut(bytes).zip(channels) {
            let v = p[*channel];
            match geometry.depth {
                Depth::Byte => slot[0] = (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8,
                Depth::Short => {
                    slot.copy_from_slice(&((v.clamp(0.0, 1.0) * 65535.0 + 0.5) as u16).to_ne_bytes())
                }
                Depth::Half => slot.copy_from_slice(&f16::from_f32(v).to_ne_bytes()),
                Depth::Float => slot.copy_from_slice(&v.to_ne_bytes()),
            }
        }
    }
}

/// Reads rows without padding, bottom row first, into a picture: values as they are.
pub(crate) fn from_bytes(
    raw: &[u8],
    width: usize,
    height: usize,
    depth: Depth,
    components: Components,
) -> Picture {
    let bytes = depth.bytes();
    let decode = |slot: &[u8]| match depth {
        Depth::Byte => f32::from(slot[0]) / 255.0,
        Depth::Short => f32::from(u16::from_ne_bytes([slot[0], slot[1]])) / 65535.0,
        Depth::Half => f16::from_ne_bytes([slot[0], slot[1]]).to_f32(),
        Depth::Float => f32::from_ne_bytes([slot[0], slot[1], slot[2], slot[3]]),
    };
    let pixel = |p: &[u8]| {
        let mut values = p.chunks_exact(bytes).map(decode);
        let mut next = || values.next().unwrap_or_default();
        match components {
            Components::Rgba => [next(), next(), next(), next()],
            Components::Rgb => [next(), next(), next(), 1.0],
            Components::Alpha => [0.0, 0.0, 0.0, next()],
        }
    };
    let pixel_bytes = bytes * components.count();
    let rows = raw.chunks_exact((width * pixel_bytes).max(1)).take(height).rev();
    let pixels = rows.flat_map(|row| row.chunks_exact(pixel_bytes)).map(pixel).collect();
    Picture { width, height, pixels }
}
