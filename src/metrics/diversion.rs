//! Diversion ratio: of the students of an offer that closes, the share that would go to another one.

use super::{Example, Metric};
use crate::diversion::{Choosers, Diversion, Layers};
use crate::model::Decimal;

/// The metric's description; [`crate::diversion`] computes it.
pub struct DiversionRatio;

impl Metric for DiversionRatio {
    fn id(&self) -> &'static str {
        "diversion"
    }

    fn formula(&self) -> &'static str {
        "Σ students of the offer in a cell / students of the offer × students of the other offer in the cell / \
         students of the cell at what stays open"
    }

    fn source(&self) -> &'static str {
        "Raval, Rosenbaum, Tenn 2017; cells of at least 25 students, by home and programme first"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["diversion.diversion"]
    }

    fn example(&self) -> Example {
        let choosers = [30, 30, 20, 10].into_iter().zip(0..).map(|(students, choice)| Choosers {
            keys: [Some(0)],
            choice,
            students,
        });
        let layers = Layers::new(choosers.collect(), 1);
        let diversion = Diversion::new(&layers, &layers.displaced(&[1], |choice| choice == 1), 1);
        let to_first = diversion.to(0)[0].share_of(diversion.all);
        Example {
            given: "a cell of 30, 30, 20 and 10 students at four offers; the second one closes; diversion to the first",
            result: Decimal::of_millionths(to_first).to_string(),
            wanted: "0.500000",
        }
    }
}
