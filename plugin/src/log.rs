//! A small log file with the whole chain of every error; the artist only sees the first sentence.
//!
//! `promptmatte.log` in the folder that `PROMPTMATTE_LOG_DIR` names, else in the user's state folder
//! (`~/.local/state/promptmatte` on Linux). At 1 MiB the file becomes `promptmatte.log.1`.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Size at which a new file is begun, in bytes.
const MOST_BYTES: u64 = 1 << 20;

struct Log {
    file: Mutex<Option<File>>,
}

static LOG: Log = Log { file: Mutex::new(None) };

/// Sends this binary's log records to the file. Idempotent.
pub fn start() {
    // Set already: Load came again.
    if log::set_logger(&LOG).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
}

/// Closes the file, at Unload. The next record opens it again.
pub fn stop() {
    *LOG.file.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// The folder of the log, if the user has one.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("PROMPTMATTE_LOG_DIR")
        .map(PathBuf::from)
        .or_else(|| dirs::state_dir().or_else(dirs::data_local_dir).map(|dir| dir.join("promptmatte")))
}

/// The end of the log, at most so many lines; empty when there is none.
pub fn last_lines(most: usize) -> String {
    let text = folder().and_then(|folder| std::fs::read_to_string(folder.join("promptmatte.log")).ok());
    let lines: Vec<&str> = text.as_deref().unwrap_or_default().lines().collect();
    lines[lines.len().saturating_sub(most)..].join("\n")
}

/// An error and everything under it, for one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

impl log::Log for Log {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.as_ref().and_then(|f| f.metadata().ok()).is_none_or(|m| m.len() >= MOST_BYTES) {
            *file = open();
        }
        if let Some(file) = file.as_mut() {
            let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            // A full disk must not stop a render.
            let _ = writeln!(
                file,
                "{}.{:03} {} {} {}",
                seconds.as_secs(),
                seconds.subsec_millis(),
                std::process::id(),
                record.level(),
                record.args()
            );
        }
    }

    fn flush(&self) {}
}

fn open() -> Option<File> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder).ok()?;
    let path = folder.join("promptmatte.log");
    if std::fs::metadata(&path).is_ok_and(|m| m.len() >= MOST_BYTES) {
        // Failing to rename only makes the file longer.
        let _ = std::fs::rename(&path, folder.join("promptmatte.log.1"));
    }
    OpenOptions::new().create(true).append(true).open(path).ok()
}
