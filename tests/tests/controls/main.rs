//! Every control of the effect: what it does to the picture, and that it does nothing else.

mod buttons;
mod colour;
mod decontaminate;
mod detail;
mod edges;
mod inputs;
mod matte;
mod output;
mod stage;
mod status;
