//! A tracked frame's matte depends on its keys and its picture alone: not on the order of asking, threads, caches,
//! processes or other instances.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use tests::sim::{Picture, Request, Status};

use crate::stage::*;

const FRAMES: i32 = 23;
/// Set for the second process.
const SECOND: &str = "PROMPTMATTE_TEST_SECOND_PROCESS";

fn digest(pictures: &[Picture]) -> String {
    let bits =
        pictures.iter().flat_map(|picture| picture.pixels.iter().flatten()).map(|value| value.to_bits());
    // Fowler, Noll and Vo's hash.
    let hash = bits
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, bits| (hash ^ u64::from(bits)).wrapping_mul(0x100_0000_01b3));
    format!("mattes {hash:016x}")
}

#[test]
fn any_order_and_any_process_give_the_same_mattes() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, FRAMES as u32 + 1), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    let all = times(0..=FRAMES);
    let encoded = stage.network.encoded();
    let first = mattes(&instance, &all)?;
    assert_eq!(stage.network.encoded(), encoded, "tracking has seen all these frames");
    println!("{}", digest(&first));
    if std::env::var_os(SECOND).is_none() {
        let cold = |order: &[f64]| -> Tested {
            promptmatte::engine::purge();
            for time in order {
                assert!(matte(&instance, *time)? == first[*time as usize], "frame {time}");
            }
            Ok(())
        };
        cold(&all.iter().rev().copied().collect::<Vec<_>>())?;
        // A step that has no factor in common with the count comes to every frame.
        cold(&(0..=FRAMES).map(|i| f64::from(i * 7 % (FRAMES + 1))).collect::<Vec<_>>())?;
        promptmatte::engine::purge();
        for four in all.chunks(4) {
            let requests: Vec<Request> = four.iter().map(|time| Request::at(*time)).collect();
            for (time, output) in four.iter().zip(instance.render_many(&requests)?) {
                assert_eq!(output.status, Status::OK);
                assert!(output.picture() == first[*time as usize], "frame {time} among four");
            }
        }
        let program = std::env::current_exe().expect("a test program");
        let name = "purity::any_order_and_any_process_give_the_same_mattes";
        let second = Command::new(program).args(["--exact", name, "--nocapture"]).env(SECOND, "1").output();
        let said = String::from_utf8_lossy(&second.expect("a second process").stdout).into_owned();
        assert!(said.contains(&digest(&first)), "{said}");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_render_next_door_changes_nothing() -> Tested {
    let stage = stage()?;
    let alone = boxed(&stage, Scene::new(wave, 20), 0.0)?;
    press(&alone, "trackForward", 0.0)?;
    let expected = text(&alone, "trackData")?;
    promptmatte::engine::purge();
    let other = boxed(&stage, Scene::new(|time| wave(time + 5.0), 20), 0.0)?;
    let neighbour = matte(&other, 0.0)?;
    let busy = boxed(&stage, Scene::new(wave, 20), 0.0)?;
    let done = AtomicBool::new(false);
    let rendered = std::thread::scope(|scope| {
        let render = scope.spawn(|| {
            let mut count = 0;
            while !done.load(Ordering::SeqCst) {
                assert!(matte(&other, 0.0).expect("a matte") == neighbour);
                count += 1;
            }
            count
        });
        let said = press(&busy, "trackForward", 0.0);
        done.store(true, Ordering::SeqCst);
        (said, render.join().expect("renders"))
    });
    assert_eq!(rendered.0?, "Tracked 19 frames.");
    assert!(rendered.1 > 0);
    assert_eq!(text(&busy, "trackData")?, expected);
    drop((alone, other, busy));
    stage.finish()
}
