//! What the whole process shares: the network, the threads, the caches.
//!
//! Made at the first render, never in Load or Describe; shared by all instances; released at Unload. Hosts
//! may repeat any of this (MLT does for every frame).

mod lazy;
mod location;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use models::refiner::{EdgeNetwork, Refiner};
use models::runtime::Runtime;
use models::saliency::{Detector, Saliency};
use models::sam::{Embedding, Logits, Sam, Segmenter};
use models::store::Store;

use crate::cache::{Budget, Memo};
use crate::pipeline::map::Map;
use crate::pipeline::motion::Step;
use crate::pipeline::refine::Edges;
use crate::pipeline::segment::Network;

use lazy::Lazy;

pub use location::Files;
pub use models::threads::Threads;

/// Why the shared state could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The network, its files or its runtime.
    #[error(transparent)]
    Network(#[from] models::Error),
    /// The network that finds a subject without prompts.
    #[error("The subject cannot be found automatically. {0} Until then set Prompts from to My prompts.")]
    Detector(#[source] models::Error),
    /// The network that refines edges.
    #[error("{}", Error::without_refiner(.0))]
    Refiner(#[source] models::Error),
    /// The system does not say where the plugin's binary lies.
    #[error("PromptMatte cannot find its own place on disk: install it in a folder of this computer.")]
    NoPlace,
    /// The binary was copied out of its bundle.
    #[error("PromptMatte is not in its bundle ({}): install the whole PromptMatte.ofx.bundle.", binary.display())]
    NotInBundle {
        /// Where it lies.
        binary: PathBuf,
    },
    /// The cache refuses its own options, which is a mistake in this program.
    #[error("The cache cannot be made ({0}); please report this.")]
    Cache(String),
}

impl Error {
    /// What an artist should know who wanted the edge network, and why it is not there.
    pub fn without_refiner(why: &dyn std::fmt::Display) -> String {
        format!("The edges are refined without the edge network. {why}")
    }
}

/// Bytes for all caches before any instance has said what it wants.
const FIRST_BUDGET: u64 = 1 << 30;

/// Most bytes of logits: those of 256 answers. A matte tool that is dragged asks for the same ones again and again;
/// older ones cost a decoding.
const MOST_LOGITS: u64 = 64 << 20;

/// Most bytes of what stands out: that of about 100 frames.
const MOST_SALIENCY: u64 = 16 << 20;
/// Most bytes of motion: that between some 30 frames, more than one frame's stability needs. Playing on finds all but
/// the newest.
const MOST_MOTION: u64 = 16 << 20;
/// Most bytes of refined edges: those of some 40 frames of HD, or 10 of 4K. A tool that is dragged asks for those of one
/// frame again and again.
const MOST_EDGES: u64 = 128 << 20;

/// The network and what it has seen.
pub struct Engine {
    /// The network.
    pub segmenter: Arc<dyn Segmenter>,
    /// Embeddings of recent frames.
    pub embeddings: Memo<Embedding>,
    /// The network's answers to recent prompts.
    pub logits: Memo<Logits>,
    /// The motion between recent frames.
    pub motion: Memo<Arc<Step>>,
    /// What stands out in recent frames.
    pub saliency: Memo<Map>,
    /// The refined edges of recent frames.
    pub edges: Memo<Edges>,
    /// The network that finds a subject without prompts, from the first time that it is needed.
    detector: Lazy<dyn Detector>,
    /// The network that refines edges, from the first time that it is needed.
    refiner: Lazy<dyn Refiner>,
}

/// How a budget in bytes is shared: embeddings, logits, motion, saliency, edges.
fn shares(budget: u64) -> [u64; 5] {
    let logits = (budget / 16).min(MOST_LOGITS);
    let motion = (budget / 16).min(MOST_MOTION);
    let saliency = (budget / 64).min(MOST_SALIENCY);
    let edges = (budget / 8).min(MOST_EDGES);
    [budget - logits - motion - saliency - edges, logits, motion, saliency, edges]
}

static ENGINE: RwLock<Option<Arc<Engine>>> = RwLock::new(None);

/// Only one thread makes the engine; others wait for it here, not in [`ENGINE`].
static MAKING: Mutex<()> = Mutex::new(());

static THREADS: Mutex<Option<Arc<Threads>>> = Mutex::new(None);

/// A network to use instead of the bundle's.
static REPLACEMENT: RwLock<Option<Arc<dyn Segmenter>>> = RwLock::new(None);

/// A detector to use instead of the bundle's.
static REPLACEMENT_DETECTOR: RwLock<Option<Arc<dyn Detector>>> = RwLock::new(None);

/// An edge network to use instead of the bundle's.
static REPLACEMENT_REFINER: RwLock<Option<Arc<dyn Refiner>>> = RwLock::new(None);

/// Memory wishes of the living instances. They outlive the engine: an instance may be made before it.
static BUDGET: RwLock<Option<Arc<Budget>>> = RwLock::new(None);

/// Uses `network` instead of the bundle's from the next engine on; `None` takes that back. For programs
/// that link the plugin, such as its tests.
pub fn replace_network(network: Option<Arc<dyn Segmenter>>) {
    release();
    *REPLACEMENT.write().unwrap_or_else(PoisonError::into_inner) = network;
}

/// Uses `detector` instead of the bundle's from the next engine on; `None` takes that back.
pub fn replace_detector(detector: Option<Arc<dyn Detector>>) {
    release();
    *REPLACEMENT_DETECTOR.write().unwrap_or_else(PoisonError::into_inner) = detector;
}

/// Uses `refiner` instead of the bundle's from the next engine on; `None` takes that back.
pub fn replace_refiner(refiner: Option<Arc<dyn Refiner>>) {
    release();
    *REPLACEMENT_REFINER.write().unwrap_or_else(PoisonError::into_inner) = refiner;
}

/// The engine, made when there is none.
///
/// # Errors
/// When the runtime library or the model files are missing, damaged or refused. The next call tries again,
/// so that an artist who mends the installation need not restart the host.
pub fn get() -> Result<Arc<Engine>, Error> {
    if let Some(engine) = current() {
        return Ok(engine);
    }
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = current() {
        return Ok(engine);
    }
    let engine = Arc::new(Engine::make()?);
    *ENGINE.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&engine));
    Ok(engine)
}

