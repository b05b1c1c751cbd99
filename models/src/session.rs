//! One network opened in ONNX Runtime.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use ort::ep::CPU;
use ort::logging::LogLevel;
use ort::session::{RunOptions, Session, SessionInputValue, SessionOutputs};
use ort::value::{DynValue, Outlet, TensorElementType, ValueType};

use crate::Error;
use crate::error::is_out_of_memory;
use crate::runtime::Runtime;
use crate::sam::Stop;
use crate::threads::Threads;

mod single;

pub(crate) use single::{Run, Single};

/// An input or output that a network must have: f32 of a shape, in which -1 stands for a size that the network must leave open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tensor<'a> {
    pub(crate) name: &'a str,
    pub(crate) shape: &'a [i64],
}

impl Tensor<'_> {
    /// Looks for the tensor among a network's own; the error says what differs. A size that the network leaves open is
    /// right.
    fn check(&self, present: &[Outlet]) -> Result<(), String> {
        let Some(outlet) = present.iter().find(|outlet| outlet.name() == self.name) else {
            let names: Vec<_> = present.iter().map(Outlet::name).collect();
            return Err(format!("is not among {names:?}"));
        };
        let fits = match outlet.dtype() {
            ValueType::Tensor { ty: TensorElementType::Float32, shape, .. } => {
                shape.len() == self.shape.len()
                    && shape.iter().zip(self.shape).all(|(has, wants)| *has == -1 || has == wants)
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(format!("is {} in place of f32 {:?}", outlet.dtype(), self.shape)) }
    }
}

/// What happens to the memory that runs work in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkingMemory {
    /// It stays for the next run.
    Keep,
    /// It goes back to the system after a run, all but the block that the run's outputs lie in. Fetching it again costs
    /// the next run time.
    GiveBack,
    /// Each tensor's goes back to the system as soon as the tensor is not needed; nothing is pooled. Costs what
    /// [`WorkingMemory::GiveBack`] does and leaves less, where blocks are not too large.
    Unpooled,
}

/// A network and the lock that lets one caller at a time run it: ONNX Runtime's own pool already uses every thread the
/// session was given.
#[derive(Debug)]
pub(crate) struct Network {
    session: Mutex<Session>,
    memory: WorkingMemory,
}

