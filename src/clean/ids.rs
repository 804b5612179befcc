//! Student ids: what a column of them holds, and the pseudonym of each, made at the moment of reading.

use std::ops::ControlFlow;

use super::Reason;
use crate::config::Field;
use crate::error::Result;
use crate::extract::{Columns, Record, Rows};
use crate::model::{Checksum, PersonalNumber, Pseudonyms, StudentKey, Year};

/// What a column of student ids holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// Personal, co-ordination and temporary numbers.
    PersonalNumbers,
    /// Ids that mean nothing outside the extract.
    Surrogates,
}

impl IdKind {
    /// Its word in `check --json` and in the ids of messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PersonalNumbers => "personal_numbers",
            Self::Surrogates => "surrogates",
        }
    }

    /// What the first ids of a file show: personal numbers where most have the form of one (of other
    /// ids of ten digits one in thirty has it). None where the
    /// extract has no student column.
    ///
    /// # Errors
    /// As of [`Rows::each`].
    pub fn of(rows: &mut dyn Rows, columns: &Columns, reference: Year) -> Result<Option<Self>> {
        if !columns.has(Field::Student) {
            return Ok(None);
        }
        let (mut seen, mut numbers) = (0_u32, 0_u32);
        rows.each(&mut |_, record| {
            if let Record::Fields(fields) = record
                && let Some(id) = columns.text(fields, Field::Student).filter(|id| !id.is_empty())
            {
                let parsed = PersonalNumber::parse(id, reference);
                seen += 1;
                numbers += u32::from(parsed.or_else(|| PersonalNumber::restore(id, reference)).is_some());
            }
            if seen < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let most = numbers * 2 > seen;
        Ok(Some(if most { Self::PersonalNumbers } else { Self::Surrogates }))
    }
}

/// How many ids of a file tell what its column holds.
const SAMPLE: u32 = 1000;

/// Makes the keys of a file's students.
#[derive(Debug, Clone, Copy)]
pub struct Ids<'a> {
    /// What the column holds.
    pub kind: IdKind,
    /// The run's pseudonyms.
    pub pseudonyms: &'a Pseudonyms,
}

impl Ids<'_> {
    /// The key of an id in a row of this year, and what is remarkable about the id. In a column of personal numbers
    /// whatever is none is doubtful, but linked as it stands.
    pub fn key(self, id: &str, year: Year) -> (Option<StudentKey>, Option<Reason>) {
        let person = |number: PersonalNumber, is_restored: bool| {
            let reason = match number.checksum() {
                Checksum::Wrong => Some(Reason::DoubtfulStudent),
                Checksum::Right | Checksum::None => is_restored.then_some(Reason::RestoredCode),
            };
            (Some(self.pseudonyms.person(&number)), reason)
        };
        if self.kind == IdKind::PersonalNumbers {
            if let Some(number) = PersonalNumber::parse(id, year) {
                return person(number, false);
            }
            if let Some(number) = PersonalNumber::restore(id, year) {
                return person(number, true);
            }
        }
        match (self.pseudonyms.surrogate(id), self.kind) {
            (None, _) => (None, Some(Reason::MissingStudent)),
            (key, IdKind::PersonalNumbers) => (key, Some(Reason::DoubtfulStudent)),
            (key, IdKind::Surrogates) => (key, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: IdKind, id: &str, same_as: Option<&str>, reason: Option<Reason>) {
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let ids = Ids { kind, pseudonyms: &pseudonyms };
        let (key, found) = ids.key(id, 2023);
        assert_eq!(found, reason, "{kind:?}: a case of the test");
        assert_eq!(key, same_as.and_then(|other| ids.key(other, 2023).0), "{kind:?}: a case of the test");
    }

    #[test]
    fn ids_are_linked_and_what_is_remarkable_is_told() {
        use IdKind::{PersonalNumbers, Surrogates};
        let same = Some("20070101-9804");
        for (kind, id, same_as, reason) in [
            (PersonalNumbers, "0701019804", same, None),
            (PersonalNumbers, "701019804", same, Some(Reason::RestoredCode)),
            (PersonalNumbers, "200701019804.0", same, Some(Reason::RestoredCode)),
            (PersonalNumbers, "0701019802", Some("20070101-9802"), Some(Reason::DoubtfulStudent)),
            (PersonalNumbers, "e17", Some(" e17 "), Some(Reason::DoubtfulStudent)),
            (PersonalNumbers, "070101TF10", Some("20070101-tf10"), None),
            (PersonalNumbers, " ", None, Some(Reason::MissingStudent)),
            (Surrogates, "0701019804", Some("0701019804"), None),
            (Surrogates, "", None, Some(Reason::MissingStudent)),
        ] {
            check(kind, id, same_as, reason);
        }
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let ids = Ids { kind: Surrogates, pseudonyms: &pseudonyms };
        assert_ne!(ids.key("0701019804", 2023), ids.key("200701019804", 2023), "no form is read into surrogate ids");
    }
}
