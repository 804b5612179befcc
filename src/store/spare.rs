//! A pool of emptied chunks, reused from batch to batch.

use std::sync::{Arc, Mutex, PoisonError};

use super::entry::StudentEntry;

/// Emptied chunks of values of one type; `None` if memory is limited, because they would exceed the limit.
#[derive(Debug, Default)]
pub struct Spare<T>(Option<Mutex<Vec<Vec<T>>>>);

/// The emptied chunks of a run; a clone shares them.
#[derive(Debug, Default, Clone)]
pub struct Spares {
    /// Chunks of keys of flows.
    pub flows: Arc<Spare<u64>>,
    /// Chunks of student rows.
    pub students: Arc<Spare<StudentEntry>>,
}

impl Spares {
    /// The spares of a run whose rows may take `limit` bytes.
    #[must_use]
    pub fn within(limit: Option<u64>) -> Self {
        match limit {
            Some(_) => Self::default(),
            None => Self {
                flows: Arc::new(Spare(Some(Mutex::default()))),
                students: Arc::new(Spare(Some(Mutex::default()))),
            },
        }
    }
}

impl<T> Spare<T> {
    /// An empty chunk with this capacity.
    pub(super) fn chunk(&self, values: usize) -> Vec<T> {
        let kept = self.0.as_ref().and_then(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).pop());
        kept.unwrap_or_else(|| Vec::with_capacity(values))
    }

    /// Keeps chunks for reuse and drops their values.
    pub(super) fn keep(&self, chunks: Vec<Vec<T>>) {
        let Some(kept) = &self.0 else { return };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(chunks.into_iter().map(|mut chunk| {
            chunk.clear();
            chunk
        }));
    }
}
