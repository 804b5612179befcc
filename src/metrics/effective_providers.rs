//! Effective providers: the number of equally large providers with the same concentration.

use super::{Example, Metric};
use crate::model::Ratio;

/// 10,000 / HHI, from 1 to the number of providers; undefined without students.
#[must_use]
pub const fn effective_providers(hhi: Ratio) -> Ratio {
    if hhi.is_defined() { Ratio::wide(hhi.den() * 10_000, hhi.num()) } else { hhi }
}

/// The metric's description.
pub struct EffectiveProviders;

impl Metric for EffectiveProviders {
    fn id(&self) -> &'static str {
        "effective_providers"
    }

    fn formula(&self) -> &'static str {
        "10 000 / HHI"
    }

    fn source(&self) -> &'static str {
        "Hannah and Kay 1977, numbers equivalent"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["concentration.effective_providers"]
    }

    fn example(&self) -> Example {
        Example {
            given: "HHI 3800",
            result: effective_providers(Ratio::new(3800, 1)).fixed(6).unwrap_or_default(),
            wanted: "2.631579",
        }
    }
}
