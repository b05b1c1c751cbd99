//! PromptMatte: an OpenFX effect that turns a click into a matte.
//!
//! Dependencies point one way: the exported functions below, then [`effect`] (the effect as a host sees it)
//! over [`ofx`] (the C suites made safe), then [`pipeline`] (frame in, matte out), [`cache`] (memoised
//! results) and [`engine`] (what the process shares). `pipeline` and `cache` know nothing of OpenFX; `ofx`
//! knows nothing of mattes.
//!
//! One principle: the matte of a frame is a pure function of the source, the parameter curves and the model
//! files. Caches only memoise.

pub mod cache;
pub mod effect;
pub mod engine;
mod entry;
pub mod log;
pub mod ofx;
pub mod pipeline;
pub mod track;

pub use entry::{OfxGetNumberOfPlugins, OfxGetPlugin, OfxSetHost};
