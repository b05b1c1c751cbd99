//! Threads that a plugin leaves behind.

use std::collections::HashSet;
use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long threads may take to end after the plugin is gone.
const GRACE: Duration = Duration::from_secs(2);

struct State {
    /// Watches that run.
    watches: usize,
    /// Threads that were there before the first.
    before: HashSet<u64>,
    /// Threads of the program that use the simulator.
    own: HashSet<u64>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

/// Watches the threads of the process while a plugin's library is loaded. Only the last of several watches that
/// run at once can tell, since a thread does not say who made it. Threads that have called the simulator do not
/// count, so that tests may run side by side.
pub(crate) struct Watch;

impl Watch {
    pub(crate) fn begin() -> Watch {
        let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
        let state =
            state.get_or_insert_with(|| State { watches: 0, before: HashSet::new(), own: HashSet::new() });
        if state.watches == 0 {
            state.before = threads();
        }
        state.watches += 1;
        drop_own(state);
        Watch
    }

    /// Names of the threads that stayed.
    pub(crate) fn end(self) -> Vec<String> {
        let mut guard = STATE.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = guard.as_mut() else { return Vec::new() };
        state.watches = state.watches.saturating_sub(1);
        if state.watches > 0 {
            return Vec::new();
        }
        let known: HashSet<u64> = state.before.union(&state.own).copied().collect();
        drop(guard);
        let deadline = Instant::now() + GRACE;
        loop {
            let left: Vec<u64> = threads().difference(&known).copied().collect();
            // Threads of a library that was loaded meanwhile are no one's remains.
            let begun =
                STATE.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(0, |s| s.watches);
            if left.is_empty() || begun > 0 {
                return Vec::new();
            }
            if Instant::now() > deadline {
                return left.into_iter().map(name).collect();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Counts the calling thread as one of the program's own.
pub(crate) fn note_own() {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let state =
        state.get_or_insert_with(|| State { watches: 0, before: HashSet::new(), own: HashSet::new() });
    if let Some(id) = own_id() {
        state.own.insert(id);
    }
}

/// Threads that ended need no memory.
fn drop_own(state: &mut State) {
    let alive = threads();
    state.own.retain(|id| alive.contains(id));
}

fn threads() -> HashSet<u64> {
    let entries = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_string_lossy().parse().ok()).collect()
}

fn own_id() -> Option<u64> {
    fs::read_link("/proc/thread-self").ok()?.file_name()?.to_string_lossy().parse().ok()
}

fn name(id: u64) -> String {
    let name = fs::read_to_string(format!("/proc/self/task/{id}/comm")).unwrap_or_default();
    format!("{} ({id})", name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_stays_is_named() {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let watch = Watch::begin();
        let stranger = std::thread::Builder::new().name("stranger".to_owned());
        let stranger = stranger.spawn(move || stopped.recv()).unwrap();
        let left = watch.end();
        assert!(left.iter().any(|name| name.starts_with("stranger ")), "{left:?}");
        drop(stop);
        assert!(stranger.join().is_ok());
    }
}
