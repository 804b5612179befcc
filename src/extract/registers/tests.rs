//! Tests of the register readers: a table of files and their results, and checks of the built-in Sweden.

mod found;

use super::*;
use crate::words::Lang;
use std::collections::BTreeSet;

/// The result of a file: a line for each row, or the id of an error and the line it names.
type Wanted = std::result::Result<&'static [&'static str], (&'static str, &'static str)>;
type Case = (&'static str, &'static [u8], Wanted);

/// Reads every file with `read` and compares the rows, written by `show`, and what was filled in, or the error. Every
/// error must have all its parts (where, found, wanted, hint), with no placeholder left, in both languages. Returns
/// the ids that occurred.
fn check<T>(
    cases: &[Case],
    read: impl Fn(&[u8]) -> Result<(Vec<T>, Notes)>,
    show: impl Fn(&T) -> String,
) -> BTreeSet<&'static str> {
    let (mut ids, mut wrong) = (BTreeSet::new(), Vec::new());
    for (name, input, wanted) in cases {
        match (read(input), wanted) {
            (Ok((rows, notes)), Ok(wanted)) => {
                let notes = notes.iter().map(|(filled, number)| format!("+ {} {number}", filled.as_str()));
                let got: Vec<String> = rows.iter().map(&show).chain(notes).collect();
                if got != *wanted {
                    wrong.push(format!("{name}: {got:#?}"));
                }
            }
            (Err(error), Err((id, place))) => {
                let messages = Lang::ALL.map(|lang| error.text(lang));
                let is_right = (error.id(), error.exit()) == (*id, crate::error::Exit::Input)
                    && messages.iter().all(|text| text.lines().count() == 5 && !text.contains(['{', '$']))
                    && messages.iter().all(|text| text.contains("register.csv"))
                    && messages[1].contains(place);
                if !is_right {
                    wrong.push(format!("{name}: {id} {}", messages.join("\n")));
                }
                ids.insert(*id);
            }
            (Ok((rows, notes)), _) => {
                wrong.push(format!("{name}: {:#?} {notes:?}", rows.iter().map(&show).collect::<Vec<_>>()));
            }
            (Err(error), _) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    ids
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "·".to_owned(), |v| v.to_string())
}

fn show_point(point: Option<Point>) -> String {
    text(point.map(|p| format!("{} {}", p.lat, p.lon)))
}

fn show_validity(validity: Validity) -> String {
    format!("{}–{}", text(validity.from), text(validity.to))
}

fn show_unit(u: &SchoolUnit) -> String {
    let provider = format!("{} {}", u.provider.code, u.provider.kind.as_str());
    let (point, validity) = (show_point(u.point), show_validity(u.validity));
    format!("{} {} {} {provider} {point} {validity} {}", u.code, u.name, u.municipality, text(u.successor.as_ref()))
}

