//! Published totals of real sets (England, Leeds, Swiss cantons), matched exactly, and their maps.
//!
//! The files are not part of the project; the variable `ELEVFLODE_SHARED` names their folder. The tests of this module
//! are ignored unless requested: `cargo test --test all reference:: -- --ignored`.

mod maps;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use elevflode::model::FewUnits;

use crate::support::{Folder, Row, number, row, sum};

/// The folder of the files.
fn shared() -> PathBuf {
    let folder = std::env::var_os("ELEVFLODE_SHARED").filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = folder.expect("set ELEVFLODE_SHARED to the folder of the reference files");
    fs::canonicalize(&folder).unwrap_or_else(|e| panic!("ELEVFLODE_SHARED {folder:?}: {e}"))
}

/// A folder in which each place is a municipality, a provider and a unit; by default with the built-in programmes.
fn region(places: &BTreeSet<String>, programmes: &str, config: &str) -> Folder {
    let mut municipalities = "code,name\n".to_owned();
    let mut units = "code,name,municipality,provider,provider_kind\n".to_owned();
    for place in places {
        writeln!(municipalities, "{place},{place}").unwrap();
        writeln!(units, "{place},{place},{place},{place},municipal").unwrap();
    }
    let listed: Vec<String> = places.iter().map(|p| format!("{p:?}")).collect();
    let own = if programmes.is_empty() { "" } else { "programmes = \"p.csv\"\n" };
    let registers = format!("[registers]\nmunicipalities = \"m.csv\"\nunits = \"u.csv\"\n{own}");
    let head = format!("[region]\nname = \"Test\"\nmunicipalities = [{}]\n{registers}", listed.join(", "));
    Folder::with(&[
        ("m.csv", &municipalities),
        ("u.csv", &units),
        ("p.csv", &format!("code,name,kind\n{programmes}")),
        ("elevflode.toml", &format!("{head}{config}")),
    ])
}

fn places(text: &str, columns: &[usize]) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    records.iter().flat_map(|r| columns.iter().map(|c| r[*c].to_owned())).filter(|p| p != "z").collect()
}

/// A folder with the school census of England, cross-border movement between authorities (Department for Education,
/// OGL); the last part of its config describes the extract.
fn england_set() -> Folder {
    let path = shared().join("data/real/england/england_cbm_long.csv");
    let text = fs::read_to_string(&path).unwrap();
    let config = format!(
        "[run]\npopulation = \"all\"\n[quality]\nmax_rejected = 0.07\n[[extract]]\nkind = \"october\"\npath = {path:?}\n\
         year = 2023\nrepeated = \"sum\"\n[extract.columns]\nhome = \"origin\"\nunit = \"destination\"\nprogramme = \"school_type\"\n\
         count = \"weight\"\n"
    );
    let programmes = "mainstream,Mainstream,other\nspecial,Special,other\n";
    region(&places(&text, &[0, 1]), programmes, &config)
}

