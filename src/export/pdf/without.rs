//! The program without PDF: it says how to build one that has it.

use serde_json::Value;

use crate::error::{Error, Exit, Result};
use crate::model::Year;

/// No file.
///
/// # Errors
/// Always.
pub fn set(_: &'static str, _: &Value, _: Vec<String>, _: Year) -> Result<Vec<u8>> {
    Err(Error::new(Exit::Usage, "error-no-pdf"))
}

/// Nothing is kept.
pub fn forget() {}
