//! Conservation: what must add up in every run does, or nothing is written.

use crate::clean::CleanRows;
use crate::error::{Error, Exit, Result};
use crate::flow::FlowTable;
use crate::model::{Cell, Snapshot};
use crate::tables::Tables;

/// Checks the invariants of DESIGN: students of kept rows = sum of flows; the parts of shares, ledger and balance
/// sum to their wholes.
///
/// # Errors
/// The first that does not hold; a fault of the program, so nothing may be published.
pub fn check(tables: &Tables, rows: &CleanRows, flows: &FlowTable) -> Result<()> {
    for (snapshot, censuses) in [(Snapshot::Admission, &rows.admission), (Snapshot::October, &rows.october)] {
        for (year, census) in censuses {
            let counted = |snapshot| flows.of(snapshot, *year).iter().map(|f| f.students).sum::<u64>();
            let holds = |snapshot: Snapshot, kept: u64| {
                let counted = counted(snapshot);
                hold(kept == counted, "flows", || format!("{} {year}: {kept} / {counted}", snapshot.as_str()))
            };
            holds(snapshot, census.comparable)?;
            if census.has_year_groups {
                holds(Snapshot::Enrolled, census.students)?;
            }
        }
    }
    for row in &tables.shares {
        let parts = [
            row.own_provider,
            row.other_municipality,
            row.independent_home,
            row.independent_elsewhere,
            row.region_state,
        ];
        let sum: Cell = parts.into_iter().sum();
        hold(sum == row.students, "shares", || format!("{} {} {}", row.year, row.home, row.programme))?;
    }
    for row in &tables.ledger {
        let admitted: Cell = [row.stayed, row.moved_out, row.left].into_iter().sum();
        let enrolled: Cell = [row.stayed, row.moved_in, row.arrived].into_iter().sum();
        let place = || format!("{} {} {}", row.year, row.unit, row.programme);
        hold(admitted == row.admitted && enrolled == row.enrolled, "ledger", place)?;
    }
    for row in &tables.balance {
        let holds = [row.stay, row.out].into_iter().sum::<Cell>() == row.residents
            && [row.stay, row.into].into_iter().sum::<Cell>() == row.pupils_here;
        hold(holds, "balance", || format!("{} {}", row.year, row.municipality))?;
    }
    Ok(())
}

fn hold(holds: bool, table: &str, place: impl FnOnce() -> String) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::new(Exit::Disclosure, "error-conservation").with("table", table).with("place", place()))
}
