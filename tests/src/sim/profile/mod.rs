//! What kind of host is simulated.

mod commercial;
mod hosts;

use super::properties::PropertyOwner;
use super::properties::tables::clip::THUMBNAIL;
use super::{Components, Context, Depth, Field, Layout, Premultiplication};

/// Which kinds of parameter the host animates beside numbers and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Animates {
    /// Booleans.
    pub booleans: bool,
    /// Choices.
    pub choices: bool,
    /// Strings.
    pub strings: bool,
    /// Custom parameters.
    pub customs: bool,
}

/// What the host makes of defaults in normalised coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormalisedDefaults {
    /// Scales them by the project's size, as specified.
    Scaled,
    /// Knows the property and hands the numbers back as they are.
    Unscaled,
}

/// What `clipGetImage` answers for a clip that is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnconnectedImage {
    /// Failed, as specified.
    Failed,
    /// OK, with an image without data.
    NoData,
    /// OK, with a transparent black image.
    Black,
}

/// How the host hands out the images of a fielded clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldImages {
    /// As the clip's `kOfxImageClipPropFieldExtraction` asks.
    AsDescribed,
    /// One field, as an image of half the height, whatever the clip asks.
    Single,
    /// One field with every line doubled, whatever the clip asks.
    Doubled,
    /// Whole frames of which `kOfxImagePropField` says that they are not fielded.
    Unnamed,
}

/// What images say of their render scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageScale {
    /// What the action says.
    True,
    /// The reciprocal: 3 for images of a third of the size.
    Inverse,
}

/// What an output image holds before the render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefill {
    /// A pattern, by which pixels that were not written are found.
    Pattern,
    /// The source.
    Source,
}

/// Which optional actions the host sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// IsIdentity.
    pub identity: bool,
    /// GetFramesNeeded, for effects with temporal access.
    pub frames_needed: bool,
    /// InstanceChanged.
    pub changed: bool,
    /// BeginInstanceChanged and EndInstanceChanged around it.
    pub changed_brackets: bool,
    /// GetRegionOfDefinition; without it the output has the size that is usual.
    pub region_of_definition: bool,
    /// BeginSequenceRender and EndSequenceRender.
    pub sequence: bool,
}

impl Calls {
    /// Every one.
    pub const ALL: Calls = Calls {
        identity: true,
        frames_needed: true,
        changed: true,
        changed_brackets: true,
        region_of_definition: true,
        sequence: true,
    };
}

/// The abilities and habits of a host. Every field can be changed before [`super::Host::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// `kOfxPropName`.
    pub name: String,
    /// `kOfxPropLabel`.
    pub label: String,
    /// `kOfxPropVersion`.
    pub version: Vec<i32>,
    /// `kOfxPropAPIVersion`.
    pub api_version: Vec<i32>,
    /// The host never shows an interface.
    pub background: bool,
    /// Instances are edited by a user.
    pub interactive: bool,
    /// Contexts offered.
    pub contexts: Vec<Context>,
    /// Depths that the host has, best first.
    pub depths: Vec<Depth>,
    /// Components that the host has.
    pub components: Vec<Components>,
    /// Other frames may be fetched.
    pub temporal_access: bool,
    /// Images of any size and origin.
    pub multi_resolution: bool,
    /// Images may be parts of the whole.
    pub tiles: bool,
    /// The render window is always the whole output unless tiles are in use. Otherwise hosts may ask for a part
    /// of an output that is whole.
    pub whole_windows: bool,
    /// Clips of different depths.
    pub multiple_depths: bool,
    /// Clips of different pixel aspect ratios.
    pub multiple_pixel_aspect_ratios: bool,
    /// Overlays are shown.
    pub overlays: bool,
    /// The host draws handles of its own for positions that ask for them.
    pub native_handles: bool,
    /// What is animated.
    pub animates: Animates,
    /// Most parameters; -1 for no limit.
    pub max_parameters: i32,
    /// Most pages; -1 for no limit.
    pub max_pages: i32,
    /// Page parameters exist.
    pub pages: bool,
    /// Integer2D and Integer3D parameters exist; a host without them crashes when one is shown.
    pub integer_vectors: bool,
    /// A parameter that was described as secret can be shown later.
    pub reveals_secrets: bool,
    /// Numbers that were described without a range and a display range are held within -1 and 1, integers at 0.
    pub clamps_without_ranges: bool,
    /// `paramCopy` copies; otherwise it says so and does nothing.
    pub copies_parameters: bool,
    /// String choice parameters exist.
    pub string_choices: bool,
    /// Suites that are not given out: name and version.
    pub withheld_suites: Vec<(String, i32)>,
    /// Properties of the specification that this host's objects lack.
    pub missing: Vec<(PropertyOwner, &'static str)>,
    /// Colour management of the Core style, for effects that know it: clips say their colour space.
    pub manages_colour: bool,
    /// The depth in which clips come whatever their material; `None`: the material's.
    pub native_depth: Option<Depth>,
    /// How every clip is handed over, whatever the clip says.
    pub premultiplication: Option<Premultiplication>,
    /// What "not interlaced" is called.
    pub field: Field,
    /// How images of fielded clips come.
    pub field_images: FieldImages,
    /// What images say of their render scale.
    pub image_scale: ImageScale,
    /// `clipGetRegionOfDefinition` gives pixels at the render scale, not canonical coordinates.
    pub pixel_regions: bool,
    /// Clips tell in `kOfxImageClipPropThumbnail` that a thumbnail is rendered.
    pub thumbnail_property: bool,
    /// Layout of images unless a request says otherwise.
    pub layout: Layout,
    /// What becomes of defaults in normalised coordinates.
    pub normalised_defaults: NormalisedDefaults,
    /// `paramGetNumKeys` is always 0, and values do not depend on the time asked.
    pub hides_keys: bool,
    /// What an unconnected clip gives.
    pub unconnected: UnconnectedImage,
    /// Optional clips say that they are connected when they are not.
    pub connects_all: bool,
    /// Clips have their properties when CreateInstance comes.
    pub clip_properties_at_create: bool,
    /// The status of CreateInstance is ignored.
    pub ignores_create_status: bool,
    /// Frames must have been asked for in GetFramesNeeded.
    pub demands_frames_needed: bool,
    /// `clipGetImage` gives the current frame whatever the time.
    pub ignores_image_time: bool,
    /// Image identifiers change at every fetch.
    pub random_identifiers: bool,
    /// What output images hold before.
    pub prefill: Prefill,
    /// Parameters may be set in CreateInstance, by a habit of this host.
    pub values_settable_at_create: bool,
    /// The user can set secret parameters (by a script, or from a project file).
    pub secrets_settable: bool,
    /// Which optional actions come.
    pub calls: Calls,
    /// Processors given to the MultiThread suite.
    pub processors: u32,
}

impl Profile {
    /// What objects of that kind lack.
    pub(crate) fn missing_of(&self, owner: PropertyOwner) -> Vec<&'static str> {
        let thumbnail =
            (owner == PropertyOwner::ClipInstance && !self.thumbnail_property).then_some(THUMBNAIL);
        self.missing.iter().filter(|(o, _)| *o == owner).map(|(_, name)| *name).chain(thumbnail).collect()
    }

    /// Whether a suite is not given out.
    pub(crate) fn withholds(&self, suite: &str, version: i32) -> bool {
        self.withheld_suites.iter().any(|(s, v)| s == suite && *v == version)
    }
}
