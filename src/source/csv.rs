//! CSV and TSV: the dialect is found, and each cell keeps its place in the text.

use super::content::{CELL_BREAK, Content, ContentBuilder, Geometry, Mark};
use super::kind::{Format, Reads};
use super::place::Span;

/// Values parted by commas, semicolons or tabs.
pub const FORMAT: Format =
    Format { name: "csv", extensions: &["csv", "tsv", "tab"], read: Reads::Text(read) };

/// Bytes of a file that are looked at for its dialect.
const SAMPLE: usize = 64 * 1024;
/// A single cell with more characters than this is running text, not the label of a blank row.
const LONGEST_LABEL: usize = 40;

/// A field: its bytes without the quotes around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    span: Span,
    is_quoted: bool,
}

impl Field {
    fn text(self, source: &str) -> &str {
        self.span.of(source).trim()
    }
}

type Record = Vec<Field>;

fn read(source: &str) -> Content<'_> {
    let dialect = Dialect::of(source);
    let (comments, records) = without_comments(source, records(source, dialect));
    let mut builder = ContentBuilder::with_capacity(source.len());
    comments.iter().for_each(|comment| write_text(source, comment, &mut builder));
    for run in runs(source, &records) {
        let is_single = |record: &&Record| filled(source, record).nth(1).is_none();
        let first = run.iter().position(|record| !is_single(&record)).unwrap_or(run.len());
        let (above, rest) = run.split_at_checked(first).unwrap_or((run, &[]));
        above.iter().for_each(|record| write_text(source, record, &mut builder));
        for part in rest.chunk_by(|a, b| is_note(source, a) == is_note(source, b)) {
            if part.first().is_some_and(|record| is_note(source, record)) {
                part.iter().for_each(|record| write_text(source, record, &mut builder));
            } else {
                write_table(source, part, &mut builder);
            }
        }
    }
    builder.finish()
}

fn filled<'r>(source: &'r str, record: &'r Record) -> impl Iterator<Item = &'r Field> {
    record.iter().filter(|field| !field.text(source).is_empty())
}

/// Whether a record is running text below or between tables.
fn is_note(source: &str, record: &Record) -> bool {
    let mut filled = filled(source, record);
    let text = filled.next().map(|field| field.text(source)).unwrap_or_default();
    filled.next().is_none() && (text.chars().nth(LONGEST_LABEL).is_some() || text.ends_with('。'))
}

/// Runs of records without a blank one between them. Where records differ in length, a blank one as long as that above
/// it is a row of its table.
fn runs<'r>(source: &str, records: &'r [Record]) -> Vec<&'r [Record]> {
    let is_ragged = records.windows(2).any(|pair| matches!(pair, [a, b] if a.len() != b.len()));
    let mut runs = Vec::new();
    let mut start = 0;
    let mut above = 1;
    for (index, record) in records.iter().enumerate() {
        let is_row = is_ragged && record.len() > 1 && record.len() == above;
        if filled(source, record).next().is_some() || is_row {
            above = record.len();
            continue;
        }
        runs.extend(records.get(start..index));
        (start, above) = (index + 1, 1);
    }
    runs.extend(records.get(start..));
    runs.retain(|run| !run.is_empty());
    runs
}

/// How the fields of a file are parted and quoted.
#[derive(Clone, Copy)]
struct Dialect {
    delimiter: u8,
    quote: u8,
    /// Where the records start.
    start: usize,
}

impl Dialect {
    fn of(source: &str) -> Self {
        // Excel says so in a line of its own.
        if let Some(rest) = source.strip_prefix("sep=")
            && let [delimiter, b'\r' | b'\n', ..] = *rest.as_bytes()
        {
            let start = memchr::memchr(b'\n', source.as_bytes()).map_or(source.len(), |at| at + 1);
            return Self { delimiter, quote: quote(source, delimiter), start };
        }
        let delimiter = delimiter(source);
        Self { delimiter, quote: quote(source, delimiter), start: 0 }
    }
}

fn sample(source: &str) -> &str {
    let end = (0..=SAMPLE.min(source.len())).rev().find(|&end| source.is_char_boundary(end)).unwrap_or(0);
    source.get(..end).unwrap_or_default()
}

/// The character around fields: single quotes only where no field has double ones, and some have them at both ends.
fn quote(source: &str, delimiter: u8) -> u8 {
    const FEWEST: usize = 3;
    let lines = sample(source).lines();
    let fields = lines.flat_map(|line| line.split(char::from(delimiter))).map(str::trim);
    let (mut single, mut double) = (0, 0);
    for field in fields {
        double += usize::from(field.starts_with('"'));
        single += usize::from(field.len() > 1 && field.starts_with('\'') && field.ends_with('\''));
    }
    if double == 0 && single >= FEWEST { b'\'' } else { b'"' }
}

