//! What a host keeps about itself: its profile, and all that happened.

use std::collections::{HashMap, VecDeque};
use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openfx_sys as ofx;

use super::action;
use super::handles;
use super::properties::PropertySet;
use super::properties::tables;
use super::suites;
use super::suites::memory::Allocation;
use super::{Message, Profile, Status, Violation, ViolationKind};

/// Length of the logs of actions and messages: older entries go, so that a long run does not grow.
const LOG: usize = 1000;
/// Strings handed to the plugin that are kept, overwritten, after their action: whoever kept a pointer reads
/// the overwritten text and not freed memory.
const QUARANTINE: usize = 1024;

/// The address of the structure that a plugin gets of the host.
#[derive(Clone, Copy)]
pub(crate) struct HostPointer(pub(crate) &'static ofx::OfxHost);

// SAFETY: the structure never changes; the handle in it is a number.
unsafe impl Send for HostPointer {}
// SAFETY: see above.
unsafe impl Sync for HostPointer {}

/// The state of a host.
pub(crate) struct Core {
    pub(crate) number: u16,
    pub(crate) profile: Profile,
    pub(crate) properties: Arc<PropertySet>,
    /// What OfxSetHost and setHost get. It is leaked, 16 bytes a host: a linked plugin may keep the pointer for
    /// as long as the program runs.
    pub(crate) ofx_host: HostPointer,
    violations: Mutex<Vec<Violation>>,
    messages: Mutex<VecDeque<Message>>,
    actions: Mutex<VecDeque<String>>,
    answers: Mutex<VecDeque<(String, Status)>>,
    quarantine: Mutex<VecDeque<CString>>,
    pub(crate) memory: Mutex<HashMap<usize, Allocation>>,
    /// Handles of mutexes and image memory that live, with the action that made them.
    pub(crate) resources: Mutex<HashMap<usize, String>>,
}

/// A lock that goes on after a panic elsewhere: what it guards here is always whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    pub(crate) fn new(profile: Profile) -> Arc<Core> {
        Arc::new_cyclic(|weak| {
            let number = handles::new_host_number();
            handles::register_host(number, weak.clone());
            let properties = PropertySet::host(weak.clone(), number, &profile);
            tables::host::fill(&properties, &profile);
            let ofx_host = Box::leak(Box::new(ofx::OfxHost {
                host: properties.handle as ofx::OfxPropertySetHandle,
                fetchSuite: Some(suites::fetch_suite),
            }));
            Core {
                number,
                profile,
                properties,
                ofx_host: HostPointer(ofx_host),
                violations: Mutex::default(),
                messages: Mutex::default(),
                actions: Mutex::default(),
                answers: Mutex::default(),
                quarantine: Mutex::default(),
                memory: Mutex::default(),
                resources: Mutex::default(),
            }
        })
    }

    /// Writes down a breach of the specification in the action of this thread.
    pub(crate) fn violation(
        &self,
        kind: ViolationKind,
        object: &str,
        property: Option<&str>,
        message: impl Into<String>,
    ) {
        let action = action::current().map_or_else(|| "no action".to_owned(), |frame| frame.action.clone());
        self.violation_in(&action, kind, object, property, message);
    }

    /// Writes down a breach of the specification.
    pub(crate) fn violation_in(
        &self,
        action: &str,
        kind: ViolationKind,
        object: &str,
        property: Option<&str>,
        message: impl Into<String>,
    ) {
        lock(&self.violations).push(Violation {
            kind,
            action: action.to_owned(),
            object: object.to_owned(),
            property: property.map(str::to_owned),
            message: message.into(),
        });
    }

    pub(crate) fn violations(&self) -> MutexGuard<'_, Vec<Violation>> {
        lock(&self.violations)
    }

    pub(crate) fn log_action(&self, action: &str) {
        push_bounded(&mut lock(&self.actions), action.to_owned(), LOG);
    }

    /// Notes trouble of the host's own (a clip's file that cannot be read) in its log.
    pub(crate) fn log_trouble(&self, error: &super::SimError) {
        self.log_message(Message {
            action: action::current().map_or_else(String::new, |frame| frame.action.clone()),
            kind: super::MessageKind::Transient,
            message_type: ofx::kOfxMessageLog.to_string_lossy().into_owned(),
            id: "host".to_owned(),
            text: error.to_string(),
        });
    }

    /// A number that does not come twice, for image identifiers that tell nothing.
    pub(crate) fn random(&self) -> u64 {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn actions(&self) -> Vec<String> {
        lock(&self.actions).iter().cloned().collect()
    }

    pub(crate) fn log_answer(&self, action: &str, status: Status) {
        push_bounded(&mut lock(&self.answers), (action.to_owned(), status), LOG);
    }

    pub(crate) fn answers(&self) -> Vec<(String, Status)> {
        lock(&self.answers).iter().cloned().collect()
    }

    pub(crate) fn log_message(&self, message: Message) {
        push_bounded(&mut lock(&self.messages), message, LOG);
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        lock(&self.messages).iter().cloned().collect()
    }

    /// Takes strings whose action is over: overwrites them and keeps them for a while.
    pub(crate) fn bury(&self, strings: Vec<CString>) {
        let mut quarantine = lock(&self.quarantine);
        for string in strings {
            let length = string.as_bytes().len();
            // The bytes must be overwritten in place, since the plugin may hold their address: the vector is
            // never reallocated on this way.
            let mut bytes = string.into_bytes_with_nul();
            bytes[..length].fill(b'?');
            // SAFETY: `length` bytes that are not zero, then the zero that was there.
            let overwritten = unsafe { CString::from_vec_with_nul_unchecked(bytes) };
            push_bounded(&mut quarantine, overwritten, QUARANTINE);
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        handles::retire(self.properties.handle);
        handles::forget_host(self.number);
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, item: T, limit: usize) {
    if queue.len() >= limit {
        queue.pop_front();
    }
    queue.push_back(item);
}
