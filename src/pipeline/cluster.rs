//! Reading by a server: what a config requests of it, and what it returns instead of rows.

use crate::config::{Engine, RunConfig, Server};
use crate::error::Result;
use crate::manifest::Input;
use crate::model::Registers;

use super::{Progress, Read, Timings};

/// What the engine of a config does not do, as message ids, to be shown before a run starts.
#[must_use]
pub fn engine_limits(config: &RunConfig) -> &'static [&'static str] {
    match config.engine {
        Engine::Spark(_) if cfg!(feature = "spark") => {
            &["engine-no-lines", "engine-no-checksums", "engine-no-tracing"]
        }
        Engine::Local | Engine::Spark(_) => &[],
    }
}

/// Checks that this program can do what the config requests of its engine.
///
/// # Errors
/// A program built without the engine; a request that the engine does not support.
pub fn check(config: &RunConfig) -> Result<()> {
    match &config.engine {
        Engine::Local => Ok(()),
        Engine::Spark(_) => built::check(config),
    }
}

/// Reads, cleans, links and counts the extracts of a config on a server.
///
/// # Errors
/// Anything that prevents the server from doing so.
pub fn read(
    config: RunConfig,
    server: &Server,
    registers: Registers,
    inputs: Vec<Input>,
    timings: &mut Timings,
    progress: &dyn Progress,
) -> Result<Read> {
    built::read(config, server, registers, inputs, timings, progress)
}

#[cfg(feature = "spark")]
mod built {
    //! The engine, in a program that has it.

    use std::sync::Arc;

    use super::{Input, Progress, Read, Registers, Result, RunConfig, Server, Timings};
    use crate::manifest::EngineUsed;
    use crate::spark::{self, Cluster, ClusterCounts};
    use crate::tables::OfficialValues;

    pub fn check(config: &RunConfig) -> Result<()> {
        spark::check(config)
    }

    pub fn read(
        config: RunConfig,
        server: &Server,
        registers: Registers,
        mut inputs: Vec<Input>,
        timings: &mut Timings,
        progress: &dyn Progress,
    ) -> Result<Read> {
        let on_tasks = |done: u64, all: u64| progress.tasks(done, all);
        let cluster = timings.stage("spark-sources", progress, || Cluster::open(&config, server, &registers))?;
        let lines = timings.stage("spark-lines", progress, || cluster.lines(&on_tasks))?;
        let counted = timings.stage("spark-students", progress, || cluster.students(lines, &on_tasks))?;
        drop(cluster);
        let ClusterCounts { rows, flows, links, sources, version } = counted;
        for (extract, name, lines) in sources {
            inputs.push(Input::counted(config.extracts[extract].kind.as_str(), &name, lines));
        }
        inputs.sort();
        let engine = Some(EngineUsed { kind: "spark".to_owned(), version });
        let (regions, official) = (Vec::new(), OfficialValues::new());
        let registers = Arc::new(registers);
        let notes = Vec::new();
        let switches = None;
        Ok(Read { config, registers, regions, official, notes, rows, flows, links, switches, inputs, engine })
    }
}

#[cfg(not(feature = "spark"))]
mod built {
    //! The errors of a program without the engine.

    use super::{Input, Progress, Read, Registers, Result, RunConfig, Server, Timings};
    use crate::error::{Error, Exit};

    fn absent() -> Error {
        Error::new(Exit::Usage, "error-engine-not-built")
    }

    pub fn check(_: &RunConfig) -> Result<()> {
        Err(absent())
    }

    pub fn read(
        _: RunConfig,
        _: &Server,
        _: Registers,
        _: Vec<Input>,
        _: &mut Timings,
        _: &dyn Progress,
    ) -> Result<Read> {
        Err(absent())
    }
}
