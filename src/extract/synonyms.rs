//! The known headers of each field: those of admission systems, school registers, SCB, Skolverket and SS12000.
//!
//! Headers are compared whole, ignoring case, blanks, hyphens, underscores, full stops, and the diacritics of å, ä and
//! ö, composed or not: `Skol-enhetskod`, `skolenhetskod` and `SKOLENHET KOD` are equal. A field has strong headers,
//! which name the code itself, and weak ones, whose column may also hold a name; a weak one counts only if there is no
//! strong one. SS12000's names are those of the SIS standard's Person and Enrolment, as exports flatten them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::config::Field;

/// How certainly a header identifies its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// It names the code.
    Strong,
    /// Its column may hold a code or a name.
    Weak,
}

/// A field with its strong and its weak headers, in folded form.
type FieldNames = (Field, &'static [&'static str], &'static [&'static str]);

/// The known headers; each is listed once.
const SYNONYMS: &[FieldNames] = &[
    (
        Field::Student,
        &[
            "personnummer",
            "personnummer/samordningsnummer",
            "personnr",
            "persnr",
            "pnr",
            "civicno",
            "civicnumber",
            "elevid",
            "elevnummer",
            "elevnr",
            "lopnummer",
            "lopnr",
            "sokandeid",
            "sokandenummer",
            "sokandenr",
            "personid",
            "studentid",
            "studentnumber",
            "pupilid",
        ],
        &["student", "pupil"],
    ),
    (
        Field::Year,
        &["antagningsar", "lasar", "matar", "year", "schoolyear", "academicyear", "admissionyear"],
        &["ar"],
    ),
    (
        Field::Home,
        &[
            "hemkommunkod",
            "hemkommunskod",
            "folkbokforingskommunkod",
            "folkbokforingskommunskod",
            "bostadskommunkod",
            "municipalitycode",
            "homemunicipalitycode",
            "homecode",
            "origincode",
        ],
        &[
            "hemkommun",
            "elevenshemkommun",
            "folkbokforingskommun",
            "folkbokforingskommun(kod)",
            "bostadskommun",
            "home",
            "homemunicipality",
            "origin",
        ],
    ),
    (
        Field::Unit,
        &[
            "skolenhetskod",
            "skolenhetkod",
            "skolenhetenskod",
            "skolkod",
            "enhetskod",
            "unitcode",
            "schoolunitcode",
            "schoolcode",
            "destinationcode",
        ],
        &["skolenhet", "unit", "schoolunit", "enrolledat", "enroledat", "destination"],
    ),
    (
        Field::Programme,
        &[
            "studievagskod",
            "studievagkod",
            "programkod",
            "utbildningskod",
            "programcode",
            "programmecode",
            "educationcode",
        ],
        &["studievag", "program", "programme", "utbildning"],
    ),
    (Field::YearGroup, &["arskurs", "ak", "yeargroup", "schoolyeargroup", "yearofstudy"], &[]),
    (
        Field::Count,
        &[
            "antalelever",
            "antalelevertotalt",
            "elevertotalt",
            "totaltantalelever",
            "totalantalelever",
            "elevantal",
            "antalstuderande",
            "antalantagna",
            "antalinskrivna",
            "numberofstudents",
            "numberofpupils",
            "totalstudents",
            "totalpupils",
            "headcount",
        ],
        &["antal", "elever", "antalpersoner", "count", "students", "pupils"],
    ),
    (
        Field::Seats,
        &["antalplatser", "utbildningsplatser", "antalutbildningsplatser", "numberofseats"],
        &["platser", "seats", "places", "capacity"],
    ),
    (
        Field::SeatsAdmission,
        &["platserantagning", "platservidantagning", "antalplatserantagning", "seatsadmission", "seatsatadmission"],
        &[],
    ),
    (
        Field::SeatsOctober,
        &["platseroktober", "platser15oktober", "platserden15oktober", "antalplatseroktober", "seatsoctober"],
        &[],
    ),
    (
        Field::From,
        &["startdatum", "franochmed", "fromdatum", "placeringsstart", "placeringfrom", "startdate", "validfrom"],
        &[],
    ),
    (
        Field::To,
        &["slutdatum", "tillochmed", "tomdatum", "placeringsslut", "placeringtom", "enddate", "validto"],
        &[],
    ),
    (Field::Time, &["tidpunkt", "mattidpunkt", "mattillfalle", "pointintime"], &["time"]),
    (
        Field::Protected,
        &[
            "sekretessmarkering",
            "sekretessmarkerad",
            "sekretess",
            "skyddadidentitet",
            "skyddadepersonuppgifter",
            "skyddadfolkbokforing",
            "securitymarking",
            "protectedidentity",
            "protected",
        ],
        &[],
    ),
];

