//! The artist's points and box correct what is found.

use super::*;

const LEFT: [f32; 2] = [90.0, 72.0];
const RIGHT: [f32; 2] = [210.0, 60.0];

fn two() -> Clip {
    still(&[(LEFT, RADIUS), (RIGHT, RADIUS * 0.7)])
}

/// A place in canonical coordinates.
fn canonical(place: [f32; 2]) -> [f64; 2] {
    [f64::from(place[0]), f64::from(SIZE.1) - f64::from(place[1])]
}

#[test]
fn an_include_point_chooses_another_subject() -> Tested {
    let bench = Bench::new(two())?;
    assert_at(&bench.render(0.0)?, LEFT);
    bench.instance.set("point1Mode", 1)?;
    bench.instance.set("point1", canonical(RIGHT))?;
    assert_at(&bench.render(0.0)?, RIGHT);
    assert!(bench.status()?.starts_with("Automatic subject, corrected by 1 include."));
    bench.instance.set("point1Mode", 0)?;
    assert_at(&bench.render(0.0)?, LEFT);
    bench.finish()
}

#[test]
fn a_box_of_the_artist_replaces_the_one_found() -> Tested {
    let bench = Bench::new(two())?;
    bench.instance.set("boxEnable", true)?;
    bench.instance.set("boxBottomLeft", [170.0, 40.0])?;
    bench.instance.set("boxTopRight", [250.0, 130.0])?;
    assert_at(&bench.render(0.0)?, RIGHT);
    // A box round what does not stand out is obeyed.
    bench.instance.set("boxBottomLeft", [0.0, 0.0])?;
    bench.instance.set("boxTopRight", [30.0, 30.0])?;
    let found = middle(&bench.render(0.0)?).unwrap();
    assert!(found[0] < 30.0 && found[1] > 114.0, "{found:?}");
    bench.finish()
}

#[test]
fn an_exclude_point_reaches_the_network() -> Tested {
    let bench = Bench::new(two())?;
    bench.render(0.0)?;
    let asked = bench.stage.network.decoded.load(std::sync::atomic::Ordering::SeqCst);
    bench.instance.set("point1Mode", 2)?;
    bench.instance.set("point1", canonical(LEFT))?;
    assert_at(&bench.render(0.0)?, LEFT);
    let now = bench.stage.network.decoded.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(now, asked + 1, "another question than before");
    assert_eq!(bench.stage.network.encoded(), 1, "about the same frame");
    bench.finish()
}

#[test]
fn keyed_corrections_count_on_their_frames() -> Tested {
    let bench = Bench::new(two())?;
    bench.instance.set_key("point1Mode", 0.0, 0)?;
    bench.instance.set_key("point1Mode", 5.0, 1)?;
    bench.instance.set("point1", canonical(RIGHT))?;
    assert_at(&bench.render(2.0)?, LEFT);
    assert_at(&bench.render(7.0)?, RIGHT);
    assert_at(&bench.render(2.0)?, LEFT);
    bench.finish()
}
