//! File names: codes as parts of them, composed letters, and unique names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;

use super::checksum;

/// Maximum length of a code in a file name, in bytes.
const MAX_CODE: usize = 120;

/// A code as a part of a file name. ASCII letters, digits, `-`, `_` and a `.` that is not the first character are
/// kept; each byte of all other characters becomes `%XX`, so that no two codes become equal and none leaves its
/// folder. A very long code is cut and ends in `~` and a part of its checksum.
#[must_use]
pub fn file_part(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'-' | b'_' => out.push(char::from(byte)),
            b'.' if at > 0 => out.push('.'),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    if out.len() > MAX_CODE {
        let sum = checksum(code.as_bytes());
        out.truncate(MAX_CODE - 17);
        out.push('~');
        out.push_str(&sum[..16]);
    }
    out
}

/// A name in composed letters (Unicode NFC): some file systems store å as two characters, the letter a and a ring.
pub(super) fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// Unique names of files, from their names and paths: different files with the same name get as much of their paths
/// as needed. Parts of a name that can be a personal number are masked, and names that are then equal are numbered.
#[must_use]
pub fn unique_names(files: Vec<(String, String)>) -> Vec<String> {
    let mut counted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let plain = unique_unmasked(files);
    for name in &plain {
        counted.entry(masked(name)).or_default().insert(name.clone());
    }
    let name = |name: String| {
        let shown = masked(&name);
        let at = counted[&shown].iter().position(|other| *other == name).unwrap_or(0);
        if at == 0 { shown } else { format!("{shown} ({})", at + 1) }
    };
    plain.into_iter().map(name).collect()
}

/// A composed name with `x` for characters that can be a personal number: six or eight digits and four more, of which
/// the first two can be letters, with at most one other character between them.
fn masked(name: &str) -> String {
    let mut chars: Vec<char> = name.nfc().collect();
    let mut at = 0;
    while at < chars.len() {
        let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let end = at + digits;
        let has_sign = chars.get(end).is_some_and(|c| !c.is_alphanumeric());
        let last = end + usize::from(has_sign);
        let rest = chars[last..].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        let is_last = rest == 4 && chars[last + 2..last + 4].iter().all(char::is_ascii_digit);
        if matches!(digits, 6 | 8) && is_last {
            chars[at..last + 4].iter_mut().filter(|c| c.is_alphanumeric()).for_each(|c| *c = 'x');
        } else if matches!(digits, 10 | 12) {
            chars[at..end].fill('x');
        }
        at = end + 1;
    }
    chars.into_iter().collect()
}

fn unique_unmasked(files: Vec<(String, String)>) -> Vec<String> {
    let mut names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let longest = files.iter().map(|(_, path)| parts(path).len()).max().unwrap_or(0);
    // Paths with the same components, `/a/b` and `a/b`, are distinguished by the whole path.
    for depth in 2..=longest.max(1) + 1 {
        let shared = shared(&names, &files);
        for (name, (_, path)) in names.iter_mut().zip(&files).filter(|(name, _)| shared.contains(*name)) {
            *name = if depth > longest { path.clone() } else { tail(path, depth) };
        }
    }
    names
}

/// Names that belong to more than one path.
fn shared(names: &[String], files: &[(String, String)]) -> BTreeSet<String> {
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, (_, path)) in names.iter().zip(files) {
        paths.entry(name).or_default().insert(path);
    }
    paths.into_iter().filter(|(_, paths)| paths.len() > 1).map(|(name, _)| name.to_owned()).collect()
}

fn parts(path: &str) -> Vec<&str> {
    path.split(['/', std::path::MAIN_SEPARATOR]).filter(|part| !part.is_empty()).collect()
}

/// The last `depth` components of a path, joined by `/`.
fn tail(path: &str, depth: usize) -> String {
    let parts = parts(path);
    parts[parts.len().saturating_sub(depth)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_become_parts_of_file_names() {
        for (code, wanted) in [
            ("1440", "1440"),
            ("A-b_C.9", "A-b_C.9"),
            ("../../x", "%2E.%2F..%2Fx"),
            ("A/B", "A%2FB"),
            ("A\\B", "A%5CB"),
            ("CON", "CON"),
            ("å", "%C3%A5"),
            ("a\u{30a}", "a%CC%8A"),
            (".x", "%2Ex"),
            ("%2E", "%252E"),
            ("a b:c\0", "a%20b%3Ac%00"),
            ("", ""),
        ] {
            assert_eq!(file_part(code), wanted);
        }
        let (long, other) = ("å".repeat(300), format!("{}x", "å".repeat(299)));
        assert!(file_part(&long).len() == MAX_CODE && file_part(&long) != file_part(&other));
    }

    proptest! {
        #[test]
        fn different_codes_stay_different(a in "\\PC{0,60}", b in "\\PC{0,60}") {
            let [x, y] = [&a, &b].map(|code| file_part(code));
            prop_assert_eq!(a == b, x == y);
            prop_assert!(x.len() <= MAX_CODE && !x.starts_with('.') && !x.contains(['/', '\\', ':', '\0']));
        }

        #[test]
        fn names_of_any_paths_come_to_an_end(paths in proptest::collection::vec("[ab/.]{0,7}", 0..6)) {
            let files = paths.iter().map(|path| (tail(path, 1), path.clone())).collect();
            let names = unique_names(files);
            for (i, (a, x)) in paths.iter().zip(&names).enumerate() {
                for (b, y) in paths.iter().zip(&names).skip(i + 1) {
                    prop_assert_eq!(a == b, x == y, "{:?} {:?}", paths, names);
                }
            }
        }
    }

    #[test]
    fn names_of_files_are_unique_and_hold_no_personal_number() {
        let check = |paths: &[&str], wanted: &[&str]| {
            let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
            let files = paths.iter().map(|path| (name(path), (*path).to_owned())).collect();
            assert_eq!(unique_names(files), wanted);
        };
        check(&["a/x.csv", "b/x.csv", "b/y.csv", "b/y.csv"], &["a/x.csv", "b/x.csv", "y.csv", "y.csv"]);
        check(&["antagning_2023-2024.csv", "okt_20231015.csv"], &["antagning_2023-2024.csv", "okt_20231015.csv"]);
        check(&["okt_20231015_slut.csv", "20231015.xlsx"], &["okt_20231015_slut.csv", "20231015.xlsx"]);
        check(&["20070203TF12.csv", "070203-T123"], &["xxxxxxxxxxxx.csv", "xxxxxx-xxxx"]);
        check(&["e 20070203-1234.csv"], &["e xxxxxxxx-xxxx.csv"]);
        check(&["0702031234/a_070203+1234.csv"], &["a_xxxxxx+xxxx.csv"]);
        check(&["200702031234.csv", "200702031235.csv"], &["xxxxxxxxxxxx.csv", "xxxxxxxxxxxx.csv (2)"]);
        check(&["0702031234/x.csv", "0702031235/x.csv"], &["xxxxxxxxxx/x.csv", "xxxxxxxxxx/x.csv (2)"]);
        // The same components: the whole paths differ.
        check(&["a/x.csv", "/a/x.csv"], &["a/x.csv", "/a/x.csv"]);
        check(&["a//x.csv", "a/x.csv", "b/x.csv"], &["a//x.csv", "a/x.csv", "b/x.csv"]);
        check(&["a\u{30a}/x.csv", "\u{e5}/x.csv"], &["\u{e5}/x.csv", "\u{e5}/x.csv (2)"]);
    }
}
