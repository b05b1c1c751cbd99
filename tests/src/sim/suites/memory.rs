//! The Memory suite, and the image memory of the ImageEffect suite.

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_void;
use std::sync::Arc;

use openfx_sys as ofx;

use super::{code, give};
use crate::sim::core::{Core, lock};
use crate::sim::handles::{self, Object, Tag};
use crate::sim::{Status, ViolationKind, action};

pub(super) static SUITE: ofx::OfxMemorySuiteV1 =
    ofx::OfxMemorySuiteV1 { memoryAlloc: Some(memory_alloc), memoryFree: Some(memory_free) };

/// Alignment of all memory given out: fit for any type and for vector code.
const ALIGNMENT: usize = 64;

/// Memory given to the plugin.
pub(crate) struct Allocation {
    address: *mut u8,
    layout: Layout,
    /// The action that took it.
    pub(crate) action: String,
}

// SAFETY: the address is only handed out and freed, never read here.
unsafe impl Send for Allocation {}
// SAFETY: see above.
unsafe impl Sync for Allocation {}

impl Allocation {
    fn new(bytes: usize) -> Option<Allocation> {
        let layout = Layout::from_size_align(bytes.max(1), ALIGNMENT).ok()?;
        // SAFETY: the size is not zero.
        let address = unsafe { alloc(layout) };
        let action = action::current().map_or_else(|| "no action".to_owned(), |f| f.action.clone());
        (!address.is_null()).then_some(Allocation { address, layout, action })
    }

    pub(crate) fn size(&self) -> usize {
        self.layout.size()
    }
}

impl Drop for Allocation {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.address, self.layout) }
    }
}

unsafe extern "C" fn memory_alloc(
    handle: *mut c_void,
    bytes: usize,
    out: *mut *mut c_void,
) -> ofx::OfxStatus {
    let core = match handle as usize {
        0 => handles::host_of(0).ok_or(Status::FAILED),
        handle => handles::effect(handle, "memoryAlloc").map(|e| e.core.clone()),
    };
    let result = core.and_then(|core| {
        let allocation = Allocation::new(bytes).ok_or(Status::ERR_MEMORY)?;
        let address = allocation.address;
        // SAFETY: the plugin passes a place for the address.
        unsafe { give(out, address.cast(), "memory", "memoryAlloc") }?;
        lock(&core.memory).insert(address as usize, allocation);
        Ok(())
    });
    code(result)
}

unsafe extern "C" fn memory_free(address: *mut c_void) -> ofx::OfxStatus {
    let Some(core) = handles::host_of(0) else { return Status::FAILED.0 };
    let known = lock(&core.memory).remove(&(address as usize));
    if known.is_none() {
        let message = format!("{address:p} is no memory of this host, or was freed before");
        core.violation(ViolationKind::BadHandle, "memoryFree", None, message);
        return Status::ERR_BAD_HANDLE.0;
    }
    Status::OK.0
}

/// Image memory behind a handle. It stays where it is, locked or not.
pub(crate) struct ImageMemory {
    core: std::sync::Weak<Core>,
    allocation: Allocation,
}

impl ImageMemory {
    /// Takes memory and gives the handle; 0 without memory.
    pub(super) fn make(core: &Arc<Core>, bytes: usize) -> usize {
        let Some(allocation) = Allocation::new(bytes) else { return 0 };
        let handle = handles::new_handle(Tag::ImageMemory, core.number);
        let what = format!("{bytes} bytes of image memory, taken in {}", allocation.action);
        lock(&core.resources).insert(handle, what);
        let memory = ImageMemory { core: Arc::downgrade(core), allocation };
        handles::register(handle, Object::ImageMemory(Arc::new(memory)));
        handle
    }

    pub(super) fn find(handle: usize, function: &str) -> Result<Arc<ImageMemory>, Status> {
        match handles::find(handle) {
            Some(Object::ImageMemory(memory)) => Ok(memory),
            _ => Err(handles::bad(handle, "image memory", function)),
        }
    }

    pub(super) fn free(handle: usize) {
        if let Some(Object::ImageMemory(memory)) = handles::retire(handle)
            && let Some(core) = memory.core.upgrade()
        {
            lock(&core.resources).remove(&handle);
        }
    }

    pub(super) fn address(&self) -> *mut u8 {
        self.allocation.address
    }
}
