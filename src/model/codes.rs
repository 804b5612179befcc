//! Dense numbers for codes: a sorted list of texts, numbered in the order of the texts.

use super::Text;
use std::collections::HashMap;

/// The code for a value that is missing or not in its register.
pub const UNKNOWN: &str = "?";

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The first number of the list.
            pub const FIRST: Self = Self(0);
        }

        impl From<u32> for $name {
            fn from(position: u32) -> Self {
                Self(position)
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> u32 {
                id.0
            }
        }
    };
}

id!(
    /// A municipality: its position in the municipality register's code list.
    MunicipalityId
);
id!(
    /// A school unit: its position in the unit register's code list.
    UnitId
);
id!(
    /// A programme: its position in the programme register's code list.
    ProgrammeId
);

/// A sorted list of distinct codes, including `?`.
#[derive(Debug, Clone)]
pub struct CodeList<Id> {
    codes: Vec<Text>,
    positions: HashMap<Text, u32>,
    /// Codes of digits that begin with zero, by their numeric value; `None` if several codes have that value.
    numbers: HashMap<Text, Option<u32>>,
    unknown: u32,
    id: std::marker::PhantomData<Id>,
}

impl<Id: From<u32> + Into<u32> + Copy> CodeList<Id> {
    /// The sorted list of these codes and `?`, without duplicates.
    ///
    /// # Panics
    /// With more than 2^32 codes.
    #[must_use]
    pub fn new(codes: impl IntoIterator<Item = Text>) -> Self {
        let mut codes: Vec<Text> = codes.into_iter().chain([Text::from(UNKNOWN)]).collect();
        codes.sort_unstable();
        codes.dedup();
        let positions: HashMap<Text, u32> = codes
            .iter()
            .enumerate()
            .map(|(i, c)| (c.clone(), u32::try_from(i).expect("fewer than 2^32 codes")))
            .collect();
        let unknown = positions[UNKNOWN];
        let mut numbers: HashMap<Text, Option<u32>> = HashMap::new();
        for (position, code) in codes.iter().enumerate() {
            if let Some(number) =
                code.strip_prefix('0').filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
            {
                let number = Text::from(number.trim_start_matches('0'));
                numbers.entry(number).and_modify(|p| *p = None).or_insert(u32::try_from(position).ok());
            }
        }
        Self { codes, positions, numbers, unknown, id: std::marker::PhantomData }
    }

    /// The number of this code; `None` for `?` and for codes outside the list.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<Id> {
        self.positions.get(code).copied().filter(|p| *p != self.unknown).map(Id::from)
    }

    /// The suffixes that spreadsheet tools append to a code that they take for a number.
    pub const DECIMALS: [&'static str; 4] = [".0", ",0", ".00", ",00"];

    /// The number of the code that a spreadsheet turned into a numeral (0180 → 180, 180.0, 1480.0), if exactly one
    /// code is possible. A text that is in the list is a code, not a numeral.
    #[must_use]
    pub fn restore(&self, numeral: &str) -> Option<Id> {
        if self.positions.contains_key(numeral) {
            return None;
        }
        if let Some(position) = self.numbers.get(numeral) {
            return position.map(Id::from);
        }
        let whole = Self::DECIMALS.iter().find_map(|end| numeral.strip_suffix(end))?;
        let is_number = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
        match (is_number.then(|| self.find(whole)).flatten(), self.numbers.get(whole)) {
            (found, None) => found,
            (None, Some(position)) => position.map(Id::from),
            (Some(_), Some(_)) => None,
        }
    }

    /// The number of `?`.
    #[must_use]
    pub fn unknown(&self) -> Id {
        Id::from(self.unknown)
    }

    /// Whether this is the number of a real code.
    #[must_use]
    pub fn is_known(&self, id: Id) -> bool {
        id.into() != self.unknown
    }

    /// The code with this number.
    #[must_use]
    pub fn text(&self, id: Id) -> &Text {
        &self.codes[id.into() as usize]
    }

    /// The number of codes, including `?`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Never true: `?` is always in the list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// All numbers, including that of `?`.
    pub fn numbers(&self) -> impl Iterator<Item = Id> + '_ {
        (0..self.codes.len() as u32).map(Id::from)
    }

    /// The numbers of all real codes, in the order of their texts.
    pub fn known(&self) -> impl Iterator<Item = Id> + '_ {
        (0..self.codes.len() as u32).filter(|p| *p != self.unknown).map(Id::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_order_of_the_texts() {
        let list = CodeList::<UnitId>::new(["b", "1", "Z", "b"].map(Text::from));
        let texts: Vec<&str> = (0..4).map(|i| &**list.text(UnitId::from(i))).collect();
        assert_eq!(texts, ["1", "?", "Z", "b"]);
        assert_eq!(list.find("Z"), Some(UnitId::from(2)));
        assert_eq!(list.find("?"), None);
        assert_eq!(list.find("z"), None, "codes are case-sensitive");
        assert_eq!(list.known().count(), 3);
    }

    #[test]
    fn numerals_are_restored_where_one_code_alone_can_be_meant() {
        let list = CodeList::<UnitId>::new(["0180", "0114", "00114", "0990", "990", "00A1", "0"].map(Text::from));
        for (numeral, wanted) in [
            ("180", Some("0180")),
            ("0180", None),
            ("114", None),
            ("990", None),
            ("A1", None),
            ("181", None),
            ("", None),
        ] {
            let got = list.restore(numeral).map(|id| &**list.text(id));
            assert_eq!(got, wanted, "{numeral}");
        }
    }
}