#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn england() {
    let folder = england_set();
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);

    let quality = folder.table("out/tables/quality.csv");
    assert_eq!(sum(&quality, "rows"), 36_941);
    let unknown = row(&quality, &[("reason", "unknown_home")]);
    assert_eq!(number(unknown, "rows"), 2_337);
    let flows = folder.table("out/tables/flows.csv");
    let shares = folder.table("out/tables/shares.csv");
    for (programme, all, known, own, elsewhere, share) in [
        ("mainstream", 22_398_743, 22_366_464, 21_019_116, 1_347_348, "0.060240"),
        ("special", 360_074, 358_945, 327_343, 31_602, "0.088041"),
    ] {
        let of = |r: &&Row| r["programme"] == programme;
        assert_eq!(sum(flows.iter().filter(of), "students"), all, "{programme}");
        let key = [("population", "all"), ("home", "ALL"), ("programme", programme), ("snapshot", "october")];
        let region = row(&shares, &key);
        assert_eq!(number(region, "students"), known, "{programme}");
        assert_eq!(number(region, "own_provider"), own, "{programme}");
        assert_eq!(number(region, "cross_provider"), elsewhere, "{programme}");
        assert_eq!(region["cross_provider_share"], share, "{programme}");
    }
    let unknown = |r: &&Row| r["home"] == "?" && r["programme"] == "mainstream";
    assert_eq!(sum(flows.iter().filter(unknown), "students"), 32_279);
    let moving = |r: &&Row| r["home"] != "?" && r["home"] != r["unit"] && r["programme"] == "mainstream";
    let largest = flows.iter().filter(moving).max_by_key(|r| number(r, "students")).unwrap();
    let flow = (&*largest["home"], &*largest["unit"], &*largest["students"]);
    assert_eq!(flow, ("E08000025", "E08000029", "19645"));

    folder.write(
        "elevflode.toml",
        &[
            fs::read(folder.path("elevflode.toml")).unwrap(),
            b"[extract.filter]\nschool_type = [\"mainstream\"]\n".to_vec(),
        ]
        .concat(),
    );
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "mainstream"]);
    let balance = folder.table("mainstream/tables/balance.csv");
    let nets: Vec<(i64, &str)> = balance
        .iter()
        .filter(|r| r["population"] == "all" && r["municipality"] != "ALL")
        .map(|r| (number(r, "net"), &*r["municipality"]))
        .collect();
    assert_eq!(nets.iter().map(|(net, _)| net).sum::<i64>(), 0);
    assert_eq!(nets.iter().max(), Some(&(15_499, "E08000029")));
    assert_eq!(nets.iter().min(), Some(&(-15_172, "E08000025")));
}

/// The authorities of England as regions of their own, and grouped by the first letters of their codes: what stays in a
/// region, and the students of each, are the sums of published numbers.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn england_by_region() {
    let folder = england_set();
    let register = folder.files("")["m.csv"].clone();
    let codes: Vec<String> =
        String::from_utf8(register).unwrap().lines().skip(1).map(|l| l[..9].to_owned()).collect();
    let config = String::from_utf8(folder.files("")["elevflode.toml"].clone()).unwrap();
    let by_county = config.replace("[run]\n", "[run]\ncompare = \"county\"\n");
    let known = 22_366_464 + 358_945;
    for (name, letters) in [("authority", 9), ("group", 3)] {
        let county = |code: &String| format!("{code},{code},region {}\n", &code[..letters]);
        let register = codes.iter().map(county).collect::<String>();
        folder.write("m.csv", format!("code,name,county\n{register}").as_bytes());
        folder.write("elevflode.toml", by_county.as_bytes());
        folder.done(&["report", "--release", "internal", "--only", "csv", "--out", name]);
        let rows = folder.table(&format!("{name}/tables/regions.csv"));
        let regions: BTreeSet<&str> = codes.iter().map(|code| &code[..letters]).collect();
        let of = |indicator: &str| -> Vec<&Row> {
            let of = |r: &&Row| r["population"] == "all" && r["indicator"] == indicator && r["region"] != "Test";
            rows.iter().filter(of).collect()
        };
        let (stay, cross) = (of("residents_stay"), of("cross_provider"));
        assert_eq!((stay.len(), cross.len()), (regions.len(), regions.len()));
        assert_eq!(sum(stay.iter().copied(), "denominator"), known, "{name}");
        assert_eq!(sum(cross.iter().copied(), "numerator"), 1_347_348 + 31_602, "{name}");
        let stays = sum(stay.iter().copied(), "numerator");
        if letters == 9 {
            assert_eq!(stays, 21_019_116 + 327_343);
            let balance = folder.table(&format!("{name}/tables/balance.csv"));
            for row in &stay {
                let of = [("population", "all"), ("municipality", &row["region"]["region ".len()..])];
                let place = self::row(&balance, &of);
                assert_eq!((&row["numerator"], &row["denominator"]), (&place["stay"], &place["residents"]));
            }
        } else {
            assert!(stays > 21_019_116 + 327_343 && stays < known, "{stays}");
        }
        // Four groups are too few for a statement about chance.
        let has_ranks = stay.iter().all(|row| row["rank_low"] != ".");
        assert_eq!(has_ranks, letters == 9, "{name}: {} regions", stay.len());
    }
}

