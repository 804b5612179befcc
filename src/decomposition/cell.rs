//! A cell's terms: what the six factors change in it, for any weights.

use super::fixed::Divided;
use super::{Fixed, OfferState, OfferStudents};

/// By the size k of a set of flags: in how many of the 720 orders of six flags such a set comes first and a given other
/// flag next, k!·(5 − k)!.
const ORDERS: [u64; 6] = [120, 24, 12, 12, 24, 120];
const ALL_ORDERS: u64 = 720;

/// Sums over sets of flags, by the size of the set.
type BySize<const SIZES: usize> = [Fixed; SIZES];
/// Sums over sets of flags, averaged over orders, by how many other flags (W and M) are in the set too.
type Means<const MORE: usize> = [Fixed; MORE];

/// Numerator and denominator, by year.
type Fractions = [(u64, u64); 2];

/// What a cell counts for in both years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// w: the home's share of all students, or its students.
    cohort: Fractions,
    /// m: the cell's share of its home's students.
    mix: Fractions,
}

impl Weights {
    /// The weights of a cell with `cell` students, in a home with `home` students, by year. The home's students are
    /// weighed as a share of `all`; for effects in students, `all` is the number that counts as one student. A home
    /// without students in one year has the mix of the other.
    #[must_use]
    pub const fn new(cell: [u64; 2], home: [u64; 2], all: [u64; 2]) -> Self {
        let mix = match home {
            [0, _] => [(cell[1], home[1]), (cell[1], home[1])],
            [_, 0] => [(cell[0], home[0]), (cell[0], home[0])],
            _ => [(cell[0], home[0]), (cell[1], home[1])],
        };
        Self { cohort: [(home[0], all[0]), (home[1], all[1])], mix }
    }

    /// A number times w and m of these years.
    fn times(&self, number: Fixed, w: usize, m: usize) -> Fixed {
        let ((cell, of), (home, all)) = (self.mix[m], self.cohort[w]);
        number.scaled(cell, of).scaled(home, all)
    }

    /// A sum over sets of the other flags, averaged over orders, with the flags W and M in or out of the set.
    fn average(&self, means: &Means<3>) -> Fixed {
        let of = |(w, m): (usize, usize)| self.times(means[w + m], w, m);
        [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter().map(of).sum()
    }

    /// The effects of W and of M, each with the other one in or out of the set.
    fn effects(&self, means: &Means<2>) -> [Fixed; 2] {
        let cohort = [0, 1].map(|m| self.times(means[m], 1, m) - self.times(means[m], 0, m));
        let mix = [0, 1].map(|w| self.times(means[w], w, 1) - self.times(means[w], w, 0));
        [cohort, mix].map(|effects| effects.into_iter().sum())
    }
}

/// Averages sums over sets of flags.
fn means<const SIZES: usize, const MORE: usize>(sums: &BySize<SIZES>) -> Means<MORE> {
    let mean = |more: usize| {
        sums.iter().enumerate().map(|(k, sum)| sum.times(ORDERS[k + more])).sum::<Fixed>().scaled(1, ALL_ORDERS)
    };
    std::array::from_fn(mean)
}

/// The terms of a cell.
#[derive(Debug, Clone, Copy, Default)]
pub struct CellTerms {
    /// Students by year.
    students: [u64; 2],
    /// Students at closed offers in the first year, at opened ones in the second, and those of them who cross.
    closed: [u64; 2],
    opened: [u64; 2],
    /// What κ of each year is computed from.
    kept: [Kept; 2],
    /// Σ_u κ_u^Q·c_u^V, by Q and V.
    continuing: [[Fixed; 2]; 2],
    /// S, over sets of C, O, V and Q.
    share: Means<2>,
    /// 1 − β, and (1 − β)·k with k, the share at continuing offers; over sets of the other flags than C.
    closing: [Means<3>; 2],
    /// 1, and R, the share without opened offers; O.
    opening: [Means<3>; 2],
    /// (1 − α)·(1 − β), by Q; V.
    provider: [Means<3>; 2],
    /// (1 − α)·(1 − β), by V; Q.
    choice: [Means<3>; 2],
    /// Whether the share of some continuing offer differs between the years. Otherwise changed providers have no effect.
    has_new_shares: bool,
}

/// Students at continuing offers.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    /// The year of their numbers: the other one if there are none in this.
    year: usize,
    students: u64,
}

