//! Shared by all tests: starting the program as a user does, folders with files, tables read back.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A row of a table: column to text.
pub type Row = BTreeMap<String, String>;

/// A folder to run the program in.
pub struct Folder {
    path: PathBuf,
    /// Removes it at the end.
    _temporary: Option<tempfile::TempDir>,
}

impl Folder {
    /// A temporary folder.
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self { path: temporary.path().to_owned(), _temporary: Some(temporary) }
    }

    /// A folder in the target folder that stays for people to look at, empty at first.
    fn kept(name: &str) -> Self {
        let path = target().join("reports-of-tests").join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self { path, _temporary: None }
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Runs the program here. The language is Swedish unless `--lang` sets another.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.ran(Command::new(env!("CARGO_BIN_EXE_elevflode")).args(args))
    }

    /// Runs the program here in a shell after this command, such as `ulimit -n 256`.
    #[cfg(unix)]
    pub fn run_limited(&self, limit: &str, args: &[&str]) -> Ran {
        let script = format!("{limit} && exec \"$0\" \"$@\"");
        self.ran(Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_elevflode")]).args(args))
    }

    fn ran(&self, command: &mut Command) -> Ran {
        let command = command.current_dir(&self.path).env("LC_ALL", "sv_SE.UTF-8").env("ELEVFLODE_CACHE", cache());
        Ran::of(&command.output().unwrap())
    }

    /// Runs the program here and requires success.
    pub fn done(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran
    }

    /// Writes the internal tables of a config to a folder.
    pub fn tables(&self, config: &str, out: &str) -> Ran {
        self.done(&["report", "--release", "internal", "--config", config, "--only", "tables", "--out", out])
    }

    /// The rows of a CSV table.
    pub fn table(&self, name: &str) -> Vec<Row> {
        table(&fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}")))
    }

    /// Every file below a folder with its bytes, by name.
    pub fn files(&self, under: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.path(under))
    }
}

/// The full report of the demo region in the folder `out`, written once per test run for each release and language.
/// Tests read it and write next to it, under names of their own.
pub fn demo(release: &str, lang: &str) -> &'static Folder {
    static MADE: [OnceLock<Folder>; 4] = [const { OnceLock::new() }; 4];
    let number = usize::from(release == "public") * 2 + usize::from(lang == "en");
    MADE[number].get_or_init(|| {
        let folder = Folder::kept(&format!("{release}-{lang}"));
        let ran = folder.done(&["report", "--release", release, "--lang", lang, "--out", "out"]);
        folder.write("said.txt", ran.out.as_bytes());
        assert!(ran.err.is_empty(), "nothing on a pipe: {}", ran.err);
        folder
    })
}

/// Every file below a folder with its bytes, by name.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    collect(folder, "", &mut out);
    out
}

fn collect(folder: &Path, prefix: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), out);
        } else {
            out.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// The exit code and the output of the program.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("messages are UTF-8");
        Self { code: output.status.code().expect("no signal"), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// The rows of CSV text.
pub fn table(bytes: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(bytes).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The only row whose columns have these values.
pub fn row<'a>(rows: &'a [Row], wanted: &[(&str, &str)]) -> &'a Row {
    let fits = |row: &&Row| wanted.iter().all(|(column, value)| row[*column] == *value);
    let found: Vec<&Row> = rows.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => one,
        _ => panic!("{} rows have {wanted:?}", found.len()),
    }
}

/// The region's headline of 2023 in the tables of a folder: students with another provider, and all students.
pub fn headline(folder: &Folder, tables: &str) -> [String; 2] {
    let shares = folder.table(&format!("{tables}/shares.csv"));
    let of_page = [
        ("snapshot", "october"),
        ("year", "2023"),
        ("population", "national"),
        ("home", "ALL"),
        ("programme", "ALL"),
    ];
    let region = row(&shares, &of_page);
    ["cross_provider", "students"].map(|column| region[column].clone())
}

/// A cell as a number.
pub fn number(row: &Row, column: &str) -> i64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// The sum of a column.
pub fn sum<'a>(rows: impl IntoIterator<Item = &'a Row>, column: &str) -> i64 {
    rows.into_iter().map(|row| number(row, column)).sum()
}

/// The target folder of this build.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_elevflode")).ancestors().nth(2).unwrap()
}

/// The Python interpreter that `tests/run.sh` installs for the checks of `tests/<name>`.
pub fn python(name: &str) -> PathBuf {
    let python = target().join(name).join("bin/python");
    assert!(python.exists(), "{} is missing: run bash tests/{name}/install.sh", python.display());
    python
}

/// The output of a program, which must succeed.
pub fn run(program: &str, args: &[&OsStr]) -> String {
    let ran = Command::new(program).args(args).output();
    let ran =
        ran.unwrap_or_else(|e| panic!("{program}: {e}: run bash tests/office/install.sh and tests/pdf/install.sh"));
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{program}: {said}");
    said
}

/// Validates an office file against the schemas of Office.
pub fn is_sound(folder: &Folder, file: &str) {
    let audit = python("office").with_file_name("openxml-audit");
    let path = folder.path(file);
    let said = run(audit.to_str().unwrap(), &["-f".as_ref(), "microsoft365".as_ref(), path.as_os_str()]);
    assert!(said.contains("Errors: 0"), "{file}: {said}");
}

/// Office files rendered by LibreOffice in one launch: the paths of the PDF files. Names of files must differ.
pub fn pdfs_of(folder: &Folder, files: &[&str]) -> Vec<PathBuf> {
    let into = tempfile::tempdir_in(&folder.path).unwrap().keep();
    // A separate profile: simultaneous programs would wait for each other.
    let profile = format!("-env:UserInstallation=file://{}", into.join("profile").display());
    let convert = ["--headless", "--convert-to", "pdf", "--outdir"].map(OsStr::new);
    let paths: Vec<PathBuf> = files.iter().map(|file| folder.path(file)).collect();
    let mut arguments = vec![profile.as_ref()];
    arguments.extend(convert);
    arguments.push(into.as_os_str());
    arguments.extend(paths.iter().map(|path| path.as_os_str()));
    run("soffice", &arguments);
    let made = |path: &PathBuf| into.join(path.with_extension("pdf").file_name().unwrap());
    paths.iter().map(made).collect()
}

/// The text of each page of a PDF.
pub fn pdf_text(pdf: &Path) -> Vec<String> {
    let text = run("pdftotext", &["-layout".as_ref(), pdf.as_os_str(), "-".as_ref()]);
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

/// Saves pictures of a PDF's first pages for people to look at: `pages/<name>-<page>.png` in the target folder.
pub fn keep_pages(pdf: &Path, name: &str) {
    let folder = target().join("pages");
    fs::create_dir_all(&folder).unwrap();
    let root = folder.join(name);
    let options = ["-l", "40", "-r", "60", "-png"].map(OsStr::new);
    run("pdftoppm", &[&options[..], &[pdf.as_os_str(), root.as_os_str()]].concat());
}

/// The parts of a package by name, including parts of packages inside it.
pub fn parts(package: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut out = BTreeMap::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        if bytes.starts_with(b"PK") {
            out.extend(parts(&bytes).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            out.insert(name, bytes);
        }
    }
    out
}

/// The cache folder for decisions of disclosure control: one for all tests of a run, empty at first.
fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let path = target().join("kept-of-tests");
        let _ = fs::remove_dir_all(&path);
        path
    })
}
