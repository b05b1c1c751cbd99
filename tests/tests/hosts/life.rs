//! Instances and frames in whatever number and order hosts have them.

use std::time::Duration;

use tests::linked::{REFINE_OFF, Stage};
use tests::network::Disc;
use tests::sim::{Clip, Instance, Output, Picture, Profile, Project, Request, SimError, Status, Value};

use super::stage::{POINT, SIZE, Tested, in_every_host, keyed, keyed_in, rendered, source};

const FRAMES: usize = 5;

/// Small moving pictures, each of its own brightness.
fn moving(shift: f32) -> Clip {
    let frame = |t: usize| {
        Picture::from_fn(64, 36, |x, y| [(t as f32 + shift) / 8.0, x as f32 / 64.0, y as f32 / 36.0, 1.0])
    };
    Clip::from_pictures((0..FRAMES).map(frame).collect())
}

/// An instance whose subject moves from left to right.
fn moving_subject(stage: &Stage, shift: f32) -> Result<Instance, SimError> {
    let context = stage.plugin.contexts()[0];
    let instance = keyed_in(stage, context, moving(shift), Project::new(64, 36), [0.0; 2])?;
    instance.set("output", "Cut-out")?;
    instance.set_key("point1", 0.0, [16.0, 10.0 + f64::from(shift)])?;
    instance.set_key("point1", (FRAMES - 1) as f64, [48.0, 26.0])?;
    Ok(instance)
}

fn requests() -> Vec<Request> {
    (0..FRAMES).map(|t| Request::at(t as f64)).collect()
}

/// Every frame by itself, in order.
fn in_order(instance: &Instance) -> Result<Vec<Vec<u8>>, SimError> {
    let raw = requests()
        .iter()
        .map(|request| Ok(rendered(instance, request)?.raw))
        .collect::<Result<Vec<_>, SimError>>()?;
    assert!(raw.windows(2).all(|pair| pair[0] != pair[1]), "frames differ");
    Ok(raw)
}

#[test]
fn frames_come_in_any_order_and_on_any_thread() -> Tested {
    in_every_host(|stage, _| {
        let instance = moving_subject(stage, 0.0)?;
        let expected = in_order(&instance)?;
        for order in [[4, 0, 3, 1, 2], [2, 2, 0, 4, 2]] {
            let requests: Vec<Request> = order.iter().map(|t| Request::at(f64::from(*t))).collect();
            let outputs = instance.render_many(&requests)?;
            for (time, output) in order.iter().zip(&outputs) {
                assert_eq!((output.status, output.untouched), (Status::OK, 0));
                assert!(output.raw == expected[*time as usize], "frame {time} of {order:?}");
            }
        }
        assert_eq!(stage.network.encoded(), FRAMES, "each frame is seen once");
        Ok(())
    })
}

#[test]
fn instances_made_anew_between_frames_are_as_good() -> Tested {
    in_every_host(|stage, _| {
        let expected = {
            let instance = keyed(stage, stage.plugin.contexts()[0], source())?;
            rendered(&instance, &Request::at(0.0))?.raw
        };
        for round in 0..3 {
            // MLT describes again too, others at the next start of the program.
            stage.plugin.reload()?;
            let context = stage.plugin.contexts()[0];
            let effect = stage.plugin.describe_in_context(context)?;
            let values = [
                ("output", Value::from(1)),
                ("refine", Value::from(REFINE_OFF)),
                ("point1Mode", Value::from(1)),
                ("point1", Value::from(POINT)),
            ];
            let instance = effect.create_with(Project::new(SIZE.0, SIZE.1), &values)?;
            instance.connect("Source", source())?;
            assert!(rendered(&instance, &Request::at(0.0))?.raw == expected, "round {round}");
        }
        assert_eq!(stage.network.encoded(), 1, "the process remembers across instances");
        Ok(())
    })
}

