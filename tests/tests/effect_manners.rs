//! What the effect tells the artist, and how it behaves towards a host's threads.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tests::linked::{Gone, Stage, test_picture};
use tests::network::Disc;
use tests::sim::{Clip, Context, Instance, Picture, Profile, Request, SimError, Status, Value};

type Tested = Result<(), SimError>;

const SIZE: (u32, u32) = (128, 72);
const ADD: &str = "Add a point or a box on the subject.";

fn stage(network: Disc) -> Result<Stage, SimError> {
    Stage::new(Profile::strict(), network)
}

fn source() -> Clip {
    Clip::still(test_picture(SIZE.0 as usize, SIZE.1 as usize))
}

fn status(instance: &Instance) -> Result<String, SimError> {
    Ok(match instance.value("status", 0.0)? {
        Value::Text(text) => text,
        other => panic!("{other:?}"),
    })
}

#[test]
fn the_status_line_says_what_to_do() -> Tested {
    let stage = stage(Disc::default())?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    assert_eq!(status(&instance)?, ADD);
    instance.set("point1Mode", 2)?;
    assert!(status(&instance)?.contains("add an include point"), "{}", status(&instance)?);
    instance.set("point2Mode", 1)?;
    assert_eq!(status(&instance)?, "Prompts: 1 include, 1 exclude.");
    instance.render(&Request::at(0.0))?;
    instance.set("point2", [64.0, 36.0])?;
    assert!(status(&instance)?.contains("Last render: disc"), "{}", status(&instance)?);
    instance.set("point1Mode", 0)?;
    instance.set("point2Mode", 0)?;
    assert_eq!(status(&instance)?, ADD);
    drop(instance);
    stage.finish()
}

#[test]
fn boxes_are_sorted_or_ignored_with_a_notice() -> Tested {
    let stage = stage(Disc::default())?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("output", 1)?;
    instance.set("boxEnable", true)?;
    instance.set("boxBottomLeft", [20.0, 20.0])?;
    instance.set("boxTopRight", [60.0, 50.0])?;
    let upright = instance.render(&Request::at(0.0))?;
    instance.set("boxBottomLeft", [60.0, 50.0])?;
    instance.set("boxTopRight", [20.0, 20.0])?;
    let inside_out = instance.render(&Request::at(0.0))?;
    assert_eq!(upright.raw, inside_out.raw);
    assert_eq!(instance.persistent_message(), None);

    instance.set("boxTopRight", [60.0, 20.0])?;
    assert!(status(&instance)?.contains("box is empty"), "{}", status(&instance)?);
    let empty = instance.render(&Request { skip_identity: true, ..Request::at(0.0) })?;
    assert_eq!(empty.status, Status::OK);
    let (kind, text) = instance.persistent_message().unwrap();
    assert_eq!(kind, "OfxMessageWarning");
    assert!(text.contains("box is empty"), "{text}");

    instance.set("boxTopRight", [20.0, 20.0])?;
    instance.render(&Request::at(0.0))?;
    assert_eq!(instance.persistent_message(), None, "a message goes when its reason has gone");
    drop(instance);
    stage.finish()
}

#[test]
fn a_subject_outside_the_frame_has_an_empty_matte_and_a_notice() -> Tested {
    let stage = stage(Disc::default())?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("output", 1)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", [500.0, 36.0])?;
    let output = instance.render(&Request::at(0.0))?;
    assert_eq!(output.status, Status::OK);
    assert!(output.picture().pixels.iter().all(|pixel| *pixel == [0.0; 4]));
    assert!(instance.persistent_message().unwrap().1.contains("outside the frame"));
    assert_eq!(stage.network.encoded(), 0);
    drop(instance);
    stage.finish()
}

