//! Long clips: memory stays flat while they are tracked, and a change costs little afterwards.

use std::time::Instant;

use crate::stage::*;

/// Bytes of this process in memory.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: u64 = text.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).expect("a number");
    pages * 4096
}

fn orbit(time: f64) -> Option<[f64; 2]> {
    Some([160.0 + 90.0 * (time * 0.05).cos(), 96.0 + 50.0 * (time * 0.07).sin()])
}

#[test]
fn two_thousand_frames_track_in_flat_memory() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(orbit, 2000), 0.0)?;
    instance.set("cacheBudget", 64)?;
    // Enough to fill every cache.
    instance.set("trackRange", "In to out")?;
    instance.set("trackTo", 60)?;
    press(&instance, "trackForward", 0.0)?;
    let before = resident();
    instance.set("trackRange", "Whole clip")?;
    let began = Instant::now();
    let said = press(&instance, "trackForward", 60.0)?;
    let grown = resident().saturating_sub(before);
    println!("{said} {:.1} s, {} KB more", began.elapsed().as_secs_f64(), grown >> 10);
    assert_eq!(said, "Tracked 1939 frames.");
    // A fiftieth of what the embeddings of these frames would take.
    assert!(grown < 160 << 20, "{} MB more", grown >> 20);
    assert_follows(&instance, orbit, (0..20).map(|i| f64::from(100 * i)))?;
    // Any change of prompts looks at every key.
    let began = Instant::now();
    for i in 0..10 {
        instance.set_key("point1", 500.0, [100.0 + f64::from(i), 100.0])?;
    }
    let each = began.elapsed().as_secs_f64() / 10.0;
    println!("a change with 2,000 tracked frames: {:.1} ms", each * 1000.0);
    assert!(each < 0.25, "{each} s");
    let told = coverage(&instance)?;
    assert!(told.starts_with("Frames 0-1999: 3 keyed, 1997 tracked"), "{told}");
    drop(instance);
    stage.finish()
}
