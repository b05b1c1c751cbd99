//! What goes with a report of a fault, and the folder of the log.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use super::instance::Instance;
use super::status;
use crate::engine;
use crate::log as log_file;
use crate::ofx::{Effect, Result};

/// Lines of the log that a report holds.
const LOG_LINES: usize = 60;

/// The clipboard serves what was copied for as long as this lives (X11), which is until Unload.
static CLIPBOARD: Mutex<Option<arboard::Clipboard>> = Mutex::new(None);

/// Gives the clipboard up, at Unload.
pub fn release() {
    CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// Shows the folder of the log; the sentence to tell.
pub fn open_log_folder() -> String {
    let Some(folder) = log_file::folder() else {
        return "There is no folder for a log on this system.".to_owned();
    };
    match open::that_detached(&folder) {
        Ok(()) => format!("The log is in {}.", folder.display()),
        Err(error) => {
            log::info!("no file manager: {error}");
            format!("No file manager could be started; the log is in {}.", folder.display())
        }
    }
}

/// Copies the report and writes it beside the log; the sentence to tell.
///
/// # Errors
/// When the host does not give the settings.
pub fn copy(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<String> {
    let text = text(effect, instance, time)?;
    let written = log_file::folder().map(|folder| folder.join("report.txt")).filter(|path| {
        let made = path.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
        made && std::fs::write(path, &text).is_ok()
    });
    let copied = copy_to_clipboard(&text);
    Ok(match (copied, written) {
        (true, Some(path)) => format!("The report is on the clipboard and in {}.", path.display()),
        (true, None) => "The report is on the clipboard.".to_owned(),
        (false, Some(path)) => format!("There is no clipboard here; the report is in {}.", path.display()),
        (false, None) => {
            "The report could be neither copied nor written: is the home folder writable?".to_owned()
        }
    })
}

fn copy_to_clipboard(text: &str) -> bool {
    let mut slot = CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner);
    let result = match &mut *slot {
        Some(clipboard) => clipboard.set_text(text),
        None => arboard::Clipboard::new().and_then(|clipboard| slot.insert(clipboard).set_text(text)),
    };
    if let Err(error) = &result {
        log::info!("no clipboard: {error}");
    }
    result.is_ok()
}

fn text(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<String> {
    let host = effect.host();
    let settings = instance.settings(host, time)?;
    let last = instance.last();
    let mut text = String::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "PromptMatte {}", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "Host: {} {}, {:?}", host.name(), host.version(), instance.context);
    let _ = writeln!(text, "System: {} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH);
    let held = engine::current().map_or(0, |engine| engine.bytes());
    let _ =
        writeln!(text, "Memory: {} MB of frames held, {} MB wished", held >> 20, settings.cache_budget >> 20);
    let _ = writeln!(text, "Time: {time}");
    let _ = writeln!(text, "Last frame: {}", status::last_frame(&last));
    let _ = writeln!(text, "Assumed: {}", status::assumed(&last, true));
    let _ = writeln!(text, "Settings: {settings:?}");
    let _ = writeln!(text, "Log:\n{}", log_file::last_lines(LOG_LINES));
    Ok(text)
}
