//! Single pixels of each mode.

use super::*;

fn rules(source_premultiplied: bool, premultiply: bool) -> Rules {
    Rules { source_premultiplied, premultiply }
}

fn look(mode: Mode) -> Look {
    Look { mode, source_alpha: SourceAlpha::Ignore, decontaminate: 0.0, mix: 1.0, light: None, crop: None }
}

fn result(rules: &Rules, mode: Mode, pixel: [f32; 4], alpha: f32) -> [f32; 4] {
    let colour = straight(pixel, rules.source_premultiplied);
    rules.result(&look(mode), pixel, colour, alpha, [0.0, 0.0, 1.0, 1.0], 0.0)
}

#[test]
fn a_premultiplied_cut_out_is_black_where_it_is_clear() {
    let cut_out = Mode::CutOut(Alpha::AsDeclared);
    let premultiplied = rules(false, true);
    assert_eq!(result(&premultiplied, cut_out, [f32::NAN, 1.0, 5.0, 1.0], 0.0), [0.0; 4]);
    assert_eq!(result(&premultiplied, cut_out, [0.5, 1.0, 4.0, 1.0], 0.5), [0.25, 0.5, 2.0, 0.5]);
    assert_eq!(
        result(&rules(false, false), cut_out, [0.5, 1.0, 4.0, 1.0], 0.0),
        [0.5, 1.0, 4.0, 0.0],
        "a straight cut-out keeps the colour everywhere"
    );
}

#[test]
fn an_overlay_keeps_what_is_not_chosen() {
    assert_eq!(overlay([0.1, 0.2, 0.3, 0.4], [1.0; 3], 0.0), [0.1, 0.2, 0.3, 0.4]);
    assert_eq!(overlay([0.0, 0.0, 0.0, 0.4], [1.0, 0.0, 0.0], 0.5), [0.5, 0.0, 0.0, 0.4]);
}

#[test]
fn the_source_passes_bit_for_bit_or_is_restated() {
    let hidden = [0.3, 7.0, -2.0, 0.0];
    assert_eq!(rules(true, true).restate(hidden), hidden);
    assert_eq!(rules(false, false).restate(hidden), hidden);
    assert_eq!(rules(true, false).restate([0.25, 0.5, 1.0, 0.5]), [0.5, 1.0, 2.0, 0.5]);
    assert_eq!(rules(true, false).restate(hidden), hidden, "light without coverage stays");
    assert_eq!(rules(false, true).restate([0.5, 1.0, 2.0, 0.5]), [0.25, 0.5, 1.0, 0.5]);
}

#[test]
fn foreground_edges_and_composite_are_what_they_say() {
    let rules = rules(false, true);
    let pixel = [0.5, 0.25, 2.0, 1.0];
    assert_eq!(result(&rules, Mode::Foreground, pixel, 0.1), [0.5, 0.25, 2.0, 1.0]);
    assert_eq!(result(&rules, Mode::Foreground, pixel, 0.0), [0.0, 0.0, 0.0, 1.0]);
    let composite = Mode::Composite { over: [0.0; 3] };
    assert_eq!(result(&rules, composite, pixel, 1.0), pixel);
    assert_eq!(result(&rules, composite, pixel, 0.0), [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(result(&rules, composite, pixel, 0.5), [0.25, 0.125, 1.5, 1.0]);
    let edges = |band| rules.result(&look(Mode::Edges), pixel, [0.0; 3], 1.0, [0.0; 4], band);
    assert_eq!(edges(1.0), [0.5, 0.5, 0.5, 1.0]);
    assert_eq!(edges(0.0), [1.0, 1.0, 1.0, 0.0]);
}

#[test]
fn a_crop_ends_the_matte() {
    let mut alpha = [1.0; 4];
    clear_outside(&PixelRect { x1: 1, y1: 0, x2: 3, y2: 2 }, 1, 0, &mut alpha);
    assert_eq!(alpha, [0.0, 1.0, 1.0, 0.0]);
    clear_outside(&PixelRect { x1: 1, y1: 0, x2: 3, y2: 2 }, 2, 0, &mut alpha);
    assert_eq!(alpha, [0.0; 4]);
}

#[test]
fn soft_pixels_go_towards_the_subjects_colour_as_far_as_is_asked() {
    let (source, own) = ([0.5, 0.25, f32::NAN], [1.0, 0.75, 0.5, 1.0]);
    assert_eq!(clean(source, own, 0.5, 1.0), [1.0, 0.75, 0.5]);
    assert_eq!(clean([0.5, 0.25, 0.0], own, 0.01, 0.5), [0.75, 0.5, 0.25]);
    assert_eq!(clean([0.5, 0.25, 0.0], own, 0.5, 7.0), [1.0, 0.75, 0.5]);
    // Certain pixels, and those without an estimate, keep their bits.
    for (own, alpha) in [(own, 0.0), (own, 1.0), (own, f32::NAN), ([0.0; 4], 0.5)] {
        assert_eq!(clean(source, own, alpha, 1.0).map(f32::to_bits), source.map(f32::to_bits));
    }
}
