//! The MultiThread suite: real threads, real mutexes.

use std::cell::Cell;
use std::ffi::{c_int, c_uint, c_void};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, ThreadId};

use openfx_sys as ofx;

use super::{code, give};
use crate::sim::core::lock;
use crate::sim::handles::{self, Object, Tag};
use crate::sim::{Status, ViolationKind, action, threads};

pub(super) static SUITE: ofx::OfxMultiThreadSuiteV1 = ofx::OfxMultiThreadSuiteV1 {
    multiThread: Some(multi_thread),
    multiThreadNumCPUs: Some(processors),
    multiThreadIndex: Some(index),
    multiThreadIsSpawnedThread: Some(is_spawned),
    mutexCreate: Some(mutex_create),
    mutexDestroy: Some(mutex_destroy),
    mutexLock: Some(mutex_lock),
    mutexUnLock: Some(mutex_unlock),
    mutexTryLock: Some(mutex_try_lock),
};

thread_local! {
    /// The index of a thread that `multiThread` made.
    static SPAWNED: Cell<Option<u32>> = const { Cell::new(None) };
}

/// The plugin's argument, which it wants on every thread.
#[derive(Clone, Copy)]
struct Argument(*mut c_void);
// SAFETY: the API hands this pointer to all threads; the plugin must share what is behind it properly.
unsafe impl Send for Argument {}
// SAFETY: see above.
unsafe impl Sync for Argument {}

unsafe extern "C" fn multi_thread(
    function: ofx::OfxThreadFunctionV1,
    count: c_uint,
    argument: *mut c_void,
) -> ofx::OfxStatus {
    let Some(frame) = action::current() else {
        return Status::FAILED.0;
    };
    if SPAWNED.get().is_some() {
        let message = "it was called from a thread that it made";
        frame.core.violation(ViolationKind::WrongMoment, "multiThread", None, message);
        return Status::ERR_EXISTS.0;
    }
    let Some(function) = function else {
        super::null("multiThread", "multiThread");
        return Status::FAILED.0;
    };
    let count = count.min(frame.core.profile.processors);
    let argument = Argument(argument);
    thread::scope(|scope| {
        for index in 0..count {
            let frame = frame.clone();
            scope.spawn(move || {
                threads::note_own();
                SPAWNED.set(Some(index));
                let argument = argument;
                // SAFETY: the function and its argument are the plugin's own, made for this call.
                action::within(frame, || unsafe { function(index, count, argument.0) });
            });
        }
    });
    Status::OK.0
}

unsafe extern "C" fn processors(count: *mut c_uint) -> ofx::OfxStatus {
    let number = action::current().map_or(1, |f| f.core.profile.processors);
    // SAFETY: the plugin passes a place for the number.
    code(unsafe { give(count, number, "multiThread", "multiThreadNumCPUs") })
}

unsafe extern "C" fn index(index: *mut c_uint) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a place for the number.
    code(unsafe { give(index, SPAWNED.get().unwrap_or(0), "multiThread", "multiThreadIndex") })
}

unsafe extern "C" fn is_spawned() -> c_int {
    c_int::from(SPAWNED.get().is_some())
}

/// A mutex of the plugin: a count of locks, blocked while it is above zero.
pub(crate) struct HostMutex {
    state: Mutex<(i32, Option<ThreadId>)>,
    free: Condvar,
}

impl HostMutex {
    /// Locks; false when it would wait for itself for ever.
    fn acquire(&self) -> bool {
        let mut state = lock(&self.state);
        if state.0 > 0 && state.1 == Some(thread::current().id()) {
            return false;
        }
        while state.0 > 0 {
            state = self.free.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *state = (state.0 + 1, Some(thread::current().id()));
        true
    }

    fn try_acquire(&self) -> bool {
        let mut state = lock(&self.state);
        let free = state.0 <= 0;
        if free {
            *state = (state.0 + 1, Some(thread::current().id()));
        }
        free
    }

    fn release(&self) {
        let mut state = lock(&self.state);
        *state = (state.0 - 1, None);
        self.free.notify_one();
    }
}

fn mutex(handle: ofx::OfxMutexHandle, function: &str) -> Result<Arc<HostMutex>, Status> {
    match handles::find(handle as usize) {
        Some(Object::Mutex(mutex)) => Ok(mutex),
        _ => Err(handles::bad(handle as usize, "a mutex", function)),
    }
}

unsafe extern "C" fn mutex_create(out: *mut ofx::OfxMutexHandle, count: c_int) -> ofx::OfxStatus {
    let Some(frame) = action::current() else { return Status::FAILED.0 };
    let core = &frame.core;
    let handle = handles::new_handle(Tag::Mutex, core.number);
    // SAFETY: the plugin passes a place for the handle.
    let given = unsafe { give(out, handle as ofx::OfxMutexHandle, "a mutex", "mutexCreate") };
    if given.is_ok() {
        let mutex = HostMutex { state: Mutex::new((count, None)), free: Condvar::new() };
        handles::register(handle, Object::Mutex(Arc::new(mutex)));
        lock(&core.resources).insert(handle, format!("a mutex made in {}", frame.action));
    }
    code(given)
}

unsafe extern "C" fn mutex_destroy(handle: ofx::OfxMutexHandle) -> ofx::OfxStatus {
    let result = mutex(handle, "mutexDestroy").map(|_| {
        handles::retire(handle as usize);
        if let Some(core) = handles::host_of(handle as usize) {
            lock(&core.resources).remove(&(handle as usize));
        }
    });
    code(result)
}

unsafe extern "C" fn mutex_lock(handle: ofx::OfxMutexHandle) -> ofx::OfxStatus {
    let result = mutex(handle, "mutexLock").and_then(|m| {
        if m.acquire() {
            return Ok(());
        }
        if let Some(core) = handles::host_of(handle as usize) {
            let message = "the thread that holds it locks it again and would wait for ever";
            core.violation(ViolationKind::WrongMoment, "a mutex", None, message);
        }
        Err(Status::FAILED)
    });
    code(result)
}

unsafe extern "C" fn mutex_unlock(handle: ofx::OfxMutexHandle) -> ofx::OfxStatus {
    code(mutex(handle, "mutexUnLock").map(|m| m.release()))
}

unsafe extern "C" fn mutex_try_lock(handle: ofx::OfxMutexHandle) -> ofx::OfxStatus {
    code(
        mutex(handle, "mutexTryLock")
            .and_then(|m| if m.try_acquire() { Ok(()) } else { Err(Status::FAILED) }),
    )
}
