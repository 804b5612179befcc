//! The questions of a run; every answer is a table of whole numbers, and never one row for one student.

use super::person::Form;
use super::rules::{Grain, Kind, judged, numbered, rejected};
use super::texts::Sheet;
use super::{Bits, Codes, numbers};
use crate::clean::MANY_HOMES;
use crate::model::Reason;

/// The columns of the answer to [`counts`]; `doubt` is what keeps lines from being read as they are here. Codes and years are
/// nothing where a row does not tell them.
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

/// The columns of the answers to [`students`] and [`crowded`]: what is counted ([`PAIR`], [`REPEATED`], [`CROWD`]), the year,
/// two numbers that depend on it, how many students, and all rows of those of a pair.
pub const STUDENTS: [&str; 6] = ["what", "year", "one", "other", "students", "lines"];

/// A pair of places: `one` at admission and `other` on 15 October, each one more than its packed number; zero is none.
pub const PAIR: i64 = 0;
/// A row that does not count: `one` is the row, packed, `other` its reason.
pub const REPEATED: i64 = 1;
/// Students with more than two rows in one snapshot, and as `one` how many of their rows do not count: [`crowded`] tells which.
pub const CROWD: i64 = 2;

/// Lines of sources of students by all that is known of them: their reason (nothing where the id decides), their
/// students.
pub fn counts(sheets: &[Sheet], codes: &Codes) -> String {
    let outside = numbers(Reason::ALL.iter().filter(|reason| !reason.is_inside()).map(|reason| reason.number()));
    let unless_outside = |name: &str| format!("IF(reason IN {outside}, NULL, {name})");
    let [year, group, home, unit, programme] =
        ["year", "year_group", "home", "unit", "programme"].map(unless_outside);
    let query = format!(
        "SELECT source, doubt, reason, is_restored AS restored, IF(shape > 0, 0, form) AS form, {year} AS year, {group} AS year_group, {home} AS home, \
         {unit} AS unit, {programme} AS programme, sum(lines) AS lines, sum(IF(amount IS NULL, 0, lines)) AS known, sum(amount * lines) AS amount \
         FROM judged GROUP BY ALL"
    );
    format!("{}{}", judged(sheets, codes, Kind::Students, Grain::Lines), whole(&COUNTS, &query))
}

/// Lines and seats of sources of seats.
pub fn seats(sheets: &[Sheet], codes: &Codes) -> String {
    let rejected = rejected();
    let unless_rejected = |name: &str| format!("IF(reason IN {rejected}, NULL, {name})");
    let [year, time, unit, programme] = ["year", "time", "unit", "programme"].map(unless_rejected);
    let query = format!(
        "SELECT source, doubt, reason, {year} AS year, {time} AS october, {unit} AS unit, {programme} AS programme, \
         sum(lines) AS lines, sum(amount * lines) AS amount FROM judged GROUP BY ALL"
    );
    format!("{}{}", judged(sheets, codes, Kind::Seats, Grain::Lines), whole(&SEATS, &query))
}