#[test]
fn a_source_without_a_picture_gives_nothing_and_says_so() -> Tested {
    for profile in [Profile::strict(), Profile::resolve(), Profile::mlt()] {
        for frame in [None, Some(Arc::new(Picture::filled(0, 0, [0.0; 4])))] {
            let stage = Stage::new(profile.clone(), Disc::default())?;
            let instance = stage.instance(Context::Filter, Clip::new(Gone(frame)), SIZE)?;
            instance.set_quietly("point1Mode", 1)?;
            let output = instance.render(&Request::at(0.0))?;
            assert_eq!(output.status, Status::OK);
            let picture = output.picture();
            assert!(picture.pixels.iter().all(|pixel| *pixel == [0.0; 4]));
            // Where even the output has no pixels there is nothing to say anything about.
            let told = instance.persistent_message().is_some_and(|(_, text)| text.contains("no picture"));
            assert_eq!(told, !picture.pixels.is_empty());
            drop(instance);
            stage.finish()?;
        }
    }
    Ok(())
}

#[test]
fn a_frame_that_cannot_be_computed_fails_with_a_sentence() -> Tested {
    for network in [Disc { fails: true, ..Disc::default() }, Disc { panics: true, ..Disc::default() }] {
        let stage = stage(network)?;
        let instance = stage.instance(Context::Filter, source(), SIZE)?;
        instance.set("point1Mode", 1)?;
        let output = instance.render(&Request::at(0.0))?;
        assert_eq!(output.status, Status::FAILED);
        let (kind, text) = instance.persistent_message().unwrap();
        assert_eq!(kind, "OfxMessageError");
        assert!(text.ends_with('.') && text.len() > 20, "{text}");
        // The effect works on: what is asked without the network is answered.
        instance.set("point1Mode", 0)?;
        assert_eq!(instance.render(&Request::at(0.0))?.status, Status::OK);
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn many_threads_share_one_encoding() -> Tested {
    let stage = stage(Disc { delay: Duration::from_millis(100), ..Disc::default() })?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("output", 1)?;
    instance.set("point1Mode", 1)?;
    let requests = vec![Request::at(0.0); 8];
    let outputs = instance.render_many(&requests)?;
    assert!(outputs.iter().all(|output| output.status == Status::OK && output.raw == outputs[0].raw));
    assert_eq!(stage.network.encoded(), 1);
    assert_eq!(stage.network.decoded.load(Ordering::SeqCst), 1, "they ask the same");
    // A second instance of the same frame finds it too; a purge forgets it.
    let second = stage.instance(Context::General, source(), SIZE)?;
    second.set("output", 1)?;
    second.set("point1Mode", 1)?;
    assert_eq!(second.render(&Request::at(0.0))?.raw, outputs[0].raw);
    assert_eq!(stage.network.encoded(), 1);
    second.purge_caches();
    second.render(&Request::at(0.0))?;
    assert_eq!(stage.network.encoded(), 2);
    drop((instance, second));
    stage.finish()
}

#[test]
fn a_render_that_the_host_gives_up_stops_soon() -> Tested {
    let stage = stage(Disc { delay: Duration::from_millis(400), ..Disc::default() })?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("point1Mode", 1)?;
    instance.set_abort_after(Some(Duration::from_millis(50)));
    let outputs = instance.render_many(&[Request::at(0.0), Request::at(0.0)])?;
    assert!(outputs.iter().all(|output| output.status == Status::FAILED), "{outputs:?}");
    // Neither the one that encodes nor the one that waits for it goes on to the end.
    assert!(outputs.iter().all(|output| output.seconds < 0.3), "{outputs:?}");
    assert_eq!(instance.persistent_message(), None, "a stopped render is no fault");
    instance.set_abort_after(None);
    assert_eq!(instance.render(&Request::at(0.0))?.status, Status::OK);
    drop(instance);
    stage.finish()
}

#[test]
fn more_budget_than_memory_is_cut_and_told() -> Tested {
    let stage = stage(Disc::default())?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("point1Mode", 1)?;
    instance.set("cacheBudget", 1_048_576)?;
    assert!(status(&instance)?.contains("half of this computer's"), "{}", status(&instance)?);
    assert_eq!(instance.render(&Request::at(0.0))?.status, Status::OK);
    // None at all: every frame is seen anew, and is still right.
    instance.set("cacheBudget", 0)?;
    let before = stage.network.encoded();
    instance.set("point1", [10.0, 10.0])?;
    instance.render(&Request::at(0.0))?;
    instance.render(&Request::at(0.0))?;
    assert_eq!(stage.network.encoded(), before + 2);
    drop(instance);
    stage.finish()
}