impl CellTerms {
    /// The terms of a cell with students at these offers; `None` without students in both years.
    #[must_use]
    pub fn new(offers: &[OfferStudents]) -> Option<Self> {
        let at = |state: OfferState| offers.iter().filter(move |offer| offer.state == state);
        let students = [0, 1].map(|year| offers.iter().map(|offer| offer.students[year]).sum::<u64>());
        let sums = |state: OfferState, year: usize| {
            [at(state).map(|offer| offer.students[year]).sum(), at(state).map(|offer| offer.crossing[year]).sum()]
        };
        let (closed, opened) = (sums(OfferState::Closed, 0), sums(OfferState::Opened, 1));
        let has_new_shares = at(OfferState::Continuing).any(|offer| offer.is_plain().is_none());
        let mut out = Self { students, closed, opened, has_new_shares, ..Self::default() };
        match students {
            [0, 0] => return None,
            [_, 0] => out.of_one_year(offers, 0),
            [0, _] => out.of_one_year(offers, 1),
            _ => {
                out.continue_with(offers);
                out.of_both_years();
            }
        }
        Some(out)
    }

    /// Whether the closed offers are replaced by the opened ones in one step, because no offer continues.
    #[must_use]
    pub fn is_joint(&self) -> bool {
        self.closed[0] == self.students[0] && self.opened[0] == self.students[1] && !self.students.contains(&0)
    }

    /// Every set of flags has the share of the only year.
    fn of_one_year(&mut self, offers: &[OfferStudents], year: usize) {
        let share = Fixed::ratio(offers.iter().map(|offer| offer.crossing[year]).sum(), self.students[year]);
        // The number of sets of four flags by size.
        self.share = means(&[1, 4, 6, 4, 1].map(|sets| share.times(sets)));
    }

    /// Computes κ·c for both years of each.
    fn continue_with(&mut self, offers: &[OfferStudents]) {
        let continuing = || offers.iter().filter(|offer| offer.state == OfferState::Continuing);
        let kept = [0, 1].map(|year| continuing().map(|offer| offer.students[year]).sum::<u64>());
        self.kept = match kept {
            // Counts for nothing.
            [0, 0] => [Kept { year: 0, students: 1 }; 2],
            [0, students] => [Kept { year: 1, students }; 2],
            [students, 0] => [Kept { year: 0, students }; 2],
            _ => [0, 1].map(|year| Kept { year, students: kept[year] }),
        };
        let share = |q: usize, v: usize| {
            let Kept { year, students } = self.kept[q];
            let of = |offer: &OfferStudents| {
                let (num, den) = offer.share(v);
                Fixed::ratio(offer.students[year], students).scaled(num, den)
            };
            if v == year {
                let crossing = continuing().map(|offer| offer.crossing[year]).sum();
                Fixed::ratio(crossing, students)
            } else {
                continuing().map(of).sum()
            }
        };
        self.continuing = [0, 1].map(|q| [0, 1].map(|v| share(q, v)));
    }

    /// Adds up S and the coefficients of offers over the sets of flags.
    fn of_both_years(&mut self) {
        let is_joint = self.is_joint();
        let [n0, n1] = self.students;
        let one = Fixed::ratio(1, 1);
        // In one step, β is half of its way with either of C and O, and α stays.
        let steps = if is_joint { 2 } else { 1 };
        let mut all_shares = BySize::<5>::default();
        let [mut closing, mut opening, mut provider, mut choice] = [[BySize::<4>::default(); 2]; 4];
        let halfway = (Fixed::ratio(self.closed[1], n0) + Fixed::ratio(self.opened[1], n1)).scaled(1, 2);
        for set in 0..16_usize {
            let [c, o, v, q] = [set & 1, set >> 1 & 1, set >> 2 & 1, set >> 3];
            let opened = if is_joint { c + o } else { o } as u64;
            let [closed, closed_crossing] = if is_joint || c == 0 { self.closed } else { [0, 0] };
            // 1 − α and 1 − β as fractions.
            let (without_closed, without_opened) =
                ((n0 - closed, n0), (n1 * steps - self.opened[0] * opened, n1 * steps));
            let k = self.continuing[q][v];
            let rest = Fixed::ratio(closed_crossing, n0) + k.scaled(without_closed.0, without_closed.1);
            let share =
                Fixed::ratio(self.opened[1] * opened, n1 * steps) + rest.scaled(without_opened.0, without_opened.1);
            all_shares[c + o + v + q] += share;
            if c == 0 && self.closed[0] > 0 {
                let [all, reference] = if is_joint {
                    [one, halfway]
                } else {
                    [one, k].map(|x| x.scaled(without_opened.0, without_opened.1))
                };
                closing[0][o + v + q] += all;
                closing[1][o + v + q] += reference;
            }
            if o == 0 && self.opened[0] > 0 {
                opening[0][c + v + q] += one;
                opening[1][c + v + q] += if is_joint { halfway } else { rest };
            }
            let both = Fixed::ratio(without_closed.0, without_closed.1).scaled(without_opened.0, without_opened.1);
            if v == 0 && self.has_new_shares {
                provider[q][c + o + q] += both;
            }
            if q == 0 {
                choice[v][c + o + v] += both;
            }
        }
        self.share = means(&all_shares);
        [self.closing, self.opening, self.provider, self.choice] =
            [closing, opening, provider, choice].map(|sums| sums.map(|sums| means(&sums)));
    }