/// The delimiter that parts the lines of the text most alike.
fn delimiter(source: &str) -> u8 {
    let sample = sample(source);
    let score = |delimiter: u8| {
        let records = records(sample, Dialect { delimiter, quote: b'"', start: 0 });
        let parted = records.iter().filter(|record| record.len() > 1).count();
        let alike =
            records.windows(2).filter(|pair| matches!(pair, [a, b] if a.len() > 1 && a.len() == b.len()));
        parted + 2 * alike.count()
    };
    // Of delimiters that part as well `max_by_key` takes the last: a comma may stand in each number.
    *b",|;\t".iter().max_by_key(|&&delimiter| score(delimiter)).unwrap_or(&b',')
}

/// Takes out the lines that only remark on the others, each as one field: they start with `#`, and have other fields
/// than the first line below that does not.
fn without_comments(source: &str, records: Vec<Record>) -> (Vec<Record>, Vec<Record>) {
    let starts_so = |record: &Record| {
        let first = record.first().filter(|field| !field.is_quoted);
        first.is_some_and(|field| field.text(source).len() > 1 && field.text(source).starts_with('#'))
    };
    if !records.iter().any(starts_so) {
        return (Vec::new(), records);
    }
    let mut below = None;
    let (mut comments, mut kept) = (Vec::new(), Vec::new());
    for record in records.into_iter().rev() {
        let is_comment = starts_so(&record) && below != Some(record.len());
        match (record.first(), record.last()) {
            (Some(first), Some(last)) if is_comment => {
                comments.push(vec![Field { span: first.span.join(last.span), is_quoted: false }]);
            }
            _ => {
                below = Some(record.len());
                kept.push(record);
            }
        }
    }
    comments.reverse();
    kept.reverse();
    (comments, kept)
}

fn records(source: &str, dialect: Dialect) -> Vec<Record> {
    let bytes = source.as_bytes();
    let delimiter = dialect.delimiter;
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut at = dialect.start;
    while at < bytes.len() {
        let (field, end) = field(bytes, at, dialect);
        record.push(field);
        match bytes.get(end) {
            Some(&byte) if byte == delimiter => {
                at = end + 1;
                if at == bytes.len() {
                    record.push(Field { span: Span::new(at, at), is_quoted: false });
                }
            }
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => {
                records.push(std::mem::take(&mut record));
                at = end + 2;
            }
            _ => {
                records.push(std::mem::take(&mut record));
                at = end + 1;
            }
        }
    }
    if !record.is_empty() {
        records.push(record);
    }
    records
}

/// The field at `start`, and the offset of what ends it.
fn field(bytes: &[u8], start: usize, dialect: Dialect) -> (Field, usize) {
    let Dialect { delimiter, quote, .. } = dialect;
    let end_from = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let ends = |byte: &u8| *byte == delimiter || matches!(byte, b'\n' | b'\r');
        rest.iter().position(ends).map_or(bytes.len(), |length| from + length)
    };
    if bytes.get(start) == Some(&quote) {
        let mut at = start + 1;
        while let Some(length) = bytes.get(at..).and_then(|rest| memchr::memchr(quote, rest)) {
            at += length + 1;
            if bytes.get(at) == Some(&quote) {
                at += 1;
                continue;
            }
            // What stands between the closing quote and the end of the field is no part of it, and white space at most.
            let end = end_from(at);
            if bytes.get(at..end).is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace)) {
                return (Field { span: Span::new(start + 1, at - 1), is_quoted: true }, end);
            }
            break;
        }
    }
    let end = end_from(start);
    (Field { span: Span::new(start, end), is_quoted: false }, end)
}

/// Adds the text of a field, trimmed; line breaks within it become `line_break`.
fn write(source: &str, field: Field, line_break: char, builder: &mut ContentBuilder) -> Span {
    let span = field.span.trim(source);
    let start = builder.position();
    let mut at = span.start as usize;
    let mut rest = span.of(source);
    while let Some(length) = rest.find(['"', '\n', '\r']) {
        let (before, found) = rest.split_at_checked(length).unwrap_or((rest, ""));
        builder.verbatim(before, Span::new(at, at).start);
        let is_pair = |pair: &str| found.starts_with(pair);
        let width = if is_pair("\r\n") || (field.is_quoted && is_pair("\"\"")) { 2 } else { 1 };
        let shown = if is_pair("\"") { '"' } else { line_break };
        builder.replaced(shown.encode_utf8(&mut [0; 4]), Span::new(at + length, at + length + width));
        at += length + width;
        rest = found.get(width..).unwrap_or_default();
    }
    builder.verbatim(rest, Span::new(at, at).start);
    let end = builder.position();
    builder.separator(span.end);
    Span::new(start, end)
}

