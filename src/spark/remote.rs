//! The connection to a Spark Connect server: it names views and runs queries (`stream`), whose answers are whole
//! numbers.
//!
//! A call runs in its own thread while this one watches for the server's progress, for a request to stop, and for
//! whether the server is still reachable. The client itself would try to reach a lost server for a quarter of an
//! hour.
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

use super::failures::{self, Request};
use super::lookups::{self, Lookup};
use super::sql::{self, named};
use super::stream::{RawAnswer, Stream};
use crate::config::Server;
use crate::error::{Error, Exit, Result};
use crate::io::stop;

/// Timeout for reaching a server.
const REACH: Duration = Duration::from_secs(5);

/// Timeout for the answer with its version.
const GREET: Duration = Duration::from_secs(60);

/// Interval at which the other events are checked.
const INTERVAL: Duration = Duration::from_millis(100);

/// Number of these checks between two tests of whether the server is reachable.
const CHECKS_PER_TEST: u32 = 20;

/// Number of failed tests after which a server counts as lost.
const MISSED: u32 = 3;

/// Timeout for stopping a job.
const STOP: Duration = Duration::from_secs(10);

/// The first major version of Spark that supports all queries.
const OLDEST: u32 = 4;

/// Settings of the session. A Java machine does not compile methods larger than 8,000 bytes but interprets them;
/// column names that differ in case are distinct; and Java's own encodings are available, including Windows-1252.
const SETTINGS: [(&str, &str); 3] = [
    ("spark.sql.codegen.hugeMethodLimit", "8000"),
    ("spark.sql.caseSensitive", "true"),
    ("spark.sql.legacy.javaCharsets", "true"),
];

/// A callback for progress: tasks done, and all tasks known so far.
pub type OnTasks<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// A column on the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteColumn {
    /// Its name.
    pub name: String,
    /// Its SQL type.
    pub kind: String,
}

impl RemoteColumn {
    /// A column of texts.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: "string".to_owned() }
    }
}

/// Rows on the cluster without a name.
pub struct UnnamedView {
    frame: DataFrame,
    /// Columns that its view has in addition to the requested ones.
    more: &'static [&'static str],
}

/// Tasks by stage: done, and all.
type StageTasks = BTreeMap<i64, (i64, i64)>;

/// A session on a server.
pub struct Remote {
    session: SparkSession,
    stream: Arc<Stream>,
    server: Server,
    stages: Arc<Mutex<StageTasks>>,
    /// The number of first lines requested.
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
    /// Opens a session on the server of a config; the token comes from the environment.
    ///
    /// # Errors
    /// A token that would be sent unencrypted; a server that cannot be reached, does not answer, refuses or is too
    /// old.
    pub fn open(server: &Server) -> Result<Self> {
        let url = url(server, std::env::var(&server.token_env).ok().filter(|token| !token.is_empty()))?;
        if !is_there(&server.address()) {
            return Err(Error::new(Exit::Input, "error-engine-unreachable").with("remote", server.address()));
        }
        let translated = |error: SparkError| failures::translated(&error, server, Request::Contact);
        let session = SparkSession::builder().remote(&url).get_or_create().map_err(translated)?;
        let stream = Arc::new(Stream::open(&url, session.session_id()).map_err(translated)?);
        let (stages, server) = (Arc::default(), server.clone());
        let mut remote = Self { session, stream, server, stages, lines: AtomicU32::new(0), version: String::new() };
        let stream = Arc::clone(&remote.stream);
        let version = remote.call(Request::Contact, Some(GREET), &|_, _| {}, move |_| stream.version())?;
        remote.version = version.unwrap_or_default();
        let first = remote.version.split('.').next().and_then(|major| major.parse().ok());
        if first.is_none_or(|major: u32| major < OLDEST) {
            return Err(Error::new(Exit::Input, "error-engine-version")
                .with("remote", remote.server.address())
                .with("found", &remote.version)
                .with("wanted", OLDEST));
        }
        remote.call(Request::Contact, Some(GREET), &|_, _| {}, |session| {
            SETTINGS.iter().try_for_each(|(name, value)| session.conf().set(name, value))
        })?;
        Ok(remote)
    }

    /// The files that a path matches, as sorted URIs.
    ///
    /// # Errors
    /// A path that matches nothing.
    pub fn files(&self, path: &str) -> Result<Vec<String>> {
        let owned = path.to_owned();
        let mut files = self.short(Request::Path(path), move |session| {
            session.read().format("text").load(Some(&owned)).input_files()
        })?;
        files.sort();
        Ok(files)
    }

