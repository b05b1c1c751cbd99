//! Lack of memory is told apart from other failures, and the networks still work when there is memory again.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod common;

use std::fs;

use models::Error;
use models::sam::{ModelImage, Segmenter as _};

/// Address space of this process in bytes.
fn address_space() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmSize")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Limits this process's address space; the hard limit stays, so that the limit can be lifted again.
fn limit(bytes: Option<u64>) {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a live value of the right type.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limits) }, 0);
    limits.rlim_cur = bytes.unwrap_or(limits.rlim_max);
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limits) }, 0);
}

#[test]
fn lack_of_memory_has_its_error_and_passes() {
    let sam = common::sam();
    let image = ModelImage::new(1024, 576, vec![0.5; 1024 * 576 * 3]).unwrap();
    // Room for the input of 12 MB and not for the working memory of some 350 MB.
    limit(Some(address_space() + (64 << 20)));
    let failed = sam.encode(&image, &|| false);
    limit(None);
    assert!(matches!(failed, Err(Error::OutOfMemory { .. })), "{failed:?}");
    sam.encode(&image, &|| false).unwrap();
}
