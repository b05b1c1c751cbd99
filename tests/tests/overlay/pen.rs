//! What the pen does.

use std::thread;
use std::time::Duration;

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{Change, Clip, Context, Pen, Profile, Project, Request, Status, Value, View};

use super::{Bench, Tested, close, source, step, views};
use tests::linked::test_picture;

fn pen(at: [f64; 2]) -> Pen {
    Pen::at(at[0], at[1])
}

/// A place some screen pixels from another.
fn beside(at: [f64; 2], view: &View, pixels: [f64; 2]) -> [f64; 2] {
    [at[0] + pixels[0] * view.pixel_scale[0], at[1] + pixels[1] * view.pixel_scale[1]]
}

/// The step to which written values are rounded.
fn quantum(view: &View, axis: usize) -> f64 {
    10.0_f64.powf(view.pixel_scale[axis].log10().floor())
}

#[test]
fn poise_begins_and_ends_six_screen_pixels_away_and_asks_for_redraws() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    for view in views() {
        bench.view.set_view(view);
        bench.view.lose_focus();
        let before = bench.view.redraws();
        let move_to = |pixels| bench.view.pen_motion(pen(beside([100.0, 60.0], &view, pixels)));
        assert_eq!(move_to([6.5, 0.0]), Status::REPLY_DEFAULT);
        assert_eq!(bench.view.redraws(), before, "not near yet");
        move_to([5.5, -5.5]);
        assert_eq!(bench.view.redraws(), before + 1, "{view:?}");
        move_to([0.0, 0.0]);
        assert_eq!(bench.view.redraws(), before + 1, "still the same");
        move_to([0.0, -6.5]);
        assert_eq!(bench.view.redraws(), before + 2);
        assert_eq!(bench.view.pen_down(pen(beside([100.0, 60.0], &view, [6.5, 0.0]))), Status::REPLY_DEFAULT);
        assert_eq!(bench.view.pen_up(pen([0.0, 0.0])), Status::REPLY_DEFAULT);
    }
    assert_eq!(bench.written(), []);
    bench.finish()
}

#[test]
fn a_dragged_point_is_written_once_when_the_pen_is_lifted() -> Tested {
    for view in views() {
        let bench = Bench::with_point([100.0, 60.0])?;
        bench.view.set_view(view);
        let from = beside([100.0, 60.0], &view, [3.0, -2.0]);
        assert_eq!(bench.view.pen_down(pen(from)), Status::OK);
        for i in 1..=5 {
            let to = beside(from, &view, [f64::from(i) * 8.0, f64::from(i) * 4.0]);
            assert_eq!(bench.view.pen_motion(pen(to)), Status::OK);
        }
        assert_eq!(bench.written(), [], "not while it moves");
        assert_eq!(bench.view.pen_up(pen(beside(from, &view, [41.37, 19.61]))), Status::OK);
        // Canonical, whatever the proxy and the shape of pixels; off by the rounding at most.
        let at = bench.position("point1");
        let exact = beside([100.0, 60.0], &view, [41.37, 19.61]);
        for axis in 0..2 {
            let quantum = quantum(&view, axis);
            assert!((at[axis] - exact[axis]).abs() <= quantum / 2.0 + 1e-9, "{view:?}: {at:?} {exact:?}");
            let steps = at[axis] / quantum;
            assert!((steps - steps.round()).abs() < 1e-6, "{view:?}: {at:?} is not rounded");
        }
        assert_eq!(bench.written(), step("Move point 1", &[("point1", Value::from(at))]));
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn live_writes_while_the_pen_moves() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    bench.instance.set("live", true)?;
    bench.written();
    bench.view.pen_down(Pen::at(100.0, 60.0));
    for x in [110.0, 120.0, 120.2, 130.0] {
        bench.view.pen_motion(Pen::at(x, 60.0));
    }
    let expected: Vec<Change> = [110.0, 120.0, 130.0]
        .into_iter()
        .flat_map(|x| step("Move point 1", &[("point1", Value::from([x, 60.0]))]))
        .collect();
    assert_eq!(bench.written(), expected, "each new value once, each a step");
    bench.view.pen_up(Pen::at(130.0, 60.0));
    assert_eq!(bench.written(), [], "nothing new at the end");
    bench.finish()
}

#[test]
fn a_click_without_a_move_writes_nothing() -> Tested {
    let bench = Bench::with_point([100.25, 60.75])?;
    bench.view.pen_down(Pen::at(101.0, 61.0));
    assert_eq!(bench.view.pen_up(Pen::at(101.0, 61.0)), Status::OK);
    assert_eq!(bench.written(), []);
    assert_eq!(bench.position("point1"), [100.25, 60.75]);
    bench.finish()
}

#[test]
fn a_keyed_point_gets_a_key_at_the_views_time() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    bench.instance.set_key("point1", 0.0, [100.0, 60.0])?;
    bench.instance.set_key("point1", 10.0, [120.0, 60.0])?;
    bench.written();
    bench.view.set_view(View { time: Some(5.0), ..View::default() });
    bench.view.pen_down(Pen::at(110.0, 60.0));
    bench.view.pen_up(Pen::at(150.0, 30.0));
    assert_eq!(bench.instance.key_times("point1")?, [0.0, 5.0, 10.0]);
    assert_eq!(bench.position_at("point1", 5.0), [150.0, 30.0]);
    assert_eq!(bench.position_at("point1", 0.0), [100.0, 60.0]);
    bench.finish()
}