/// The students of all snapshots by their places, and the rows that do not count because a student has two in one
/// snapshot. `persons` are the sources whose ids are numbers of persons.
pub fn students(sheets: &[Sheet], codes: &Codes, persons: &[usize]) -> String {
    let side = |is_october: bool, name: &str| {
        let own = if is_october { "is_october" } else { "NOT is_october" };
        let packed = format!("IF({own}, packed, NULL)");
        format!("min({packed}) AS {name}, max({packed}) AS {name}_last, count({packed}) AS {name}_rows")
    };
    let pair = format!(
        "struct({PAIR} AS what, {} AS one, {} AS other)",
        place(codes.packing(), "admitted", false),
        place(codes.packing(), "enrolled", true)
    );
    let again = |name: &str| {
        let why = why(codes.packing(), &format!("{name}_last"), name);
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
    format!("{}{}", entries(sheets, codes, persons), whole(&STUDENTS, &query))
}

/// The rows that do not count of students with more than two in one snapshot; `lines` is 1 if the rows have so many homes that
/// their id is none (`clean::Order::is_shared`).
pub fn crowded(sheets: &[Sheet], codes: &Codes, persons: &[usize]) -> String {
    let window = "PARTITION BY year, is_october, person, student";
    let bits = codes.packing();
    let part = |below: u32, width: u32| format!("(shiftright(packed, {below}) & {})", (1_u64 << width) - 1);
    let home = part(bits.below_home(), bits.home);
    // A set holds nothing for what is unknown.
    let home = format!("nullif({home}, {})", (1_u64 << bits.home) - 1);
    let query = format!(
        "SELECT {REPEATED} AS what, year, packed AS one, {} AS other, count(*) AS students, max(IF(homes >= {MANY_HOMES}, 1, 0)) AS lines FROM (\
         SELECT *, size(collect_set({home}) OVER ({window})) AS homes, count(*) OVER ({window}) AS rows_there, row_number() OVER ({window} ORDER BY packed) AS place, \
         min(packed) OVER ({window}) AS kept FROM entries) WHERE rows_there > 2 AND place > 1 GROUP BY ALL",
        why(codes.packing(), "packed", "kept"),
    );
    format!("{}{}", entries(sheets, codes, persons), whole(&STUDENTS, &query))
}

/// The steps, and `entries`: the rows that can be linked, each as a packed number, by year, snapshot and student.
fn entries(sheets: &[Sheet], codes: &Codes, persons: &[usize]) -> String {
    let is_person = format!("coalesce(source IN {}, false)", numbers(persons.iter().copied()));
    let among = |forms: &[Form]| format!("form IN {}", numbers(forms.iter().map(|form| *form as usize)));
    let doubtful = among(&[Form::Wrong, Form::RestoredWrong, Form::Other]);
    let restored = among(&[Form::Restored]);
    // That of an id that decides the reason, as `clean::read` has it.
    let open = format!(
        "CASE WHEN {is_person} AND {doubtful} THEN {} WHEN ({is_person} AND {restored}) OR is_restored THEN {} ELSE {} END",
        Reason::DoubtfulStudent.number(),
        Reason::RestoredCode.number(),
        Reason::Kept.number(),
    );
    // Codes become one number before ids are looked at, so that a row is narrow by then.
    let coded = format!(
        "SELECT source, is_october, year, told, reason, is_restored, student, {} AS codes FROM judged \
         WHERE reason IS NULL OR reason NOT IN {}",
        packed(codes.packing()),
        rejected()
    );
    let reason = format!("CAST({} - coalesce(reason, {open}) AS BIGINT)", (1_u64 << Bits::REASON) - 1);
    format!(
        "{}, coded AS (\n{coded}\n), entries AS (SELECT year, is_october, IF({is_person}, person, NULL) AS person, \
         IF({is_person} AND person IS NOT NULL, NULL, student) AS student, codes | {reason} AS packed FROM ({}) WHERE form > {})\n",
        judged(sheets, codes, Kind::Students, Grain::Students).trim_end(),
        numbered("coded", "year"),
        Form::Missing as u8,
    )
}

/// A row without its student and its reason as one number; with the reason, the smallest of a student's rows in a snapshot stays.
fn packed(bits: Bits) -> String {
    let field = |value: &str, below: u32| format!("shiftleft(CAST({value} AS BIGINT), {below})");
    // One more than the largest code of each list: what is unknown comes last.
    let or_last = |name: &str, width: u32| format!("coalesce({name}, {})", (1_u64 << width) - 1);
    let parts = [
        field("2 - round", bits.below_round()),
        field(&or_last("unit", bits.unit), bits.below_unit()),
        field(&or_last("programme", bits.programme), bits.below_programme()),
        field(&or_last("home", bits.home), bits.below_home()),
        field("year_group", Bits::REASON + bits.source),
        field("source", Bits::REASON),
    ];
    parts.join(" | ")
}

/// The number of a packed row's place in a pair: one more than unit and programme; zero where there is no row, its unit is
/// unknown, or the student is not in the first year on 15 October.
fn place(bits: Bits, name: &str, is_october: bool) -> String {
    let unit = format!("shiftright({name}, {}) & {}", bits.below_unit(), (1_u64 << bits.unit) - 1);
    let place = place_of(bits, name);
    let group = format!("shiftright({name}, {}) & {}", Bits::REASON + bits.source, (1_u64 << Bits::GROUP) - 1);
    let first = if is_october { format!(" AND ({group}) <= 1") } else { String::new() };
    format!(
        "IF({name} IS NOT NULL AND ({unit}) < {}{first}, {place} + 1, CAST(0 AS BIGINT))",
        (1_u64 << bits.unit) - 1
    )
}

fn place_of(bits: Bits, name: &str) -> String {
    format!("(shiftright({name}, {}) & {})", bits.below_programme(), (1_u64 << (bits.unit + bits.programme)) - 1)
}

/// Why a row does not count beside the one that does (`clean::Order`).
fn why(bits: Bits, row: &str, kept: &str) -> String {
    let round = |name: &str| format!("shiftright({name}, {})", bits.below_round());
    let group =
        |name: &str| format!("(shiftright({name}, {}) & {})", Bits::REASON + bits.source, (1_u64 << Bits::GROUP) - 1);
    format!(
        "CAST(CASE WHEN {} > {} THEN {} WHEN {} = {} AND {} = {} THEN {} ELSE {} END AS BIGINT)",
        round(row),
        round(kept),
        Reason::EarlierRound.number(),
        place_of(bits, row),
        place_of(bits, kept),
        group(row),
        group(kept),
        Reason::Duplicate.number(),
        Reason::SecondPlace.number(),
    )
}

/// The answer of a query as whole numbers, in the order of these columns.
fn whole(columns: &[&str], query: &str) -> String {
    let numbers: Vec<String> = columns.iter().map(|name| format!("CAST({name} AS BIGINT) AS {name}")).collect();
    format!("SELECT {} FROM (\n{query}\n)", numbers.join(", "))
}
