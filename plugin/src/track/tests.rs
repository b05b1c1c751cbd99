//! The whole tracker on drawn pictures, with a network that segments by colour.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use models::sam::{
    Candidates, EMBEDDING_CHANNELS, EMBEDDING_SIDE, Embedding, Logits, MASK_SIDE, ModelImage, Prompts,
    Segmenter, Stop,
};

use super::features::{CELL, MASK_PIXELS};
use super::*;
use crate::cache::Memo;

/// Size of the pictures in the encoder's frame.
const SIZE: (u32, u32) = (320, 192);
const RADIUS: f64 = 28.0;

/// Stores each cell's 4x4 pixels of a mask's size in the embedding. A mask is what has the colour of the first include
/// point, or of the box's middle, within the box.
#[derive(Default)]
struct ByColour {
    encoded: AtomicUsize,
}

impl Segmenter for ByColour {
    fn id(&self) -> &str {
        "colour"
    }

    fn input_side(&self) -> u32 {
        SIZE.0
    }

    fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, models::Error> {
        if stop() {
            return Err(models::Error::Stopped);
        }
        self.encoded.fetch_add(1, Ordering::SeqCst);
        let mut data = vec![0.0; Embedding::LEN];
        let (width, height) = (image.width() as usize, image.height() as usize);
        for (x, y) in (0..height.div_ceil(4)).flat_map(|y| (0..width.div_ceil(4)).map(move |x| (x, y))) {
            let pixel = (4 * y).min(height - 1) * width + (4 * x).min(width - 1);
            let cell = y / MASK_PIXELS * EMBEDDING_SIDE + x / MASK_PIXELS;
            for colour in 0..3 {
                let channel = (y % MASK_PIXELS * MASK_PIXELS + x % MASK_PIXELS) * 3 + colour;
                data[channel * EMBEDDING_SIDE * EMBEDDING_SIDE + cell] = image.rgb()[3 * pixel + colour];
            }
        }
        Embedding::from_raw(data, image.width(), image.height())
    }

    fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        prior: Option<&Logits>,
    ) -> Result<Candidates, models::Error> {
        assert!(prior.is_none(), "no mask prompt in the loop");
        let colour = |x: usize, y: usize| -> [f32; 3] {
            let cell = y / MASK_PIXELS * EMBEDDING_SIDE + x / MASK_PIXELS;
            let first = (y % MASK_PIXELS * MASK_PIXELS + x % MASK_PIXELS) * 3;
            std::array::from_fn(|c| embedding.data()[(first + c) * EMBEDDING_SIDE * EMBEDDING_SIDE + cell])
        };
        let bounds = prompts.bounding_box;
        let (x, y) = match (prompts.points.first(), bounds) {
            (Some(point), _) => (point.x, point.y),
            (None, Some(b)) => ((b.x1 + b.x2) / 2.0, (b.y1 + b.y2) / 2.0),
            (None, None) => return Err(models::Error::NoPrompts),
        };
        let place = |at: f32| ((at / 4.0).max(0.0) as usize).min(MASK_SIDE - 1);
        let wanted = colour(place(x), place(y));
        let mask = (0..Logits::LEN).map(|i| {
            let (x, y) = (i % MASK_SIDE, i / MASK_SIDE);
            let (px, py) = (4.0 * x as f32 + 2.0, 4.0 * y as f32 + 2.0);
            let outside = bounds.is_some_and(|b| px < b.x1 || px > b.x2 || py < b.y1 || py > b.y2);
            let here = colour(x, y);
            let off = (0..3).map(|c| (here[c] - wanted[c]).abs()).fold(0.0, f32::max);
            if outside || off > 0.3 { -8.0 } else { 8.0 }
        });
        let (width, height) = embedding.size();
        let mask = Logits::from_raw(mask.collect::<Vec<_>>(), width, height)?;
        let nothing = Logits::from_raw(vec![-8.0; Logits::LEN], width, height)?;
        Ok(Candidates::new([mask.clone(), mask, nothing.clone(), nothing], [0.9, 0.5, 0.4, 0.3]))
    }
}

/// A scene in which a red disc moves over a blue and green ground.
struct Scene {
    /// Middle of the disc in pixels at a time.
    disc: fn(f64) -> [f64; 2],
    /// Times without a picture.
    missing: Vec<f64>,
    /// Pixels of a frame at a time.
    size: fn(f64) -> (u32, u32),
    /// From this time on another ground and no disc.
    cut_at: f64,
    /// Pictures asked for.
    asked: usize,
}

impl Scene {
    fn new(disc: fn(f64) -> [f64; 2]) -> Self {
        Self { disc, missing: vec![], size: |_| SIZE, cut_at: f64::INFINITY, asked: 0 }
    }
}

