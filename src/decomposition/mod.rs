//! Why a share changed between two years: the effect of each of six factors, exact and without remainder.
//!
//! Students are grouped in cells: one home and one programme. n_h are the students of a home, n_g those of a cell, N
//! all of them; w = n_h / N and m = n_g / n_h. An offer (a unit on a programme) is closed (there is none in the second
//! year), opened (there was none in the first year) or continuing. x^C and x^O are the shares of a cell's students who
//! cross among those at closed and at opened offers, a and b the shares of the cell's students at such offers. κ_u is an
//! offer's part of the students at continuing offers, and c_u the share of its students who cross: those who study with
//! another provider than their home municipality, or whoever else is counted.
//!
//! Six flags say which year a quantity is taken from: W cohort size, M programme mix, C closed, O opened, V provider,
//! Q choice within the same offer. With α = a·(1 − C) and β = b·O, a cell's share is
//!
//! ```text
//! S = β·x^O + (1 − β)·[α·x^C + (1 − α)·Σ_u κ_u^Q·c_u^V]
//! ```
//!
//! and the share of all students is Σ w^W·m^M·S. With all flags 0 it is the share of the first year, with all flags 1
//! that of the second. The effect of a factor is the Shapley value of its flag: the change that it makes, averaged over
//! all orders in which the six flags can be set (Shapley 1953; Das Gupta 1993 for rates; Shorrocks 2013 for
//! decompositions). For students in place of shares, w is n_h. An effect on the share and one on students are each a sum of two
//! parts, one with w of each year; [`Effect`] has the parts in students.
//!
//! A cell with students in one year alone has the share of that year in both, and a home in one year alone has its mix
//! in both. Without students at continuing offers in one year, κ is that of the other year; without any in both years,
//! the closed offers are replaced by the opened ones in one step, half of which each factor gets.
//!
//! Numbers have 64 binary digits ([`fixed`]); the tests compare them with exact fractions.

pub mod cell;
pub mod fixed;
#[cfg(test)]
mod tests;

pub use cell::{CellTerms, Crossing, OfferEffects, WeighedCell};
pub use fixed::{Effect, Fixed, round_to};

/// What made a share change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// The homes have other shares of all students.
    Cohort,
    /// The programmes have other shares of a home's students.
    Mix,
    /// Offers of the first year that the second does not have.
    Closed,
    /// Offers of the second year that the first did not have.
    Opened,
    /// Offers that another provider runs.
    Provider,
    /// Changed choice or access among the same offers.
    Choice,
}

impl Factor {
    /// All factors, in the order of the waterfall.
    pub const ALL: [Self; 6] = [Self::Cohort, Self::Mix, Self::Closed, Self::Opened, Self::Provider, Self::Choice];

    /// Factors whose effect is a sum over units.
    pub const OF_UNITS: [Self; 4] = [Self::Closed, Self::Opened, Self::Provider, Self::Choice];

    /// Its word in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cohort => "cohort",
            Self::Mix => "mix",
            Self::Closed => "closed",
            Self::Opened => "opened",
            Self::Provider => "provider",
            Self::Choice => "choice",
        }
    }
}

/// Whether an offer exists in the two years, judged over all homes and seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferState {
    /// In the first year alone.
    Closed,
    /// In the second year alone.
    Opened,
    /// In both.
    Continuing,
}

/// A cell's students at one offer, in both years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferStudents {
    /// Whether the offer exists.
    pub state: OfferState,
    /// Students of the cell, by year.
    pub students: [u64; 2],
    /// Those of them who cross, by year.
    pub crossing: [u64; 2],
    /// Whether students of the cell cross there, by year; used where `students` is zero.
    pub is_crossing: [bool; 2],
}

impl OfferStudents {
    /// The share of students who cross in a year: numerator and denominator.
    const fn share(&self, year: usize) -> (u64, u64) {
        match self.students[year] {
            0 => (self.is_crossing[year] as u64, 1),
            students => (self.crossing[year], students),
        }
    }

    /// Whether all students cross in both years (`true`) or none in either (`false`); `None` otherwise.
    const fn all_cross(&self) -> Option<bool> {
        match [self.share(0), self.share(1)] {
            [(0, _), (0, _)] => Some(false),
            [(one, of_one), (other, of_other)] if one == of_one && other == of_other => Some(true),
            _ => None,
        }
    }
}
