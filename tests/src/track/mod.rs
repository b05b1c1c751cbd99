//! Measures the tracker on footage with a known truth, without a host.

pub mod contact;
pub mod disk;
pub mod footage;
pub mod measure;
pub mod scenes;
