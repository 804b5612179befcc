//! Languages: all texts of the program, from Fluent files, and the formatting of numbers.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentMessage, FluentResource};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};
use fluent_syntax::parser::parse_runtime;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use unic_langid::LanguageIdentifier;

use crate::model::Ratio;

/// The language of messages, pages and pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Swedish, the default.
    Sv,
    /// English.
    En,
}

// `SV` and `EN`: the texts of all files in `data/words/sv` and `data/words/en`, which have the same messages.
include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The arguments of a text: name and value.
pub type Args<'a> = &'a [(&'a str, &'a str)];

impl Lang {
    /// Both languages, Swedish first.
    pub const ALL: [Self; 2] = [Self::Sv, Self::En];

    /// `sv` or `en`, as on the command line and in HTML's `lang`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// The language of a POSIX locale such as `sv_SE.UTF-8`; `None` if it is not supported.
    #[must_use]
    pub fn from_locale(locale: &str) -> Option<Self> {
        match locale.get(..2)? {
            "sv" => Some(Self::Sv),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The text with this id. An unknown id is returned as is; a test checks all ids.
    #[must_use]
    pub fn text(self, id: &str) -> String {
        self.say(id, &[])
    }

    /// The text with this id, with its arguments filled in.
    #[must_use]
    pub fn say(self, id: &str, args: Args<'_>) -> String {
        self.part(id, None, args, None).unwrap_or_else(|| id.to_owned())
    }

    /// The text with this id about a number: its `$number` is the formatted number, and its `$count` chooses between
    /// singular and plural.
    #[must_use]
    pub fn count(self, id: &str, number: u64) -> String {
        let text = self.number(number);
        self.part(id, None, &[("number", &text)], Some(number)).unwrap_or_else(|| id.to_owned())
    }

    /// The text with this id and these arguments; its `$count` chooses between singular and plural.
    #[must_use]
    pub fn counted(self, id: &str, args: Args<'_>, count: u64) -> String {
        self.part(id, None, args, Some(count)).unwrap_or_else(|| id.to_owned())
    }

    /// An attribute (`.hint`, `.found` …) of the text with this id; `None` if it has no such attribute.
    #[must_use]
    pub fn attribute(self, id: &str, attribute: &str, args: Args<'_>) -> Option<String> {
        self.part(id, Some(attribute), args, None)
    }

    /// Whether the language has a text with this id.
    #[must_use]
    pub fn has(self, id: &str) -> bool {
        self.bundle().has_message(id)
    }

    /// A whole number with grouped thousands: `11 500` with a narrow no-break space, or `11,500`.
    #[must_use]
    pub fn number(self, n: u64) -> String {
        let digits = n.to_string();
        let mut out = String::with_capacity(digits.len() + 8);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(match self {
                    Self::Sv => '\u{202f}',
                    Self::En => ',',
                });
            }
            out.push(digit);
        }
        out
    }

    /// A difference with its sign: `+12`, `−3` (a real minus), `0`.
    #[must_use]
    pub fn signed(self, n: i64) -> String {
        let size = self.number(n.unsigned_abs());
        match n.signum() {
            1 => format!("+{size}"),
            -1 => format!("\u{2212}{size}"),
            _ => size,
        }
    }

    /// A ratio with a fixed number of decimals and the language's decimal mark; `–` if it is undefined.
    #[must_use]
    pub fn decimal(self, ratio: Ratio, decimals: u32) -> String {
        match ratio.fixed(decimals) {
            None => "–".to_owned(),
            Some(text) => match self {
                Self::Sv => text.replace('.', ","),
                Self::En => text,
            },
        }
    }

    /// A ratio as a percentage: `60,4 %` (no-break space) or `60.4%`; `–` if it is undefined.
    #[must_use]
    pub fn percent(self, ratio: Ratio, decimals: u32) -> String {
        let hundredfold = Ratio::wide(ratio.num() * 100, ratio.den());
        match (hundredfold.is_defined(), self) {
            (false, _) => "–".to_owned(),
            (true, Self::Sv) => format!("{}\u{a0}%", self.decimal(hundredfold, decimals)),
            (true, Self::En) => format!("{}%", self.decimal(hundredfold, decimals)),
        }
    }

