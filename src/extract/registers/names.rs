//! Names of register columns and words for kinds, in Swedish and English.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::extract::synonyms::folded;
use crate::model::{ProgrammeKind, ProviderKind};

/// The columns of a register.
#[derive(Debug, Clone, Copy)]
pub(super) struct RegisterColumns {
    /// Required columns.
    pub required: &'static [&'static str],
    /// Columns of which one is required, if there are any.
    pub either: &'static [&'static str],
    /// Optional columns.
    pub optional: &'static [&'static str],
    /// Other names.
    pub synonyms: &'static [Synonym],
}

/// A column, its names, and weaker names that count only if no stronger one is present; all folded.
pub(super) type Synonym = (&'static str, &'static [&'static str], &'static [&'static str]);

impl RegisterColumns {
    /// All columns, by their names in the contract.
    pub fn all(self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.either).chain(self.optional).copied()
    }

    /// The columns that are needed, for messages.
    pub fn wanted(self) -> String {
        self.required.iter().chain(self.either).copied().collect::<Vec<_>>().join(", ")
    }

    /// How well a header fits a column: 0 its own name, 1 that name in another spelling, 2 and 3 strong and weak
    /// synonyms.
    pub fn rank(self, column: &str, header: &str) -> Option<u8> {
        let text = fold(header);
        let others = self.synonyms.iter().find(|(name, ..)| *name == column);
        let is_in = |names: &[&str]| names.contains(&text.as_str());
        match others {
            _ if header == column => Some(0),
            _ if text == fold(column) => Some(1),
            Some((_, strong, _)) if is_in(strong) => Some(2),
            Some((.., weak)) if is_in(weak) => Some(3),
            _ => None,
        }
    }

    /// All names of a column, folded.
    pub fn names(self, column: &str) -> Vec<String> {
        let others = self.synonyms.iter().filter(|(name, ..)| *name == column);
        let others = others.flat_map(|(_, strong, weak)| strong.iter().chain(*weak)).map(|name| (*name).to_owned());
        std::iter::once(fold(column)).chain(others).collect()
    }
}

const LAT: Synonym = ("lat", &["latitud", "latitude", "latwgs84", "latitudwgs84", "wgs84lat"], &[]);
const LON: Synonym =
    ("lon", &["longitud", "longitude", "long", "lng", "lonwgs84", "longitudwgs84", "wgs84lon", "wgs84long"], &[]);
const VALID_FROM: Synonym = ("valid_from", &["giltigfran", "giltigfrom", "galerfran"], &[]);
const VALID_TO: Synonym = ("valid_to", &["giltigtill", "giltigtom", "galertill"], &[]);
const SUCCESSOR: Synonym = ("successor", &["ersattsav", "ersattav", "efterfoljare", "replacedby"], &[]);

pub(super) const MUNICIPALITIES: RegisterColumns = RegisterColumns {
    required: &["code", "name"],
    either: &[],
    optional: &["county", "lat", "lon"],
    synonyms: &[
        ("code", &["kommunkod", "kommunnr", "kommunnummer", "municipalitycode"], &["kod"]),
        ("name", &["kommunnamn", "municipalityname"], &["kommun", "namn", "municipality"]),
        ("county", &["lansnamn", "lannamn", "countyname"], &["lan"]),
        LAT,
        LON,
    ],
};

pub(super) const UNITS: RegisterColumns = RegisterColumns {
    required: &["code", "name", "municipality"],
    either: &["provider", "provider_kind"],
    optional: &["lat", "lon", "valid_from", "valid_to", "successor"],
    synonyms: &[
        (
            "code",
            &[
                "skolenhetskod",
                "skolenhetkod",
                "skolenhetenskod",
                "enhetskod",
                "skolkod",
                "schoolunitcode",
                "unitcode",
            ],
            &["kod"],
        ),
        (
            "name",
            &["skolenhetsnamn", "skolenhetensnamn", "skolenhetnamn", "enhetsnamn", "displayname", "unitname"],
            &["skolenhet", "skolnamn", "skola", "namn", "schoolname"],
        ),
        (
            "municipality",
            &["kommunkod", "kommunnr", "kommunnummer", "lageskommunkod", "skolkommunkod", "municipalitycode"],
            &["kommun", "lageskommun", "skolkommun", "studiekommun", "kommunnamn"],
        ),
        (
            "provider",
            &[
                "huvudmanskod",
                "huvudmankod",
                "huvudmansorganisationsnummer",
                "huvudmannensorganisationsnummer",
                "huvudmansorgnr",
                "huvudmanorgnr",
                "organisationsnummer",
                "organisationsnr",
                "orgnummer",
                "orgnr",
                "organizationnumber",
                "organisationnumber",
                "providercode",
            ],
            &["huvudman", "anordnare", "organizer"],
        ),
        (
            "provider_kind",
            &[
                "huvudmannatyp",
                "huvudmanstyp",
                "huvudmantyp",
                "typavhuvudman",
                "driftsform",
                "driftform",
                "organizertype",
                "providertype",
            ],
            &[],
        ),
        LAT,
        LON,
        VALID_FROM,
        VALID_TO,
        SUCCESSOR,
    ],
};

pub(super) const PROGRAMMES: RegisterColumns = RegisterColumns {
    required: &["code", "name", "kind"],
    either: &[],
    optional: &["valid_from", "valid_to", "successor"],
    synonyms: &[
        ("code", &["programkod", "programmecode", "programcode"], &["kod"]),
        (
            "name",
            &["programnamn", "programmename", "programbenamning"],
            &["program", "programme", "benamning", "namn"],
        ),
        ("kind", &["programtyp", "programmekind", "programmetype"], &["typ", "type"]),
        VALID_FROM,
        VALID_TO,
        SUCCESSOR,
    ],
};

/// A text folded for comparison of names: without case, blanks, underscores, hyphens, full stops and combining marks.
pub(in crate::extract) fn fold(text: &str) -> String {
    folded(&text.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>())
}

/// The kind of a provider in the words of the contract, of Swedish tables and of the national register.
pub(super) fn provider_kind(text: &str) -> Option<ProviderKind> {
    let kind = match fold(text).as_str() {
        "municipal" | "kommunal" | "kommun" | "kommunen" | "municipality" => ProviderKind::Municipal,
        "region" | "regional" | "regionen" | "landsting" | "landstinget" => ProviderKind::Region,
        "state" | "stat" | "statlig" | "staten" | "same" | "sameskola" | "special" | "specialskola" => {
            ProviderKind::State
        }
        "federation" | "kommunalforbund" | "kommforb" | "kommunforbund" => ProviderKind::Federation,
        "independent" | "fristaende" | "enskild" | "enskildhuvudman" | "friskola" => ProviderKind::Independent,
        _ => return None,
    };
    Some(kind)
}

/// The kind of a programme in the words of the contract and of Swedish tables.
pub(super) fn programme_kind(text: &str) -> Option<ProgrammeKind> {
    let kind = match fold(text).as_str() {
        "vocational" | "yrkesprogram" | "yrkesforberedande" | "yrke" => ProgrammeKind::Vocational,
        "preparatory" | "hogskoleforberedande" | "hogskoleforberedandeprogram" => ProgrammeKind::Preparatory,
        "introduction" | "introduktionsprogram" | "introduktion" | "im" => ProgrammeKind::Introduction,
        "other" | "ovrigt" | "ovriga" | "annat" | "annan" | "okant" | "riksrekryterande" => ProgrammeKind::Other,
        _ => return None,
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_listed_once_in_its_register_and_folded() {
        for columns in [MUNICIPALITIES, UNITS, PROGRAMMES] {
            let names: Vec<String> = columns.all().flat_map(|column| columns.names(column)).collect();
            let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{names:?}");
            assert!(names.iter().all(|name| fold(name) == *name), "{names:?}");
            assert!(columns.synonyms.iter().all(|(column, ..)| columns.all().any(|known| known == *column)));
        }
    }

    #[test]
    fn headers_are_known_in_every_spelling() {
        for (column, header, wanted) in [
            ("code", "code", Some(0)),
            ("code", "CODE ", Some(1)),
            ("code", "Skol-enhetskod", Some(2)),
            ("code", "KOD", Some(3)),
            ("municipality", "kommun_kod", Some(2)),
            ("municipality", "Lägeskommun", Some(3)),
            ("municipality", "La\u{308}geskommun", Some(3)),
            ("valid_from", "Giltig från", Some(2)),
            ("valid_from", "valid-from", Some(1)),
            ("successor", "Ersätts av", Some(2)),
            ("successor", "ERSATTS_AV", Some(2)),
            ("lon", "Long", Some(2)),
            ("name", "Skolform", None),
        ] {
            assert_eq!(UNITS.rank(column, header), wanted, "{header}");
        }
    }

    #[test]
    fn kinds_are_known_by_other_words() {
        let kinds =
            ["KOMMUN", "Fristående", "Kommunalförbund", "KOMMFORB", "ENSKILD", "SAME", "Landsting", "kommunal?"];
        let wanted = ["municipal", "independent", "federation", "federation", "independent", "state", "region", "–"];
        assert_eq!(kinds.map(|word| provider_kind(word).map_or("–", ProviderKind::as_str)), wanted);
        assert!(ProviderKind::ALL.iter().all(|kind| provider_kind(kind.as_str()) == Some(*kind)));
        assert!(ProgrammeKind::ALL.iter().all(|kind| programme_kind(kind.as_str()) == Some(*kind)));
    }
}
