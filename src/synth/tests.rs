//! The generator against the engine.
