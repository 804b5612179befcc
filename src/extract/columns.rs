//! The columns of a file: found by the config's mapping, else by synonyms of whole headers.

use std::collections::BTreeMap;

use super::header::{composed, looks_like_data, same};
use super::synonyms::{Strength, examples, field_of, folded, names};
use crate::config::{ExtractConfig, ExtractKind, Field};
use crate::error::{Error, Exit, Result};

/// The fields that an extract of a kind can have, with whether it must have them.
pub(super) const fn fields_of(kind: ExtractKind) -> &'static [(Field, Need)] {
    use Need::{Must, Optional};
    match kind {
        ExtractKind::Admission => &[
            (Field::Student, Optional),
            (Field::Year, Optional),
            (Field::Home, Must),
            (Field::Unit, Must),
            (Field::Programme, Optional),
            (Field::Count, Optional),
            (Field::Protected, Optional),
        ],
        ExtractKind::October => &[
            (Field::Student, Optional),
            (Field::Year, Optional),
            (Field::Home, Must),
            (Field::Unit, Must),
            (Field::Programme, Optional),
            (Field::YearGroup, Optional),
            (Field::Count, Optional),
            (Field::From, Optional),
            (Field::To, Optional),
            (Field::Protected, Optional),
        ],
        ExtractKind::Seats => &[
            (Field::Year, Optional),
            (Field::Unit, Must),
            (Field::Programme, Optional),
            (Field::SeatsAdmission, Optional),
            (Field::SeatsOctober, Optional),
            (Field::Seats, Must),
            (Field::Time, Must),
        ],
    }
}

/// Whether an extract must have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Must,
    Optional,
}

/// Whether an extract of this kind must have the field.
#[must_use]
pub fn is_needed(field: Field, kind: ExtractKind) -> bool {
    fields_of(kind).iter().any(|(f, need)| *f == field && *need == Need::Must)
}

/// The positions of an extract's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    positions: BTreeMap<Field, usize>,
    filters: Vec<(usize, Vec<String>)>,
    found: Vec<Found>,
}

/// A column that was found, for the report of guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it holds.
    pub field: Field,
    /// Its header as written in the file.
    pub header: String,
    /// Whether the config names it.
    pub is_configured: bool,
}

impl Columns {
    /// Finds the columns of an extract in the header of one of its files.
    ///
    /// # Errors
    /// A required column that is missing (with those seen and the nearest one), several columns that fit the same
    /// field, a mapped or filtered column that the file does not have, a mapping that the kind does not use, or both a
    /// student and a count column.
    pub fn find(source: &str, header: &[String], extract: &ExtractConfig) -> Result<Self> {
        let fields = fields_of(extract.kind);
        if let Some((field, _)) = extract.columns.iter().find(|(f, _)| !fields.iter().any(|(g, _)| g == *f)) {
            return Err(Error::new(Exit::Usage, "error-column-useless")
                .with("path", source)
                .with("field", field.as_str())
                .with("kind", extract.kind.as_str()));
        }
        let mut positions = BTreeMap::new();
        for (field, need) in fields {
            let position = match extract.columns.get(field) {
                Some(name) => Some(named(source, header, name)?),
                None => by_synonym(source, header, *field)?,
            };
            match (position, need) {
                (Some(position), _) => drop(positions.insert(*field, position)),
                // Seats of both times have a column each, or the config states the time of all.
                (None, Need::Must) if is_otherwise_known(*field, &positions, extract) => {}
                (None, Need::Must) => {
                    let names: Vec<&str> = names(*field).collect();
                    return Err(not_found(source, header, field.as_str(), &names).with("names", examples(*field)));
                }
                (None, Need::Optional) => {}
            }
        }
        settle_student_or_count(source, header, extract, &mut positions)?;
        let filters = extract
            .filter
            .iter()
            .map(|(name, values)| Ok((named(source, header, name)?, values.clone())))
            .collect::<Result<_>>()?;
        let found = positions
            .iter()
            .map(|(field, position)| Found {
                field: *field,
                header: header[*position].clone(),
                is_configured: extract.columns.contains_key(field),
            })
            .collect();
        Ok(Self { positions, filters, found })
    }

    /// The headers that neither a field nor the filter uses, except those that look like data.
    #[must_use]
    pub fn unused(&self, header: &[String]) -> Vec<String> {
        let is_unused =
            |(at, text): &(usize, &String)| !self.is_mapped(*at) && !text.is_empty() && !looks_like_data(text);
        header.iter().enumerate().filter(is_unused).map(|(_, text)| text.clone()).collect()
    }

    /// The columns found, in the order of fields.
    #[must_use]
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The header of the field's column; empty if the extract has no such column.
    #[must_use]
    pub fn header(&self, field: Field) -> &str {
        self.found.iter().find(|found| found.field == field).map_or("", |found| &found.header)
    }

    /// Whether a column is mapped to a field, used by the filter, or the first one, where words for sums are.
    #[must_use]
    pub fn is_used(&self, position: usize) -> bool {
        position == 0 || self.is_mapped(position)
    }