/// Two year groups of England as if they were two years: the change of the share without remainder.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn england_changes_without_remainder() {
    let path = shared().join("data/real/england/england_cbm_long.csv");
    let text = fs::read_to_string(&path).unwrap();
    let extract = |group: u32, year: u32| {
        format!(
            "[[extract]]\nkind = \"october\"\npath = {path:?}\nyear = {year}\n[extract.columns]\nhome = \"origin\"\n\
             unit = \"destination\"\nprogramme = \"school_type\"\ncount = \"weight\"\n[extract.filter]\n\
             ncyear = [\"{group}\"]\n"
        )
    };
    let config = format!(
        "[run]\npopulation = \"all\"\n[quality]\nmax_rejected = 0.08\n{}{}",
        extract(6, 2022),
        extract(7, 2023)
    );
    let programmes = "mainstream,Mainstream,other\nspecial,Special,other\n";
    let folder = region(&places(&text, &[0, 1]), programmes, &config);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let change = folder.table("out/tables/change.csv");
    let millionths = |row: &Row| (row["effect_share"].parse::<f64>().unwrap() * 1e6).round() as i64;
    let of_region = |row: &&Row| row["scope"] == "region" && row["home"] == "ALL" && row["programme"] == "ALL";
    let rows: Vec<&Row> = change.iter().filter(of_region).filter(|row| row["population"] == "all").collect();
    assert_eq!(rows.len(), 7, "{rows:?}");
    let (total, factors): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(|row| row["factor"] == "ALL");
    assert_eq!(factors.into_iter().map(millionths).sum::<i64>(), millionths(total[0]));
    let shares = folder.table("out/tables/shares.csv");
    let share = |year: &str| {
        let key = [("population", "all"), ("home", "ALL"), ("programme", "ALL"), ("year", year)];
        let region = row(&shares, &key);
        number(region, "cross_provider") as f64 / number(region, "students") as f64
    };
    let wanted = share("2023") - share("2022");
    assert!((millionths(total[0]) as f64 / 1e6 - wanted).abs() < 1e-6, "{wanted}");
    // A third of the students change school at that age.
    assert!(wanted > 0.02, "{wanted}");
}

/// Students at schools by group, 2000 and 2005 (R package segregation, MIT): the mutual information index of both years in
/// natural logarithms, and what schools that closed and opened changed it by. Groups are homes here, and schools units.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn segregation_of_schools() {
    let files = [(2000, "schools00.csv"), (2005, "schools05.csv")];
    let texts = files.map(|(_, file)| fs::read_to_string(shared().join("reference").join(file)).unwrap());
    let extract = |(year, file): (u32, &str)| {
        let path = shared().join("reference").join(file);
        format!(
            "[[extract]]\nkind = \"october\"\npath = {path:?}\nyear = {year}\n[extract.columns]\nhome = \"race\"\n\
             unit = \"school\"\ncount = \"n\"\n"
        )
    };
    let config = format!("[run]\npopulation = \"all\"\n{}{}", extract(files[0]), extract(files[1]));
    let both = texts.concat();
    let known = places(&both, &[2, 3]).into_iter().filter(|place| !["school", "race"].contains(&place.as_str()));
    let folder = region(&known.collect(), "", &config);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let flows = folder.table("out/tables/flows.csv");
    let of_year = |year: &str| -> BTreeMap<(&str, &str), f64> {
        let rows = flows.iter().filter(|row| row["snapshot"] == "october" && row["year"] == year);
        rows.map(|row| ((row["unit"].as_str(), row["home"].as_str()), number(row, "students") as f64)).collect()
    };
    let mutual_information = |counts: &BTreeMap<(&str, &str), f64>| -> f64 {
        let (mut units, mut groups) = (BTreeMap::new(), BTreeMap::new());
        for ((unit, group), n) in counts {
            *units.entry(*unit).or_insert(0.0) += n;
            *groups.entry(*group).or_insert(0.0) += n;
        }
        let all: f64 = counts.values().sum();
        let term =
            |((unit, group), n): (&(&str, &str), &f64)| n / all * (n * all / (units[unit] * groups[group])).ln();
        counts.iter().map(term).sum()
    };
    let years = [of_year("2000"), of_year("2005")];
    let units = years.each_ref().map(|counts| counts.keys().map(|(unit, _)| *unit).collect::<BTreeSet<_>>());
    let continuing = years.clone().map(|mut counts| {
        counts.retain(|(unit, _), _| units.iter().all(|units| units.contains(unit)));
        mutual_information(&counts)
    });
    let [first, second] = years.each_ref().map(mutual_information);
    let found = [first, second, second - continuing[1], continuing[0] - first];
    assert_eq!(found.map(|value| format!("{value:.5}")), ["0.42554", "0.41339", "-0.00341", "-0.01141"]);
}

