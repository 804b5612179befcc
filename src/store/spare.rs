//! A pool of emptied slabs, reused from batch to batch.

use std::sync::{Arc, Mutex, PoisonError};

use super::entry::StudentEntry;

/// Emptied slabs of values of one type; `None` if memory is limited, because they would exceed the limit.
#[derive(Debug, Default)]
pub struct Spare<T>(Option<Mutex<Vec<Vec<T>>>>);

/// The emptied slabs of a run; a clone shares them.
#[derive(Debug, Default, Clone)]
pub struct Spares {
    /// Slabs of keys of flows.
    pub flows: Arc<Spare<u64>>,
    /// Slabs of student rows.
    pub students: Arc<Spare<StudentEntry>>,
}

impl Spares {
    /// The spares of a run whose rows may take `limit` bytes.
    #[must_use]
    pub fn within(limit: Option<u64>) -> Self {
        match limit {
            Some(_) => Self::default(),
            None => Self { flows: Spare::of_slabs(Vec::new()).into(), students: Spare::of_slabs(Vec::new()).into() },
        }
    }
}

impl<T> Spare<T> {
    /// A pool with these slabs.
    pub(super) const fn of_slabs(slabs: Vec<Vec<T>>) -> Self {
        Self(Some(Mutex::new(slabs)))
    }

    /// A slab of the pool; its values are meaningless.
    pub(super) fn slab(&self) -> Option<Vec<T>> {
        self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps slabs for reuse.
    pub(super) fn keep(&self, slabs: Vec<Vec<T>>) {
        if let Some(kept) = &self.0 {
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend(slabs);
        }
    }
}
