//! PEM: binary data as text between `-----BEGIN …-----` and `-----END …-----` (RFC 7468).
//!
//! What is armoured is not looked at here. A block is read wholly or named as unread; so is what was
//! a block before a line of it was damaged. Text around blocks is passed over.

use super::{Contents, Document, MOST_PARTS, Place, Unread, UnreadReason, strict};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::fmt::Write;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// No label is longer.
const LONGEST_LABEL: usize = 64;
/// Outside of blocks, a word of so many characters that is Base64 has lost its BEGIN line.
const STRAY: usize = 48;

/// Armours bytes.
pub fn encode(label: &str, bytes: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in bytes.chunks(48) {
        text.push_str(&STANDARD.encode(line));
        text.push('\n');
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "-----END {label}-----");
    text
}

/// The blocks of a text, and what of it could not be read.
pub(crate) fn parts(text: &str) -> Contents<'static> {
    let mut parts = Parts::default();
    // A copy of the whole only where there is something to replace.
    let text = if text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    };
    for (number, line) in text.split(['\n', '\r']).enumerate() {
        if parts.is_full() {
            parts.open = None;
            parts.unread(number + 1, UnreadReason::TooMany);
            break;
        }
        parts.line(line, number + 1);
    }
    if parts.is_full()
        && parts
            .contents
            .unread
            .iter()
            .all(|part| part.reason != UnreadReason::TooMany)
    {
        parts.open = None;
        parts.unread(1, UnreadReason::TooMany);
    }
    parts.close_damaged(UnreadReason::NoEnd);
    parts.contents
}

/// A BEGIN or END line.
struct Boundary<'a> {
    begins: bool,
    label: &'a str,
}

/// The first boundary of a line, with what stands before and after it.
fn boundary(line: &str) -> Option<(&str, Boundary<'_>, &str)> {
    // One pass up to the first: a line may be a whole file.
    let mut from = 0;
    let (at, mark) = loop {
        let at = from + line.get(from..)?.find(DASHES)?;
        let rest = line.get(at..)?;
        if let Some(mark) = [BEGIN, END].into_iter().find(|mark| rest.starts_with(mark)) {
            break (at, mark);
        }
        from = at + 1;
    };
    let (before, rest) = line.split_at_checked(at)?;
    let (label, after) = rest.strip_prefix(mark)?.split_once(DASHES)?;
    let boundary = Boundary {
        begins: mark == BEGIN,
        label,
    };
    (label.len() <= LONGEST_LABEL).then_some((before, boundary, after))
}

/// A block whose END line has not come yet.
struct Open {
    label: String,
    line: usize,
    body: String,
    /// The first thing that is wrong with it.
    problem: Option<UnreadReason>,
}

#[derive(Default)]
struct Parts {
    contents: Contents<'static>,
    open: Option<Open>,
    /// Whether the stray Base64 that is being passed has been named.
    in_stray: bool,
}

impl Parts {
    fn is_full(&self) -> bool {
        self.contents.documents.len() + self.contents.unread.len() >= MOST_PARTS
    }

    fn line(&mut self, line: &str, number: usize) {
        let mut rest = line;
        while let Some((before, found, after)) = boundary(rest).filter(|_| !self.is_full()) {
            self.piece(before, number);
            if found.begins {
                self.close_damaged(UnreadReason::NoEnd);
                self.open = Some(Open {
                    label: found.label.to_owned(),
                    line: number,
                    body: String::new(),
                    problem: None,
                });
            } else {
                self.close(found.label, number);
            }
            rest = after;
        }
        self.piece(rest, number);
    }

    fn piece(&mut self, text: &str, number: usize) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let Some(open) = &mut self.open else {
            self.outside(text, number);
            return;
        };
        if text.contains(':') {
            let label = shown(&open.label);
            open.problem.get_or_insert(UnreadReason::Headers(label));
        } else if text.contains('-') {
            open.problem.get_or_insert(UnreadReason::DamagedLine);
        } else {
            open.body.push_str(text);
        }
    }

    fn outside(&mut self, text: &str, number: usize) {
        let reason = if is_damaged_boundary(text) {
            UnreadReason::DamagedLine
        } else if is_stray(text) {
            UnreadReason::Stray
        } else {
            self.in_stray = false;
            return;
        };
        let is_stray = reason == UnreadReason::Stray;
        if !(is_stray && self.in_stray) {
            self.unread(number, reason);
        }
        self.in_stray = is_stray;
    }

    fn close(&mut self, label: &str, number: usize) {
        let Some(open) = self.open.take() else {
            self.unread(number, UnreadReason::NoBegin(shown(label)));
            return;
        };
        if open.label != label {
            let reason = UnreadReason::OtherEnd {
                begin: shown(&open.label),
                end: shown(label),
            };
            self.unread(open.line, reason);
            return;
        }
        if let Some(reason) = open.problem {
            self.unread(open.line, reason);
            return;
        }
        match strict(&open.body) {
            Some(bytes) => self.contents.documents.push(Document {
                label: Some(open.label),
                place: Place::Line(open.line),
                bytes: Cow::Owned(bytes),
            }),
            None => self.unread(open.line, UnreadReason::NotBase64(shown(&open.label))),
        }
    }

    /// Ends a block that is open and will get no END line.
    fn close_damaged(&mut self, reason: impl Fn(String) -> UnreadReason) {
        if let Some(open) = self.open.take() {
            let reason = open.problem.unwrap_or_else(|| reason(shown(&open.label)));
            self.unread(open.line, reason);
        }
    }

    fn unread(&mut self, line: usize, reason: UnreadReason) {
        self.in_stray = false;
        self.contents.unread.push(Unread {
            place: Place::Line(line),
            reason,
        });
    }
}

