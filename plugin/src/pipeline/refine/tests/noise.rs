//! Frames around a frame take its noise away, and nothing else.

use super::*;

const SIZE: [usize; 2] = [1200, 700];
/// A bar that stands in front of a ground of its own structure.
const BAR: Range<usize> = 300..340;

/// A shot's frame: noise of some codes that differs from frame to frame, and the bar moved by some pixels.
fn frame(number: usize, noisy: f32, moved: usize) -> Still {
    Still::new(SIZE, |x, y| {
        let bar = (BAR.start + moved..BAR.end + moved).contains(&x);
        [0, 1, 2].map(|c| {
            let ground = f32::from(noise(x / 5, y / 5, c)) * 0.1 + if bar { 170.0 } else { 60.0 };
            // About normal, with a deviation of 1.
            let part = |k: usize| f32::from(noise(x, y, 100 + 12 * number + 4 * c + k)) / 255.0 - 0.5;
            let noise = (part(0) + part(1) + part(2) + part(3)) * 3.0_f32.sqrt();
            (ground + noisy * noise).round() as u8
        })
    })
}

/// The picture of frame 0 denoised by others: red, green and blue in codes.
fn denoised(others: &[Still], own: &Still) -> (Vec<f32>, Key) {
    let threads = pool(2);
    let eye = SourceColour::Srgb.eye(0.0);
    let source = own.view();
    let picture = Picture::new(&source, &eye);
    let plane = disc(SIZE, 200.0, 2.0);
    let mut denoised = Denoised::of(picture, &plane, &threads).unwrap();
    for (number, other) in others.iter().enumerate() {
        let other = other.view();
        let other = Picture::new(&other, &eye);
        denoised.take_in(other, Key(number as u128), &threads, &|| false).unwrap();
    }
    let picture = denoised.picture();
    let mut row = vec![[0.0; 3]; SIZE[0]];
    let mut all = Vec::new();
    for y in 0..SIZE[1] {
        picture.row(denoised.scale(), y, 0..SIZE[0], &mut Vec::new(), &mut row);
        all.extend(row.iter().flatten().map(|value| value * 255.0));
    }
    (all, denoised.key())
}

/// Root of the mean squared difference over some columns.
fn difference(a: &[f32], b: &[f32], columns: Range<usize>) -> f32 {
    let inside = |i: &usize| columns.contains(&(i / 3 % SIZE[0]));
    let squares: Vec<f32> = (0..a.len()).filter(inside).map(|i| (a[i] - b[i]).powi(2)).collect();
    (squares.iter().sum::<f32>() / squares.len() as f32).sqrt()
}

fn codes(still: &Still) -> Vec<f32> {
    still.rgb.iter().map(|value| f32::from(*value)).collect()
}

#[test]
fn a_shot_at_rest_loses_its_noise() {
    let truth = codes(&frame(0, 0.0, 0));
    for noisy in [1.0, 4.0] {
        let own = frame(0, noisy, 0);
        let others: Vec<Still> = (1..5).map(|number| frame(number, noisy, 0)).collect();
        let before = difference(&codes(&own), &truth, 0..SIZE[0]);
        for (count, most) in [(0, 1.01), (2, 0.65), (4, 0.55)] {
            let after = difference(&denoised(&others[..count], &own).0, &truth, 0..SIZE[0]) / before;
            println!("noise of {noisy}, {count} frames: {after:.3} of it left");
            assert!(after <= most, "{noisy} {count}: {after}");
        }
    }
}

#[test]
fn what_moves_is_left_as_it_is() {
    let own = frame(0, 2.0, 0);
    let truth = codes(&frame(0, 0.0, 0));
    let noise = difference(&codes(&own), &truth, 0..SIZE[0]);
    for moved in [1, 3, 20] {
        let others = [frame(1, 2.0, moved), frame(2, 2.0, SIZE[0] / 2)];
        let (made, _) = denoised(&others, &own);
        let near = BAR.start - 30..BAR.end + 30;
        assert!(difference(&made, &truth, near.clone()) <= noise * 1.02, "{moved}");
        // Not by a single pixel.
        let worst = |values: &[f32]| {
            let inside = |i: &usize| near.contains(&(i / 3 % SIZE[0]));
            (0..values.len()).filter(inside).map(|i| (values[i] - truth[i]).abs()).fold(0.0, f32::max)
        };
        assert!(worst(&made) <= worst(&codes(&own)) + 1.0, "{moved}: {}", worst(&made));
        assert!(difference(&made, &truth, 700..800) < noise * 0.75, "what rests beside it");
    }
}

#[test]
fn other_sizes_say_nothing_and_each_frame_has_a_part_in_the_key() {
    let own = frame(0, 2.0, 0);
    let (alone, key) = denoised(&[], &own);
    let small = Still::noise([64, 64]);
    let (with_small, same_key) = denoised(&[small], &own);
    assert_eq!((alone, key), (with_small, same_key));
    let (_, one) = denoised(&[frame(1, 2.0, 0)], &own);
    let (_, two) = denoised(&[frame(1, 2.0, 0), frame(2, 2.0, 0)], &own);
    assert!(key != one && one != two);
}
