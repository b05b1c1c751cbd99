//! One suite of behaviour, over every host that the simulator can play.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod describe;
mod fields;
mod inputs;
mod life;
mod matte;
mod obligations;
mod stability;
mod stage;
mod thumbnails;
