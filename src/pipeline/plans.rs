//! The store for plans of disclosure control between runs: the user's cache.

use std::path::PathBuf;

use crate::disclosure::Plans;
use crate::io;

/// Plans stored in a folder.
#[derive(Debug)]
pub struct KeptPlans {
    folder: Option<PathBuf>,
    is_read: bool,
}

impl KeptPlans {
    /// The plans of the user's cache. None is used if everything is to be planned and proved again
    /// (`ELEVFLODE_PLANS=anew`).
    pub fn new() -> Self {
        let is_anew = std::env::var_os("ELEVFLODE_PLANS").is_some_and(|word| word == "anew");
        Self { folder: io::cache_folder().map(|folder| folder.join("plans")), is_read: !is_anew }
    }
}

impl Plans for KeptPlans {
    fn find(&self, checksum: &str) -> Option<String> {
        if !self.is_read {
            return None;
        }
        self.folder.as_ref().and_then(|folder| io::read_cached(&folder.join(checksum)))
    }

    fn keep(&self, checksum: &str, plan: &str) {
        if let Some(folder) = &self.folder {
            io::write_cached(&folder.join(checksum), plan);
        }
    }
}
