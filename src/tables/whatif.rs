//! `whatif`: the table of the command of that name, and the market as the page reads it; no part of a report's tables.

use super::row::row;
use crate::model::{Cell, Text};

row!(
    /// Students of a home at an offer of a market, times its scale.
    MarketRow, "market", keys 3, {
        /// Home municipality or `?`; in a public release `?` also for those outside the region.
        home: Text => Code(Municipality),
        /// School unit.
        unit: Text => Code(Unit),
        /// Programme.
        programme: Text => Code(Programme),
        /// Students, times the scale.
        students: Cell => Count,
    }
);

row!(
    /// Students of a home who change from one offer to another in a scenario.
    WhatIfRow, "whatif", keys 6, {
        /// The scenario: its measures as on the command line.
        scenario: Text => Text,
        /// Home municipality or `?`. In a public release `OUT` outside the region, `ALL` for all homes.
        home: Text => Code(Municipality),
        /// The unit that they leave. In a public release `ALL` if it is not the only one.
        from_unit: Text => Code(Unit),
        /// The programme that they leave.
        from_programme: Text => Code(Programme),
        /// The unit to which they go, the name of a new one, or `-`: not placed. In a public release `ALL-` and the kind
        /// of provider as seen from the home, `ALL` for all.
        to_unit: Text => Code(Unit),
        /// Their programme there, or `-`.
        to_programme: Text => Code(Programme),
        /// Students.
        students: Cell => Count,
    }
);
