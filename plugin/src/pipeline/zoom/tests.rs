//! Discs drawn twice: on the whole frame and on the part.

use super::*;

const FRAME: PixelRect = PixelRect { x1: -40, y1: 10, x2: 1880, y2: 1090 };
const SIZE: (u32, u32) = (1024, 576);
const GEOMETRY: Geometry =
    Geometry { bounds: FRAME, render_scale: [1.0; 2], pixel_aspect_ratio: 1.0, row_offset: 0.0 };
const NONE: Prompts = Prompts { points: Vec::new(), bounding_box: None };

/// A disc in the encoder's frame of a picture of `size`, falling by `slope` logits a pixel.
fn disc(centre: [f32; 2], radius: f32, slope: f32, size: (u32, u32)) -> Logits {
    let at = |i: usize| ((i % MASK_SIDE) as f32 * 4.0 + 2.0, (i / MASK_SIDE) as f32 * 4.0 + 2.0);
    let logit = |(x, y): (f32, f32)| (radius - (x - centre[0]).hypot(y - centre[1])) * slope;
    Logits::from_raw((0..Logits::LEN).map(|i| logit(at(i))).collect::<Vec<_>>(), size.0, size.1).unwrap()
}

fn include(x: f32, y: f32) -> PointPrompt {
    PointPrompt { x, y, label: PointLabel::Include }
}

fn around(first: &Logits) -> Part {
    Part::around(first, &NONE, &GEOMETRY).unwrap()
}

/// A place of the whole frame on the part that is seen with `size` pixels.
fn place(part: &Part, [x, y]: [f32; 2], size: (u32, u32)) -> [f32; 2] {
    let prompts = Prompts { points: vec![include(x, y)], bounding_box: None };
    let moved = part.prompts(&prompts, &disc([x, y], 30.0, 0.5, SIZE), size);
    [moved.points[0].x, moved.points[0].y]
}

#[test]
fn the_part_holds_the_subject_with_room_and_is_four_times_as_near_at_most() {
    let part = around(&disc([500.0, 300.0], 80.0, 0.5, SIZE));
    // 160 wide and a quarter of that on each side: 240 and a little, which is a quarter of the frame.
    assert_eq!((part.pixels.width(), part.pixels.height()), (480, 480));
    assert_eq!(part.zoom(), 4.0);
    let [x, y] = place(&part, [500.0, 300.0], (1024, 1024));
    assert!((x - 512.0).abs() <= 64.0 && (y - 512.0).abs() <= 64.0, "{x} {y}");
    let tiny = around(&disc([500.0, 300.0], 8.0, 0.5, SIZE));
    assert_eq!(tiny.pixels.width(), 480);
    let large = around(&disc([500.0, 300.0], 190.0, 0.5, SIZE));
    assert_eq!((large.pixels.width(), large.pixels.height()), (1080, 1080));
    assert_eq!((large.zoom(), large.fineness()), (1024.0 / 576.0, 2));
}

#[test]
fn a_large_subject_an_empty_mask_and_no_numbers_are_not_seen_again() {
    for radius in [250.0, -10.0] {
        assert_eq!(Part::around(&disc([500.0, 300.0], radius, 0.5, SIZE), &NONE, &GEOMETRY), None);
    }
    for value in [f32::NAN, f32::INFINITY] {
        let all = Logits::from_raw(vec![value; Logits::LEN], SIZE.0, SIZE.1).unwrap();
        assert_eq!(Part::around(&all, &NONE, &GEOMETRY), None);
    }
    let far = Prompts { points: vec![include(1000.0, 500.0)], bounding_box: None };
    assert_eq!(Part::around(&disc([100.0, 100.0], 40.0, 0.5, SIZE), &far, &GEOMETRY), None);
    let nowhere = Prompts { points: vec![include(f32::NAN, 0.0)], bounding_box: None };
    assert!(Part::around(&disc([100.0, 100.0], 40.0, 0.5, SIZE), &nowhere, &GEOMETRY).is_some());
}

#[test]
fn the_part_rests_while_the_subject_trembles_and_stays_in_the_frame() {
    let parts: Vec<_> = [0.0, 2.0, -3.0, 4.0]
        .map(|shift| around(&disc([500.0 + shift, 300.0 - shift], 70.0, 0.5, SIZE)))
        .into();
    assert!(parts.iter().all(|part| *part == parts[0]), "{parts:?}");
    for corner in [[0.0, 0.0], [1024.0, 0.0], [0.0, 576.0], [1024.0, 576.0]] {
        let part = around(&disc(corner, 60.0, 0.5, SIZE));
        assert_eq!(part.pixels.intersect(&FRAME), part.pixels);
        assert_eq!((part.pixels.width(), part.pixels.height()), (480, 480));
    }
}

