//! Pixels in, pixels out.

use tests::mlt::{Depth, Render};

use super::stage::{Clip, LEFT, RIGHT, SIZE, Stage};

/// The keyed point that goes from the left disc to the right one in ten frames.
const MOVING: &[(&str, &str)] =
    &[("point1", "0=90 110;10=230 70"), ("point1Mode", "Include"), ("output", "Matte")];

/// `MOVING` with MLT's rows from the top, so that the address of a row grows downwards.
fn from_the_top() -> Vec<(&'static str, &'static str)> {
    [MOVING, &[("mlt_origin", "1")]].concat()
}

/// Share of alpha that lies on one half of the 8-bit picture; `left` or right.
fn share(clip: &Clip, frame: &[u8], left: bool) -> f64 {
    let (mut here, mut all) = (0_u64, 0_u64);
    for (index, pixel) in frame.chunks_exact(4).enumerate() {
        let alpha = u64::from(pixel[3]);
        all += alpha;
        if (index % clip.size.0 < 160) == left {
            here += alpha;
        }
    }
    here as f64 / all as f64
}

#[test]
fn without_a_prompt_the_source_passes_bit_for_bit() {
    let Some(stage) = Stage::set_up() else { return };
    for depth in [Depth::Byte, Depth::Short] {
        let clip = Clip::noise((67, 45), depth, 2);
        for origin in ["0", "1"] {
            for output in ["Cut-out", "Matte", "Overlay"] {
                let renders =
                    [(0, 0), (3, 1), (250, 0)].map(|(position, source)| Render { position, source });
                let (frames, _) =
                    stage.render(&clip, &[("output", output), ("mlt_origin", origin)], &renders);
                for (render, frame) in renders.iter().zip(&frames) {
                    assert!(
                        *frame == clip.frames[render.source],
                        "{depth:?}, mlt_origin={origin}, {output}, position {}: the source changed",
                        render.position
                    );
                }
            }
        }
    }
}

#[test]
fn a_matte_follows_a_keyframed_point() {
    let Some(stage) = Stage::set_up() else { return };
    let clip = Clip::discs(SIZE, 0);
    let renders = [0, 1, 9, 10, 40].map(|position| Render { position, source: 0 });
    let (frames, _) = stage.render(&clip, MOVING, &renders);
    for (render, frame) in renders.iter().zip(&frames) {
        let at_left = render.position < 5;
        let (on, off) = if at_left { (LEFT, RIGHT) } else { (RIGHT, LEFT) };
        let position = render.position;
        assert_eq!(clip.pixel(frame, on), [255; 4], "position {position}: the point is not in the matte");
        assert_eq!(clip.pixel(frame, off), [0; 4], "position {position}: the other disc is in the matte");
        assert!(share(&clip, frame, at_left) > 0.98, "position {position}: the matte lies elsewhere");
        for pixel in frame.chunks_exact(4) {
            assert!(
                pixel[..3].iter().all(|&value| value == pixel[3]),
                "position {position}: {pixel:?} is not grey"
            );
        }
        // The disc's own area, pi r^2 of 320 x 180 pixels.
        let covered = frame.chunks_exact(4).map(|pixel| f64::from(pixel[3])).sum::<f64>() / 255.0;
        assert!(
            (4500.0..5600.0).contains(&covered),
            "position {position}: the matte has {covered} pixels, not 5027"
        );
    }
    // The prompt stands still after its last key.
    assert!(frames[3] == frames[4], "a point without further keys moved");
}

#[test]
fn rows_in_either_order_give_the_same_matte() {
    let Some(stage) = Stage::set_up() else { return };
    let clip = Clip::discs(SIZE, 0);
    for clip in [clip.clone(), clip.widened()] {
        for position in [0, 10] {
            let upward = stage.render_one(&clip, MOVING, position);
            // From the top the plugin counts y downwards, so it sees this picture as MLT showed it the other.
            let downward = stage.render_one(&clip.flipped(), &from_the_top(), position);
            assert!(clip.flip(&downward) == upward, "{:?}, position {position}", clip.depth);
        }
    }
}

