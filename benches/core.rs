//! Benchmarks of the aggregation core.
fn main() {}
