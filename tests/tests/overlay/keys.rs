//! Points added and removed by keys and clicks.

use openfx_sys as ofx;
use tests::sim::{Change, Pen, Status, Value, View};

use super::{Bench, Tested, step, views};

fn press(bench: &Bench, keys: &[u32]) {
    for key in keys {
        assert_eq!(bench.view.key_down(*key as i32, ""), Status::REPLY_DEFAULT, "others may want it");
    }
}

fn release(bench: &Bench, keys: &[u32]) {
    for key in keys {
        assert_eq!(bench.view.key_up(*key as i32, ""), Status::REPLY_DEFAULT);
    }
}

const ADD: [u32; 2] = [ofx::kOfxKey_Control_L, ofx::kOfxKey_Alt_L];

#[test]
fn control_alt_click_adds_an_include_point_and_shift_an_exclude_point() -> Tested {
    for view in views() {
        let bench = Bench::with_point([20.0, 20.0])?;
        bench.view.set_view(view);
        press(&bench, &ADD);
        assert_eq!(bench.view.pen_down(Pen::at(200.0, 90.0)), Status::OK);
        assert_eq!(
            bench.written(),
            step("Add point 2", &[("point2", Value::from([200.0, 90.0])), ("point2Mode", Value::from(1))])
        );
        bench.view.pen_up(Pen::at(200.0, 90.0));
        press(&bench, &[ofx::kOfxKey_Shift_R]);
        assert_eq!(bench.view.pen_down(Pen::at(120.0, 30.0)), Status::OK);
        bench.view.pen_up(Pen::at(120.0, 30.0));
        assert_eq!((bench.mode(2), bench.mode(3)), (1, 2));
        assert_eq!(bench.position("point3"), [120.0, 30.0]);
        release(&bench, &[ofx::kOfxKey_Control_L]);
        assert_eq!(bench.view.pen_down(Pen::at(60.0, 120.0)), Status::REPLY_DEFAULT);
        assert_eq!(bench.mode(4), 0);
        // The new points can be dragged: their controls are not grey any more.
        release(&bench, &[ofx::kOfxKey_Shift_R, ofx::kOfxKey_Alt_L]);
        assert_eq!(bench.view.pen_down(Pen::at(200.0, 90.0)), Status::OK);
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn a_place_with_a_handle_is_no_empty_picture() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    press(&bench, &ADD);
    assert_eq!(bench.view.pen_down(Pen::at(101.0, 60.0)), Status::OK);
    bench.view.pen_up(Pen::at(101.0, 60.0));
    assert_eq!(bench.mode(2), 0, "it was picked, none was added");
    bench.finish()
}

#[test]
fn modifiers_are_forgotten_with_the_focus() -> Tested {
    let bench = Bench::new()?;
    press(&bench, &ADD);
    bench.view.lose_focus();
    assert_eq!(bench.view.pen_down(Pen::at(100.0, 60.0)), Status::REPLY_DEFAULT);
    press(&bench, &[ofx::kOfxKey_Meta_L, ofx::kOfxKey_Alt_R]);
    assert_eq!(bench.view.pen_down(Pen::at(100.0, 60.0)), Status::OK, "Command counts as Control");
    assert_eq!(bench.mode(1), 1);
    bench.finish()
}

#[test]
fn points_fill_free_places_and_then_the_status_says_so() -> Tested {
    let bench = Bench::new()?;
    let count = (1..).take_while(|i| bench.instance.value(&format!("point{i}Mode"), 0.0).is_ok()).count();
    // One is keyed: it is on at another time, and not free.
    bench.instance.set_key("point1Mode", 0.0, 0)?;
    bench.instance.set_key("point1Mode", 50.0, 1)?;
    // One has keys of its place left over: it is taken last, and they go.
    bench.instance.set_key("point2", 7.0, [1.0, 1.0])?;
    press(&bench, &ADD);
    for i in 0..count - 1 {
        assert_eq!(bench.view.pen_down(Pen::at(10.0 + 14.0 * i as f64, 100.0)), Status::OK);
    }
    assert_eq!(bench.mode(1), 0);
    assert!((2..=count).all(|i| bench.mode(i) == 1));
    assert_eq!(bench.position("point3"), [10.0, 100.0]);
    assert_eq!(bench.position_at("point2", 7.0), [10.0 + 14.0 * (count - 2) as f64, 100.0]);
    assert!(bench.instance.key_times("point2")?.is_empty());
    bench.written();
    assert_eq!(bench.view.pen_down(Pen::at(250.0, 20.0)), Status::OK);
    assert_eq!(bench.written(), []);
    let status = bench.instance.value("status", 0.0)?;
    assert!(status.text().unwrap().contains("points are in use"), "{status:?}");
    bench.finish()
}

#[test]
fn delete_removes_the_point_under_the_pen_or_the_nearest() -> Tested {
    for key in [ofx::kOfxKey_Delete, ofx::kOfxKey_BackSpace, ofx::kOfxKey_KP_Delete] {
        let key = key as i32;
        let bench = Bench::with_point([20.0, 20.0])?;
        bench.instance.set("point2Mode", 2)?;
        bench.instance.set("point2", [100.0, 20.0])?;
        bench.instance.set("point3Mode", 1)?;
        bench.instance.set("point3", [240.0, 20.0])?;
        bench.written();
        assert_eq!(bench.view.key_down(key, ""), Status::REPLY_DEFAULT, "the pen was never seen");
        bench.view.pen_motion(Pen::at(101.0, 21.0));
        assert_eq!(bench.view.key_down(key, ""), Status::OK);
        assert_eq!(bench.written(), step("Remove point 2", &[("point2Mode", Value::from(0))]));
        bench.view.pen_motion(Pen::at(125.0, 20.0));
        assert_eq!(bench.view.key_down(key, ""), Status::OK);
        assert_eq!((bench.mode(1), bench.mode(3)), (0, 1), "105 away, and 115");
        bench.view.key_down(key, "");
        assert_eq!(bench.mode(3), 0);
        assert_eq!(bench.view.key_down(key, ""), Status::REPLY_DEFAULT, "nothing is left to remove");
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn nearest_is_meant_on_the_screen() -> Tested {
    let bench = Bench::with_point([100.0, 20.0])?;
    bench.instance.set("point2Mode", 1)?;
    bench.instance.set("point2", [20.0, 100.0])?;
    // 80 units to each; a pixel is four units wide and one high, so the first is nearer on the screen.
    bench.view.set_view(View { pixel_scale: [4.0, 1.0], ..View::default() });
    bench.view.pen_motion(Pen::at(20.0, 20.0));
    bench.view.key_down(ofx::kOfxKey_Delete as i32, "");
    assert_eq!((bench.mode(1), bench.mode(2)), (0, 1));
    bench.finish()
}

#[test]
fn a_keyed_point_is_removed_from_this_time_on() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    bench.instance.set_key("point1Mode", 0.0, 1)?;
    bench.written();
    bench.view.set_view(View { time: Some(10.0), ..View::default() });
    bench.view.pen_motion(Pen::at(100.0, 60.0));
    bench.view.key_down(ofx::kOfxKey_Delete as i32, "");
    let written = bench.written();
    assert!(
        written.contains(&Change::Value {
            param: "point1Mode".to_owned(),
            value: Value::from(0),
            key: Some(10.0)
        }),
        "{written:?}"
    );
    assert_eq!(bench.instance.value("point1Mode", 9.0)?.int(), Some(1));
    assert_eq!(bench.instance.value("point1Mode", 10.0)?.int(), Some(0));
    bench.finish()
}
