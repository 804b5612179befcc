//! Where plans of disclosure control are kept between runs: in the user's cache.

use std::path::PathBuf;

use crate::disclosure::Plans;
use crate::io;

/// The plans in a folder.
#[derive(Debug)]
pub struct KeptPlans {
    folder: Option<PathBuf>,
}

impl KeptPlans {
    /// Those of the user's cache.
    pub fn new() -> Self {
        Self { folder: io::cache_folder().map(|folder| folder.join("plans")) }
    }
}

impl Plans for KeptPlans {
    fn find(&self, checksum: &str) -> Option<String> {
        io::read_cached(&self.folder.as_ref()?.join(checksum))
    }

    fn keep(&self, checksum: &str, plan: &str) {
        if let Some(folder) = &self.folder {
            io::write_cached(&folder.join(checksum), plan);
        }
    }
}
