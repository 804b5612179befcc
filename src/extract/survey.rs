//! A first look at an unknown file: its likely kind of extract, and the fields of its columns.

use super::columns::{candidates, fields_of};
use super::header::looks_like_data;
use super::{Guess, Opened, unless_headerless};
use crate::config::{ExtractConfig, ExtractKind, Field, YEARS};
use crate::error::{Error, Exit, Result};
use crate::io::Content;
use crate::model::{Round, Year};

/// What the guessed kind of an extract is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindBasis {
    /// Its columns.
    Columns,
    /// Its name.
    Name,
    /// Nothing: it is the most common kind.
    Default,
}

/// The columns that fit a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// One.
    One(String),
    /// Several, equally well.
    Several(Vec<String>),
    /// None.
    None,
}

/// The result of a first look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Admission, October or seats.
    pub kind: ExtractKind,
    /// What the kind is based on.
    pub kind_basis: KindBasis,
    /// The year in the file's name, if there is exactly one.
    pub year: Option<Year>,
    /// The round in an admission's name; final if there is none.
    pub round: Round,
    /// The guessed form.
    pub guesses: Vec<Guess>,
    /// The fields that an extract of this kind can have, and the columns that fit.
    pub columns: Vec<(Field, Fit)>,
    /// The headers that fit no field.
    pub others: Vec<String>,
}

impl Survey {
    /// Reads a file's header; `source` is its name.
    ///
    /// # Errors
    /// A file that cannot be read, or whose header looks like a row of data.
    pub fn of(source: &str, content: Content) -> Result<Self> {
        let opened = Opened::of(source, content)?;
        let any = ExtractConfig::of(ExtractKind::October);
        let rows = opened.rows(source, &any)?;
        let header = rows.header();
        if header.iter().any(|text| looks_like_data(text))
            && Field::ALL.iter().all(|f| candidates(header, *f).is_empty())
        {
            let error = Error::new(Exit::Input, "error-no-header");
            return Err(unless_headerless(source, header, error));
        }
        let (kind, kind_basis) = kind(source, header);
        let columns: Vec<(Field, Fit)> =
            fields_of(kind).iter().map(|(field, _)| (*field, fit(header, *field))).collect();
        let used = |text: &String| columns.iter().any(|(_, fit)| fit.names().contains(text));
        let others = header.iter().filter(|text| !text.is_empty() && !used(text) && !looks_like_data(text));
        Ok(Self {
            kind,
            kind_basis,
            year: year(source),
            round: round(source),
            guesses: opened.guess().into_iter().chain(rows.guesses().iter().cloned()).collect(),
            others: others.cloned().collect(),
            columns,
        })
    }
}

impl Fit {
    fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
            Self::None => &[],
        }
    }
}

fn fit(header: &[String], field: Field) -> Fit {
    let mut names: Vec<String> = candidates(header, field).into_iter().map(|i| header[i].clone()).collect();
    match names.len() {
        0 => Fit::None,
        1 => Fit::One(names.remove(0)),
        _ => Fit::Several(names),
    }
}

/// The kind of an extract: by columns of seats or year groups, else by the file's name.
fn kind(source: &str, header: &[String]) -> (ExtractKind, KindBasis) {
    let name = source.to_lowercase();
    let has = |field: Field| !candidates(header, field).is_empty();
    let is_named = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(Field::Seats) {
        (ExtractKind::Seats, KindBasis::Columns)
    } else if has(Field::YearGroup) {
        (ExtractKind::October, KindBasis::Columns)
    } else if is_named(&["antag", "admission", "admitted"]) {
        (ExtractKind::Admission, KindBasis::Name)
    } else if is_named(&["okt", "oct", "inskriv", "enrol", "elevreg"]) {
        (ExtractKind::October, KindBasis::Name)
    } else if has(Field::Count) && !has(Field::Student) {
        // Statistics count the pupils of 15 October.
        (ExtractKind::October, KindBasis::Default)
    } else {
        (ExtractKind::Admission, KindBasis::Default)
    }
}

/// The year in a name, if there is exactly one.
fn year(source: &str) -> Option<Year> {
    let numbers = source.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4);
    let mut years: Vec<Year> = numbers.filter_map(|run| run.parse().ok()).filter(|y| YEARS.contains(y)).collect();
    years.dedup();
    match years[..] {
        [year] => Some(year),
        _ => None,
    }
}

fn round(source: &str) -> Round {
    let name = source.to_lowercase();
    if name.contains("prel") {
        Round::Preliminary
    } else if name.contains("reserv") {
        Round::Reserve
    } else {
        Round::Final
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, text: &str, wanted: &str) {
        let got = match Survey::of(source, Content::Memory(text.as_bytes().to_vec())) {
            Err(error) => error.id().to_owned(),
            Ok(survey) => {
                let columns = survey
                    .columns
                    .iter()
                    .map(|(field, fit)| format!(" {}={}", field.as_str(), fit.names().join("/")));
                format!(
                    "{} {:?} {:?} {}{} +{}",
                    survey.kind.as_str(),
                    survey.kind_basis,
                    survey.year,
                    survey.round.as_str(),
                    columns.filter(|c| !c.ends_with('=')).collect::<String>(),
                    survey.others.join("/"),
                )
            }
        };
        assert_eq!(got, wanted, "{source}");
    }

    #[test]
    fn a_first_look_finds_kind_year_and_columns() {
        for (source, text, wanted) in [
            (
                "Slutantagning 2023.csv",
                "Titel\n\nPersonnummer;Hemkommun;Skolenhetskod;Studievägskod;Namn\n",
                "admission Name Some(2023) final student=Personnummer home=Hemkommun unit=Skolenhetskod \
                 programme=Studievägskod +Namn",
            ),
            (
                "x.csv",
                "Elev-id,Hemkommun,Skolenhetskod,Enhetskod,Åk\n",
                "october Columns None final student=Elev-id home=Hemkommun unit=Skolenhetskod/Enhetskod year_group=Åk +",
            ),
            (
                "prel_2022_2023.csv",
                "home,unit,students\n",
                "october Default None preliminary home=home unit=unit count=students +",
            ),
            (
                "p.csv",
                "Skolenhet,Platser,Tidpunkt\n",
                "seats Columns None final unit=Skolenhet seats=Platser time=Tidpunkt +",
            ),
            ("x.csv", "0701011234,Anna,1480\n0701011235,Bo,1480\n", "error-no-header"),
            ("x.csv", "", "error-file-empty"),
        ] {
            check(source, text, wanted);
        }
    }
}
