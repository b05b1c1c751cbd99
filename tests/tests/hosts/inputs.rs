//! Bad input that comes from a host or its user.

use std::sync::Arc;

use tests::linked::{Stage, half_a_code, test_picture};
use tests::network::Disc;
use tests::sim::{
    Clip, Components, Context, Depth, Effect, Instance, ParamInfo, Picture, Profile, Project, Request,
    SimError, Source, Status, Value,
};

use super::stage::{SIZE, Tested, in_every_host, in_hosts, keyed, keyed_in, rendered, source};

/// The values at both ends of what a parameter can hold; none for what has no value, or is the effect's own.
fn extremes(effect: &Effect, param: &ParamInfo) -> Vec<Value> {
    // Host objects end at the largest double; what a host without ranges would give stands for it.
    let bounds = |name: &str| -> Vec<f64> {
        let text = effect.param_property(&param.name, name);
        text.iter().map(|v| v.parse::<f64>().unwrap().clamp(-1e30, 1e30)).collect()
    };
    let ends = || [bounds("OfxParamPropMin"), bounds("OfxParamPropMax")];
    match (param.param_type.as_str(), &param.default) {
        ("OfxParamTypeBoolean", _) => vec![Value::from(0), Value::from(1)],
        ("OfxParamTypeChoice", _) => (0..param.options.len() as i32).map(Value::from).collect(),
        ("OfxParamTypeInteger", _) => {
            ends().into_iter().map(|v| Value::Ints(v.into_iter().map(|v| v as i32).collect())).collect()
        }
        (_, Some(Value::Doubles(_))) => ends().into_iter().map(Value::Doubles).collect(),
        _ => Vec::new(),
    }
}

/// Renders, and demands a whole output or a reason.
fn bears(instance: &Instance, what: &str) -> Tested {
    for time in [0.0, 1.0] {
        let output = instance.render(&Request { skip_identity: true, ..Request::at(time) })?;
        if output.status == Status::OK {
            assert_eq!(output.untouched, 0, "{what}");
        } else {
            let message = instance.persistent_message();
            assert!(message.is_some_and(|(_, text)| text.len() > 10), "{what}: {}", output.status);
        }
    }
    Ok(())
}

fn small(stage: &Stage, context: Context) -> Result<Instance, SimError> {
    let clip = Clip::still(test_picture(64, 36));
    keyed_in(stage, context, clip, Project::new(64, 36), [32.0, 18.0])
}

#[test]
fn every_parameter_at_both_ends_of_its_range() -> Tested {
    in_hosts([Profile::strict(), Profile::resolve(), Profile::mlt()], |stage, _| {
        for context in stage.plugin.contexts() {
            let effect = stage.plugin.describe_in_context(context)?;
            for param in effect.params() {
                let instance = small(stage, context)?;
                for value in extremes(&effect, &param) {
                    instance.set(&param.name, value.clone())?;
                    bears(&instance, &format!("{} = {value}", param.name))?;
                }
            }
        }
        Ok(())
    })
}

#[test]
fn all_parameters_at_the_same_end() -> Tested {
    in_hosts([Profile::strict(), Profile::natron()], |stage, _| {
        let context = Context::General;
        let effect = stage.plugin.describe_in_context(context)?;
        for last in [false, true] {
            let instance = small(stage, context)?;
            for param in effect.params() {
                let mut ends = extremes(&effect, &param);
                if last {
                    ends.reverse();
                }
                if let Some(value) = ends.into_iter().next() {
                    instance.set(&param.name, value)?;
                }
            }
            bears(&instance, if last { "all at the last" } else { "all at the first" })?;
        }
        Ok(())
    })
}

