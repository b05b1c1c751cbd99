//! A long clip must not make the host grow.

use tests::mlt::{Depth, Render};

use super::stage::{Clip, Stage};

/// What the allocator may keep or give back between two frames: 2.3 kB for each of the 450 frames. MLT itself
/// leaks 33 kB a frame where a plugin makes it create an instance for each.
const SLACK: u64 = 1 << 20;

/// Names a number of different pictures to use instead of five; 500 takes ten minutes and fills the cache.
const PICTURES: &str = "PROMPTMATTE_PICTURES";

/// A disc whose first pixel tells it from the other pictures.
fn picture(number: u16) -> Vec<u8> {
    let mut frame = Clip::discs((64, 36), (number % 20) as u8 * 10).frames.swap_remove(0);
    frame[..2].copy_from_slice(&number.to_le_bytes());
    frame
}

#[test]
fn five_hundred_frames_leave_the_process_no_larger_than_fifty() {
    let Some(stage) = Stage::set_up() else { return };
    // Few different pictures, so that most frames find theirs in the cache and the test stays short.
    let count = std::env::var(PICTURES).map_or(5, |count| count.parse().unwrap());
    let frames = (0..count).map(picture).collect::<Vec<_>>();
    let clip = Clip { size: (64, 36), depth: Depth::Byte, frames };
    let renders: Vec<Render> =
        (0..500).map(|position| Render { position, source: position as usize % clip.frames.len() }).collect();
    let properties = [("point1", "0=18 22;499=46 14"), ("point1Mode", "Include"), ("output", "Matte")];
    let (frames, report) = stage.render(&clip, &properties, &renders);
    for (position, frame) in [(0, &frames[0]), (499, &frames[499])] {
        let alphas = || frame.chunks_exact(4).map(|pixel| pixel[3]);
        assert!(
            alphas().any(|alpha| alpha == 255) && alphas().any(|alpha| alpha == 0),
            "no matte at {position}"
        );
    }
    let (after_50, after_500) = (report.resident_bytes[49], report.resident_bytes[499]);
    assert!(
        after_500 <= after_50 + SLACK,
        "the process had {after_50} bytes after 50 frames and {after_500} after 500"
    );
}
