//! The answer to a query, as the parts in which a server sends it, however often the server or the line ends the stream.
//!
//! A server ends every stream of an answer after a while (two minutes, as it comes), goes on with the job, and waits to be
//! asked for what follows the last part that came. The frames of the client take such an end for that of the answer; so
//! questions are asked by the calls beneath them. An answer is whole when the server has said that it is, not before.
#![expect(clippy::result_large_err, reason = "the client's own error is large; it goes no further than this room")]

use std::io::Cursor;
use std::thread;
use std::time::Duration;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use arrow::ipc::reader::StreamReader;
use spark_connect::SparkError;
use spark_connect_core::{
    ChannelBuilder, ExecutePlanResponseReattachableIterator as Course, RetryPolicy, SparkConnectClient, block_on,
};
use spark_connect_proto::analyze_plan_request::{Analyze, SparkVersion};
use spark_connect_proto::analyze_plan_response::Result as Analysis;
use spark_connect_proto::execute_plan_response::ResponseType;
use spark_connect_proto::{
    AnalyzePlanRequest, ExecutePlanRequest, ExecutePlanResponse, Plan, Relation, Sql, UserContext, plan, relation,
};

use super::failures;

/// Times in a row that an answer is asked for again over a line that breaks, with nothing coming in between.
const TRIES: u32 = 5;

/// Times that a server that cannot be reached at first is asked again for its version.
const GREETINGS: u32 = 2;

/// Streams in a row in which nothing comes: a server is silent while it plans, and each of its streams lasts minutes.
const EMPTY: u32 = 60;

/// The time between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Someone who hears of the stages of a job: the number of one, its tasks done, and all of them.
pub type Stages<'a> = &'a dyn Fn(i64, i64, i64);

/// Where questions about the views of a session are asked.
pub struct Stream {
    client: SparkConnectClient,
}

impl Stream {
    /// To a server, by an address with parameters, into a session that is there.
    ///
    /// # Errors
    /// An address that is none.
    pub fn open(url: &str, session: &str) -> Result<Self, SparkError> {
        let address = ChannelBuilder::parse(&format!("{url};session_id={session}"))?;
        let mut client = block_on(SparkConnectClient::connect(&address))?;
        client.set_retry_policy(RetryPolicy { max_retries: Some(GREETINGS), ..RetryPolicy::default() });
        Ok(Self { client })
    }

    /// The version of Spark that the server says it is; nothing where it says none.
    ///
    /// # Errors
    /// A server that cannot be reached, or refuses.
    pub fn version(&self) -> Result<Option<String>, SparkError> {
        let asked = block_on(self.client.analyze_plan(AnalyzePlanRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: Some(UserContext::default()),
            analyze: Some(Analyze::SparkVersion(SparkVersion {})),
            ..AnalyzePlanRequest::default()
        }))?;
        Ok(asked.result.and_then(|result| match result {
            Analysis::SparkVersion(told) => Some(told.version),
            _ => None,
        }))
    }

    /// The whole answer to a query.
    ///
    /// # Errors
    /// What the server says; a line that stays broken.
    pub fn answer(&self, query: &str, heard: Stages<'_>) -> Result<Answer, SparkError> {
        let course = Course::new(self.request(query));
        // A stream of what follows the last part that came; where none came, of the whole.
        let open_stream = || {
            if block_on(course.last_response_id()).is_none() {
                match block_on(self.client.execute_plan(course.request().clone())) {
                    // The question had arrived before its line broke.
                    Err(error) if failures::says(&error, &["OPERATION_ALREADY_EXISTS"]) => {}
                    asked => return asked,
                }
            }
            block_on(self.client.reattach_execute(block_on(course.create_reattach_request())))
        };
        let (mut parts, mut patience, mut open) = (Parts::default(), Patience::default(), None);
        while !block_on(course.is_completed()) {
            let Some(stream) = &mut open else {
                match open_stream() {
                    Ok(stream) => open = Some(stream),
                    Err(error) if parts.are_all(&error) => break,
                    Err(error) => patience.after(error)?,
                }
                continue;
            };
            match block_on(stream.message()) {
                Ok(Some(response)) => {
                    patience.hears();
                    block_on(course.set_last_response_id(&response));
                    parts.take(response, heard)?;
                }
                Ok(None) => {
                    open = None;
                    patience.at_an_end()?;
                }
                Err(status) => {
                    open = None;
                    patience.after(SparkError::from_grpc_status(status))?;
                }
            }
        }
        // The server keeps an answer until it hears that it came; where it does not hear, it forgets it by itself.
        let _ = block_on(self.client.release_execute(block_on(course.create_release_request(true))));
        Ok(Answer(parts.parts))
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

/// What has come of an answer.
#[derive(Default)]
struct Parts {
    parts: Vec<Vec<u8>>,
    rows: i64,
    has_metrics: bool,
}

impl Parts {
    fn take(&mut self, response: ExecutePlanResponse, heard: Stages<'_>) -> Result<(), SparkError> {
        self.has_metrics |= response.metrics.is_some();
        match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => {
                // A part that came twice, or that was left out.
                if batch.start_offset.is_some_and(|offset| offset != self.rows) {
                    return Err(failures::broken());
                }
                self.rows += batch.row_count;
                self.parts.push(batch.data.to_vec());
            }
            Some(ResponseType::ExecutionProgress(progress)) => progress
                .stages
                .iter()
                .for_each(|stage| heard(stage.stage_id, stage.num_completed_tasks, stage.num_tasks)),
            _ => {}
        }
        Ok(())
    }

    /// Whether nothing is to come: a server that gives no answer twice marks no end, but metrics are the last of each.
    fn are_all(&self, error: &SparkError) -> bool {
        self.has_metrics && failures::says(error, &["NOT_REATTACHABLE", "OPERATION_NOT_FOUND"])
    }
}

