//! Scene cuts: where one shot ends and another begins.

use models::sam::EMBEDDING_CHANNELS;

use super::features::Features;

/// Two frames whose features agree less than this at the same places are of different shots. In four sequences the
/// least agreement of neighbouring frames was 0.70, and 0.45 with only every sixth frame; across eight cuts between
/// them the most was 0.25.
const LEAST_CONTINUITY: f32 = 0.35;

/// Whether two frames that follow each other belong to different shots. Of frames that differ in size nothing is known:
/// a host may change the resolution within a shot.
pub fn is_cut(a: &Features, b: &Features) -> bool {
    if (a.width, a.height) != (b.width, b.height) {
        return false;
    }
    // The mean cosine of the features of each place. Places without a direction (a picture of one colour) say nothing.
    let (mut sum, mut count) = (0.0, 0.0);
    for (a, b) in a.values.chunks_exact(EMBEDDING_CHANNELS).zip(b.values.chunks_exact(EMBEDDING_CHANNELS)) {
        let cosine: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        if a.iter().any(|value| *value != 0.0) && b.iter().any(|value| *value != 0.0) {
            sum += cosine;
            count += 1.0;
        }
    }
    count > 0.0 && sum / count < LEAST_CONTINUITY
}