/// The English set exceeds the default tolerance: 6.3 % of its rows have no origin.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn england_exceeds_the_default_tolerance() {
    let shared = shared();
    let path = shared.join("data/real/england/england_cbm_long.csv");
    let text = fs::read_to_string(&path).unwrap();
    let config = format!(
        "[[extract]]\nkind = \"october\"\npath = {path:?}\nyear = 2023\n[extract.columns]\nhome = \"origin\"\n\
         unit = \"destination\"\nprogramme = \"school_type\"\ncount = \"weight\"\n"
    );
    let programmes = "mainstream,Mainstream,other\nspecial,Special,other\n";
    let folder = region(&places(&text, &[0, 1]), programmes, &config);
    let ran = folder.run(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("england_cbm_long.csv"), "{}", ran.err);
    assert!(folder.path("out/tables/flows.csv").is_file(), "a broken tolerance does not keep the results back");
}

/// A folder with commuting between zones of Leeds, 2011 census (OGL; from the R package od).
fn leeds_set() -> Folder {
    let path = shared().join("data/real/leeds/leeds_commute_od_2011.csv");
    let text = fs::read_to_string(&path).unwrap();
    let config = format!(
        "[run]\npopulation = \"all\"\n[[extract]]\nkind = \"october\"\npath = {path:?}\nyear = 2011\n[extract.columns]\n\
         home = \"geo_code1\"\nunit = \"geo_code2\"\ncount = \"all\"\n"
    );
    region(&places(&text, &[0, 1]), "", &config)
}

#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn leeds() {
    let folder = leeds_set();
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let shares = folder.table("out/tables/shares.csv");
    let key = [("population", "all"), ("home", "ALL"), ("programme", "ALL"), ("snapshot", "october")];
    let region = row(&shares, &key);
    assert_eq!(number(region, "students"), 236_326);
    assert_eq!(number(region, "own_provider"), 20_237);
    assert_eq!(region["cross_provider_share"], "0.914368");
    let balance = folder.table("out/tables/balance.csv");
    let places = balance.iter().filter(|r| r["population"] == "all" && r["municipality"] != "ALL");
    let largest = places.max_by_key(|r| number(r, "pupils_here")).unwrap();
    assert_eq!((&*largest["municipality"], number(largest, "pupils_here")), ("E02006875", 51_270));
    assert!(folder.table("out/tables/ledger.csv").is_empty(), "counted extracts have no ledger");
}

