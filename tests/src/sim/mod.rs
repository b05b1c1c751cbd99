//! A strict OpenFX image effect host, to load a plugin into and to watch.
//!
//! The simulator plays a host's part from `OfxSetHost` to `OfxActionUnload`. It answers wrong calls with the
//! status the specification names and writes each down as a [`Violation`]; a test asks for them with
//! [`Host::violations`] or fails on them with [`Host::assert_clean`]. A [`Profile`] says what kind of host it
//! is: [`Profile::strict`], or one with the habits of a real one; [`Profile::all`] gives them all.
//!
//! ```no_run
//! use tests::sim;
//! # fn main() -> Result<(), sim::SimError> {
//! let host = sim::Host::new(sim::Profile::strict());
//! let plugin = host.load(sim::Binary::open("target/bundle/PromptMatte.ofx.bundle")?)?;
//! let effect = plugin.describe_in_context(sim::Context::Filter)?;
//! let instance = effect.create(sim::Project::new(640, 360))?;
//! instance.connect("Source", sim::Clip::from_files(vec!["frame0.png".into(), "frame1.png".into()])?)?;
//! instance.set("point1Mode", 1)?;
//! instance.set_key("point1", 0.0, [320.0, 180.0])?;
//! instance.set_key("point1", 1.0, [330.0, 180.0])?;
//! let output = instance.render(&sim::Request::at(0.0))?;
//! assert_eq!(output.status, sim::Status::OK);
//! let alpha = output.picture().alpha();
//! drop((instance, effect));
//! let at_unload = plugin.unload()?;
//! host.assert_clean();
//! # Ok(()) }
//! ```
//!
//! Coordinates are OpenFX's: canonical (y up, in square pixels at full size) for parameters and regions,
//! pixels for windows and bounds. [`Picture`]s alone are top row first, as files are.

mod action;
mod binary;
mod checks;
mod clips;
mod core;
mod drawing;
mod effect;
mod error;
mod format;
mod handles;
mod host;
mod images;
mod instance;
mod interact;
mod layout;
mod messages;
mod moments;
mod param_types;
mod params;
mod picture;
mod plugin;
mod profile;
mod properties;
mod request;
mod status;
mod suites;
mod threads;
mod value;
mod violations;

pub use binary::{Binary, GetNumberOfPlugins, GetPlugin, SetHost};
pub use clips::{Clip, Source};
pub use drawing::{Drawing, Drawn, Ink, Primitive, Stipple};
pub use effect::{ClipInfo, Effect, ParamInfo};
pub use error::SimError;
pub use format::{Components, Context, Depth, Field, Premultiplication};
pub use host::Host;
pub use instance::{Change, Instance, Project};
pub use interact::{Overlay, Pen, View};
pub use layout::Layout;
pub use messages::{Message, MessageKind};
pub use picture::Picture;
pub use plugin::Plugin;
pub use profile::{
    Animates, Calls, FieldImages, ImageScale, NormalisedDefaults, Prefill, Profile, UnconnectedImage,
};
pub use properties::PropertyOwner;
pub use request::{Output, Request};
pub use status::Status;
pub use value::Value;
pub use violations::{Violation, ViolationKind};
