//! Names in the order of the alphabet, and codes as anchors of the page.

use std::fmt::Write as _;

/// What names are sorted by: letters without case, å, ä and ö last and in this order, then the code.
#[must_use]
pub fn sort_key(name: &str, code: &str) -> (String, String) {
    let letter = |c: char| match c {
        'å' => '\u{fff0}',
        'ä' | 'æ' => '\u{fff1}',
        'ö' | 'ø' => '\u{fff2}',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'á' | 'à' => 'a',
        'ü' => 'u',
        c => c,
    };
    (name.chars().flat_map(char::to_lowercase).map(letter).collect(), code.to_owned())
}

/// An id of the page for a code: letters and digits as they are, other characters by their number, so that two codes
/// never share an id.
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
    fn names_are_sorted_as_in_swedish() {
        let mut names = ["Öckerö", "Ale", "Älvsborg", "Åmål", "lerum", "Lilla Edet", "Zinkgruvan"];
        names.sort_by_key(|name| sort_key(name, ""));
        assert_eq!(names, ["Ale", "lerum", "Lilla Edet", "Zinkgruvan", "Åmål", "Älvsborg", "Öckerö"]);
    }

    #[test]
    fn anchors_are_distinct_and_hold_no_markup() {
        for (code, wanted) in [("1440", "m-1440"), ("a b", "m-a_20_b"), ("\"<", "m-_22__3c_"), ("", "m-")] {
            assert_eq!(anchor("m", code), wanted);
        }
    }
}