    /// The change from one share to another in percentage points, with its sign and this many decimals; `None` if one
    /// is undefined.
    #[must_use]
    pub fn points(self, from: Ratio, to: Ratio, decimals: u32) -> Option<String> {
        if !from.is_defined() || !to.is_defined() {
            return None;
        }
        let (a, b) = (to.num() * from.den(), from.num() * to.den());
        let size = Ratio::wide(100 * a.abs_diff(b), from.den() * to.den());
        let text = self.decimal(size, decimals);
        let is_zero = text.chars().all(|c| !c.is_ascii_digit() || c == '0');
        let sign = match a.cmp(&b) {
            _ if is_zero => "",
            std::cmp::Ordering::Less => "\u{2212}",
            _ => "+",
        };
        Some(format!("{sign}{text}"))
    }

    /// The texts whose id begins with `prefix`, and `others`, by id, with `{name}` in place of each argument, for a
    /// program that fills them in later.
    #[must_use]
    pub fn patterns(self, prefix: &str, others: &[&str]) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for message in messages(self.files()) {
            let id = message.id.name;
            if (id.starts_with(prefix) || others.contains(&id))
                && let Some(pattern) = &message.value
            {
                let names = arguments(pattern);
                let places: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
                let args: Vec<(&str, &str)> = names.into_iter().zip(places.iter().map(String::as_str)).collect();
                out.insert(id.to_owned(), self.say(id, &args));
            }
        }
        out
    }

    /// The ids of all texts that begin with `prefix`.
    #[cfg(test)]
    pub(crate) fn ids(self, prefix: &str) -> std::collections::BTreeSet<&'static str> {
        messages(self.files()).map(|message| message.id.name).filter(|id| id.starts_with(prefix)).collect()
    }

    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Sv => SV,
            Self::En => EN,
        }
    }

    fn part(self, id: &str, attribute: Option<&str>, args: Args<'_>, count: Option<u64>) -> Option<String> {
        let bundle = self.bundle();
        let message: FluentMessage<'_> = bundle.get_message(id)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(name) => message.get_attribute(name)?.value(),
        };
        let mut fluent = FluentArgs::new();
        for (name, text) in args {
            // The number one chooses the singular in texts that have one.
            if *text == "1" { fluent.set(*name, 1) } else { fluent.set(*name, *text) }
        }
        if let Some(count) = count {
            fluent.set("count", count);
        }
        let mut errors = Vec::new();
        Some(bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned())
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static SV_BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
        static EN_BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
        match self {
            Self::Sv => SV_BUNDLE.get_or_init(|| build(self)),
            Self::En => EN_BUNDLE.get_or_init(|| build(self)),
        }
    }
}

/// The text with a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Reads the files of one language; broken lines are skipped here and caught by a test.
fn build(lang: Lang) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for file in lang.files() {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(kept, _)| kept);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The messages of Fluent files, in order.
fn messages(files: &'static [&'static str]) -> impl Iterator<Item = Message<&'static str>> {
    let parsed = files.iter().map(|file| parse_runtime(*file).unwrap_or_else(|(kept, _)| kept));
    parsed.flat_map(|file| file.body).filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        _ => None,
    })
}

/// The names of the arguments of a pattern, including its variants.
fn arguments<'p>(pattern: &Pattern<&'p str>) -> Vec<&'p str> {
    let mut out = Vec::new();
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let (Expression::Inline(first) | Expression::Select { selector: first, .. }) = expression;
        if let InlineExpression::VariableReference { id } = first {
            out.push(id.name);
        }
        if let Expression::Select { variants, .. } = expression {
            out.extend(variants.iter().flat_map(|variant| arguments(&variant.value)));
        }
    }
    out
}