impl Network {
    /// Opens a verified file and checks that it has the promised inputs and outputs, in any order, and no other inputs.
    pub(crate) fn open(
        runtime: &Runtime,
        path: &Path,
        id: &str,
        (threads, memory): (usize, WorkingMemory),
        inputs: &[Tensor<'_>],
        outputs: &[Tensor<'_>],
    ) -> Result<Self, Error> {
        let session = open_session(runtime, path, threads, memory).map_err(|source| {
            if is_out_of_memory(source.message()) {
                Error::OutOfMemory { doing: "open a model", source: source.into() }
            } else {
                Error::ModelUnloadable { path: path.to_path_buf(), source: source.into() }
            }
        })?;
        let contract = |reason: String| Error::ModelContract { id: id.to_owned(), reason };
        for (kind, promised, present) in
            [("input", inputs, session.inputs()), ("output", outputs, session.outputs())]
        {
            for tensor in promised {
                tensor
                    .check(present)
                    .map_err(|reason| contract(format!("{kind} \"{}\" {reason}", tensor.name)))?;
            }
        }
        let not_given = |has: &&Outlet| inputs.iter().all(|input| input.name != has.name());
        if let Some(extra) = session.inputs().iter().find(not_given) {
            return Err(contract(format!(
                "it wants an input \"{}\" that PromptMatte does not give",
                extra.name()
            )));
        }
        Ok(Self { session: Mutex::new(session), memory })
    }

    /// The version that the file gives itself (`model_version` of ONNX), if it gives one. 0 is what exporters write who
    /// know of none, the largest number what ONNX Runtime says of a file without.
    pub(crate) fn version(&self) -> Option<i64> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let version = session.metadata().ok()?.version();
        version.filter(|version| !matches!(*version, 0 | i64::MAX))
    }

    /// Runs the network and hands its outputs to `read` while they are alive.
    pub(crate) fn run<T>(
        &self,
        doing: &'static str,
        inputs: Vec<(&str, SessionInputValue<'_>)>,
        read: impl FnOnce(&SessionOutputs<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let options = self.options(doing)?;
        // A panic while the lock was held leaves no half-done state in the session: ONNX Runtime's run is one call.
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session
            .run_with_options(inputs, &options)
            .map_err(|source| Error::from_inference(doing, source))?;
        read(&outputs)
    }

    /// As [`Network::run`], for a network that takes long: `stop` is looked at all the while, by the calling thread,
    /// and ends the wait for other callers as well as the run itself, which is on `thread`.
    pub(crate) fn run_until<T: Send>(
        &self,
        thread: &Threads,
        stop: Stop<'_>,
        doing: &'static str,
        inputs: Vec<(&str, SessionInputValue<'_>)>,
        read: impl FnOnce(&SessionOutputs<'_>) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let failed = |source| Error::from_inference(doing, source);
        let options = self.options(doing)?;
        let mut guard = self.lock_until(stop)?;
        let session = &mut *guard;
        let (done, is_done) = mpsc::channel::<()>();
        let options = &options;
        let mut result = None;
        let answer = &mut result;
        let ended = thread.in_place_scope(|scope| {
            scope.spawn(move |_| {
                // Dropped when the run ends, however it ends.
                let _done = done;
                *answer = Some(
                    session
                        .run_with_options(inputs, options)
                        .map_err(failed)
                        .and_then(|outputs| read(&outputs)),
                );
            });
            let mut stopped = false;
            while is_done.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                if !stopped && stop() {
                    options.terminate().map_err(failed)?;
                    stopped = true;
                }
            }
            Ok(stopped)
        });
        match (ended?, result) {
            // ONNX Runtime reports a run that was ended as a failed one.
            (true, Some(Err(_))) => Err(Error::Stopped),
            (_, Some(result)) => result,
            (_, None) => unreachable!("a panic of the run goes on where the scope ends"),
        }
    }

    fn options(&self, doing: &'static str) -> Result<RunOptions, Error> {
        let failed = |source| Error::from_inference(doing, source);
        let mut options = RunOptions::new().map_err(failed)?;
        if self.memory == WorkingMemory::GiveBack {
            options.set("memory.enable_memory_arena_shrinkage", "cpu:0").map_err(failed)?;
        }
        Ok(options)
    }

    /// Waits for the session's other callers, unless `stop` says not to.
    fn lock_until(&self, stop: Stop<'_>) -> Result<MutexGuard<'_, Session>, Error> {
        loop {
            match self.session.try_lock() {
                Ok(session) => return Ok(session),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if stop() => return Err(Error::Stopped),
                Err(TryLockError::WouldBlock) => thread::sleep(POLL),
            }
        }
    }
}

/// How often a long run looks whether it is still wanted; short beside a run, long beside a look.
const POLL: Duration = Duration::from_millis(10);

fn open_session(
    runtime: &Runtime,
    path: &Path,
    threads: usize,
    memory: WorkingMemory,
) -> ort::Result<Session> {
    let pooled = memory != WorkingMemory::Unpooled;
    Session::builder(runtime.environment())?
        .with_log_level(LogLevel::Error)?
        .with_intra_threads(threads.max(1))?
        .with_inter_threads(1)?
        // Threads that wait by spinning would take the host's cores between frames.
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .with_deterministic_compute(true)?
        .with_execution_providers([CPU::default().with_arena_allocator(pooled).build()])?
        .commit_from_file(path)
}

/// The values of an output, when it has the expected shape.
pub(crate) fn extract<'v>(
    value: Option<&'v DynValue>,
    doing: &'static str,
    shape: &[i64],
) -> Result<&'v [f32], Error> {
    let failed = |reason: String| Error::Inference { doing, source: reason.into() };
    let value = value.ok_or_else(|| failed("an output is missing".to_owned()))?;
    let (found, data) =
        value.try_extract_tensor::<f32>().map_err(|source| Error::from_inference(doing, source))?;
    if **found == *shape {
        Ok(data)
    } else {
        Err(failed(format!("an output has the shape {found:?} in place of {shape:?}")))
    }
}