impl Frames for Scene {
    fn image(&mut self, time: f64) -> Result<Option<ModelImage>, Error> {
        self.asked += 1;
        if self.missing.contains(&time) {
            return Ok(None);
        }
        let (width, height) = (self.size)(time);
        let scale = [f64::from(SIZE.0) / f64::from(width), f64::from(SIZE.1) / f64::from(height)];
        let [cx, cy] = (self.disc)(time);
        let rgb = (0..width * height).flat_map(|i| {
            let (x, y) = (f64::from(i % width) * scale[0], f64::from(i / width) * scale[1]);
            if time >= self.cut_at {
                return [
                    (x * 0.23).sin() * 0.2 + 0.6,
                    (y * 0.19).cos() * 0.2 + 0.6,
                    (x * y * 0.01).sin() * 0.2,
                ];
            }
            let inside = (x - cx).hypot(y - cy) < RADIUS;
            let ripple = 0.1 * ((x * 0.3).sin() * (y * 0.4).cos());
            let ground = [0.1, 0.5 + ripple + 0.2 * (x * 0.02).sin(), 0.5 - ripple];
            if inside { [0.9, 0.1 + 0.05 * ((x - cx) * 0.2).sin(), 0.1] } else { ground }
        });
        let image = ModelImage::new(width, height, rgb.map(|value| value as f32).collect());
        Ok(Some(image.map_err(|error| Error::Pipeline(error.into()))?))
    }
}

fn anchor(scene: &Scene, time: f64) -> Anchor {
    let [x, y] = (scene.disc)(time);
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    let edges = [(x - RADIUS) / width, (y - RADIUS) / height, (x + RADIUS) / width, (y + RADIUS) / height];
    let prompts = PromptSet { bounding_box: Some(edges), points: vec![] };
    Anchor { time, prompts, candidate: None, confirmed: true }
}

fn request(scene: &Scene, direction: Direction, range: [f64; 2]) -> Request {
    let start = anchor(scene, 0.0);
    Request { start, anchors: vec![], direction, range, step: 1.0, stop_on_loss: false, reference: None }
}

fn run_watched(
    request: &Request,
    scene: &mut Scene,
    watch: &dyn Fn(Progress) -> Next,
) -> Result<Track, Error> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let embeddings = Memo::new(64 << 20).unwrap();
    track(request, scene, &ByColour::default(), &embeddings, &threads, watch)
}

fn run(request: &Request, scene: &mut Scene) -> Track {
    run_watched(request, scene, &|_| Next::Continue).unwrap()
}

/// Intersection over union of the disc and the mask that a frame's prompts give, in mask pixels.
fn overlap(scene: &mut Scene, frame: &TrackedFrame) -> f64 {
    let network = ByColour::default();
    let image = scene.image(frame.time).unwrap().unwrap();
    let embedding = network.encode(&image, &|| false).unwrap();
    let candidates = network.decode(&embedding, &frame.prompts().place(embedding.size()), None).unwrap();
    let logits = candidates.logits(frame.candidate.into());
    let [cx, cy] = (scene.disc)(frame.time);
    let (width, height) = (image.width() as usize, image.height() as usize);
    let scale = [f64::from(SIZE.0) / width as f64, f64::from(SIZE.1) / height as f64];
    let (mut both, mut either) = (0.0, 0.0);
    for (x, y) in (0..height / 4).flat_map(|y| (0..width / 4).map(move |x| (x, y))) {
        let (px, py) = ((4.0 * x as f64) * scale[0], (4.0 * y as f64) * scale[1]);
        let inside = (px - cx).hypot(py - cy) < RADIUS;
        let found = logits.data()[y * MASK_SIDE + x] > 0.0;
        both += f64::from(u8::from(inside && found));
        either += f64::from(u8::from(inside || found));
    }
    both / either
}

fn times(track: &Track) -> Vec<f64> {
    track.frames.iter().map(|frame| frame.time).collect()
}

const SLIDES: fn(f64) -> [f64; 2] = |time| [160.0 + 9.0 * time, 96.0 + 3.0 * time];

