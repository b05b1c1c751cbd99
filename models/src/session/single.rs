//! A network of one input and one output, both of four dimensions: a picture in, a picture out.

use ort::value::TensorRef;

use super::{Network, Tensor, WorkingMemory, extract};
use crate::Error;
use crate::manifest::Entry;
use crate::runtime::Runtime;
use crate::sam::Stop;
use crate::store::Store;
use crate::threads::Threads;

/// A network and the names of its two tensors.
#[derive(Debug)]
pub(crate) struct Single {
    network: Network,
    /// What runs are on. It is there from the start: a thread that begins while memory is short ends the whole process
    /// when it gets no stack for signals.
    thread: Threads,
    input: String,
    output: String,
}

/// What one run takes and gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    /// What is being done, for messages.
    pub(crate) doing: &'static str,
    /// The input's shape and as many values.
    pub(crate) input: ([usize; 4], &'a [f32]),
    /// The shape that the output must have.
    pub(crate) output: [i64; 4],
}

impl Single {
    /// Opens the file of an entry, verified, with a number of threads.
    ///
    /// # Errors
    /// Those of [`Store::verified_path`], [`Network::open`] and [`Threads::new`].
    pub(crate) fn open(
        runtime: &Runtime,
        store: &Store,
        entry: &Entry,
        threads: (usize, WorkingMemory),
        input: Tensor<'_>,
        output: Tensor<'_>,
    ) -> Result<Self, Error> {
        let path = store.verified_path(entry)?;
        let network = Network::open(runtime, &path, &entry.id, threads, &[input], &[output])?;
        Ok(Self {
            network,
            thread: Threads::new(1)?,
            input: input.name.to_owned(),
            output: output.name.to_owned(),
        })
    }

    /// The version that the file names, if it names one.
    pub(crate) fn version(&self) -> Option<i64> {
        self.network.version()
    }

    /// Runs the network and hands the output's values to `read`. `stop` ends the wait for other callers as well as the
    /// run.
    ///
    /// # Errors
    /// Those of [`Network::run_until`], and [`Error::Inference`] when the output has another shape.
    pub(crate) fn run_until<T: Send>(
        &self,
        stop: Stop<'_>,
        run: Run<'_>,
        read: impl FnOnce(&[f32]) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let Run { doing, input, output } = run;
        let input =
            TensorRef::from_array_view(input).map_err(|source| Error::from_inference(doing, source))?;
        let inputs = vec![(self.input.as_str(), input.into())];
        self.network.run_until(&self.thread, stop, doing, inputs, |outputs| {
            read(extract(outputs.get(&self.output), doing, &output)?)
        })
    }
}
