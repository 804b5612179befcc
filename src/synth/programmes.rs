//! The programmes of the invented students: their popularity and their study path codes.

use crate::model::{ProgrammeKind, UNKNOWN, Year};
use ProgrammeKind::{Introduction, Preparatory, Vocational};

/// A programme's position in [`PROGRAMMES`].
pub type ProgrammeIndex = u8;

/// A programme of the invented world.
pub struct InventedProgramme {
    /// Code in the programme register; `?` is the programme of unknown codes.
    pub code: &'static str,
    /// Kind; `None` for `?`.
    pub kind: Option<ProgrammeKind>,
    /// Share of the choices within its population (national or introduction), in thousandths.
    pub weight: u64,
    /// Orientations, characters 3–5 of the study path code.
    pub orientations: &'static [&'static str],
}

const fn entry(
    code: &'static str,
    kind: ProgrammeKind,
    weight: u64,
    orientations: &'static [&'static str],
) -> InventedProgramme {
    InventedProgramme { code, kind: Some(kind), weight, orientations }
}

/// The programmes in the order of their codes.
pub const PROGRAMMES: &[InventedProgramme] = &[
    InventedProgramme { code: UNKNOWN, kind: None, weight: 0, orientations: &[] },
    entry("BA", Vocational, 44, &["HUS", "ANL", "MAR", "MAL", "PLA"]),
    entry("BF", Vocational, 31, &["PED", "SOC", "FRI"]),
    entry("EE", Vocational, 52, &["ELT", "DAT", "AUT", "ENE"]),
    entry("EK", Preparatory, 172, &["EKO", "JUR"]),
    entry("ES", Preparatory, 52, &["BIL", "EST", "MUS", "TEA", "DAN"]),
    entry("FR", Vocational, 14, &["FRI", "HAR"]),
    entry("FS", Vocational, 31, &["000"]),
    entry("FT", Vocational, 44, &["PER", "TRA", "KAR", "LAS"]),
    entry("HA", Vocational, 0, &["HAN", "ADM"]),
    entry("HT", Vocational, 10, &["HOT", "TUR"]),
    entry("HU", Preparatory, 8, &["SPR", "KUL"]),
    entry("HV", Vocational, 11, &["FRI", "FLO", "TEX"]),
    entry("IB", Preparatory, 12, &["000"]),
    entry("IMA", Introduction, 300, &[]),
    entry("IMS", Introduction, 280, &[]),
    entry("IMV", Introduction, 230, &[]),
    entry("IMY", Introduction, 190, &[]),
    entry("IN", Vocational, 20, &["DRI", "PRO", "SVE", "PRC"]),
    entry("NA", Preparatory, 142, &["NAT", "NAS"]),
    entry("NB", Vocational, 23, &["DJU", "LAN", "SKO", "TRA"]),
    entry("RL", Vocational, 14, &["KOK", "BAG", "FAR"]),
    entry("SA", Preparatory, 166, &["BET", "SAM", "MED"]),
    entry("TE", Preparatory, 98, &["TEK", "DES", "INF", "PRO", "SAM"]),
    entry("VF", Vocational, 22, &["VVS", "FAS", "KYL"]),
    entry("VO", Vocational, 34, &["000"]),
];

/// The programme of unknown codes.
pub const UNKNOWN_PROGRAMME: ProgrammeIndex = 0;

/// Unknown codes, as written in the extracts.
pub const UNKNOWN_PATHS: [&str; 3] = ["QXQXQ0000", "ZZ0000", ""];

/// The position of a code.
pub fn find(code: &str) -> Option<ProgrammeIndex> {
    PROGRAMMES.iter().position(|p| p.code == code).map(|i| i as ProgrammeIndex)
}

/// Whether the programme belongs to the population of national programmes.
pub fn is_national(programme: ProgrammeIndex) -> bool {
    matches!(PROGRAMMES[programme as usize].kind, Some(Vocational | Preparatory))
}

/// Whether it is an introduction programme.
pub fn is_introduction(programme: ProgrammeIndex) -> bool {
    PROGRAMMES[programme as usize].kind == Some(Introduction)
}

