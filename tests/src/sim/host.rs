//! The host.

use super::{Binary, Message, Plugin, Profile, SimError, Violation};

/// A host of a given [`Profile`], holding everything that the plugin did wrong in it.
#[derive(Clone)]
pub struct Host {
    profile: Profile,
}

impl Host {
    /// A host of that kind.
    pub fn new(profile: Profile) -> Host {
        Host { profile }
    }

    /// What kind of host it is.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Takes the first plugin of a binary through OfxSetHost, OfxGetPlugin, setHost, Load and Describe.
    ///
    /// # Errors
    /// [`SimError::NoPlugin`]; [`SimError::Refused`] when Load or Describe does not succeed.
    pub fn load(&self, _binary: Binary) -> Result<Plugin, SimError> {
        todo!()
    }

    /// Everything that was wrong so far.
    pub fn violations(&self) -> Vec<Violation> {
        todo!()
    }

    /// Everything that was wrong since the last call, which then counts as seen.
    pub fn take_violations(&self) -> Vec<Violation> {
        todo!()
    }

    /// Fails the test when anything was wrong.
    ///
    /// # Panics
    /// With the list of violations.
    pub fn assert_clean(&self) {
        todo!()
    }

    /// Every message that any object of the plugin posted.
    pub fn messages(&self) -> Vec<Message> {
        todo!()
    }

    /// Names of the actions sent so far, in order.
    pub fn actions(&self) -> Vec<String> {
        todo!()
    }
}
