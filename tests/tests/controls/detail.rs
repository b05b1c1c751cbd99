//! The second look at a small subject, with a network that sees colours.

use std::sync::Arc;
use std::time::Duration;

use tests::eyes::Eyes;
use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{
    Clip, Context, Field, Instance, Picture, Profile, Project, Request, SimError, Source, Status,
};
use tests::spots::Spots;

use super::stage::{MATTE, Tested, text};

const SIZE: (u32, u32) = (640, 360);
/// Radius of a subject that is small, and of one that is not.
const SMALL: f32 = 20.0;
const LARGE: f32 = 150.0;
const NORMAL: i32 = 0;
const FINE: i32 = 1;

/// Where the subject is at a time, in pixels from the top left.
fn place(time: f64) -> [f32; 2] {
    [200.0 + 21.0 * time as f32, 150.0 + 7.0 * time as f32]
}

/// How much of a pixel the subject covers.
fn coverage(x: usize, y: usize, [cx, cy]: [f32; 2], radius: f32) -> f32 {
    (radius + 0.5 - (x as f32 + 0.5 - cx).hypot(y as f32 + 0.5 - cy)).clamp(0.0, 1.0)
}

/// A red disc that moves on grey.
struct Moving(f32);

impl Source for Moving {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        Ok(Some(Arc::new(Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
            let a = coverage(x, y, place(time), self.0);
            [0.4 + 0.6 * a, 0.4 - 0.4 * a, 0.4 - 0.4 * a, 1.0]
        }))))
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 10.0)
    }
}

fn stage() -> Result<Stage<Eyes>, SimError> {
    Stage::new(Profile::strict(), Eyes::default())
}

/// An instance with a point on the moving subject, which shows its matte.
fn looking(stage: &Stage<Eyes>, clip: Clip, detail: i32) -> Result<Instance, SimError> {
    let instance = stage.instance_in(Context::General, clip, Project::new(SIZE.0, SIZE.1))?;
    instance.set("output", MATTE)?;
    instance.set("detail", detail)?;
    instance.set("point1Mode", 1)?;
    for time in [0.0, 10.0] {
        let [x, y] = place(time).map(f64::from);
        instance.set_key("point1", time, [x, f64::from(SIZE.1) - y])?;
    }
    Ok(instance)
}

fn raw(instance: &Instance, request: &Request) -> Result<Vec<u8>, SimError> {
    let output = instance.render(request)?;
    assert_eq!((output.status, output.untouched), (Status::OK, 0), "{:?}", output.messages);
    Ok(output.raw)
}

/// The mean error of alpha around the subject, at a render scale.
fn error(instance: &Instance, time: f64, scale: f64) -> Result<f32, SimError> {
    let output = instance.render(&Request { scale: (scale, scale), ..Request::at(time) })?;
    assert_eq!((output.status, output.untouched), (Status::OK, 0), "{:?}", output.messages);
    let picture = output.picture();
    let (centre, radius) = (place(time).map(|at| at * scale as f32), SMALL * scale as f32);
    let off = |i: usize| {
        let (x, y) = (i % picture.width, i / picture.width);
        (picture.at(x, y)[3] - coverage(x, y, centre, radius)).abs()
    };
    let all = picture.width * picture.height;
    Ok((0..all).map(off).sum::<f32>() / (std::f32::consts::TAU * radius))
}

