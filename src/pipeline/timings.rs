//! How long the stages of a run took and how much they processed; the only clock of the program.

use std::time::Instant;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::Progress;

/// The stages in the order of the run; written to a file of their own.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Timings {
    /// One entry per stage.
    pub stages: Vec<Stage>,
}

/// A stage: the sum of all its parts, and the amounts processed if they were counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// Wall clock, in seconds. Parts of the output are made at the same time, so that their sum is more than that of the run.
    pub seconds: f64,
    /// Rows.
    pub rows: Option<u64>,
    /// Bytes of files.
    pub bytes: Option<u64>,
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rate =
            |amount: Option<u64>| amount.filter(|_| self.seconds > 0.0).map(|n| (n as f64 / self.seconds).round());
        let mut out = serializer.serialize_struct("Stage", 6)?;
        out.serialize_field("stage", self.name)?;
        out.serialize_field("seconds", &self.seconds)?;
        for (amount, count, per_second) in
            [("rows", self.rows, "rows_per_second"), ("bytes", self.bytes, "bytes_per_second")]
        {
            if count.is_some() {
                out.serialize_field(amount, &count)?;
                out.serialize_field(per_second, &rate(count))?;
            }
        }
        out.end()
    }
}

impl Timings {
    /// Runs a stage or a part of one and adds the time taken; `progress` receives its name first.
    #[expect(clippy::disallowed_methods, reason = "the only clock of the program; it ends up in timings.json alone")]
    pub fn stage<T>(&mut self, name: &'static str, progress: &dyn Progress, work: impl FnOnce() -> T) -> T {
        progress.stage(name);
        let start = Instant::now();
        let out = work();
        self.named(name).seconds += start.elapsed().as_secs_f64();
        out
    }

    /// Adds the stages of other work, which may have run at the same time.
    pub fn add(&mut self, other: Self) {
        self.stages.extend(other.stages);
    }

    /// Keeps only the times: amounts processed can reveal hidden values.
    pub fn forget_amounts(&mut self) {
        for stage in &mut self.stages {
            (stage.rows, stage.bytes) = (None, None);
        }
    }

    /// Adds to the rows, and to the bytes of files, processed by a stage.
    pub fn add_amounts(&mut self, name: &'static str, rows: u64, bytes: Option<u64>) {
        let stage = self.named(name);
        stage.rows = Some(stage.rows.unwrap_or(0) + rows);
        stage.bytes = bytes.map(|bytes| stage.bytes.unwrap_or(0) + bytes).or(stage.bytes);
    }

    fn named(&mut self, name: &'static str) -> &mut Stage {
        let at = self.stages.iter().position(|stage| stage.name == name).unwrap_or_else(|| {
            self.stages.push(Stage { name, seconds: 0.0, rows: None, bytes: None });
            self.stages.len() - 1
        });
        &mut self.stages[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_records_amounts_and_rates() {
        let mut timings = Timings::default();
        timings.named("extracts").seconds = 2.0;
        timings.add_amounts("extracts", 3, Some(100));
        timings.add_amounts("extracts", 4, Some(1));
        timings.named("graph").seconds = 0.5;
        let json = serde_json::to_string(&timings).unwrap();
        assert_eq!(
            json,
            r#"{"stages":[{"stage":"extracts","seconds":2.0,"rows":7,"rows_per_second":4.0,"bytes":101,"bytes_per_second":51.0},{"stage":"graph","seconds":0.5}]}"#
        );
    }
}