#[test]
fn a_moving_disc_is_followed_both_ways() {
    let mut scene = Scene::new(SLIDES);
    let track = run(&request(&scene, Direction::Both, [10.0, -10.0]), &mut scene);
    assert!(matches!(track.ended[..], [Ended::Done]), "{:?}", track.ended);
    assert_eq!(
        times(&track),
        [-10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(f64::from)
    );
    for frame in &track.frames {
        assert!(overlap(&mut scene, frame) > 0.85, "{frame:?}");
        assert_ne!(frame.health.state, State::Lost, "{frame:?}");
        let [cx, cy] = (scene.disc)(frame.time);
        for [x, y] in frame.points {
            assert!((x * f64::from(SIZE.0) - cx).hypot(y * f64::from(SIZE.1) - cy) < RADIUS, "{frame:?}");
        }
    }
    // The start has its own box and gets three points and a candidate.
    let [start] = &track.anchors[..] else { panic!("{:?}", track.anchors) };
    assert_eq!((start.time, start.candidate, start.prompts.points.len()), (0.0, 0, 3));
    assert_eq!(start.prompts.bounding_box, anchor(&scene, 0.0).prompts.bounding_box);
}

#[test]
fn a_track_is_the_same_every_time_and_each_frame_is_encoded_once() {
    let network = ByColour::default();
    let threads = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let embeddings = Memo::new(64 << 20).unwrap();
    let mut scene = Scene::new(SLIDES);
    let mut wanted = request(&scene, Direction::Forward, [0.0, 8.0]);
    wanted.anchors.push(anchor(&scene, 8.0));
    let mut go = || track(&wanted, &mut scene, &network, &embeddings, &threads, &|_| Next::Continue).unwrap();
    let (first, second) = (go(), go());
    assert_eq!(first.frames, second.frames);
    assert_eq!(times(&first), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!(network.encoded.load(Ordering::SeqCst), 9);
}

#[test]
fn a_correction_changes_its_two_segments_only() {
    for reference in [None, Some(0.0), Some(10.0)] {
        let mut scene = Scene::new(SLIDES);
        let mut wanted = request(&scene, Direction::Forward, [0.0, 12.0]);
        wanted.reference = reference;
        wanted.anchors = vec![anchor(&scene, 4.0), anchor(&scene, 10.0)];
        let before = run(&wanted, &mut scene);
        let mut corrected = anchor(&scene, 7.0);
        corrected.prompts.bounding_box = Some([0.5, 0.4, 0.9, 0.8]);
        wanted.anchors.push(corrected);
        let after = run(&wanted, &mut scene);
        let outside = |track: &Track| -> Vec<TrackedFrame> {
            track.frames.iter().filter(|f| f.time < 4.0 || f.time > 10.0).copied().collect()
        };
        assert_eq!(outside(&before), outside(&after));
        assert_eq!(times(&after), [1.0, 2.0, 3.0, 5.0, 6.0, 8.0, 9.0, 11.0, 12.0]);
    }
}

#[test]
fn missing_frames_are_left_out_and_said() {
    let mut scene = Scene::new(SLIDES);
    scene.missing = vec![3.0, 4.0];
    let track = run(&request(&scene, Direction::Forward, [0.0, 7.0]), &mut scene);
    assert_eq!((times(&track), &track.missing[..]), (vec![1.0, 2.0, 5.0, 6.0, 7.0], &[3.0, 4.0][..]));
    assert!(track.frames.iter().all(|frame| overlap(&mut scene, frame) > 0.85));
    scene.missing = vec![0.0];
    let wanted = request(&scene, Direction::Forward, [0.0, 7.0]);
    assert!(matches!(run_watched(&wanted, &mut scene, &|_| Next::Continue), Err(Error::NoPicture)));
}

#[test]
fn a_clip_of_one_frame_has_nothing_to_track() {
    let mut scene = Scene::new(SLIDES);
    let track = run(&request(&scene, Direction::Both, [0.0, 0.0]), &mut scene);
    assert!(track.frames.is_empty() && matches!(track.ended[..], [Ended::Done]));
    assert_eq!(track.anchors.len(), 1);
}

#[test]
fn a_host_that_gives_the_same_picture_for_every_time_is_noticed() {
    let mut scene = Scene::new(|_| [150.0, 90.0]);
    let track = run(&request(&scene, Direction::Forward, [0.0, 6.0]), &mut scene);
    assert_eq!((track.frames.len(), track.repeated), (6, 6));
    assert!(track.frames.windows(2).all(|w| w[0].bounding_box == w[1].bounding_box));
}

#[test]
fn a_subject_that_leaves_and_returns_is_lost_and_found() {
    // Right out of the frame and back again.
    const LEAVES: fn(f64) -> [f64; 2] =
        |time| [240.0 + 180.0 * (time * std::f64::consts::PI / 20.0).sin(), 96.0];
    let mut scene = Scene::new(LEAVES);
    let mut wanted = request(&scene, Direction::Forward, [0.0, 22.0]);
    let track = run(&wanted, &mut scene);
    assert_eq!(track.frames.len(), 22);
    let states: Vec<_> = track.frames.iter().map(|frame| frame.health.state).collect();
    assert!(states[8..11].iter().all(|state| *state == State::Lost), "{states:?}");
    let back = &track.frames[20..];
    assert!(back.iter().all(|frame| overlap(&mut scene, frame) > 0.8), "{back:?}");
    assert!(back.iter().all(|frame| frame.health.state != State::Lost), "{states:?}");

    wanted.stop_on_loss = true;
    let track = run(&wanted, &mut scene);
    let Ended::Lost(time) = track.ended[0] else { panic!("{:?}", track.ended) };
    assert!((4.0..=8.0).contains(&time), "{time}");
    assert!(track.frames.iter().all(|frame| frame.time < time));
}

#[test]
fn a_scene_cut_ends_the_track() {
    let mut scene = Scene::new(SLIDES);
    scene.cut_at = 5.0;
    let track = run(&request(&scene, Direction::Forward, [0.0, 9.0]), &mut scene);
    assert!(matches!(track.ended[..], [Ended::SceneCut(5.0)]), "{:?}", track.ended);
    assert_eq!(times(&track), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn frames_may_change_their_size() {
    let mut scene = Scene::new(SLIDES);
    scene.size = |time| match time as i64 % 3 {
        0 => SIZE,
        1 => (160, 96),
        _ => (300, 200),
    };
    let track = run(&request(&scene, Direction::Forward, [0.0, 6.0]), &mut scene);
    assert_eq!(track.frames.len(), 6);
    for frame in &track.frames {
        assert!(overlap(&mut scene, frame) > 0.7, "{frame:?}");
    }
}

#[test]
fn cancelling_at_any_moment_keeps_what_was_done() {
    let mut scene = Scene::new(SLIDES);
    let wanted = request(&scene, Direction::Both, [-3.0, 3.0]);
    let whole = run(&wanted, &mut scene);
    let mut cancelled = 0;
    for most in 0.. {
        let looks = Cell::new(0);
        let track = run_watched(&wanted, &mut scene, &|_| {
            looks.set(looks.get() + 1);
            if looks.get() > most { Next::Cancel } else { Next::Continue }
        })
        .unwrap();
        assert!(track.frames.iter().all(|frame| whole.frames.contains(frame)));
        match &track.ended[..] {
            [Ended::Cancelled] => cancelled += 1,
            [Ended::Done] => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(cancelled > 12, "{cancelled}");
}

#[test]
fn prompts_that_are_no_numbers_or_show_nothing_are_refused() {
    let mut scene = Scene::new(SLIDES);
    let refused = |scene: &mut Scene, prompts: PromptSet| {
        let mut wanted = request(scene, Direction::Forward, [0.0, 3.0]);
        wanted.start.prompts = prompts;
        run_watched(&wanted, scene, &|_| Next::Continue).unwrap_err()
    };
    let boxed = |edges| PromptSet { bounding_box: Some(edges), points: vec![] };
    assert!(matches!(refused(&mut scene, boxed([f64::NAN, 0.0, 1.0, 1.0])), Error::NotANumber));
    assert!(matches!(refused(&mut scene, boxed([0.0, f64::INFINITY, 1.0, 1.0])), Error::NotANumber));
    assert!(matches!(refused(&mut scene, PromptSet::default()), Error::NoPrompts));
    assert!(matches!(refused(&mut scene, boxed([3.0, 3.0, 3.1, 3.1])), Error::NothingFound));
    assert_eq!(scene.asked, 1);
    let huge = boxed([-1e300, -1e300, 1e300, 1e300]);
    assert!(matches!(refused(&mut scene, huge), Error::NotANumber));
}

#[test]
fn an_anchor_is_completed_once() {
    let mut scene = Scene::new(SLIDES);
    let mut wanted = request(&scene, Direction::Forward, [0.0, 2.0]);
    let click = Point { position: [0.5, 0.5], include: true };
    wanted.start.prompts = PromptSet { bounding_box: None, points: vec![click] };
    let first = run(&wanted, &mut scene);
    let start = &first.anchors[0];
    assert_eq!((start.prompts.points[0], start.prompts.points.len()), (click, 3));
    assert!(start.prompts.bounding_box.is_some());
    wanted.start.prompts = start.prompts.clone();
    wanted.start.candidate = Some(start.candidate);
    let second = run(&wanted, &mut scene);
    assert_eq!(first.anchors, second.anchors);
    assert_eq!(times(&first), times(&second));
}

#[test]
fn the_fake_network_fits_the_embedding() {
    assert!(3 * MASK_PIXELS * MASK_PIXELS <= EMBEDDING_CHANNELS && CELL as usize == 4 * MASK_PIXELS);
}
