//! The frames around a frame steady its matte: which are fetched, what they change, and what they must not change.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tests::linked::{Stage, distance_from_disc};
use tests::network::Disc;
use tests::sim::{
    Clip, Context, Field, FieldImages, Instance, Picture, Profile, Project, Request, SimError, Source,
    Status, Value,
};

use super::stage::{POINT, SIZE, Tested, in_every_host, keyed, picture, rendered, source};

/// The frame that is looked at.
const TIME: f64 = 5.0;
/// How far the subject jumps there, in pixels.
const JUMP: f64 = 3.0;

/// A source that notes the times that are asked of it, and has the frame that `frame` gives.
struct Watched<F> {
    frame: F,
    asked: Arc<Mutex<Vec<f64>>>,
}

impl<F: Fn(f64) -> Option<Picture> + Send + Sync> Source for Watched<F> {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        self.asked.lock().unwrap().push(time);
        Ok((self.frame)(time).map(Arc::new))
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 10.0)
    }
}

/// A clip of eleven frames, and the times at which they are asked for.
fn watched(frame: impl Fn(f64) -> Option<Picture> + Send + Sync + 'static) -> (Clip, Arc<Mutex<Vec<f64>>>) {
    let asked = Arc::<Mutex<Vec<f64>>>::default();
    (Clip::new(Watched { frame, asked: Arc::clone(&asked) }), asked)
}

/// An instance whose point jumps to the right for one frame, fields and all, and is back on the next.
fn jumping(stage: &Stage, clip: Clip) -> Result<Instance, SimError> {
    let instance = keyed(stage, stage.plugin.contexts()[0], clip)?;
    for (from, to, by) in [(0.0, TIME - 0.5, 0.0), (TIME, TIME + 0.5, JUMP), (TIME + 1.0, 10.0, 0.0)] {
        for time in [from, to] {
            instance.set_key("point1", time, [POINT[0] + by, POINT[1]])?;
        }
    }
    Ok(instance)
}

/// Where the matte ends at the right of the point, in pixels: on the row at its height.
fn right_edge(picture: &Picture) -> f64 {
    let row = picture.height - 1 - POINT[1] as usize;
    let alpha = |x: usize| f64::from(picture.at(x, row)[3]);
    let last = (0..picture.width - 1).rfind(|x| alpha(*x) > 0.5).unwrap();
    last as f64 + 0.5 + (alpha(last) - 0.5) / (alpha(last) - alpha(last + 1))
}

/// How far the edge at [`TIME`] is from where it is at another time.
fn jump(instance: &Instance) -> Result<f64, SimError> {
    let edge = |time| Ok::<_, SimError>(right_edge(&rendered(instance, &Request::at(time))?.picture()));
    Ok(edge(TIME)? - edge(1.0)?)
}

