//! The simulator itself: that it plays a host's part, and that it sees every fault it claims to see.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod api;
mod drawing;
mod faults;
mod habits;
mod hosts;
mod life;
mod plugin;
