//! Development only.
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
/// A constant that the environment may replace.
pub fn tune(name: &'static str, default: f32) -> f32 {
    static VALUES: OnceLock<Mutex<HashMap<&'static str, f32>>> = OnceLock::new();
    let mut values = VALUES.get_or_init(Default::default).lock().unwrap();
    *values
        .entry(name)
        .or_insert_with(|| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default))
}