/// SS12000's Enrolment says `schoolYear` for the year group, where others mean the school year.
const SS12000_YEAR_GROUP: &str = "schoolYear";

/// The header in the form in which synonyms are compared.
pub(super) fn folded(header: &str) -> String {
    header
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | '\u{ad}' | '\u{feff}' | '*'))
        .filter(|c| !('\u{300}'..'\u{370}').contains(c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            other => other,
        })
        .collect()
}

/// The field of a header, and how certainly it is that field; a header belongs to at most one.
pub(super) fn field_of(header: &str) -> Option<(Field, Strength)> {
    if header.trim() == SS12000_YEAR_GROUP {
        return Some((Field::YearGroup, Strength::Strong));
    }
    // No header begins with a digit, but most texts in rows that are searched for headers do.
    if header.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    BY_NAME.get(folded(header).as_str()).copied()
}

/// Fields and strengths by header, in folded form.
static BY_NAME: LazyLock<HashMap<&str, (Field, Strength)>> = LazyLock::new(|| {
    let of = |names: &'static [&'static str], field: Field, strength: Strength| {
        names.iter().map(move |name| (*name, (field, strength)))
    };
    let both = |(field, strong, weak): &FieldNames| {
        of(strong, *field, Strength::Strong).chain(of(weak, *field, Strength::Weak))
    };
    SYNONYMS.iter().flat_map(both).collect()
});

/// Some headers of a field in their usual spelling, for messages.
pub(super) const fn examples(field: Field) -> &'static str {
    match field {
        Field::Student => "Personnummer, Löpnummer, Elev-id, student_id",
        Field::Year => "Antagningsår, Läsår, År, year",
        Field::Home => "Hemkommunkod, Hemkommun, Folkbokföringskommun, home",
        Field::Unit => "Skolenhetskod, Skolenhet, schoolUnitCode, unit",
        Field::Programme => "Studievägskod, Programkod, Program, programme",
        Field::YearGroup => "Årskurs, ÅK, year_group, schoolYear",
        Field::Count => "Antal elever, Antal, students, count",
        Field::Seats => "Antal platser, Platser, Utbildningsplatser, seats",
        Field::SeatsAdmission => "Platser antagning, seats_admission",
        Field::SeatsOctober => "Platser 15 oktober, Platser oktober, seats_october",
        Field::From => "Startdatum, Från och med, start_date",
        Field::To => "Slutdatum, Till och med, end_date",
        Field::Time => "Tidpunkt, Mättillfälle, time",
        Field::Protected => "Sekretessmarkering, Skyddad identitet, securityMarking",
    }
}

/// All headers of a field, strong ones first, in folded form.
pub(super) fn names(field: Field) -> impl Iterator<Item = &'static str> {
    SYNONYMS
        .iter()
        .filter(move |(f, ..)| *f == field)
        .flat_map(|(_, strong, weak)| strong.iter().chain(*weak))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_name_is_listed_once_and_folded() {
        let all: Vec<&str> = Field::ALL.into_iter().flat_map(names).collect();
        let distinct: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(distinct.len(), all.len());
        assert!(all.iter().all(|name| folded(name) == *name));
        for field in Field::ALL {
            assert!(examples(field).split(", ").all(|name| field_of(name).is_some_and(|(f, _)| f == field)));
        }
    }

    #[test]
    fn headers_are_known_in_every_spelling() {
        use Strength::{Strong, Weak};
        for (header, wanted) in [
            ("Skol-enhetskod", Some((Field::Unit, Strong))),
            ("SKOLENHET KOD", Some((Field::Unit, Strong))),
            ("skolenhet", Some((Field::Unit, Weak))),
            ("Läsår", Some((Field::Year, Strong))),
            ("LASAR", Some((Field::Year, Strong))),
            ("schoolYear", Some((Field::YearGroup, Strong))),
            ("school_year", Some((Field::Year, Strong))),
            ("educationCode", Some((Field::Programme, Strong))),
            ("Antal\u{a0}elever", Some((Field::Count, Strong))),
            ("Kommun-kod", None),
            ("Skolkommun", None),
            ("Hemkommun Göteborg", None),
            ("", None),
        ] {
            assert_eq!(field_of(header), wanted, "{header}");
        }
    }
}
