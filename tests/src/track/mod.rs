//! Measures the tracker on footage with a known truth, without a host.

pub mod disk;
pub mod footage;
pub mod measure;
