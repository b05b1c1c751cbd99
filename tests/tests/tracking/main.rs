//! Tracking in the effect: what its buttons key, what they leave alone, and that rendering gives the tracked masks again.

mod anchors;
mod batch;
mod buttons;
mod coverage;
mod damage;
mod ends;
mod exchange;
mod hosts;
mod memory;
mod purity;
mod sources;
mod stage;
