//! Benchmarks of the aggregation core, stage by stage, on an invented national year; every result is asserted.
#![expect(clippy::unwrap_used, reason = "a benchmark stops when its data is not as it should be")]

mod set;

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

use elevflode::extract::Parts;
use elevflode::flow;
use elevflode::graph::FlowGraph;
use elevflode::link::{self, Linked};
use elevflode::model::Snapshot;
use elevflode::tables::{Inputs, Tables};
use set::Set;

const STUDENTS: u64 = 100_000;

fn stages(criterion: &mut Criterion) {
    let set = Set::new(STUDENTS);
    let mut group = criterion.benchmark_group("core");
    group.sample_size(10);

    let opened = set.opened();
    let parse = || {
        let rows = AtomicU64::new(0);
        for (file, extract) in opened.iter().zip(&set.config.extracts) {
            let text = file.rows(&extract.path, extract).unwrap();
            let Some(Parts::Text(table)) = text.parts() else { panic!("a CSV file is text") };
            let walked = table.walk(
                rayon::current_num_threads(),
                || (),
                |(), piece| {
                    let mut seen = 0;
                    table.rows(piece, |_, row| {
                        black_box(&row);
                        seen += 1;
                        ControlFlow::Continue(())
                    });
                    rows.fetch_add(seen, Ordering::Relaxed);
                    Ok(true)
                },
            );
            walked.unwrap();
        }
        rows.into_inner()
    };
    let rows: u64 = set.cleaned().0.iter().map(|file| file.tally.rows()).sum();
    group.bench_function("parse", |b| b.iter(|| assert_eq!(parse(), rows)));
    group.bench_function("code", |b| {
        b.iter(|| {
            let (files, _) = set.cleaned();
            assert_eq!(files.iter().map(|file| file.tally.rows()).sum::<u64>(), rows);
        });
    });

    let Linked { rows, links, uncounted, .. } = set.linked();
    let flows = flow::aggregate(uncounted, &rows).unwrap();
    let year = *links.keys().next().unwrap();
    let admitted: u64 = flows.of(Snapshot::Admission, year).iter().map(|f| f.students).sum();
    assert!((STUDENTS * 98 / 100..=STUDENTS).contains(&admitted), "{admitted}");
    let linked: u64 = links[&year].pairs().map(|(.., students)| students).sum();
    assert!(linked >= admitted * 98 / 100, "{linked}");
    group.bench_function("link", |b| {
        b.iter_batched(
            || set.gathered(),
            |gathered| assert_eq!(link::link(gathered, &set.registers).unwrap().links, links),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("aggregate", |b| {
        b.iter_batched(
            || set.linked(),
            |linked| assert_eq!(flow::aggregate(linked.uncounted, &linked.rows).unwrap(), flows),
            BatchSize::LargeInput,
        );
    });

    let inputs = || Inputs::new(&flows, &links, &rows, &set.registers, &set.config.municipalities);
    group.bench_function("metrics", |b| {
        b.iter(|| {
            let tables = Tables::compute(black_box(inputs()));
            assert_eq!(tables.flows.len(), flows.flows().len());
            black_box(tables)
        });
    });
    let tables = Tables::compute(inputs());
    group.bench_function("graph", |b| b.iter(|| black_box(FlowGraph::new(black_box(&tables.flows)))));
    group.finish();
}

criterion_group!(core, stages);
criterion_main!(core);
