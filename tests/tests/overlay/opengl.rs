//! The overlay of version 1, drawn with OpenGL into a picture in memory.

use std::path::Path;

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{Clip, Context, Pen, Profile, Project, Request, SimError, Status, View};

use super::offscreen::{Offscreen, Picture, Profile as GlProfile};
use super::{Bench, Tested};

/// A context, or a line that says why this test has none.
fn context(width: i32, height: i32, profile: GlProfile) -> Option<Offscreen> {
    match Offscreen::new(width, height, profile) {
        Ok(context) => Some(context),
        Err(reason) => {
            println!("skipped: {reason}");
            None
        }
    }
}

const GROUND: [f32; 3] = [0.5, 0.5, 0.5];

/// How far a pixel is from the ground colour.
fn change(pixel: [i32; 3]) -> i32 {
    pixel.iter().map(|channel| (channel - 128).abs()).max().unwrap()
}

fn greener(pixel: [i32; 3]) -> i32 {
    pixel[1] - pixel[0].max(pixel[2])
}

fn redder(pixel: [i32; 3]) -> i32 {
    pixel[0] - pixel[1].max(pixel[2])
}

/// The largest of a measure in the 3 by 3 pixels round a place, screen pixels from the top left.
fn near(picture: &Picture, [x, y]: [f64; 2], measure: impl Fn([i32; 3]) -> i32) -> i32 {
    let (x, y) = (x.floor() as isize, y.floor() as isize);
    let mut best = i32::MIN;
    for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
        let (x, y) = ((x + dx) as usize, (y + dy) as usize);
        if x < picture.width && y < picture.height() {
            best = best.max(measure(picture.at(x, y)));
        }
    }
    best
}

/// Natron, as a host without the suite and without its own handles.
fn bench() -> Result<Bench, SimError> {
    Bench::of(Profile { native_handles: false, ..Profile::natron() })
}

#[test]
fn rings_crosses_and_handles_have_their_colours_at_every_zoom() -> Tested {
    let Some(gl) = context(400, 240, GlProfile::Compatible) else { return Ok(()) };
    let bench = bench()?;
    bench.instance.set("point1Mode", 1)?;
    bench.instance.set("point1", [100.0, 60.0])?;
    bench.instance.set("point2Mode", 2)?;
    bench.instance.set("point2", [60.0, 100.0])?;
    bench.instance.set("boxEnable", true)?;
    bench.instance.set("boxBottomLeft", [140.0, 40.0])?;
    bench.instance.set("boxTopRight", [220.0, 120.0])?;
    // Canonical rectangles that fill the picture: zoomed out, one to one, zoomed in, and 2:1 pixels.
    for seen in [
        [0.0, 0.0, 400.0, 240.0],
        [20.0, 20.0, 260.0, 164.0],
        [40.0, 40.0, 240.0, 160.0],
        [-100.0, -60.0, 700.0, 180.0],
    ] {
        let pixel_scale = [(seen[2] - seen[0]) / 400.0, (seen[3] - seen[1]) / 240.0];
        bench.view.set_view(View { pixel_scale, ..View::default() });
        gl.look_at(seen);
        gl.clear(GROUND);
        assert_eq!(bench.view.draw().status, Status::OK);
        assert_eq!(gl.error(), 0);
        let picture = gl.read();
        let screen =
            |at: [f64; 2]| [(at[0] - seen[0]) / pixel_scale[0], 240.0 - (at[1] - seen[1]) / pixel_scale[1]];
        for (point, measure) in [([100.0, 60.0], greener as fn([i32; 3]) -> i32), ([60.0, 100.0], redder)] {
            let [x, y] = screen(point);
            for i in 0..16 {
                let (sin, cos) = (f64::from(i) / 16.0 * std::f64::consts::TAU).sin_cos();
                // Eight pixels on the screen, whatever the zoom.
                let ring = near(&picture, [x + 8.0 * cos, y + 8.0 * sin], measure);
                assert!(ring > 60, "ring at {i}, {seen:?}: {ring}");
            }
            assert!(near(&picture, [x, y], measure) > 60, "cross, {seen:?}");
            // Between cross and ring, off the axes, nothing but shadow.
            let gap = picture.at((x + 4.5) as usize, (y - 4.5) as usize);
            assert!(measure(gap) < 60, "gap {gap:?}");
            assert!(near(&picture, [x + 12.0, y - 9.0], measure) > 60, "the name, {seen:?}");
        }
        for corner in [[140.0, 40.0], [220.0, 40.0], [220.0, 120.0], [140.0, 120.0]] {
            let [x, y] = screen(corner);
            if (4.0..396.0).contains(&x) && (4.0..236.0).contains(&y) {
                let square = picture.at(x as usize, y as usize);
                assert!(square.iter().all(|c| (*c - 217).abs() < 8), "{corner:?} {square:?}, {seen:?}");
            }
        }
    }
    bench.finish()
}

