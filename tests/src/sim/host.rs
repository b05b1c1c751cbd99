//! The host.

use std::sync::Arc;

use super::core::Core;
use super::plugin::PluginInner;
use super::{Binary, Message, Plugin, Profile, SimError, Status, Violation, threads};

/// A host of a given [`Profile`], holding everything that the plugin did wrong in it.
#[derive(Clone)]
pub struct Host {
    pub(crate) core: Arc<Core>,
}

impl Host {
    /// A host of that kind.
    pub fn new(profile: Profile) -> Host {
        threads::note_own();
        Host { core: Core::new(profile) }
    }

    /// What kind of host it is.
    pub fn profile(&self) -> &Profile {
        &self.core.profile
    }

    /// Takes the first plugin of a binary through OfxSetHost, OfxGetPlugin, setHost, Load and Describe.
    ///
    /// # Errors
    /// [`SimError::NoPlugin`]; [`SimError::Refused`] when Load or Describe does not succeed.
    pub fn load(&self, binary: Binary) -> Result<Plugin, SimError> {
        threads::note_own();
        Ok(Plugin { inner: PluginInner::load(&self.core, binary)? })
    }

    /// Everything that was wrong so far.
    pub fn violations(&self) -> Vec<Violation> {
        self.core.violations().clone()
    }

    /// Everything that was wrong since the last call; the list is empty afterwards.
    pub fn take_violations(&self) -> Vec<Violation> {
        std::mem::take(&mut *self.core.violations())
    }

    /// Fails the test when anything was wrong.
    ///
    /// # Panics
    /// With the list of violations.
    pub fn assert_clean(&self) {
        let violations = self.violations();
        let list = violations.iter().map(|v| format!("\n  {v}")).collect::<String>();
        assert!(
            violations.is_empty(),
            "the plugin broke the specification {} times:{list}",
            violations.len()
        );
    }

    /// Every message that any object of the plugin posted (the last 1000).
    pub fn messages(&self) -> Vec<Message> {
        self.core.messages()
    }

    /// What the plugin answered to actions that have ended, in the order of their ends (the last 1000).
    pub fn answers(&self) -> Vec<(String, Status)> {
        self.core.answers()
    }

    /// Names of the actions sent, in order (the last 1000).
    pub fn actions(&self) -> Vec<String> {
        self.core.actions()
    }
}
