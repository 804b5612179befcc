//! The metrics: one file each, with title, definition, formula, source and a worked example that is tested.

mod commitment;
mod cross_provider_share;
mod diversion;
mod funnel;
mod effective_providers;
mod fill_rate;
mod hhi;
mod localisation_index;
mod market_share;
mod net_flow;
mod seat_delta;
mod turnover;

pub use commitment::commitment;
pub use cross_provider_share::cross_provider_share;
pub use effective_providers::effective_providers;
pub use fill_rate::fill_rate;
pub use hhi::hhi;
pub use localisation_index::localisation_index;
pub use market_share::market_share;
pub use net_flow::net_flow;
pub use seat_delta::seat_delta;
pub use turnover::{arrivals, departures};

use crate::words::Lang;

/// A metric, as described on the methods page and by `elevflode list metrics`.
pub trait Metric: Sync {
    /// Stable id; also the message id of its title (`metric-<id>`, with the attribute `.definition`).
    fn id(&self) -> &'static str;
    /// The formula over columns of the tables.
    fn formula(&self) -> &'static str;
    /// The source of the definition.
    fn source(&self) -> &'static str;
    /// The columns with its values, as `table.column`.
    fn columns(&self) -> &'static [&'static str];
    /// A worked example.
    fn example(&self) -> Example;

    /// The title.
    fn title(&self, lang: Lang) -> String {
        lang.text(&format!("metric-{}", self.id()))
    }

    /// The definition, in one or two sentences.
    fn definition(&self, lang: Lang) -> String {
        lang.attribute(&format!("metric-{}", self.id()), "definition", &[]).unwrap_or_default()
    }
}

/// A worked example: the input, the result of the metric's own function, and the expected result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The input, in words.
    pub given: &'static str,
    /// The result of the function, as written in tables.
    pub result: String,
    /// The expected result, computed by hand or published.
    pub wanted: &'static str,
}

/// All metrics. A new metric needs a file in this folder and an entry here.
pub static METRICS: &[&dyn Metric] = &[
    &cross_provider_share::CrossProviderShare,
    &market_share::MarketShare,
    &commitment::Commitment,
    &hhi::Hhi,
    &effective_providers::EffectiveProviders,
    &localisation_index::LocalisationIndex,
    &net_flow::NetFlow,
    &turnover::Turnover,
    &seat_delta::SeatDelta,
    &fill_rate::FillRate,
    &diversion::DiversionRatio,
    &funnel::PlaceAmongRegions,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_worked_example_is_reproduced() {
        for metric in METRICS {
            let example = metric.example();
            assert_eq!(example.result, example.wanted, "{}: {}", metric.id(), example.given);
        }
    }

    #[test]
    fn every_metric_is_described_in_both_languages() {
        for metric in METRICS {
            for lang in Lang::ALL {
                assert!(lang.has(&format!("metric-{}", metric.id())), "{}", metric.id());
                assert!(metric.definition(lang).len() > 20, "{}", metric.id());
            }
        }
    }
}