const MUNICIPALITY_CASES: &[Case] = &[
    ("plain, sorted by code", b"code,name\n0115,B\n0114,A\n", Ok(&["0114 A · ·", "0115 B · ·"])),
    (
        "semicolons, decimal comma, any order, more columns, byte order mark, CRLF",
        b"\xef\xbb\xbflon;more;lat;name;code;county;more\r\n11,97;x;57,7;G\xc3\xb6teborg;1480;V\xc3\xa4stra;y\r\n",
        Ok(&["1480 Göteborg Västra 57.7 11.97"]),
    ),
    ("tab, Windows-1252, bare CR", b"code\tname\r1480\tG\xf6teborg\r", Ok(&["1480 Göteborg · ·"])),
    ("UTF-16", b"\xff\xfec\0o\0d\0e\0,\0n\0a\0m\0e\0\n\x001\0,\0A\0", Ok(&["1 A · ·"])),
    (
        "quoted separator, blanks, no name, short row",
        b"code,name,county\n 1 ,\"A, B \", C\n2\n",
        Ok(&["1 A, B C ·", "2 2 · ·"]),
    ),
    ("empty fields beyond the header", b"code,name\n1,A,,\n", Ok(&["1 A · ·"])),
    ("empty lines and trailing empty columns", b"\n\ncode,name,,\n\n1,A,,\n,,,\n", Ok(&["1 A · ·"])),
    ("no coordinates in one row", b"code;name;lat;lon\n1;A;;\n2;B;-33.5;151\n", Ok(&["1 A · ·", "2 B · -33.5 151"])),
    ("empty file", b"", Err(("error-register-empty", ""))),
    ("byte order mark and blanks only", b"\xef\xbb\xbf \n", Err(("error-register-empty", ""))),
    ("no text", b"co\0de,na\0me\n1,A\n", Err(("error-register-binary", ""))),
    ("header only", b"code,name\n", Err(("error-register-no-rows", "0 rows"))),
    ("no header", b"0114,Upplands\n", Err(("error-register-no-header", "…, Upplands"))),
    ("wrong delimiter", b"code:name\n1:A\n", Err(("error-register-column", "found: code:name"))),
    ("column missing", b"code,county\n1,A\n", Err(("error-register-column", "code, county"))),
    ("other names", b"area,label\n1,A\n", Err(("error-register-column", "area, label"))),
    (
        "column nearly there",
        b"\nKommunkood;Namn\n1;A\n",
        Err(("error-register-column-near", "line 2\n  found: Kommunkood, Namn")),
    ),
    ("names of Swedish tables", b"\nKod;Namn\n1;A\n", Ok(&["1 A \u{b7} \u{b7}", "+ headers 2"])),
    (
        "a code and a name, names of counties and their codes",
        "kommun_kod,kommun,lan_kod,l\u{e4}n,gr\n0114,Upplands V\u{e4}sby,01,Stockholms l\u{e4}n,0\n".as_bytes(),
        Ok(&["0114 Upplands V\u{e4}sby Stockholms l\u{e4}n \u{b7}", "+ headers 3"]),
    ),
    ("other case", b"code,Name\n1,A\n", Ok(&["1 A \u{b7} \u{b7}", "+ headers 1"])),
    ("the contract's own name wins", b"Kommunkod,code,name\n9,1,A\n", Ok(&["1 A \u{b7} \u{b7}"])),
    (
        "two columns that fit alike",
        b"Kommunkod,Kommunnr,Kommun\n1,1,A\n",
        Err(("error-register-column-twice", "found: Kommunkod, Kommunnr")),
    ),
    ("column twice", b"code,name,code\n1,A,2\n", Err(("error-register-column-twice", "line 1"))),
    ("too many fields", b"code,name\n1,A\n2,B,C\n", Err(("error-register-row-long", "line 3\n  found: 3 fields"))),
    ("open quotation mark", b"code,name\n1,\"A\n2,B\n", Err(("error-register-value-lines", "line 2, column name"))),
    ("code empty", b"code,name\n\n1,A\n,B\n", Err(("error-register-code-empty", "line 4, column code"))),
    ("code reserved ?", b"code,name\n?,A\n", Err(("error-register-code-reserved", "found: ?"))),
    ("code reserved -", b"code,name\n-,A\n", Err(("error-register-code-reserved", "found: -"))),
    ("code reserved ALL", b"code,name\nALL,A\n", Err(("error-register-code-reserved", "found: ALL"))),
    ("code reserved OUT", b"code,name\nOUT,A\n", Err(("error-register-code-reserved", "found: OUT"))),
    ("code reserved ALL-x", b"code,name\nALL-x,A\n", Err(("error-register-code-reserved", "found: ALL-x"))),
    ("code that only looks reserved", b"code,name\nALLE,A\nall,B\n", Ok(&["ALLE A · ·", "all B · ·"])),
    (
        "code twice",
        b"code,name\n1,A\n2,B\n1,A\n",
        Err(("error-register-code-twice", "line 4\n  found: 1, also on line 2")),
    ),
    ("one coordinate", b"code,name,lat,lon\n1,A,57,\n", Err(("error-register-coordinate-alone", "column lon"))),
    ("one coordinate column", b"code,name,lon\n1,A,57\n", Err(("error-register-coordinate-alone", "column lat"))),
    ("no number", b"code,name,lat,lon\n1,A,57,east\n", Err(("error-register-coordinate", "found: east"))),
    ("not finite", b"code,name,lat,lon\n1,A,NaN,11\n", Err(("error-register-coordinate", "found: NaN"))),
    ("metres", b"code,name,lat,lon\n1,A,6400000,320000\n", Err(("error-register-coordinate-range", "to 90"))),
    ("too far east", b"code,name,lat,lon\n1,A,57,181\n", Err(("error-register-coordinate-range", "to 180"))),
    (
        "latitude and longitude swapped",
        b"code,name,lat,lon\n1480,A,11.97,57.7\n",
        Err(("error-register-coordinates-swapped", "wanted: lat 57.7, lon 11.97")),
    ),
    ("a place of another country", b"code,name,lat,lon\nX1,A,11.97,57.7\n", Ok(&["X1 A · 11.97 57.7"])),
];

