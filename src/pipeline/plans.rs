//! Where plans of disclosure control are kept between runs: in the user's cache, and those of the demo in the program.

use std::path::PathBuf;

use crate::disclosure::Plans;
use crate::io;

/// The plans of the demo region (`data/demo/plans.sh` makes them): a checksum and a plan on each line, sorted.
const DEMO: &str = include_str!("../../data/demo/plans.txt");

/// The plans in a folder, and the built-in ones.
#[derive(Debug)]
pub struct KeptPlans {
    folder: Option<PathBuf>,
    is_taken: bool,
}

impl KeptPlans {
    /// Those of the user's cache. None is taken where everything is to be planned and proved again
    /// (`ELEVFLODE_PLANS=anew`).
    pub fn new() -> Self {
        let is_anew = std::env::var_os("ELEVFLODE_PLANS").is_some_and(|word| word == "anew");
        Self { folder: io::cache_folder().map(|folder| folder.join("plans")), is_taken: !is_anew }
    }
}

impl Plans for KeptPlans {
    fn find(&self, checksum: &str) -> Option<String> {
        if !self.is_taken {
            return None;
        }
        let built_in = || {
            let lines = DEMO.lines().filter_map(|line| line.split_once(' '));
            lines.into_iter().find(|(known, _)| *known == checksum).map(|(_, plan)| plan.to_owned())
        };
        let of_user = self.folder.as_ref().and_then(|folder| io::read_cached(&folder.join(checksum)));
        of_user.or_else(built_in)
    }

    fn keep(&self, checksum: &str, plan: &str) {
        if let Some(folder) = &self.folder {
            io::write_cached(&folder.join(checksum), plan);
        }
    }
}