/// Migration between Swiss cantons (flowmapper README, MIT): total in + out per canton.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn swiss_migration() {
    let shared = shared();
    let text = fs::read_to_string(shared.join("reference/swiss_migration.csv")).unwrap();
    let mut long = "from,to,people\n".to_owned();
    for record in csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap) {
        let (a, b, there, back) = (&record[0], &record[1], &record[2], &record[7]);
        writeln!(long, "{a},{b},{there}\n{b},{a},{back}").unwrap();
    }
    let config = "[run]\npopulation = \"all\"\n[[extract]]\nkind = \"october\"\npath = \"long.csv\"\nyear = 2016\n\
                  [extract.columns]\nhome = \"from\"\nunit = \"to\"\ncount = \"people\"\n";
    let folder = region(&places(&text, &[0, 1]), "", config);
    folder.write("long.csv", long.as_bytes());
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let balance = folder.table("out/tables/balance.csv");
    for (canton, wanted) in [("Geneve", 7_679), ("Ticino", 4_756), ("Valais", 9_056), ("Graubunden", 7_884)] {
        let place = row(&balance, &[("population", "all"), ("municipality", canton)]);
        assert_eq!(number(place, "out") + number(place, "into"), wanted, "{canton}");
    }
}

/// A real export of Skolverket, read unchanged: preamble, BOM, footnotes, `..` distinct from `.`, codes kept.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn skolverket_export() {
    let shared = shared();
    let path = shared.join("data/formats/skolverket_export_sample.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (top, table) = text.split_once("\nSkola;").unwrap();
    let header_line = top.lines().count() as u64 + 1;
    let rows: Vec<Vec<&str>> =
        table.lines().skip(1).map(|line| line.split(';').collect()).filter(|r: &Vec<&str>| r[3].len() == 4).collect();
    let places: BTreeSet<String> = rows.iter().map(|r| r[3].to_owned()).collect();
    let column =
        |name: &str| format!("Skola;{table}").lines().next().unwrap().split(';').position(|h| h == name).unwrap();
    let shares = "Andel (%) elever som uppfyllt betygskriterierna i alla ämnen";
    for count in ["Antal elever", shares] {
        let position = column(count);
        let marks = |mark: &str| rows.iter().filter(|r| r[position].trim() == mark).count() as i64;
        let config = format!(
            "[quality]\nmax_rejected = 1.0\n[[extract]]\nkind = \"october\"\npath = {path:?}\nyear = 2024\n[extract.columns]\n\
             home = \"Kommun-kod\"\ncount = {count:?}\n"
        );
        let folder = region(&places, "", &config);
        let mut units = "code,name,municipality,provider,provider_kind\n".to_owned();
        let codes: BTreeSet<(&str, &str)> = rows.iter().map(|r| (r[1], r[3])).collect();
        for (code, place) in &codes {
            writeln!(units, "{code},{code},{place},{place},municipal").unwrap();
        }
        folder.write("u.csv", units.as_bytes());
        let ran = folder.done(&["check", "--json", "--out", "q"]);
        let printed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let source = &printed["sources"][0];
        assert_eq!(source["form"]["header"]["value"], header_line.to_string());
        assert_eq!(source["form"]["encoding"]["value"], "UTF-8 BOM");
        assert_eq!(source["columns"]["unit"]["header"], "Skol-enhetskod");
        let quality = folder.table("q/quality.csv");
        let of = |reason: &str| quality.iter().find(|r| r["reason"] == reason).map_or(0, |r| number(r, "rows"));
        assert_eq!(of("hidden_count"), marks(".."), "{count}");
        assert_eq!(of("missing_count"), marks("."), "{count}");
        let unknown: i64 = ["unknown_home", "unknown_unit", "malformed"].map(of).into_iter().sum();
        assert_eq!(unknown, 0, "{quality:?}");
        assert_eq!(
            sum(&quality, "rows"),
            rows.len() as i64 + of("note"),
            "every line below the header is a row or a note"
        );
        if count == "Antal elever" {
            let students: i64 = rows.iter().filter_map(|r| r[position].parse::<i64>().ok()).sum();
            assert_eq!(of("kept") + of("hidden_count") + of("missing_count"), rows.len() as i64);
            folder.done(&["flows", "--release", "internal", "--out", "flows.csv"]);
            assert_eq!(sum(&folder.table("flows.csv"), "students"), students);
        } else {
            assert!(marks(".") > 0 && marks("..") > 0, "the file has both marks");
        }
    }
}

