//! What a parameter can be.

use std::ffi::CStr;

use crate::effect::Context;

/// What a parameter is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A group of parameters, open or closed at first.
    Group {
        /// Whether it starts open.
        open: bool,
    },
    /// One of several; the index is stored.
    Choice {
        /// The options, in stored order.
        options: &'static [&'static CStr],
        /// The option at first.
        default: i32,
        /// Whether it can be keyed where the host can.
        animates: bool,
    },
    /// A position in canonical coordinates; always can be keyed.
    Position {
        /// In fractions of the frame.
        default: [f64; 2],
    },
    /// On or off; can be keyed where the host can.
    Boolean {
        /// At first.
        default: bool,
    },
    /// On or off, for all frames alike.
    Switch {
        /// At first.
        default: bool,
        /// Whether the picture depends on it.
        renders: bool,
    },
    /// Whether an extra input is used, for all frames alike. On at first, so that connecting is enough; off in
    /// Resolve, where every input looks connected.
    UseInput,
    /// A whole number that can be keyed in every host.
    Integer {
        /// At first.
        default: i32,
        /// Least and most, and the ends of the slider.
        range: [i32; 2],
    },
    /// A whole number for all frames alike, on which the picture depends.
    Count {
        /// At first.
        default: i32,
        /// Least and most, and the ends of the slider.
        range: [i32; 2],
    },
    /// A number; can be keyed.
    Double {
        /// At first.
        default: f64,
        /// Least and most.
        range: [f64; 2],
        /// Ends of the slider.
        slider: [f64; 2],
    },
    /// A whole number that is not keyed and does not change the picture.
    Resource {
        /// At first.
        default: i32,
        /// At first in MLT, which renders long clips in one process and shows no one how much that takes.
        default_in_mlt: i32,
        /// Least and most.
        range: [i32; 2],
        /// Ends of the slider.
        slider: [i32; 2],
    },
    /// A colour with opacity; can be keyed.
    Colour {
        /// Red, green, blue, alpha at first.
        default: [f64; 4],
    },
    /// A colour; can be keyed.
    Rgb {
        /// Red, green, blue at first.
        default: [f64; 3],
    },
    /// A line of text that only the effect changes; not saved.
    Label {
        /// At first.
        default: &'static CStr,
    },
    /// Something that happens when it is pressed.
    Button,
    /// The path of a file, for all frames alike; does not change the picture.
    FilePath,
    /// Text that only the effect reads and writes: saved, never shown, for all frames alike.
    Data,
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Stored name.
    pub name: &'static CStr,
    /// What the artist reads.
    pub label: &'static CStr,
    /// What it does, for a beginner.
    pub hint: &'static CStr,
    /// The group it is in.
    pub parent: Option<&'static CStr>,
    /// What it is.
    pub kind: Kind,
    /// Whether it is defined in the General context only.
    pub general_only: bool,
}

impl Spec {
    pub(super) const fn new(
        name: &'static CStr,
        label: &'static CStr,
        hint: &'static CStr,
        parent: Option<&'static CStr>,
        kind: Kind,
    ) -> Self {
        Self { name, label, hint, parent, kind, general_only: false }
    }

    /// A group, which has no parent.
    pub(super) const fn group(
        name: &'static CStr,
        label: &'static CStr,
        hint: &'static CStr,
        open: bool,
    ) -> Self {
        Self::new(name, label, hint, None, Kind::Group { open })
    }

    /// Whether a context has it.
    pub fn is_in(&self, context: Context) -> bool {
        !self.general_only || context == Context::General
    }
}