/// A label as it may be told: it is a text of somebody else.
fn shown(label: &str) -> String {
    balabaqsha_text::visible(label).into_owned()
}

/// Whether a line was a BEGIN or END line before it was damaged: the word, and dashes at one of its
/// ends.
fn is_damaged_boundary(text: &str) -> bool {
    let is_dash = |character: char| matches!(character, '-' | '\u{2010}'..='\u{2015}');
    let inner = text.trim_matches(is_dash);
    let dashed = inner.len() < text.len();
    let inner = inner.trim_start().as_bytes();
    let begins_with = |word: &[u8]| {
        let start = inner.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    dashed && (begins_with(b"BEGIN") || begins_with(b"END"))
}

fn is_stray(text: &str) -> bool {
    let padding = text.trim_end_matches('=');
    text.len() >= STRAY
        && text.len() - padding.len() <= 2
        && padding
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"+/".contains(&octet))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn labels(contents: &Contents<'_>) -> Vec<String> {
        let labels = contents.documents.iter().map(|found| found.label.clone());
        labels.map(Option::unwrap_or_default).collect()
    }

    #[test]
    fn what_is_encoded_is_read_with_text_around_it() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = format!(
            "before: 1\n==========\n{}between\n{}",
            encode("A", &bytes),
            encode("B C", &[1])
        );
        let found = parts(&text);
        assert_eq!(labels(&found), ["A", "B C"]);
        assert_eq!(found.documents[0].bytes, bytes);
        assert_eq!(found.documents[1].place, Place::Line(12));
        assert!(found.unread.is_empty(), "{:?}", found.unread);
    }

    #[rstest]
    #[case::line_ends_of_windows("-----BEGIN A-----\r\nAQID\r\nBAUG\r\n-----END A-----\r\n")]
    #[case::line_ends_of_old("-----BEGIN A-----\rAQID\rBAUG\r-----END A-----\r")]
    #[case::one_line("-----BEGIN A-----AQIDBAUG-----END A-----")]
    #[case::indented("  -----BEGIN A-----  \n  AQID BAUG \n\t-----END A-----")]
    #[case::blank_lines("-----BEGIN A-----\n\nAQID\n\nBAUG\n\n-----END A-----")]
    fn blocks_are_read_however_they_are_broken(#[case] text: &str) {
        let found = parts(text);
        assert_eq!(found.unread, []);
        assert_eq!(*found.documents[0].bytes, [1, 2, 3, 4, 5, 6]);
    }

    #[rstest]
    #[case::stray_character("-----BEGIN A-----\nAQ!ID\n-----END A-----\n")]
    #[case::no_end("-----BEGIN A-----\nAQID\n")]
    #[case::no_end_before_the_next("-----BEGIN A-----\nAQID\n")]
    #[case::four_dashes_at_the_end("-----BEGIN A-----\nAQID\n-----END A----\n")]
    #[case::four_dashes_before("-----BEGIN A-----\nAQID\n----END A-----\n")]
    #[case::misspelt_end("-----BEGIN A-----\nAQID\n-----EMD A-----\n")]
    #[case::end_without_dashes("-----BEGIN A-----\nAQID\nEND A\n")]
    #[case::other_end("-----BEGIN A-----\nAQID\n-----END C-----\n")]
    #[case::headers("-----BEGIN A-----\nProc-Type: 4,CRL\n\nAQID\n-----END A-----\n")]
    #[case::alphabet_of_urls("-----BEGIN A-----\n_-__\n-----END A-----\n")]
    #[case::no_padding("-----BEGIN A-----\nAQ\n-----END A-----\n")]
    #[case::no_begin("-----END A-----\n")]
    #[case::four_dashes_at_the_beginning("----BEGIN A-----\nAQID\n-----END A-----\n")]
    #[case::dashes_of_a_word_processor("\u{2014}BEGIN A\u{2014}\nAQID\n\u{2014}END A\u{2014}\n")]
    #[case::lower_case("-----begin A-----\nAQID\n-----end A-----\n")]
    #[case::base64_without_lines(
        "AQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQID\nAQID\n"
    )]
    fn what_is_damaged_is_named_and_the_next_block_is_read(#[case] damaged: &str) {
        for text in [
            format!("{damaged}-----BEGIN B-----\nBAUG\n-----END B-----\n"),
            format!("-----BEGIN B-----\nBAUG\n-----END B-----\n{damaged}"),
        ] {
            let found = parts(&text);
            assert_eq!(labels(&found), ["B"], "{text}");
            assert!(!found.unread.is_empty(), "{text}");
        }
    }
}
