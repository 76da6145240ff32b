//! Files that were passed over: which, why, and what to do for those that may hold a report.

use std::path::Path;

use super::{kind, shown};

/// A file that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedFile {
    /// Its path as shown.
    pub path: String,
    /// Its kind: the extension of its name, in lower case.
    pub kind: String,
    /// Why, in words that go on from its name.
    pub why: String,
    /// What makes it readable, where it is of a kind that holds reports.
    pub hint: Option<String>,
}

/// What reports are passed over in, by extension, and what each is to be converted to.
const KINDS: &[(&str, &str)] = &[
    ("doc", "docx"),
    ("wps", "docx"),
    ("odt", "docx"),
    ("rtf", "docx"),
    ("et", "xlsx"),
    ("xlsb", "xlsx"),
    ("ppt", "pdf"),
    ("pptx", "pdf"),
    ("odp", "pdf"),
    ("ofd", "pdf"),
];

/// What a file that no pack recognises is passed over as.
pub const NOT_RECOGNISED: &str = "not recognised";
/// What the lock that an office program puts beside an open file is passed over as.
pub const LOCK: &str = "lock of an open file";

impl SkippedFile {
    /// A file that was passed over as what `what` says.
    pub fn new(path: &Path, what: &str) -> Self {
        let kind = kind::extension(path);
        let why = match what {
            NOT_RECOGNISED => "is no report that a pack recognises".to_owned(),
            _ if what == kind => format!("is of a kind that tieout does not read (.{kind})"),
            _ if what.starts_with("a ") || what.starts_with("an ") => {
                format!("is {what}, which tieout does not read")
            }
            what => format!("was passed over: {what}"),
        };
        let is_of_kind = what == kind || what.starts_with("a ") || what.starts_with("an ");
        let to = KINDS.iter().find(|(extension, _)| *extension == kind).filter(|_| is_of_kind);
        let hint = to.map(|(extension, to)| match *extension {
            "ofd" => "save it as .pdf in the program that shows it".to_owned(),
            _ => format!("save it as .{to}, or convert it: soffice --headless --convert-to {to} FILE"),
        });
        Self { path: shown(path), kind, why, hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_a_report_says_what_to_do() {
        let told = |path: &str, what: &str| {
            let file = SkippedFile::new(Path::new(path), what);
            (file.why, file.hint.is_some())
        };
        assert_eq!(told("a.odt", "odt"), ("is of a kind that tieout does not read (.odt)".to_owned(), true));
        assert_eq!(told("a.png", "png"), ("is of a kind that tieout does not read (.png)".to_owned(), false));
        assert_eq!(told("a.html", NOT_RECOGNISED), ("is no report that a pack recognises".to_owned(), false));
        assert_eq!(
            told("a.doc", "in .tieoutignore"),
            ("was passed over: in .tieoutignore".to_owned(), false)
        );
        let word = "a Word 97 document (.doc)";
        assert_eq!(told("a.doc", word), (format!("is {word}, which tieout does not read"), true));
    }
}
