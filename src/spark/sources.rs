//! What lies on the cluster: which files a path names, which headers a source has, and whether its rows can be read there by
//! the same rules as here.

use std::collections::BTreeMap;

use super::remote::{Column, Remote, View};
use super::sql::{Layout, Sheet, named};
use crate::config::{ExtractConfig, ExtractKind, Field, RunConfig};
use crate::error::{Error, Exit, Result};
use crate::extract::{Aspect, Columns, DELIMITERS, Guess, Headers, delimiter, header_texts, unless_headerless};
use crate::io;

/// A source: a file, a folder of files with the same columns, or a table.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in tables and messages.
    pub name: String,
    /// Position of its extract in the config.
    pub extract: usize,
    /// How it was read.
    pub guesses: Vec<Guess>,
    /// What queries know of it.
    pub sheet: Sheet,
}

/// Where a source is, before its columns are known.
struct Place {
    name: String,
    extract: usize,
    at: At,
}

impl Place {
    /// Its path, or the name of its table.
    fn path(&self) -> &str {
        match &self.at {
            At::Path { path, .. } | At::Table(path) => path,
        }
    }
}

enum At {
    /// A path as Spark takes it, its files, and whether they are text.
    Path {
        path: String,
        files: Vec<String>,
        form: PathForm,
    },
    Table(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PathForm {
    Parquet,
    Text,
}

/// Endings of files that a cluster reads as the program does.
const TEXT: [&str; 6] = [".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz"];
const PARQUET: &str = ".parquet";

/// Encodings whose bytes below 128 are those of ASCII, by the name that Java has for them.
const ENCODINGS: [&str; 3] = ["utf-8", "windows-1252", "iso-8859-1"];

/// Refuses what a cluster cannot do, before anything is asked of it.
///
/// # Errors
/// A path of this machine, a format, or a form of files that is read here alone.
pub fn check(config: &RunConfig) -> Result<()> {
    for extract in &config.extracts {
        let told = extract.table.as_deref().unwrap_or(&extract.path);
        let refuse = |id: &'static str, found: String| {
            Err(Error::new(Exit::Usage, id).with("path", told).with("found", found))
        };
        let form = &extract.form;
        let encoding = form.encoding.as_deref().map(str::to_lowercase);
        if let Some(line) = form.header.filter(|line| *line != 1) {
            return refuse("error-engine-form", format!("header = {line}"));
        }
        if let Some(sheet) = &form.sheet {
            return refuse("error-engine-form", format!("sheet = \"{sheet}\""));
        }
        if let Some(other) = encoding.filter(|encoding| !ENCODINGS.contains(&encoding.as_str())) {
            return refuse("error-engine-form", format!("encoding = \"{other}\""));
        }
        if let Some(sign) = form.delimiter.filter(|sign| b"'\\".contains(sign)) {
            return refuse("error-engine-form", format!("delimiter = \"{}\"", char::from(sign)));
        }
        if extract.time.is_some() {
            return refuse("error-engine-form", "time".to_owned());
        }
        if extract.table.is_none() && !is_absolute(&extract.path) {
            return refuse("error-engine-path", extract.path.clone());
        }
    }
    Ok(())
}

/// Whether a path says by itself where it starts: `/lake/a.csv`, `s3a://lake/a.csv`.
fn is_absolute(path: &str) -> bool {
    let has_scheme = path.split_once(":/").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
    });
    path.starts_with('/') || has_scheme
}

/// The sources of a config, in the order of its extracts and of their paths, each with a view on the cluster.
///
/// # Errors
/// A path or table that is not there, a file of another format, a column that is missing or of a type that has no
/// one text.
pub fn all(remote: &Remote, config: &RunConfig) -> Result<Vec<Source>> {
    let mut places = Vec::new();
    for (extract, settings) in config.extracts.iter().enumerate() {
        match &settings.table {
            Some(table) => {
                places.push(Place { name: table.clone(), extract, at: At::Table(table.clone()) });
            }
            None => places.extend(files(remote, extract, &settings.path)?),
        }
    }
    check_twins(config, &places)?;
    tell_apart(&mut places);
    places.into_iter().enumerate().map(|(number, place)| source(remote, config, number, place)).collect()
}

/// The sources that a path names: a file each, or a folder with all its files.
fn files(remote: &Remote, extract: usize, path: &str) -> Result<Vec<Place>> {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let depth = parts(path).len();
    for file in remote.files(path)? {
        let file = unescaped(&file);
        // A pattern may name folders: then the files below one are one source.
        let of = parts(&file);
        let source = if of.len() > depth { up_to(&file, of.len() - depth) } else { file.clone() };
        sources.entry(source).or_default().push(file);
    }
    if sources.is_empty() {
        return Err(Error::new(Exit::Input, "error-engine-no-path").with("path", path));
    }
    let place = |(path, files): (String, Vec<String>)| {
        let form = form(&path, &files)?;
        let name = parts(&path).last().map_or_else(|| path.clone(), |name| (*name).to_owned());
        Ok(Place { name, extract, at: At::Path { path, files, form } })
    };
    sources.into_iter().map(place).collect()
}

