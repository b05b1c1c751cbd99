//! What the tests stand on: [`sim`], a strict OpenFX host that loads a plugin and writes down every breach
//! of the specification; [`mlt`], a real host; [`demo`], what `./demo` does.

pub mod bundles;
pub mod demo;
pub mod evaluate;
pub mod eyes;
pub mod linked;
pub mod mlt;
pub mod network;
pub mod sim;
pub mod spots;
pub mod track;
