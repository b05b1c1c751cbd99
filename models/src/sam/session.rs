//! One network opened in ONNX Runtime.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ort::logging::LogLevel;
use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::{DynValue, Outlet};

use crate::Error;
use crate::error::is_out_of_memory;
use crate::runtime::Runtime;

/// A network and the lock that lets one caller at a time run it: ONNX Runtime's own pool already uses every thread the
/// session was given.
#[derive(Debug)]
pub(super) struct Network {
    session: Mutex<Session>,
}

impl Network {
    /// Opens a verified file and checks that it has the named inputs and outputs, in any order and no other inputs.
    pub(super) fn open(
        runtime: &Runtime,
        path: &Path,
        id: &str,
        threads: usize,
        inputs: &[&str],
        outputs: &[&str],
    ) -> Result<Self, Error> {
        let session = open_session(runtime, path, threads).map_err(|source| {
            if is_out_of_memory(source.message()) {
                Error::OutOfMemory { doing: "open a model", source: source.into() }
            } else {
                Error::ModelUnloadable { path: path.to_path_buf(), source: source.into() }
            }
        })?;
        let contract = |reason: String| Error::ModelContract { id: id.to_owned(), reason };
        let names = |outlets: &[Outlet]| outlets.iter().map(|o| o.name().to_owned()).collect::<Vec<_>>();
        let (has_inputs, has_outputs) = (names(session.inputs()), names(session.outputs()));
        for name in inputs {
            if !has_inputs.iter().any(|has| has == name) {
                return Err(contract(format!("it has no input \"{name}\" but {has_inputs:?}")));
            }
        }
        if let Some(extra) = has_inputs.iter().find(|has| !inputs.contains(&has.as_str())) {
            return Err(contract(format!("it wants an input \"{extra}\" that PromptMatte does not give")));
        }
        for name in outputs {
            if !has_outputs.iter().any(|has| has == name) {
                return Err(contract(format!("it has no output \"{name}\" but {has_outputs:?}")));
            }
        }
        Ok(Self { session: Mutex::new(session) })
    }

    /// Runs the network and hands its outputs to `read` while they are alive.
    pub(super) fn run<T>(
        &self,
        doing: &'static str,
        inputs: Vec<(&str, SessionInputValue<'_>)>,
        read: impl FnOnce(&SessionOutputs<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // A panic while the lock was held leaves no half-done state in the session: ONNX Runtime's run is one call.
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(inputs).map_err(|source| Error::from_inference(doing, source))?;
        read(&outputs)
    }
}

fn open_session(runtime: &Runtime, path: &Path, threads: usize) -> ort::Result<Session> {
    Session::builder(runtime.environment())?
        .with_log_level(LogLevel::Error)?
        .with_intra_threads(threads.max(1))?
        .with_inter_threads(1)?
        // Threads that wait by spinning would take the host's cores between frames.
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .with_deterministic_compute(true)?
        .commit_from_file(path)
}

/// The values of an output, when it has the expected shape.
pub(super) fn extract<'v>(
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
