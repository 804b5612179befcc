//! The connection to a Spark Connect server: views are named, questions asked (`stream`), and the answers are whole numbers.
//!
//! A call runs in a thread of its own while this one listens: for the server's progress, for a wish to stop, and whether the
//! server is still there. The client would try to reach a server that is gone for a quarter of an hour.
#![expect(clippy::result_large_err, reason = "the client's own error is large; it goes no further than this file")]

use std::collections::BTreeMap;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use spark_connect::row::{Row, Value};
use spark_connect::{DataFrame, DataType, SparkError, SparkSession};

use super::failures::{self, Asked};
use super::lookups::{self, Lookup};
use super::sql::{self, named};
use super::stream::{Answer, Stream};
use crate::config::Server;
use crate::error::{Error, Exit, Result};
use crate::io::stop;

/// How long a server may take to be reached.
const REACH: Duration = Duration::from_secs(5);

/// How long it may take to say its version.
const GREET: Duration = Duration::from_secs(60);

/// How often there is a look at what else happens.
const LOOK: Duration = Duration::from_millis(100);

/// Looks between two questions whether the server is still there.
const LOOKS: u32 = 20;

/// Times that a server cannot be reached before it is taken for gone.
const MISSED: u32 = 3;

/// How long a job that was told to stop is waited for.
const STOP: Duration = Duration::from_secs(10);

/// The first version of Spark that has all that queries use.
const OLDEST: u32 = 4;

/// Settings of the session. Larger methods than 8,000 bytes a Java machine does not compile, only interprets; names of columns that
/// differ in case are two; and Java's own encodings are to be had, among them Windows-1252.
const SETTINGS: [(&str, &str); 3] = [
    ("spark.sql.codegen.hugeMethodLimit", "8000"),
    ("spark.sql.caseSensitive", "true"),
    ("spark.sql.legacy.javaCharsets", "true"),
];

/// Someone who wants to hear how far the server is: tasks done, and all that are known so far.
pub type Heard<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// A column on the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as SQL writes it.
    pub kind: String,
}

impl Column {
    /// A column of texts.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: "string".to_owned() }
    }
}

/// Rows on the cluster that have no name yet.
pub struct View {
    frame: DataFrame,
    /// Columns that its view has beside those asked for.
    more: &'static [&'static str],
}

/// Tasks of a stage: done, and all.
type Stages = BTreeMap<i64, (i64, i64)>;

/// A session on a server.
pub struct Remote {
    session: SparkSession,
    stream: Arc<Stream>,
    server: Server,
    stages: Arc<Mutex<Stages>>,
    /// First lines asked for.
    lines: AtomicU32,
    /// The version of Spark.
    pub version: String,
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remote").field("server", &self.server).field("version", &self.version).finish_non_exhaustive()
    }
}

impl Remote {
    /// A session on the server of a config; its token comes from the environment.
    ///
    /// # Errors
    /// A token that would be sent in the clear; a server that cannot be reached, does not answer, refuses or is too old.
    pub fn open(server: &Server) -> Result<Self> {
        let url = url(server, std::env::var(&server.token_env).ok().filter(|token| !token.is_empty()))?;
        if !is_there(&server.address()) {
            return Err(Error::new(Exit::Input, "error-engine-unreachable").with("remote", server.address()));
        }
        let told = |error: SparkError| failures::told(&error, server, Asked::Greeting);
        let session = SparkSession::builder().remote(&url).get_or_create().map_err(told)?;
        let stream = Arc::new(Stream::open(&url, session.session_id()).map_err(told)?);
        let (stages, server) = (Arc::default(), server.clone());
        let mut remote = Self { session, stream, server, stages, lines: AtomicU32::new(0), version: String::new() };
        let asked = Arc::clone(&remote.stream);
        let version = remote.call(Asked::Greeting, Some(GREET), &|_, _| {}, move |_| asked.version())?;
        remote.version = version.unwrap_or_default();
        let first = remote.version.split('.').next().and_then(|major| major.parse().ok());
        if first.is_none_or(|major: u32| major < OLDEST) {
            return Err(Error::new(Exit::Input, "error-engine-version")
                .with("remote", remote.server.address())
                .with("found", &remote.version)
                .with("wanted", OLDEST));
        }
        remote.call(Asked::Greeting, Some(GREET), &|_, _| {}, |session| {
            SETTINGS.iter().try_for_each(|(name, value)| session.conf().set(name, value))
        })?;
        Ok(remote)
    }

