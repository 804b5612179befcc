//! The chain from texts to rows of numbers with a reason each: the steps before every question.
//!
//! What texts of codes come to is the same wherever they stand together, so lines are first grouped by them as they are
//! written, and judged a group at a time ([`Grain::Lines`]): of a row itself only its shape, the filter and its id are looked
//! at. Who groups by student needs every row ([`Grain::Students`]).

use super::person::{self, Form};
use super::texts::{FIELDS, Sheet};
use super::values;
use super::{Codes, view};
use crate::config::{ExtractKind, Field, YEARS};
use crate::model::Reason;

/// The columns that every step hands on as they are.
const SAME: &str = "source, is_october, round, told, shape, doubt, is_wanted, is_first_total, is_nobody, is_label";

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Lines that are written alike, as many as there are (`lines`), with the `form` of their ids.
    Lines,
    /// Every row, with its `student`.
    Students,
}

impl Grain {
    /// The columns that its steps hand on beside those of all.
    const fn carried(self) -> &'static str {
        match self {
            Self::Lines => "form, lines",
            Self::Students => "student",
        }
    }
}

/// Seats have their own order of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Admissions and 15 October.
    Students,
    /// Seats.
    Seats,
}

impl Kind {
    /// Whether a source is of this kind.
    #[must_use]
    pub fn has(self, sheet: &Sheet) -> bool {
        (sheet.kind == ExtractKind::Seats) == (self == Self::Seats)
    }
}

/// The steps as `WITH …`, up to and with `judged`: lines or rows of the sources of a kind. Its columns beside those of the codes
/// and of the grain are `reason` (nothing where the id decides it), `is_restored` (a code was a numeral) and `amount`
/// (students or seats, nothing where they cannot be known).
pub fn judged(sheets: &[Sheet], codes: &Codes, kind: Kind, grain: Grain) -> String {
    let sheets: Vec<&Sheet> = sheets.iter().filter(|sheet| kind.has(sheet)).collect();
    let has = |field: Field| sheets.iter().any(|sheet| sheet.columns.has(field));
    let (there, absent): (Vec<_>, Vec<_>) = FIELDS.into_iter().partition(|(field, _)| has(*field));
    let all: Vec<String> = sheets.iter().map(|sheet| sheet.texts(&there)).collect();
    let steps = [
        ("texts", all.join("\nUNION ALL\n")),
        ("taken", taken(&there, grain)),
        ("bare", bare(&there, &absent, grain)),
        ("parsed", parsed(codes, &there, grain)),
        ("found", found(grain)),
        ("judged", judgement(kind, grain)),
    ];
    let steps: Vec<String> = steps.iter().map(|(name, query)| format!("{name} AS (\n{query}\n)")).collect();
    format!("WITH {}\n", steps.join(",\n"))
}

