//! What the plugin's mattes are compared with: other ways from the same prompts and logits to a matte.

use std::str::FromStr;

use image::RgbImage;

use super::EvaluateError;
use super::closed_form::{ClosedForm, hard};
use super::drive::Player;
use super::pixels::Alpha;

/// How much is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// All but what takes ten seconds a picture.
    Quick,
    /// Closed form at full resolution too.
    Full,
}

/// A text that names no comparison.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no comparison; use quick or full")]
pub struct NotCompared(String);

impl FromStr for Compared {
    type Err = NotCompared;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "quick" => Ok(Self::Quick),
            "full" => Ok(Self::Full),
            _ => Err(NotCompared(text.to_owned())),
        }
    }
}

/// Another way to a matte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rival {
    /// SAM's mask: its probability above one half.
    SamHard,
    /// SAM's probability.
    SamSoft,
    /// The small-radius guided filter in the edge band, which the plugin has as its fast refinement.
    Guided,
    /// Closed form at half resolution with guided upsampling.
    ClosedFormHalf,
    /// Closed form at full resolution.
    ClosedForm,
}

impl Rival {
    /// Its name in the JSON and the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rival::SamHard => "sam_hard",
            Rival::SamSoft => "sam_soft",
            Rival::Guided => "guided",
            Rival::ClosedFormHalf => "closed_form_half",
            Rival::ClosedForm => "closed_form",
        }
    }
}

/// A rival's matte of one frame.
pub struct RivalMatte {
    /// Whose it is.
    pub rival: Rival,
    /// The matte.
    pub matte: Alpha,
    /// Seconds: of the plugin's whole render with the frame in its memory, of the method alone for closed form.
    pub seconds: f64,
}

/// The rivals at work.
pub struct Rivals {
    closed_form: Option<ClosedForm>,
}

impl Rivals {
    /// Starts them. Says so where pymatting cannot be had; the others are compared then.
    #[must_use]
    pub fn start(compared: Compared) -> Self {
        let closed_form = ClosedForm::start(compared == Compared::Full);
        let closed_form = closed_form.inspect_err(|error| eprintln!("closed form is left out: {error}")).ok();
        Self { closed_form }
    }

    /// The mattes of all rivals for one frame, always in the same order, and SAM's soft one among them.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] when a render fails, and those of [`ClosedForm::solve`].
    pub fn mattes(
        &mut self,
        player: &Player,
        frame: usize,
        source: &RgbImage,
    ) -> Result<Vec<RivalMatte>, EvaluateError> {
        let (soft, seconds) = player.unrefined(frame)?;
        let mut mattes = vec![
            RivalMatte { rival: Rival::SamHard, matte: hard(&soft), seconds },
            RivalMatte { rival: Rival::SamSoft, matte: soft.clone(), seconds },
        ];
        if let Some((matte, seconds)) = player.guided(frame)? {
            mattes.push(RivalMatte { rival: Rival::Guided, matte, seconds });
        }
        if let Some(closed_form) = &mut self.closed_form {
            let ((matte, seconds), full) = closed_form.solve(source, &soft)?;
            mattes.push(RivalMatte { rival: Rival::ClosedFormHalf, matte, seconds });
            if let Some((matte, seconds)) = full {
                mattes.push(RivalMatte { rival: Rival::ClosedForm, matte, seconds });
            }
        }
        Ok(mattes)
    }
}
