//! Squares that jump, move and disappear.

use models::sam::{Logits, MASK_SIDE};

use super::*;

const SIZE: (u32, u32) = (1024, 512);
/// Pixels of the picture per mask pixel.
const STRIDE: f32 = 4.0;

const SMOOTHED: Stability = Stability { smoothing: 1, chatter: 0.0 };
const CALMED: Stability = Stability { smoothing: 1, chatter: 1.0 };

/// Textured squares: the ground rests, the subject's square is moved by so many mask pixels.
fn picture(shift: f32) -> Pyramid {
    let shift = STRIDE * shift;
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

/// A frame whose square is moved, with a mask that is grown.
fn seen(shift: f32, grown: f32) -> Seen {
    Seen {
        logits: Plane::of(&logits(shift, grown)),
        picture: picture(shift),
        key: Key(shift.to_bits().into()),
    }
}

fn steadied(frames: &[Seen], at: usize, stability: Stability) -> Plane {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let memory = Memo::new(1 << 24).unwrap();
    stabilise(frames, at, stability, &memory, &threads, &|| false).unwrap()
}

/// The row through the middle.
fn row(logits: &Plane) -> &[f32] {
    let map = logits.map();
    &map.values[map.height / 2 * map.width..][..map.width]
}

/// The two zero crossings of the row through the middle, in mask pixels.
fn edges(logits: &Plane) -> [f32; 2] {
    let row = row(logits);
    let crossing = |i: usize| i as f32 + 0.5 + row[i] / (row[i] - row[i + 1]);
    let edges: Vec<f32> =
        (0..row.len() - 1).filter(|i| (row[*i] > 0.0) != (row[i + 1] > 0.0)).map(crossing).collect();
    edges.try_into().unwrap()
}

/// Mask pixels over which the row through the middle rises from -4 to 4 at its left edge: the truth's slope makes it 4.
fn softness(logits: &Plane) -> f32 {
    row(logits)[..128].iter().filter(|logit| (-4.0..4.0).contains(*logit)).count() as f32
}

#[test]
fn an_edge_that_jumps_is_calmed() {
    let frames = [0.0, 0.0, 1.5, 0.0, 0.0].map(|grown| seen(0.0, grown));
    let fused = steadied(&frames, 2, SMOOTHED);
    // One of three says 1.5.
    let at = edges(&fused);
    assert!((at[0] - 87.5).abs() < 0.1 && (at[1] - 168.5).abs() < 0.1, "{at:?}");
    let calm = edges(&steadied(&frames, 2, CALMED));
    assert!((calm[0] - 88.0).abs() < 0.35, "{calm:?}");
}

#[test]
fn an_edge_that_jumps_to_and_fro_is_held_and_as_far_as_is_asked() {
    let frames = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0].map(|grown| seen(0.0, grown));
    let jump = |amount: f32| {
        let stability = Stability { smoothing: 0, chatter: amount };
        let left = |at: usize| edges(&steadied(&frames, at, stability))[0];
        (left(3) - left(2)).abs()
    };
    assert!(jump(1.0) < 0.5, "{}", jump(1.0));
    assert_eq!(jump(0.0), 2.0);
    assert!(jump(0.2) > jump(1.0) && jump(0.2) < 2.0, "{}", jump(0.2));
    assert_eq!(jump(f32::NAN), 2.0);
}

#[test]
fn a_moving_hard_edge_is_not_smeared() {
    // From slow to so fast that no motion is found; masks that were not aligned would be softer by the motion itself.
    for speed in [0.5, 5.0, 12.0, 45.0] {
        let frames = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0].map(|t| seen(t * speed, 0.0));
        for stability in [SMOOTHED, CALMED, Stability { smoothing: 3, chatter: 0.0 }] {
            let result = steadied(&frames, 3, stability);
            let (found, own) = (edges(&result), edges(&frames[3].logits));
            for (found, own) in found.iter().zip(own) {
                assert!((found - own).abs() < 0.5, "{speed} {stability:?}: {found} for {own}");
            }
            assert!(softness(&result) <= 5.0, "{speed} {stability:?}: {}", softness(&result));
        }
    }
}

