//! The built bundle in MLT, a real host, bit for bit: libmlt itself renders, driven by `mlt_driver`.
//!
//! MLT shows the source when a filter fails, so every test looks at pixels. Where MLT cannot be had (see
//! `scripts/mlt-setup`), the tests say "skipped" with the reason; a wrong pixel always fails.

// Everything here is test code, whose panics are its verdicts.
#![allow(clippy::unwrap_used)]

#[path = "mlt/keys.rs"]
mod keys;
#[path = "mlt/memory.rs"]
mod memory;
#[path = "mlt/pixels.rs"]
mod pixels;
#[path = "mlt/simulator.rs"]
mod simulator;
#[path = "mlt/stage.rs"]
mod stage;
