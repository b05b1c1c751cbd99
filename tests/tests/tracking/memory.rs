//! Long clips: memory stays flat while they are tracked, and a change costs little afterwards.

use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tests::sim::{Clip, Picture, SimError, Source};

use crate::stage::*;

/// Bytes of this process in memory.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or_else(|| panic!("no memory to be seen in {text:?}")) * 4096
}

/// A clip that notes how much memory is in use when a frame is asked for.
struct Watched {
    scene: Scene,
    seen: Arc<Mutex<Vec<(f64, u64)>>>,
}

impl Source for Watched {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push((time, resident()));
        self.scene.frame(time)
    }

    fn range(&self) -> (f64, f64) {
        self.scene.range
    }
}

fn orbit(time: f64) -> Option<[f64; 2]> {
    Some([160.0 + 90.0 * (time * 0.05).cos(), 96.0 + 50.0 * (time * 0.07).sin()])
}

/// glibc's setting of how large a block of memory must be to go back to the system when it is freed. Left alone it rises
/// to the size of an embedding, and freed ones stay in pieces that say nothing of what the effect holds.
const THRESHOLD: &str = "MALLOC_MMAP_THRESHOLD_";

#[test]
fn two_thousand_frames_track_in_flat_memory() -> Tested {
    if std::env::var_os(THRESHOLD).is_none() {
        let program = std::env::current_exe().expect("a test program");
        let name = "memory::two_thousand_frames_track_in_flat_memory";
        let arguments = ["--exact", name, "--nocapture"];
        let second =
            Command::new(program).args(arguments).env(THRESHOLD, "500000").output().expect("a process");
        println!("{}", String::from_utf8_lossy(&second.stdout));
        assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
        return Ok(());
    }
    let stage = stage()?;
    let seen = Arc::new(Mutex::default());
    let scene = Scene::new(orbit, 2000);
    let instance = bare(&stage, Clip::new(Watched { scene, seen: Arc::clone(&seen) }))?;
    key_box(&instance, 0.0, orbit(0.0).unwrap())?;
    instance.set("cacheBudget", 64)?;
    let began = Instant::now();
    assert_eq!(press(&instance, "trackForward", 0.0)?, "Tracked 1999 frames.");
    let seconds = began.elapsed().as_secs_f64();
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let at = |frame: f64| seen.iter().find(|(time, _)| *time == frame).expect("a frame that was asked for").1;
    // By frame 200 all caches are full.
    let [early, late] = [200.0, 1990.0].map(at);
    let grown = late.saturating_sub(early);
    println!(
        "2,000 frames in {seconds:.1} s: {} MB, from frame 200 to 1990 {} KB more",
        late >> 20,
        grown >> 10
    );
    assert!(grown < 8 << 20, "{} KB more", grown >> 10);
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
    assert!(told.starts_with("Frames 0-1999: 2 keyed, 1998 tracked"), "{told}");
    drop(instance);
    stage.finish()
}