/// The parts of a path without its scheme and host.
fn parts(path: &str) -> Vec<&str> {
    let below = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path.split_once(":/").map_or(path, |(_, path)| path),
    };
    below.split('/').filter(|part| !part.is_empty()).collect()
}

/// The path without its last parts.
fn up_to(path: &str, fewer: usize) -> String {
    let mut path = path;
    for _ in 0..fewer {
        path = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
    }
    path.to_owned()
}

/// A URI's path as it is written in a file system.
fn unescaped(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code =
            uri.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The path of one file or folder, in which no character stands for others.
fn literal(path: &str) -> String {
    path.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| "*?[]{}\\".contains(c)).chain([c])).collect()
}

fn form(path: &str, files: &[String]) -> Result<PathForm> {
    let ends = |file: &String, endings: &[&str]| endings.iter().any(|ending| file.to_lowercase().ends_with(ending));
    if files.iter().all(|file| ends(file, &[PARQUET])) {
        Ok(PathForm::Parquet)
    } else if files.iter().all(|file| ends(file, &TEXT)) {
        Ok(PathForm::Text)
    } else {
        let known = [&TEXT[..], &[PARQUET]].concat().join(", ");
        Err(Error::new(Exit::Usage, "error-engine-format").with("path", path).with("known", known))
    }
}

fn check_twins(config: &RunConfig, places: &[Place]) -> Result<()> {
    for (i, a) in places.iter().enumerate() {
        let same =
            |b: &&Place| config.extracts[a.extract].reads_as(&config.extracts[b.extract]) && a.path() == b.path();
        if places[..i].iter().any(|b| same(&b)) {
            return Err(Error::new(Exit::Usage, "error-source-twice").with("path", &a.name));
        }
    }
    Ok(())
}

/// Different sources of one name get as much of their paths as tells them apart.
fn tell_apart(places: &mut [Place]) {
    let names = io::told_apart(places.iter().map(|place| (place.name.clone(), place.path().to_owned())).collect());
    for (place, name) in places.iter_mut().zip(names) {
        place.name = name;
    }
}

fn source(remote: &Remote, config: &RunConfig, number: usize, place: Place) -> Result<Source> {
    let extract = &config.extracts[place.extract];
    let (header, read) = match &place.at {
        At::Path { path, files, form: PathForm::Text } => lines(remote, &place.name, path, files, extract)?,
        At::Path { path, files, form: PathForm::Parquet } => {
            columns(remote.parquet(&literal(path), files.len())?, "parquet")
        }
        At::Table(table) => columns(remote.table(table)?, "table"),
    };
    let columns = Columns::find(&place.name, &header, extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let error =
            Error::new(Exit::Usage, "error-no-year").with("path", &place.name).with("seen", header.join(" | "));
        return Err(unless_headerless(&place.name, &header, error));
    }
    // What the queries do not know of is refused, not passed over.
    let unknown = [Field::From, Field::To, Field::SeatsAdmission, Field::SeatsOctober];
    if let Some(field) = unknown.into_iter().find(|field| columns.has(*field)) {
        let found = format!("[extract.columns] {}", field.as_str());
        return Err(Error::new(Exit::Usage, "error-engine-form").with("path", &place.name).with("found", found));
    }
    let sheet = Sheet {
        number,
        kind: extract.kind,
        round: if extract.kind == ExtractKind::Admission { extract.round as u8 } else { 0 },
        year: extract.year,
        columns,
        header,
        layout: read.layout,
    };
    let wanted: Vec<String> = read
        .columns
        .iter()
        .enumerate()
        .filter(|(at, _)| sheet.has(*at))
        .map(|(at, column)| {
            let is_asked = sheet.columns.is_asked(at);
            text_of(&place.name, at, column).or_else(|e| if is_asked { Err(e) } else { Ok(format!("'' AS c{at}")) })
        })
        .collect::<Result<_>>()?;
    remote.name_view(&read.view, wanted, &sheet.view())?;
    Ok(Source { name: place.name, extract: place.extract, guesses: read.guesses, sheet })
}

/// How a source is read.
struct ReadAs {
    view: View,
    columns: Vec<Column>,
    layout: Layout,
    guesses: Vec<Guess>,
}

/// Parquet files or a table.
fn columns((view, columns): (View, Vec<Column>), format: &str) -> (Vec<String>, ReadAs) {
    let header = header_texts(columns.iter().map(|column| column.name.as_str()));
    let guesses = vec![Guess::new(Aspect::Format, format, None::<&()>)];
    (header, ReadAs { view, columns, layout: Layout::Columns, guesses })
}

