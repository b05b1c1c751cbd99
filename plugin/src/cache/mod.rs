//! Memoised results. A cache only saves time: what it gives is what would be computed again.

mod budget;
mod embeddings;

pub use budget::Budget;
pub use embeddings::{EmbeddingKey, Embeddings, Origin};