#[test]
fn nothing_is_drawn_elsewhere_and_shadows_are_dark() -> Tested {
    let Some(gl) = context(200, 120, GlProfile::Compatible) else { return Ok(()) };
    let bench = bench()?;
    bench.instance.set("point1Mode", 1)?;
    bench.instance.set("point1", [100.0, 60.0])?;
    gl.look_at([0.0, 0.0, 200.0, 120.0]);
    gl.clear(GROUND);
    bench.view.draw();
    let picture = gl.read();
    for (x, y) in (0..200).flat_map(|x| (0..120).map(move |y| (x, y))) {
        let (dx, dy) = (x as f64 - 100.0, 60.0 - y as f64);
        if dx.hypot(dy) > 26.0 {
            assert_eq!(change(picture.at(x, y)), 0, "{x} {y}");
        }
    }
    // Below right of the ring: one pixel further out is shadow.
    let (x, y) = (100.0 + 8.0 * 0.71 + 1.5, 60.0 + 8.0 * 0.71 + 1.5);
    let darkest = near(&picture, [x, y], |pixel| 128 - pixel.iter().copied().max().unwrap());
    assert!(darkest > 20, "{darkest}");
    bench.finish()
}

#[test]
fn the_hosts_state_is_as_it_was() -> Tested {
    let Some(gl) = context(200, 120, GlProfile::Compatible) else { return Ok(()) };
    let bench = bench()?;
    bench.instance.set("point1Mode", 1)?;
    bench.instance.set("point1", [100.0, 60.0])?;
    bench.instance.set_key("boxEnable", 0.0, 1)?;
    bench.instance.set_key("boxEnable", 5.0, 0)?;
    gl.look_at([0.0, 0.0, 200.0, 120.0]);
    gl.clear(GROUND);
    bench.view.draw();
    let clean = gl.read();
    gl.clear(GROUND);
    gl.spoil();
    for time in [0.0, 6.0] {
        bench.view.set_view(View { time: Some(time), ..View::default() });
        let before = gl.state();
        assert_eq!(bench.view.draw().status, Status::OK);
        assert_eq!(gl.state(), before);
        assert_eq!(gl.error(), 0);
        if time == 0.0 {
            assert!(gl.read() == clean, "and what the host had on does not show");
        }
    }
    bench.finish()
}

#[test]
fn contexts_that_cannot_draw_are_left_alone() -> Tested {
    let bench = bench()?;
    bench.instance.set("point1Mode", 1)?;
    if let Some(gl) = context(64, 64, GlProfile::Core) {
        gl.clear(GROUND);
        assert_eq!(bench.view.draw().status, Status::REPLY_DEFAULT);
        assert_eq!(gl.error(), 0, "no call that a core profile lacks");
    }
    if let Some(gl) = context(64, 64, GlProfile::Compatible) {
        gl.look_at([0.0, 0.0, 256.0, 144.0]);
        gl.fill_attribute_stack(true);
        assert_eq!(bench.view.draw().status, Status::REPLY_DEFAULT, "there is no room to save the state");
        assert_eq!(gl.error(), 0);
        gl.fill_attribute_stack(false);
        assert_eq!(bench.view.draw().status, Status::OK);
    }
    bench.finish()
}

/// Writes what an artist sees over a photograph, one to one, to the target folder: to be looked at.
#[test]
fn a_photograph_with_its_overlay_is_written_for_the_eye() -> Tested {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cache/clips/chelsea.png");
    if !file.exists() {
        println!("skipped: {} is not there", file.display());
        return Ok(());
    }
    let photograph = tests::sim::Picture::open(&file)?;
    let (width, height) = (photograph.width, photograph.height);
    let Some(gl) = context(width as i32, height as i32, GlProfile::Compatible) else { return Ok(()) };
    let stage = Stage::new(Profile { native_handles: false, ..Profile::natron() }, Disc::default())?;
    let clip = Clip::still(photograph.clone());
    let instance = stage.instance_in(Context::General, clip, Project::new(width as u32, height as u32))?;
    for (name, mode, at) in [
        ("point1", 1, [150.0, 180.0]),
        ("point2", 1, [260.0, 190.0]),
        ("point3", 2, [400.0, 250.0]),
        ("point4", 2, [60.0, 40.0]),
        ("point5", 1, [210.0, 110.0]),
    ] {
        instance.set(&format!("{name}Mode"), mode)?;
        instance.set(name, at)?;
    }
    instance.set_key("point6Mode", 0.0, 0)?;
    instance.set_key("point6Mode", 9.0, 1)?;
    instance.set("point6", [330.0, 60.0])?;
    instance.set("boxEnable", true)?;
    instance.set("boxBottomLeft", [90.0, 30.0])?;
    instance.set("boxTopRight", [380.0, 280.0])?;
    instance.set("showOutline", true)?;
    instance.render(&Request::at(0.0))?;
    let view = instance.overlay().unwrap();
    gl.look_at([0.0, 0.0, width as f64, height as f64]);
    let rgb = photograph.pixels.iter().flat_map(|p| [p[0], p[1], p[2]].map(|c| (c * 255.0).round() as u8));
    gl.put(&rgb.collect::<Vec<_>>());
    let before = gl.read();
    // One is under the pen.
    view.pen_motion(Pen::at(260.0, 190.0));
    assert_eq!(view.draw().status, Status::OK);
    let picture = gl.read();
    let changed = before.bytes.chunks_exact(4).zip(picture.bytes.chunks_exact(4)).filter(|(a, b)| a != b);
    let share = changed.count() as f64 / (width * height) as f64;
    assert!(share > 0.01 && share < 0.1, "it hides {share} of the picture");
    let pixels = (0..width * height).map(|i| {
        let [r, g, b] = picture.at(i % width, i / width).map(|c| c as f32 / 255.0);
        [r, g, b, 1.0]
    });
    let seen = tests::sim::Picture { width, height, pixels: pixels.collect() };
    seen.save_png(Path::new(env!("CARGO_TARGET_TMPDIR")).join("overlay.png"))?;
    drop((view, instance));
    stage.finish()
}
