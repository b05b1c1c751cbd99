//! One suite of behaviour, over every host that the simulator can play.

mod describe;
mod fields;
mod inputs;
mod life;
mod matte;
mod obligations;
mod stage;
mod thumbnails;
