//! Memory of an image with guard zones.

use std::alloc::{Layout as Memory, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use crate::sim::{Components, Depth, Layout};

/// Bytes before the first and after the last row that belong to nobody.
const GUARD: usize = 4096;

/// Where the pixels of an image lie in its memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// `[x1, y1, x2, y2]` in pixels, y up.
    pub(crate) bounds: [i32; 4],
    pub(crate) depth: Depth,
    pub(crate) components: Components,
    pub(crate) layout: Layout,
}

impl Geometry {
    pub(crate) fn width(&self) -> usize {
        (self.bounds[2] - self.bounds[0]).max(0) as usize
    }

    pub(crate) fn height(&self) -> usize {
        (self.bounds[3] - self.bounds[1]).max(0) as usize
    }

    pub(crate) fn pixel_bytes(&self) -> usize {
        self.depth.bytes() * self.components.count()
    }

    fn stride(&self) -> usize {
        self.width() * self.pixel_bytes() + self.layout.padding
    }

    /// Bytes from a row to the one above it in the picture.
    pub(crate) fn row_bytes(&self) -> isize {
        let stride = self.stride() as isize;
        if self.layout.negative { -stride } else { stride }
    }

    /// Where row `row`, counted upward from `y1`, begins in memory.
    pub(crate) fn row_start(&self, row: usize) -> usize {
        let place = if self.layout.negative { self.height() - 1 - row } else { row };
        GUARD + place * self.stride()
    }

    fn memory(&self) -> usize {
        GUARD * 2 + self.stride() * self.height()
    }
}

/// The memory of one image. The plugin writes through the address it was given; the host reads only while no
/// action runs that was given it.
pub(crate) struct Buffer {
    geometry: Geometry,
    memory: NonNull<u8>,
    layout: Memory,
}

// SAFETY: the buffer is plain memory without a thread of its own; the host's own accesses are ordered by the
// actions around them.
unsafe impl Send for Buffer {}
// SAFETY: see above; through a shared reference the host only reads.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Memory filled with a pattern, guard zones and padding included.
    pub(crate) fn new(geometry: Geometry) -> Buffer {
        let size = geometry.memory();
        // 64: the alignment that vector code likes best, the specification asks 16 at most.
        let layout = Memory::from_size_align(size, 64).unwrap_or(Memory::new::<[u8; 64]>());
        // SAFETY: the size is never zero, the guards are in it.
        let Some(memory) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        let mut buffer = Buffer { geometry, memory, layout };
        for (i, chunk) in buffer.bytes_mut().chunks_mut(8).enumerate() {
            // Multiplicative hashing by the golden ratio: no two neighbours alike.
            let word = (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        buffer
    }

    pub(crate) fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The address of the row `y1`.
    pub(crate) fn data(&self) -> usize {
        let start = if self.geometry.height() == 0 { GUARD } else { self.geometry.row_start(0) };
        self.memory.as_ptr() as usize + start
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the memory is this buffer's, allocated with this size, and every byte was written in `new`.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr(), self.layout.size()) }
    }

    /// For filling before it is handed out.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as `bytes`, and nobody else has the buffer; bytes of fresh memory are only written by `new`.
        unsafe { std::slice::from_raw_parts_mut(self.memory.as_ptr(), self.layout.size()) }
    }

    /// The bytes of row `row`, upward from `y1`.
    pub(crate) fn row(&self, row: usize) -> &[u8] {
        let start = self.geometry.row_start(row);
        &self.bytes()[start..start + self.geometry.width() * self.geometry.pixel_bytes()]
    }

    /// The same to fill.
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [u8] {
        let start = self.geometry.row_start(row);
        let length = self.geometry.width() * self.geometry.pixel_bytes();
        &mut self.bytes_mut()[start..start + length]
    }

    /// A checksum of everything, guards included: four lanes of multiply and xor.
    pub(crate) fn checksum(&self) -> u64 {
        let mut lanes =
            [0x9E37_79B9_7F4A_7C15_u64, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x2545_F491_4F6C_DD1D];
        let mut chunks = self.bytes().chunks_exact(32);
        for chunk in &mut chunks {
            for (lane, word) in lanes.iter_mut().zip(chunk.chunks_exact(8)) {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(word);
                *lane =
                    (*lane ^ u64::from_le_bytes(bytes)).wrapping_mul(0x9FB2_1C65_1E98_DF25).rotate_left(29);
            }
        }
        let rest =
            chunks.remainder().iter().fold(0_u64, |sum, b| sum.wrapping_mul(257).wrapping_add(u64::from(*b)));
        lanes.iter().fold(rest, |sum, lane| (sum ^ lane).wrapping_mul(0x9FB2_1C65_1E98_DF25).rotate_left(31))
    }

    /// A copy to compare with later.
    pub(crate) fn snapshot(&self) -> Vec<u8> {
        self.bytes().to_vec()
    }

    /// Compares with a snapshot: where something changed outside `window`, and how many pixels inside it did not.
    /// With a `parity` only the lines of that field belong to the window.
    pub(crate) fn compare(&self, before: &[u8], window: [i32; 4], parity: Option<i32>) -> Comparison {
        let g = &self.geometry;
        let now = self.bytes();
        let pixel = g.pixel_bytes();
        let columns = |x: i32| (x - g.bounds[0]).clamp(0, g.width() as i32) as usize;
        let (left, right) = (columns(window[0]), columns(window[2]));
        let mut comparison = Comparison { outside: None, untouched: 0 };
        let guards = [(0, GUARD, "before the image"), (now.len() - GUARD, now.len(), "behind the image")];
        for (from, to, place) in guards {
            if now[from..to] != before[from..to] {
                comparison.outside = Some(format!("memory {place} was overwritten"));
            }
        }
        for row in 0..g.height() {
            let y = g.bounds[1] + row as i32;
            let start = g.row_start(row);
            let end = start + g.width() * pixel;
            if now[end..end + g.layout.padding] != before[end..end + g.layout.padding] {
                comparison.outside = Some(format!("the padding behind row {y} was overwritten"));
            }
            let rendered = parity.is_none_or(|parity| y.rem_euclid(2) == parity);
            let inside = rendered && y >= window[1] && y < window[3] && left < right;
            let (a, b) = if inside { (start + left * pixel, start + right * pixel) } else { (end, end) };
            if now[start..a] != before[start..a] || now[b..end] != before[b..end] {
                let place =
                    if rendered { format!("outside {window:?}") } else { "of the other field".to_owned() };
                comparison.outside = Some(format!("row {y} was written, pixels {place}"));
            }
            comparison.untouched += untouched(&now[a..b], &before[a..b], pixel);
        }
        comparison
    }
}

/// What [`Buffer::compare`] found.
pub(crate) struct Comparison {
    pub(crate) outside: Option<String>,
    pub(crate) untouched: usize,
}

/// Pixels that still hold the pattern, in runs of 8 bytes or more, so that chance does not count.
fn untouched(now: &[u8], before: &[u8], pixel: usize) -> usize {
    let run = pixel * 8_usize.div_ceil(pixel);
    let same = now.chunks(run).zip(before.chunks(run)).filter(|(a, b)| a.len() == run && a == b);
    same.map(|(a, _)| a.len() / pixel).sum()
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.memory.as_ptr(), self.layout) }
    }
}
