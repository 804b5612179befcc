//! The answer to a query, in the parts that a server sends, however often the server or the connection ends the
//! stream.
//!
//! A server ends every stream of an answer after a while (by default two minutes), continues the job, and waits for a
//! request for the parts after the last one received. The client's data frames treat such an end as the end of the
//! answer, so queries use the lower-level calls. An answer is complete only when the server has said so.
#![expect(clippy::result_large_err, reason = "the client's own error is large; it does not leave this module")]

use std::io::Cursor;
use std::thread;
use std::time::Duration;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use arrow::ipc::reader::StreamReader;
use spark_connect::SparkError;
use spark_connect_core::{
    ChannelBuilder, ExecutePlanResponseReattachableIterator as Reattachable, RetryPolicy, SparkConnectClient,
    block_on,
};
use spark_connect_proto::analyze_plan_request::{Analyze, SparkVersion};
use spark_connect_proto::analyze_plan_response::Result as Analysis;
use spark_connect_proto::execute_plan_response::ResponseType;
use spark_connect_proto::{
    AnalyzePlanRequest, ExecutePlanRequest, ExecutePlanResponse, Plan, Relation, Sql, UserContext, plan, relation,
};

use super::failures;

/// Maximum number of consecutive retries of an answer over a broken connection without receiving anything.
const MAX_BREAKS: u32 = 5;

/// Number of retries of the version request to a server that cannot be reached.
const VERSION_RETRIES: u32 = 2;

/// Maximum number of consecutive empty streams: a server is silent while it plans, and each of its streams lasts
/// minutes.
const MAX_EMPTY: u32 = 60;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// A callback for the stages of a job: the number of a stage, its tasks done, and all its tasks.
pub type OnStage<'a> = &'a dyn Fn(i64, i64, i64);

/// The channel for queries about the views of a session.
pub struct Stream {
    client: SparkConnectClient,
}

impl Stream {
    /// Opens a channel to a server, by an address with parameters, into an existing session.
    ///
    /// # Errors
    /// An invalid address.
    pub fn open(url: &str, session: &str) -> Result<Self, SparkError> {
        let address = ChannelBuilder::parse(&format!("{url};session_id={session}"))?;
        let mut client = block_on(SparkConnectClient::connect(&address))?;
        client.set_retry_policy(RetryPolicy { max_retries: Some(VERSION_RETRIES), ..RetryPolicy::default() });
        Ok(Self { client })
    }

    /// The version of Spark that the server reports; `None` if it reports none.
    ///
    /// # Errors
    /// A server that cannot be reached or refuses.
    pub fn version(&self) -> Result<Option<String>, SparkError> {
        let response = block_on(self.client.analyze_plan(AnalyzePlanRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: Some(UserContext::default()),
            analyze: Some(Analyze::SparkVersion(SparkVersion {})),
            ..AnalyzePlanRequest::default()
        }))?;
        Ok(response.result.and_then(|result| match result {
            Analysis::SparkVersion(version) => Some(version.version),
            _ => None,
        }))
    }

    /// The complete answer to a query.
    ///
    /// # Errors
    /// A server error; a connection that stays broken.
    pub fn answer(&self, query: &str, on_stage: OnStage<'_>) -> Result<RawAnswer, SparkError> {
        let execution = Reattachable::new(self.request(query));
        // A stream of the parts after the last one received; of the whole answer if none was received.
        let open_stream = || {
            if block_on(execution.last_response_id()).is_none() {
                match block_on(self.client.execute_plan(execution.request().clone())) {
                    // The query had arrived before the connection broke.
                    Err(error) if failures::says(&error, &["OPERATION_ALREADY_EXISTS"]) => {}
                    response => return response,
                }
            }
            block_on(self.client.reattach_execute(block_on(execution.create_reattach_request())))
        };
        let (mut parts, mut patience, mut open) = (ReceivedParts::default(), Patience::default(), None);
        while !block_on(execution.is_completed()) {
            let Some(stream) = &mut open else {
                match open_stream() {
                    Ok(stream) => open = Some(stream),
                    Err(error) if parts.is_complete(&error) => break,
                    Err(error) => patience.wait_after(error)?,
                }
                continue;
            };
            match block_on(stream.message()) {
                Ok(Some(response)) => {
                    patience.reset();
                    block_on(execution.set_last_response_id(&response));
                    parts.take(response, on_stage)?;
                }
                Ok(None) => {
                    open = None;
                    patience.end_of_stream()?;
                }
                Err(status) => {
                    open = None;
                    patience.wait_after(SparkError::from_grpc_status(status))?;
                }
            }
        }
        // The server keeps an answer until its arrival is confirmed; without confirmation it drops it after a
        // while.
        let _ = block_on(self.client.release_execute(block_on(execution.create_release_request(true))));
        Ok(RawAnswer(parts.parts))
    }

    fn request(&self, query: &str) -> ExecutePlanRequest {
        let sql = Sql { query: query.to_owned(), ..Sql::default() };
        let relation = Relation { rel_type: Some(relation::RelType::Sql(sql)), ..Relation::default() };
        ExecutePlanRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: Some(UserContext::default()),
            plan: Some(Plan { op_type: Some(plan::OpType::Root(relation)) }),
            ..ExecutePlanRequest::default()
        }
    }
}

