//! Registers of units as they occur in practice: tables with Swedish headers and gaps, and JSON of the national
//! register.

use super::*;

/// A unit in the documents of the national register, by its attributes and its organizer.
macro_rules! document {
    ($code:literal, $attributes:literal, $organizer:literal) => {
        concat!(
            r#"{"meta":{"extractDate":"2024-01-01"},"data":{"type":"schoolunit","schoolUnitCode":""#,
            $code,
            r#"","attributes":{"displayName":"A","schoolName":"S","#,
            $attributes,
            r#"}},"included":{"type":"organizer","#,
            $organizer,
            "}}\n"
        )
    };
}

/// Documents of three units, one per line; the third has these attributes.
macro_rules! three_documents {
    ($attributes:literal) => {
        concat!(
            document!(
                "00000011",
                r#""status":"AKTIV","municipalityCode":"1480","startdate":"2021-07-01","addresses":[
                   {"type":"POSTADRESS","geoCoordinates":null},{"type":"BESOKSADRESS","geoCoordinates":
                   {"latitude":"57.7","longitude":"11.97","coordinateSweRefN":"6399380","coordinateSweRefE":"319420"}}]"#,
                r#""attributes":{"displayName":"Kommunen","organizerType":"KOMMUN"},"organizationNumber":"2120001355""#
            ),
            document!(
                "00000012",
                r#""status":"PLANERAD","municipalityCode":1480,"startDate":"2024-10-15","addresses":[]"#,
                r#""attributes":{"organizerType":"ENSKILD","organizationNumber":5566778899}"#
            ),
            document!(
                "00000013",
                $attributes,
                r#""attributes":{"organizerType":"REGION","organizationNumber":"2321000131"}"#
            ),
        )
    };
}

