//! An invented national year in memory, and the stages before the one that a benchmark measures.

use std::collections::BTreeMap;

use elevflode::clean::{self, Cleaned, Gathered};
use elevflode::config::RunConfig;
use elevflode::extract::{Opened, registers as readers};
use elevflode::io::Content;
use elevflode::link::{self, Linked};
use elevflode::model::{Pseudonyms, Registers};
use elevflode::store::{Packing, Store};
use elevflode::synth::{self, Memory, Plan, World};

/// The files of the set, its config and registers.
pub struct Set {
    files: BTreeMap<String, Vec<u8>>,
    pub config: RunConfig,
    pub registers: Registers,
    pseudonyms: Pseudonyms,
}

impl Set {
    /// A set with this many admitted students in one year, the same in every run.
    pub fn new(students: u64) -> Self {
        let memory = Memory::default();
        let plan = Plan { students, seed: 1, years: 2023..=2023, world: World::National };
        synth::write(&plan, &memory).unwrap();
        let files = memory.into_files();
        let config = std::str::from_utf8(&files["elevflode.toml"]).unwrap();
        let config = RunConfig::parse("elevflode.toml", config).unwrap();
        let municipalities = readers::builtin_municipalities();
        let units = readers::units("skolenheter.csv", &files["skolenheter.csv"], &municipalities).unwrap().0;
        let registers = Registers::new(municipalities, units, readers::builtin_programmes(), vec![]);
        Self { files, config, registers, pseudonyms: Pseudonyms::keyed(b"a secret of a bench") }
    }

    /// The files of the extracts.
    pub fn opened(&self) -> Vec<Opened> {
        let open = |path: &String| Opened::of(path, Content::Memory(self.files[path].clone())).unwrap();
        self.config.extracts.iter().map(|extract| open(&extract.path)).collect()
    }

    /// The cleaned files, and the layout of their stored rows.
    pub fn cleaned(&self) -> (Vec<Cleaned>, Store) {
        let opened = self.opened();
        let bytes: u64 = opened.iter().map(Opened::length).sum();
        let store = Store::new(Packing::new(&self.registers, opened.len()).unwrap(), bytes / 40, None);
        let read = |(number, file): (usize, &Opened)| {
            let extract = &self.config.extracts[number];
            let job = clean::Job {
                name: &extract.path,
                number,
                extract,
                registers: &self.registers,
                pseudonyms: &self.pseudonyms,
                store: &store,
                workers: rayon::current_num_threads(),
            };
            clean::read(job, file, &|_| {}).unwrap()
        };
        (opened.iter().enumerate().map(read).collect(), store)
    }

    /// All rows in partitions.
    pub fn gathered(&self) -> Gathered {
        let (files, store) = self.cleaned();
        clean::gather(files, store).unwrap()
    }

    /// All rows, linked.
    pub fn linked(&self) -> Linked {
        link::link(self.gathered(), &self.registers).unwrap()
    }
}
