//! The manifest: which networks and libraries exist, where each comes from, and what it takes and gives.
//!
//! A user may add a network of their own, a larger SAM for example, by an entry of the same form; what cannot be right
//! is refused with the reason.

use serde::Deserialize;

use crate::Error;

mod check;

/// The manifest that this version was made with: the shipped networks and the library.
const BUILT_IN: &str = include_str!("../manifest.toml");

/// Clips and stills for tests and the demo.
const CLIPS: &str = include_str!("../clips.toml");

/// A list of networks, libraries and sample clips.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The entries, in the order of the file. For a role that several entries have, the first counts.
    #[serde(default, rename = "entry")]
    pub entries: Vec<Entry>,
}

/// One file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Short name: lowercase letters, digits, `-`, `_` and `.`. Part of cache keys.
    pub id: String,
    /// What the file serves for.
    pub role: Role,
    /// File name in the folder of the manifest, without directories.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the contents, 64 lowercase hexadecimal digits.
    pub sha256: String,
    /// SPDX expression of the licence.
    pub licence: String,
    /// The system the file is for, `os-architecture` in Rust's terms (`linux-x86_64`); absent when it is for all.
    pub platform: Option<String>,
    /// Where the file comes from.
    pub origin: Origin,
    /// What an encoder takes and gives; for [`Role::Encoder`] only.
    pub encoder: Option<EncoderContract>,
    /// What a decoder takes and gives; for [`Role::Decoder`] only.
    pub decoder: Option<DecoderContract>,
    /// What a salient object detector takes and gives; for [`Role::Saliency`] only.
    pub saliency: Option<SaliencyContract>,
    /// What an edge network takes and gives; for [`Role::Refiner`] only.
    pub refiner: Option<RefinerContract>,
}

/// What a file serves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Image to embedding.
    Encoder,
    /// Embedding and prompts to masks.
    Decoder,
    /// Image to what stands out in it.
    Saliency,
    /// Image and rough mask to alpha. A manifest may do without.
    Refiner,
    /// The ONNX Runtime library.
    Runtime,
    /// A licence text that must go with the library.
    Notice,
    /// A clip or still for tests and the demo.
    Clip,
}

impl Role {
    /// The role in words for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Encoder => "image encoder",
            Self::Decoder => "mask decoder",
            Self::Saliency => "salient object detector",
            Self::Refiner => "edge network",
            Self::Runtime => "ONNX Runtime library",
            Self::Notice => "licence text",
            Self::Clip => "clip",
        }
    }

    /// Whether the file is a network.
    #[must_use]
    pub fn is_network(self) -> bool {
        matches!(self, Self::Encoder | Self::Decoder | Self::Saliency | Self::Refiner)
    }
}

/// Where a file comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Origin {
    /// A file inside a published package, as it is.
    Package(PackagedFile),
    /// Made from a file of a package by a script of this repository.
    Derived {
        /// The script's path from this crate's folder.
        script: String,
        /// SHA-256 of the source file.
        source_sha256: String,
        /// The package that holds the source file.
        source: PackagedFile,
    },
    /// In this repository, as it is.
    Repository {
        /// The file's path from this crate's folder.
        path: String,
    },
    /// Put there by the user.
    User,
}

/// A file inside a published package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagedFile {
    /// The package client.
    pub client: Client,
    /// The package's name.
    pub package: String,
    /// Its exact version.
    pub version: String,
    /// SHA-256 of the package's archive as the client downloads it.
    pub archive_sha256: String,
    /// Path of the file inside the archive.
    pub path: String,
}

/// A package client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Client {
    /// npm.
    Npm,
    /// pip.
    Pypi,
}

/// What an image encoder takes and gives: `[1, 3, side, side]` f32 to `[1, 256, side / 16, side / 16]` f32.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderContract {
    /// Name of the input.
    pub input: String,
    /// Name of the output.
    pub output: String,
    /// Width and height of the input in pixels. This version supports 1024.
    pub side: u32,
    /// What is subtracted from red, green and blue in 0..=255.
    pub mean: [f32; 3],
    /// What red, green and blue are then divided by.
    pub std: [f32; 3],
}

