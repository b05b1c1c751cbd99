//! A loaded plugin.

use std::ffi::{CStr, c_int};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use openfx_sys as ofx;

use super::action::{self, Frame, MainEntry, RenderContext};
use super::core::Core;
use super::effect::{EffectObject, Role};
use super::properties::PropertySet;
use super::{Binary, Context, Effect, SimError, Status, Violation, ViolationKind, checks, effect, threads};

/// A plugin after Load and Describe. The last of it, its effects and its instances to be dropped unloads it.
pub struct Plugin {
    pub(crate) inner: Arc<PluginInner>,
}

impl Plugin {
    /// The identifier, such as `org.promptmatte.PromptMatte`.
    pub fn identifier(&self) -> &str {
        &self.inner.identifier
    }

    /// Major and minor version.
    pub fn version(&self) -> (u32, u32) {
        self.inner.version
    }

    /// Contexts that both plugin and host support, in the plugin's order.
    pub fn contexts(&self) -> Vec<Context> {
        let texts = self.inner.descriptor().properties.texts(ofx::kOfxImageEffectPropSupportedContexts);
        let host = &self.inner.core.profile.contexts;
        texts.iter().filter_map(|t| Context::from_ofx(t)).filter(|c| host.contains(c)).collect()
    }

    /// The values of a property of the descriptor, such as `OfxImageEffectPropSupportedPixelDepths`, as text;
    /// empty when there is no such property.
    pub fn property(&self, name: &str) -> Vec<String> {
        self.inner.descriptor().properties.values(name).iter().map(ToString::to_string).collect()
    }

    /// Sends DescribeInContext.
    ///
    /// # Errors
    /// [`SimError::NoContext`], [`SimError::Refused`].
    pub fn describe_in_context(&self, context: Context) -> Result<Effect, SimError> {
        threads::note_own();
        if !self.contexts().contains(&context) {
            return Err(SimError::NoContext(context.as_str()));
        }
        effect::describe_in_context(&self.inner, context)
    }

    /// Sends DescribeInContext for a context whether or not the plugin offers it, and gives the answer alone.
    pub fn try_context(&self, context: Context) -> Status {
        threads::note_own();
        match effect::describe_in_context(&self.inner, context) {
            Err(SimError::Refused { status, .. }) => status,
            _ => Status::OK,
        }
    }

    /// Sends Load and Describe again, as MLT does for every frame.
    ///
    /// # Errors
    /// [`SimError::Refused`].
    pub fn reload(&self) -> Result<(), SimError> {
        self.inner.load_and_describe()
    }

    /// Sends any action with the descriptor (or no handle) and no arguments.
    pub fn raw_action(&self, action: &str, with_descriptor: bool) -> Status {
        let descriptor = with_descriptor.then(|| self.inner.descriptor());
        self.inner.send(action, descriptor.as_ref(), None, None).0
    }

    /// Sends Unload, takes the library out, and gives what was left behind (also added to the host's list).
    ///
    /// # Errors
    /// [`SimError::InUse`].
    pub fn unload(self) -> Result<Vec<Violation>, SimError> {
        let core = self.inner.core.clone();
        let before = core.violations().len();
        match Arc::try_unwrap(self.inner) {
            Ok(inner) => drop(inner),
            Err(inner) => return Err(SimError::InUse(Arc::strong_count(&inner) - 1)),
        }
        let violations = core.violations();
        Ok(violations.get(before..).map(<[_]>::to_vec).unwrap_or_default())
    }
}

/// What plugin, effects and instances share.
pub(crate) struct PluginInner {
    pub(crate) core: Arc<Core>,
    pub(crate) entry: MainEntry,
    identifier: String,
    version: (u32, u32),
    binary: Binary,
    descriptor: RwLock<Arc<EffectObject>>,
    loaded: bool,
    /// Held by renders of a plugin that can do only one at a time.
    pub(crate) render_lock: Mutex<()>,
}

