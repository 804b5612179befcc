//! The final queries of a run; every answer is a table of whole numbers, and never one row per student.

use super::person::IdForm;
use super::rules::{Grouping, RowKind, judged, numbered, rejected};
use super::texts::SourceView;
use super::{PackedWidths, QueryCodes, numbers};
use crate::clean::MANY_HOMES;
use crate::model::Reason;

/// The columns of the answer to [`counts`]; `doubt` says what prevents lines from being read as the local engine
/// would read them. Codes and years are null if a row does not have them.
pub const COUNTS: [&str; 13] = [
    "source",
    "doubt",
    "reason",
    "restored",
    "form",
    "year",
    "year_group",
    "home",
    "unit",
    "programme",
    "lines",
    "known",
    "amount",
];

/// The columns of the answer to [`seats`].
pub const SEATS: [&str; 9] = ["source", "doubt", "reason", "year", "october", "unit", "programme", "lines", "amount"];

/// The columns of the answers to [`students`] and [`crowded`]: what is counted ([`PAIR`], [`REPEATED`], [`CROWD`]),
/// the year, two numbers whose meaning depends on it, the number of students, and for a pair the number of all their
/// rows.
pub const STUDENTS: [&str; 6] = ["what", "year", "one", "other", "students", "lines"];

/// A pair of offers: `one` at admission and `other` on 15 October, each its packed number plus one; zero means none.
pub const PAIR: i64 = 0;
/// A row that does not count: `one` is the packed row, `other` its reason.
pub const REPEATED: i64 = 1;
/// Students with more than two rows in one snapshot; `one` is the number of their rows that do not count. [`crowded`]
/// lists these rows.
pub const CROWD: i64 = 2;

/// The query for lines of student sources by everything known of them: their reason (null if the id decides) and
/// their students.
pub fn counts(views: &[SourceView], codes: &QueryCodes) -> String {
    let outside = numbers(Reason::ALL.iter().filter(|reason| !reason.is_inside()).map(|reason| reason.number()));
    let unless_outside = |name: &str| format!("IF(reason IN {outside}, NULL, {name})");
    let [year, group, home, unit, programme] =
        ["year", "year_group", "home", "unit", "programme"].map(unless_outside);
    let query = format!(
        "SELECT source, doubt, reason, is_restored AS restored, IF(shape > 0, 0, form) AS form, {year} AS year, {group} AS year_group, {home} AS home, \
         {unit} AS unit, {programme} AS programme, sum(lines) AS lines, sum(IF(amount IS NULL, 0, lines)) AS known, sum(amount * lines) AS amount \
         FROM judged GROUP BY ALL"
    );
    format!("{}{}", judged(views, codes, RowKind::Students, Grouping::Lines), as_integers(&COUNTS, &query))
}

/// The query for lines and seats of seat sources.
pub fn seats(views: &[SourceView], codes: &QueryCodes) -> String {
    let rejected = rejected();
    let unless_rejected = |name: &str| format!("IF(reason IN {rejected}, NULL, {name})");
    let [year, time, unit, programme] = ["year", "time", "unit", "programme"].map(unless_rejected);
    let query = format!(
        "SELECT source, doubt, reason, {year} AS year, {time} AS october, {unit} AS unit, {programme} AS programme, \
         sum(lines) AS lines, sum(amount * lines) AS amount FROM judged GROUP BY ALL"
    );
    format!("{}{}", judged(views, codes, RowKind::Seats, Grouping::Lines), as_integers(&SEATS, &query))
}