#[test]
fn a_small_subject_is_drawn_finer_and_normal_costs_nothing() -> Tested {
    let stage = stage()?;
    let instance = looking(&stage, Clip::new(Moving(SMALL)), NORMAL)?;
    let normal = raw(&instance, &Request::at(3.0))?;
    let coarse = error(&instance, 3.0, 1.0)?;
    assert_eq!(stage.network.encoded(), 1);
    instance.set("detail", "Fine")?;
    let fine = error(&instance, 3.0, 1.0)?;
    assert_eq!(stage.network.encoded(), 2, "the first look is remembered");
    assert!(fine < 0.5 * coarse, "{fine} for {coarse}");
    instance.set("exposure", 0.0)?;
    let said = text(&instance, "status")?;
    assert!(said.contains("seen again 4.0 times as large"), "{said}");
    // Both looks are remembered.
    instance.set("growShrink", 1.0)?;
    raw(&instance, &Request::at(3.0))?;
    assert_eq!(stage.network.encoded(), 2);
    instance.set("growShrink", 0.0)?;
    instance.set("detail", "Normal")?;
    assert!(raw(&instance, &Request::at(3.0))? == normal);
    let proxy = error(&instance, 3.0, 0.5)?;
    instance.set("detail", "Fine")?;
    assert!(error(&instance, 3.0, 0.5)? < 0.6 * proxy);
    drop(instance);
    stage.finish()
}