    /// Whether a column is mapped to a field or used by the filter.
    #[must_use]
    pub fn is_mapped(&self, position: usize) -> bool {
        self.positions.values().any(|used| *used == position)
            || self.filters.iter().any(|(used, _)| *used == position)
    }

    /// The position of the field in a row; `None` if the column is absent.
    #[must_use]
    pub fn position(&self, field: Field) -> Option<usize> {
        self.positions.get(&field).copied()
    }

    /// The columns of the filter, with the values that keep a row.
    #[must_use]
    pub fn filters(&self) -> &[(usize, Vec<String>)] {
        &self.filters
    }

    /// The field's text in a row; `None` if the column is absent. It is trimmed, and marks that keep a spreadsheet
    /// from reading a code as a number (`="0180"`, `'0180`) are removed.
    #[must_use]
    pub fn text<'a>(&self, record: &'a csv::StringRecord, field: Field) -> Option<&'a str> {
        record.get(*self.positions.get(&field)?).map(plain)
    }

    /// Whether the extract has this column.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.positions.contains_key(&field)
    }
}

/// Whether an extract may lack a field that is otherwise required.
fn is_otherwise_known(field: Field, found: &BTreeMap<Field, usize>, extract: &ExtractConfig) -> bool {
    let is_wide = [Field::SeatsAdmission, Field::SeatsOctober].iter().any(|field| found.contains_key(field));
    match field {
        Field::Seats => is_wide,
        Field::Time => is_wide || extract.time.is_some(),
        _ => false,
    }
}

/// A row is one student or a count: if synonyms match both columns, the one that the config names wins.
fn settle_student_or_count(
    source: &str,
    header: &[String],
    extract: &ExtractConfig,
    positions: &mut BTreeMap<Field, usize>,
) -> Result<()> {
    let (Some(student), Some(count)) = (positions.get(&Field::Student), positions.get(&Field::Count)) else {
        return Ok(());
    };
    let named = |field| extract.columns.contains_key(&field);
    match (named(Field::Student), named(Field::Count)) {
        (true, false) => positions.remove(&Field::Count),
        (false, true) => positions.remove(&Field::Student),
        _ => {
            return Err(Error::new(Exit::Input, "error-student-and-count")
                .with("path", source)
                .with("student", &header[*student])
                .with("count", &header[*count]));
        }
    };
    Ok(())
}

/// The text, trimmed and without a spreadsheet's marks of text.
pub fn plain(text: &str) -> &str {
    let text = text.trim();
    let formula = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    formula.or_else(|| text.strip_prefix('\'')).map_or(text, str::trim)
}

/// The columns whose headers are synonyms of the field: those that name the code, else those that may hold it.
pub(super) fn candidates(header: &[String], field: Field) -> Vec<usize> {
    let fits: Vec<(Strength, usize)> = header
        .iter()
        .enumerate()
        .filter_map(|(position, text)| field_of(text).filter(|(f, _)| *f == field).map(|(_, s)| (s, position)))
        .collect();
    let strongest = fits.iter().map(|(strength, _)| *strength).min();
    fits.into_iter().filter(|(strength, _)| Some(*strength) == strongest).map(|(_, position)| position).collect()
}

/// The only column whose header is a synonym of the field, if any.
fn by_synonym(source: &str, header: &[String], field: Field) -> Result<Option<usize>> {
    match candidates(header, field)[..] {
        [] => Ok(None),
        [position] => Ok(Some(position)),
        ref several => {
            let fitting: Vec<&str> = several.iter().map(|i| header[*i].as_str()).collect();
            Err(Error::new(Exit::Input, "error-column-ambiguous")
                .with("path", source)
                .with("field", field.as_str())
                .with("fitting", fitting.join(", ")))
        }
    }
}

/// The column with this name: as written, else one that differs only in case, blanks, hyphens or diacritics.
fn named(source: &str, header: &[String], name: &str) -> Result<usize> {
    let name = composed(&name.split_whitespace().collect::<Vec<_>>().join(" "));
    let all =
        |fits: &dyn Fn(&String) -> bool| -> Vec<usize> { (0..header.len()).filter(|i| fits(&header[*i])).collect() };
    let exact = all(&|text| *text == name);
    let near = if exact.is_empty() { all(&|text| same(text, &name)) } else { exact };
    match near[..] {
        [position] => Ok(position),
        [_, _, ..] => {
            let places: Vec<String> = near.iter().map(|at| (at + 1).to_string()).collect();
            Err(Error::new(Exit::Input, "error-column-twice")
                .with("path", source)
                .with("name", &name)
                .with("places", places.join(", ")))
        }
        [] => Err(not_found(source, header, &name, &[&name]).with("names", &name)),
    }
}

/// The error for a file with this header. If the first line looks like a row of data, the error is that the header is
/// missing, and nothing of that line is shown, because it may be about a student.
#[must_use]
pub fn unless_headerless(source: &str, header: &[String], error: Error) -> Error {
    let codes = header.iter().filter(|text| looks_like_data(text)).count().max(numbers(header));
    if codes == 0 {
        return error;
    }
    Error::new(Exit::Input, "error-no-header").with("path", source).with("columns", header.len()).with("codes", codes)
}