/// The parts of an answer received so far.
#[derive(Default)]
struct ReceivedParts {
    parts: Vec<Vec<u8>>,
    rows: i64,
    has_metrics: bool,
}

impl ReceivedParts {
    fn take(&mut self, response: ExecutePlanResponse, on_stage: OnStage<'_>) -> Result<(), SparkError> {
        self.has_metrics |= response.metrics.is_some();
        match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => {
                // A repeated or a missing part.
                if batch.start_offset.is_some_and(|offset| offset != self.rows) {
                    return Err(failures::broken());
                }
                self.rows += batch.row_count;
                self.parts.push(batch.data.to_vec());
            }
            Some(ResponseType::ExecutionProgress(progress)) => progress
                .stages
                .iter()
                .for_each(|stage| on_stage(stage.stage_id, stage.num_completed_tasks, stage.num_tasks)),
            _ => {}
        }
        Ok(())
    }

    /// Whether the answer is complete: a server without reattachment marks no end, but metrics are the last part of
    /// each answer.
    fn is_complete(&self, error: &SparkError) -> bool {
        self.has_metrics && failures::says(error, &["NOT_REATTACHABLE", "OPERATION_NOT_FOUND"])
    }
}

/// How long a connection may stay broken.
#[derive(Default)]
struct Patience {
    /// Number of consecutive breaks without receiving anything.
    broken: u32,
    /// Number of consecutive empty streams.
    empty: u32,
    /// The first error of the current breaks.
    first: Option<SparkError>,
}

impl Patience {
    fn reset(&mut self) {
        *self = Self::default();
    }

    /// Waits for a connection to return; returns the error if it is the server's, or after too many breaks.
    fn wait_after(&mut self, error: SparkError) -> Result<(), SparkError> {
        self.broken += 1;
        if failures::is_gone(&error) {
            // The first error says why the session is gone.
            return Err(self.first.take().unwrap_or(error));
        }
        if self.broken > MAX_BREAKS || !failures::is_of_connection(&error) {
            return Err(error);
        }
        self.first.get_or_insert(error);
        thread::sleep(PAUSE);
        Ok(())
    }