fn status(instance: &Instance) -> Result<String, SimError> {
    Ok(match instance.value("status", 0.0)? {
        Value::Text(text) => text,
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_subject_that_jumps_is_held_where_other_frames_are_given() -> Tested {
    in_every_host(|stage, profile| {
        let instance = jumping(stage, source())?;
        assert!((jump(&instance)? - JUMP).abs() < 0.1, "{}", jump(&instance)?);
        instance.set("temporalSmoothing", 1)?;
        let held = jump(&instance)?;
        if !profile.temporal_access {
            assert!((held - JUMP).abs() < 0.1, "{held}");
            let said = instance.persistent_message().unwrap().1;
            assert!(said.contains("gives no other frames"), "{said}");
            return Ok(());
        }
        // One of three frames says so.
        assert!((held - JUMP / 3.0).abs() < 0.25, "{held}");
        assert_eq!(instance.persistent_message(), None);
        instance.set("temporalSmoothing", 0)?;
        instance.set("reduceChatter", 1.0)?;
        let calm = jump(&instance)?;
        assert!(calm < JUMP / 4.0, "{calm}");
        Ok(())
    })
}

#[test]
fn a_host_without_other_frames_has_it_in_the_status_line() -> Tested {
    let profile = Profile { temporal_access: false, ..Profile::strict() };
    super::stage::in_hosts([profile], |stage, _| {
        let instance = jumping(stage, source())?;
        rendered(&instance, &Request::at(TIME))?;
        instance.set("temporalSmoothing", 1)?;
        assert!(!status(&instance)?.contains("other frames"), "{}", status(&instance)?);
        rendered(&instance, &Request::at(TIME))?;
        instance.set("point2", [1.0, 1.0])?;
        assert!(status(&instance)?.contains("gives no other frames"), "{}", status(&instance)?);
        Ok(())
    })
}

#[test]
fn without_smoothing_no_other_frame_is_asked_for() -> Tested {
    in_every_host(|stage, profile| {
        let (clip, asked) = watched(|_| Some(picture()));
        let instance = jumping(stage, clip)?;
        asked.lock().unwrap().clear();
        let plain = rendered(&instance, &Request::at(TIME))?.raw;
        assert!(asked.lock().unwrap().iter().all(|time| *time == TIME));
        if profile.temporal_access {
            assert!(instance.frames_needed(TIME).1.values().all(|ranges| *ranges == [(TIME, TIME)]));
        }
        for (name, on, off) in [("temporalSmoothing", 2.0, 0.0), ("reduceChatter", 0.5, 0.0)] {
            let set = |value: f64| match name {
                "temporalSmoothing" => instance.set(name, value as i32),
                _ => instance.set(name, value),
            };
            set(on)?;
            assert_eq!(rendered(&instance, &Request::at(TIME))?.raw != plain, profile.temporal_access);
            set(off)?;
            assert!(rendered(&instance, &Request::at(TIME))?.raw == plain, "{name} leaves no trace");
        }
        Ok(())
    })
}

#[test]
fn frames_needed_are_the_window_within_the_clip() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let (clip, _) = watched(|_| Some(picture()));
    let instance = keyed(&stage, Context::General, clip)?;
    let ranges = |time: f64, clip: &str| instance.frames_needed(time).1[clip].clone();
    for (smoothing, chatter, reach) in [(1, 0.0, 1.0), (3, 0.0, 3.0), (0, 0.5, 2.0), (2, 0.5, 4.0)] {
        instance.set("temporalSmoothing", smoothing)?;
        instance.set("reduceChatter", chatter)?;
        assert_eq!(ranges(TIME, "Source"), [(TIME - reach, TIME + reach)]);
        assert_eq!(ranges(0.0, "Source"), [(0.0, reach)]);
        assert_eq!(ranges(10.0, "Source"), [(10.0 - reach, 10.0)]);
        assert_eq!(ranges(4.5, "Source"), [((4.5 - reach).max(0.5), 4.5 + reach)]);
        assert_eq!(ranges(TIME, "Guide"), [(TIME, TIME)], "it is not connected");
    }
    instance.connect("Guide", source())?;
    assert_eq!(ranges(TIME, "Guide"), [(TIME - 4.0, TIME + 4.0)]);
    assert_eq!(ranges(TIME, "Garbage"), [(TIME, TIME)]);
    drop(instance);
    stage.finish()
}

#[test]
fn a_key_changes_the_frames_around_it_too() -> Tested {
    in_every_host(|stage, profile| {
        let effect = stage.plugin.describe_in_context(stage.plugin.contexts()[0])?;
        let invalidates =
            |name: &str| effect.param_property(name, "OfxParamPropCacheInvalidation")[0].clone();
        let around =
            if profile.temporal_access { "OfxParamInvalidateAll" } else { "OfxParamInvalidateValueChange" };
        for name in ["point1", "point9Mode", "boxTopRight", "guideStrength", "exposure"] {
            assert_eq!(invalidates(name), around, "{name}");
        }
        assert_eq!(invalidates("growShrink"), "OfxParamInvalidateValueChange");
        Ok(())
    })
}

#[test]
fn what_is_missing_lies_otherwise_or_has_no_prompt_is_left_out() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let smoothed = |clip: Clip, prompted: bool| -> Result<Vec<u8>, SimError> {
        let instance = jumping(&stage, clip)?;
        instance.set("temporalSmoothing", 2)?;
        if !prompted {
            for (time, mode) in [(0.0, "Include"), (TIME, "Include"), (TIME + 1.0, "Off")] {
                instance.set_key("point1Mode", time, mode)?;
            }
        }
        Ok(rendered(&instance, &Request::at(TIME))?.raw)
    };
    let whole = smoothed(source(), true)?;
    let unprompted = smoothed(source(), false)?;
    let missing = smoothed(watched(|time| (time <= TIME).then(picture)).0, true)?;
    // What lies beyond a gap has no motion to this frame.
    let gap = smoothed(watched(|time| (time != TIME + 1.0).then(picture)).0, true)?;
    let other = |time: f64| {
        if time > TIME { tests::linked::test_picture(200, 144) } else { picture() }
    };
    let larger = smoothed(watched(move |time| Some(other(time))).0, true)?;
    assert!(unprompted != whole && missing == unprompted && gap == unprompted && larger == unprompted);
    stage.finish()
}

#[test]
fn a_guide_counts_at_its_own_time() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let shape = |by: f64| {
        let inside = |x: usize, y: usize| {
            (x as f64 + 0.5 - POINT[0] - by).abs() < 20.0 && (y as f64 + 0.5 - 84.0).abs() < 20.0
        };
        Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
            [0.0, 0.0, 0.0, f32::from(u8::from(inside(x, y)))]
        })
    };
    // Whole cells of the guide's grid, or the box would not move by as much.
    let (guide, asked) = watched(move |time| Some(shape(if time == TIME { JUMP } else { 0.0 })));
    let instance = stage.instance(Context::General, source(), SIZE)?;
    instance.set("output", "Matte")?;
    instance.connect("Guide", guide)?;
    assert!((jump(&instance)? - JUMP).abs() < 0.1, "{}", jump(&instance)?);
    instance.set("temporalSmoothing", 1)?;
    asked.lock().unwrap().clear();
    let held = jump(&instance)?;
    assert!((held - JUMP / 3.0).abs() < 0.25, "{held}");
    assert!(asked.lock().unwrap().contains(&(TIME + 1.0)));
    drop(instance);
    stage.finish()
}

