//! Memo that outlast the process: development of the tracker asks for the same frames again and again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use models::Error;
use models::sam::{Candidates, Embedding, Logits, ModelImage, Prompts, Segmenter, Stop};
use promptmatte::pipeline::segment;

/// A network that times its work, decodes the same prompts on the same frame once and, when it has a folder, keeps its
/// embeddings there.
pub struct Timed<N> {
    network: N,
    folder: Option<PathBuf>,
    encoding: Mutex<Vec<Duration>>,
    decoded: Mutex<Vec<(Embedding, Prompts, Candidates)>>,
}

impl<N: Segmenter> Timed<N> {
    /// Wraps a network; a folder that is given must exist.
    pub fn new(network: N, folder: Option<PathBuf>) -> Self {
        Self { network, folder, encoding: Mutex::default(), decoded: Mutex::default() }
    }

    /// How long each image took to encode, or to read from the folder, since the last call. Forgets decoded masks too.
    pub fn take_encoding(&self) -> Vec<Duration> {
        lock(&self.decoded).clear();
        std::mem::take(&mut *lock(&self.encoding))
    }

    fn encode_or_read(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error> {
        let Some(folder) = &self.folder else { return self.network.encode(image, stop) };
        let path = folder.join(format!("{:032x}.f32", segment::embedding_key(image, self.network.id()).0));
        if let Some(embedding) = read(&path, image) {
            return Ok(embedding);
        }
        let embedding = self.network.encode(image, stop)?;
        // A folder that cannot be written costs time, not correctness.
        if let Err(error) = write(&path, &embedding) {
            eprintln!("{}: {error}", path.display());
        }
        Ok(embedding)
    }
}

fn read(path: &Path, image: &ModelImage) -> Option<Embedding> {
    let bytes = fs::read(path).ok()?;
    let (values, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let values: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Embedding::from_raw(values, image.width(), image.height()).ok()
}

fn write(path: &Path, embedding: &Embedding) -> std::io::Result<()> {
    let bytes: Vec<u8> = embedding.data().iter().flat_map(|value| value.to_le_bytes()).collect();
    let unfinished = path.with_extension("part");
    fs::write(&unfinished, bytes)?;
    fs::rename(unfinished, path)
}

impl<N: Segmenter> Segmenter for Timed<N> {
    fn id(&self) -> &str {
        self.network.id()
    }

    fn input_side(&self) -> u32 {
        self.network.input_side()
    }

    fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error> {
        let began = Instant::now();
        let embedding = self.encode_or_read(image, stop);
        lock(&self.encoding).push(began.elapsed());
        embedding
    }

    fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        prior: Option<&Logits>,
    ) -> Result<Candidates, Error> {
        let same = |known: &&(Embedding, Prompts, Candidates)| {
            std::ptr::eq(known.0.data(), embedding.data()) && known.1 == *prompts && prior.is_none()
        };
        if let Some((_, _, candidates)) = lock(&self.decoded).iter().find(same) {
            return Ok(candidates.clone());
        }
        let candidates = self.network.decode(embedding, prompts, prior)?;
        if prior.is_none() {
            lock(&self.decoded).push((embedding.clone(), prompts.clone(), candidates.clone()));
        }
        Ok(candidates)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
