//! What is drawn.

use promptmatte::effect::overlay::shapes::{self, BOX, GREEN, GREY, OUTLINE, PICKED, POISED, RED};
use tests::sim::{Drawn, Pen, Primitive, Request, Status, Stipple, View};

use super::{Bench, Tested, close, is_shadow, middle, screen_size, shapes_of, views};

#[test]
fn an_include_point_is_a_green_ring_of_one_size_at_every_zoom() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    for view in views() {
        bench.view.set_view(view);
        let drawing = bench.view.draw();
        assert_eq!(drawing.status, Status::OK);
        let rings = shapes_of(&drawing.drawn, Primitive::Ellipse, GREEN);
        assert_eq!(rings.len(), 1, "{view:?}");
        assert!(close(middle(&rings[0]), [100.0, 60.0], 1e-9), "{view:?}");
        assert!(close(screen_size(&rings[0], &view), [2.0 * shapes::RING; 2], 1e-9), "{view:?}");
        // Top left, then bottom right.
        assert!(rings[0][0][0] < rings[0][1][0] && rings[0][0][1] > rings[0][1][1]);
        let crosses = shapes_of(&drawing.drawn, Primitive::Lines, GREEN);
        assert_eq!(crosses.len(), 1);
        assert!(close(middle(&crosses[0]), [100.0, 60.0], 1e-9));
        assert!(close(screen_size(&crosses[0], &view), [2.0 * shapes::CROSS; 2], 1e-9));
        let names: Vec<&str> = drawing.drawn.iter().filter_map(text).collect();
        assert_eq!(names, ["1", "1"], "shadow and colour");
    }
    bench.finish()
}

fn text(drawn: &Drawn) -> Option<&str> {
    match drawn {
        Drawn::Text { text, .. } => Some(text),
        Drawn::Shape { .. } => None,
    }
}

#[test]
fn shadows_come_first_and_lie_one_pixel_right_and_below() -> Tested {
    let bench = Bench::with_box([20.0, 20.0], [120.0, 90.0])?;
    bench.instance.set("point1Mode", 2)?;
    bench.instance.set("point3Mode", 1)?;
    for view in views() {
        bench.view.set_view(view);
        let drawn = bench.view.draw().drawn;
        let (shadows, colours): (Vec<&Drawn>, Vec<&Drawn>) = drawn.iter().partition(|d| is_shadow(d));
        assert!(drawn[..shadows.len()].iter().all(is_shadow), "every shadow before every colour");
        assert_eq!(shadows.len(), colours.len());
        for (shadow, colour) in shadows.iter().zip(&colours) {
            let (Drawn::Shape { points: a, .. }, Drawn::Shape { points: b, .. }) = (shadow, colour) else {
                continue;
            };
            for (a, b) in a.iter().zip(b) {
                let offset = [(a[0] - b[0]) / view.pixel_scale[0], (a[1] - b[1]) / view.pixel_scale[1]];
                assert!(close(offset, [1.0, -1.0], 1e-9), "{offset:?}");
            }
        }
    }
    bench.finish()
}

#[test]
fn exclude_is_red_and_off_is_hidden_unless_it_is_keyed() -> Tested {
    let bench = Bench::new()?;
    assert!(bench.view.draw().drawn.is_empty(), "nothing is on");
    bench.instance.set("point2Mode", 2)?;
    bench.instance.set("point2", [30.0, 40.0])?;
    let rings = shapes_of(&bench.view.draw().drawn, Primitive::Ellipse, RED);
    assert!(rings.len() == 1 && close(middle(&rings[0]), [30.0, 40.0], 1e-9));

    bench.instance.set_key("point2Mode", 0.0, 2)?;
    bench.instance.set_key("point2Mode", 10.0, 0)?;
    bench.view.set_view(View { time: Some(12.0), ..View::default() });
    let drawn = bench.view.draw().drawn;
    assert_eq!(shapes_of(&drawn, Primitive::Ellipse, GREY).len(), 1);
    assert!(shapes_of(&drawn, Primitive::Ellipse, RED).is_empty());
    // Another view of the same effect stands at another time.
    let other = bench.instance.overlay_v2().unwrap();
    assert_eq!(shapes_of(&other.draw().drawn, Primitive::Ellipse, RED).len(), 1);
    drop(other);
    bench.finish()
}

#[test]
fn a_moving_point_is_where_its_keys_have_it() -> Tested {
    let bench = Bench::with_point([0.0, 0.0])?;
    bench.instance.set_key("point1", 0.0, [10.0, 20.0])?;
    bench.instance.set_key("point1", 10.0, [110.0, 40.0])?;
    for (time, at) in [(0.0, [10.0, 20.0]), (5.0, [60.0, 30.0]), (20.0, [110.0, 40.0])] {
        bench.view.set_view(View { time: Some(time), ..View::default() });
        let rings = shapes_of(&bench.view.draw().drawn, Primitive::Ellipse, GREEN);
        assert!(close(middle(&rings[0]), at, 1e-9), "{time}: {rings:?}");
    }
    bench.finish()
}

