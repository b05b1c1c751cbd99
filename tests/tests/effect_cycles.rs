//! MLT loads, describes, creates, renders and destroys for every frame. Ten thousand of those cycles leave
//! nothing behind. One test in a program of its own: it measures the whole process.

use std::error::Error;
use std::fs;

use tests::linked::{Stage, test_picture};
use tests::network::Disc;
use tests::sim::{Clip, Context, Profile, Request, SimError, Status};

const CYCLES: usize = 10_000;
/// Cycles before the first measurement: allocators and lazy state settle.
const WARM_UP: usize = 2_000;
/// Growth that is no leak, 16 bytes a cycle: an allocator's smallest block, lost once a cycle, is twice that.
const SLACK_KIB: u64 = 125;

/// Memory in KiB, file handles and threads of this process.
fn measure() -> Result<(u64, usize, usize), Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).ok_or("no RssAnon")?;
    let resident = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
    Ok((resident, fs::read_dir("/proc/self/fd")?.count(), fs::read_dir("/proc/self/task")?.count()))
}

#[test]
fn ten_thousand_cycles_leave_nothing_behind() -> Result<(), Box<dyn Error>> {
    let stage = Stage::new(Profile::mlt(), Disc { side: 64, ..Disc::default() })?;
    let clip = Clip::still(test_picture(16, 16));
    let cycle = || -> Result<(), SimError> {
        stage.plugin.reload()?;
        let instance = stage.instance(Context::Filter, clip.clone(), (16, 16))?;
        instance.set_quietly("point1Mode", 1)?;
        assert_eq!(instance.render(&Request::at(0.0))?.status, Status::OK);
        Ok(())
    };
    for _ in 0..WARM_UP {
        cycle()?;
    }
    let before = measure()?;
    for _ in WARM_UP..CYCLES {
        cycle()?;
    }
    let after = measure()?;
    assert_eq!(stage.network.encoded(), 1, "the process remembers across instances");
    assert!(after.0 <= before.0 + SLACK_KIB, "memory went from {} to {} KiB", before.0, after.0);
    assert_eq!((after.1, after.2), (before.1, before.2), "handles and threads");
    Ok(stage.finish()?)
}
