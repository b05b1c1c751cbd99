//! A folder of numbered PNG files.

use std::path::{Path, PathBuf};

use super::DemoError;

/// `0000.png`, `0001.png`, ... in one folder.
#[derive(Clone, Debug)]
pub struct Sequence {
    folder: PathBuf,
    frames: usize,
}

impl Sequence {
    /// A sequence of `frames` files; none of them needs to be there yet.
    #[must_use]
    pub fn new(folder: PathBuf, frames: usize) -> Self {
        Self { folder, frames }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many files belong to it.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// One frame's file, from 0.
    #[must_use]
    pub fn file(&self, frame: usize) -> PathBuf {
        self.folder.join(format!("{frame:04}.png"))
    }

    /// All the files as one name with a number in it, as video programs take it.
    #[must_use]
    pub fn pattern(&self) -> PathBuf {
        self.folder.join("%04d.png")
    }

    /// How many of the files are there.
    #[must_use]
    pub fn present(&self) -> usize {
        (0..self.frames).filter(|&frame| self.file(frame).exists()).count()
    }

    /// Makes the folder, without any file of an earlier run.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn clear(&self) -> Result<(), DemoError> {
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder).map_err(DemoError::file(&self.folder))?;
        }
        std::fs::create_dir_all(&self.folder).map_err(DemoError::file(&self.folder))
    }
}