    /// The first non-blank line of a text file. If one of its fields looks like an id, all fields are replaced by
    /// zeros except `known` headers: a file without headers begins with a student.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn first_line(&self, path: &str, encoding: &str, known: &[&str]) -> Result<String> {
        // A unique name: if a call was cut short, its view is missing instead of being that of the previous file.
        let name = format!("elevflode_first_line_{}", self.lines.fetch_add(1, Ordering::Relaxed));
        let query = format!("SELECT line FROM {name}");
        let masked = sql::masked("value", known);
        let (of, encoding) = (path.to_owned(), encoding.to_owned());
        self.short(Request::Path(path), move |session| {
            // Read as CSV without separators: Spark's reader of lines does not support encodings.
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
        let answer = self.answer(Request::Path(path), &query, &|_, _| {})?;
        Ok(answer.text().unwrap_or_default())
    }

    /// Text files with `fields` fields in the header, all columns texts; lines that do not fit are also in the column
    /// `bad`.
    #[must_use]
    pub fn csv(&self, path: &str, encoding: &str, delimiter: char, fields: usize) -> UnnamedView {
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
        UnnamedView { frame, more: &["bad"] }
    }

    /// Parquet files and their columns.
    ///
    /// # Errors
    /// Files that cannot be read, or that have different columns.
    pub fn parquet(&self, path: &str, files: usize) -> Result<(UnnamedView, Vec<RemoteColumn>)> {
        let read = |merged: &str| {
            let files = self.session.read().format("parquet").option("mergeSchema", merged).load(Some(path));
            self.described(files, Request::Path(path))
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
    /// A table that does not exist.
    pub fn table(&self, name: &str) -> Result<(UnnamedView, Vec<RemoteColumn>)> {
        self.described(self.session.read().table(name), Request::Table(name))
    }

    fn described(&self, frame: DataFrame, request: Request<'_>) -> Result<(UnnamedView, Vec<RemoteColumn>)> {
        let of = frame.clone();
        let schema = self.short(request, move |_| of.schema())?;
        let DataType::Struct { fields } = schema else { return Ok((UnnamedView { frame, more: &[] }, Vec::new())) };
        let columns = fields
            .iter()
            .map(|field| RemoteColumn { name: field.name.clone(), kind: field.data_type.simple_string() });
        let columns = columns.collect();
        Ok((UnnamedView { frame, more: &[] }, columns))
    }

    /// Names rows for use in queries.
    ///
    /// # Errors
    /// A server error.
    pub fn name_view(&self, view: &UnnamedView, columns: Vec<String>, name: &str) -> Result<()> {
        let more = view.more.iter().map(|name| named(name));
        let columns: Vec<String> = columns.into_iter().chain(more).collect();
        let (frame, name) = (view.frame.clone(), name.to_owned());
        self.short(Request::Query, move |_| {
            frame.select_expr(columns.iter().map(String::as_str).collect()).create_or_replace_temp_view(&name)
        })
    }

    /// Uploads a lookup table to the cluster.
    ///
    /// # Errors
    /// A server error.
    pub fn upload(&self, lookup: &Lookup) -> Result<()> {
        let name = lookup.name.to_owned();
        let schema =
            DataType::from_ddl(lookup.schema).map_err(|e| failures::translated(&e, &self.server, Request::Query))?;
        let fields: Vec<String> = match &schema {
            DataType::Struct { fields } => fields.iter().map(|field| field.name.clone()).collect(),
            _ => Vec::new(),
        };
        let value = |value: &lookups::LookupValue| match value {
            lookups::LookupValue::Text(text) => Value::String(text.clone()),
            lookups::LookupValue::Number(number) => Value::Long(*number),
            lookups::LookupValue::Flag(flag) => Value::Bool(*flag),
            lookups::LookupValue::None => Value::Null,
        };
        let rows: Vec<Row> =
            lookup.rows.iter().map(|row| Row::new(fields.clone(), row.iter().map(value).collect())).collect();
        self.short(Request::Query, move |session| {
            session.create_dataframe(rows, schema)?.create_or_replace_temp_view(&name)
        })
    }

    /// The answer to a query, by column; a value that is not a whole number is an error.
    ///
    /// # Errors
    /// A server error; a lost connection, a request to stop.
    pub fn query<const N: usize>(&self, query: &str, on_tasks: OnTasks<'_>) -> Result<[Vec<Option<i64>>; N]> {
        let answer = self.answer(Request::Query, query, on_tasks)?;
        answer.numbers().ok_or_else(|| failures::strange(&self.server.address(), "ARROW"))
    }

    fn answer(&self, request: Request<'_>, query: &str, on_tasks: OnTasks<'_>) -> Result<RawAnswer> {
        self.stages().clear();
        let (stream, stages, query) = (Arc::clone(&self.stream), Arc::clone(&self.stages), query.to_owned());
        self.call(request, None, on_tasks, move |_| {
            stream.answer(&query, &|stage, done, all| {
                stages.lock().unwrap_or_else(PoisonError::into_inner).insert(stage, (done, all));
            })
        })
    }

    fn stages(&self) -> MutexGuard<'_, StageTasks> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a short call, without progress.
    fn short<T: Send + 'static>(
        &self,
        request: Request<'_>,
        work: impl FnOnce(&SparkSession) -> std::result::Result<T, SparkError> + Send + 'static,
    ) -> Result<T> {
        self.call(request, None, &|_, _| {}, work)
    }

    /// Runs a call of the client and watches meanwhile.
    fn call<T: Send + 'static>(
        &self,
        request: Request<'_>,
        limit: Option<Duration>,
        on_tasks: OnTasks<'_>,
        work: impl FnOnce(&SparkSession) -> std::result::Result<T, SparkError> + Send + 'static,
    ) -> Result<T> {
        let (send, answer) = channel();
        let session = self.session.clone();
        // A request to stop first ends the job on the server; a second one ends the program at once.
        let _careful = stop::careful();
        thread::spawn(move || drop(send.send(work(&session))));
        self.watch(request, limit, on_tasks, &answer)
    }

    fn watch<T>(
        &self,
        request: Request<'_>,
        limit: Option<Duration>,
        on_tasks: OnTasks<'_>,
        answer: &std::sync::mpsc::Receiver<std::result::Result<T, SparkError>>,
    ) -> Result<T> {
        let (mut checks, mut missed) = (0_u32, 0);
        loop {
            match answer.recv_timeout(INTERVAL) {
                Ok(Ok(answer)) if !stop::is_requested() => return Ok(answer),
                Ok(Err(error)) if !stop::is_requested() => {
                    return Err(failures::translated(&error, &self.server, request));
                }
                Ok(_) => return Err(self.stopped()),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failures::strange(&self.server.address(), "CLIENT"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let (done, all) = self.tasks();
            on_tasks(done, all);
            if stop::is_requested() {
                if self.interrupt() {
                    let _ = answer.recv_timeout(STOP);
                }
                return Err(self.stopped());
            }
            checks += 1;
            if checks.is_multiple_of(CHECKS_PER_TEST) {
                missed = if is_there(&self.server.address()) { 0 } else { missed + 1 };
            }
            if missed >= MISSED {
                return Err(Error::new(Exit::Input, "error-engine-lost").with("remote", self.server.address()));
            }
            if limit.is_some_and(|limit| INTERVAL * checks > limit) {
                return Err(Error::new(Exit::Input, "error-engine-silent").with("remote", self.server.address()));
            }
        }
    }

    fn stopped(&self) -> Error {
        Error::new(Exit::Stopped, "error-engine-stopped").with("remote", self.server.address())
    }

    /// Tasks done, and all known tasks.
    fn tasks(&self) -> (u64, u64) {
        let stages = self.stages();
        let sum = |of: fn(&(i64, i64)) -> i64| stages.values().map(of).sum::<i64>().try_into().unwrap_or(0);
        (sum(|(done, _)| *done), sum(|(_, all)| *all))
    }

    /// Asks the server to stop its work for this session; returns whether it confirmed.
    fn interrupt(&self) -> bool {
        let session = self.session.clone();
        let (send, done) = channel();
        thread::spawn(move || send.send(session.interrupt_all().is_ok()));
        done.recv_timeout(STOP).unwrap_or(false)
    }

    /// Checks that the program need not stop.
    ///
    /// # Errors
    /// A request to stop.
    pub fn check_stop(&self) -> Result<()> {
        if stop::is_requested() { Err(self.stopped()) } else { Ok(()) }
    }
}

impl Drop for Remote {
    /// Closes the session and its views; does not wait for a server that does not answer.
    fn drop(&mut self) {
        let session = self.session.clone();
        let (send, done) = channel();
        thread::spawn(move || send.send(session.stop().is_ok()));
        let _ = done.recv_timeout(REACH);
    }
}

/// The address for the client, with the parameters that are not allowed in a config.
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

/// Whether a server listens at the address.
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