#[test]
fn the_box_has_handles_on_corners_sides_and_in_the_middle() -> Tested {
    // Inside out on x.
    let bench = Bench::with_box([120.0, 20.0], [20.0, 90.0])?;
    for view in views() {
        bench.view.set_view(view);
        let drawn = bench.view.draw().drawn;
        let loops = shapes_of(&drawn, Primitive::LineLoop, BOX);
        assert_eq!(loops, [vec![[120.0, 20.0], [20.0, 20.0], [20.0, 90.0], [120.0, 90.0]]]);
        let squares = shapes_of(&drawn, Primitive::Polygon, BOX);
        let at: Vec<[f64; 2]> = squares.iter().map(|square| middle(square)).collect();
        let expected = [
            [120.0, 20.0],
            [20.0, 20.0],
            [20.0, 90.0],
            [120.0, 90.0],
            [120.0, 55.0],
            [20.0, 55.0],
            [70.0, 20.0],
            [70.0, 90.0],
        ];
        assert!(at.iter().zip(expected).all(|(a, b)| close(*a, b, 1e-9)) && at.len() == 8, "{at:?}");
        assert!(close(screen_size(&squares[0], &view), [2.0 * shapes::CORNER; 2], 1e-9));
        assert!(close(screen_size(&squares[4], &view), [2.0 * shapes::SIDE; 2], 1e-9));
        assert_eq!(shapes_of(&drawn, Primitive::Lines, BOX).len(), 1);
    }
    bench.instance.set_key("boxEnable", 0.0, 1)?;
    bench.instance.set_key("boxEnable", 5.0, 0)?;
    bench.view.set_view(View { time: Some(6.0), ..View::default() });
    let drawn = bench.view.draw().drawn;
    assert_eq!(shapes_of(&drawn, Primitive::LineLoop, GREY).len(), 1);
    let dashed = drawn.iter().filter(|d| d.ink().stipple == Stipple::Dash).count();
    assert_eq!(dashed, 2, "the loop and its shadow alone are dashed");
    bench.finish()
}

#[test]
fn what_is_under_the_pen_is_white_and_what_it_holds_is_yellow() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    bench.view.pen_motion(Pen::at(102.0, 61.0));
    let drawn = bench.view.draw().drawn;
    assert_eq!(shapes_of(&drawn, Primitive::Lines, POISED).len(), 1);
    assert_eq!(shapes_of(&drawn, Primitive::Ellipse, GREEN).len(), 1, "the ring still says include");
    bench.view.pen_down(Pen::at(102.0, 61.0));
    bench.view.pen_motion(Pen::at(132.0, 51.0));
    let held = shapes_of(&bench.view.draw().drawn, Primitive::Lines, PICKED);
    assert!(close(middle(&held[0]), [130.0, 50.0], 1e-9), "it follows the pen: {held:?}");
    assert_eq!(bench.position("point1"), [100.0, 60.0], "before it is written");
    bench.view.pen_up(Pen::at(132.0, 51.0));
    bench.view.pen_motion(Pen::at(10.0, 10.0));
    assert_eq!(shapes_of(&bench.view.draw().drawn, Primitive::Lines, GREEN).len(), 1);
    bench.finish()
}

#[test]
fn hidpi_is_twice_as_large() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    let width = bench.view.draw().drawn[0].ink().width;
    bench.instance.set("hidpi", true)?;
    let drawn = bench.view.draw().drawn;
    let rings = shapes_of(&drawn, Primitive::Ellipse, GREEN);
    assert!(close(screen_size(&rings[0], &View::default()), [4.0 * shapes::RING; 2], 1e-9));
    assert_eq!(drawn[0].ink().width, 2.0 * width);
    assert_eq!(bench.view.pen_down(Pen::at(111.0, 71.0)), Status::OK, "and picked as far again");
    bench.finish()
}

#[test]
fn secret_and_greyed_parameters_have_no_handle() -> Tested {
    for (property, value) in [(c"OfxParamPropSecret", 1), (c"OfxParamPropEnabled", 0)] {
        let bench = Bench::with_point([100.0, 60.0])?;
        bench.instance.host_sets("point1", property, value)?;
        assert!(bench.view.draw().drawn.is_empty(), "{property:?}");
        assert_eq!(bench.view.pen_down(Pen::at(100.0, 60.0)), Status::REPLY_DEFAULT);
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn the_outline_is_that_of_the_matte_of_this_time() -> Tested {
    let bench = Bench::with_point([128.0, 72.0])?;
    let outlines = |bench: &Bench| shapes_of(&bench.view.draw().drawn, Primitive::Lines, OUTLINE);
    bench.instance.render(&Request::at(0.0))?;
    assert!(outlines(&bench).is_empty(), "not asked for");
    bench.instance.set("showOutline", true)?;
    for scale in [1.0, 0.5] {
        bench.instance.render(&Request { scale: (scale, scale), ..Request::at(0.0) })?;
        let outlines = outlines(&bench);
        assert_eq!(outlines.len(), 1, "all of it at once");
        // The disc has a radius of 160 of 1024: 40 of 256 canonical units.
        for [x, y] in &outlines[0] {
            let radius = (x - 128.0).hypot(y - 72.0);
            assert!((radius - 40.0).abs() < 1.0, "scale {scale}: {radius}");
        }
    }
    bench.view.set_view(View { time: Some(1.0), ..View::default() });
    assert!(outlines(&bench).is_empty(), "another time");
    bench.instance.render(&Request::at(1.0))?;
    assert_eq!(outlines(&bench).len(), 1);
    bench.instance.set("showOutline", false)?;
    assert!(outlines(&bench).is_empty());
    bench.finish()
}

#[test]
fn the_viewers_switches_do_not_change_the_picture() -> Tested {
    let bench = Bench::with_point([128.0, 72.0])?;
    let before = bench.instance.render(&Request::at(0.0))?.raw;
    for name in ["showOutline", "live", "hidpi"] {
        bench.instance.set(name, true)?;
    }
    assert_eq!(bench.instance.render(&Request::at(0.0))?.raw, before);
    bench.finish()
}