const UNIT_CASES: &[Case] = &[
    (
        "all kinds, all columns",
        b"code,name,municipality,provider,provider_kind,lat,lon,valid_from,valid_to,successor\n\
          1,A,1480,1480,municipal,57.7,11.9,2011,2022,2\n2,A,1480,I,independent,,,,,\n3,C,1480,R,region,,,2020,,\n\
          4,D,1481,S,state,,,,2024,\n5,E,1481,F,federation,,,,,\n",
        Ok(&[
            "1 A 1480 1480 municipal 57.7 11.9 2011–2022 2",
            "2 A 1480 I independent · ·–· ·",
            "3 C 1480 R region · 2020–· ·",
            "4 D 1481 S state · ·–2024 ·",
            "5 E 1481 F federation · ·–· ·",
        ]),
    ),
    (
        "unknown kind",
        b"code,name,municipality,provider,provider_kind\n1,A,1480,1480,kommunal?\n",
        Err(("error-register-word", "found: kommunal?\n  wanted: municipal, region")),
    ),
    (
        "municipality without its zero",
        b"code,name,municipality,provider,provider_kind\n1,A,114,I,independent\n",
        Err(("error-register-unit-municipality", "found: 114")),
    ),
    (
        "no municipality",
        b"code,name,municipality,provider,provider_kind\n1,A,,I,independent\n",
        Err(("error-register-code-empty", "column municipality")),
    ),
    (
        "provider that tables use as a mark",
        b"code,name,municipality,provider,provider_kind\n1,A,1480,ALL,independent\n",
        Err(("error-register-code-reserved", "column provider")),
    ),
    (
        "municipal provider by its name",
        b"code,name,municipality,provider,provider_kind\n1,A,1480,Place,municipal\n",
        Err(("error-register-unit-provider", "found: Place")),
    ),
    (
        "municipal unit in another municipality",
        b"code,name,municipality,provider,provider_kind\n1,A,1480,1481,municipal\n",
        Ok(&["1 A 1480 1481 municipal · ·–· ·"]),
    ),
    (
        "versions of a unit that overlap",
        b"code,name,municipality,provider,provider_kind,valid_from,valid_to\n1,A,1480,P,region,2020,2022\n1,B,1480,P,region,2022,\n",
        Err(("error-register-periods", "line 3\n  found: 2022\u{2013}, and on line 2 2020\u{2013}2022")),
    ),
    (
        "versions of a unit, one after the other",
        b"code,name,municipality,provider,provider_kind,valid_from,valid_to\n1,B,1480,P,region,2022,\n1,A,1480,P,region,,2021\n",
        Ok(&["1 A 1480 P region · ·–2021 ·", "1 B 1480 P region · 2022–· ·"]),
    ),
    (
        "one provider, two kinds",
        b"code,name,municipality,provider,provider_kind\n1,A,1480,P,region\n2,B,1480,P,state\n",
        Err(("error-register-provider-kinds", "line 3, column provider_kind\n  found: state; on line 2 region")),
    ),
    (
        "swapped beside its municipality",
        b"code,name,municipality,provider,provider_kind,lat,lon\n1,A,1480,I,independent,11.9,57.7\n",
        Err(("error-register-coordinates-swapped", "lat 57.7, lon 11.9")),
    ),
    (
        "successor from another register",
        b"code,name,municipality,provider,provider_kind,successor\n1,A,1480,I,independent,2\n9,A,1480,I,independent,1\n",
        Err(("error-register-successor", "line 2")),
    ),
];

const PROGRAMME_CASES: &[Case] = &[
    (
        "all kinds",
        b"code,name,kind,valid_from,valid_to,successor\nHA,H,vocational,,2021,FS\nFS,F,vocational,2022,,\n\
          NA,N,preparatory,,,\nIMV,V,introduction,2019,2019,\nZZ,,other,,,\n",
        Ok(&[
            "FS F vocational 2022–· ·",
            "HA H vocational ·–2021 FS",
            "IMV V introduction 2019–2019 ·",
            "NA N preparatory ·–· ·",
            "ZZ ZZ other ·–· ·",
        ]),
    ),
    ("unknown kind", b"code,name,kind\nHA,H,national\n", Err(("error-register-word", "found: national"))),
    (
        "kinds in Swedish",
        "Programkod;Program;Typ\nBA;Bygg;yrkesprogram\nNA;Natur;H\u{f6}gskolef\u{f6}rberedande\nIMV;V;Introduktionsprogram\n".as_bytes(),
        Ok(&[
            "BA Bygg vocational \u{b7}\u{2013}\u{b7} \u{b7}",
            "IMV V introduction \u{b7}\u{2013}\u{b7} \u{b7}",
            "NA Natur preparatory \u{b7}\u{2013}\u{b7} \u{b7}",
            "+ headers 3",
            "+ kinds 3",
        ]),
    ),
    ("no kind", b"code,name,kind\nHA,H,\n", Err(("error-register-word", "column kind"))),
    (
        "a school year",
        b"code,name,kind,valid_to\nHA,H,other,2021/22\n",
        Err(("error-register-year", "found: 2021/22")),
    ),
    ("two digits", b"code,name,kind,valid_from\nHA,H,other,21\n", Err(("error-register-year", "found: 21"))),
    ("a sign", b"code,name,kind,valid_from\nHA,H,other,+2021\n", Err(("error-register-year", "column valid_from"))),
    (
        "ends before it begins",
        b"code,name,kind,valid_from,valid_to\nHA,H,other,2022,2021\n",
        Err(("error-register-validity", "valid_from 2022, valid_to 2021")),
    ),
    (
        "its own successor",
        b"code,name,kind,successor\nHA,H,other,HA\n",
        Err(("error-register-successor-loop", "line 2")),
    ),
    (
        "successors in a circle that begins later",
        b"code,name,kind,successor\nA,A,other,B\nB,B,other,C\nC,C,other,B\n",
        Err(("error-register-successor-loop", "line 3")),
    ),
];