    /// The effects of all factors, in the order of [`super::Factor::ALL`], which sum to w¹·m¹·S¹ − w⁰·m⁰·S⁰, and what
    /// the effects of offers are computed from.
    #[must_use]
    pub fn effects(&self, weights: &Weights) -> ([Fixed; 6], OfferTerms) {
        // Averages that would only be multiplied by zero are left out.
        let average = |means: &[Means<3>; 2], is_used: bool| {
            if is_used { means.map(|means| weights.average(&means)) } else { [Fixed::ZERO; 2] }
        };
        let closing = average(&self.closing, self.closed[0] > 0);
        let opening = average(&self.opening, self.opened[0] > 0);
        let provider = average(&self.provider, self.has_new_shares);
        let choice = average(&self.choice, true);
        let [n0, n1] = self.students.map(|students| students.max(1));
        let kept = self.kept.map(|kept| kept.students.max(1));
        let [[k00, k01], [k10, k11]] = self.continuing;
        let reference = choice[0].product((k00 + k10).scaled(1, 2)) + choice[1].product((k01 + k11).scaled(1, 2));
        let [cohort, mix] = weights.effects(&self.share);
        let factors = [
            cohort,
            mix,
            closing[1].scaled(self.closed[0], n0) - closing[0].scaled(self.closed[1], n0),
            opening[0].scaled(self.opened[1], n1) - opening[1].scaled(self.opened[0], n1),
            provider[0].product(k01 - k00) + provider[1].product(k11 - k10),
            choice[0].product(k10 - k00) + choice[1].product(k11 - k01),
        ];
        let plain = [Fixed::ZERO, choice[0] + choice[1]]
            .map(|crossing| kept.map(|students| Divided::new(crossing - reference, students)));
        let offers = OfferTerms {
            plain,
            students: [n0, n1],
            kept,
            years: self.kept.map(|kept| kept.year),
            closing,
            opening,
            provider,
            choice,
            reference,
        };
        (factors, offers)
    }
}

/// What the effects of the offers of a weighed cell are computed from.
#[derive(Debug, Clone, Copy)]
pub struct OfferTerms {
    students: [u64; 2],
    kept: [u64; 2],
    /// By year, the one whose students give κ.
    years: [usize; 2],
    closing: [Fixed; 2],
    opening: [Fixed; 2],
    /// By year of κ.
    provider: [Fixed; 2],
    /// By year of c.
    choice: [Fixed; 2],
    /// The average of both years' shares at continuing offers, weighed as `choice`.
    reference: Fixed,
    /// What a student at a continuing offer counts for choice, by year of κ: at an offer where nobody crosses in either
    /// year, and at one where all do in both. Nearly all offers are of these kinds.
    plain: [[Divided; 2]; 2],
}

impl OfferTerms {
    /// The effects of an offer, in the order of [`super::Factor::OF_UNITS`]. Over the offers of a cell they sum to the
    /// effects of the cell. Choice is measured from the average of both years' shares at continuing offers, which all
    /// offers together leave unchanged.
    #[must_use]
    pub fn effects(&self, offer: &OfferStudents) -> [Fixed; 4] {
        let mut out = [Fixed::ZERO; 4];
        let [n0, n1] = self.students;
        match offer.state {
            OfferState::Closed => {
                out[0] =
                    self.closing[1].scaled(offer.students[0], n0) - self.closing[0].scaled(offer.crossing[0], n0);
            }
            OfferState::Opened => {
                out[1] =
                    self.opening[0].scaled(offer.crossing[1], n1) - self.opening[1].scaled(offer.students[1], n1);
            }
            OfferState::Continuing if offer.is_plain().is_some() => {
                let plain = self.plain[usize::from(offer.is_plain() == Some(true))];
                let part = |year: usize| plain[year].times(offer.students[self.years[year]]);
                out[3] = part(1) - part(0);
            }
            OfferState::Continuing => {
                let of_share = |value: Fixed, year: usize| {
                    let (num, den) = offer.share(year);
                    value.scaled(num, den)
                };
                let part =
                    |value: Fixed, year: usize| value.scaled(offer.students[self.years[year]], self.kept[year]);
                let provider = part(self.provider[0], 0) + part(self.provider[1], 1);
                out[2] = of_share(provider, 1) - of_share(provider, 0);
                let value = of_share(self.choice[0], 0) + of_share(self.choice[1], 1) - self.reference;
                out[3] = part(value, 1) - part(value, 0);
            }
        }
        out
    }
}