#[test]
fn every_handle_of_the_box_moves_its_part() -> Tested {
    type Corners = [[f64; 2]; 2];
    const A: [f64; 2] = [40.0, 20.0];
    const B: [f64; 2] = [200.0, 120.0];
    let cases: [([f64; 2], Corners); 9] = [
        (A, [[50.0, 25.0], B]),
        (B, [A, [210.0, 125.0]]),
        ([B[0], A[1]], [[A[0], 25.0], [210.0, B[1]]]),
        ([A[0], B[1]], [[50.0, A[1]], [B[0], 125.0]]),
        ([A[0], 70.0], [[50.0, A[1]], B]),
        ([B[0], 70.0], [A, [210.0, B[1]]]),
        ([120.0, A[1]], [[A[0], 25.0], B]),
        ([120.0, B[1]], [A, [B[0], 125.0]]),
        ([120.0, 70.0], [[50.0, 25.0], [210.0, 125.0]]),
    ];
    for pixel_scale in [[1.0, 1.0], [0.5, 0.5], [2.0, 1.0]] {
        for (grab, [a, b]) in cases {
            let bench = Bench::with_box(A, B)?;
            bench.view.set_view(View { pixel_scale, ..View::default() });
            let from = [grab[0] + pixel_scale[0], grab[1]];
            assert_eq!(bench.view.pen_down(pen(from)), Status::OK, "{grab:?}");
            bench.view.pen_motion(pen([from[0] + 4.0, from[1] + 4.0]));
            assert_eq!(bench.view.pen_up(pen([from[0] + 10.0, from[1] + 5.0])), Status::OK);
            assert_eq!(bench.position("boxBottomLeft"), a, "{grab:?}");
            assert_eq!(bench.position("boxTopRight"), b, "{grab:?}");
            let mut values = Vec::new();
            if a != A {
                values.push(("boxBottomLeft", Value::from(a)));
            }
            if b != B {
                values.push(("boxTopRight", Value::from(b)));
            }
            assert_eq!(bench.written(), step("Move box", &values), "one step, and only what changed");
            bench.finish()?;
        }
    }
    Ok(())
}