/// The query for students of all snapshots by offers, and for rows that do not count because a student has two in one
/// snapshot. `persons` are the sources with personal numbers.
pub fn students(views: &[SourceView], codes: &QueryCodes, persons: &[usize]) -> String {
    let side = |is_october: bool, name: &str| {
        let own = if is_october { "is_october" } else { "NOT is_october" };
        let packed = format!("IF({own}, packed, NULL)");
        format!("min({packed}) AS {name}, max({packed}) AS {name}_last, count({packed}) AS {name}_rows")
    };
    let pair = format!(
        "struct({PAIR} AS what, {} AS one, {} AS other)",
        offer_in_pair(codes.packing(), "admitted", false),
        offer_in_pair(codes.packing(), "enrolled", true)
    );
    let again = |name: &str| {
        let why = repeat_reason(codes.packing(), &format!("{name}_last"), name);
        format!("IF({name}_rows = 2, struct({REPEATED} AS what, {name}_last AS one, {why} AS other), NULL)")
    };
    let beside = |name: &str| format!("IF({name}_rows > 2, {name}_rows - 1, 0)");
    let crowd = format!(
        "IF(admitted_rows > 2 OR enrolled_rows > 2, struct({CROWD} AS what, CAST({} + {} AS BIGINT) AS one, CAST(0 AS BIGINT) AS other), NULL)",
        beside("admitted"),
        beside("enrolled")
    );
    let (admitted, enrolled) = (again("admitted"), again("enrolled"));
    let query = format!(
        "SELECT fact.what AS what, year, fact.one AS one, fact.other AS other, count(*) AS students, \
         sum(IF(fact.what = {PAIR}, lines, 0)) AS lines FROM (\
         SELECT year, admitted_rows + enrolled_rows AS lines, explode(IF(admitted_rows < 2 AND enrolled_rows < 2, array({pair}), \
         array_compact(array({pair}, {admitted}, {enrolled}, {crowd})))) AS fact FROM (\
         SELECT year, {}, {} FROM entries GROUP BY year, person, student)) GROUP BY ALL",
        side(false, "admitted"),
        side(true, "enrolled"),
    );
    format!("{}{}", entries(views, codes, persons), as_integers(&STUDENTS, &query))
}

/// The query for rows that do not count, of students with more than two in one snapshot; `lines` is 1 if the id is
/// shared because the rows have too many homes (`clean::Order::is_shared`).
pub fn crowded(views: &[SourceView], codes: &QueryCodes, persons: &[usize]) -> String {
    let window = "PARTITION BY year, is_october, person, student";
    let bits = codes.packing();
    let part = |below: u32, width: u32| format!("(shiftright(packed, {below}) & {})", (1_u64 << width) - 1);
    let home = part(bits.below_home(), bits.home);
    // Unknown homes become null, which a set omits.
    let home = format!("nullif({home}, {})", (1_u64 << bits.home) - 1);
    let query = format!(
        "SELECT {REPEATED} AS what, year, packed AS one, {} AS other, count(*) AS students, max(IF(homes >= {MANY_HOMES}, 1, 0)) AS lines FROM (\
         SELECT *, size(collect_set({home}) OVER ({window})) AS homes, count(*) OVER ({window}) AS rows_there, row_number() OVER ({window} ORDER BY packed) AS place, \
         min(packed) OVER ({window}) AS kept FROM entries) WHERE rows_there > 2 AND place > 1 GROUP BY ALL",
        repeat_reason(codes.packing(), "packed", "kept"),
    );
    format!("{}{}", entries(views, codes, persons), as_integers(&STUDENTS, &query))
}

/// The steps up to `entries`: the rows that can be linked, each as a packed number, by year, snapshot and student.
fn entries(views: &[SourceView], codes: &QueryCodes, persons: &[usize]) -> String {
    let is_person = format!("coalesce(source IN {}, false)", numbers(persons.iter().copied()));
    let among = |forms: &[IdForm]| format!("form IN {}", numbers(forms.iter().map(|form| *form as usize)));
    let doubtful = among(&[IdForm::Wrong, IdForm::RestoredWrong, IdForm::Other]);
    let restored = among(&[IdForm::Restored]);
    // The reason if the id decides it, as in `clean::read`.
    let open = format!(
        "CASE WHEN {is_person} AND {doubtful} THEN {} WHEN ({is_person} AND {restored}) OR is_restored THEN {} ELSE {} END",
        Reason::DoubtfulStudent.number(),
        Reason::RestoredCode.number(),
        Reason::Kept.number(),
    );
    // Codes are packed into one number before ids are processed, so that rows are narrow at that point.
    let coded = format!(
        "SELECT source, is_october, year, config_year, reason, is_restored, student, {} AS codes FROM judged \
         WHERE reason IS NULL OR reason NOT IN {}",
        packed(codes.packing()),
        rejected()
    );
    let reason = format!("CAST({} - coalesce(reason, {open}) AS BIGINT)", (1_u64 << PackedWidths::REASON) - 1);
    format!(
        "{}, coded AS (\n{coded}\n), entries AS (SELECT year, is_october, IF({is_person}, person, NULL) AS person, \
         IF({is_person} AND person IS NOT NULL, NULL, student) AS student, codes | {reason} AS packed FROM ({}) WHERE form > {})\n",
        judged(views, codes, RowKind::Students, Grouping::Students).trim_end(),
        numbered("coded", "year"),
        IdForm::Missing as u8,
    )
}