    /// Handles the end of a stream that the server continues in another; after too many empty ones, the connection
    /// counts as broken.
    fn end_of_stream(&mut self) -> Result<(), SparkError> {
        self.empty += 1;
        if self.empty > MAX_EMPTY {
            return Err(failures::broken());
        }
        if self.empty > 1 {
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

/// The parts of an answer, each an Arrow stream.
pub struct RawAnswer(Vec<Vec<u8>>);

impl RawAnswer {
    /// Its columns if all are whole numbers; otherwise `None`.
    #[must_use]
    pub fn numbers<const N: usize>(self) -> Option<[Vec<Option<i64>>; N]> {
        let mut out = [const { Vec::new() }; N];
        for part in self.0 {
            for batch in StreamReader::try_new(Cursor::new(part), None).ok()? {
                let batch = batch.ok()?;
                if batch.num_columns() != N {
                    return None;
                }
                for (column, out) in batch.columns().iter().zip(&mut out) {
                    out.extend(column.as_primitive_opt::<Int64Type>()?);
                }
            }
        }
        Some(out)
    }

    /// The text in its first row and column; `None` if there is none.
    #[must_use]
    pub fn text(self) -> Option<String> {
        for part in self.0 {
            for batch in StreamReader::try_new(Cursor::new(part), None).ok()? {
                let batch = batch.ok()?;
                if let Some(first) = batch.columns().first()?.as_string_opt::<i32>()?.iter().next() {
                    return first.map(str::to_owned);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use arrow::ipc::writer::StreamWriter;

    #[test]
    fn a_connection_may_break_a_limited_number_of_times() {
        let said =
            |message: &str, state: i32| SparkError { grpc_code: Some(state), ..SparkError::connect_msg(message) };
        let mut patience = Patience { broken: MAX_BREAKS - 1, ..Patience::default() };
        assert!(patience.wait_after(failures::broken()).is_ok());
        assert!(patience.wait_after(failures::broken()).is_err(), "one time too many");
        patience.reset();
        assert!(patience.wait_after(failures::broken()).is_ok());
        // For a session that is gone, the first error is returned.
        let gone = said("[INVALID_HANDLE.SESSION_NOT_FOUND] x", 13);
        let first = patience.wait_after(gone.clone()).unwrap_err();
        assert_eq!(first.grpc_code, failures::broken().grpc_code);
        assert_eq!(patience.wait_after(gone.clone()).unwrap_err().message, gone.message);
        assert!(Patience::default().wait_after(said("[Unknown] java.lang.OutOfMemoryError", 2)).is_err());
        // A server may be silent for some streams; a proxy that ends every stream is not a server.
        let mut silent = Patience { empty: MAX_EMPTY - 1, ..Patience::default() };
        assert!(silent.end_of_stream().is_ok());
        assert!(silent.end_of_stream().is_err());
        silent.reset();
        assert!(silent.end_of_stream().is_ok());
    }

    fn part(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))
                .unwrap();
        let mut bytes = Vec::new();
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        drop(writer);
        bytes
    }

    fn numbers(values: &[Option<i64>]) -> ArrayRef {
        std::sync::Arc::new(Int64Array::from(values.to_vec()))
    }

    #[test]
    fn an_answer_is_whole_numbers_or_none() {
        let one = part(vec![("a", numbers(&[Some(1), None])), ("b", numbers(&[Some(2), Some(3)]))]);
        let none = part(vec![("a", numbers(&[])), ("b", numbers(&[]))]);
        let two = part(vec![("a", numbers(&[Some(4)])), ("b", numbers(&[Some(5)]))]);
        let text = part(vec![("a", std::sync::Arc::new(StringArray::from(vec!["0701019804"])))]);
        for (parts, wanted) in [
            (vec![], Some([vec![], vec![]])),
            (vec![none.clone()], Some([vec![], vec![]])),
            (vec![one.clone(), none, two], Some([vec![Some(1), None, Some(4)], vec![Some(2), Some(3), Some(5)]])),
            (vec![one, b"nothing of the kind".to_vec()], None),
            (vec![text.clone()], None),
        ] {
            assert_eq!(RawAnswer(parts).numbers::<2>(), wanted);
        }
        assert_eq!(RawAnswer(vec![text.clone()]).numbers::<1>(), None);
        assert_eq!(RawAnswer(vec![text]).text().as_deref(), Some("0701019804"));
        assert_eq!(RawAnswer(vec![]).text(), None);
    }
}