/// Files of text: the headers are the first line, the same in all files of a folder.
fn lines(
    remote: &Remote,
    name: &str,
    path: &str,
    files: &[String],
    extract: &ExtractConfig,
) -> Result<(Vec<String>, ReadAs)> {
    let told = &extract.form;
    let label = told.encoding.as_deref().unwrap_or("utf-8").to_lowercase();
    // What is called ISO 8859-1 is read as Windows-1252, as everywhere since the web.
    let encoding = if label == "iso-8859-1" { "windows-1252" } else { &label };
    let names: Vec<&str> = extract.columns.values().chain(extract.filter.keys()).map(|name| name.trim()).collect();
    let mut first = None;
    for file in files {
        let line = remote.first_line(&literal(file), encoding, &names)?;
        if first.as_ref().is_some_and(|first| *first != line) {
            return Err(Error::new(Exit::Input, "error-engine-folder").with("path", name));
        }
        first = Some(line);
    }
    let first = first.unwrap_or_default();
    if first.trim().is_empty() {
        return Err(Error::new(Exit::Input, "error-file-empty").with("path", name));
    }
    if first.contains('\u{fffd}') {
        return Err(misread(name, &label));
    }
    let headers = Headers::of(extract);
    let known = |sign: u8| headers.known_in(Headers::fields(&first, sign).iter().map(String::as_str));
    let sign = told.delimiter.unwrap_or_else(|| {
        let most = DELIMITERS.into_iter().map(known).max().unwrap_or(0);
        let usual = delimiter(&first);
        if known(usual) == most { usual } else { DELIMITERS.into_iter().find(|s| known(*s) == most).unwrap_or(usual) }
    });
    let fields = Headers::fields(&first, sign);
    let header = header_texts(fields.iter().map(String::as_str));
    let columns: Vec<Column> = (0..fields.len()).map(|at| Column::text(&format!("c{at}"))).collect();
    let view = remote.csv(&literal(path), encoding, char::from(sign), fields.len());
    let shown = if sign == b'\t' { "tab".to_owned() } else { char::from(sign).to_string() };
    let guesses = vec![
        Guess::new(Aspect::Format, "csv", None::<&()>),
        Guess::new(Aspect::Encoding, encoding.to_uppercase(), told.encoding.as_ref()),
        Guess::new(Aspect::Delimiter, shown, told.delimiter.as_ref()),
        Guess::new(Aspect::Header, "1", told.header.as_ref()),
    ];
    let layout = Layout::Lines { delimiter: char::from(sign), fields: fields.len() };
    Ok((header, ReadAs { view, columns, layout, guesses }))
}

/// A file that is not in the encoding that was assumed or told.
pub fn misread(name: &str, encoding: &str) -> Error {
    Error::new(Exit::Usage, "error-engine-encoding").with("path", name).with("encoding", encoding)
}

/// The expression of a column's text, as `extract::parquet` writes it.
fn text_of(source: &str, at: usize, column: &Column) -> Result<String> {
    let name = named(&column.name);
    let kind = column.kind.as_str();
    let text = match kind {
        "string" | "tinyint" | "smallint" | "int" | "bigint" | "boolean" | "date" => {
            format!("CAST({name} AS STRING)")
        }
        _ if kind.starts_with("string collate") => format!("CAST({name} AS STRING) COLLATE UTF8_BINARY"),
        _ if kind.starts_with("char(") || kind.starts_with("varchar(") => format!("CAST({name} AS STRING)"),
        _ if kind.starts_with("decimal(") && kind.ends_with(",0)") => format!("CAST({name} AS STRING)"),
        // Whole numbers that some tool had to write as floating ones, for a row without one.
        "float" | "double" => format!(
            "IF({name} = floor({name}) AND abs({name}) <= 9007199254740992, CAST(CAST({name} AS BIGINT) AS STRING), CAST({name} AS STRING))"
        ),
        _ => {
            return Err(Error::new(Exit::Usage, "error-engine-type")
                .with("path", source)
                .with("column", &column.name)
                .with("found", kind));
        }
    };
    Ok(format!("{text} AS c{at}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_say_where_they_start() {
        for (path, wanted) in [
            ("/lake/a.csv", true),
            ("s3a://lake/a.csv", true),
            ("file:/lake/a.csv", true),
            ("extracts/a.csv", false),
            ("a:b/c.csv", false),
            ("../a.csv", false),
        ] {
            assert_eq!(is_absolute(path), wanted, "{path}");
        }
    }

    #[test]
    fn a_source_is_what_the_path_names() {
        assert_eq!(parts("s3a://lake/2023/a.csv"), ["2023", "a.csv"]);
        assert_eq!(parts("file:///lake/2023/"), ["lake", "2023"]);
        assert_eq!(parts("file:/lake/2023"), ["lake", "2023"]);
        assert_eq!(parts("/lake/2023"), ["lake", "2023"]);
        assert_eq!(up_to("file:///lake/2023/part-0.parquet", 1), "file:///lake/2023");
        assert_eq!(unescaped("file:///l%C3%A4n/a%20b.csv"), "file:///län/a b.csv");
        assert_eq!(unescaped("file:///50%/a%zz"), "file:///50%/a%zz");
        assert_eq!(literal("/a[1]*.csv"), "/a\\[1\\]\\*.csv");
    }
}