/// How long a line may stay broken.
#[derive(Default)]
struct Patience {
    /// Times in a row that it broke with nothing coming in between.
    broken: u32,
    /// Streams in a row that ended with nothing coming.
    empty: u32,
    /// What was said when it broke first.
    first: Option<SparkError>,
}

impl Patience {
    fn hears(&mut self) {
        *self = Self::default();
    }

    /// Waits for a line to come back; an error of the server's, or one time too many, is given back.
    fn after(&mut self, error: SparkError) -> Result<(), SparkError> {
        self.broken += 1;
        if failures::is_gone(&error) {
            // Why it is gone was said before.
            return Err(self.first.take().unwrap_or(error));
        }
        if self.broken > TRIES || !failures::is_of_line(&error) {
            return Err(error);
        }
        self.first.get_or_insert(error);
        thread::sleep(PAUSE);
        Ok(())
    }

    /// The end of a stream that the server goes on with in another; of too many with nothing in them, a broken line's.
    fn at_an_end(&mut self) -> Result<(), SparkError> {
        self.empty += 1;
        if self.empty > EMPTY {
            return Err(failures::broken());
        }
        if self.empty > 1 {
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

/// The parts of an answer, each an Arrow stream.
pub struct Answer(Vec<Vec<u8>>);

impl Answer {
    /// Its columns, all whole numbers; nothing where they are something else.
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

    /// The text in its first row and column; nothing where there is none.
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
    fn a_line_may_break_some_times_but_not_for_ever() {
        let said =
            |message: &str, state: i32| SparkError { grpc_code: Some(state), ..SparkError::connect_msg(message) };
        let mut patience = Patience { broken: TRIES - 1, ..Patience::default() };
        assert!(patience.after(failures::broken()).is_ok());
        assert!(patience.after(failures::broken()).is_err(), "one time too many");
        patience.hears();
        assert!(patience.after(failures::broken()).is_ok());
        // Of a server that is gone it is told what was said first.
        let gone = said("[INVALID_HANDLE.SESSION_NOT_FOUND] x", 13);
        let told = patience.after(gone.clone()).unwrap_err();
        assert_eq!(told.grpc_code, failures::broken().grpc_code);
        assert_eq!(patience.after(gone.clone()).unwrap_err().message, gone.message);
        assert!(Patience::default().after(said("[Unknown] java.lang.OutOfMemoryError", 2)).is_err());
        // A server may be silent for some streams, a proxy that ends each is none.
        let mut silent = Patience { empty: EMPTY - 1, ..Patience::default() };
        assert!(silent.at_an_end().is_ok());
        assert!(silent.at_an_end().is_err());
        silent.hears();
        assert!(silent.at_an_end().is_ok());
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
            assert_eq!(Answer(parts).numbers::<2>(), wanted);
        }
        assert_eq!(Answer(vec![text.clone()]).numbers::<1>(), None);
        assert_eq!(Answer(vec![text]).text().as_deref(), Some("0701019804"));
        assert_eq!(Answer(vec![]).text(), None);
    }
}
