//! Errors of the command line, in the program's own words and languages.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::{Error, Exit};

/// The error for arguments that clap refused; `None` if clap shows help or the version.
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

/// A size in bytes: a whole number, optionally followed by `K`, `M`, `G` or `T` for the powers of 1024.
pub(super) fn size(text: &str) -> std::result::Result<u64, String> {
    let wanted = || "500M, 4G".to_owned();
    let (number, power) = match text.char_indices().last() {
        Some((at, unit)) if unit.is_ascii_alphabetic() => {
            let power = "KMGT".find(unit.to_ascii_uppercase()).ok_or_else(wanted)?;
            (&text[..at], power as u32 + 1)
        }
        _ => (text, 0),
    };
    let number: u64 = number.parse().map_err(|_| wanted())?;
    number.checked_mul(1024_u64.pow(power)).filter(|bytes| *bytes > 0).ok_or_else(wanted)
}

/// Why a value was refused, in the words of its parser.
fn reason(error: &clap::Error) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(several) => several.join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_have_units() {
        for (text, wanted) in [
            ("4096", Some(4096)),
            ("1K", Some(1024)),
            ("500M", Some(500 << 20)),
            ("4g", Some(4 << 30)),
            ("2T", Some(2 << 40)),
            ("0", None),
            ("", None),
            ("G", None),
            ("4.5G", None),
            ("-1M", None),
            ("4GB", None),
            ("4å", None),
            ("99999999999T", None),
        ] {
            assert_eq!(super::size(text).ok(), wanted, "{text}");
        }
    }
}
