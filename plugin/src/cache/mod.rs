//! Memoised results. A cache only saves time: what it gives is what would be computed again.

mod budget;
mod memo;

pub use budget::Budget;
pub use memo::{Key, Memo, Origin, Remembered};
