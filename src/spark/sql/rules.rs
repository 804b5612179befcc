//! The chain from texts to rows of numbers with a reason each: the steps before every final query.
//!
//! Equal texts of codes have equal results, so lines are first grouped by these texts as written, and judged once per
//! group ([`Grouping::Lines`]): of single rows only the shape, the filter and the id are examined. A query that
//! groups by student needs every row ([`Grouping::Students`]).

use super::person::{self, IdForm};
use super::texts::{FIELDS, SourceView};
use super::values;
use super::{QueryCodes, view};
use crate::config::{ExtractKind, Field, YEARS};
use crate::model::Reason;

/// The columns that every step passes on unchanged.
const SAME: &str =
    "source, is_october, round, config_year, shape, doubt, is_wanted, is_first_total, has_no_student, has_sum_label";

/// The unit that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Identical lines with their number (`lines`) and the `form` of their ids.
    Lines,
    /// Every row, with its `student`.
    Students,
}

impl Grouping {
    /// The columns that its steps pass on in addition to [`SAME`].
    const fn carried(self) -> &'static str {
        match self {
            Self::Lines => "form, lines",
            Self::Students => "student",
        }
    }
}

/// The kind of rows; seats have their own order of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Admissions and 15 October.
    Students,
    /// Seats.
    Seats,
}

impl RowKind {
    /// Whether a source is of this kind.
    #[must_use]
    pub fn has(self, view: &SourceView) -> bool {
        (view.kind == ExtractKind::Seats) == (self == Self::Seats)
    }
}

/// The steps as `WITH …`, up to and including `judged`: lines or rows of the sources of a kind. Its columns, besides
/// the codes and those of the grouping, are `reason` (null if the id decides it), `is_restored` (a code was a
/// numeral) and `amount` (students or seats, null if unknown).
pub fn judged(views: &[SourceView], codes: &QueryCodes, kind: RowKind, grouping: Grouping) -> String {
    let views: Vec<&SourceView> = views.iter().filter(|view| kind.has(view)).collect();
    let has = |field: Field| views.iter().any(|view| view.columns.has(field));
    let (there, absent): (Vec<_>, Vec<_>) = FIELDS.into_iter().partition(|(field, _)| has(*field));
    let all: Vec<String> = views.iter().map(|view| view.texts(&there)).collect();
    let steps = [
        ("texts", all.join("\nUNION ALL\n")),
        ("taken", taken(&there, grouping)),
        ("bare", bare(&there, &absent, grouping)),
        ("parsed", parsed(codes, &there, grouping)),
        ("found", found(grouping)),
        ("judged", judgement(kind, grouping)),
    ];
    let steps: Vec<String> = steps.iter().map(|(name, query)| format!("{name} AS (\n{query}\n)")).collect();
    format!("WITH {}\n", steps.join(",\n"))
}