#[test]
fn instances_of_one_node_do_not_mix() -> Tested {
    in_every_host(|stage, _| {
        // Playback, filmstrip and another node live at the same time.
        let instances = [0.0, 1.0, 2.0].map(|shift| moving_subject(stage, shift));
        let instances = instances.into_iter().collect::<Result<Vec<_>, _>>()?;
        let alone = instances.iter().map(in_order).collect::<Result<Vec<_>, _>>()?;
        assert!(alone[0] != alone[1] && alone[1] != alone[2]);
        let together = |instance: &Instance| instance.render_many(&requests());
        let outputs: Vec<Result<Vec<Output>, SimError>> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                instances.iter().map(|instance| scope.spawn(move || together(instance))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        for (outputs, alone) in outputs.into_iter().zip(&alone) {
            let raw: Vec<Vec<u8>> = outputs?.into_iter().map(|output| output.raw).collect();
            assert!(raw == *alone);
        }
        Ok(())
    })
}

#[test]
fn two_eyes_at_one_time_see_their_own_pictures() -> Tested {
    in_every_host(|stage, _| {
        let eye = |shade: f32| -> Result<Instance, SimError> {
            let picture = Picture::filled(64, 36, [shade, 0.5, 0.5, 1.0]);
            let context = stage.plugin.contexts()[0];
            let project = Project::new(64, 36);
            let instance = keyed_in(stage, context, Clip::still(picture), project, [32.0, 18.0])?;
            instance.set("output", "Cut-out")?;
            Ok(instance)
        };
        let eyes = [eye(0.25)?, eye(0.75)?];
        let looked: Vec<Result<Output, SimError>> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                eyes.iter().map(|eye| scope.spawn(move || rendered(eye, &Request::at(7.0)))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        for (output, shade) in looked.into_iter().zip([0.25, 0.75]) {
            let middle = output?.picture().at(32, 18);
            assert!((middle[0] - shade).abs() < 0.01 && middle[3] > 0.99, "{middle:?}, not {shade}");
        }
        assert_eq!(stage.network.encoded(), 2);
        Ok(())
    })
}

#[test]
fn a_parked_frame_is_seen_once_and_a_purge_forgets_it() -> Tested {
    in_every_host(|stage, _| {
        let instance = keyed(stage, stage.plugin.contexts()[0], source())?;
        let first = rendered(&instance, &Request::at(0.0))?;
        for _ in 0..3 {
            assert!(rendered(&instance, &Request::at(0.0))?.raw == first.raw);
        }
        assert_eq!(stage.network.encoded(), 1);
        assert_eq!(instance.purge_caches(), Status::OK);
        assert!(rendered(&instance, &Request::at(0.0))?.raw == first.raw);
        assert_eq!(stage.network.encoded(), 2);
        assert_eq!(instance.sync_private_data(), Status::REPLY_DEFAULT);
        Ok(())
    })
}

#[test]
fn hosts_without_brackets_around_a_sequence_get_their_frames() -> Tested {
    let mut profile = Profile::resolve();
    profile.calls.sequence = false;
    super::stage::in_hosts([profile], |stage, _| in_order(&moving_subject(stage, 0.0)?).map(|_| ()))
}

#[test]
fn a_render_that_is_given_up_stops_and_says_nothing() -> Tested {
    for profile in Profile::all() {
        println!("in {}", profile.name);
        let network = Disc { delay: Duration::from_millis(300), ..Disc::default() };
        let stage = Stage::new(profile, network)?;
        let instance = keyed(&stage, stage.plugin.contexts()[0], source())?;
        instance.set_abort_after(Some(Duration::from_millis(30)));
        let output = instance.render(&Request::at(0.0))?;
        assert_eq!(output.status, Status::FAILED);
        assert!(output.seconds < 0.25, "{} s", output.seconds);
        assert_eq!(instance.persistent_message(), None);
        instance.set_abort_after(None);
        rendered(&instance, &Request::at(0.0))?;
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}
