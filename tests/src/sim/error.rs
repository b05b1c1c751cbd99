//! What can keep the simulator from doing as asked. Wrongs of the plugin are violations, not errors.

use std::path::PathBuf;

use super::Status;

/// Why the simulator could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The binary could not be loaded by the system.
    #[error("cannot load the plugin binary {path}: {source}")]
    Load {
        /// The file.
        path: PathBuf,
        /// What the system's loader says.
        source: libloading::Error,
    },
    /// A bundle without a binary for this platform.
    #[error("{path} holds no binary for this platform; build the bundle for {platform}")]
    NoBinary {
        /// The bundle.
        path: PathBuf,
        /// The folder name of this platform in a bundle.
        platform: &'static str,
    },
    /// The binary offers no plugin (of the name or number asked for).
    #[error("the binary offers no such plugin: {0}")]
    NoPlugin(String),
    /// The plugin answered an action so that the host has to stop.
    #[error("the plugin answered {action} with {status}{}", .messages.iter().map(|m| format!("\n  it said: {m}")).collect::<String>())]
    Refused {
        /// The action.
        action: String,
        /// Its answer.
        status: Status,
        /// What it told the user meanwhile.
        messages: Vec<String>,
    },
    /// Host and plugin share no such context.
    #[error("the plugin does not offer the context {0} to this host")]
    NoContext(&'static str),
    /// No parameter of that name.
    #[error("the effect has no parameter \"{0}\"")]
    NoParameter(String),
    /// A parameter that is not shown, in a host whose users can set only what is shown.
    #[error("parameter \"{0}\" is secret, and this host lets nobody set secret parameters")]
    SecretParameter(String),
    /// No clip of that name.
    #[error("the effect has no clip \"{0}\"")]
    NoClip(String),
    /// A value that does not fit the parameter.
    #[error("parameter \"{name}\" cannot hold {value}: {why}")]
    BadValue {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// What is wrong.
        why: String,
    },
    /// An image file could not be read or written.
    #[error("cannot read or write the image {path}: {source}")]
    Image {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        source: image::ImageError,
    },
    /// A render was asked for that this host or effect cannot make.
    #[error("cannot render: {0}")]
    Request(String),
    /// The plugin is still in use.
    #[error("the plugin cannot be unloaded while {0} effects or instances of it live")]
    InUse(usize),
}
