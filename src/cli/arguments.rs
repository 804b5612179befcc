//! What is wrong with the command line, in the program's own words and languages.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::{Error, Exit};

/// The error of arguments that clap refused; none where clap shows help or the version.
pub(super) fn refused(error: &clap::Error) -> Option<Error> {
    let context = |kind| error.get(kind).map(text).filter(|text| !text.is_empty());
    let found = || context(ContextKind::InvalidArg).or_else(|| context(ContextKind::InvalidSubcommand));
    let wanted = || {
        [
            ContextKind::SuggestedArg,
            ContextKind::SuggestedSubcommand,
            ContextKind::ValidValue,
            ContextKind::ValidSubcommand,
        ]
        .into_iter()
        .find_map(context)
        .or_else(|| reason(error))
        .unwrap_or_else(|| "–".to_owned())
    };
    let value = || context(ContextKind::InvalidValue).unwrap_or_else(|| "–".to_owned());
    let name = || found().unwrap_or_else(|| "–".to_owned());
    Some(match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::MissingSubcommand => return None,
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => Error::new(Exit::Usage, "error-argument-value")
            .with("argument", name())
            .with("found", value())
            .with("wanted", wanted()),
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand | ErrorKind::ArgumentConflict => {
            Error::new(Exit::Usage, "error-argument-unknown").with("found", name()).with("wanted", wanted())
        }
        ErrorKind::MissingRequiredArgument => {
            Error::new(Exit::Usage, "error-argument-missing").with("wanted", name())
        }
        _ => Error::new(Exit::Usage, "error-arguments"),
    })
}

/// Why a value was refused, in the words of what refused it.
fn reason(error: &clap::Error) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(several) => several.join(", "),
        other => other.to_string(),
    }
}
