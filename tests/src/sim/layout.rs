//! How an image lies in memory.

/// How the rows of an image lie in memory. OpenFX rows count upward: the data pointer is the row `y1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes between the end of one row and the begin of the next; filled with a pattern that must survive.
    pub padding: usize,
    /// The top row lies first in memory, so that row bytes are negative.
    pub negative: bool,
}

impl Layout {
    /// Rows upward, one after the other.
    pub const TIGHT: Layout = Layout { padding: 0, negative: false };
    /// Rows upward with 48 bytes between.
    pub const PADDED: Layout = Layout { padding: 48, negative: false };
    /// Rows downward in memory, as MLT has them.
    pub const NEGATIVE: Layout = Layout { padding: 0, negative: true };
    /// Rows downward in memory with 32 bytes between.
    pub const NEGATIVE_PADDED: Layout = Layout { padding: 32, negative: true };
}
