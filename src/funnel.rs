//! Comparison of proportions of groups of different sizes: funnel limits with additive over-dispersion, and intervals of
//! ranks.
//!
//! A proportion p of n is compared as y = asin √p with the standard error s = 1 / (2√n) (the variance-stabilising
//! transformation). Groups differ more than chance alone lets them; this over-dispersion is the variance τ² between
//! groups, estimated by moments from z-scores (DerSimonian and Laird), and added to s². The limits of a group of size n
//! around the common proportion are sin²(target ± z √(s² + τ²)). Source: D. J. Spiegelhalter, "Handling over-dispersion
//! of performance indicators", Quality and Safety in Health Care 14 (2005), 347–351.
//!
//! The rank of a group is uncertain, since groups that differ by chance can have either order. All pairs are tested with
//! the sampling errors alone, by Holm's procedure; a group's best rank counts those that are certainly above it, its
//! worst rank those that are certainly below (M. Mogstad, J. Romano, A. Shaikh and D. Wilhelm, "Inference for ranks",
//! Review of Economic Studies 91 (2024), 476–518).

/// The number of groups from which the extreme tenth of z-scores is winsorised.
const WINSORISED_FROM: usize = 10;
/// The probability that any of the pairs is wrongly taken for different.
const LEVEL: f64 = 0.05;

/// A value on the scale on which groups are compared, and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The value.
    pub y: f64,
    /// Its standard error, positive.
    pub s: f64,
}

impl Sample {
    /// A part of a total as y = asin √(part / total), s = 1 / (2√total); `None` if the total is zero or smaller than
    /// the part.
    #[must_use]
    pub fn proportion(part: u64, total: u64) -> Option<Self> {
        (total > 0 && part <= total).then(|| Self { y: angle(part, total), s: 0.5 / (total as f64).sqrt() })
    }
}

fn angle(part: u64, total: u64) -> f64 {
    (part as f64 / total as f64).sqrt().asin()
}

/// The width of limits, in standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    /// 95 % of groups that differ as the estimated variance says.
    Warning,
    /// 99.8 % of them.
    Action,
}

impl Limits {
    /// The quantile of the normal distribution.
    #[must_use]
    pub const fn z(self) -> f64 {
        match self {
            Self::Warning => 1.959_963_984_540_054,
            Self::Action => 3.090_232_306_167_813_5,
        }
    }
}

/// A funnel around a common value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Funnel {
    /// The common value.
    pub target: f64,
    /// Mean of the squared (winsorised) z-scores: 1 if chance alone lets the groups differ.
    pub phi: f64,
    /// Variance between groups beyond chance.
    pub tau2: f64,
}

impl Funnel {
    /// The funnel of these groups around a target. Without groups, no variance.
    #[must_use]
    pub fn around(target: f64, samples: &[Sample]) -> Self {
        let count = samples.len() as f64;
        if samples.is_empty() {
            return Self { target, phi: 0.0, tau2: 0.0 };
        }
        let scores = winsorised(samples.iter().map(|sample| (sample.y - target) / sample.s).collect());
        let phi = scores.iter().map(|z| z * z).sum::<f64>() / count;
        let weights = || samples.iter().map(|sample| 1.0 / (sample.s * sample.s));
        let sum: f64 = weights().sum();
        let spread = sum - weights().map(|w| w * w).sum::<f64>() / sum;
        let tau2 = if spread > 0.0 { ((count * phi - (count - 1.0)) / spread).max(0.0) } else { 0.0 };
        Self { target, phi, tau2 }
    }

    /// The funnel of proportions, as parts of totals, around their weighted mean; `None` without a total, or if a part
    /// is larger than its total.
    #[must_use]
    pub fn of_proportions(pairs: &[(u64, u64)]) -> Option<Self> {
        let samples: Vec<Sample> =
            pairs.iter().map(|(part, total)| Sample::proportion(*part, *total)).collect::<Option<_>>()?;
        let (parts, totals) =
            pairs.iter().fold((0, 0), |(parts, totals), (part, total)| (parts + part, totals + total));
        (totals > 0).then(|| Self::around(angle(parts, totals), &samples))
    }

