//! A loaded plugin.

use super::{Context, Effect, SimError, Status, Violation};

/// A plugin after Load and Describe. The last of it, its effects and its instances to be dropped unloads it.
pub struct Plugin {}

impl Plugin {
    /// The identifier, such as `org.promptmatte.PromptMatte`.
    pub fn identifier(&self) -> &str {
        todo!()
    }

    /// Major and minor version.
    pub fn version(&self) -> (u32, u32) {
        todo!()
    }

    /// Contexts that both plugin and host support, in the plugin's order.
    pub fn contexts(&self) -> Vec<Context> {
        todo!()
    }

    /// The strings of a property of the descriptor, such as `OfxImageEffectPropSupportedPixelDepths`; numbers
    /// as text. Empty when it is not set.
    pub fn property(&self, _name: &str) -> Vec<String> {
        todo!()
    }

    /// Sends DescribeInContext.
    ///
    /// # Errors
    /// [`SimError::NoContext`], [`SimError::Refused`].
    pub fn describe_in_context(&self, _context: Context) -> Result<Effect, SimError> {
        todo!()
    }

    /// Sends any action with the descriptor (or no handle) and no arguments.
    pub fn raw_action(&self, _action: &str, _with_descriptor: bool) -> Status {
        todo!()
    }

    /// Sends Unload, takes the library out, and gives what was left behind (also added to the host's list).
    ///
    /// # Errors
    /// [`SimError::InUse`].
    pub fn unload(self) -> Result<Vec<Violation>, SimError> {
        todo!()
    }
}
