//! Keeps ONNX Runtime from reporting to its maker.
//!
//! The published Linux libraries (seen in 1.29 to 1.32) start an uploader when the environment is made: a thread, a
//! database and a device number in the user's cache folder, and messages to the network. `DisableTelemetryEvents` can
//! be called only after that. The variable `ORT_DISABLE_TELEMETRY`, read once at that moment, keeps all of it from being
//! made.

/// The variable and its value.
const OPT_OUT: (&str, &str) = ("ORT_DISABLE_TELEMETRY", "1");

/// Sets the variable for this process. To be called before the environment is made.
#[cfg(target_os = "linux")]
pub(super) fn forbid() {
    use std::ffi::{CString, c_char};
    use std::ptr;
    use std::sync::atomic::{AtomicPtr, Ordering};

    if std::env::var(OPT_OUT.0).is_ok_and(|value| value == OPT_OUT.1) {
        return;
    }
    let Ok(variable) = CString::new(format!("{}={}", OPT_OUT.0, OPT_OUT.1)) else { return };

    // `setenv` may move the list of variables and free the old one under the eyes of another thread of the host. This
    // makes a longer copy and leaves the old list as it is. The copy lives as long as the process.
    let mut copy = vec![variable.into_raw()];
    // SAFETY: `environ` is libc's variable, aligned and alive as long as the process; libc itself stores to it only
    // whole pointers.
    let environ: &AtomicPtr<*mut c_char> = unsafe { AtomicPtr::from_ptr(&raw mut libc::environ) };
    let mut entry = environ.load(Ordering::Acquire);
    if !entry.is_null() {
        // SAFETY: the list ends with null and is read as `getenv` reads it, with the same condition: that no other
        // thread is in `setenv` at this moment.
        while let Some(&variable) = unsafe { entry.as_ref() }.filter(|variable| !variable.is_null()) {
            copy.push(variable);
            // SAFETY: `entry` was not the final null, so one more follows.
            entry = unsafe { entry.add(1) };
        }
    }
    copy.push(ptr::null_mut());
    environ.store(copy.leak().as_mut_ptr(), Ordering::Release);
}

/// Sets the variable for this process. To be called before the environment is made.
#[cfg(not(target_os = "linux"))]
pub(super) fn forbid() {
    // SAFETY: Windows and macOS guard the variables with a lock that their own readers take.
    unsafe { std::env::set_var(OPT_OUT.0, OPT_OUT.1) };
}

#[cfg(test)]
mod tests {
    use super::{OPT_OUT, forbid};

    #[test]
    fn the_variable_is_added_and_the_others_stay() {
        let before: Vec<_> = std::env::vars_os().filter(|(name, _)| name != OPT_OUT.0).collect();
        forbid();
        forbid();
        let (ours, others): (Vec<_>, Vec<_>) = std::env::vars_os().partition(|(name, _)| name == OPT_OUT.0);
        assert_eq!(others, before);
        assert_eq!(ours.len(), 1);
        assert_eq!(std::env::var(OPT_OUT.0).as_deref(), Ok(OPT_OUT.1));
        // A child is given them all.
        let output = std::process::Command::new("env").output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("ORT_DISABLE_TELEMETRY=1"));
    }
}
