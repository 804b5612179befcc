//! A user-defined metric: how far two municipalities exchange students, rather than one only receiving from the other.
//!
//! ```sh
//! cargo run --release --example own_metric                            # the demo region
//! cargo run --release --example own_metric -- my-region/elevflode.toml
//! ```
//!
//! If `a` students go in one direction and `b` in the other, the exchange is 2 · min(a, b) / (a + b): 1 if as many go
//! in both directions, 0 if all go in one. It is computed from the flow graph of a report, like the report's own
//! pictures. CONTRIBUTING.md says how to add a metric to the program.
#![expect(clippy::print_stdout, reason = "an example prints what it finds")]

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use elevflode::error::Result;
use elevflode::model::{Ratio, Release};
use elevflode::pipeline::{self, Request, Timings};
use elevflode::report::ReportModel;
use elevflode::words::Lang;

fn main() -> Result<()> {
    let config = std::env::args_os().nth(1).map(PathBuf::from);
    lines(config.as_deref())?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// The ten pairs with most students. Default config: that of this folder, else the demo region.
pub fn lines(config: Option<&Path>) -> Result<Vec<String>> {
    let mut timings = Timings::default();
    let read = pipeline::read(pipeline::load(config)?, None, &mut timings, &())?;
    // An internal release has exact numbers. With Release::Public every number is rounded or hidden.
    let request = Request::new(Lang::En, Release::Internal);
    let model = pipeline::model(&read, &request, &mut timings, &())?;

    let mut pairs = exchanges(&model);
    pairs.sort_by_key(|pair| (Reverse(pair.there + pair.back), pair.names.clone()));
    let line = |pair: &Pair| {
        let exchange = Lang::En.percent(exchange(pair.there, pair.back), 0);
        format!("{exchange:>5}  {} ({} there, {} back)", pair.names, pair.there, pair.back)
    };
    Ok(pairs.iter().take(10).map(line).collect())
}

/// The metric: exact, and undefined if nobody goes in either direction.
fn exchange(there: u64, back: u64) -> Ratio {
    Ratio::new(2 * there.min(back), there + back)
}

/// Two municipalities, and the students who go from one to the other, in each direction.
struct Pair {
    names: String,
    there: u64,
    back: u64,
}

/// Every pair of municipalities of the region with a flow between them.
fn exchanges(model: &ReportModel) -> Vec<Pair> {
    let (registers, selection) = (&model.registers, model.selection());
    let mut flows: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for home in &model.region.municipalities {
        for (unit, students) in model.graph().destinations(home, &selection, registers) {
            // A unit that is in no register has no municipality; a hidden number cannot be added.
            let (Some(unit), Some(students)) = (registers.unit_by_code(&unit), students.value()) else { continue };
            if model.in_region(&unit.municipality) {
                *flows.entry((home, &unit.municipality)).or_default() += students;
            }
        }
    }
    let students = |from, to| flows.get(&(from, to)).copied().unwrap_or(0);
    let name = |code| registers.municipality_name(code);
    let mut pairs = Vec::new();
    for (i, one) in model.region.municipalities.iter().enumerate() {
        for other in &model.region.municipalities[i + 1..] {
            let (there, back) = (students(&**one, &**other), students(&**other, &**one));
            if there + back > 0 {
                pairs.push(Pair { names: format!("{} \u{2013} {}", name(one), name(other)), there, back });
            }
        }
    }
    pairs
}