#[test]
fn specks_do_not_count_and_frames_of_any_size_have_a_part() {
    let mut data = disc([300.0, 200.0], 60.0, 0.5, SIZE).data().to_vec();
    data[140 * MASK_SIDE + 250] = 9.0;
    let speckled = Logits::from_raw(data, SIZE.0, SIZE.1).unwrap();
    assert_eq!(around(&speckled), around(&disc([300.0, 200.0], 60.0, 0.5, SIZE)));
    for (width, height, size) in [(1, 1, (1024, 1024)), (3, 2, (1024, 683)), (12_000, 90, (1024, 8))] {
        let bounds = PixelRect { x1: 5, y1: 5, x2: 5 + width, y2: 5 + height };
        let geometry = Geometry { bounds, ..GEOMETRY };
        let first = disc([512.0, 4.0], 60.0, 0.5, size);
        let part = Part::around(&first, &NONE, &geometry).unwrap();
        assert_eq!(part.pixels.intersect(&bounds), part.pixels);
        let seen = (1024, (1024 * part.pixels.height() / part.pixels.width()).clamp(1, 1024) as u32);
        let expected = part.expected(&first, seen).unwrap();
        let merged = part.merge(&first, &expected);
        assert_eq!(merged.size(), size);
    }
}

#[test]
fn prompts_move_into_the_part() {
    let first = disc([500.0, 300.0], 80.0, 0.5, SIZE);
    let part = around(&first);
    let exclude = |x, y| PointPrompt { x, y, label: PointLabel::Exclude };
    let prompts = Prompts {
        points: vec![include(500.0, 300.0), exclude(900.0, 300.0), exclude(450.0, 300.0)],
        bounding_box: Some(BoxPrompt::new(420.0, 0.0, 580.0, 380.0)),
    };
    let moved = part.prompts(&prompts, &first, (1024, 1024));
    assert_eq!(moved.points.len(), 2, "what lies outside is left out");
    assert_eq!(moved.points[1].label, PointLabel::Exclude);
    assert!((moved.points[0].x - moved.points[1].x - 200.0).abs() < 0.01);
    let b = moved.bounding_box.unwrap();
    assert!((b.x2 - b.x1 - 640.0).abs() < 0.01 && b.y1 == 0.0, "{b:?}");
    // Without a box the first mask's.
    let own = part.prompts(&Prompts { bounding_box: None, ..prompts }, &first, (1024, 1024));
    let b = own.bounding_box.unwrap();
    assert!((b.x2 - b.x1 - 640.0).abs() <= 16.0 && (b.y2 - b.y1 - 640.0).abs() <= 16.0, "{b:?}");
}

#[test]
fn the_first_look_on_the_part_is_what_the_second_would_be() {
    let first = disc([500.0, 300.0], 80.0, 0.1, SIZE);
    let part = around(&first);
    let size = (1024, 1024);
    let expected = part.expected(&first, size).unwrap();
    let second = disc(place(&part, [500.0, 300.0], size), 320.0, 0.025, size);
    let worst = expected.data().iter().zip(second.data()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    // The cone's tip is rounded.
    assert!(worst < 0.3, "{worst}");
    assert!(agreement(&expected, &second) > 0.99);
    assert!(agreement(&expected, &disc([512.0, 512.0], 150.0, 0.5, size)) < LEAST_AGREEMENT);
    assert_eq!(agreement(&expected, &disc([512.0, 512.0], -9.0, 0.5, size)), 0.0);
}

#[test]
fn the_second_look_counts_inside_and_fades_to_the_first() {
    let first = disc([500.0, 300.0], 80.0, 0.1, SIZE);
    let part = around(&first);
    let size = (1024, 1024);
    // The second look sees a disc that is a little smaller.
    let second = disc(place(&part, [500.0, 300.0], size), 300.0, 0.025, size);
    let merged = part.merge(&first, &second);
    assert_eq!((merged.fineness(), merged.size()), (4, SIZE));
    let map = merged.map();
    assert_eq!((map.width, map.height), (1024, 576));
    let truth = |radius: f32, x: usize| (radius - (x as f32 + 0.5 - 500.0).hypot(0.5)) * 0.1;
    // Inside the second, where the two are certain to differ by half a logit.
    for x in [440, 470, 560] {
        assert!((map.at(x, 300) - truth(75.0, x)).abs() < 0.02, "{x}: {}", map.at(x, 300));
    }
    // Far outside the first, to the bit.
    assert_eq!(map.at(900, 100), Plane::of(&first).on(4).at(900, 100));
    // No step on the way: along each row the logits of neighbours differ by a tenth and a little more.
    for row in map.values.chunks_exact(map.width) {
        assert!(row.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.15));
    }
}

#[test]
fn there_is_no_fade_at_the_frames_own_border_and_no_numbers_are_left_out() {
    let first = disc([0.0, 300.0], 80.0, 0.1, SIZE);
    let part = around(&first);
    let size = (1024, 1024);
    let second = disc(place(&part, [0.0, 300.0], size), 280.0, 0.025, size);
    let merged = part.merge(&first, &second);
    assert!((merged.map().at(0, 300) - (70.0 - 0.5) * 0.1).abs() < 0.05);
    let nothing = Logits::from_raw(vec![f32::NAN; Logits::LEN], 1024, 1024).unwrap();
    assert_eq!(part.merge(&first, &nothing).map(), &Plane::of(&first).on(4));
}