/// What a mask decoder takes and gives, by the names of the tensors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecoderContract {
    /// Input `[1, 256, 64, 64]` f32.
    pub embedding: String,
    /// Input `[1, N, 2]` f32: x and y in the encoder's pixels, whole numbers at pixel centres.
    pub coords: String,
    /// Input `[1, N]` f32: 1 include, 0 exclude, 2 and 3 the box's corners, -1 padding.
    pub labels: String,
    /// Input `[1, 1, 256, 256]` f32: logits of a prior mask.
    pub mask: String,
    /// Input `[1]` f32: 1 when the prior mask counts, else 0.
    pub has_mask: String,
    /// Output `[1, 4, mask_side, mask_side]` f32: logits of four candidates.
    pub logits: String,
    /// Output `[1, 4]` f32: the expected intersection over union of each.
    pub scores: String,
    /// Width and height of the masks in pixels. This version supports 256.
    pub mask_side: u32,
}

/// What a salient object detector takes and gives: `[1, 3, side, side]` f32 to `[1, 1, side, side]` f32.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaliencyContract {
    /// Name of the input.
    pub input: String,
    /// Name of the output.
    pub output: String,
    /// Width and height of the input and the output in pixels. This version supports 320.
    pub side: u32,
    /// What is subtracted from red, green and blue, which the brightest value in the picture has been divided out of.
    pub mean: [f32; 3],
    /// What red, green and blue are then divided by.
    pub std: [f32; 3],
}

/// What an edge network takes and gives: `[n, 4, h, w]` f32 to `[n, 1, h, w]` f32, any n, h and w that are multiples of
/// 32. See [`crate::refiner::Refiner::refine`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefinerContract {
    /// Name of the input.
    pub input: String,
    /// Name of the output.
    pub alpha: String,
    /// Version of what the planes mean. This version of PromptMatte knows "1"; another is refused when the network is
    /// loaded, so that a manifest with it still gives the other networks.
    pub version: String,
}

impl Manifest {
    /// Reads a manifest from TOML and checks every entry.
    ///
    /// # Errors
    /// [`Error::ManifestSyntax`] when the text is not TOML of this form, [`Error::EntryInvalid`] when a value cannot
    /// be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let manifest: Self =
            toml::from_str(text).map_err(|source| Error::ManifestSyntax { source: Box::new(source) })?;
        for (index, entry) in manifest.entries.iter().enumerate() {
            entry.check()?;
            if manifest.entries[..index].iter().any(|other| other.id == entry.id) {
                return Err(entry.invalid("the id is used twice"));
            }
        }
        Ok(manifest)
    }

    /// The manifest that this version was made with.
    ///
    /// # Errors
    /// As [`Manifest::parse`]; a test holds that there is none.
    pub fn built_in() -> Result<Self, Error> {
        Self::parse(BUILT_IN)
    }

    /// The clips and stills that tests and the demo use.
    ///
    /// # Errors
    /// As [`Manifest::parse`]; a test holds that there is none.
    pub fn clips() -> Result<Self, Error> {
        Self::parse(CLIPS)
    }

    /// The text of [`Manifest::built_in`], to be put beside the files.
    #[must_use]
    pub fn built_in_text() -> &'static str {
        BUILT_IN
    }

    /// The networks that are for this system.
    pub fn networks(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.role.is_network() && entry.is_for_this_platform())
    }

    /// The first entry with a role that is for this system.
    ///
    /// # Errors
    /// [`Error::RoleMissing`] when there is none.
    pub fn entry(&self, role: Role) -> Result<&Entry, Error> {
        self.entries
            .iter()
            .find(|entry| entry.role == role && entry.is_for_this_platform())
            .ok_or(Error::RoleMissing { role: role.name() })
    }
}

impl Entry {
    /// Whether the file serves on the system this program was built for.
    #[must_use]
    pub fn is_for_this_platform(&self) -> bool {
        let here = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        self.platform.as_ref().is_none_or(|platform| *platform == here)
    }

    /// The id and the first 8 digits of the hash: names the contents too.
    pub(crate) fn short_name(&self) -> String {
        format!("{}-{}", self.id, &self.sha256[..8])
    }
}