#[test]
fn a_lost_focus_drops_what_is_held() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    bench.view.gain_focus();
    bench.view.pen_down(Pen::at(100.0, 60.0));
    bench.view.pen_motion(Pen::at(150.0, 60.0));
    let before = bench.view.redraws();
    bench.view.lose_focus();
    assert_eq!(bench.view.redraws(), before + 1);
    assert_eq!(bench.view.pen_motion(Pen::at(160.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(bench.view.pen_up(Pen::at(160.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(bench.written(), []);
    assert_eq!(bench.position("point1"), [100.0, 60.0]);
    bench.finish()
}

#[test]
fn views_keep_their_own_pens() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    let other = bench.instance.overlay_v2().unwrap();
    bench.view.pen_down(Pen::at(100.0, 60.0));
    assert_eq!(other.pen_motion(Pen::at(10.0, 10.0)), Status::REPLY_DEFAULT);
    assert_eq!(other.pen_up(Pen::at(10.0, 10.0)), Status::REPLY_DEFAULT);
    assert_eq!(bench.view.pen_motion(Pen::at(120.0, 60.0)), Status::OK);
    bench.view.pen_up(Pen::at(120.0, 60.0));
    // The other view sees the new place.
    assert_eq!(other.pen_down(Pen::at(120.0, 60.0)), Status::OK);
    drop(other);
    bench.finish()
}

#[test]
fn a_point_that_is_switched_off_while_it_is_held_is_let_go() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    bench.view.pen_down(Pen::at(100.0, 60.0));
    bench.instance.set("point1Mode", 0)?;
    bench.written();
    assert_eq!(bench.view.pen_motion(Pen::at(150.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(bench.view.pen_up(Pen::at(150.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(bench.written(), []);
    bench.finish()
}

#[test]
fn the_matte_is_where_the_pen_put_the_point() -> Tested {
    // 128 pixels of 2:1 in a project 256 wide: pixel x is canonical x / 2, whatever the view's scales.
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let clip = Clip::still(test_picture(128, 144)).with_pixel_aspect_ratio(2.0);
    let project = Project { pixel_aspect_ratio: 2.0, ..Project::new(256, 144) };
    let instance = stage.instance_in(Context::General, clip, project)?;
    instance.set("output", 1)?;
    instance.set("point1Mode", 1)?;
    let view = instance.overlay_v2().unwrap();
    view.set_view(View { pixel_scale: [2.0, 1.0], render_scale: [0.5, 0.5], ..View::default() });
    // An untouched point is in the middle of the frame.
    assert_eq!(view.pen_down(Pen::at(128.0, 72.0)), Status::OK);
    assert_eq!(view.pen_up(Pen::at(190.0, 100.0)), Status::OK);
    let picture = instance.render(&Request::at(0.0))?.picture();
    let alpha = picture.alpha();
    let (mut sum, mut at) = (0.0, [0.0; 2]);
    for (i, alpha) in alpha.iter().enumerate() {
        let (x, y) = ((i % 128) as f64 + 0.5, (i / 128) as f64 + 0.5);
        sum += f64::from(*alpha);
        at = [at[0] + x * f64::from(*alpha), at[1] + y * f64::from(*alpha)];
    }
    // 190 / 2 = 95; 144 - 100 = 44 from the top.
    assert!(close([at[0] / sum, at[1] / sum], [95.0, 44.0], 0.3), "{at:?} / {sum}");
    drop((view, instance));
    stage.finish()
}

#[test]
fn defaults_that_a_host_does_not_scale_are_seen_in_the_frame() -> Tested {
    // Resolve hands 0.5, 0.5 back as it is.
    let bench = Bench::of(Profile::resolve())?;
    bench.instance.set("point1Mode", 1)?;
    bench.written();
    assert_eq!(bench.view.pen_down(Pen::at(128.0, 72.0)), Status::OK);
    bench.view.pen_up(Pen::at(138.0, 72.0));
    assert_eq!(bench.position("point1"), [138.0, 72.0]);
    bench.finish()
}

#[test]
fn the_pen_works_while_another_thread_renders() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc { delay: Duration::from_millis(150), ..Disc::default() })?;
    let instance = stage.instance(Context::General, source(), super::SIZE)?;
    instance.set("showOutline", true)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", [100.0, 60.0])?;
    let view = instance.overlay_v2().unwrap();
    let output = thread::scope(|scope| {
        let render = scope.spawn(|| instance.render(&Request::at(0.0)));
        let mut drags = 0;
        while !render.is_finished() {
            let x = 100.0 + f64::from(drags % 2) * 40.0;
            let to = 100.0 + f64::from((drags + 1) % 2) * 40.0;
            assert_eq!(view.pen_down(Pen::at(x, 60.0)), Status::OK);
            view.pen_motion(Pen::at(to, 60.0));
            assert_eq!(view.draw().status, Status::OK);
            view.pen_up(Pen::at(to, 60.0));
            drags += 1;
            thread::sleep(Duration::from_millis(5));
        }
        assert!(drags > 5, "{drags}");
        render.join().unwrap()
    })?;
    assert_eq!(output.status, Status::OK);
    drop((view, instance));
    stage.finish()
}

#[test]
fn pens_that_are_nowhere_do_nothing() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    for place in [f64::NAN, f64::INFINITY, 1e300] {
        assert_eq!(bench.view.pen_down(Pen::at(place, 60.0)), Status::REPLY_DEFAULT);
    }
    bench.view.pen_down(Pen::at(100.0, 60.0));
    bench.view.pen_motion(Pen::at(f64::NAN, 60.0));
    assert_eq!(bench.view.draw().status, Status::OK);
    bench.view.pen_up(Pen::at(f64::NEG_INFINITY, f64::NAN));
    assert_eq!(bench.written(), []);
    for pixel_scale in [[0.0, 0.0], [f64::NAN, 1.0], [-1.0, 1.0], [f64::INFINITY, 1.0]] {
        bench.view.set_view(View { pixel_scale, ..View::default() });
        assert_eq!(bench.view.draw().status, Status::OK);
        assert_eq!(bench.view.pen_down(Pen::at(100.0, 60.0)), Status::OK, "taken as 1");
        bench.view.pen_up(Pen::at(100.0, 60.0));
    }
    bench.finish()
}
