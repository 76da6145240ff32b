//! Mistakes as text, each with the lines of its file.

use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::{self, SimpleFiles};
use codespan_reporting::term::{self, Config};

use super::mistake::{Mistake, PackFile};

/// Mistakes with the lines of their files.
///
/// # Errors
/// A mistake whose place is not in its file.
pub fn shown(pack: &[PackFile], mistakes: &[Mistake]) -> Result<String, files::Error> {
    let mut files = SimpleFiles::new();
    for file in pack {
        files.add(&file.path, &file.text);
    }
    let mut text = String::new();
    for mistake in mistakes {
        let mut labels =
            vec![Label::primary(mistake.at.file.0, mistake.at.range.clone()).with_message(&mistake.label)];
        labels.extend(
            mistake
                .also
                .iter()
                .map(|(at, label)| Label::secondary(at.file.0, at.range.clone()).with_message(label)),
        );
        let diagnostic = Diagnostic::error()
            .with_message(&mistake.message)
            .with_labels(labels)
            .with_notes(mistake.help.iter().map(ToString::to_string).collect());
        term::emit_to_string(&mut text, &Config::default(), &files, &diagnostic)?;
    }
    Ok(text)
}