impl PluginInner {
    pub(crate) fn load(core: &Arc<Core>, binary: Binary) -> Result<Arc<PluginInner>, SimError> {
        let host = core.ofx_host.0;
        if let Some(set_host) = binary.set_host {
            // SAFETY: the export's signature is the API's; the host structure lives as long as the program.
            let status = Status(action::aside(core, c"OfxSetHost", || unsafe { set_host(host) }));
            if status != Status::OK && status != Status::REPLY_DEFAULT {
                return Err(refused(core, "OfxSetHost", status));
            }
        }
        let number = binary.number;
        // SAFETY: the export's signature is the API's.
        let count = action::aside(core, c"OfxGetPlugin", || unsafe { number() });
        let found = get_plugin(core, &binary, 0);
        if count < 1 || found.is_null() {
            return Err(SimError::NoPlugin(format!("it says it has {count} plugins, number 0 is {found:?}")));
        }
        for outside in [count, -1] {
            if !get_plugin(core, &binary, outside).is_null() {
                let message = format!("OfxGetPlugin({outside}) is not null, there are {count} plugins");
                core.violation(ViolationKind::Export, "the binary", None, message);
            }
        }
        if get_plugin(core, &binary, 0) != found {
            let message = "OfxGetPlugin gives another address the second time";
            core.violation(ViolationKind::Export, "the binary", None, message);
        }
        // SAFETY: not null, and the API says it lives as long as the binary.
        let plugin = unsafe { &*found };
        let entry = plugin.mainEntry.ok_or_else(|| SimError::NoPlugin("its mainEntry is null".to_owned()))?;
        let set_host = plugin.setHost.ok_or_else(|| SimError::NoPlugin("its setHost is null".to_owned()))?;
        let identifier = checks::plugin_struct(core, plugin);
        // SAFETY: the signature is the API's; a plugin only reads the host structure.
        action::aside(core, c"setHost", || unsafe { set_host(std::ptr::from_ref(host).cast_mut()) });
        let version = (plugin.pluginVersionMajor, plugin.pluginVersionMinor);
        let descriptor = RwLock::new(new_descriptor(core, binary.path()));
        let mut inner = PluginInner {
            core: core.clone(),
            entry,
            identifier,
            version,
            binary,
            descriptor,
            loaded: false,
            render_lock: Mutex::new(()),
        };
        inner.send_load()?;
        inner.loaded = true;
        inner.describe()?;
        Ok(Arc::new(inner))
    }

    fn send_load(&self) -> Result<(), SimError> {
        let action = ofx::kOfxActionLoad.to_string_lossy();
        let (status, _) = self.send(&action, None, None, None);
        if status.is_fine() { Ok(()) } else { Err(refused(&self.core, &action, status)) }
    }

    fn describe(&self) -> Result<(), SimError> {
        let descriptor = self.descriptor();
        let action = ofx::kOfxActionDescribe.to_string_lossy();
        let (status, _) = self.send(&action, Some(&descriptor), None, None);
        if status != Status::OK {
            return Err(refused(&self.core, &action, status));
        }
        checks::description(&self.core, &descriptor);
        Ok(())
    }

    /// Load and Describe with a fresh descriptor.
    pub(crate) fn load_and_describe(&self) -> Result<(), SimError> {
        self.send_load()?;
        let fresh = new_descriptor(&self.core, self.binary.path());
        let old =
            std::mem::replace(&mut *self.descriptor.write().unwrap_or_else(PoisonError::into_inner), fresh);
        old.retire();
        self.describe()
    }

    pub(crate) fn descriptor(&self) -> Arc<EffectObject> {
        self.descriptor.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends an action.
    pub(crate) fn send(
        &self,
        action: &str,
        effect: Option<&Arc<EffectObject>>,
        arguments: Option<(&PropertySet, Option<&PropertySet>)>,
        render: Option<RenderContext>,
    ) -> (Status, Arc<Frame>) {
        let frame = Frame::new(&self.core, action, effect, render);
        let handle = effect.map_or(0, |e| e.handle);
        let input = arguments.map_or(0, |(input, _)| input.handle);
        let output = arguments.and_then(|(_, output)| output).map_or(0, |o| o.handle);
        let status = action::run(self.entry, &frame, handle, input, output);
        (status, frame)
    }

    /// An action with output arguments only.
    pub(crate) fn send_for(&self, action: &str, effect: &Arc<EffectObject>, output: &PropertySet) -> Status {
        let frame = Frame::new(&self.core, action, Some(effect), None);
        action::run(self.entry, &frame, effect.handle, 0, output.handle)
    }

    pub(crate) fn bundle(&self) -> &Path {
        self.binary.path()
    }
}

impl Drop for PluginInner {
    fn drop(&mut self) {
        if self.loaded {
            self.send(&ofx::kOfxActionUnload.to_string_lossy(), None, None, None);
            checks::leaks(&self.core);
        }
        self.descriptor().retire();
        for thread in self.binary.close() {
            let message = format!("a thread runs on: {thread}");
            self.core.violation_in("at unload", ViolationKind::ThreadLeft, "the binary", None, message);
        }
    }
}

/// An action was not done: with what the plugin said.
pub(crate) fn refused(core: &Core, action: &str, status: Status) -> SimError {
    let mine = core.messages().into_iter().filter(|m| m.action == action);
    SimError::Refused { action: action.to_owned(), status, messages: mine.map(|m| m.text).collect() }
}

fn get_plugin(core: &Arc<Core>, binary: &Binary, number: c_int) -> *mut ofx::OfxPlugin {
    let get = binary.plugin;
    // SAFETY: the export's signature is the API's; any number is allowed.
    action::aside(core, c"OfxGetPlugin", || unsafe { get(number) })
}

fn new_descriptor(core: &Arc<Core>, bundle: &Path) -> Arc<EffectObject> {
    let descriptor = EffectObject::new(core, Role::Descriptor, None);
    descriptor.properties.put_text(ofx::kOfxPluginPropFilePath, &bundle.to_string_lossy());
    descriptor
}

/// A C string of the plugin as text; empty when null.
///
/// # Safety
/// `text` must be null or a string that ends with a zero byte and lives during the call.
pub(crate) unsafe fn text_of(text: *const std::ffi::c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: by this function's contract.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
