//! Mistakes in packs and configurations, printed with the lines of their files.

use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::{self, Config};

use super::tell;
use tieout::rules::mistake::{Mistake, PackFile};

/// Prints mistakes on standard error.
pub fn print(files: &[PackFile], mistakes: &[Mistake]) -> anyhow::Result<()> {
    shown(files, mistakes)?.lines().for_each(tell);
    Ok(())
}

/// Mistakes with the lines of their files.
pub fn shown(pack: &[PackFile], mistakes: &[Mistake]) -> anyhow::Result<String> {
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
