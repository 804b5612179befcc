//! A cell's terms: what the six factors change in it.
//!
//! S is linear in the shares of those who cross ([`Crossing`]), and its coefficients depend on the students at offers
//! alone. So a cell's terms serve every group of students who cross. An effect is also linear in w, so that it is computed
//! once for shares of all students and for students ([`Effect`]).

use super::{Effect, Fixed, OfferState, OfferStudents};

/// By the size k of a set of flags: in how many of the 720 orders of six flags such a set comes first and a given other
/// flag next, k!·(5 − k)!.
const ORDERS: [u64; 6] = [120, 24, 12, 12, 24, 120];
const ALL_ORDERS: u64 = 720;

/// Sums over sets of flags by how many other flags (W and M) are in the set too.
type ByMore<const MORE: usize> = [Fixed; MORE];

/// A value by C and O, each out of a set of flags or in it; zero for sets that are not part of a sum.
type BySet = [[Fixed; 2]; 2];

/// The sum over sets of C and O, each as often as orders of flags have it, with `others` flags of Q and V in each set.
fn sums<const MORE: usize>(values: BySet, others: usize) -> ByMore<MORE> {
    let [[neither, opened], [closed, both]] = values;
    let one = opened + closed;
    std::array::from_fn(|more| {
        // After a set of all flags, there is no next one; the value of such a set is zero.
        let orders = |size: usize| ORDERS.get(size + others + more).copied().unwrap_or(0);
        neither.times(orders(0)) + one.times(orders(1)) + both.times(orders(2))
    })
}

/// The same over sets of all four flags.
fn sums_of_all<const MORE: usize>(values: BySet) -> ByMore<MORE> {
    let [none, one, both] = [0, 1, 2].map(|others| sums::<MORE>(values, others));
    std::array::from_fn(|more| none[more] + one[more].times(2) + both[more])
}

/// Sums averaged over orders. They are divided once, after all is added: what a division drops is multiplied with students.
fn averaged<const MORE: usize>(sums: ByMore<MORE>) -> ByMore<MORE> {
    sums.map(|sum| sum.scaled(1, ALL_ORDERS))
}

const ZERO: Fixed = Fixed::ZERO;

/// A sum of the shares of those who cross, with coefficients that are not yet averaged over orders.
#[derive(Debug, Clone, Copy, Default)]
struct Linear {
    closed: Fixed,
    opened: Fixed,
    /// By how many of Q and V are in the set.
    kept: [Fixed; 3],
}

impl Linear {
    /// Sums with these coefficients, by how many other flags are in the set.
    fn by_more<const MORE: usize>(closed: BySet, opened: BySet, kept: BySet) -> [Self; MORE] {
        let [closed, opened] = [closed, opened].map(sums_of_all::<MORE>);
        let kept = [0, 1, 2].map(|others| sums::<MORE>(kept, others));
        std::array::from_fn(|more| Self {
            closed: closed[more],
            opened: opened[more],
            kept: kept.map(|sums| sums[more]),
        })
    }

    /// The sum, averaged over orders.
    fn of(&self, crossing: &Crossing) -> Fixed {
        let [[none, v], [q, both]] = crossing.kept;
        let shares = [crossing.closed, crossing.opened, none, v + q, both];
        let [none, one, both] = self.kept;
        let coefficients = [self.closed, self.opened, none, one, both];
        let parts = shares.into_iter().zip(coefficients).map(|(share, coefficient)| coefficient.product(share));
        parts.sum::<Fixed>().scaled(1, ALL_ORDERS)
    }
}

/// Which of a cell's students cross.
#[derive(Debug, Clone, Copy)]
pub struct Crossing {
    /// Those at closed offers as a share of all in the first year. In a cell with students in one year alone: the share of
    /// those who cross.
    closed: Fixed,
    /// Those at opened offers as a share of all in the second year.
    opened: Fixed,
    /// Σ_u κ_u^Q·c_u^V, by Q and V.
    kept: [[Fixed; 2]; 2],
}

/// Students at continuing offers.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    /// The year of their numbers: the other one if there are none in this.
    year: usize,
    students: u64,
}

