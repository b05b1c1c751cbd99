//! What the values of an entry must be.

use std::path::{Component, Path};

use super::{DecoderContract, EncoderContract, Entry, Origin, Role, SaliencyContract};
use crate::Error;
use crate::saliency::SALIENCY_SIDE;
use crate::sam::{INPUT_SIDE, MASK_SIDE};

impl Entry {
    /// The error that refuses this entry.
    pub(super) fn invalid(&self, reason: impl Into<String>) -> Error {
        Error::EntryInvalid { id: self.id.clone(), reason: reason.into() }
    }

    /// Refuses what cannot be right, with the reason.
    pub(super) fn check(&self) -> Result<(), Error> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if self.id.is_empty() || !self.id.chars().all(plain) {
            return Err(self.invalid("the id may have only lowercase letters, digits, '-', '_' and '.'"));
        }
        // A file name with directories could lead out of the folder.
        let mut parts = Path::new(&self.file).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
            || self.file.contains('\\')
        {
            return Err(self.invalid(format!("the file \"{}\" is not a plain file name", self.file)));
        }
        if self.bytes == 0 {
            return Err(self.invalid("bytes is 0"));
        }
        if !is_sha256(&self.sha256) {
            return Err(self.invalid("sha256 is not 64 lowercase hexadecimal digits"));
        }
        if self.licence.trim().is_empty() {
            return Err(self.invalid("the licence is empty"));
        }
        self.check_origin()?;
        self.check_contract()
    }

    /// A network has the table of its role, and nothing has another's.
    fn check_contract(&self) -> Result<(), Error> {
        match (self.role, &self.encoder, &self.decoder, &self.saliency, &self.refiner) {
            (Role::Encoder, Some(contract), None, None, None) => self.check_encoder(contract),
            (Role::Decoder, None, Some(contract), None, None) => self.check_decoder(contract),
            (Role::Saliency, None, None, Some(contract), None) => self.check_saliency(contract),
            (Role::Refiner, None, None, None, Some(_)) => Ok(()),
            (Role::Runtime | Role::Notice | Role::Clip, None, None, None, None) => Ok(()),
            (Role::Encoder, ..) => Err(self.invalid("an encoder needs a table [entry.encoder] and no other")),
            (Role::Decoder, ..) => Err(self.invalid("a decoder needs a table [entry.decoder] and no other")),
            (Role::Saliency, ..) => {
                Err(self.invalid("a salient object detector needs a table [entry.saliency] and no other"))
            }
            (Role::Refiner, ..) => {
                Err(self.invalid("an edge network needs a table [entry.refiner] and no other"))
            }
            (Role::Runtime | Role::Notice | Role::Clip, ..) => Err(self.invalid(
                "only a network may have a table [entry.encoder], [entry.decoder], [entry.saliency] or [entry.refiner]",
            )),
        }
    }

    fn check_origin(&self) -> Result<(), Error> {
        let hashes = match &self.origin {
            Origin::Package(file) => vec![&file.archive_sha256],
            Origin::Derived { source, source_sha256, .. } => vec![&source.archive_sha256, source_sha256],
            Origin::Repository { path } => {
                let mut parts = Path::new(path).components();
                if path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_))) {
                    return Err(self.invalid(format!("the path \"{path}\" leads out of the repository")));
                }
                vec![]
            }
            Origin::User => vec![],
        };
        if hashes.into_iter().all(|hash| is_sha256(hash)) {
            Ok(())
        } else {
            Err(self.invalid("a sha256 of the origin is not 64 lowercase hexadecimal digits"))
        }
    }

    fn check_encoder(&self, contract: &EncoderContract) -> Result<(), Error> {
        if contract.side != INPUT_SIDE {
            return Err(self.invalid(format!("side is {}; only {} is supported", contract.side, INPUT_SIDE)));
        }
        self.check_normalisation(&contract.mean, &contract.std)
    }

    fn check_saliency(&self, contract: &SaliencyContract) -> Result<(), Error> {
        if contract.side != SALIENCY_SIDE {
            let supported = SALIENCY_SIDE;
            return Err(self.invalid(format!("side is {}; only {supported} is supported", contract.side)));
        }
        self.check_normalisation(&contract.mean, &contract.std)
    }

    fn check_normalisation(&self, mean: &[f32; 3], std: &[f32; 3]) -> Result<(), Error> {
        if !mean.iter().all(|mean| mean.is_finite()) {
            return Err(self.invalid("mean has a value that is not finite"));
        }
        if !std.iter().all(|std| std.is_finite() && *std > 0.0) {
            return Err(self.invalid("std has a value that is not above 0"));
        }
        Ok(())
    }

    fn check_decoder(&self, contract: &DecoderContract) -> Result<(), Error> {
        if contract.mask_side as usize != MASK_SIDE {
            let supported = MASK_SIDE;
            return Err(
                self.invalid(format!("mask_side is {}; only {supported} is supported", contract.mask_side))
            );
        }
        Ok(())
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