    /// The z-score of a group, with the variance between groups.
    #[must_use]
    pub fn z(&self, sample: Sample) -> f64 {
        (sample.y - self.target) / self.error(sample.s)
    }

    /// The limits within which the proportion of a group with this total lies.
    #[must_use]
    pub fn limits(&self, total: f64, limits: Limits) -> [f64; 2] {
        let width = limits.z() * self.error(0.5 / total.sqrt());
        let proportion = |y: f64| y.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
        [proportion(self.target - width), proportion(self.target + width)]
    }

    /// The common proportion.
    #[must_use]
    pub fn proportion(&self) -> f64 {
        self.target.sin().powi(2)
    }

    fn error(&self, s: f64) -> f64 {
        s.mul_add(s, self.tau2).sqrt()
    }
}

/// The scores with the smallest and the largest tenth replaced by the nearest of the others, from ten scores on.
fn winsorised(mut scores: Vec<f64>) -> Vec<f64> {
    if scores.len() < WINSORISED_FROM {
        return scores;
    }
    scores.sort_by(f64::total_cmp);
    let cut = scores.len() / 10;
    let (low, high) = (scores[cut], scores[scores.len() - 1 - cut]);
    scores.into_iter().map(|score| score.clamp(low, high)).collect()
}

/// By group: its best and its worst rank, the largest value first. `is_compared` tells which pairs are tested; others
/// are taken for equal.
#[must_use]
pub fn ranks(samples: &[Sample], is_compared: impl Fn(usize, usize) -> bool) -> Vec<[u64; 2]> {
    let count = samples.len();
    let pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).filter(|(i, j)| is_compared(*i, *j));
    let mut tests: Vec<(f64, usize, usize)> = pairs.map(|(i, j)| (p_value(samples[i], samples[j]), i, j)).collect();
    tests.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut out = vec![[1, count as u64]; count];
    for (left, (p, i, j)) in (1..=tests.len()).rev().zip(tests) {
        if p > LEVEL / left as f64 {
            break;
        }
        let (above, below) = if samples[i].y > samples[j].y { (i, j) } else { (j, i) };
        out[below][0] += 1;
        out[above][1] -= 1;
    }
    out
}

