//! Mattes that do not flicker: what neighbouring frames say about this one, where they can be trusted.
//!
//! Pure functions of a small window of frames. Each neighbour's logits come from its own picture and prompts.

use models::sam::{Logits, MASK_SIDE};

use super::Error;
use super::flow::{Flow, Pyramid, flow};
use super::map::Map;

/// What the nearest neighbours weigh beside the frame itself; each step farther weighs half as much again.
const NEIGHBOUR: f32 = 0.5;
/// Neighbours whose masks overlap less than this with the frame's say nothing: the motion is too fast to align.
const LEAST_OVERLAP: f32 = 0.7;
/// From the least overlap to that and this much more the weight grows to its full value.
const FULL_OVERLAP: f32 = 0.2;
/// How far a weight may be down before the work is not worth it.
const NEGLIGIBLE: f32 = 1e-3;

/// A frame near the one that is stabilised.
pub struct Neighbour<'a> {
    /// Its own logits.
    pub logits: &'a Logits,
    /// Its own picture.
    pub picture: &'a Pyramid,
    /// How many frames it is away, 1 for the nearest. 0 counts as 1.
    pub distance: u32,
}

/// Fuses a frame's logits with those of its neighbours, brought to its place by the motion.
///
/// A neighbour weighs `0.5^distance exp(-fb^2 / 2) clamp((IoU - 0.7) / 0.2, 0, 1)` at each pixel: fb is the round-trip
/// error of the motion in mask pixels, IoU that of its mask and the frame's as they lie. So a fast motion, an occlusion
/// or a neighbour that shows something else is never smeared in. With no neighbours of weight the logits come back as
/// they are, and neighbours of another size count for nothing.
///
/// # Errors
/// The refusal of the result by [`Logits::from_raw`], which does not happen for logits that it accepted before.
pub fn fuse(
    logits: &Logits,
    picture: &Pyramid,
    neighbours: &[Neighbour<'_>],
    threads: &rayon::ThreadPool,
) -> Result<Logits, Error> {
    let centre = plane(logits);
    let (mut sum, mut weights) = (centre.values.clone(), vec![1.0_f32; centre.values.len()]);
    let mut changed = false;
    for neighbour in neighbours {
        let other = plane(neighbour.logits);
        if (other.width, other.height) != (centre.width, centre.height) {
            continue;
        }
        let gate = ((overlap(&centre, &other) - LEAST_OVERLAP) / FULL_OVERLAP).clamp(0.0, 1.0);
        let most = gate * NEIGHBOUR.powi(neighbour.distance.clamp(1, 64) as i32);
        // Also what is not a number.
        if most.is_nan() || most < NEGLIGIBLE {
            continue;
        }
        let (there, back) =
            threads.join(|| flow(picture, neighbour.picture), || flow(neighbour.picture, picture));
        if (there.width, there.height) != (centre.width, centre.height) {
            continue;
        }
        let moved = there.warp(&other);
        let trip = there.round_trip_error(&back);
        for (i, trip) in trip.values.iter().enumerate() {
            let weight = most * (-0.5 * trip * trip).exp();
            if weight.is_finite() && moved.values[i].is_finite() {
                sum[i] += weight * moved.values[i];
                weights[i] += weight;
            }
        }
        changed = true;
    }
    if !changed {
        return Ok(logits.clone());
    }
    let mut data = logits.data().to_vec();
    let fused = sum.chunks_exact(centre.width).zip(weights.chunks_exact(centre.width));
    for (row, (sum, weights)) in data.chunks_exact_mut(MASK_SIDE).zip(fused) {
        for ((out, sum), weight) in row.iter_mut().zip(sum).zip(weights) {
            *out = sum / weight;
        }
    }
    let (width, height) = logits.size();
    Ok(Logits::from_raw(data, width, height)?)
}

/// A matte's plane of another frame, brought to this one by the flow from this frame to the other, at the plane's own
/// size (rows from the top).
#[must_use]
pub fn align(other: &Map, flow: &Flow) -> Map {
    let scale = [other.width as f32 / flow.width as f32, other.height as f32 / flow.height as f32];
    Map::from_fn(other.width, other.height, |x, y| {
        let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
        let [u, v] = flow.sample(x / scale[0], y / scale[1]);
        other.sample(x + u * scale[0], y + v * scale[1])
    })
}

/// Takes one-frame jumps out of an edge: a temporal hysteresis that has no memory.
///
/// `before` and `after` are the aligned mattes ([`align`]) of the two neighbours. A value that lies beyond both of
/// them moves to the nearer one, by `amount` at most (0..=1); one that lies between them is a motion or a change and
/// stays, so an edge that truly moves is not held back. This is the median of the three, limited.
pub fn reduce_chatter(matte: &mut Map, before: &Map, after: &Map, amount: f32) {
    let amount = if amount > 0.0 { amount.min(1.0) } else { 0.0 };
    for ((value, before), after) in matte.values.iter_mut().zip(&before.values).zip(&after.values) {
        let (low, high) = (before.min(*after), before.max(*after));
        if low.is_finite() && high.is_finite() && !value.is_nan() {
            let median = value.clamp(low, high);
            *value += (median - *value).clamp(-amount, amount);
        }
    }
}

/// The logits that cover the image.
fn plane(logits: &Logits) -> Map {
    let (width, height) = logits.content();
    let (width, height) = (width.ceil() as usize, height.ceil() as usize);
    Map::from_fn(width, height, |x, y| logits.data()[y * MASK_SIDE + x])
}

/// Intersection over union of two masks; 0 when both are empty, since there is nothing to stabilise.
fn overlap(a: &Map, b: &Map) -> f32 {
    let (mut both, mut either) = (0u32, 0u32);
    for (a, b) in a.values.iter().zip(&b.values) {
        both += u32::from(*a > 0.0 && *b > 0.0);
        either += u32::from(*a > 0.0 || *b > 0.0);
    }
    if either == 0 { 0.0 } else { both as f32 / either as f32 }
}

#[cfg(test)]
mod tests {
    use models::sam::ModelImage;

    use super::*;

    const SIZE: (u32, u32) = (1024, 512);

    fn threads() -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
    }

    /// Textured squares: the ground rests, the subject's square moves.
    fn picture(shift: f32) -> Pyramid {
        let rgb = (0..SIZE.0 * SIZE.1).flat_map(|i| {
            let (x, y) = ((i % SIZE.0) as f32, (i / SIZE.0) as f32);
            let inside = (x - shift - 512.0).abs() < 160.0 && (y - 256.0).abs() < 160.0;
            let (x, base) = if inside { (x - shift, 0.7) } else { (x, 0.3) };
            [base + 0.12 * ((x * 0.05).sin() + (y * 0.037 + x * 0.011).cos()); 3]
        });
        Pyramid::new(&ModelImage::new(SIZE.0, SIZE.1, rgb.collect()).unwrap())
    }

    /// A square of 80 mask pixels that is moved and grown.
    fn logits(shift: f32, grown: f32) -> Logits {
        let data = (0..Logits::LEN).map(|i| {
            let (x, y) = ((i % MASK_SIDE) as f32 + 0.5, (i / MASK_SIDE) as f32 + 0.5);
            let off = (x - 128.0 - shift).abs().max((y - 64.0).abs()) - 40.0 - grown;
            (-2.0 * off).clamp(-10.0, 10.0)
        });
        Logits::from_raw(data.collect::<Vec<_>>(), SIZE.0, SIZE.1).unwrap()
    }

    fn width_of(logits: &Logits) -> f32 {
        // Along the row through the middle, between the two zero crossings.
        let row = &logits.data()[64 * MASK_SIDE..][..MASK_SIDE];
        let crossing = |i: usize| i as f32 + row[i] / (row[i] - row[i + 1]);
        let edges: Vec<f32> =
            (0..MASK_SIDE - 1).filter(|i| (row[*i] > 0.0) != (row[i + 1] > 0.0)).map(crossing).collect();
        assert_eq!(edges.len(), 2);
        edges[1] - edges[0]
    }

    #[test]
    fn an_edge_that_jumps_is_calmed() {
        let (still, jumped) = (logits(0.0, 0.0), logits(0.0, 1.5));
        let picture = picture(0.0);
        let near = || Neighbour { logits: &still, picture: &picture, distance: 1 };
        let fused = fuse(&jumped, &picture, &[near(), near()], &threads()).unwrap();
        let (before, after) = (width_of(&jumped) - width_of(&still), width_of(&fused) - width_of(&still));
        assert!((before - 3.0).abs() < 0.05 && (after - 1.5).abs() < 0.1, "{before} {after}");
        // The padding is no one's business.
        assert_eq!(fused.data()[200 * MASK_SIDE..], jumped.data()[200 * MASK_SIDE..]);
    }

    #[test]
    fn a_moving_hard_edge_is_not_smeared() {
        // 5 mask pixels a frame; the neighbours, were they not aligned, would round the corners by as much.
        let (now, before, after) = (logits(0.0, 0.0), logits(-5.0, 0.0), logits(5.0, 0.0));
        let (here, earlier, later) = (picture(0.0), picture(-20.0), picture(20.0));
        let neighbours = [
            Neighbour { logits: &before, picture: &earlier, distance: 1 },
            Neighbour { logits: &after, picture: &later, distance: 1 },
        ];
        let fused = fuse(&now, &here, &neighbours, &threads()).unwrap();
        assert!((width_of(&fused) - width_of(&now)).abs() < 0.5, "{} {}", width_of(&fused), width_of(&now));
        let wrong =
            |a: &Logits| a.data().iter().zip(now.data()).filter(|(a, b)| (**a > 0.0) != (**b > 0.0)).count();
        // Two edges of 80 pixels: less than half a pixel of each.
        assert!(wrong(&fused) < 80, "{}", wrong(&fused));
    }

    #[test]
    fn a_neighbour_elsewhere_or_of_another_size_says_nothing() {
        let (now, far) = (logits(0.0, 0.0), logits(60.0, 0.0));
        let other = Logits::from_raw(vec![9.0; Logits::LEN], 512, 1024).unwrap();
        let empty = Logits::from_raw(vec![f32::NAN; Logits::LEN], SIZE.0, SIZE.1).unwrap();
        let picture = picture(0.0);
        for neighbour in [&far, &other, &empty] {
            let neighbour = Neighbour { logits: neighbour, picture: &picture, distance: 1 };
            assert_eq!(fuse(&now, &picture, &[neighbour], &threads()).unwrap().data(), now.data());
        }
        assert_eq!(fuse(&now, &picture, &[], &threads()).unwrap().data(), now.data());
    }

    #[test]
    fn chatter_goes_and_motion_stays() {
        let map = |value: f32| Map::filled(1, 1, value);
        let reduced = |value: f32, before: f32, after: f32, amount: f32| {
            let mut matte = map(value);
            reduce_chatter(&mut matte, &map(before), &map(after), amount);
            matte.values[0]
        };
        assert_eq!(reduced(0.9, 0.4, 0.5, 1.0), 0.5);
        assert_eq!(reduced(0.1, 0.4, 0.5, 1.0), 0.4);
        assert_eq!(reduced(0.5, 0.0, 1.0, 1.0), 0.5);
        assert_eq!(reduced(0.9, 0.4, 0.5, 0.25), 0.65);
        assert_eq!(reduced(0.9, 0.4, 0.5, f32::NAN), 0.9);
        assert_eq!(reduced(0.9, f32::NAN, f32::NAN, 1.0), 0.9);
    }

    #[test]
    fn a_plane_of_any_size_is_aligned() {
        let mut flow = Flow::still(64, 32);
        flow.vectors.fill([2.0, 0.0]);
        let ramp = Map::from_fn(256, 128, |x, _| x as f32);
        let aligned = align(&ramp, &flow);
        assert!((aligned.at(100, 60) - 108.0).abs() < 1e-3, "{}", aligned.at(100, 60));
    }
}