/// The terms of a cell, whoever crosses.
#[derive(Debug, Clone, Default)]
pub struct CellTerms {
    /// Students by year.
    students: [u64; 2],
    /// Students at closed offers in the first year, and at opened ones in the second.
    closed: u64,
    opened: u64,
    /// What κ of each year is computed from.
    kept: [Kept; 2],
    /// By offer: κ¹ − κ⁰; zero unless it continues.
    shifts: Vec<Fixed>,
    /// S, over sets of C, O, V and Q.
    share: [Linear; 2],
    /// What the share of those who cross at a closed offer is multiplied with for the effect of C, and the share from which
    /// that is measured, multiplied alike: 1 − β and (1 − β)·k, with k the share at continuing offers.
    closing: (ByMore<3>, [Linear; 3]),
    /// The same for O and opened offers: 1 and the share without opened offers.
    opening: (ByMore<3>, [Linear; 3]),
    /// (1 − α)·(1 − β), by Q for the effect of V, and by V for that of Q: both are the same.
    kept_offers: [ByMore<3>; 2],
}

impl CellTerms {
    /// The terms of a cell with students at these offers; `None` without students in both years.
    #[must_use]
    pub fn new(offers: &[OfferStudents]) -> Option<Self> {
        let sum = |state: Option<OfferState>, year: usize| -> u64 {
            let offers = offers.iter().filter(|offer| state.is_none_or(|state| offer.state == state));
            offers.map(|offer| offer.students[year]).sum()
        };
        let students = [0, 1].map(|year| sum(None, year));
        let (closed, opened) = (sum(Some(OfferState::Closed), 0), sum(Some(OfferState::Opened), 1));
        let mut out = Self { students, closed, opened, shifts: vec![ZERO; offers.len()], ..Self::default() };
        match students {
            [0, 0] => return None,
            [_, 0] | [0, _] => {
                let all = [[Fixed::ONE; 2]; 2];
                out.share = Linear::by_more(all, BySet::default(), BySet::default());
            }
            _ if out.is_joint() => out.replace_in_one_step(),
            _ => {
                out.shift(offers, [0, 1].map(|year| sum(Some(OfferState::Continuing), year)));
                out.replace_one_by_one();
            }
        }
        Some(out)
    }

    /// Whether the closed offers are replaced by the opened ones in one step, because no offer continues.
    #[must_use]
    pub fn is_joint(&self) -> bool {
        [self.closed, self.opened] == self.students && !self.students.contains(&0)
    }

    /// Computes what the parts of continuing offers with this number of students change by.
    fn shift(&mut self, offers: &[OfferStudents], kept: [u64; 2]) {
        self.kept = match kept {
            [0, students] => [Kept { year: 1, students }; 2],
            [students, 0] => [Kept { year: 0, students }; 2],
            _ => [0, 1].map(|year| Kept { year, students: kept[year] }),
        };
        for (shift, offer) in self.shifts.iter_mut().zip(offers) {
            if offer.state == OfferState::Continuing {
                let [before, after] =
                    self.kept.map(|kept| Fixed::ratio(offer.students[kept.year], kept.students.max(1)));
                *shift = after - before;
            }
        }
    }

    /// Sums over sets of flags if some offers continue.
    fn replace_one_by_one(&mut self) {
        let [n0, n1] = self.students;
        let one = Fixed::ONE;
        let (not_closed, not_opened) =
            ([Fixed::ratio(n0 - self.closed, n0), one], [one, Fixed::ratio(n1 - self.opened, n1)]);
        let both = not_closed.map(|c| not_opened.map(|o| c.product(o)));
        let (before_closing, before_opening) = ([not_opened, [ZERO; 2]], not_closed.map(|c| [c, ZERO]));
        let none = BySet::default();
        self.share = Linear::by_more(before_closing, [[ZERO, one]; 2], both);
        self.kept_offers = [0, 1].map(|others| averaged(sums(both, others)));
        // Averages that would only be multiplied by zero are left out.
        if self.closed > 0 {
            self.closing = (averaged(sums_of_all(before_closing)), Linear::by_more(none, none, before_closing));
        }
        if self.opened > 0 {
            let neither = [[one, ZERO], [ZERO; 2]];
            self.opening = (averaged(sums_of_all([[one, ZERO]; 2])), Linear::by_more(neither, none, before_opening));
        }
    }

