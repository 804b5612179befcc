//! Codes as ids of the page.

use std::fmt::Write as _;

/// An id of the page for a code: letters and digits are kept, other characters are encoded by number, so that ids are
/// distinct.
#[must_use]
pub fn anchor(prefix: &str, code: &str) -> String {
    let mut out = format!("{prefix}-");
    for c in code.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else {
            let _ = write!(out, "_{:x}_", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_distinct_and_hold_no_markup() {
        for (code, wanted) in [("1440", "m-1440"), ("a b", "m-a_20_b"), ("\"<", "m-_22__3c_"), ("", "m-")] {
            assert_eq!(anchor("m", code), wanted);
        }
    }
}
