//! Where plans of disclosure control are kept between runs: with the program for the demo, and in the user's cache.

use std::path::PathBuf;

use crate::disclosure::Plans;
use crate::io;

/// The plans of the built-in demo: a checksum and a plan per line.
const DEMO: &str = include_str!("../../data/demo/plans.txt");

/// The demo's plans and those of a folder.
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
        let of_demo = DEMO.lines().find_map(|line| line.strip_prefix(checksum));
        let kept = || io::read_cached(&self.folder.as_ref()?.join(checksum));
        of_demo.map(str::to_owned).or_else(kept)
    }

    fn keep(&self, checksum: &str, plan: &str) {
        if let Some(folder) = &self.folder {
            io::write_cached(&folder.join(checksum), plan);
        }
    }
}
