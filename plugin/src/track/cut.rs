//! Scene cuts: where one shot ends and another begins.

use models::sam::EMBEDDING_CHANNELS;

use super::features::Features;

/// The mean cosine of the features of each place in two frames of one size, -1..=1; `None` for different sizes.
pub fn continuity(a: &Features, b: &Features) -> Option<f32> {
    if (a.width, a.height) != (b.width, b.height) {
        return None;
    }
    let sum: f32 = a.values.iter().zip(&b.values).map(|(a, b)| a * b).sum();
    Some(sum / (a.values.len() / EMBEDDING_CHANNELS) as f32)
}
