//! An instance of an effect.

use std::time::Duration;

use super::{Clip, Message, Output, Request, SimError, Status, Value};

/// The project that an instance belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Project {
    /// Canonical width and height.
    pub size: (f64, f64),
    /// Canonical position of the lower left corner.
    pub offset: (f64, f64),
    /// Pixel aspect ratio.
    pub pixel_aspect_ratio: f64,
    /// Frames per second.
    pub frame_rate: f64,
    /// First and last frame.
    pub range: (f64, f64),
}

impl Project {
    /// A project of square pixels, 24 frames a second, frames 0 to 99.
    pub fn new(width: u32, height: u32) -> Project {
        Project {
            size: (f64::from(width), f64::from(height)),
            offset: (0.0, 0.0),
            pixel_aspect_ratio: 1.0,
            frame_rate: 24.0,
            range: (0.0, 99.0),
        }
    }
}

/// An instance. All functions take `&self`: several threads may render at once with [`Instance::render_many`].
/// Dropping it sends DestroyInstance.
pub struct Instance {}

impl Instance {
    /// Connects a clip, as by the user's hand (sends InstanceChanged when the host does).
    ///
    /// # Errors
    /// [`SimError::NoClip`].
    pub fn connect(&self, _clip: &str, _content: Clip) -> Result<(), SimError> {
        todo!()
    }

    /// Takes a clip away.
    ///
    /// # Errors
    /// [`SimError::NoClip`].
    pub fn disconnect(&self, _clip: &str) -> Result<(), SimError> {
        todo!()
    }

    /// Sets a parameter to a constant value by the user's hand: InstanceChanged (UserEdited) follows.
    ///
    /// # Errors
    /// [`SimError::NoParameter`], [`SimError::BadValue`].
    pub fn set(&self, _param: &str, _value: impl Into<Value>) -> Result<(), SimError> {
        todo!()
    }

    /// Sets a keyframe by the user's hand: InstanceChanged (UserEdited) follows.
    ///
    /// # Errors
    /// As [`Instance::set`]; [`SimError::BadValue`] for a parameter that this host does not animate.
    pub fn set_key(&self, _param: &str, _time: f64, _value: impl Into<Value>) -> Result<(), SimError> {
        todo!()
    }

    /// Sets a constant value without telling the effect.
    ///
    /// # Errors
    /// As [`Instance::set`].
    pub fn set_quietly(&self, _param: &str, _value: impl Into<Value>) -> Result<(), SimError> {
        todo!()
    }

    /// Sets a keyframe without telling the effect.
    ///
    /// # Errors
    /// As [`Instance::set_key`].
    pub fn set_key_quietly(&self, _param: &str, _time: f64, _value: impl Into<Value>) -> Result<(), SimError> {
        todo!()
    }

    /// Presses a push button: InstanceChanged (UserEdited) at that time.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn press(&self, _param: &str, _time: f64) -> Result<Status, SimError> {
        todo!()
    }

    /// A parameter's value at a time.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn value(&self, _param: &str, _time: f64) -> Result<Value, SimError> {
        todo!()
    }

    /// A parameter's keyframe times, ascending.
    ///
    /// # Errors
    /// [`SimError::NoParameter`].
    pub fn key_times(&self, _param: &str) -> Result<Vec<f64>, SimError> {
        todo!()
    }

    /// Renders a frame with everything a host sends around it: GetClipPreferences when they may have changed,
    /// IsIdentity, GetRegionOfDefinition, GetRegionsOfInterest, GetFramesNeeded, BeginSequenceRender, Render,
    /// EndSequenceRender. A failed render is an [`Output`] with its status.
    ///
    /// # Errors
    /// [`SimError::Request`] for what cannot be asked of this effect in this host; file errors of the clips.
    pub fn render(&self, _request: &Request) -> Result<Output, SimError> {
        todo!()
    }

    /// Renders several frames on as many threads as there are requests, as far as the effect's declared thread
    /// safety allows; results in the order of the requests.
    ///
    /// # Errors
    /// As [`Instance::render`].
    pub fn render_many(&self, _requests: &[Request]) -> Result<Vec<Output>, SimError> {
        todo!()
    }

    /// From now on each render's `abort` answers yes once it has run this long; `None`: never.
    pub fn set_abort_after(&self, _time: Option<Duration>) {
        todo!()
    }

    /// Messages of this instance, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        todo!()
    }

    /// Type and text of the persistent message that stands now.
    pub fn persistent_message(&self) -> Option<(String, String)> {
        todo!()
    }

    /// Sends PurgeCaches.
    pub fn purge_caches(&self) -> Status {
        todo!()
    }

    /// Sends SyncPrivateData.
    pub fn sync_private_data(&self) -> Status {
        todo!()
    }

    /// Sends GetRegionOfDefinition: status and canonical region (the host's default when it was not trapped).
    ///
    /// # Errors
    /// File errors of the clips.
    pub fn region_of_definition(&self, _time: f64, _scale: (f64, f64)) -> Result<(Status, [f64; 4]), SimError> {
        todo!()
    }

    /// Sends any action with the instance and no arguments.
    pub fn raw_action(&self, _action: &str) -> Status {
        todo!()
    }
}