/// A texture without repetition, moved to the right.
fn texture(shift: f64) -> Picture {
    Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
        let (x, y) = (x as f32 - shift as f32, y as f32);
        let wave = |a: f32, b: f32| (x * a + y * b).sin();
        let grey = 0.5 + 0.1 * (wave(0.21, 0.05) + wave(-0.13, 0.17) + wave(0.07, -0.29));
        [grey, grey, grey, 1.0]
    })
}

/// An instance whose picture and subject move to the right alike.
fn panning(stage: &Stage, speed: f64) -> Result<Instance, SimError> {
    let (clip, _) = watched(move |time| Some(texture(speed * time)));
    let instance = keyed(stage, stage.plugin.contexts()[0], clip)?;
    for time in [0.0, 10.0] {
        instance.set_key("point1", time, [POINT[0] + speed * (time - TIME), POINT[1]])?;
    }
    Ok(instance)
}

#[test]
fn a_subject_that_moves_with_its_picture_is_not_smeared() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    for speed in [0.5, 4.0] {
        let instance = panning(&stage, speed)?;
        instance.set("temporalSmoothing", 3)?;
        instance.set("reduceChatter", 1.0)?;
        let picture = rendered(&instance, &Request::at(TIME))?.picture();
        let distance = distance_from_disc(&picture, [4.0; 2], [POINT[0], 144.0 - POINT[1]]);
        // A pixel of the disc's edge is worth 0.4.
        assert!(distance < 0.15, "{speed}: {distance}");
    }
    stage.finish()
}

