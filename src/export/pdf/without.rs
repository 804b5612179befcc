//! A build without PDF support: its error says how to build one with it.

use serde_json::Value;

use crate::error::{Error, Exit, Result};
use crate::model::Year;

/// Returns no file.
///
/// # Errors
/// Always.
pub fn set(_: &'static str, _: &Value, _: Vec<String>, _: Year) -> Result<Vec<u8>> {
    Err(Error::new(Exit::Usage, "error-no-pdf"))
}

/// There is no cache to clear.
pub fn forget() {}
