//! The sources on the cluster: the files that a path matches, the headers of a source, and whether the cluster can
//! read its rows by the same rules as the local engine.

use std::collections::BTreeMap;

use super::remote::{Remote, RemoteColumn, UnnamedView};
use super::sql::{RowLayout, SourceView, named};
use crate::config::{ExtractConfig, ExtractKind, Field, RunConfig};
use crate::error::{Error, Exit, Result};
use crate::extract::{Aspect, Columns, DELIMITERS, Guess, Headers, delimiter, header_texts, unless_headerless};
use crate::io;

/// A source: a file, a folder of files with the same columns, or a table.
#[derive(Debug, Clone)]
pub struct ClusterSource {
    /// Its name in tables and messages.
    pub name: String,
    /// Position of its extract in the config.
    pub extract: usize,
    /// How it was read.
    pub guesses: Vec<Guess>,
    /// Its view for queries.
    pub view: SourceView,
}

/// The location of a source whose columns are not known yet.
struct Located {
    name: String,
    extract: usize,
    at: Location,
}

impl Located {
    /// Its path, or the name of its table.
    fn path(&self) -> &str {
        match &self.at {
            Location::Path { path, .. } | Location::Table(path) => path,
        }
    }
}

enum Location {
    /// A path as Spark expects it, its files, and their format.
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

/// Endings of files that a cluster reads in the same way as the local engine.
const TEXT: [&str; 6] = [".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz"];
const PARQUET: &str = ".parquet";

/// Supersets of ASCII, by their Java names.
const ENCODINGS: [&str; 3] = ["utf-8", "windows-1252", "iso-8859-1"];

/// Refuses configs that a cluster does not support, before connecting to it.
///
/// # Errors
/// A local path, a format, or a file form that only the local engine reads.
pub fn check(config: &RunConfig) -> Result<()> {
    for extract in &config.extracts {
        let shown = extract.table.as_deref().unwrap_or(&extract.path);
        let refuse = |id: &'static str, found: String| {
            Err(Error::new(Exit::Usage, id).with("path", shown).with("found", found))
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

/// Whether a path is absolute: `/lake/a.csv`, `s3a://lake/a.csv`.
fn is_absolute(path: &str) -> bool {
    let has_scheme = path.split_once(":/").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
    });
    path.starts_with('/') || has_scheme
}

/// The sources of a config, in the order of its extracts and of their paths, each with a view on the cluster.
///
/// # Errors
/// A path or table that does not exist, a file of another format, a missing column, or a column type without a unique
/// text form.
pub fn all(remote: &Remote, config: &RunConfig) -> Result<Vec<ClusterSource>> {
    let mut located = Vec::new();
    for (extract, settings) in config.extracts.iter().enumerate() {
        match &settings.table {
            Some(table) => {
                located.push(Located { name: table.clone(), extract, at: Location::Table(table.clone()) });
            }
            None => located.extend(files(remote, extract, &settings.path)?),
        }
    }
    check_twins(config, &located)?;
    make_names_unique(&mut located);
    located.into_iter().enumerate().map(|(number, location)| source(remote, config, number, location)).collect()
}

/// The sources that a path matches: single files, or a folder with all its files.
fn files(remote: &Remote, extract: usize, path: &str) -> Result<Vec<Located>> {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let depth = parts(path).len();
    for file in remote.files(path)? {
        let file = unescaped(&file);
        // A pattern may match folders: the files below one folder are one source.
        let of = parts(&file);
        let source = if of.len() > depth { up_to(&file, of.len() - depth) } else { file.clone() };
        sources.entry(source).or_default().push(file);
    }
    if sources.is_empty() {
        return Err(Error::new(Exit::Input, "error-engine-no-path").with("path", path));
    }
    let location = |(path, files): (String, Vec<String>)| {
        let form = form(&path, &files)?;
        let name = parts(&path).last().map_or_else(|| path.clone(), |name| (*name).to_owned());
        Ok(Located { name, extract, at: Location::Path { path, files, form } })
    };
    sources.into_iter().map(location).collect()
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

/// A URI with its escapes decoded, as a file system writes it.
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

/// The path of one file or folder with pattern characters escaped.
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

fn check_twins(config: &RunConfig, located: &[Located]) -> Result<()> {
    for (i, a) in located.iter().enumerate() {
        let same =
            |b: &&Located| config.extracts[a.extract].reads_as(&config.extracts[b.extract]) && a.path() == b.path();
        if located[..i].iter().any(|b| same(&b)) {
            return Err(Error::new(Exit::Usage, "error-source-twice").with("path", &a.name));
        }
    }
    Ok(())
}

/// Makes the names of different sources unique with as much of their paths as needed.
fn make_names_unique(located: &mut [Located]) {
    let names = io::unique_names(
        located.iter().map(|location| (location.name.clone(), location.path().to_owned())).collect(),
    );
    for (location, name) in located.iter_mut().zip(names) {
        location.name = name;
    }
}

fn source(remote: &Remote, config: &RunConfig, number: usize, location: Located) -> Result<ClusterSource> {
    let extract = &config.extracts[location.extract];
    let (header, read) = match &location.at {
        Location::Path { path, files, form: PathForm::Text } => lines(remote, &location.name, path, files, extract)?,
        Location::Path { path, files, form: PathForm::Parquet } => {
            columns(remote.parquet(&literal(path), files.len())?, "parquet")
        }
        Location::Table(table) => columns(remote.table(table)?, "table"),
    };
    let columns = Columns::find(&location.name, &header, extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let error =
            Error::new(Exit::Usage, "error-no-year").with("path", &location.name).with("seen", header.join(" | "));
        return Err(unless_headerless(&location.name, &header, error));
    }
    // Fields that queries do not support are refused, not ignored.
    let unknown = [Field::From, Field::To, Field::SeatsAdmission, Field::SeatsOctober];
    if let Some(field) = unknown.into_iter().find(|field| columns.has(*field)) {
        let found = format!("[extract.columns] {}", field.as_str());
        return Err(Error::new(Exit::Usage, "error-engine-form").with("path", &location.name).with("found", found));
    }
    let view = SourceView {
        number,
        kind: extract.kind,
        round: if extract.kind == ExtractKind::Admission { extract.round as u8 } else { 0 },
        year: extract.year,
        columns,
        header,
        layout: read.layout,
    };
    let columns: Vec<String> = read
        .columns
        .iter()
        .enumerate()
        .filter(|(at, _)| view.has(*at))
        .map(|(at, column)| {
            let is_asked = view.columns.is_mapped(at);
            text_of(&location.name, at, column)
                .or_else(|e| if is_asked { Err(e) } else { Ok(format!("'' AS c{at}")) })
        })
        .collect::<Result<_>>()?;
    remote.name_view(&read.view, columns, &view.view())?;
    Ok(ClusterSource { name: location.name, extract: location.extract, guesses: read.guesses, view })
}

/// How a source is read.
struct ReadAs {
    view: UnnamedView,
    columns: Vec<RemoteColumn>,
    layout: RowLayout,
    guesses: Vec<Guess>,
}

/// Parquet files or a table.
fn columns((view, columns): (UnnamedView, Vec<RemoteColumn>), format: &str) -> (Vec<String>, ReadAs) {
    let header = header_texts(columns.iter().map(|column| column.name.as_str()));
    let guesses = vec![Guess::new(Aspect::Format, format, None::<&()>)];
    (header, ReadAs { view, columns, layout: RowLayout::Columns, guesses })
}

/// Text files: the headers are the first line, which is the same in all files of a folder.
fn lines(
    remote: &Remote,
    name: &str,
    path: &str,
    files: &[String],
    extract: &ExtractConfig,
) -> Result<(Vec<String>, ReadAs)> {
    let configured = &extract.form;
    let label = configured.encoding.as_deref().unwrap_or("utf-8").to_lowercase();
    // The label ISO 8859-1 means Windows-1252, as in the WHATWG encoding standard.
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
    let sign = configured.delimiter.unwrap_or_else(|| {
        let most = DELIMITERS.into_iter().map(known).max().unwrap_or(0);
        let usual = delimiter(&first);
        if known(usual) == most { usual } else { DELIMITERS.into_iter().find(|s| known(*s) == most).unwrap_or(usual) }
    });
    let fields = Headers::fields(&first, sign);
    let header = header_texts(fields.iter().map(String::as_str));
    let columns: Vec<RemoteColumn> = (0..fields.len()).map(|at| RemoteColumn::text(&format!("c{at}"))).collect();
    let view = remote.csv(&literal(path), encoding, char::from(sign), fields.len());
    let shown = if sign == b'\t' { "tab".to_owned() } else { char::from(sign).to_string() };
    let guesses = vec![
        Guess::new(Aspect::Format, "csv", None::<&()>),
        Guess::new(Aspect::Encoding, encoding.to_uppercase(), configured.encoding.as_ref()),
        Guess::new(Aspect::Delimiter, shown, configured.delimiter.as_ref()),
        Guess::new(Aspect::Header, "1", configured.header.as_ref()),
    ];
    let layout = RowLayout::Lines { delimiter: char::from(sign), fields: fields.len() };
    Ok((header, ReadAs { view, columns, layout, guesses }))
}

/// The error of a file that is not in the guessed or configured encoding.
pub fn misread(name: &str, encoding: &str) -> Error {
    Error::new(Exit::Usage, "error-engine-encoding").with("path", name).with("encoding", encoding)
}

/// The SQL expression for the text of a column, as `extract::parquet` writes it.
fn text_of(source: &str, at: usize, column: &RemoteColumn) -> Result<String> {
    let name = named(&column.name);
    let kind = column.kind.as_str();
    let text = match kind {
        "string" | "tinyint" | "smallint" | "int" | "bigint" | "boolean" | "date" => {
            format!("CAST({name} AS STRING)")
        }
        _ if kind.starts_with("string collate") => format!("CAST({name} AS STRING) COLLATE UTF8_BINARY"),
        _ if kind.starts_with("char(") || kind.starts_with("varchar(") => format!("CAST({name} AS STRING)"),
        _ if kind.starts_with("decimal(") && kind.ends_with(",0)") => format!("CAST({name} AS STRING)"),
        // Whole numbers that a tool has stored as floating point because the column has nulls.
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
