//! The same student twice in one snapshot: one row stays by a stated order, whatever the order of the rows.
//!
//! The latest round stays; then the smallest unit (a known one before `?`), then the smallest programme, then the
//! smallest home and year group.

use std::cmp::Reverse;

use super::{Reason, StudentRow};
use crate::model::{CodeList, Registers};

/// The rows of one snapshot and year with a final reason each; `usize` is the file.
pub fn settle(rows: Vec<(usize, StudentRow)>, registers: &Registers) -> Vec<(usize, StudentRow)> {
    let (mut with_id, mut out): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| row.student.is_some());
    with_id.sort_by_cached_key(|(file, row)| (row.student, preference(row, registers), *file, row.line));
    let mut first: Option<StudentRow> = None;
    for (_, row) in &mut with_id {
        match &first {
            Some(kept) if kept.student == row.student => row.reason = why_not(row, kept),
            _ => first = Some(*row),
        }
    }
    out.append(&mut with_id);
    out
}

type Preference = (Reverse<crate::model::Round>, (bool, u32), (bool, u32), (bool, u32), Option<u8>);

/// Smaller stays.
fn preference(row: &StudentRow, registers: &Registers) -> Preference {
    (
        Reverse(row.round),
        rank(registers.unit_codes(), row.unit),
        rank(registers.programme_codes(), row.programme),
        rank(registers.municipality_codes(), row.home),
        row.year_group,
    )
}

fn rank<Id: From<u32> + Into<u32> + Copy>(codes: &CodeList<Id>, id: Id) -> (bool, u32) {
    (!codes.is_known(id), id.into())
}

fn why_not(row: &StudentRow, kept: &StudentRow) -> Reason {
    let place = |r: &StudentRow| (r.unit, r.programme, r.year_group);
    if row.round < kept.round {
        Reason::EarlierRound
    } else if place(row) == place(kept) {
        Reason::Duplicate
    } else {
        Reason::SecondPlace
    }
}