/// Columns of `texts` by field.
type Fields<'a> = &'a [(Field, &'static str)];

/// Groups of identical lines, or all rows.
fn taken(there: Fields<'_>, grouping: Grouping) -> String {
    let has_no_student = "(student IS NULL OR student = '' OR has_sum_label) AS has_no_student";
    let has_sum_label =
        format!("coalesce(student <> '' AND {}, false) AS has_sum_label", values::is_total("student"));
    let rows = format!("SELECT *, {has_no_student} FROM (SELECT *, {has_sum_label} FROM texts)");
    if grouping == Grouping::Students {
        return rows;
    }
    // The year of a row determines the century of birth.
    let (written, read) = match there.iter().any(|(field, _)| *field == Field::Year) {
        true => (values::plain("year"), format!("IF(year IS NULL, config_year, {})", values::year("written"))),
        false => ("''".to_owned(), "config_year".to_owned()),
    };
    let rows = format!("(SELECT *, {read} AS read FROM (SELECT *, {written} AS written FROM ({rows})))");
    let texts: Vec<&str> = there.iter().map(|(_, name)| *name).collect();
    format!(
        "SELECT {SAME}, {}, form, count(*) AS lines FROM ({}) GROUP BY ALL",
        texts.join(", "),
        numbered(&rows, "read")
    )
}

/// The texts of codes without surrounding blanks and marks; null if no source has the column.
fn bare(there: Fields<'_>, absent: Fields<'_>, grouping: Grouping) -> String {
    let bared = there.iter().map(|(_, name)| format!("{} AS {name}", values::plain(name)));
    let nothing = absent.iter().map(|(_, name)| format!("CAST(NULL AS STRING) AS {name}"));
    let columns: Vec<String> = bared.chain(nothing).collect();
    format!("SELECT {SAME}, {}, {} FROM taken", columns.join(", "), grouping.carried())
}

/// From texts to values. A column that a source does not have is null.
fn parsed(codes: &QueryCodes, there: Fields<'_>, grouping: Grouping) -> String {
    let unless_absent = |name: &str, value: String, absent: &str| format!("IF({name} IS NULL, {absent}, {value})");
    let total = |name: &str| format!("coalesce({}, false)", values::is_total(name));
    let state = |name: &str, field: Field, absent: u8| {
        // Student rows have no counts, and a window over them would be expensive.
        let is_doubtful = if grouping == Grouping::Lines && there.iter().any(|(other, _)| *other == field) {
            let any = format!("max(IF({}, 1, 0)) OVER (PARTITION BY source)", values::has_decimals(name));
            format!("{} AND {any} = 1", values::is_thousands(name))
        } else {
            "false".to_owned()
        };
        format!(
            "CASE WHEN {name} IS NULL THEN {absent} WHEN {is_hidden} THEN {hidden} WHEN {is_missing} THEN {missing} \
             WHEN {count} IS NULL OR {is_doubtful} THEN {invalid} ELSE 0 END",
            is_hidden = values::is_hidden(name),
            is_missing = values::is_missing(name),
            hidden = Reason::HiddenCount.number(),
            missing = Reason::MissingCount.number(),
            invalid = Reason::InvalidCount.number(),
            count = values::count(name),
        )
    };
    let no_programme = super::quoted(crate::model::NO_PROGRAMME);
    let columns = [
        "home, unit".to_owned(),
        format!("{} AS programme", unless_absent("programme", codes.programme("programme"), &no_programme)),
        format!(
            "(programme IS NOT NULL AND NOT {} AND {}) AS is_programme_total",
            codes.is_programme("programme"),
            total("programme")
        ),
        format!("{} AS year", unless_absent("year", values::year("year"), "config_year")),
        format!("{} AS year_group", unless_absent("year_group", values::year_group("year_group"), "0")),
        format!("{} AS is_protected", unless_absent("protected", values::is_protected("protected"), "false")),
        format!("{} AS time", values::time("time")),
        // An admission with one student per row has no count; seats are missing if a source has no such column.
        "(amount IS NOT NULL OR seats IS NOT NULL) AS is_counted".to_owned(),
        format!("{} AS amount_state", state("amount", Field::Count, 0)),
        format!("{} AS amount", unless_absent("amount", values::count("amount"), "1")),
        format!("{} AS seats_state", state("seats", Field::Seats, Reason::MissingCount.number() as u8)),
        format!("{} AS seats", values::count("seats")),
    ];
    format!("SELECT {SAME}, {}, {} FROM bare", grouping.carried(), columns.join(", "))
}

/// Looks up the codes of texts in the registers.
fn found(grouping: Grouping) -> String {
    let is_total = |known: &str, name: &str| {
        // A numeral is not itself a code.
        format!(
            "(({known}.place IS NULL OR {known}.restored) AND coalesce({}, false))",
            values::is_total(&format!("parsed.{name}"))
        )
    };
    format!(
        "SELECT /*+ BROADCAST(u), BROADCAST(h), BROADCAST(p) */ source, is_october, round, config_year, shape, doubt, is_wanted, has_no_student, \
         {carried}, year, year_group, is_protected, time, amount_state, amount, seats_state, seats, \
         u.place AS unit_id, u.reason AS unit_reason, coalesce(u.restored, false) AS unit_restored, \
         IF(is_protected, NULL, h.place) AS home_id, (NOT is_protected AND coalesce(h.restored, false)) AS home_restored, \
         p.place AS programme_id, \
         (year - (greatest(year_group, 1) - 1)) NOT BETWEEN p.first AND p.last AS is_retired, \
         {} OR {} OR is_programme_total OR (u.place IS NOT NULL AND NOT u.restored AND is_first_total) \
         OR (coalesce(parsed.unit, '') = '' AND coalesce(parsed.home, '') = '' AND is_counted) OR has_sum_label AS is_sum \
         FROM parsed LEFT JOIN {units} u ON parsed.unit = u.text AND coalesce(year, 0) BETWEEN u.first AND u.last \
         LEFT JOIN {homes} h ON parsed.home = h.text LEFT JOIN {programmes} p ON parsed.programme = p.text",
        is_total("u", "unit"),
        is_total("h", "home"),
        carried = grouping.carried(),
        units = view::UNITS,
        homes = view::HOMES,
        programmes = view::PROGRAMMES,
    )
}

/// The rows of a step with the `form` of their ids, and `person`, the digits of a personal number by which it is
/// linked; null if the text itself links. `year` is the column that determines the century.
pub fn numbered(rows: &str, year: &str) -> String {
    let reference = format!("coalesce({year}, config_year, {})", YEARS.end());
    let digits = format!("SELECT *, {} AS digits FROM {rows}", person::digits("student"));
    let century = person::century("digits", &reference, &person::is_old("student"));
    let with_century = format!("SELECT *, {century} AS century, right(digits, 10) AS short FROM ({digits})");
    let is_century = "(length(digits) = 10 OR left(digits, 2) IN ('18', '19', '20'))";
    let valid = format!(
        "SELECT *, IF(digits IS NOT NULL AND {is_century} AND coalesce({}, false), concat(CAST(century AS STRING), short), NULL) \
         AS person FROM ({with_century})",
        person::is_day("short", "century")
    );
    let form =
        |right: IdForm, wrong: IdForm| format!("IF({}, {}, {})", person::is_right("short"), right as u8, wrong as u8);
    format!(
        "SELECT *, CASE WHEN student IS NULL THEN {absent} WHEN student = '' THEN {missing} WHEN person IS NULL THEN {other} \
         WHEN {restored} THEN {as_numeral} ELSE {as_written} END AS form FROM ({valid})",
        absent = IdForm::NoColumn as u8,
        missing = IdForm::Missing as u8,
        other = IdForm::Other as u8,
        restored = person::is_restored("student"),
        as_numeral = form(IdForm::Restored, IdForm::RestoredWrong),
        as_written = form(IdForm::Number, IdForm::Wrong),
    )
}

/// Assigns the reason of every row, the first that applies.
fn judgement(kind: RowKind, grouping: Grouping) -> String {
    let when = |condition: &str, reason: Reason| format!("WHEN {condition} THEN {}", reason.number());
    let top = [
        when("shape = 1", Reason::Note),
        when("shape = 2", Reason::Malformed),
        when("NOT is_wanted", Reason::Filtered),
        when("has_no_student AND is_sum", Reason::TotalsRow),
        when("year IS NULL", Reason::InvalidYear),
    ];
    let unknown_unit = when("unit_id IS NULL", Reason::UnknownUnit);
    let unknown_programme = when("programme_id IS NULL", Reason::UnknownProgramme);
    let bottom =
        ["WHEN unit_reason IS NOT NULL THEN unit_reason".to_owned(), when("is_retired", Reason::RetiredProgramme)];
    let own: Vec<String> = match kind {
        RowKind::Students => vec![
            when("year_group < 0", Reason::InvalidYearGroup),
            "WHEN amount_state > 0 THEN amount_state".to_owned(),
            unknown_unit,
            when("home_id IS NULL AND is_protected", Reason::ProtectedHome),
            when("home_id IS NULL", Reason::UnknownHome),
            unknown_programme,
        ],
        RowKind::Seats => vec![
            when("time IS NULL", Reason::InvalidTime),
            "WHEN seats_state > 0 THEN seats_state".to_owned(),
            unknown_unit,
            unknown_programme,
        ],
    };
    let last = match kind {
        RowKind::Students => "ELSE NULL".to_owned(),
        RowKind::Seats => {
            format!("WHEN unit_restored THEN {} ELSE {}", Reason::RestoredCode.number(), Reason::Kept.number())
        }
    };
    let reason = format!("CASE {} {} {} {last} END", top.join(" "), own.join(" "), bottom.join(" "));
    let filtered = Reason::Filtered.number();
    let amount = match kind {
        RowKind::Students => "amount".to_owned(),
        RowKind::Seats => format!("IF(reason = {filtered}, amount, seats)"),
    };
    let rejected = rejected();
    // Of rows that are in no flow, only filtered ones have a known amount.
    format!(
        "SELECT source, is_october, round, config_year, doubt, shape, year, year_group, time, unit_id AS unit, home_id AS home, programme_id AS programme, \
         reason, (unit_restored OR home_restored) AS is_restored, {}, \
         IF(reason IN {rejected} AND reason <> {filtered}, NULL, {amount}) AS amount \
         FROM (SELECT *, {reason} AS reason FROM found)",
        grouping.carried()
    )
}

/// The numbers of the reasons for which a row is in no flow.
pub fn rejected() -> String {
    super::numbers(Reason::ALL.iter().filter(|reason| reason.is_rejected()).map(|reason| reason.number()))
}
