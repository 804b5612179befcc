//! Reasons: the outcome of a row, in one word.

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal $usage:ident),* $(,)?) => {
        /// The reason assigned to a row. If several apply, the first in this order is used.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $variant),* }

        impl Reason {
            /// All reasons, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable word in `quality.csv`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Its position in [`Reason::ALL`].
            #[must_use]
            pub const fn number(self) -> usize {
                self as usize
            }

            const fn usage(self) -> Use {
                match self { $(Self::$variant => Use::$usage),* }
            }
        }
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Not a row of the extract: outside its filter, a sum over its rows, a footnote.
    Outside,
    /// In no flow, because it cannot be read.
    Unreadable,
    /// In no flow, because the student already has a row.
    Repeated,
    /// In the flows as `?`, which shares cannot use: bad codes.
    BadCode,
    /// In the flows.
    Used,
}

reasons! {
    /// Fewer or more fields than the header.
    Malformed = "malformed" Unreadable,
    /// Not a row of the table: a source or a footnote below it, or repeated headers.
    Note = "note" Outside,
    /// Excluded by the filter of the config.
    Filtered = "filtered" Outside,
    /// A sum over other rows.
    TotalsRow = "totals_row" Outside,
    /// A placement that is not in force on 15 October of its year.
    NotInForce = "not_in_force" Outside,
    /// No year that can be read.
    InvalidYear = "invalid_year" Unreadable,
    /// No year group that can be read.
    InvalidYearGroup = "invalid_year_group" Unreadable,
    /// A date of a placement that cannot be read.
    InvalidDate = "invalid_date" Unreadable,
    /// A time of seats that is neither admission nor October.
    InvalidTime = "invalid_time" Unreadable,
    /// A count that is not a whole number from zero: negative, fractional, or no number.
    InvalidCount = "invalid_count" Unreadable,
    /// The count is hidden (`..`, `<5`).
    HiddenCount = "hidden_count" Unreadable,
    /// The count is missing (`.`, `-` or nothing).
    MissingCount = "missing_count" Unreadable,
    /// The same student again in the same offer.
    Duplicate = "duplicate" Repeated,
    /// The same student, admitted again in a later round.
    EarlierRound = "earlier_round" Repeated,
    /// The same student in another offer at the same time.
    SecondPlace = "second_place" Repeated,
    /// The unit is missing or not in its register.
    UnknownUnit = "unknown_unit" BadCode,
    /// Protected identity: the home must not be shown.
    ProtectedHome = "protected_home" Used,
    /// The home is missing or not in its register.
    UnknownHome = "unknown_home" BadCode,
    /// The programme is missing or not in its register.
    UnknownProgramme = "unknown_programme" BadCode,
    /// The unit takes no students in the row's year: counted at its successor.
    SucceededUnit = "succeeded_unit" Used,
    /// The unit takes no students in the row's year and has no open successor: counted as coded.
    ClosedUnit = "closed_unit" Used,
    /// The programme takes no students in the row's year of admission.
    RetiredProgramme = "retired_programme" Used,
    /// An id that several students share in one snapshot, judged by their homes. Counted, but cannot be linked.
    SharedStudent = "shared_student" Used,
    /// No student id, or a placeholder: counted, but cannot be linked.
    MissingStudent = "missing_student" Used,
    /// A personal number with a wrong form or check digit: counted, and linked as written.
    DoubtfulStudent = "doubtful_student" Used,
    /// A code that a spreadsheet had turned into a number (0180 → 180), restored from its register.
    RestoredCode = "restored_code" Used,
    /// Nothing remarkable.
    Kept = "kept" Used,
}

impl Reason {
    /// Whether it says that a student occurs twice, or in two offers, in one snapshot. A later round of an admission
    /// does not.
    #[must_use]
    pub fn is_repetition(self) -> bool {
        matches!(self, Self::Duplicate | Self::SecondPlace)
    }

    /// Whether the row is in no flow.
    #[must_use]
    pub fn is_rejected(self) -> bool {
        matches!(self.usage(), Use::Outside | Use::Unreadable | Use::Repeated)
    }

    /// Whether the row is part of the extract: not excluded by its filter, nor a sum or a footnote.
    #[must_use]
    pub fn is_inside(self) -> bool {
        self.usage() != Use::Outside
    }

    /// Whether shares cannot use the row, although it may be one of their students.
    #[must_use]
    pub fn is_lost(self) -> bool {
        matches!(self.usage(), Use::Unreadable | Use::BadCode) || self == Self::ProtectedHome
    }

    /// Whether the row counts against `max_rejected`: it cannot be read, or its codes are in no register.
    #[must_use]
    pub fn is_unusable(self) -> bool {
        matches!(self.usage(), Use::Unreadable | Use::BadCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_distinct_snake_case() {
        let words: std::collections::BTreeSet<&str> = Reason::ALL.iter().map(|r| r.as_str()).collect();
        assert_eq!(words.len(), Reason::ALL.len());
        assert!(words.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }

    #[test]
    fn numbers_are_positions() {
        assert!(Reason::ALL.iter().enumerate().all(|(i, reason)| reason.number() == i));
    }
}