pub(super) const CASES: &[Case] = &[
    (
        "a Swedish table: codes before names, kinds in Swedish, providers by rule",
        "skolenhetskod,skolenhet,kommun_kod,kommun,postort,huvudmannatyp,lat,lon,elever_avrundat\n\
         17221836,Älvgymnasiet,1480,Göteborg,Alafors,Kommunal,57.9,12.08,140\n\
         93221031,Yrket,0114,Ale,Nödinge,Fristående,,,280\n\
         93221032,Förbundet,0114,Ale,Nödinge,Kommunalförbund,,,280\n"
            .as_bytes(),
        Ok(&[
            "17221836 Älvgymnasiet 1480 1480 municipal 57.9 12.08 ·–· ·",
            "93221031 Yrket 0114 93221031 independent · ·–· ·",
            "93221032 Förbundet 0114 93221032 federation · ·–· ·",
            "+ headers 4",
            "+ kinds 3",
            "+ municipal_provider 1",
            "+ own_provider 2",
        ]),
    ),
    (
        "municipalities and providers by name",
        "Enhetskod;Namn;Lägeskommun;Huvudman;Driftsform;Giltig från;Giltig till;Ersätts av\n\
         11;A;Göteborg;Göteborgs kommun;Kommunal;2020;2022;12\n12;B;BORÅS;Borås stad;KOMMUN;;;\n13;C;1481;Bolaget;Enskild;;;\n"
            .as_bytes(),
        Ok(&[
            "11 A 1480 1480 municipal · 2020–2022 12",
            "12 B 1481 1481 municipal · ·–· ·",
            "13 C 1481 Bolaget independent · ·–· ·",
            "+ headers 8",
            "+ kinds 3",
            "+ municipality_names 2",
            "+ provider_names 2",
        ]),
    ),
    (
        "a name that two municipalities have",
        b"Enhetskod;Namn;Kommun;Driftsform\n11;A;Twin;Kommunal\n",
        Err(("error-register-unit-municipality", "found: Twin")),
    ),
    (
        "organisation numbers: the municipality where most units lie; of a person: none",
        b"Enhetskod;Namn;Kommunkod;Organisationsnummer;Huvudmannatyp\n11;A;1480;212000-1355;Kommunal\n\
          12;B;1480;2120001355;Kommunal\n13;C;0114;212000-1355;Kommunal\n14;D;1481;212000-1356;Kommunal\n\
          15;E;1481;556677-8899;Enskild\n16;F;1481;19640823-3234;Enskild\n",
        Ok(&[
            "11 A 1480 1480 municipal · ·–· ·",
            "12 B 1480 1480 municipal · ·–· ·",
            "13 C 0114 1480 municipal · ·–· ·",
            "14 D 1481 1481 municipal · ·–· ·",
            "15 E 1481 5566778899 independent · ·–· ·",
            "16 F 1481 16 independent · ·–· ·",
            "+ headers 5",
            "+ kinds 6",
            "+ provider_numbers 4",
            "+ provider_elsewhere 1",
            "+ person_provider 1",
        ]),
    ),
    (
        "no kind: a municipality is municipal, and a word for a kind is one",
        b"code,name,municipality,provider\n11,A,1480,1480\n12,B,1480,Enskild\n",
        Ok(&[
            "11 A 1480 1480 municipal · ·–· ·",
            "12 B 1480 12 independent · ·–· ·",
            "+ kinds 1",
            "+ municipal_kind 1",
            "+ own_provider 1",
        ]),
    ),
    (
        "a kind that cannot be known",
        b"code,name,municipality,provider\n11,A,1480,1480\n12,B,1480,Bolaget\n",
        Err(("error-register-kind", "line 3")),
    ),
    ("no provider at all", b"code,name,municipality\n11,A,1480\n", Err(("error-register-column", "provider_kind"))),
    (
        "a unit whose code is another provider's cannot be its own",
        b"code,name,municipality,provider,provider_kind\nP,A,1480,,independent\n12,B,1480,P,independent\n",
        Err(("error-register-code-empty", "line 2, column provider")),
    ),
    (
        "documents of the national register, a line each",
        three_documents!(r#""status":"UPPHORT","municipalityCode":"114","endDate":"2022-06-30""#)
        .as_bytes(),
        Err(("error-register-unit-municipality", "line 5, column municipality\n  found: 114")),
    ),
    (
        "states, days and kinds of the national register",
        concat!(
            three_documents!(r#""status":"UPPHORT","municipalityCode":114,"endDate":"2022-06-30""#),
            document!(
                "00000014",
                r#""status":"UPPHORT","municipalityCode":"1480","endDate":"2022-12-31T00:00:00""#,
                r#""attributes":{"organizerType":"STAT","organizationNumber":"2021004185"}"#
            ),
            document!(
                "00000015",
                r#""status":"UPPHORT","municipalityCode":"1480""#,
                r#""attributes":{"organizerType":"KOMMFORB","organizationNumber":"2220000001"}"#
            ),
            document!("00000016", r#""status":"AKTIV""#, r#""attributes":{"organizerType":"HMANUTL"}"#),
            document!(
                "00000017",
                r#""status":"VILANDE","municipalityCode":"1480""#,
                r#""attributes":{"organizerType":"SPECIAL","organizationNumber":"2021000001"}"#
            ),
        )
        .as_bytes(),
        Ok(&[
            "00000011 A 1480 1480 municipal 57.7 11.97 ·–· ·",
            "00000012 A 1480 5566778899 independent · 2025–· ·",
            "00000013 A 0114 2321000131 region · ·–2021 ·",
            "00000014 A 1480 2021004185 state · ·–2022 ·",
            "00000015 A 1480 2220000001 federation · ·–· ·",
            "00000017 A 1480 2021000001 state · ·–· ·",
            "+ documents 6",
            "+ kinds 6",
            "+ provider_numbers 1",
            "+ no_end 1",
            "+ starts 1",
            "+ abroad 1",
        ]),
    ),
    (
        "a list in a wrapper, flat, keys in any case, metres",
        br#"{"Count":1,"Units":[{"SCHOOLUNITCODE":"11","schoolName":"A","MunicipalityCode":"1480","Status":"aktiv",
            "Organizer":{"OrganizationNumber":"2120001355","OrganizerType":"kommun"},
            "Addresses":{"geocoordinates":[{"coordinateSystem":"SWEREF 99 TM","northing":"6 400 000,0","easting":500000}]}}]}"#,
        Ok(&[
            "11 A 1480 1480 municipal 57.742118505 15 ·–· ·",
            "+ documents 1",
            "+ kinds 1",
            "+ provider_numbers 1",
            "+ converted 1",
        ]),
    ),
    (
        "zeros for no coordinates",
        br#"[{"schoolUnitCode":"11","name":"A","municipalityCode":"1480","organizerType":"ENSKILD",
             "addresses":[{"geoCoordinates":{"latitude":"0","longitude":"0"}},{"geoCoordinates":{"latitude":57.5,"longitude":12.5}}]}]"#,
        Ok(&["11 A 1480 11 independent 57.5 12.5 ·–· ·", "+ documents 1", "+ kinds 1", "+ own_provider 1"]),
    ),
    (
        "the register's list of all units",
        br#"{"data":{"type":"schoolunit","attributes":[{"schoolUnitCode":"11","name":"A","status":"AKTIV"}]}}"#,
        Err(("error-register-json-short", "found: the unit 11 without municipalityCode, organizerType")),
    ),
    ("JSON that breaks off", br#"{"schoolUnitCode":"11","#, Err(("error-register-json", "line 1, column 23"))),
    ("JSON of something else", br#"{"type":"FeatureCollection"}"#, Err(("error-register-json-units", ""))),
    (
        "JSON too deep",
        &[b'['; 4096],
        Err(("error-register-json", "line 1")),
    ),
    (
        "an unknown state",
        b"[\n{\"schoolUnitCode\":\"11\",\"municipalityCode\":\"1480\",\"organizerType\":\"STAT\",\"status\":\"STENGD\"}]",
        Err(("error-register-word", "line 2, column status\n  found: STENGD\n  wanted: AKTIV")),
    ),
    (
        "an unknown kind of organizer",
        br#"[{"schoolUnitCode":"11","municipalityCode":"1480","organizerType":"KLOSTER"}]"#,
        Err(("error-register-word", "found: KLOSTER")),
    ),
    (
        "a day that is none",
        br#"[{"schoolUnitCode":"11","municipalityCode":"1480","organizerType":"STAT","startdate":"1 juli 2021"}]"#,
        Err(("error-register-date", "startdate\n  found: 1 juli 2021")),
    ),
    (
        "northing and easting turned round",
        br#"[{"schoolUnitCode":"11","municipalityCode":"1480","organizerType":"STAT",
             "addresses":[{"geoCoordinates":{"coordinateSweRefN":319420,"coordinateSweRefE":6399380}}]}]"#,
        Err(("error-register-metres", "found: N 319420, E 6399380")),
    ),
    (
        "an unknown system of coordinates",
        br#"[{"schoolUnitCode":"11","municipalityCode":"1480","organizerType":"STAT",
             "addresses":[{"geoCoordinates":{"coordinateSystem":"RT90","north":1,"east":2}}]}]"#,
        Err(("error-register-word", "column coordinateSystem\n  found: RT90")),
    ),
    (
        "half a place",
        br#"[{"schoolUnitCode":"11","municipalityCode":"1480","organizerType":"STAT",
             "addresses":[{"geoCoordinates":{"latitude":57.5}}]}]"#,
        Err(("error-register-coordinate-alone", "column longitude")),
    ),
];