/// First and last autumn of admission of the programmes that have one, as in the built-in register.
const YEARS: &[(&str, Option<Year>, Option<Year>)] = &[
    ("FR", Some(2023), None),
    ("FS", Some(2022), None),
    ("HA", None, Some(2021)),
    ("IMA", Some(2019), None),
    ("IMV", Some(2019), None),
    ("IMY", Some(2019), None),
];

/// Whether the programme takes students in this autumn; always true for the unknown programme.
pub fn is_valid(programme: ProgrammeIndex, cohort: Year) -> bool {
    let code = PROGRAMMES[programme as usize].code;
    let years = YEARS.iter().find(|(c, ..)| *c == code);
    years.is_none_or(|(_, from, to)| from.is_none_or(|from| from <= cohort) && to.is_none_or(|to| cohort <= to))
}

/// The code of a programme in that year of admission: HA became FS in 2022, FR was split from HV in 2023.
pub fn as_called(chosen: &str, cohort: Year) -> &str {
    match chosen {
        "FS" if cohort <= 2021 => "HA",
        "FR" if cohort <= 2022 => "HV",
        other => other,
    }
}

/// The retired code that a few students still have from that year on, if their unit offers its successor: successor,
/// retired code, first autumn.
pub const RETIRED: (&str, &str, Year) = ("FS", "HA", 2022);

/// All study path codes of a programme: first the plain ones, then those of apprentices (`L` as character 7).
pub fn paths(programme: ProgrammeIndex) -> Vec<Vec<u8>> {
    let InventedProgramme { code, kind, orientations, .. } = &PROGRAMMES[programme as usize];
    match kind {
        None => UNKNOWN_PATHS.iter().map(|p| p.as_bytes().to_vec()).collect(),
        Some(Introduction) => vec![code.as_bytes().to_vec()],
        Some(kind) => {
            let endings: &[&str] = if *kind == Vocational { &["0000", "0", "0000", "0L00"] } else { &["0000", "0"] };
            let whole = |ending| orientations.iter().map(move |o| format!("{code}{o}{ending}").into_bytes());
            endings.iter().flat_map(|ending| whole(*ending)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Code, kind and years agree with the built-in register of programmes.
    #[test]
    fn programmes_agree_with_the_built_in_register() {
        let mut rows = csv::Reader::from_reader(include_bytes!("../../data/sweden/programmes.csv").as_slice());
        let register: Vec<(String, String, String, String, String, String)> =
            rows.deserialize().collect::<Result<_, _>>().unwrap();
        for ours in &PROGRAMMES[1..] {
            let theirs = register.iter().find(|r| r.0 == ours.code).expect(ours.code);
            assert_eq!(ours.kind.map(ProgrammeKind::as_str), Some(&*theirs.2), "{}", ours.code);
            for year in 2010..2030_u16 {
                let valid = theirs.3.parse().map_or(true, |from: u16| from <= year)
                    && theirs.4.parse().map_or(true, |to: u16| year <= to);
                assert_eq!(is_valid(find(ours.code).unwrap(), year), valid, "{} in {year}", ours.code);
                let called = as_called(ours.code, year);
                let is_chosen = ours.weight > 0 && ours.kind != Some(Introduction);
                assert!(valid || called != ours.code || !is_chosen, "{} in {year}", ours.code);
            }
        }
        for path in UNKNOWN_PATHS {
            assert!(!register.iter().any(|r| path.starts_with(&r.0)), "{path}");
        }
    }

    #[test]
    fn codes_are_sorted_and_paths_have_six_to_nine_characters() {
        assert!(PROGRAMMES.windows(2).all(|w| w[0].code < w[1].code));
        for (i, programme) in PROGRAMMES.iter().enumerate().skip(1) {
            let paths = paths(i as ProgrammeIndex);
            assert!(paths.iter().all(|p| p.starts_with(programme.code.as_bytes())), "{}", programme.code);
            let fits = |p: &Vec<u8>| (6..=9).contains(&p.len()) || programme.kind == Some(Introduction);
            assert!(paths.iter().all(fits), "{}", programme.code);
        }
    }
}
