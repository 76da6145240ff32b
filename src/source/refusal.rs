//! Why the bytes of a file cannot be read in their format.

/// What is in the way, so that it reads behind the name of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file is cut off, or not what it says it is.
    #[error("is no whole {format} file: {reason}")]
    Damaged {
        /// The format it should be in.
        format: &'static str,
        /// What its parser said.
        reason: String,
    },
    /// Its content is encrypted.
    #[error("is protected by a password; save a copy without one")]
    Locked,
    /// It is of a kind that can be told, but not read.
    #[error("is {what}, which tieout does not read; {instead}")]
    Unsupported {
        /// The kind, with its article.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// It would take more room or time than any report does.
    #[error("has more than {limit} {what}")]
    TooMuch {
        /// How much is read.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// None of its pages has text.
    #[error("has no text layer: its pages are pictures of text, which tieout does not read")]
    NoText,
}

impl Refusal {
    /// A damaged file of a format.
    pub fn damaged(format: &'static str, reason: impl ToString) -> Self {
        Refusal::Damaged { format, reason: reason.to_string() }
    }
}