/// A workbook with one sheet.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, fields) in (0..).zip(rows) {
        for (column, field) in (0..).zip(*fields) {
            sheet.write(row, column, *field).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_a_register_too() {
    let bytes = workbook(&[
        &["Skolenheter i regionen"],
        &[],
        &["Skolenhetskod", "Skolenhetens namn", "Kommunkod", "Huvudmannatyp", "Latitud", "Longitud"],
        &["17221836", "Älvgymnasiet", "1480", "Kommunal", "57,9", "12,08"],
    ]);
    let (units, notes) = units("register.xlsx", &bytes, &builtin_municipalities()).unwrap();
    assert_eq!(
        units.iter().map(show_unit).collect::<Vec<_>>(),
        ["17221836 Älvgymnasiet 1480 1480 municipal 57.9 12.08 ·–· ·"]
    );
    assert_eq!(notes.iter().next(), Some((Filled::Headers, 6)));
    let damaged = units_of(&bytes[..200]);
    assert!(damaged.is_err());
}

fn units_of(bytes: &[u8]) -> Result<(Vec<SchoolUnit>, Notes)> {
    units("register.xlsx", bytes, &builtin_municipalities())
}

#[test]
fn registers_of_units_are_distinguished_from_extracts() {
    for (text, wanted) in [
        ("skolenhetskod,skolenhet,kommun_kod,kommun,huvudmannatyp\n1,A,1480,G,Kommunal\n", true),
        ("code,name,municipality,provider,provider_kind\n1,A,1480,1480,municipal\n", true),
        ("schoolUnitCode;displayName;municipalityCode\n1;A;1480\n", true),
        ("Skolenhetskod;Skolenhet;Kommunkod;Antal\n1;A;1480;5\n", false),
        ("Personnummer;Hemkommun;Skolenhetskod;Skolenhet\n1;1480;1;A\n", false),
        ("Skolenhetskod;Program;Platser;Tidpunkt\n1;NA;5;oktober\n", false),
        ("kommun_kod,kommun,lan\n1480,G,V\n", false),
        ("{\"data\":{\"schoolUnitCode\":\"1\"}}", true),
        ("[{\"SchoolunitCode\" :\"1\"}]", true),
        ("{\"type\":\"FeatureCollection\"}", false),
        ("", false),
        ("PK\u{3}\u{4}", false),
    ] {
        assert_eq!(is_unit_register("x", Content::Memory(text.as_bytes().to_vec())), wanted, "{text}");
    }
}
