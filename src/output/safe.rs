//! Text from reports made safe to print: nothing in it acts on a terminal, and nothing in it is hidden.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text on one line in which nothing acts on a terminal.
pub fn safe_line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        push_safe(&mut safe, character);
    }
    // At the start of a line it would be a command to a build server.
    if let Some(rest) = safe.trim_start().strip_prefix("::") {
        safe = format!("<U+003A>:{rest}");
    }
    safe
}

/// Adds a character; one that acts is shown by its picture or name instead.
pub fn push_safe(text: &mut String, character: char) {
    match character {
        '\t' | '\u{2028}' | '\u{2029}' => text.push(' '),
        '\0'..='\u{1f}' => text.push(char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}')),
        _ if acts(character) || character == '[' && starts_command(text) => {
            let _ = write!(text, "<U+{:04X}>", character as u32);
        }
        _ => text.push(character),
    }
}

/// Whether a bracket behind a text would make it the start of a command to a build server, which some of them look for
/// anywhere in a line: `##[name]`, `##name[name]`.
fn starts_command(text: &str) -> bool {
    text.trim_end_matches(|character: char| character.is_ascii_alphanumeric()).ends_with("##")
}

/// JSON with the same meaning in which nothing acts on a terminal: JSON itself escapes only the first 32 characters.
/// Nor does it start a command to a build server, or markup where it is put into a page.
pub fn safe_json(json: &str) -> Cow<'_, str> {
    // Outside of strings JSON is printable ASCII.
    if !json.contains(acts_in_json) && !json.contains("##") {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 16);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if acts_in_json(character) || character == '#' && characters.peek() == Some(&'#') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

fn acts_in_json(character: char) -> bool {
    acts(character) && character > '\u{1f}' || character == '<'
}

/// Control characters, and characters that change the direction of text, break lines or have no width.
fn acts(character: char) -> bool {
    matches!(character, '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_after_it_is_made_safe() {
        let text = "\u{1b}[31m \u{9b}31m \u{202e} \u{2028} \u{e0041} \u{7f} 年 \"\\";
        let json = serde_json::to_string(text).unwrap();
        let safe = safe_json(&json);
        assert!(!safe.contains(acts));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        assert!(matches!(safe_json("{\"a\":\"年\"}\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_command_to_a_build_server_is_left() {
        assert_eq!(safe_line("##[error]x ##vso[task.x]"), "##<U+005B>error]x ##vso<U+005B>task.x]");
        assert_eq!(safe_line("## [a] #[b]"), "## [a] #[b]");
        assert_eq!(safe_line(" ::error::x"), "<U+003A>:error::x");
        assert_eq!(safe_line("a::b"), "a::b");
        assert_eq!(safe_json(r###""##[a]<b>""###), r###""\u0023#[a]\u003cb>""###);
    }

    #[test]
    fn what_acts_is_named() {
        assert_eq!(safe_line("a\u{1b}[2J\u{202e}b\tc\nd\u{9b}"), "a␛[2J<U+202E>b c␊d<U+009B>");
    }
}