/// The engine if there is one.
pub fn current() -> Option<Arc<Engine>> {
    ENGINE.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The threads for work on rows of pixels: made without the network, since a source that only passes needs
/// them too.
///
/// # Errors
/// When the system gives none.
pub fn threads() -> Result<Arc<Threads>, Error> {
    let mut slot = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(threads) = &*slot {
        return Ok(Arc::clone(threads));
    }
    let threads = Arc::new(Threads::new(cores())?);
    *slot = Some(Arc::clone(&threads));
    Ok(threads)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The memory budget of the process.
pub fn budget() -> Arc<Budget> {
    if let Some(budget) = &*BUDGET.read().unwrap_or_else(PoisonError::into_inner) {
        return Arc::clone(budget);
    }
    let mut slot = BUDGET.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(slot.get_or_insert_with(|| Arc::new(Budget::new())))
}

/// Drops what can be computed again.
pub fn purge() {
    if let Some(engine) = current() {
        engine.embeddings.clear();
        engine.logits.clear();
        engine.motion.clear();
        engine.saliency.clear();
        engine.edges.clear();
    }
}

/// Drops everything, at Unload. Renders still running keep theirs until they end.
pub fn release() {
    let engine = ENGINE.write().unwrap_or_else(PoisonError::into_inner).take();
    drop(engine);
    let threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner).take();
    drop(threads);
    *BUDGET.write().unwrap_or_else(PoisonError::into_inner) = None;
}

impl Engine {
    fn make() -> Result<Self, Error> {
        let replacement = REPLACEMENT.read().unwrap_or_else(PoisonError::into_inner).clone();
        let segmenter = match replacement {
            Some(network) => network,
            None => Arc::new(load(Error::Network, Sam::load)?),
        };
        log::info!("network {} with {} threads", segmenter.id(), cores());
        let [embeddings, logits, motion, saliency, edges] = shares(FIRST_BUDGET);
        Ok(Self {
            segmenter,
            embeddings: Memo::new(embeddings).map_err(Error::Cache)?,
            logits: Memo::new(logits).map_err(Error::Cache)?,
            motion: Memo::new(motion).map_err(Error::Cache)?,
            saliency: Memo::new(saliency).map_err(Error::Cache)?,
            edges: Memo::new(edges).map_err(Error::Cache)?,
            detector: Lazy::default(),
            refiner: Lazy::default(),
        })
    }

    /// The network that finds a subject without prompts. Who never asks for it neither loads nor needs it.
    ///
    /// # Errors
    /// [`Error::Detector`] when its file is missing, damaged or refused; the next call tries again.
    pub fn detector(&self) -> Result<Arc<dyn Detector>, Error> {
        self.detector.get(&REPLACEMENT_DETECTOR, || {
            let detector = load(Error::Detector, Saliency::load)?;
            log::info!("detector {}", detector.id());
            Ok(Arc::new(detector))
        })
    }

    /// The network that refines edges. Who never asks for it neither loads nor needs it.
    ///
    /// # Errors
    /// [`Error::Refiner`] when there is none, or its file is missing, damaged or refused; the sentence can be shown as a
    /// notice. The next call tries again.
    pub fn refiner(&self) -> Result<Arc<dyn Refiner>, Error> {
        self.refiner.get(&REPLACEMENT_REFINER, || {
            let refiner = load(Error::Refiner, EdgeNetwork::load)?;
            log::info!("edge network {}", refiner.id());
            Ok(Arc::new(refiner))
        })
    }

    /// The network with its memory, as the pipeline takes it.
    pub fn network(&self) -> Network<'_> {
        Network { segmenter: &*self.segmenter, embeddings: &self.embeddings, logits: &self.logits }
    }

    /// Changes the budget of all caches in bytes; what does not fit any more is dropped at once.
    pub fn set_budget(&self, bytes: u64) {
        let [embeddings, logits, motion, saliency, edges] = shares(bytes);
        self.embeddings.set_budget(embeddings);
        self.logits.set_budget(logits);
        self.motion.set_budget(motion);
        self.saliency.set_budget(saliency);
        self.edges.set_budget(edges);
    }

    /// Bytes held by all caches.
    pub fn bytes(&self) -> u64 {
        self.embeddings.bytes()
            + self.logits.bytes()
            + self.motion.bytes()
            + self.saliency.bytes()
            + self.edges.bytes()
    }
}

/// Opens a network of the bundle; `open` takes the runtime, the store and the number of threads, and `wrap` says whose
/// error its is.
fn load<T>(
    wrap: fn(models::Error) -> Error,
    open: fn(&Runtime, &Store, usize) -> Result<T, models::Error>,
) -> Result<T, Error> {
    let files = Files::of_this_binary()?;
    let load = || {
        let store = Store::open(&files.models)?;
        let runtime = Runtime::load(&files.runtime)?;
        open(&runtime, &store, cores())
    };
    load().map_err(wrap)
}