/// The two-sided probability of a difference as large as that of two samples, if they have the same value.
fn p_value(a: Sample, b: Sample) -> f64 {
    let z = (a.y - b.y).abs() / a.s.hypot(b.s);
    libm::erfc(z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(found: f64, wanted: f64, tolerance: f64) {
        assert!((found - wanted).abs() <= tolerance, "{found} {wanted}");
    }

    /// Worked case C: `../shared/reference/WORKED.md`.
    #[test]
    fn worked_case() {
        let pairs = [(20, 1000), (90, 2000), (60, 4000), (40, 800), (75, 3000)];
        let funnel = Funnel::of_proportions(&pairs).unwrap();
        close(funnel.phi, 12.2097, 5e-5);
        close(funnel.tau2, 0.001_791_06, 5e-9);
        let chance = Funnel { tau2: 0.0, ..funnel };
        let raw = [-1.3454, 4.5246, -5.1086, 3.5267, -0.4808];
        let adjusted = [-0.4709, 1.1557, -0.9381, 1.3593, -0.1014];
        for ((part, total), (raw, adjusted)) in pairs.into_iter().zip(raw.into_iter().zip(adjusted)) {
            let sample = Sample::proportion(part, total).unwrap();
            close(chance.z(sample), raw, 5e-5);
            close(funnel.z(sample), adjusted, 5e-5);
        }
    }

    /// Published by the R package FunnelPlotR, on the scale z = √E · ln(O / E).
    #[test]
    fn published_case() {
        let observed = [100.0_f64, 150.0, 180.0, 80.0, 120.0, 225.0];
        let expected = [108.0_f64, 112.0, 165.0, 95.0, 100.0, 220.0];
        let sample = |(o, e): (&f64, &f64)| Sample { y: (o / e).ln(), s: 1.0 / e.sqrt() };
        let samples: Vec<Sample> = observed.iter().zip(&expected).map(sample).collect();
        let funnel = Funnel::around(0.0, &samples);
        close(funnel.phi, 2.948_033, 5e-7);
        close(funnel.tau2, 0.019_477_5, 5e-8);
    }

    #[test]
    fn limits_narrow_with_size_and_stay_within_zero_and_one() {
        let funnel = Funnel::of_proportions(&[(5, 100), (8, 100)]).unwrap();
        close(funnel.proportion(), 0.065, 1e-12);
        for limits in [Limits::Warning, Limits::Action] {
            let [low, high] = funnel.limits(50.0, limits);
            let [lower, higher] = funnel.limits(5.0, limits);
            assert!(0.0 <= lower && lower <= low && low < high && high <= higher && higher <= 1.0);
        }
        assert_eq!(Funnel::of_proportions(&[(3, 2)]), None);
        assert_eq!(Funnel::of_proportions(&[(0, 0)]), None);
    }

    #[test]
    fn an_extreme_group_of_ten_does_not_widen_the_funnel() {
        let mut pairs = vec![(100, 1000); 9];
        pairs.push((900, 1000));
        let samples: Vec<Sample> = pairs.iter().map(|(part, all)| Sample::proportion(*part, *all).unwrap()).collect();
        let funnel = Funnel::around(angle(100, 1000), &samples);
        assert_eq!((funnel.phi, funnel.tau2), (0.0, 0.0));
        assert!(Funnel::around(angle(100, 1000), &samples[1..]).tau2 > 0.0, "nine groups are not winsorised");
    }

    #[test]
    fn ranks_of_groups_that_certainly_differ() {
        let ranks_of = |pairs: &[(u64, u64)]| {
            let samples: Vec<Sample> = pairs.iter().map(|(x, n)| Sample::proportion(*x, *n).unwrap()).collect();
            ranks(&samples, |_, _| true)
        };
        assert_eq!(ranks_of(&[(100, 1000), (500, 1000), (900, 1000)]), [[3, 3], [2, 2], [1, 1]]);
        assert_eq!(ranks_of(&[(100, 1000), (105, 1000), (900, 1000)]), [[2, 3], [2, 3], [1, 1]]);
        assert_eq!(ranks_of(&[(5, 10), (5, 10)]), [[1, 2], [1, 2]]);
        assert_eq!(ranks_of(&[(5, 10)]), [[1, 1]]);
        assert_eq!(ranks_of(&[]), Vec::<[u64; 2]>::new());
    }

    proptest! {
        /// Holm's procedure as its definition says it: the k-th smallest of m p-values is compared with 0.05 / (m − k + 1),
        /// and the first that is larger ends it. Ranks hold the order of the values.
        #[test]
        fn ranks_are_those_of_the_definition(pairs in proptest::collection::vec((0_u64..200, 200_u64..4000), 1..9)) {
            let samples: Vec<Sample> = pairs.iter().map(|(x, n)| Sample::proportion(*x, *n).unwrap()).collect();
            let found = ranks(&samples, |_, _| true);
            let mut p: Vec<f64> = Vec::new();
            for i in 0..samples.len() {
                for j in 0..i {
                    p.push(p_value(samples[i], samples[j]));
                }
            }
            p.sort_by(f64::total_cmp);
            let rejected = p.iter().enumerate().take_while(|(k, p)| **p <= LEVEL / (samples.len() * (samples.len() - 1) / 2 - k) as f64);
            let largest = rejected.map(|(_, p)| *p).last().unwrap_or(-1.0);
            for (i, sample) in samples.iter().enumerate() {
                let differs = |j: &usize| p_value(*sample, samples[*j]) <= largest;
                let above = (0..samples.len()).filter(differs).filter(|j| samples[*j].y > sample.y).count() as u64;
                let below = (0..samples.len()).filter(differs).filter(|j| samples[*j].y < sample.y).count() as u64;
                prop_assert_eq!(found[i], [1 + above, samples.len() as u64 - below]);
            }
        }
    }
}
