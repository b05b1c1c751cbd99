//! MLT and the simulator show the same pixels.

use tests::mlt::Depth;
use tests::sim;

use super::stage::{Clip, SIZE, Stage};

/// Renders a picture in the simulator with the built bundle, a point at the left disc.
fn simulated(clip: &Clip, output: i32) -> Vec<u8> {
    let (width, height) = clip.size;
    let picture = sim::Picture::from_fn(width, height, |x, y| {
        let at = (y * width + x) * 4;
        std::array::from_fn(|channel| f32::from(clip.frames[0][at + channel]) / 255.0)
    });
    let host = sim::Host::new(sim::Profile::mlt());
    let plugin = host.load(sim::Binary::open(tests::bundles::built().unwrap()).unwrap()).unwrap();
    let effect = plugin.describe_in_context(sim::Context::Filter).unwrap();
    let instance = effect.create(sim::Project::new(width as u32, height as u32)).unwrap();
    instance.connect("Source", sim::Clip::still(picture).with_depth(sim::Depth::Byte)).unwrap();
    instance.set("output", output).unwrap();
    instance.set("point1Mode", 1).unwrap();
    instance.set("point1", [90.0, 110.0]).unwrap();
    let rendered = instance.render(&sim::Request::at(0.0)).unwrap();
    assert_eq!((rendered.status, rendered.depth), (sim::Status::OK, sim::Depth::Byte));
    // The simulator's rows come from the bottom.
    clip.flip(&rendered.raw)
}

#[test]
fn mlt_and_the_simulator_show_the_same_pixels() {
    let Some(stage) = Stage::set_up() else { return };
    let clip = Clip::discs(SIZE, 0);
    assert_eq!(clip.depth, Depth::Byte);
    for (index, label) in [(0, "Cut-out"), (1, "Matte"), (2, "Overlay")] {
        let properties = [("point1", "90 110"), ("point1Mode", "Include"), ("output", label)];
        let in_mlt = stage.render_one(&clip, &properties, 0);
        let simulated = simulated(&clip, index);
        let different = in_mlt.iter().zip(&simulated).filter(|(a, b)| a != b).count();
        assert!(in_mlt.len() == simulated.len() && different == 0, "{label}: {different} values differ");
    }
}