    /// The files that a path names, as URIs, sorted.
    ///
    /// # Errors
    /// A path that names nothing.
    pub fn files(&self, path: &str) -> Result<Vec<String>> {
        let asked = path.to_owned();
        let mut files = self.short(Asked::Path(path), move |session| {
            session.read().format("text").load(Some(&asked)).input_files()
        })?;
        files.sort();
        Ok(files)
    }

    /// The first line of a file of text that is not blank. Where one of its fields looks like an id, all come as zeros but those
    /// that are told to be headers: a file without headers begins with a student.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn first_line(&self, path: &str, encoding: &str, told: &[&str]) -> Result<String> {
        // A name of its own: what a call that was cut short has not named is missing then, not that of the file before.
        let name = format!("elevflode_first_line_{}", self.lines.fetch_add(1, Ordering::Relaxed));
        let query = format!("SELECT line FROM {name}");
        let masked = sql::masked("value", told);
        let (of, encoding) = (path.to_owned(), encoding.to_owned());
        self.short(Asked::Path(path), move |session| {
            // Read as fields that nothing parts: a reader of lines knows no encodings.
            let lines = session
                .read()
                .format("csv")
                .schema("value STRING".to_owned())
                .option("sep", "\u{1}")
                .option("quote", "")
                .option("encoding", &encoding)
                .load(Some(&of));
            lines.limit(1).select_expr(vec![&masked]).create_or_replace_temp_view(&name)
        })?;
        let answer = self.answer(Asked::Path(path), &query, &|_, _| {})?;
        Ok(answer.text().unwrap_or_default())
    }

    /// Files of text with so many fields in the header, all columns texts; what does not fit it stands in `bad` too.
    #[must_use]
    pub fn csv(&self, path: &str, encoding: &str, delimiter: char, fields: usize) -> View {
        let columns: Vec<String> = (0..fields).map(|at| format!("c{at} STRING")).collect();
        let frame = self
            .session
            .read()
            .format("csv")
            .schema(format!("{}, bad STRING", columns.join(", ")))
            .option("header", "true")
            .option("sep", &delimiter.to_string())
            .option("encoding", encoding)
            .option("quote", "\"")
            .option("escape", "\"")
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", "bad")
            .load(Some(path));
        View { frame, more: &["bad"] }
    }

    /// So many Parquet files and their columns.
    ///
    /// # Errors
    /// Files that cannot be read, or that have different columns.
    pub fn parquet(&self, path: &str, files: usize) -> Result<(View, Vec<Column>)> {
        let read = |merged: &str| {
            let files = self.session.read().format("parquet").option("mergeSchema", merged).load(Some(path));
            self.described(files, Asked::Path(path))
        };
        let one = read("false")?;
        if files > 1 && read("true")?.1 != one.1 {
            return Err(Error::new(Exit::Input, "error-engine-folder").with("path", path));
        }
        Ok(one)
    }

    /// A table by name and its columns.
    ///
    /// # Errors
    /// A table that is not there.
    pub fn table(&self, name: &str) -> Result<(View, Vec<Column>)> {
        self.described(self.session.read().table(name), Asked::Table(name))
    }

    fn described(&self, frame: DataFrame, asked: Asked<'_>) -> Result<(View, Vec<Column>)> {
        let of = frame.clone();
        let schema = self.short(asked, move |_| of.schema())?;
        let DataType::Struct { fields } = schema else { return Ok((View { frame, more: &[] }, Vec::new())) };
        let columns =
            fields.iter().map(|field| Column { name: field.name.clone(), kind: field.data_type.simple_string() });
        let columns = columns.collect();
        Ok((View { frame, more: &[] }, columns))
    }

    /// Names rows, so that queries know them.
    ///
    /// # Errors
    /// What the server says.
    pub fn name_view(&self, view: &View, columns: Vec<String>, name: &str) -> Result<()> {
        let more = view.more.iter().map(|name| named(name));
        let columns: Vec<String> = columns.into_iter().chain(more).collect();
        let (frame, name) = (view.frame.clone(), name.to_owned());
        self.short(Asked::Question, move |_| {
            frame.select_expr(columns.iter().map(String::as_str).collect()).create_or_replace_temp_view(&name)
        })
    }

    /// Brings a small table to the cluster.
    ///
    /// # Errors
    /// What the server says.
    pub fn bring(&self, lookup: &Lookup) -> Result<()> {
        let name = lookup.name.to_owned();
        let schema =
            DataType::from_ddl(lookup.schema).map_err(|e| failures::told(&e, &self.server, Asked::Question))?;
        let fields: Vec<String> = match &schema {
            DataType::Struct { fields } => fields.iter().map(|field| field.name.clone()).collect(),
            _ => Vec::new(),
        };
        let value = |value: &lookups::Value| match value {
            lookups::Value::Text(text) => Value::String(text.clone()),
            lookups::Value::Number(number) => Value::Long(*number),
            lookups::Value::Flag(flag) => Value::Bool(*flag),
            lookups::Value::None => Value::Null,
        };
        let rows: Vec<Row> =
            lookup.rows.iter().map(|row| Row::new(fields.clone(), row.iter().map(value).collect())).collect();
        self.short(Asked::Question, move |session| {
            session.create_dataframe(rows, schema)?.create_or_replace_temp_view(&name)
        })
    }

    /// The answer to a query, column by column; whatever is no whole number is an error.
    ///
    /// # Errors
    /// What the server says; a lost connection, a wish to stop.
    pub fn ask<const N: usize>(&self, query: &str, heard: Heard<'_>) -> Result<[Vec<Option<i64>>; N]> {
        let answer = self.answer(Asked::Question, query, heard)?;
        answer.numbers().ok_or_else(|| failures::strange(&self.server.address(), "ARROW"))
    }

    fn answer(&self, asked: Asked<'_>, query: &str, heard: Heard<'_>) -> Result<Answer> {
        self.stages().clear();
        let (stream, stages, query) = (Arc::clone(&self.stream), Arc::clone(&self.stages), query.to_owned());
        self.call(asked, None, heard, move |_| {
            stream.answer(&query, &|stage, done, all| {
                stages.lock().unwrap_or_else(PoisonError::into_inner).insert(stage, (done, all));
            })
        })
    }

    fn stages(&self) -> MutexGuard<'_, Stages> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call that takes a moment: nobody hears how far it is.
    fn short<T: Send + 'static>(
        &self,
        asked: Asked<'_>,
        work: impl FnOnce(&SparkSession) -> std::result::Result<T, SparkError> + Send + 'static,
    ) -> Result<T> {
        self.call(asked, None, &|_, _| {}, work)
    }

    /// Runs a call of the client, and listens meanwhile.
    fn call<T: Send + 'static>(
        &self,
        asked: Asked<'_>,
        limit: Option<Duration>,
        heard: Heard<'_>,
        work: impl FnOnce(&SparkSession) -> std::result::Result<T, SparkError> + Send + 'static,
    ) -> Result<T> {
        let (send, answer) = channel();
        let session = self.session.clone();
        // A wish to stop ends the job on the server first; a second one ends the program at once.
        let _careful = stop::careful();
        thread::spawn(move || drop(send.send(work(&session))));
        self.listen(asked, limit, heard, &answer)
    }

    fn listen<T>(
        &self,
        asked: Asked<'_>,
        limit: Option<Duration>,
        heard: Heard<'_>,
        answer: &std::sync::mpsc::Receiver<std::result::Result<T, SparkError>>,
    ) -> Result<T> {
        let (mut looks, mut missed) = (0_u32, 0);
        loop {
            match answer.recv_timeout(LOOK) {
                Ok(Ok(answer)) if !stop::is_wished() => return Ok(answer),
                Ok(Err(error)) if !stop::is_wished() => {
                    return Err(failures::told(&error, &self.server, asked));
                }
                Ok(_) => return Err(self.stopped()),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failures::strange(&self.server.address(), "CLIENT"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let (done, all) = self.tasks();
            heard(done, all);
            if stop::is_wished() {
                if self.interrupt() {
                    let _ = answer.recv_timeout(STOP);
                }
                return Err(self.stopped());
            }
            looks += 1;
            if looks.is_multiple_of(LOOKS) {
                missed = if is_there(&self.server.address()) { 0 } else { missed + 1 };
            }
            if missed >= MISSED {
                return Err(Error::new(Exit::Input, "error-engine-lost").with("remote", self.server.address()));
            }
            if limit.is_some_and(|limit| LOOK * looks > limit) {
                return Err(Error::new(Exit::Input, "error-engine-silent").with("remote", self.server.address()));
            }
        }
    }

    fn stopped(&self) -> Error {
        Error::new(Exit::Stopped, "error-engine-stopped").with("remote", self.server.address())
    }

    /// Tasks done, and all known.
    fn tasks(&self) -> (u64, u64) {
        let stages = self.stages();
        let sum = |of: fn(&(i64, i64)) -> i64| stages.values().map(of).sum::<i64>().try_into().unwrap_or(0);
        (sum(|(done, _)| *done), sum(|(_, all)| *all))
    }

    /// Tells the server to stop what it does for this session; whether it heard.
    fn interrupt(&self) -> bool {
        let session = self.session.clone();
        let (send, done) = channel();
        thread::spawn(move || send.send(session.interrupt_all().is_ok()));
        done.recv_timeout(STOP).unwrap_or(false)
    }

    /// Whether nobody wants the program to stop.
    ///
    /// # Errors
    /// If someone does.
    pub fn goes_on(&self) -> Result<()> {
        if stop::is_wished() { Err(self.stopped()) } else { Ok(()) }
    }
}

impl Drop for Remote {
    /// Gives the session back with its views; a server that does not answer is not waited for.
    fn drop(&mut self) {
        let session = self.session.clone();
        let (send, done) = channel();
        thread::spawn(move || send.send(session.stop().is_ok()));
        let _ = done.recv_timeout(REACH);
    }
}

/// The address for the client, with what must not stand in a config.
fn url(server: &Server, token: Option<String>) -> Result<String> {
    let mut url = server.remote.clone();
    let authority = "sc://".len() + url["sc://".len()..].find('/').unwrap_or(url.len() - "sc://".len());
    if authority == url.len() {
        url.push('/');
    }
    let mut add = |name: &str, value: &str| url.push_str(&format!(";{name}={value}"));
    add("user_agent", env!("CARGO_PKG_NAME"));
    if server.tls {
        add("use_ssl", "true");
    }
    if let Some(token) = token {
        if !server.tls && !server.is_here() {
            return Err(Error::new(Exit::Usage, "error-engine-token")
                .with("remote", server.address())
                .with("name", &server.token_env));
        }
        let escaped = |byte: u8| {
            if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        };
        add("token", &token.bytes().map(escaped).collect::<String>());
    }
    Ok(url)
}

/// Whether something listens at the address.
fn is_there(address: &str) -> bool {
    let Ok(mut addresses) = address.to_socket_addrs() else { return false };
    addresses.any(|address| TcpStream::connect_timeout(&address, REACH).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TOKEN;

    fn server(remote: &str, tls: bool) -> Server {
        Server { remote: remote.to_owned(), tls, token_env: TOKEN.to_owned() }
    }

    #[test]
    fn a_token_goes_over_tls_or_stays_on_the_machine() {
        for (remote, tls, token, wanted) in [
            ("sc://lake", false, None, Some("sc://lake/;user_agent=elevflode")),
            (
                "sc://lake:1/;a=b",
                true,
                Some("s/=;"),
                Some("sc://lake:1/;a=b;user_agent=elevflode;use_ssl=true;token=s%2F%3D%3B"),
            ),
            ("sc://localhost", false, Some("s"), Some("sc://localhost/;user_agent=elevflode;token=s")),
            ("sc://lake", false, Some("s"), None),
        ] {
            let got = url(&server(remote, tls), token.map(str::to_owned));
            assert_eq!(got.as_deref().ok(), wanted, "{remote}");
        }
    }
}