#[test]
fn eight_and_sixteen_bits_agree() {
    let Some(stage) = Stage::set_up() else { return };
    let byte = Clip::discs(SIZE, 0);
    let short = byte.widened();
    for output in ["Cut-out", "Matte", "Overlay"] {
        let properties = [&MOVING[..2], &[("output", output)]].concat();
        let bytes = stage.render_one(&byte, &properties, 0);
        let shorts = stage.render_one(&short, &properties, 0);
        for (at, (byte, short)) in bytes.iter().zip(shorts.as_chunks::<2>().0).enumerate() {
            let difference = f64::from(*byte) / 255.0 - f64::from(u16::from_ne_bytes(*short)) / 65535.0;
            // Both are the same number rounded: to 255 steps and to 65535.
            assert!(
                difference.abs() <= 0.5 / 255.0 + 0.5 / 65535.0 + 1e-9,
                "{output}, value {at}: {difference}"
            );
        }
    }
}

#[test]
fn a_cut_out_is_the_source_with_the_matte_as_alpha() {
    let Some(stage) = Stage::set_up() else { return };
    let clip = Clip::discs(SIZE, 0);
    let matte = stage.render_one(&clip, MOVING, 0);
    // The colour of soft edges is the source's own then.
    let cut_out = stage.render_one(&clip, &[&MOVING[..2], &[("decontaminate", "0")]].concat(), 0);
    let pixels = |frame: &'_ [u8]| frame.as_chunks::<4>().0.to_vec();
    for ((matte, cut_out), source) in pixels(&matte).iter().zip(pixels(&cut_out)).zip(pixels(&clip.frames[0]))
    {
        assert_eq!(cut_out[3], matte[3]);
        // MLT's alpha is straight: the colour does not change with it.
        assert!(cut_out[3] == 0 || cut_out[..3] == source[..3], "{cut_out:?} from {source:?}");
    }
}

#[test]
fn without_prompts_a_disc_is_found_and_a_point_chooses_the_other() {
    let Some(stage) = Stage::set_up() else { return };
    let clip = Clip::discs(SIZE, 0);
    let automatic = [("promptsFrom", "Automatic"), ("output", "Matte")];
    let frame = stage.render_one(&clip, &automatic, 0);
    assert!([LEFT, RIGHT].iter().any(|disc| clip.pixel(&frame, *disc) == [255; 4]), "neither is found");
    assert_eq!(clip.pixel(&frame, (5, 5)), [0; 4]);
    for (point, other) in [("90 110", RIGHT), ("230 70", LEFT)] {
        let chosen = [("point1", point), ("point1Mode", "Include")];
        let frame = stage.render_one(&clip, &[&automatic[..], &chosen[..]].concat(), 0);
        let on = if other == RIGHT { LEFT } else { RIGHT };
        assert_eq!((clip.pixel(&frame, on), clip.pixel(&frame, other)), ([255; 4], [0; 4]), "{point}");
    }
}

#[test]
fn a_box_and_an_excluded_point_count() {
    let Some(stage) = Stage::set_up() else { return };
    let clip = Clip::discs(SIZE, 0);
    let boxed = [
        ("boxEnable", "1"),
        ("boxBottomLeft", "0=45 65;10=185 25"),
        ("boxTopRight", "0=135 155;10=275 115"),
        ("output", "Matte"),
    ];
    for (position, on, off) in [(0, LEFT, RIGHT), (10, RIGHT, LEFT)] {
        let frame = stage.render_one(&clip, &boxed, position);
        assert_eq!(
            (clip.pixel(&frame, on), clip.pixel(&frame, off)),
            ([255; 4], [0; 4]),
            "position {position}"
        );
    }
    let both = [("point1", "90 110"), ("point1Mode", "Include"), ("point2", "230 70"), ("output", "Matte")];
    for (mode, expected) in [("Include", 255), ("Exclude", 0)] {
        let frame = stage.render_one(&clip, &[&both[..], &[("point2Mode", mode)]].concat(), 0);
        assert_eq!(clip.pixel(&frame, LEFT), [255; 4], "{mode}");
        assert_eq!(clip.pixel(&frame, RIGHT), [expected; 4], "{mode}");
    }
}
