//! Characters that nobody may put in front of a reader: with them a text shows something else than it
//! holds. They drive terminals, break lines, turn the direction of writing, or are not seen at all.
//!
//! This is the one list of them, for input, pages, papers, mails, logs and terminals.

pub mod scripts;
pub mod typed;

use std::borrow::Cow;
use std::fmt::Write;

/// Shown in place of a hidden character.
pub const REPLACEMENT: char = '\u{fffd}';

/// Whether a character must not reach a reader: controls (C0 with line breaks and tabs, DEL, C1),
/// line and paragraph separators, marks of direction, joiners and other marks without a width,
/// fillers that look like nothing, tags, and code points that are no characters.
///
/// Selectors of a variant (U+FE00 to U+FE0F) are not among them: emoji need them, and they change
/// nothing else.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    // Nearly all that is asked about.
    if matches!(c, ' '..='~') {
        return false;
    }
    matches!(c,
        // C0, DEL and C1
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // soft hyphen, combining grapheme joiner, Arabic letter mark
        | '\u{ad}' | '\u{34f}' | '\u{61c}'
        // fillers of Hangul, inherent vowels of Khmer, separators of Mongolian
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{3164}' | '\u{ffa0}'
        // spaces without a width, joiners, marks of direction
        | '\u{200b}'..='\u{200f}'
        // line and paragraph separators, embeddings and overrides of direction
        | '\u{2028}'..='\u{202e}'
        // word joiner, invisible operators, isolates of direction, deprecated formats
        | '\u{2060}'..='\u{206f}'
        // the byte order mark, annotations
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        // controls of shorthand and of musical notes
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        // tags and selectors of the supplementary plane
        | '\u{e0000}'..='\u{e0fff}'
    ) || is_no_character(c)
}

/// Code points that Unicode sets aside for no character.
fn is_no_character(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Whether a text holds a hidden character. The joiner between two emoji is none: it makes one sign
/// of them, such as a family.
#[must_use]
pub fn has_hidden(text: &str) -> bool {
    text.char_indices().any(|(at, c)| is_hidden_at(text, at, c))
}

fn is_hidden_at(text: &str, at: usize, c: char) -> bool {
    if !is_hidden(c) {
        return false;
    }
    let before = text.get(..at).unwrap_or_default();
    let behind = text.get(at + c.len_utf8()..).unwrap_or_default();
    !joins_emoji(before, c, behind)
}

/// Whether a character joins the emoji before it with the one behind it.
fn joins_emoji(before: &str, c: char, behind: &str) -> bool {
    c == '\u{200d}'
        && behind.chars().next().is_some_and(is_pictograph)
        && before
            .chars()
            .next_back()
            .is_some_and(|last| is_pictograph(last) || last == '\u{fe0f}')
}

/// The blocks of symbols that emoji are taken from, tones of skin among them.
const fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// The text with [`REPLACEMENT`] for each hidden character: what may be shown in one line.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if has_hidden(text) {
        let shown = text.char_indices().map(|(at, c)| {
            if is_hidden_at(text, at, c) {
                REPLACEMENT
            } else {
                c
            }
        });
        Cow::Owned(shown.collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// JSON whose strings hold no hidden character as such: each is written as the escape that JSON has
/// for it, so that programs read what was there and a terminal shows it.
#[must_use]
pub fn escape_json(json: &str) -> Cow<'_, str> {
    // The structure of JSON uses three controls of its own; inside of strings they are escaped.
    let is_escaped = |c: char| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t');
    if !json.chars().any(is_escaped) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_or_hides_is_hidden() {
        for c in [
            '\0',
            '\t',
            '\n',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{feff}',
            '\u{fff9}',
            '\u{ffff}',
            '\u{e0001}',
            '\u{e007f}',
            '\u{1fffe}',
            '\u{10ffff}',
        ] {
            assert!(is_hidden(c), "{c:?}");
            assert_eq!(visible(&format!("a{c}b")), "a\u{fffd}b");
        }
    }

    #[test]
    fn what_people_write_is_not() {
        let text = "Әбдірахманова Айлін ÄÖÜß—«ёлка» 漢字 שלום 👶🏽 ❤\u{fe0f} 👩🏽\u{200d}❤\u{fe0f}\u{200d}👨 № 5\u{a0}000 \u{fffd}";
        assert!(!has_hidden(text));
        assert!(matches!(visible(text), Cow::Borrowed(_)));
    }

    #[test]
    fn json_keeps_its_meaning() {
        let json = "{\n\t\"a\": \"x\u{202e}y\u{e0001}z\u{9b}\"\r\n}";
        assert_eq!(
            escape_json(json),
            "{\n\t\"a\": \"x\\u202ey\\udb40\\udc01z\\u009b\"\r\n}"
        );
        assert!(matches!(escape_json("{}\n"), Cow::Borrowed(_)));
    }
}
