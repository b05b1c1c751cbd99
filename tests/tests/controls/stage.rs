//! What these tests share: an instance with a disc on its source.

use tests::linked::{Stage, test_picture};
use tests::network::Disc;
use tests::sim::{
    Clip, Context, Instance, Output, Picture, Profile, Project, Request, SimError, Status, Value,
};

pub type Tested = Result<(), SimError>;

pub const SIZE: (u32, u32) = (256, 144);
/// The include point, canonical.
pub const POINT: [f64; 2] = [100.0, 60.0];
/// Radius of the disc in pixels of this frame.
pub const RADIUS: f64 = 40.0;

pub const CUT_OUT: i32 = 0;
pub const MATTE: i32 = 1;
pub const OVERLAY: i32 = 2;
pub const CUT_OUT_PREMULTIPLIED: i32 = 3;
pub const CUT_OUT_STRAIGHT: i32 = 4;
pub const COMPOSITE: i32 = 5;
pub const FOREGROUND: i32 = 6;
pub const EDGES: i32 = 7;

pub fn stage() -> Result<Stage, SimError> {
    Stage::new(Profile::strict(), Disc::default())
}

pub fn source() -> Clip {
    Clip::still(test_picture(SIZE.0 as usize, SIZE.1 as usize))
}

/// An instance with a point on, whose output is `mode`.
pub fn pointed(stage: &Stage, clip: Clip, mode: i32) -> Result<Instance, SimError> {
    pointed_in(stage, clip, mode, Project::new(SIZE.0, SIZE.1))
}

/// The same in a project.
pub fn pointed_in(stage: &Stage, clip: Clip, mode: i32, project: Project) -> Result<Instance, SimError> {
    let instance = stage.instance_in(Context::General, clip, project)?;
    instance.set("output", mode)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", POINT)?;
    Ok(instance)
}

pub fn render(instance: &Instance) -> Result<Output, SimError> {
    let output = instance.render(&Request::at(0.0))?;
    assert_eq!(output.status, Status::OK, "{:?}", output.messages);
    assert_eq!(output.untouched, 0);
    Ok(output)
}

pub fn picture(instance: &Instance) -> Result<Picture, SimError> {
    Ok(render(instance)?.picture())
}

/// The pixel at a canonical position.
pub fn at(picture: &Picture, [x, y]: [f64; 2]) -> [f32; 4] {
    picture.at(x as usize, picture.height - 1 - y as usize)
}

pub fn text(instance: &Instance, name: &str) -> Result<String, SimError> {
    Ok(match instance.value(name, 0.0)? {
        Value::Text(text) => text,
        other => panic!("{name} is {other:?}"),
    })
}

/// A grey picture of one alpha inside a canonical rectangle and nothing outside.
pub fn mask(size: (u32, u32), inside: [f64; 4], alpha: f32) -> Picture {
    let height = f64::from(size.1);
    Picture::from_fn(size.0 as usize, size.1 as usize, |x, y| {
        let (x, y) = (x as f64 + 0.5, height - y as f64 - 0.5);
        let is_inside = x > inside[0] && y > inside[1] && x < inside[2] && y < inside[3];
        if is_inside { [0.0, 0.0, 0.0, alpha] } else { [0.0; 4] }
    })
}