/// The sensitive cells in the tests of sdcTable: regions Total, A to D × total, male, female, counted from 1.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn primary_rules() {
    let shared = shared();
    let rows: Vec<(String, String, u64)> = csv::Reader::from_path(shared.join("reference/microdata1.csv"))
        .unwrap()
        .records()
        .map(|record| {
            let record = record.unwrap();
            (record[0].to_owned(), record[1].to_owned(), record[2].parse::<f64>().unwrap() as u64)
        })
        .collect();
    assert_eq!(rows.len(), 100);
    let mut cells: Vec<Vec<u64>> = Vec::new();
    for region in ["", "A", "B", "C", "D"] {
        for gender in ["", "male", "female"] {
            let is_in = |(r, g, _): &&(String, String, u64)| {
                (region.is_empty() || r == region) && (gender.is_empty() || g == gender)
            };
            cells.push(rows.iter().filter(is_in).map(|row| row.2).collect());
        }
    }
    let sensitive = |is: &dyn Fn(&[u64]) -> bool| -> Vec<usize> {
        cells.iter().enumerate().filter(|(_, cell)| is(cell)).map(|(number, _)| number + 1).collect()
    };
    assert_eq!(sensitive(&|cell| cell.len() <= 2), [6], "frequency");
    let rules = [
        FewUnits { dominance: Some((2, 75)), ..FewUnits::default() },
        FewUnits { p_percent: Some(70), ..FewUnits::default() },
        FewUnits { pq: Some((60, 80)), ..FewUnits::default() },
    ];
    for rule in rules {
        assert_eq!(sensitive(&|cell| rule.dominated(cell).is_some()), [6, 14], "{rule:?}");
    }
}

/// The diversions of the vignette of healthcare.antitrust: cells by diagnosis, age and place, systems of hospitals removed.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn published_diversions() {
    use elevflode::diversion::{Amount, Choosers, Diversion, Layers};
    let path = shared().join("reference/discharges.csv");
    let mut numbers: BTreeMap<String, u64> = BTreeMap::new();
    let mut key = |parts: &[&str]| -> u64 {
        let next = numbers.len() as u64;
        *numbers.entry(parts.join("|")).or_insert(next)
    };
    let mut choosers: BTreeMap<([u64; 3], u32), u64> = BTreeMap::new();
    let mut systems: BTreeMap<u32, String> = BTreeMap::new();
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        let [drg, age, zip] = [&record[0], &record[1], &record[2]];
        let near = &zip[..3];
        let keys = [key(&["5", drg, age, zip]), key(&["3", drg, age, near]), key(&["z", near])];
        let hospital: u32 = record[3].parse().unwrap();
        systems.insert(hospital, record[5].to_owned());
        *choosers.entry((keys, hospital)).or_default() += 1;
    }
    let choosers = choosers
        .into_iter()
        .map(|((keys, choice), students)| Choosers { keys: keys.map(Some), choice, students })
        .collect();
    let layers = Layers::new(choosers, 1);
    assert_eq!(layers.students_by_layer(), ([886, 154, 160], 0));
    for (hospital, wanted) in [
        (1, &[(8, 0.576), (4, 0.340), (6, 0.033), (5, 0.029), (3, 0.014), (7, 0.008)][..]),
        (2, &[(8, 0.301), (5, 0.242), (6, 0.164), (7, 0.161), (3, 0.073), (4, 0.059)][..]),
    ] {
        let is_removed = |other: u32| systems[&other] == systems[&hospital];
        let diversion = Diversion::new(&layers, &layers.displaced(&[hospital], is_removed), 1);
        let share = |parts: &[Amount; 3]| parts.iter().copied().sum::<Amount>().share_of(diversion.all);
        let found: BTreeMap<u32, i128> =
            diversion.to.iter().map(|(to, parts)| (*to, (share(parts) + 500) / 1000)).collect();
        let wanted: BTreeMap<u32, i128> =
            wanted.iter().map(|(to, share)| (*to, (share * 1000.0_f64).round() as i128)).collect();
        assert_eq!(found, wanted, "from hospital {hospital}");
    }
}