fn write_text(source: &str, record: &Record, builder: &mut ContentBuilder) {
    for field in filled(source, record) {
        let span = write(source, *field, '\n', builder);
        let mut at = span.start as usize;
        let text = span.of(builder.text()).to_owned();
        for line in text.split('\n') {
            let span = Span::new(at, at + line.len()).trim(builder.text());
            if !span.is_empty() {
                builder.marks.push(Mark::Text { span, heading: None });
            }
            at += line.len() + 1;
        }
    }
}

fn write_table(source: &str, records: &[Record], builder: &mut ContentBuilder) {
    builder.marks.push(Mark::TableStart(Geometry::Listed));
    // Delimiters behind the last filled cell of all rows are those of a wider table elsewhere in the file.
    let last = |record: &Record| record.iter().rposition(|field| !field.text(source).is_empty());
    let width = records.iter().filter_map(last).max().map_or(0, |last| last + 1);
    for record in records {
        builder.marks.push(Mark::RowStart);
        for field in record.iter().take(width) {
            let span = write(source, *field, CELL_BREAK, builder);
            builder.marks.push(Mark::Cell { span, colspan: 1, rowspan: 1 });
        }
    }
    builder.marks.push(Mark::TableEnd);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::place::Place;

    fn sketch(source: &str) -> String {
        let content = read(source);
        let mut out = String::new();
        for mark in &content.marks {
            match mark {
                Mark::Text { span, .. } => out += &format!("¶{}", span.of(&content.text)),
                Mark::TableStart(_) => out.push('['),
                Mark::RowStart => out.push('/'),
                Mark::Cell { span, .. } => {
                    out += &format!("{},", span.of(&content.text).replace(CELL_BREAK, "~"))
                }
                Mark::TableEnd => out.push(']'),
                Mark::Picture(_) => {}
            }
        }
        out
    }

    #[test]
    fn dialects() {
        let expected = "¶题[/项目,数,/甲,1,/乙,2,]";
        assert_eq!(sketch("题\n\n项目,数\n甲,1\n乙,2\n"), expected);
        assert_eq!(sketch("题;\r\n;\r\n项目;数\r\n甲;1\r\n乙;2"), expected);
        assert_eq!(sketch("题\t\n\t\n项目\t数\n\"甲\"\t1\n乙\t2\n"), expected);
    }

    #[test]
    fn a_blank_row_of_a_ragged_file_belongs_to_its_table() {
        assert_eq!(sketch("题\n\n甲,乙,丙\n,,\n\n尾,1\n"), "¶题[/甲,乙,丙,/,,,][/尾,1,]");
    }

    #[test]
    fn quoted_cells_keep_their_places() {
        let source = "甲,\"本年\n\"\"新\"\"栽\",\"1,234\"\n乙, 5 ,6\n";
        assert_eq!(sketch(source), "[/甲,本年~\"新\"栽,1,234,/乙,5,6,]");
        let content = read(source);
        let at = content.text.find("1,234").unwrap();
        let Place::Bytes(place) = content.origin.place(Span::new(at, at + 5)) else { panic!() };
        assert_eq!(place.of(source), "1,234");
        let at = content.text.find("\"新").unwrap();
        let Place::Bytes(place) = content.origin.place(Span::new(at, at + 5)) else { panic!() };
        assert_eq!(place.of(source), "\"\"新\"\"");
    }

    #[test]
    fn what_parts_and_quotes_is_found_in_each_file() {
        let expected = "[/项目,数,/甲,1,200,/乙,2,000,]";
        assert_eq!(sketch("'项目';'数'\n'甲';'1,200'\n'乙';'2,000'\n"), expected);
        assert_eq!(sketch("sep=|\n项目|数\n甲|1,200\n乙|2,000\n"), expected);
        assert_eq!(sketch("甲\t1,200\n乙\t2,000\n"), "[/甲,1,200,/乙,2,000,]");
        assert_eq!(sketch("甲;1,5\n乙;2,5\n"), "[/甲,1,5,/乙,2,5,]");
    }

    #[test]
    fn lines_of_remarks_are_no_rows() {
        let source = "# 来源,某局,2024\n# 单位：件\n项目,数\n甲,1\n# 乙缺\n丙,2\n";
        assert_eq!(sketch(source), "¶# 来源,某局,2024¶# 单位：件¶# 乙缺[/项目,数,/甲,1,/丙,2,]");
        assert_eq!(sketch("#,项目,数\n1,甲,1\n"), "[/#,项目,数,/1,甲,1,]");
        assert_eq!(sketch("# no,项目,数\n1,甲,1\n"), "[/# no,项目,数,/1,甲,1,]");
    }

    #[test]
    fn a_quote_that_is_not_closed_is_a_character() {
        assert_eq!(sketch("\"甲,1\n乙,2\n"), "[/\"甲,1,/乙,2,]");
    }
}
