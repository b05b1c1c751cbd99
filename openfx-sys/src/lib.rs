//! The OpenFX C API, generated at build time from the C headers of the 1.5 pre-release that a registry
//! crate carries, plus [`newer`]: the constants that came after those headers.
//!
//! Nothing here is safe or pleasant to use; `plugin/src/ofx` wraps it for the plugin, and the host
//! simulator in `tests` implements the other side.

// What bindgen writes follows the C names and the C comments.
#[allow(
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    clippy::all,
    clippy::pedantic,
    rustdoc::all
)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
pub mod newer;

pub use bindings::*;

#[cfg(test)]
mod comparison;
