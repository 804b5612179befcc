//! Instructions of each stage of the aggregation core on a fixed small input, counted under valgrind.
//! `benches/instructions.sh` compares them with `benches/instructions.csv`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops when its data is not as it should be")]
#![expect(missing_docs, reason = "the macros make items that nobody reads")]

mod set;

use std::hint::black_box;
use std::ops::ControlFlow;

use gungraun::{library_benchmark, library_benchmark_group, main};

use elevflode::clean::Gathered;
use elevflode::extract::Parts;
use elevflode::flow::{self, FlowTable};
use elevflode::graph::FlowGraph;
use elevflode::link::{self, Linked};
use elevflode::tables::FlowRow;
use elevflode::tables::{Inputs, Tables};
use set::Set;

const STUDENTS: u64 = 3_000;

/// The set, on one thread, because instructions of waiting threads would count.
fn set() -> Set {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    Set::new(STUDENTS)
}

fn gathered() -> (Set, Gathered) {
    let set = set();
    let gathered = set.gathered();
    (set, gathered)
}

fn linked() -> Linked {
    set().linked()
}

fn computed() -> (Set, Linked, FlowTable) {
    let set = set();
    let (linked, again) = (set.linked(), set.linked());
    let flows = flow::aggregate(again.uncounted, &again.rows).unwrap();
    (set, linked, flows)
}

fn flow_rows() -> Vec<FlowRow> {
    let (set, linked, flows) = computed();
    tables(&set, &linked, &flows).flows
}

fn tables(set: &Set, linked: &Linked, flows: &FlowTable) -> elevflode::tables::Tables {
    Tables::compute(Inputs::new(flows, &linked.links, &linked.rows, &set.registers, &set.config.municipalities))
}

#[library_benchmark(setup = set)]
#[bench::text()]
fn parse(set: Set) -> u64 {
    let mut rows = 0;
    for (file, extract) in set.opened().iter().zip(&set.config.extracts) {
        let text = file.rows(&extract.path, extract).unwrap();
        let Some(Parts::Text(table)) = text.parts() else { panic!("a CSV file is text") };
        let each = table.each(|piece| {
            table.rows(piece, |_, row| {
                black_box(&row);
                rows += 1;
                ControlFlow::Continue(())
            })
        });
        each.unwrap();
    }
    assert!(rows > STUDENTS);
    rows
}

#[library_benchmark(setup = set)]
#[bench::rows()]
fn code(set: Set) -> u64 {
    let (files, store) = set.cleaned();
    let rows = files.iter().map(|file| file.tally.rows()).sum();
    assert!(rows > STUDENTS);
    std::mem::forget((files, store));
    rows
}

#[library_benchmark(setup = gathered)]
#[bench::partitions()]
fn search((set, gathered): (Set, Gathered)) -> Linked {
    let linked = link::link(gathered, &set.registers).unwrap();
    assert_eq!(linked.links.len(), 1);
    std::mem::forget(set);
    linked
}

#[library_benchmark(setup = linked)]
#[bench::partitions()]
fn aggregate(linked: Linked) -> FlowTable {
    let flows = flow::aggregate(linked.uncounted, &linked.rows).unwrap();
    assert!(flows.flows().len() > 1_000);
    flows
}

#[library_benchmark(setup = computed)]
#[bench::flows()]
fn metrics((set, linked, flows): (Set, Linked, FlowTable)) -> u64 {
    let tables = tables(&set, &linked, &flows);
    assert_eq!(tables.flows.len(), flows.flows().len());
    let rows = tables.rows();
    std::mem::forget((set, linked, flows, tables));
    rows
}

#[library_benchmark(setup = flow_rows)]
#[bench::flows()]
fn graph(rows: Vec<FlowRow>) -> FlowGraph {
    let graph = FlowGraph::new(&rows);
    std::mem::forget(rows);
    graph
}

library_benchmark_group!(name = core, benchmarks = [parse, code, search, aggregate, metrics, graph]);
main!(library_benchmark_groups = core);
