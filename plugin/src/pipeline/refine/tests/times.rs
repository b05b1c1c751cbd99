//! What refining costs, with the edge network and beside it.

use std::time::Instant;

use models::refiner::EdgeNetwork;
use models::runtime::Runtime;
use models::store::Store;

use super::*;

/// Prints times; run it alone: `cargo test --release -p plugin --lib refine::tests::times -- --ignored --nocapture`.
#[test]
#[ignore = "prints times"]
fn times_of_frames() {
    let threads = pool(2);
    for size in [[1920, 1080], [3840, 2160]] {
        // A third of the frame; its contour has waves.
        let [cx, cy] = size.map(|side| side as f32 / 2.0);
        let radius = (size[0] as f32 * size[1] as f32 / 3.0 / std::f32::consts::PI).sqrt();
        let cell = size[0] as f32 / 256.0;
        let plane = mask(size, |x, y| {
            let turn = (y - cy).atan2(x - cx);
            (radius * (1.0 + 0.06 * (turn * 17.0).sin()) - (x - cx).hypot(y - cy)) / cell * 3.0
        });
        let still = Still::new(size, |x, y| [(x / 8) as u8, (y / 5) as u8, noise(x, y, 1)]);
        let fake = Shown(GUIDANCE);
        let shipped = shipped();
        let mut ways = vec![("guided filter", None), ("all but the network", Some(&fake as &dyn Refiner))];
        match &shipped {
            Some(network) => ways.push(("edge network", Some(network))),
            None => println!("the edge network is not in the cache: `models fetch` brings it"),
        }
        for (name, network) in ways {
            let (mut best, mut paint) = (f64::MAX, f64::MAX);
            for _ in 0..9 {
                let began = Instant::now();
                let (edges, bounds) = edges_of(&still, &plane, Edge::default(), network, &threads);
                best = best.min(began.elapsed().as_secs_f64() * 1e3);
                let began = Instant::now();
                edges.matte(&plane, bounds, &threads).unwrap();
                paint = paint.min(began.elapsed().as_secs_f64() * 1e3);
            }
            println!("{size:?} {name}: {best:.1} ms, matte from memory {paint:.1} ms");
        }
        let began = Instant::now();
        let band = Band::of(&plane, size, None);
        let banded = began.elapsed();
        let tiles = Tiles::of(&band, Scale::whole(size)).unwrap();
        let share = tiles.kept().len() as f64 * AREA as f64 / (size[0] * size[1]) as f64;
        println!("the band takes {banded:?}, its tiles {:.0} % of the frame", share * 100.0);
    }
}

/// The edge network as it ships, with two threads.
fn shipped() -> Option<EdgeNetwork> {
    let runtime = Runtime::load(&models::cache::runtime_library()).ok()?;
    let store = Store::open(&models::cache::models_dir()).ok()?;
    EdgeNetwork::load(&runtime, &store, 2).ok()
}
