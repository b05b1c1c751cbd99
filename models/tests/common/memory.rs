//! How much memory this process has, and less of it.

use std::fs;

/// Address space of this process in bytes.
pub fn address_space() -> u64 {
    status("VmSize")
}

/// Resident memory of this process in bytes.
pub fn resident() -> u64 {
    status("VmRSS")
}

fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Limits this process's address space; the hard limit stays, so that the limit can be lifted again.
pub fn limit(bytes: Option<u64>) {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a live value of the right type.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limits) }, 0);
    limits.rlim_cur = bytes.unwrap_or(limits.rlim_max);
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limits) }, 0);
}