#[test]
fn frames_are_the_same_in_any_order_on_any_thread_and_with_nothing_remembered() -> Tested {
    const TIMES: [f64; 6] = [2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    let steadied = |stage: &Stage| -> Result<Instance, SimError> {
        let instance = panning(stage, 1.5)?;
        instance.set("temporalSmoothing", 2)?;
        instance.set("reduceChatter", 0.5)?;
        // No motion of its own: what the frames say differs.
        instance.set_key("point1", 4.0, [POINT[0], POINT[1] + 4.0])?;
        Ok(instance)
    };
    let mut expected: Option<Vec<Vec<u8>>> = None;
    for profile in [Profile::strict(), Profile::natron(), Profile::strict()] {
        let strict = profile == Profile::strict();
        let stage = Stage::new(profile, Disc::default())?;
        let instance = steadied(&stage)?;
        let raw = |time: f64| Ok::<_, SimError>(rendered(&instance, &Request::at(time))?.raw);
        let in_order = TIMES.into_iter().map(raw).collect::<Result<Vec<_>, _>>()?;
        assert_eq!(stage.network.encoded(), 11, "each frame of the clip is seen once");
        for time in [7.0, 6.0, 5.0, 4.0, 3.0, 2.0] {
            instance.purge_caches();
            assert!(raw(time)? == in_order[time as usize - 2], "{time} with nothing remembered");
        }
        instance.purge_caches();
        let order = [6.0, 2.0, 7.0, 4.0];
        let requests: Vec<Request> = order.into_iter().map(Request::at).collect();
        for (time, output) in order.iter().zip(instance.render_many(&requests)?) {
            assert_eq!((output.status, output.untouched), (Status::OK, 0));
            assert!(output.raw == in_order[*time as usize - 2], "{time} on a thread of its own");
        }
        // No memory at all: everything is computed anew within each frame.
        instance.set("cacheBudget", 0)?;
        assert!(raw(5.0)? == in_order[3]);
        drop(instance);
        stage.finish()?;
        // A process that starts anew makes no difference. Natron's pictures are taken as linear.
        if strict {
            assert!(*expected.get_or_insert_with(|| in_order.clone()) == in_order);
        }
    }
    Ok(())
}

#[test]
fn fields_are_steadied_by_fields_of_their_own_parity() -> Tested {
    let render = |field_images,
                  field: Option<Field>,
                  time: f64,
                  smoothing: i32|
     -> Result<Picture, SimError> {
        let stage = Stage::new(Profile { field_images, ..Profile::strict() }, Disc::default())?;
        // White in the upper field, black in the lower one: between the two no motion could be found.
        let stripes = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, row| {
            let upper = f32::from(u8::from((SIZE.1 as usize - 1 - row) % 2 == 1));
            let wave = 0.2 * (x as f32 * 0.3).sin() * (row as f32 * 0.2).cos();
            [upper * 0.5 + 0.25 + wave; 3].into_iter().chain([1.0]).collect::<Vec<_>>().try_into().unwrap()
        });
        let instance = jumping(&stage, Clip::still(stripes).with_field_order(Field::Upper))?;
        instance.set("temporalSmoothing", smoothing)?;
        let picture = rendered(&instance, &Request { field, ..Request::at(time) })?.picture();
        drop(instance);
        stage.finish()?;
        Ok(picture)
    };
    let rows = |picture: &Picture, parity: usize| -> Vec<[f32; 4]> {
        let rows = (0..picture.height).filter(|row| (picture.height - 1 - row) % 2 == parity);
        rows.flat_map(|row| picture.pixels[row * picture.width..][..picture.width].to_vec()).collect()
    };
    let (plain, both) =
        (render(FieldImages::AsDescribed, None, TIME, 0)?, render(FieldImages::AsDescribed, None, TIME, 1)?);
    for (field, parity, time) in [(Field::Upper, 1, TIME), (Field::Lower, 0, TIME + 0.5)] {
        let own = rows(&both, parity);
        assert!(own != rows(&plain, parity), "{field:?} is steadied");
        for images in [FieldImages::AsDescribed, FieldImages::Single, FieldImages::Doubled] {
            let one = render(images, Some(field), time, 1)?;
            assert!(rows(&one, parity) == own, "{images:?} {field:?}");
        }
    }
    Ok(())
}

#[test]
fn a_window_that_is_given_up_stops_soon() -> Tested {
    let network = Disc { delay: Duration::from_millis(150), ..Disc::default() };
    let stage = Stage::new(Profile::strict(), network)?;
    let instance = panning(&stage, 1.0)?;
    instance.set("temporalSmoothing", 3)?;
    instance.set_abort_after(Some(Duration::from_millis(400)));
    let output = instance.render(&Request::at(TIME))?;
    assert_eq!(output.status, Status::FAILED);
    // Seven frames would take more than a second.
    assert!(output.seconds < 0.8, "{} s", output.seconds);
    assert_eq!(instance.persistent_message(), None);
    instance.set_abort_after(None);
    rendered(&instance, &Request::at(TIME))?;
    drop(instance);
    stage.finish()
}

#[test]
fn small_projects_and_odd_sizes_bear_it() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    for (width, height) in [(1_u32, 1_u32), (37, 5), (5, 211)] {
        let clip = Clip::still(tests::linked::test_picture(width as usize, height as usize));
        let project = Project::new(width, height);
        let at = [f64::from(width) / 2.0, f64::from(height) / 2.0];
        let instance = super::stage::keyed_in(&stage, Context::General, clip, project, at)?;
        instance.set("temporalSmoothing", 3)?;
        instance.set("reduceChatter", 1.0)?;
        rendered(&instance, &Request::at(TIME))?;
        drop(instance);
    }
    stage.finish()
}