    /// Sums over sets of flags if no offer continues: each of C and O is half of the way.
    fn replace_in_one_step(&mut self) {
        let (one, half, none) = (Fixed::ONE, Fixed::ratio(1, 2), BySet::default());
        self.share = Linear::by_more([[one, half], [half, ZERO]], [[ZERO, half], [half, one]], none);
        let halves = |out: BySet| Linear::by_more(out, out, none);
        self.closing = (averaged(sums_of_all([[one; 2], [ZERO; 2]])), halves([[half; 2], [ZERO; 2]]));
        self.opening = (averaged(sums_of_all([[one, ZERO]; 2])), halves([[half, ZERO]; 2]));
    }

    /// Which of the students at these offers cross.
    #[must_use]
    pub fn crossing(&self, offers: &[OfferStudents]) -> Crossing {
        let sum = |state: OfferState, year: usize| -> u64 {
            offers.iter().filter(|offer| offer.state == state).map(|offer| offer.crossing[year]).sum()
        };
        let all = |year: usize| offers.iter().map(|offer| offer.crossing[year]).sum();
        match self.students {
            [0, n] => return Crossing::of_one_year(all(1), n),
            [n, 0] => return Crossing::of_one_year(all(0), n),
            _ => {}
        }
        let [n0, n1] = self.students;
        let closed = if self.closed > 0 { Fixed::ratio(sum(OfferState::Closed, 0), n0) } else { ZERO };
        let opened = if self.opened > 0 { Fixed::ratio(sum(OfferState::Opened, 1), n1) } else { ZERO };
        let continuing = || offers.iter().filter(|offer| offer.state == OfferState::Continuing);
        let has_new_shares = continuing().any(|offer| offer.all_cross().is_none());
        let kept = |Kept { year, students }: Kept| {
            let own = Fixed::ratio(sum(OfferState::Continuing, year), students.max(1));
            let of = |offer: &OfferStudents| {
                let (num, den) = offer.share(1 - year);
                Fixed::ratio(offer.students[year], students.max(1)).scaled(num, den)
            };
            let other = if has_new_shares { continuing().map(of).sum() } else { own };
            if year == 0 { [own, other] } else { [other, own] }
        };
        Crossing { closed, opened, kept: self.kept.map(kept) }
    }

    /// The cell among the students of a home, by year, of whom its own are a part.
    #[must_use]
    pub fn weighed(&self, home: [u64; 2]) -> WeighedCell<'_> {
        let weights = Weights::new(self.students, home);
        WeighedCell {
            terms: self,
            weights,
            closing: weights.average(&self.closing.0),
            opening: weights.average(&self.opening.0),
            kept_offers: self.kept_offers.map(|means| weights.average(&means)),
        }
    }
}

impl Crossing {
    fn of_one_year(crossing: u64, students: u64) -> Self {
        Self { closed: Fixed::ratio(crossing, students), opened: ZERO, kept: [[ZERO; 2]; 2] }
    }
}

/// A cell's students weighed with w and m, times all students: n_h^W·n_g^M / n_h^M.
#[derive(Debug, Clone, Copy)]
struct Weights {
    /// With M as W: the students, by year.
    same: [Fixed; 2],
    /// With M unlike W, by W.
    other: [Fixed; 2],
}

impl Weights {
    /// A home without students in one year has the mix of the other.
    fn new(cell: [u64; 2], home: [u64; 2]) -> Self {
        let whole = |number: u64| Fixed::ratio(number, 1);
        let other = |w: usize| match home[1 - w] {
            0 => whole(cell[w]),
            of_mix => whole(cell[1 - w]).scaled(home[w], of_mix),
        };
        Self { same: cell.map(whole), other: [0, 1].map(other) }
    }

    /// A sum over sets of the other flags, averaged over orders, with the flags W and M in or out of the set.
    fn average(&self, means: &ByMore<3>) -> Effect {
        Effect([0, 1].map(|w| self.same[w].product(means[2 * w]) + self.other[w].product(means[1])))
    }

    /// The effects of W and of M on a share S, each with the other one in or out of the set.
    fn effects(&self, share: &ByMore<2>) -> [Effect; 2] {
        let cohort = [0, 1].map(|w| self.same[w].product(share[w]) + self.other[w].product(share[1 - w]));
        let mix = [0, 1].map(|w| (self.same[w] - self.other[w]).product(share[w]));
        [cohort, mix].map(|[before, after]| Effect([ZERO - before, after]))
    }
}