#[test]
fn files_give_rows_or_an_error() {
    let places = [("0114", "Ale"), ("1480", "G\u{f6}teborg"), ("1481", "Bor\u{e5}s"), ("1", "Twin"), ("2", "Twin")]
        .map(|(code, name)| Municipality {
            code: Text::from(code),
            name: Text::from(name),
            county: None,
            point: (code == "1480").then_some(Point { lat: 57.7, lon: 12.0 }),
        });
    let source = "register.csv";
    let mut met = BTreeSet::new();
    met.extend(check(
        MUNICIPALITY_CASES,
        |bytes| municipalities(source, bytes),
        |m| format!("{} {} {} {}", m.code, m.name, text(m.county.as_ref()), show_point(m.point)),
    ));
    met.extend(check(UNIT_CASES, |bytes| units(source, bytes, &places), show_unit));
    met.extend(check(found::CASES, |bytes| units(source, bytes, &places), show_unit));
    met.extend(check(
        PROGRAMME_CASES,
        |bytes| programmes(source, bytes),
        |p| {
            let successor = text(p.successor.as_ref());
            format!("{} {} {} {} {successor}", p.code, p.name, p.kind.as_str(), show_validity(p.validity))
        },
    ));
    // Errors of the csv reader itself do not occur with decoded text and rows of optional texts; no case is larger
    // than the limit.
    met.extend(["error-register-row", "error-register-json-large"]);
    assert_eq!(met, Lang::Sv.ids("error-register-"), "every message has a case");
}

#[test]
fn the_built_in_municipalities_are_swedens() {
    let all = builtin_municipalities();
    assert_eq!(all.len(), 290);
    for m in &all {
        assert!(m.code.len() == 4 && m.code.bytes().all(|b| b.is_ascii_digit()), "{m:?}");
        assert!(m.county.as_ref().is_some_and(|county| county.ends_with(" län")), "{m:?}");
        assert!(m.point.is_some_and(|p| (55.0..70.0).contains(&p.lat) && (10.0..25.0).contains(&p.lon)), "{m:?}");
    }
    let counties: BTreeSet<(&str, &Text)> =
        all.iter().filter_map(|m| Some((&m.code[..2], m.county.as_ref()?))).collect();
    assert_eq!(counties.len(), 21, "a county's municipalities begin with its two digits");
    let gr = [
        ("1384", "Kungsbacka"),
        ("1401", "Härryda"),
        ("1402", "Partille"),
        ("1407", "Öckerö"),
        ("1415", "Stenungsund"),
        ("1419", "Tjörn"),
        ("1440", "Ale"),
        ("1441", "Lerum"),
        ("1462", "Lilla Edet"),
        ("1480", "Göteborg"),
        ("1481", "Mölndal"),
        ("1482", "Kungälv"),
        ("1489", "Alingsås"),
    ];
    for (code, name) in gr {
        assert!(all.iter().any(|m| &*m.code == code && &*m.name == name), "{code} {name}");
    }
}

#[test]
fn the_built_in_programmes_know_their_history() {
    let all = builtin_programmes();
    assert_eq!(all.len(), 42);
    let count = |kind| all.iter().filter(|p| p.kind == kind).count();
    assert_eq!(ProgrammeKind::ALL.map(count), [14, 8, 9, 11]);
    let last = |code: &str| all.iter().find(|p| &*p.code == code).map(|p| (p.validity, p.successor.as_deref()));
    let years = |from, to| Validity { from, to };
    assert_eq!(last("HA"), Some((years(None, Some(2021)), Some("FS"))));
    assert_eq!(last("FS"), Some((years(Some(2022), None), None)));
    assert_eq!(last("FR"), Some((years(Some(2023), None), None)));
    assert_eq!(last("HV"), Some((years(None, None), None)));
    assert_eq!(last("IMPRO"), Some((years(None, Some(2018)), Some("IMV"))));
    for p in all.iter().filter(|p| p.successor.is_some() && p.validity.to.is_some()) {
        let next = all.iter().find(|other| Some(&other.code) == p.successor.as_ref()).expect("checked by the reader");
        assert_eq!(p.validity.to.map(|to| to + 1), next.validity.from, "{} hands over to {}", p.code, next.code);
    }
}