#[test]
fn every_frame_is_the_same_in_any_order_and_on_any_thread() -> Tested {
    let requests: Vec<Request> = (0..8).map(|time| Request::at(f64::from(time))).collect();
    for smoothing in [0, 1] {
        let stage_of = || -> Result<(Stage<Eyes>, Instance), SimError> {
            let stage = stage()?;
            let instance = looking(&stage, Clip::new(Moving(SMALL)), FINE)?;
            instance.set("temporalSmoothing", smoothing)?;
            Ok((stage, instance))
        };
        let (stage, instance) = stage_of()?;
        let forward: Vec<_> =
            requests.iter().map(|request| raw(&instance, request)).collect::<Result<_, _>>()?;
        assert!(forward.windows(2).all(|pair| pair[0] != pair[1]));
        drop(instance);
        stage.finish()?;
        // Backwards, and without any memory.
        let (stage, instance) = stage_of()?;
        instance.set("cacheBudget", 0)?;
        for (request, expected) in requests.iter().zip(&forward).rev() {
            assert!(raw(&instance, request)? == *expected, "{}", request.time);
        }
        drop(instance);
        stage.finish()?;
        // All at once on four threads.
        let (stage, instance) = stage_of()?;
        for half in [&requests[..4], &requests[4..]] {
            for (output, request) in instance.render_many(half)?.iter().zip(half) {
                assert!(output.raw == forward[request.time as usize], "{}", request.time);
            }
        }
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn a_window_of_the_frame_is_that_part_of_it() -> Tested {
    let stage = stage()?;
    let instance = looking(&stage, Clip::new(Moving(SMALL)), FINE)?;
    let whole = instance.render(&Request::at(3.0))?.picture();
    let window = [250, 170, 280, 200];
    let part = instance.render(&Request { window: Some(window), ..Request::at(3.0) })?.picture();
    for y in window[1]..window[3] {
        for x in window[0]..window[2] {
            let (x, y) = (x as usize, (SIZE.1 as i32 - 1 - y) as usize);
            assert_eq!(part.at(x, y), whole.at(x, y), "{x} {y}");
        }
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_large_subject_is_seen_once() -> Tested {
    let stage = stage()?;
    let instance = looking(&stage, Clip::new(Moving(LARGE)), NORMAL)?;
    let normal = raw(&instance, &Request::at(3.0))?;
    instance.set("detail", FINE)?;
    assert!(raw(&instance, &Request::at(3.0))? == normal);
    assert_eq!(stage.network.encoded(), 1);
    instance.set("exposure", 0.0)?;
    let said = text(&instance, "status")?;
    assert!(said.contains("large enough"), "{said}");
    drop(instance);
    stage.finish()
}

#[test]
fn a_second_look_that_shows_something_else_is_not_used() -> Tested {
    // This network draws as large a disc as ever, whatever it sees.
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let instance =
        stage.instance_in(Context::General, Clip::new(Moving(SMALL)), Project::new(SIZE.0, SIZE.1))?;
    instance.set("output", MATTE)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", [320.0, 180.0])?;
    let normal = raw(&instance, &Request::at(0.0))?;
    instance.set("detail", FINE)?;
    assert!(raw(&instance, &Request::at(0.0))? == normal);
    assert_eq!(stage.network.encoded(), 2);
    instance.set("exposure", 0.0)?;
    let said = text(&instance, "status")?;
    assert!(said.contains("shows something else") && said.contains("add a point"), "{said}");
    drop(instance);
    stage.finish()
}

#[test]
fn fields_a_guide_and_smoothing_have_their_second_look_too() -> Tested {
    let stage = stage()?;
    // Fields of a subject that rests: both are the frame's picture.
    let fields = looking(&stage, Clip::new(Moving(SMALL)).with_field_order(Field::Lower), NORMAL)?;
    let resting = |instance: &Instance| {
        let [x, y] = place(3.0).map(f64::from);
        instance.set("point1", [x, f64::from(SIZE.1) - y])
    };
    resting(&fields)?;
    let coarse = error(&fields, 3.0, 1.0)?;
    fields.set("detail", FINE)?;
    let fine = error(&fields, 3.0, 1.0)?;
    assert!(fine < 0.7 * coarse, "{fine} for {coarse}");

    // A subject that rests too: the motion of one without texture is not found.
    let picture = Moving(SMALL).frame(3.0)?.unwrap();
    let smoothed = looking(&stage, Clip::still(Picture::clone(&picture)), NORMAL)?;
    resting(&smoothed)?;
    smoothed.set("temporalSmoothing", 2)?;
    let coarse = error(&smoothed, 3.0, 1.0)?;
    smoothed.set("detail", FINE)?;
    let fine = error(&smoothed, 3.0, 1.0)?;
    assert!(fine < 0.7 * coarse, "{fine} for {coarse}");

    // A guide alone names the subject.
    let guided = looking(&stage, Clip::new(Moving(SMALL)), NORMAL)?;
    guided.set("point1Mode", 0)?;
    let guide = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
        [0.0, 0.0, 0.0, coverage(x, y, place(3.0), SMALL + 6.0)]
    });
    guided.connect("Guide", Clip::still(guide))?;
    let coarse = error(&guided, 3.0, 1.0)?;
    guided.set("detail", FINE)?;
    let fine = error(&guided, 3.0, 1.0)?;
    assert!(fine < 0.7 * coarse, "{fine} for {coarse}");
    for instance in [fields, smoothed, guided] {
        drop(instance);
    }
    stage.finish()
}

#[test]
fn an_automatic_subject_has_it_too() -> Tested {
    let stage = stage()?;
    Spots::default().install();
    let instance = looking(&stage, Clip::new(Moving(SMALL)), NORMAL)?;
    instance.set("point1Mode", 0)?;
    instance.set("promptsFrom", 1)?;
    let coarse = error(&instance, 3.0, 1.0)?;
    instance.set("detail", FINE)?;
    let fine = error(&instance, 3.0, 1.0)?;
    assert!(fine < 0.6 * coarse, "{fine} for {coarse}");
    drop(instance);
    promptmatte::engine::replace_detector(None);
    stage.finish()
}

#[test]
fn the_second_look_is_broken_off_with_the_render() -> Tested {
    let eyes = Eyes { delay: Duration::from_secs(1), ..Eyes::default() };
    let stage = Stage::new(Profile::strict(), eyes)?;
    let instance = looking(&stage, Clip::new(Moving(SMALL)), NORMAL)?;
    let coarse = error(&instance, 3.0, 1.0)?;
    // Only the second look is missing.
    instance.set("detail", FINE)?;
    instance.set_abort_after(Some(Duration::from_millis(400)));
    let stopped = instance.render(&Request::at(3.0))?;
    assert_eq!((stopped.status, stage.network.encoded()), (Status::FAILED, 2));
    assert!(stopped.seconds < 0.9, "{}", stopped.seconds);
    assert_eq!(instance.persistent_message(), None);
    instance.set_abort_after(None);
    assert!(error(&instance, 3.0, 1.0)? < 0.5 * coarse);
    drop(instance);
    stage.finish()
}
