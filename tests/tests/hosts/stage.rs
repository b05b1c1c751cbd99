//! What the tests of this program have in common.

use tests::linked::{Stage, test_picture};
use tests::network::Disc;
use tests::sim::{Clip, Context, Instance, Output, Picture, Profile, Project, Request, SimError, Status};

pub type Tested = Result<(), SimError>;

/// Size of the frame.
pub const SIZE: (u32, u32) = (256, 144);
/// The include point, canonical.
pub const POINT: [f64; 2] = [100.0, 60.0];

/// Runs a test in every host, each with the effect freshly loaded, and fails on every breach of the
/// specification and of the host's habits.
pub fn in_every_host(test: impl Fn(&Stage, &Profile) -> Tested) -> Tested {
    in_hosts(Profile::all(), test)
}

/// The same in some hosts.
pub fn in_hosts(
    profiles: impl IntoIterator<Item = Profile>,
    test: impl Fn(&Stage, &Profile) -> Tested,
) -> Tested {
    for profile in profiles {
        // Shown when the test fails.
        println!("in {}", profile.name);
        let stage = Stage::new(profile.clone(), Disc::default())?;
        test(&stage, &profile)?;
        stage.finish()?;
    }
    Ok(())
}

/// The test picture at the frame's size.
pub fn picture() -> Picture {
    test_picture(SIZE.0 as usize, SIZE.1 as usize)
}

/// That as a still.
pub fn source() -> Clip {
    Clip::still(picture())
}

/// An instance that shows the matte of the disc around [`POINT`].
pub fn keyed(stage: &Stage, context: Context, clip: Clip) -> Result<Instance, SimError> {
    keyed_in(stage, context, clip, Project::new(SIZE.0, SIZE.1), POINT)
}

/// The same in a project, around a point.
pub fn keyed_in(
    stage: &Stage,
    context: Context,
    clip: Clip,
    project: Project,
    point: [f64; 2],
) -> Result<Instance, SimError> {
    let instance = stage.instance_in(context, clip, project)?;
    instance.set("output", "Matte")?;
    instance.set("point1Mode", "Include")?;
    instance.set("point1", point)?;
    Ok(instance)
}

/// Renders, and fails where the effect did, or left a pixel alone.
pub fn rendered(instance: &Instance, request: &Request) -> Result<Output, SimError> {
    let output = instance.render(request)?;
    assert_eq!(output.status, Status::OK, "{request:?}: {:?}", output.messages);
    assert_eq!(output.untouched, 0, "{request:?}");
    Ok(output)
}
