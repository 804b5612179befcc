//! Tests of the register readers.