/// The sort key of a name: letters without case, å, ä and ö last in this order, then the code.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every id of a language's files, with the names of its attributes and of the arguments it uses.
    fn ids(files: &'static [&'static str]) -> BTreeMap<&'static str, BTreeSet<String>> {
        for file in files {
            FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        }
        let mut out = BTreeMap::new();
        for message in messages(files) {
            let patterns = message.value.iter().chain(message.attributes.iter().map(|attribute| &attribute.value));
            let parts = patterns.flat_map(arguments).map(|name| format!("${name}"));
            let parts = parts.chain(message.attributes.iter().map(|attribute| format!(".{}", attribute.id.name)));
            let before = out.insert(message.id.name, parts.collect());
            assert_eq!(before, None, "the id {} is there twice", message.id.name);
        }
        out
    }

    #[test]
    fn one_of_a_thing_is_in_the_singular() {
        for (lang, id, args, wanted) in [
            (Lang::Sv, "note-undrawn", &[("count", "1")][..], "1 flöde ritas inte: plats saknas"),
            (Lang::Sv, "note-undrawn", &[("count", "12")], "12 flöden ritas inte: plats saknas"),
            (Lang::En, "note-undrawn", &[("count", "1")], "1 flow is not drawn for lack of space"),
            (Lang::Sv, "page-rest-homes", &[("count", "1")], "En kommun till"),
            (Lang::Sv, "page-rest-homes", &[("count", "1\u{202f}100")], "Övriga 1\u{202f}100 kommuner"),
        ] {
            assert_eq!(lang.say(id, args).replace(['\u{2068}', '\u{2069}'], ""), wanted);
        }
        for (seats, wanted) in [
            (1, "1 skolenhet höjde sina platser efter antagningen: +1 plats"),
            (7, "1 skolenhet höjde sina platser efter antagningen: +7 platser"),
        ] {
            let text = Lang::Sv.counted("seats-title", &[("units", "1"), ("seats", &format!("+{seats}"))], seats);
            assert_eq!(text, wanted);
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(ids(SV), ids(EN));
    }

    #[test]
    fn every_error_says_what_where_found_or_wanted_and_the_way_out() {
        for (id, parts) in ids(SV).iter().filter(|(id, _)| id.starts_with("error-")) {
            let has = |part: &str| parts.contains(part);
            assert!(has(".where") && (has(".found") || has(".wanted")) && has(".hint"), "{id}: {parts:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        for (lang, number, share, minus) in [
            (Lang::Sv, "1\u{202f}234\u{202f}567", "60,4\u{a0}%", "\u{2212}12"),
            (Lang::En, "1,234,567", "60.4%", "\u{2212}12"),
        ] {
            assert_eq!(lang.number(1_234_567), number);
            assert_eq!(lang.percent(Ratio::new(604, 1000), 1), share);
            assert_eq!(lang.percent(Ratio::new(1, 0), 1), "–");
            assert_eq!(lang.signed(-12), minus);
            assert_eq!(lang.signed(0), "0");
        }
    }

    #[test]
    fn a_count_of_one_is_in_the_singular() {
        for (lang, number, wanted) in [
            (Lang::Sv, 1, "1 kolumn med annat namn"),
            (Lang::Sv, 2, "2 kolumner med andra namn"),
            (Lang::Sv, 1001, "1\u{202f}001 kolumner med andra namn"),
            (Lang::En, 1, "1 column known by another name"),
            (Lang::En, 1001, "1,001 columns known by other names"),
        ] {
            assert_eq!(lang.count("check-register-headers", number), wanted);
        }
    }

    #[test]
    fn changes_are_percentage_points_with_a_sign() {
        for (from, to, wanted) in [
            ((1, 2), (3, 5), Some("+10,0")),
            ((3, 5), (1, 2), Some("\u{2212}10,0")),
            ((1, 3), (1, 3), Some("0,0")),
            ((10_000, 30_000), (10_001, 30_000), Some("0,0")),
            ((0, 0), (1, 2), None),
        ] {
            let ratio = |(num, den)| Ratio::new(num, den);
            assert_eq!(Lang::Sv.points(ratio(from), ratio(to), 1).as_deref(), wanted);
        }
    }

    #[test]
    fn names_are_sorted_as_in_swedish() {
        let mut names = ["Öckerö", "Ale", "Älvsborg", "Åmål", "lerum", "Lilla Edet", "Zinkgruvan"];
        names.sort_by_key(|name| sort_key(name, ""));
        assert_eq!(names, ["Ale", "lerum", "Lilla Edet", "Zinkgruvan", "Åmål", "Älvsborg", "Öckerö"]);
    }
}