/// A cell among the students of its home.
#[derive(Debug, Clone)]
pub struct WeighedCell<'a> {
    terms: &'a CellTerms,
    weights: Weights,
    closing: Effect,
    opening: Effect,
    /// By year of κ for changed providers, by year of c for choice.
    kept_offers: [Effect; 2],
}

impl WeighedCell<'_> {
    /// The effects of all factors, in the order of [`super::Factor::ALL`], which sum to w¹·m¹·S¹ − w⁰·m⁰·S⁰, and what
    /// the effects of offers are computed from.
    #[must_use]
    pub fn effects(&self, crossing: &Crossing) -> ([Effect; 6], OfferEffects<'_>) {
        let terms = self.terms;
        let [cohort, mix] = self.weights.effects(&terms.share.map(|share| share.of(crossing)));
        let reference = |is_used: bool, sums: &[Linear; 3]| {
            if is_used { self.weights.average(&sums.map(|sum| sum.of(crossing))) } else { Effect::ZERO }
        };
        let (closing, opening) =
            (reference(terms.closed > 0, &terms.closing.1), reference(terms.opened > 0, &terms.opening.1));
        let [n0, n1] = terms.students.map(|students| students.max(1));
        let [[k00, k01], [k10, k11]] = crossing.kept;
        let [first, second] = self.kept_offers;
        let factors = [
            cohort,
            mix,
            closing.scaled(terms.closed, n0) - self.closing.product(crossing.closed),
            self.opening.product(crossing.opened) - opening.scaled(terms.opened, n1),
            first.product(k01 - k00) + second.product(k11 - k10),
            first.product(k10 - k00) + second.product(k11 - k01),
        ];
        let kept = first.product((k00 + k10).scaled(1, 2)) + second.product((k01 + k11).scaled(1, 2));
        let plain = [Effect::ZERO, first + second].map(|all| all - kept);
        (factors, OfferEffects { cell: self, closing, opening, plain })
    }
}

/// What the effects of the offers of a weighed cell are computed from.
#[derive(Debug, Clone)]
pub struct OfferEffects<'a> {
    cell: &'a WeighedCell<'a>,
    /// The share without a closed offer, and without an opened one.
    closing: Effect,
    opening: Effect,
    /// What κ¹ − κ⁰ is multiplied with for choice, at a continuing offer where nobody crosses in either year and at one
    /// where all do in both.
    plain: [Effect; 2],
}

impl OfferEffects<'_> {
    /// Passes the effects of an offer, given with its position in the cell, to `put`, each with the position of its factor
    /// in [`super::Factor::OF_UNITS`]; factors without an effect are left out. Over the offers of a cell they sum to the
    /// effects of the cell. Choice is measured from the average of both years' shares at continuing offers, which all
    /// offers together leave unchanged.
    pub fn each(&self, position: usize, offer: &OfferStudents, mut put: impl FnMut(usize, Effect)) {
        let WeighedCell { terms, closing, opening, kept_offers: [first, second], .. } = self.cell;
        match offer.state {
            OfferState::Closed => {
                let n0 = terms.students[0].max(1);
                put(0, self.closing.scaled(offer.students[0], n0) - closing.scaled(offer.crossing[0], n0));
            }
            OfferState::Opened => {
                let n1 = terms.students[1].max(1);
                put(1, opening.scaled(offer.crossing[1], n1) - self.opening.scaled(offer.students[1], n1));
            }
            OfferState::Continuing => {
                let from = match offer.all_cross() {
                    // Nearly all offers are of these kinds.
                    Some(all_cross) => self.plain[usize::from(all_cross)],
                    None => {
                        let of_share = |value: Effect, year: usize| {
                            let (num, den) = offer.share(year);
                            value.scaled(num, den)
                        };
                        let part = |value: &Effect, kept: Kept| {
                            value.scaled(offer.students[kept.year], kept.students.max(1))
                        };
                        let provider = part(first, terms.kept[0]) + part(second, terms.kept[1]);
                        put(2, of_share(provider, 1) - of_share(provider, 0));
                        of_share(*first, 0) + of_share(*second, 1) + self.plain[0]
                    }
                };
                put(3, from.product(terms.shifts[position]));
            }
        }
    }
}
