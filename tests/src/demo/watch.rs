//! Waits for a program that writes numbered files, and tells how far it is.

use std::process::{Child, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Sequence;

/// How often the program is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How often the count is told.
const TELL: Duration = Duration::from_secs(10);

/// Waits for `child` to end; every ten seconds says how many files of `sequence` there are, if there is one.
///
/// # Errors
/// When the system cannot say how the program ended.
pub fn wait(child: &mut Child, sequence: Option<&Sequence>) -> std::io::Result<ExitStatus> {
    let began = Instant::now();
    let mut told = began;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if let Some(sequence) = sequence
            && told.elapsed() >= TELL
        {
            told = Instant::now();
            let seconds = began.elapsed().as_secs_f64();
            println!("  {:>3} of {} frames, {seconds:.0} s", sequence.present(), sequence.frames());
        }
        sleep(LOOK);
    }
}
