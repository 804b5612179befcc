//! Errors of a server or its client, translated to the program's messages. A server's own message can contain a value
//! of a row, so it is never shown: only the name of its error.

use spark_connect::SparkError;

use crate::config::Server;
use crate::error::{Error, Exit};

/// The request during which an error occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// The first contact.
    Contact,
    /// The files of a path.
    Path(&'a str),
    /// The columns of a table.
    Table(&'a str),
    /// A query.
    Query,
}

/// Words in errors of servers whose job or machine ran out of memory.
const MEMORY: [&str; 10] = [
    "OutOfMemory",
    "Java heap space",
    "UNABLE_TO_ACQUIRE_MEMORY",
    "Unable to acquire",
    "exceeding memory limits",
    "exceeding physical memory",
    "GC overhead limit",
    "maxResultSize",
    "exit code 137",
    "Exit status: 137",
];

/// Words in errors for a session or an operation that a server no longer knows, because it was restarted or is
/// shutting down.
const GONE: [&str; 6] = [
    "INVALID_HANDLE",
    "SESSION_NOT_FOUND",
    "SESSION_CLOSED",
    "SESSION_CHANGED",
    "SparkContext was shut down",
    "stopped SparkContext",
];

/// Words of connection errors that no server uses.
const CONNECTION: [&str; 1] = ["h2 protocol error"];

/// Words in errors of a server that requires authentication.
const REFUSED: [&str; 3] = ["Unauthenticated", "UNAUTHENTICATED", "PERMISSION_DENIED"];

/// Words in errors for something that a server does not find.
const ABSENT: [&str; 7] = [
    "PATH_NOT_FOUND",
    "TABLE_OR_VIEW_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "CATALOG_NOT_FOUND",
    "PARSE_SYNTAX_ERROR",
    "REQUIRES_SINGLE_PART_NAMESPACE",
    "Path does not exist",
];

/// Status codes of gRPC.
mod code {
    pub const CANCELLED: i32 = 1;
    pub const UNKNOWN: i32 = 2;
    pub const PERMISSION_DENIED: i32 = 7;
    pub const UNIMPLEMENTED: i32 = 12;
    pub const UNAVAILABLE: i32 = 14;
    pub const UNAUTHENTICATED: i32 = 16;
}

/// The error to report.
pub fn translated(error: &SparkError, server: &Server, request: Request<'_>) -> Error {
    let says = |words: &[&str]| says(error, words);
    let input = |id: &'static str| Error::new(Exit::Input, id).with("remote", server.address());
    let (state, is_of_connection) = (error.grpc_code.unwrap_or(0), is_of_connection(error));
    if matches!(state, code::UNAUTHENTICATED | code::PERMISSION_DENIED) || says(&REFUSED) {
        return input("error-engine-refused").with("name", &server.token_env);
    }
    match request {
        Request::Path(path) if says(&ABSENT) => {
            return Error::new(Exit::Input, "error-engine-no-path").with("path", path);
        }
        Request::Table(table) if says(&ABSENT) => {
            return Error::new(Exit::Input, "error-engine-no-table").with("table", table);
        }
        Request::Contact if is_of_connection => return input("error-engine-silent"),
        _ => {}
    }
    if says(&MEMORY) {
        return input("error-engine-memory");
    }
    if is_of_connection || is_gone(error) {
        return input("error-engine-lost");
    }
    match request {
        Request::Path(of) | Request::Table(of) => strange(of, &name(error)),
        Request::Contact | Request::Query => strange(&server.address(), &name(error)),
    }
}

/// Whether an error contains one of these words.
pub fn says(error: &SparkError, words: &[&str]) -> bool {
    let said = [&error.error_class, &error.message].into_iter().chain(error.params.values());
    said.into_iter().any(|said| words.iter().any(|word| said.contains(word)))
}

/// Whether an error comes from the connection: an error of the server has a name.
pub fn is_of_connection(error: &SparkError) -> bool {
    let of_connection = [code::CANCELLED, code::UNKNOWN, code::UNIMPLEMENTED, code::UNAVAILABLE];
    let is_nameless = error.error_class.is_empty() && !says(error, &MEMORY);
    (is_nameless && (of_connection.contains(&error.grpc_code.unwrap_or(0)) || says(error, &CONNECTION)))
        || says(error, &["INVALID_CURSOR.DISCONNECTED"])
}

/// Whether a server no longer knows the session or the query.
pub fn is_gone(error: &SparkError) -> bool {
    says(error, &GONE)
}

/// The error of a connection that broke without an error message.
pub fn broken() -> SparkError {
    SparkError { grpc_code: Some(code::UNAVAILABLE), ..SparkError::connect_msg("") }
}

/// An error without a message of its own, by the server's name for it.
pub fn strange(place: &str, name: &str) -> Error {
    Error::new(Exit::Input, "error-engine-failed").with("remote", place).with("why", name)
}

/// The name of an error: capitals, points and underscores; such a name contains no value.
fn name(error: &SparkError) -> String {
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || "_.".contains(c));
    let mut bracketed = None;
    let mut rest = error.message.as_str();
    // Names are in brackets before the message; brackets inside the message can contain a value.
    while let Some((first, after)) = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        bracketed = bracketed.or(Some(first).filter(|first| first.contains('_') && is_name(first)));
        rest = after;
    }
    let class = Some(error.error_class.as_str()).filter(|class| is_name(class));
    class.or(bracketed).map_or_else(|| format!("gRPC {}", error.grpc_code.unwrap_or(0)), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn check(message: &str, state: i32, request: Request<'_>, wanted: &str) {
        let server = Server { remote: "sc://lake".to_owned(), tls: false, token_env: "TOKEN".to_owned() };
        let error = SparkError { grpc_code: Some(state), ..SparkError::connect_msg(message) };
        let error = translated(&error, &server, request);
        assert_eq!(error.id(), wanted, "{message}");
        for lang in Lang::ALL {
            assert!(!error.text(lang).contains("0701019804"), "a value of a row is shown");
        }
    }

    #[test]
    fn errors_are_reported_without_a_value() {
        use Request::{Contact, Path, Query, Table};
        for (message, state, request, wanted) in [
            ("[Unavailable] tcp connect error", 14, Query, "error-engine-lost"),
            ("[Unavailable] tcp connect error", 14, Contact, "error-engine-silent"),
            ("[Unimplemented] 404", 12, Contact, "error-engine-silent"),
            ("[Cancelled] h2 protocol error", 1, Contact, "error-engine-silent"),
            ("[Unknown] error reading a body from connection", 2, Query, "error-engine-lost"),
            ("[Unauthenticated] no", 16, Contact, "error-engine-refused"),
            ("[INVALID_HANDLE.SESSION_NOT_FOUND] x", 13, Query, "error-engine-lost"),
            ("Job 5 cancelled because SparkContext was shut down", 13, Query, "error-engine-lost"),
            ("Job aborted: java.lang.OutOfMemoryError: Java heap space", 13, Query, "error-engine-memory"),
            ("[UNABLE_TO_ACQUIRE_MEMORY] 4 bytes", 13, Query, "error-engine-memory"),
            ("[PATH_NOT_FOUND] Path does not exist: x", 13, Path("/x"), "error-engine-no-path"),
            ("[TABLE_OR_VIEW_NOT_FOUND] x", 13, Table("x"), "error-engine-no-table"),
            ("[CAST_INVALID_INPUT] The value '0701019804' of the type", 13, Query, "error-engine-failed"),
            ("[0701019804]", 13, Query, "error-engine-failed"),
        ] {
            check(message, state, request, wanted);
        }
    }

    #[test]
    fn the_name_of_an_error_is_a_name() {
        for (message, wanted) in [
            ("[CAST_INVALID_INPUT] The value 'A' is", "CAST_INVALID_INPUT"),
            ("[Internal] [SCALAR_X.Y_Z] b", "SCALAR_X.Y_Z"),
            ("[Internal] the value [ANNA_ANDERSSON] is", "gRPC 0"),
            ("nothing", "gRPC 0"),
        ] {
            assert_eq!(name(&SparkError::connect_msg(message)), wanted);
        }
    }
}
