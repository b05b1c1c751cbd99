//! What the tests stand on: [`sim`], a strict OpenFX host that loads a plugin and writes down every breach
//! of the specification.

pub mod sim;
