//! What people type and paste, read so that whatever looks right is right.
//!
//! Characters that are not seen are dropped, letters with marks are composed (NFC), and all dashes,
//! apostrophes and spaces of one meaning are one character. What remains is what the person sees.

use crate::{is_hidden, joins_emoji};
use std::borrow::Cow;

/// The text as its reader sees it: composed, without invisible marks, with single spaces between its
/// words and none around them. Controls stay, so that whoever reads the text can refuse them.
#[must_use]
pub fn tidy(text: &str) -> String {
    let composed = compose(text);
    let mut tidy = String::with_capacity(composed.len());
    let mut space = false;
    let mut rest = composed.chars();
    while let Some(c) = rest.next() {
        if c.is_whitespace() {
            space = true;
        } else if !is_invisible(c) || joins_emoji(&tidy, c, rest.as_str()) {
            if space && !tidy.is_empty() {
                tidy.push(' ');
            }
            space = false;
            tidy.push(c);
        }
    }
    tidy
}

/// A number or a code as it stands on paper, without what only groups it: spaces, dashes, dots,
/// slashes and brackets. Digits of full width are digits.
#[must_use]
pub fn ungrouped(text: &str) -> String {
    tidy(text)
        .chars()
        .filter(|c| !is_grouping(*c))
        .map(narrow_digit)
        .collect()
}

/// Hidden, but neither a control nor a code point without a character: those are never typed.
fn is_invisible(c: char) -> bool {
    is_hidden(c) && !c.is_control() && !crate::is_no_character(c)
}

/// Any sign that is written for a hyphen.
#[must_use]
pub const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{58a}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

/// Any sign that is written for an apostrophe.
#[must_use]
pub const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '´' | '\u{2b9}' | '\u{2bb}'..='\u{2bd}' | '\u{2c8}' | '\u{2018}'..='\u{201b}'
            | '\u{2032}' | '\u{2035}' | '\u{ff07}' | '\u{a78c}'
    )
}

/// A sign that only groups what stands around it.
#[must_use]
pub const fn is_grouping(c: char) -> bool {
    is_dash(c)
        || matches!(
            c,
            ' ' | '.' | ',' | '/' | '\\' | '(' | ')' | '_' | ':' | '·' | '•'
        )
}

/// The plain digit of a full-width one.
fn narrow_digit(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' => u32::from(c)
            .checked_sub(0xff10)
            .and_then(|digit| char::from_digit(digit, 10))
            .unwrap_or(c),
        _ => c,
    }
}

/// The digit that a letter in the midst of digits was meant to be.
#[must_use]
pub const fn digit_meant(c: char) -> Option<char> {
    Some(match c {
        'O' | 'o' | 'О' | 'о' | 'Ο' | 'ο' => '0',
        'З' | 'з' => '3',
        'l' | 'I' | 'І' | '|' => '1',
        _ => return None,
    })
}

/// The Cyrillic letter, Kazakh ones among them, that looks like a Latin one.
#[must_use]
pub const fn cyrillic_alike(latin: char) -> Option<char> {
    Some(match latin {
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'I' => 'І',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        'Y' => 'У',
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'h' => 'һ',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        'ə' | 'ǝ' => 'ә',
        'Ə' | 'Ǝ' => 'Ә',
        'ë' => 'ё',
        'Ë' => 'Ё',
        'ï' => 'ї',
        'Ï' => 'Ї',
        _ => return None,
    })
}

const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

const fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{259}' | '\u{1e00}'..='\u{1eff}')
}

/// The text with each word in one alphabet: a Latin letter in a Cyrillic word becomes the one that
/// looks the same. A word with a Latin letter that has none stays as it is.
#[must_use]
pub fn one_alphabet(text: &str) -> Cow<'_, str> {
    let is_mixed = |word: &str| {
        word.chars().any(is_cyrillic)
            && word.chars().any(is_latin)
            && word
                .chars()
                .all(|c| !is_latin(c) || cyrillic_alike(c).is_some())
    };
    if !text.split(' ').any(is_mixed) {
        return Cow::Borrowed(text);
    }
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            if is_mixed(word) {
                word.chars()
                    .map(|c| cyrillic_alike(c).unwrap_or(c))
                    .collect()
            } else {
                word.to_owned()
            }
        })
        .collect();
    Cow::Owned(words.join(" "))
}

/// Unicode's form C: a letter and its mark are one character where there is one.
#[cfg(not(target_family = "wasm"))]
fn compose(text: &str) -> Cow<'_, str> {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Unicode's form C, by the browser, which has the tables already.
#[cfg(target_family = "wasm")]
fn compose(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(js_sys::JsString::from(text).normalize("NFC").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" Серикова\u{a0}\u{2009} Айлин\n", "Серикова Айлин")]
    #[case("Аи\u{306}лин", "Айлин")]
    #[case("Е\u{308}лкина", "Ёлкина")]
    #[case("\u{feff}Сери\u{ad}ко\u{200b}ва\u{200e}\u{202e}", "Серикова")]
    #[case("Нгуе\u{302}\u{303}н", "Нгуе\u{302}\u{303}н")]
    #[case("Nguye\u{302}\u{303}n", "Nguyễn")]
    #[case("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧")]
    #[case("\u{200d}👧\u{200d}", "👧")]
    #[case("а\u{200d}б", "аб")]
    #[case("a\u{7}b", "a\u{7}b")]
    #[case("", "")]
    fn what_is_seen_remains(#[case] typed: &str, #[case] expected: &str) {
        assert_eq!(tidy(typed), expected);
    }

    #[rstest]
    #[case("850715 300013", "850715300013")]
    #[case("8507-1530-0013", "850715300013")]
    #[case("\u{202a}８50715\u{2007}300013\u{202c}", "850715300013")]
    #[case("123\u{2013}456", "123456")]
    fn what_groups_a_number_is_dropped(#[case] typed: &str, #[case] expected: &str) {
        assert_eq!(ungrouped(typed), expected);
    }

    #[rstest]
    #[case("Cepикова", "Серикова")]
    #[case("Айлiн", "Айлін")]
    #[case("Әлия Smith", "Әлия Smith")]
    #[case("Smith", "Smith")]
    #[case("Zарина", "Zарина")]
    fn a_word_has_one_alphabet(#[case] typed: &str, #[case] expected: &str) {
        assert_eq!(one_alphabet(typed), expected);
    }
}
