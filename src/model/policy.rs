//! The policy of disclosure control: the method, the sensitivity rules, and the levels of detail.

/// The policy by which results are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The treatment of small counts.
    pub method: Method,
    /// Counts from 1 to `threshold` − 1 are small.
    pub threshold: u64,
    /// The base of rounding, if counts are rounded.
    pub round_to: u64,
    /// The published levels, sorted.
    pub levels: Vec<Level>,
    /// Whether readers see which counts are zero.
    pub zeros: Zeros,
    /// The rules by which sums of independent units are sensitive whatever their size.
    pub few: FewUnits,
    /// Maximum planning time in seconds, if numbers are exact.
    pub time_limit: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self::of(Method::Round)
    }
}

impl Policy {
    /// The default policy of a method.
    #[must_use]
    pub fn of(method: Method) -> Self {
        Self {
            method,
            threshold: 10,
            round_to: 5,
            levels: Level::default_of(method).to_vec(),
            zeros: Zeros::Shown,
            few: FewUnits::default(),
            time_limit: 300,
        }
    }
}

/// The treatment of small counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// They are hidden, as are zeros; all other counts are rounded, each sum independently.
    Round,
    /// They are hidden; all other counts are exact, but as few of them as possible are also hidden to protect the
    /// small ones.
    Suppress,
}

impl Method {
    /// The words of all methods, for messages.
    pub const WORDS: &'static str = "round, suppress";

    /// The word of the config.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::Suppress => "suppress",
        }
    }

    /// The method with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Round, Self::Suppress].into_iter().find(|method| method.as_str() == word)
    }
}

/// Whether readers see which counts are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// Zeros are shown, except within a small sum.
    Shown,
    /// Zeros are hidden like small counts.
    Hidden,
}

impl Zeros {
    /// The words of the config.
    pub const WORDS: &'static str = "shown, hidden";

    /// The setting with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "shown" => Some(Self::Shown),
            "hidden" => Some(Self::Hidden),
            _ => None,
        }
    }
}

/// The rules by which a sum of independent units only, or dominated by one of them, is sensitive whatever its size
/// (Hundepool and others 2012, *Statistical Disclosure Control*, chapter 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FewUnits {
    /// Minimum number of units of a sum of independent units only; a sum of fewer is sensitive. 1: none is.
    pub least: u64,
    /// (n, k): a sum is sensitive if its n largest units contribute more than k percent.
    pub dominance: Option<(u64, u64)>,
    /// p: a sum is sensitive if the second largest unit could estimate the largest within p percent.
    pub p_percent: Option<u64>,
    /// (p, q): the same, if everyone knew each unit within q percent before publication.
    pub pq: Option<(u64, u64)>,
}

impl Default for FewUnits {
    fn default() -> Self {
        Self { least: 1, dominance: None, p_percent: None, pq: None }
    }
}

impl FewUnits {
    /// Whether no sum is sensitive by any of these rules.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// The minimum distance that must remain possible between the value of a sum of these contributions and its
    /// estimate; `None` if no dominance rule makes it sensitive. Contributions in any order.
    ///
    /// (n, k): Σₙ > k/100 · Σ, distance 100/k · Σₙ − Σ. p %: Σ − x₁ − x₂ < p/100 · x₁, distance p/100 · x₁ − (Σ − x₁
    /// − x₂). pq: the same with p/q in place of p/100.
    #[must_use]
    pub fn dominated(&self, contributions: &[u64]) -> Option<u64> {
        let mut sorted = contributions.to_vec();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        let sum: u64 = sorted.iter().sum();
        let first = sorted.first().copied().unwrap_or(0);
        let rest = sum - sorted.iter().take(2).sum::<u64>();
        let lack = |part: u64, whole: u64| {
            let wanted = (u128::from(part) * u128::from(first)).div_ceil(u128::from(whole.max(1))) as u64;
            let is_less = u128::from(rest) * u128::from(whole) < u128::from(part) * u128::from(first);
            is_less.then(|| wanted - rest)
        };
        let dominance = self.dominance.and_then(|(n, k)| {
            let top: u64 = sorted.iter().take(n as usize).sum();
            let is_more = u128::from(top) * 100 > u128::from(k) * u128::from(sum);
            is_more.then(|| (top * 100).div_ceil(k.max(1)) - sum)
        });
        [dominance, self.p_percent.and_then(|p| lack(p, 100)), self.pq.and_then(|(p, q)| lack(p, q))]
            .into_iter()
            .flatten()
            .max()
    }
}

/// A level of detail that can be published, by its word in the config.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Home × programme, anywhere.
    HomeProgramme,
    /// Home × school municipality.
    HomePlace,
    /// Home × kind of provider, per group of programmes.
    HomeKind,
    /// Unit × programme, all homes: the ledger.
    UnitProgramme,
    /// Home × provider.
    HomeProvider,
    /// Home × unit.
    HomeUnit,
    /// Home × school municipality × programme.
    HomePlaceProgramme,
    /// Home × provider × programme.
    HomeProviderProgramme,
    /// Home × unit × programme.
    HomeUnitProgramme,
    /// Moves from unit to unit.
    UnitMoves,
}

impl Level {
    /// All levels with their words; the first six exist in every method.
    const WORDS_OF: [(Self, &'static str); 10] = [
        (Self::HomeProgramme, "home-programme"),
        (Self::HomePlace, "home-place"),
        (Self::HomeKind, "home-kind"),
        (Self::UnitProgramme, "unit-programme"),
        (Self::HomeProvider, "home-provider"),
        (Self::HomeUnit, "home-unit"),
        (Self::HomePlaceProgramme, "home-place-programme"),
        (Self::HomeProviderProgramme, "home-provider-programme"),
        (Self::HomeUnitProgramme, "home-unit-programme"),
        (Self::UnitMoves, "unit-moves"),
    ];

    /// All levels that a method can publish.
    pub fn all_of(method: Method) -> impl Iterator<Item = Self> {
        let number = match method {
            Method::Round => Self::WORDS_OF.len(),
            Method::Suppress => 6,
        };
        Self::WORDS_OF[..number].iter().map(|(level, _)| *level)
    }

    /// The levels published unless the config says otherwise.
    #[must_use]
    pub fn default_of(method: Method) -> Vec<Self> {
        let number = match method {
            Method::Round => Self::WORDS_OF.len(),
            Method::Suppress => 4,
        };
        Self::all_of(method).take(number).collect()
    }

    /// The words of a method's levels, for messages.
    #[must_use]
    pub const fn words(method: Method) -> &'static str {
        match method {
            Method::Round => {
                "home-programme, home-place, home-kind, unit-programme, home-provider, home-unit, home-place-programme, \
                 home-provider-programme, home-unit-programme, unit-moves"
            }
            Method::Suppress => "home-programme, home-place, home-kind, unit-programme, home-provider, home-unit",
        }
    }

    /// The word of the config.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS_OF.iter().find(|(level, _)| *level == self).map_or("", |(_, word)| *word)
    }

    /// The level of a method with this word.
    #[must_use]
    pub fn parse(method: Method, word: &str) -> Option<Self> {
        Self::all_of(method).find(|level| level.as_str() == word)
    }
}
