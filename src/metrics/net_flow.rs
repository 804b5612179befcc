//! Net flow: students who come into a municipality to study minus those who leave it.

use super::{Example, Metric};

/// `into` − `out`, students; positive if more come than leave. The sum over all municipalities of a closed system is
/// zero.
#[must_use]
pub const fn net_flow(into: u64, out: u64) -> i64 {
    into.cast_signed() - out.cast_signed()
}

/// The metric's description.
pub struct NetFlow;

impl Metric for NetFlow {
    fn id(&self) -> &'static str {
        "net_flow"
    }

    fn formula(&self) -> &'static str {
        "into − out"
    }

    fn source(&self) -> &'static str {
        "Nottingham 2003, Hansard 19 July 2004: 1 145 in, 3 659 out"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["balance.net", "balance.into", "balance.out"]
    }

    fn example(&self) -> Example {
        Example { given: "1 145 in, 3 659 out", result: net_flow(1145, 3659).to_string(), wanted: "-2514" }
    }
}