/// The number of numeric texts in a first line if they show that it is a row of data (the first or most are numbers),
/// else 0. Headers can be years, and codes of municipalities (2080) look like years.
fn numbers(header: &[String]) -> usize {
    let texts: Vec<&String> = header.iter().filter(|text| !text.is_empty()).collect();
    let is_number = |text: &&&String| text.bytes().all(|b| b.is_ascii_digit());
    let numbers = texts.iter().filter(is_number).count();
    if texts.first().is_some_and(|first| is_number(&first)) || numbers * 2 > texts.len() { numbers } else { 0 }
}

fn not_found(source: &str, header: &[String], wanted: &str, names: &[&str]) -> Error {
    unless_headerless(source, header, missing(source, header, wanted, names))
}

fn missing(source: &str, header: &[String], wanted: &str, names: &[&str]) -> Error {
    let nearest = header
        .iter()
        .flat_map(|h| names.iter().map(move |n| (strsim::levenshtein(&folded(h), &folded(n)), h)))
        .min()
        .map_or("–", |(_, h)| h.as_str());
    Error::new(Exit::Input, "error-column-missing")
        .with("path", source)
        .with("field", wanted)
        .with("seen", header.join(" | "))
        .with("nearest", nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(kind: ExtractKind, columns: &[(Field, &str)]) -> ExtractConfig {
        ExtractConfig {
            year: Some(2023),
            columns: columns.iter().map(|(f, n)| (*f, (*n).to_owned())).collect(),
            ..ExtractConfig::of(kind)
        }
    }

    fn check(header: &str, kind: ExtractKind, columns: &[(Field, &str)], wanted: std::result::Result<&str, &str>) {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let got = Columns::find("a.csv", &header, &extract(kind, columns));
        let got = got.as_ref().map_err(Error::id).map(|found| {
            found.positions.iter().map(|(f, p)| format!("{}={p}", f.as_str())).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(got, wanted.map(str::to_owned), "{header:?}");
    }

    #[test]
    fn columns_are_found_or_the_way_out_is_named() {
        use ExtractKind::{Admission, October, Seats};
        for (header, kind, columns, wanted) in [
            ("Personnummer,Hemkommun,Skolenhetskod", Admission, &[][..], Ok("student=0 home=1 unit=2")),
            (
                "home,unit,PROGRAMME,students,year_group",
                October,
                &[],
                Ok("home=0 unit=1 programme=2 year_group=4 count=3"),
            ),
            ("Skolenhetskod,Platser,Tidpunkt,Program", Seats, &[], Ok("unit=0 programme=3 seats=1 time=2")),
            (
                "o,d,n",
                Admission,
                &[(Field::Home, "o"), (Field::Unit, "d"), (Field::Count, "n")],
                Ok("home=0 unit=1 count=2"),
            ),
            ("Hemkomun,Skolenhetskod", Admission, &[], Err("error-column-missing")),
            ("20070101-1234,Anna,1480,00000001", Admission, &[], Err("error-no-header")),
            ("c5b2662ef722aa1a,Ale,NA", Admission, &[], Err("error-no-header")),
            ("Hemkommun;Skolenhetskod", Admission, &[], Err("error-column-missing")),
            ("Hemkommun,Skolenhetskod", Admission, &[(Field::Count, "Antal")], Err("error-column-missing")),
            ("home,hemkommun,unit", Admission, &[], Err("error-column-ambiguous")),
            ("Hemkommun,Hemkommunkod,Skolenhet,Skol-enhetskod", Admission, &[], Ok("home=1 unit=3")),
            ("Hemkommunkod,Folkbokföringskommunkod,unit", Admission, &[], Err("error-column-ambiguous")),
            (
                "municipalityCode,schoolUnitCode,educationCode,schoolYear",
                October,
                &[],
                Ok("home=0 unit=1 programme=2 year_group=3"),
            ),
            ("2080,Falun,A,12", Admission, &[], Err("error-no-header")),
            ("Falun,2080,12,7", Admission, &[], Err("error-no-header")),
            ("Hem,Skola,2021,2022", Admission, &[], Err("error-column-missing")),
            ("Hem,Skola", Admission, &[(Field::Home, "HEM"), (Field::Unit, "skola")], Ok("home=0 unit=1")),
            ("pnr,home,unit,antal", Admission, &[], Err("error-student-and-count")),
            ("pnr,home,unit,antal", Admission, &[(Field::Student, "pnr")], Ok("student=0 home=1 unit=2")),
            ("home,unit", Admission, &[(Field::Seats, "home")], Err("error-column-useless")),
        ] {
            check(header, kind, columns, wanted);
        }
    }

    #[test]
    fn a_missing_column_names_the_nearest_one() {
        let header = ["Hemkomun", "Skolenhetskod"].map(str::to_owned);
        let error = Columns::find("a.csv", &header, &extract(ExtractKind::Admission, &[])).unwrap_err();
        for lang in crate::words::Lang::ALL {
            let text = error.text(lang);
            assert!(text.contains("Hemkomun | Skolenhetskod") && text.contains("home = \"Hemkomun\""), "{text}");
        }
    }
}
