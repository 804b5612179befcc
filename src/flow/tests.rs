//! Flows compared with plain loops.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::clean::{self, Cleaned, Reason, SourceColumns};
use crate::config::ExtractKind;
use crate::link::link;
use crate::model::{
    Municipality, Programme, ProgrammeKind, Provider, ProviderKind, Registers, Round, SchoolUnit, Validity,
};
use crate::store::{SourceKind, Store, StudentRow};

/// A row of a test: year, year group (0: none), home, unit, programme, students.
type TestRow = (u16, u8, u32, u32, u32, u64);

const CODES: [&str; 3] = ["A", "B", "C"];

fn registers() -> Registers {
    let municipality = |code: &str| Municipality { code: code.into(), name: code.into(), county: None, point: None };
    let unit = |code: &str| SchoolUnit {
        code: code.into(),
        name: code.into(),
        municipality: "A".into(),
        provider: Provider { code: "A".into(), kind: ProviderKind::Municipal },
        point: None,
        validity: Validity::default(),
        successor: None,
    };
    let programme = |code: &str| Programme {
        code: code.into(),
        name: code.into(),
        kind: ProgrammeKind::Vocational,
        validity: Validity::default(),
        successor: None,
    };
    Registers::new(CODES.map(municipality).to_vec(), CODES.map(unit).to_vec(), CODES.map(programme).to_vec(), vec![])
}

fn row(given: &TestRow, registers: &Registers) -> StudentRow {
    let code = |i: u32| CODES[i as usize];
    StudentRow {
        student: None,
        year: given.0,
        year_group: (given.1 > 0).then_some(given.1),
        home: registers.municipality_codes().find(code(given.2)).unwrap(),
        unit: registers.unit_codes().find(code(given.3)).unwrap(),
        programme: registers.programme_codes().find(code(given.4)).unwrap(),
        students: given.5,
        reason: Reason::Kept,
        line: 0,
    }
}

fn table(files: [(ExtractKind, &[TestRow]); 2], registers: &Registers) -> FlowTable {
    let store = Store::new(Packing::new(registers, 2).unwrap(), 1 << 18, None);
    let file = |(number, (kind, rows)): (usize, (ExtractKind, &[TestRow]))| {
        let rows: Vec<StudentRow> = rows.iter().map(|given| row(given, registers)).collect();
        let has = SourceColumns { ids: false, year_groups: kind == ExtractKind::October };
        Cleaned::of_rows(number, SourceKind { kind, round: Round::Final }, &rows, &store, has)
    };
    let files = files.into_iter().enumerate().map(file).collect();
    let linked = link(clean::gather(files, store).unwrap(), registers).unwrap();
    aggregate(linked.uncounted, &linked.rows).unwrap()
}

proptest! {
    #[test]
    fn flows_are_what_plain_loops_count(
        admitted in proptest::collection::vec((2021_u16..2023, Just(0_u8), 0_u32..3, 0_u32..3, 0_u32..3, 0_u64..4), 0..30),
        enrolled in proptest::collection::vec((2021_u16..2023, 1_u8..4, 0_u32..3, 0_u32..3, 0_u32..3, 0_u64..4), 0..30),
    ) {
        let code = |i: u32| CODES[i as usize];
        let mut naive: BTreeMap<(Snapshot, Year, &str, &str, &str), u64> = BTreeMap::new();
        for g in &admitted {
            *naive.entry((Snapshot::Admission, g.0, code(g.2), code(g.3), code(g.4))).or_default() += g.5;
        }
        for g in &enrolled {
            *naive.entry((Snapshot::Enrolled, g.0, code(g.2), code(g.3), code(g.4))).or_default() += g.5;
            if g.1 == 1 {
                *naive.entry((Snapshot::October, g.0, code(g.2), code(g.3), code(g.4))).or_default() += g.5;
            }
        }
        naive.retain(|_, students| *students > 0);
        let registers = registers();
        let table = table([(ExtractKind::Admission, &admitted), (ExtractKind::October, &enrolled)], &registers);
        let got: Vec<_> = table.flows().iter().map(|f| {
            let home = &**registers.municipality_codes().text(f.key.home);
            let unit = &**registers.unit_codes().text(f.key.unit);
            let programme = &**registers.programme_codes().text(f.key.programme);
            ((f.key.snapshot, f.key.year, home, unit, programme), f.students)
        }).collect();
        prop_assert_eq!(got, naive.into_iter().collect::<Vec<_>>());
    }
}
