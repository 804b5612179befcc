//! Place among regions: how far the value of a region is from the common one, beyond what regions of its size differ.

use super::{Example, Metric};
use crate::funnel::{Funnel, Sample};
use crate::model::Decimal;

/// The metric's description; [`crate::funnel`] computes it.
pub struct PlaceAmongRegions;

impl Metric for PlaceAmongRegions {
    fn id(&self) -> &'static str {
        "place_among_regions"
    }

    fn formula(&self) -> &'static str {
        "(asin √p − asin √(Σx / Σn)) / √(1 / 4n + τ²), τ² = max(0, (Kφ − (K − 1)) / (Σw − Σw² / Σw)), w = 4n, φ = mean z²"
    }

    fn source(&self) -> &'static str {
        "Spiegelhalter 2005; ranks: Mogstad, Romano, Shaikh, Wilhelm 2024 (Holm)"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["regions.z", "regions.low", "regions.high", "regions.rank_low", "regions.rank_high"]
    }

    fn example(&self) -> Example {
        let pairs = [(20, 1000), (90, 2000), (60, 4000), (40, 800), (75, 3000)];
        let funnel = Funnel::of_proportions(&pairs).zip(Sample::proportion(90, 2000));
        Example {
            given: "20, 90, 60, 40 and 75 of 1000, 2000, 4000, 800 and 3000; the second",
            result: funnel
                .map_or_else(String::new, |(funnel, sample)| Decimal::rounded(funnel.z(sample)).to_string()),
            wanted: "1.155661",
        }
    }
}