/// Columns of `texts` by what they hold.
type Fields<'a> = &'a [(Field, &'static str)];

/// Groups of lines that are written alike, or all rows.
fn taken(there: Fields<'_>, grain: Grain) -> String {
    let is_nobody = "(student IS NULL OR student = '' OR is_label) AS is_nobody";
    let is_label = format!("coalesce(student <> '' AND {}, false) AS is_label", values::is_total("student"));
    let rows = format!("SELECT *, {is_nobody} FROM (SELECT *, {is_label} FROM texts)");
    if grain == Grain::Students {
        return rows;
    }
    // The year of a row tells the century of a birth.
    let (written, read) = match there.iter().any(|(field, _)| *field == Field::Year) {
        true => (values::plain("year"), format!("IF(year IS NULL, told, {})", values::year("written"))),
        false => ("''".to_owned(), "told".to_owned()),
    };
    let rows = format!("(SELECT *, {read} AS read FROM (SELECT *, {written} AS written FROM ({rows})))");
    let texts: Vec<&str> = there.iter().map(|(_, name)| *name).collect();
    format!(
        "SELECT {SAME}, {}, form, count(*) AS lines FROM ({}) GROUP BY ALL",
        texts.join(", "),
        numbered(&rows, "read")
    )
}

/// The texts of codes without blanks and marks around them; nothing where no source has them.
fn bare(there: Fields<'_>, absent: Fields<'_>, grain: Grain) -> String {
    let bared = there.iter().map(|(_, name)| format!("{} AS {name}", values::plain(name)));
    let nothing = absent.iter().map(|(_, name)| format!("CAST(NULL AS STRING) AS {name}"));
    let columns: Vec<String> = bared.chain(nothing).collect();
    format!("SELECT {SAME}, {}, {} FROM taken", columns.join(", "), grain.carried())
}

/// From texts to values. A column that a source does not have is nothing.
fn parsed(codes: &Codes, there: Fields<'_>, grain: Grain) -> String {
    let unless_absent = |name: &str, value: String, absent: &str| format!("IF({name} IS NULL, {absent}, {value})");
    let total = |name: &str| format!("coalesce({}, false)", values::is_total(name));
    let state = |name: &str, field: Field, absent: u8| {
        // Students have no counts, and a window over their rows would cost much.
        let is_doubtful = if grain == Grain::Lines && there.iter().any(|(other, _)| *other == field) {
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
        format!("{} AS year", unless_absent("year", values::year("year"), "told")),
        format!("{} AS year_group", unless_absent("year_group", values::year_group("year_group"), "0")),
        format!("{} AS is_protected", unless_absent("protected", values::is_protected("protected"), "false")),
        format!("{} AS time", values::time("time")),
        // An admission has no count where each row is a student; seats are missing where a source has no such column.
        "(amount IS NOT NULL OR seats IS NOT NULL) AS is_counted".to_owned(),
        format!("{} AS amount_state", state("amount", Field::Count, 0)),
        format!("{} AS amount", unless_absent("amount", values::count("amount"), "1")),
        format!("{} AS seats_state", state("seats", Field::Seats, Reason::MissingCount.number() as u8)),
        format!("{} AS seats", values::count("seats")),
    ];
    format!("SELECT {SAME}, {}, {} FROM bare", grain.carried(), columns.join(", "))
}

/// The codes of the registers that texts stand for.
fn found(grain: Grain) -> String {
    let is_total = |known: &str, name: &str| {
        // A text that a numeral stands for is no code.
        format!(
            "(({known}.place IS NULL OR {known}.restored) AND coalesce({}, false))",
            values::is_total(&format!("parsed.{name}"))
        )
    };
    format!(
        "SELECT /*+ BROADCAST(u), BROADCAST(h), BROADCAST(p) */ source, is_october, round, told, shape, doubt, is_wanted, is_nobody, \
         {carried}, year, year_group, is_protected, time, amount_state, amount, seats_state, seats, \
         u.place AS unit_id, u.reason AS unit_reason, coalesce(u.restored, false) AS unit_restored, \
         IF(is_protected, NULL, h.place) AS home_id, (NOT is_protected AND coalesce(h.restored, false)) AS home_restored, \
         p.place AS programme_id, \
         (year - (greatest(year_group, 1) - 1)) NOT BETWEEN p.first AND p.last AS is_retired, \
         {} OR {} OR is_programme_total OR (u.place IS NOT NULL AND NOT u.restored AND is_first_total) \
         OR (coalesce(parsed.unit, '') = '' AND coalesce(parsed.home, '') = '' AND is_counted) OR is_label AS is_sum \
         FROM parsed LEFT JOIN {units} u ON parsed.unit = u.text AND coalesce(year, 0) BETWEEN u.first AND u.last \
         LEFT JOIN {homes} h ON parsed.home = h.text LEFT JOIN {programmes} p ON parsed.programme = p.text",
        is_total("u", "unit"),
        is_total("h", "home"),
        carried = grain.carried(),
        units = view::UNITS,
        homes = view::HOMES,
        programmes = view::PROGRAMMES,
    )
}

/// The rows of a step with the `form` of their ids, and the digits that link the number of a `person`, nothing where the text itself
/// links. `year` is the column of the year by which a century is told.
pub fn numbered(rows: &str, year: &str) -> String {
    let reference = format!("coalesce({year}, told, {})", YEARS.end());
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
        |right: Form, wrong: Form| format!("IF({}, {}, {})", person::is_right("short"), right as u8, wrong as u8);
    format!(
        "SELECT *, CASE WHEN student IS NULL THEN {absent} WHEN student = '' THEN {missing} WHEN person IS NULL THEN {other} \
         WHEN {restored} THEN {as_numeral} ELSE {as_written} END AS form FROM ({valid})",
        absent = Form::NoColumn as u8,
        missing = Form::Missing as u8,
        other = Form::Other as u8,
        restored = person::is_restored("student"),
        as_numeral = form(Form::Restored, Form::RestoredWrong),
        as_written = form(Form::Number, Form::Wrong),
    )
}

/// The reason of every row, the first that fits.
fn judgement(kind: Kind, grain: Grain) -> String {
    let when = |condition: &str, reason: Reason| format!("WHEN {condition} THEN {}", reason.number());
    let top = [
        when("shape = 1", Reason::Note),
        when("shape = 2", Reason::Malformed),
        when("NOT is_wanted", Reason::Filtered),
        when("is_nobody AND is_sum", Reason::TotalsRow),
        when("year IS NULL", Reason::InvalidYear),
    ];
    let unknown_unit = when("unit_id IS NULL", Reason::UnknownUnit);
    let unknown_programme = when("programme_id IS NULL", Reason::UnknownProgramme);
    let bottom =
        ["WHEN unit_reason IS NOT NULL THEN unit_reason".to_owned(), when("is_retired", Reason::RetiredProgramme)];
    let own: Vec<String> = match kind {
        Kind::Students => vec![
            when("year_group < 0", Reason::InvalidYearGroup),
            "WHEN amount_state > 0 THEN amount_state".to_owned(),
            unknown_unit,
            when("home_id IS NULL AND is_protected", Reason::ProtectedHome),
            when("home_id IS NULL", Reason::UnknownHome),
            unknown_programme,
        ],
        Kind::Seats => vec![
            when("time IS NULL", Reason::InvalidTime),
            "WHEN seats_state > 0 THEN seats_state".to_owned(),
            unknown_unit,
            unknown_programme,
        ],
    };
    let last = match kind {
        Kind::Students => "ELSE NULL".to_owned(),
        Kind::Seats => {
            format!("WHEN unit_restored THEN {} ELSE {}", Reason::RestoredCode.number(), Reason::Kept.number())
        }
    };
    let reason = format!("CASE {} {} {} {last} END", top.join(" "), own.join(" "), bottom.join(" "));
    let filtered = Reason::Filtered.number();
    let amount = match kind {
        Kind::Students => "amount".to_owned(),
        Kind::Seats => format!("IF(reason = {filtered}, amount, seats)"),
    };
    let rejected = rejected();
    // What a row that is in no flow amounts to is known for those of the filter alone.
    format!(
        "SELECT source, is_october, round, told, doubt, shape, year, year_group, time, unit_id AS unit, home_id AS home, programme_id AS programme, \
         reason, (unit_restored OR home_restored) AS is_restored, {}, \
         IF(reason IN {rejected} AND reason <> {filtered}, NULL, {amount}) AS amount \
         FROM (SELECT *, {reason} AS reason FROM found)",
        grain.carried()
    )
}

/// The numbers of the reasons for which a row is in no flow.
pub fn rejected() -> String {
    super::numbers(Reason::ALL.iter().filter(|reason| reason.is_rejected()).map(|reason| reason.number()))
}
