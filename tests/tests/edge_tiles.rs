//! The edge network in ONNX Runtime, run on tiles of the band: what it gives is what it gives for the whole frame.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use models::cache;
use models::refiner::{EdgeNetwork, Refiner};
use models::runtime::Runtime;
use models::sam::{Logits, Stop};
use models::store::Store;
use promptmatte::pipeline::colour::SourceColour;
use promptmatte::pipeline::geometry::PixelRect;
use promptmatte::pipeline::pixels::SourceView;
use promptmatte::pipeline::plane::Plane;
use promptmatte::pipeline::refine::{Edge, Frame, Picture, refine};
use sha2::{Digest as _, Sha256};

/// Neither is a multiple of 32; the whole is one run.
const SIZE: [usize; 2] = [1027, 768];

/// A fixture as the edge network, which counts its runs.
struct Counted {
    network: EdgeNetwork,
    runs: AtomicUsize,
    pixels: AtomicUsize,
}

impl Counted {
    fn new(fixture: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/tests/fixtures");
        let file = fs::read(fixtures.join(fixture)).unwrap();
        let sha256: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
        let entry = format!(
            "[[entry]]\nid = \"edges\"\nrole = \"refiner\"\nfile = \"edges.onnx\"\nbytes = {}\nsha256 = \"{sha256}\"\n\
             licence = \"MIT OR Apache-2.0\"\norigin = {{ kind = \"user\" }}\n\
             refiner = {{ input = \"x\", alpha = \"alpha\", version = \"1\" }}\n",
            file.len()
        );
        fs::write(folder.path().join("manifest.toml"), entry).unwrap();
        fs::write(folder.path().join("edges.onnx"), file).unwrap();
        let runtime = Runtime::load(&cache::runtime_library())
            .unwrap_or_else(|error| panic!("{error}; run `cargo run --release -p models -- fetch` first"));
        let network = EdgeNetwork::load(&runtime, &Store::open(folder.path()).unwrap(), 2).unwrap();
        Self { network, runs: AtomicUsize::new(0), pixels: AtomicUsize::new(0) }
    }
}

impl Refiner for Counted {
    fn id(&self) -> &str {
        self.network.id()
    }

    fn refine(
        &self,
        width: usize,
        height: usize,
        planes: &[f32],
        stop: Stop<'_>,
    ) -> Result<Vec<f32>, models::Error> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        self.pixels.fetch_add(width * height, Ordering::SeqCst);
        self.network.refine(width, height, planes, stop)
    }
}

/// A small disc in a corner of the frame and a larger one in another.
fn logits() -> Logits {
    let at = |i: usize| ((i % 256) as f32 + 0.5, (i / 256) as f32 + 0.5);
    let disc = |(x, y): (f32, f32), cx: f32, cy: f32, radius: f32| 3.0 * (radius - (x - cx).hypot(y - cy));
    let values = (0..Logits::LEN).map(|i| disc(at(i), 30.0, 30.0, 8.0).max(disc(at(i), 215.0, 160.0, 12.0)));
    Logits::from_raw(values.collect::<Vec<f32>>(), 1024, 766).unwrap()
}

#[test]
fn tiles_give_what_the_whole_frame_gives() {
    let [width, height] = SIZE;
    let rgb: Vec<u8> = (0..width * height * 3).map(|i| (i * 37 % 251) as u8).collect();
    let source = SourceView::of_rgb(&rgb, width as u32, height as u32).unwrap();
    let eye = SourceColour::Srgb.eye(0.0);
    let plane = Plane::of(&logits());
    let frame = Frame { picture: Picture::new(&source, &eye), plane: &plane };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
    // Sums of one convolution are the same in whatever order; of sixteen in a row they are so but for rounding.
    for (fixture, close) in [("edges.onnx", 0.0), ("deep.onnx", 1e-5)] {
        let network = Counted::new(fixture);
        let made = |width: f32| {
            let edges =
                refine(&frame, Edge { width, detail: 1.0 }, Some(&network), &threads, &|| false).unwrap();
            let matte = edges.matte(&plane, bounds, &threads).unwrap().alpha().to_vec();
            (matte, network.runs.swap(0, Ordering::SeqCst), network.pixels.swap(0, Ordering::SeqCst))
        };
        // With a band as wide as the frame all of it is seen at once.
        let (whole, runs, all) = made(1920.0);
        assert_eq!((runs, all), (1, 1056 * 768));
        let (tiled, runs, some) = made(40.0);
        assert!(runs == 2 && some < all / 2, "{runs} runs of {some} pixels");
        // Half a band around each contour, where neither result fades: 40 of 1920 are 5.3 cells.
        let mut same = 0;
        for i in 0..width * height {
            let (x, y) = ((i % width) as f32 / 4.012, (i / width) as f32 / 4.012);
            let near = |cx: f32, cy: f32, radius: f32| ((x - cx).hypot(y - cy) - radius).abs() < 3.5;
            if near(30.0, 30.0, 8.0) || near(215.0, 160.0, 12.0) {
                assert!((whole[i] - tiled[i]).abs() <= close, "{fixture} at {i}: {} {}", whole[i], tiled[i]);
                same += 1;
            }
        }
        assert!(same > 10_000, "{same}");
    }
}
