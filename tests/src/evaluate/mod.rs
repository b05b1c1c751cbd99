//! The evaluator: how good and how fast are the mattes of the built bundle?
//!
//! It reads footage with a known truth ([`footage`]), derives the prompts an artist would set from
//! that truth ([`prompts`], [`keys`]), tracks them where asked to ([`following`]), renders every frame of the built bundle through the host
//! simulator ([`drive`]), compares the mattes with the truth ([`metrics`]) and reports the figures
//! as a table, as JSON ([`report`]) and as a contact sheet ([`sheet`]), beside other ways to a matte where that is
//! asked for ([`rivals`]). [`folder`] is the sum of
//! these steps for one folder.

pub mod closed_form;
pub mod distance;
pub mod drive;
pub mod error;
pub mod folder;
pub mod following;
pub mod footage;
pub mod frames;
pub mod hosts;
pub mod keys;
pub mod label;
pub mod metrics;
pub mod pixels;
pub mod prompts;
pub mod report;
pub mod rest;
pub mod rivals;
pub mod setting;
pub mod sheet;

pub use error::EvaluateError;
