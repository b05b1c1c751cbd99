//! What kind of host is simulated.

use super::{Components, Context, Depth, Field, Layout, Premultiplication};

/// The abilities and habits of a host. Every field can be changed before [`super::Host::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// `kOfxPropName`.
    pub name: String,
    /// Contexts offered.
    pub contexts: Vec<Context>,
    /// Depths that the host has, best first.
    pub depths: Vec<Depth>,
    /// Components that the host has.
    pub components: Vec<Components>,
    /// Other frames may be fetched.
    pub temporal_access: bool,
    /// How every clip is handed over, whatever the clip says.
    pub premultiplication: Option<Premultiplication>,
    /// What "not interlaced" is called.
    pub field: Field,
    /// Layout of images unless a request says otherwise.
    pub layout: Layout,
}

impl Profile {
    /// A host that can do all of the specification and forgives nothing.
    pub fn strict() -> Profile {
        todo!()
    }

    /// Natron 2.6.
    pub fn natron() -> Profile {
        todo!()
    }

    /// DaVinci Resolve.
    pub fn resolve() -> Profile {
        todo!()
    }

    /// Nuke.
    pub fn nuke() -> Profile {
        todo!()
    }

    /// MLT 7.42.
    pub fn mlt() -> Profile {
        todo!()
    }
}
