//! Shows what is being done: a spinner with the time on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Where progress is shown.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Prints one line that stays.
    pub(super) fn line(&self, text: &str) {
        if self.bar.is_hidden() {
            eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    /// Shows a text while something is done.
    pub(super) fn during<T>(&self, text: &str, work: impl FnOnce() -> T) -> T {
        if self.bar.is_hidden() {
            eprintln!("{text}");
            return work();
        }
        self.bar.reset();
        self.bar.set_message(text.to_owned());
        self.bar.enable_steady_tick(Duration::from_millis(100));
        let result = work();
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
        result
    }
}