#[test]
fn a_neighbour_elsewhere_or_of_another_size_says_nothing() {
    let now = seen(0.0, 0.0);
    let with = |logits: Logits| Seen { logits: Plane::of(&logits), ..seen(0.0, 0.0) };
    let far = with(logits(60.0, 0.0));
    let other = with(Logits::from_raw(vec![9.0; Logits::LEN], 512, 1024).unwrap());
    let empty = with(Logits::from_raw(vec![f32::NAN; Logits::LEN], SIZE.0, SIZE.1).unwrap());
    for neighbour in [far, other, empty] {
        for stability in [SMOOTHED, CALMED] {
            let frames = [neighbour.clone(), now.clone(), neighbour.clone()];
            assert_eq!(steadied(&frames, 1, stability), now.logits, "{stability:?}");
        }
    }
    assert_eq!(steadied(std::slice::from_ref(&now), 0, CALMED), now.logits);
}

#[test]
fn finer_logits_are_steadied_like_coarse_ones() {
    let refine = |frame: &Seen, fineness: usize| {
        let map = frame.logits.on(fineness);
        Seen { logits: Plane::new(map, frame.logits.size(), fineness), ..frame.clone() }
    };
    let coarse: Vec<Seen> = (-1..2).map(|t| seen(3.0 * t as f32, if t == 0 { 1.0 } else { 0.0 })).collect();
    // Neighbours as fine, coarser, finer.
    for others in [4, 1, 2] {
        let fine: Vec<Seen> =
            coarse.iter().zip([others, 4, others]).map(|(frame, fineness)| refine(frame, fineness)).collect();
        for stability in [SMOOTHED, CALMED] {
            let (fine, coarse) = (steadied(&fine, 1, stability), steadied(&coarse, 1, stability));
            assert_eq!((fine.fineness(), fine.map().width, fine.map().height), (4, 1024, 512));
            for (fine, coarse) in edges(&fine).iter().zip(edges(&coarse)) {
                assert!((fine / 4.0 - coarse).abs() < 0.1, "{others} {stability:?}: {fine} for {coarse}");
            }
        }
    }
}

#[test]
fn frames_beyond_those_that_are_needed_do_not_count() {
    let frames: Vec<Seen> = (0..9).map(|t| seen(0.0, if t % 2 == 0 { 0.7 } else { 0.0 })).collect();
    for stability in [SMOOTHED, CALMED, Stability { smoothing: 2, chatter: 0.3 }] {
        let reach = stability.reach();
        let needed = &frames[4 - reach..=4 + reach];
        assert_eq!(steadied(&frames, 4, stability), steadied(needed, reach, stability));
    }
}

#[test]
fn the_motion_between_two_frames_is_looked_for_once() {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let memory = Memo::new(1 << 26).unwrap();
    let frames: Vec<Seen> = (0..5).map(|t| seen(t as f32, 0.0)).collect();
    let mut held = Vec::new();
    for at in 0..5 {
        stabilise(&frames, at, SMOOTHED, &memory, &threads, &|| false).unwrap();
        held.push(memory.bytes());
    }
    // Frame 0 needs the first step, each further one another, the last none that is not known.
    let step = held[0];
    assert_eq!(held, [step, 2 * step, 3 * step, 4 * step, 4 * step]);
    let stopped = stabilise(&frames, 2, CALMED, &memory, &threads, &|| true);
    assert!(matches!(stopped, Err(Error::Aborted)));
}

/// `cargo test --release -p plugin --lib stabilise::tests::times -- --ignored --nocapture`
#[test]
#[ignore = "prints times, tests nothing"]
fn times() {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let frames: Vec<Seen> = (0..11).map(|t| seen(3.0 * t as f32, 0.0)).collect();
    let best = |work: &dyn Fn()| {
        let time = |_| {
            let began = std::time::Instant::now();
            work();
            began.elapsed().as_secs_f64() * 1e3
        };
        (0..9).map(time).fold(f64::INFINITY, f64::min)
    };
    let step = best(&|| drop(Step::between(&frames[4].picture, &frames[5].picture, &threads)));
    println!("motion between two frames {step:.1} ms");
    for (smoothing, chatter) in [(1, 0.0), (3, 0.0), (1, 1.0), (3, 1.0)] {
        let memory = Memo::new(1 << 26).unwrap();
        let stability = Stability { smoothing, chatter };
        let work = || drop(stabilise(&frames, 5, stability, &memory, &threads, &|| false).unwrap());
        work();
        println!("{stability:?} with the motion in memory {:.1} ms", best(&work));
    }
}