/// A row without student and reason as one number. With the reason added, the smallest of a student's rows in a
/// snapshot is the one that is kept.
fn packed(bits: PackedWidths) -> String {
    let field = |value: &str, below: u32| format!("shiftleft(CAST({value} AS BIGINT), {below})");
    // Unknown is one more than the largest code of each list, so that it comes last.
    let or_last = |name: &str, width: u32| format!("coalesce({name}, {})", (1_u64 << width) - 1);
    let parts = [
        field("2 - round", bits.below_round()),
        field(&or_last("unit", bits.unit), bits.below_unit()),
        field(&or_last("programme", bits.programme), bits.below_programme()),
        field(&or_last("home", bits.home), bits.below_home()),
        field("year_group", PackedWidths::REASON + bits.source),
        field("source", PackedWidths::REASON),
    ];
    parts.join(" | ")
}

/// The number of a packed row's offer in a pair: unit and programme plus one; zero if there is no row, if its unit is
/// unknown, or if the student is not in year group 1 on 15 October.
fn offer_in_pair(bits: PackedWidths, name: &str, is_october: bool) -> String {
    let unit = format!("shiftright({name}, {}) & {}", bits.below_unit(), (1_u64 << bits.unit) - 1);
    let offer = offer(bits, name);
    let group = format!(
        "shiftright({name}, {}) & {}",
        PackedWidths::REASON + bits.source,
        (1_u64 << PackedWidths::GROUP) - 1
    );
    let first = if is_october { format!(" AND ({group}) <= 1") } else { String::new() };
    format!(
        "IF({name} IS NOT NULL AND ({unit}) < {}{first}, {offer} + 1, CAST(0 AS BIGINT))",
        (1_u64 << bits.unit) - 1
    )
}

fn offer(bits: PackedWidths, name: &str) -> String {
    format!("(shiftright({name}, {}) & {})", bits.below_programme(), (1_u64 << (bits.unit + bits.programme)) - 1)
}

/// The reason why a row does not count, given the one that is kept (`clean::Order`).
fn repeat_reason(bits: PackedWidths, row: &str, kept: &str) -> String {
    let round = |name: &str| format!("shiftright({name}, {})", bits.below_round());
    let group = |name: &str| {
        format!(
            "(shiftright({name}, {}) & {})",
            PackedWidths::REASON + bits.source,
            (1_u64 << PackedWidths::GROUP) - 1
        )
    };
    format!(
        "CAST(CASE WHEN {} > {} THEN {} WHEN {} = {} AND {} = {} THEN {} ELSE {} END AS BIGINT)",
        round(row),
        round(kept),
        Reason::EarlierRound.number(),
        offer(bits, row),
        offer(bits, kept),
        group(row),
        group(kept),
        Reason::Duplicate.number(),
        Reason::SecondPlace.number(),
    )
}

/// Casts the columns of a query to whole numbers, in this order.
fn as_integers(columns: &[&str], query: &str) -> String {
    let numbers: Vec<String> = columns.iter().map(|name| format!("CAST({name} AS BIGINT) AS {name}")).collect();
    format!("SELECT {} FROM (\n{query}\n)", numbers.join(", "))
}
