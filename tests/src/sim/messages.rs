//! What the plugin told the user.

/// How a message was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Shown once (`message`).
    Transient,
    /// Stays on the effect (`setPersistentMessage`).
    Persistent,
    /// The persistent message was taken away; type, id and text are empty.
    Cleared,
}

/// A message, or the clearing of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The action during which it came.
    pub action: String,
    /// How it was posted.
    pub kind: MessageKind,
    /// The OpenFX message type, such as `OfxMessageError`.
    pub message_type: String,
    /// The plugin's identifier of the message.
    pub id: String,
    /// The text.
    pub text: String,
}
