//! Benchmarks of the aggregation core, stage by stage, on an invented national year; every result is asserted.
#![expect(clippy::unwrap_used, reason = "a benchmark stops when its data is not as it should be")]

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

use elevflode::clean::{self, CleanRows, Cleaned};
use elevflode::compute::{self, Inputs};
use elevflode::config::RunConfig;
use elevflode::extract::{self, registers as readers};
use elevflode::flow;
use elevflode::link;
use elevflode::model::{Pseudonyms, Registers, Snapshot};
use elevflode::synth::{self, Memory, Plan, World};

const STUDENTS: u64 = 100_000;
const YEAR: u16 = 2023;

/// The files of the set, its config and registers.
struct Set {
    files: BTreeMap<String, Vec<u8>>,
    config: RunConfig,
    registers: Registers,
    pseudonyms: Pseudonyms,
}

impl Set {
    fn new() -> Self {
        let memory = Memory::default();
        let plan = Plan { students: STUDENTS, seed: 1, years: YEAR..=YEAR, world: World::National };
        synth::write(&plan, &memory).unwrap();
        let files = memory.into_files();
        let config = std::str::from_utf8(&files["elevflode.toml"]).unwrap();
        let config = RunConfig::parse("elevflode.toml", config).unwrap();
        let municipalities = readers::builtin_municipalities();
        let units = readers::units("skolenheter.csv", &files["skolenheter.csv"], &municipalities).unwrap();
        let registers = Registers::new(municipalities, units, readers::builtin_programmes(), vec![]);
        Self { files, config, registers, pseudonyms: Pseudonyms::keyed(b"a secret of a bench") }
    }

    fn read(&self) -> Vec<Cleaned> {
        let read = |settings: &elevflode::config::ExtractConfig| {
            let opened = extract::Opened::of(&settings.path, self.files[&settings.path].clone()).unwrap();
            let mut rows = opened.rows(&settings.path, settings).unwrap();
            clean::read(&settings.path, &mut *rows, settings, &self.registers, &self.pseudonyms).unwrap()
        };
        self.config.extracts.iter().map(read).collect()
    }

    fn rows(&self) -> CleanRows {
        clean::settle(self.read(), &self.registers)
    }
}

fn stages(criterion: &mut Criterion) {
    let set = Set::new();
    let rows = set.rows();
    let flows = flow::aggregate(&rows).unwrap();
    let links = link::link(&rows, &set.registers);
    let admitted: u64 = flows.of(Snapshot::Admission, YEAR).iter().map(|f| f.students).sum();
    assert!((STUDENTS * 98 / 100..=STUDENTS).contains(&admitted), "{admitted}");
    let linked: u64 = links[&YEAR].pairs().map(|(.., students)| students).sum();
    assert!(linked >= admitted * 98 / 100, "{linked}");

    let mut group = criterion.benchmark_group("core");
    group.sample_size(10);
    group.bench_function("read", |b| {
        b.iter(|| {
            let read = set.read();
            assert_eq!(read.len(), set.config.extracts.len());
            black_box(read)
        });
    });
    group.bench_function("settle", |b| {
        b.iter_batched(|| set.read(), |read| black_box(clean::settle(read, &set.registers)), BatchSize::LargeInput);
    });
    group.bench_function("flow", |b| {
        b.iter(|| assert_eq!(flow::aggregate(black_box(&rows)).unwrap(), flows));
    });
    group.bench_function("link", |b| {
        b.iter(|| assert_eq!(link::link(black_box(&rows), &set.registers), links));
    });
    let inputs = || Inputs {
        flows: &flows,
        links: &links,
        rows: &rows,
        registers: &set.registers,
        region: &set.config.municipalities,
    };
    group.bench_function("tables", |b| {
        b.iter(|| {
            let tables = compute::tables(black_box(inputs()));
            assert_eq!(tables.flows.len(), flows.flows().len());
            black_box(tables)
        });
    });
    group.finish();
}

criterion_group!(core, stages);
criterion_main!(core);