#[test]
fn a_source_of_another_size_each_frame() -> Tested {
    let multi = Profile::all().into_iter().filter(|profile| profile.multi_resolution);
    in_hosts(multi, |stage, _| {
        let sizes = [(256, 144), (64, 36), (100, 200), (256, 144)];
        let clip = Clip::from_pictures(sizes.iter().map(|(w, h)| test_picture(*w, *h)).collect());
        let project = Project::new(SIZE.0, SIZE.1);
        let instance = keyed_in(stage, stage.plugin.contexts()[0], clip, project, [30.0, 20.0])?;
        let frames = (0..sizes.len()).map(|t| rendered(&instance, &Request::at(t as f64)));
        let frames = frames.collect::<Result<Vec<_>, _>>()?;
        for (frame, (width, height)) in frames.iter().zip(sizes) {
            let picture = frame.picture();
            assert_eq!((picture.width, picture.height), (width, height));
            assert!(picture.at(30, height - 20)[3] > 0.99);
        }
        assert!(frames[0].raw == frames[3].raw);
        Ok(())
    })
}

#[test]
fn a_source_of_another_depth_each_frame() -> Tested {
    in_every_host(|stage, profile| {
        let instance = keyed(stage, stage.plugin.contexts()[0], source())?;
        let first = rendered(&instance, &Request::at(0.0))?.picture();
        for (time, depth) in profile.depths.iter().cycle().take(6).enumerate() {
            let request = Request { depth: Some(*depth), ..Request::at(time as f64) };
            let output = rendered(&instance, &request)?;
            assert_eq!(output.depth, *depth);
            let close = 2.0 * half_a_code(*depth).max(half_a_code(Depth::Byte)) + 1e-6;
            assert!(output.picture().max_difference(&first) <= close);
        }
        Ok(())
    })
}

#[test]
fn a_filter_of_a_source_without_alpha_shows_its_matte_in_colour() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let instance = keyed(&stage, Context::Filter, source().with_components(Components::Rgb))?;
    let matte = rendered(&instance, &Request::at(0.0))?;
    assert_eq!(matte.components, Components::Rgb);
    instance.set("output", "Cut-out")?;
    instance.set("decontaminate", 0.0)?;
    let cut = rendered(&instance, &Request::at(0.0))?.picture();
    let plain = test_picture(SIZE.0 as usize, SIZE.1 as usize);
    for ((pixel, matte), colour) in cut.pixels.iter().zip(&matte.picture().pixels).zip(&plain.pixels) {
        let difference = (0..3).map(|c| (pixel[c] - colour[c] * matte[0]).abs()).fold(0.0, f32::max);
        assert!(difference < 1e-6, "over black: {pixel:?}");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn frames_that_are_missing_are_clear_and_the_next_is_right() -> Tested {
    /// A picture at even times.
    struct Even(Arc<Picture>);
    impl Source for Even {
        fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
            Ok((time.rem_euclid(2.0) < 1.0).then(|| self.0.clone()))
        }
        fn range(&self) -> (f64, f64) {
            (0.0, 9.0)
        }
    }
    in_every_host(|stage, _| {
        let picture = Arc::new(test_picture(SIZE.0 as usize, SIZE.1 as usize));
        let instance = keyed(stage, stage.plugin.contexts()[0], Clip::new(Even(picture)))?;
        let there = rendered(&instance, &Request::at(0.0))?;
        for time in [1.0, 3.0] {
            let gone = rendered(&instance, &Request::at(time))?;
            assert!(gone.picture().pixels.iter().all(|pixel| *pixel == [0.0; 4]));
            assert!(instance.persistent_message().is_none_or(|(_, text)| text.contains("no picture")));
            assert!(rendered(&instance, &Request::at(time + 1.0))?.raw == there.raw);
        }
        Ok(())
    })
}

#[test]
fn another_rate_changes_nothing() -> Tested {
    in_every_host(|stage, _| {
        let context = stage.plugin.contexts()[0];
        let plain = rendered(&keyed(stage, context, source())?, &Request::at(2.0))?;
        let mut other = source();
        other.frame_rate = 59.94;
        let project = Project { frame_rate: 23.976, ..Project::new(SIZE.0, SIZE.1) };
        let instance = keyed_in(stage, context, other, project, super::stage::POINT)?;
        assert!(rendered(&instance, &Request::at(2.0))?.raw == plain.raw);
        // Between two frames too.
        rendered(&instance, &Request::at(2.37))?;
        Ok(())
    })
}
