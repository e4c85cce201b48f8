//! The code under the QR code of a referral: whoever has it may see whether the referral is valid.

use crate::text::typed::{is_dash, tidy};

/// Letters and digits that are not taken for each other (Crockford's alphabet of 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 16 random bytes in that alphabet.
const LENGTH: usize = 26;
/// 16 random bytes in Base64 for addresses, as codes were written before.
const FORMER_LENGTH: usize = 22;

/// Writes 16 random bytes as a code.
#[must_use]
pub fn written(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random);
    (0..LENGTH)
        .rev()
        .filter_map(|digit| {
            let value = usize::try_from((number >> (5 * digit)) & 31).ok()?;
            ALPHABET.get(value).copied().map(char::from)
        })
        .collect()
}

/// Reads a code, alone or as the end of its address, as it is typed from paper: in small letters,
/// with spaces and dashes, with letters for the digits they look like. Nothing else is a code.
#[must_use]
pub fn typed(text: &str) -> Option<String> {
    let tidy = tidy(text);
    let last = tidy.trim_end_matches('/').rsplit('/').next()?;
    let code: String = last
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| if is_dash(c) { '-' } else { c })
        .collect();
    let apart: String = code.chars().filter(|c| *c != '-').collect();
    if apart.chars().count() == LENGTH {
        return apart.chars().map(letter_meant).collect();
    }
    [code, apart].into_iter().find(|code| {
        code.len() == FORMER_LENGTH
            && code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}

/// The letter or digit of the alphabet that was meant.
fn letter_meant(c: char) -> Option<char> {
    let capital = match c {
        'о' | 'О' | 'o' | 'O' => '0',
        'l' | 'L' | 'i' | 'I' | 'і' | 'І' | '|' => '1',
        'а' | 'А' => 'A',
        'в' | 'В' => 'B',
        'с' | 'С' => 'C',
        'е' | 'Е' => 'E',
        'н' | 'Н' => 'H',
        'к' | 'К' => 'K',
        'м' | 'М' => 'M',
        'р' | 'Р' => 'P',
        'т' | 'Т' => 'T',
        'х' | 'Х' => 'X',
        'у' | 'У' => 'Y',
        _ => c.to_ascii_uppercase(),
    };
    let known = u8::try_from(capital).is_ok_and(|byte| ALPHABET.contains(&byte));
    known.then_some(capital)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const CODE: &str = "0410G30081041110T0A81G8XZZ";

    #[test]
    fn a_code_is_read_as_it_was_written() {
        for bytes in [[0; 16], [255; 16], [7; 16]] {
            let code = written(bytes);
            assert_eq!(code.len(), LENGTH);
            assert_eq!(typed(&code), Some(code));
        }
        assert_ne!(written([1; 16]), written([2; 16]));
    }

    #[rstest]
    #[case("0410G30081041110T0A81G8XZZ")]
    #[case(" 0410g-30081-04111-0t0a8-1g8xzz ")]
    #[case("0410G 30081 04111 0T0A8 1G8XZZ")]
    #[case("O41OG3OO8lO4IIlOТОА81G8ХZZ")]
    #[case("0410G\u{2013}30081\u{2011}04111\u{a0}0T0A8\u{200b}1G8XZZ")]
    #[case("https://example.kz/r/0410G30081041110T0A81G8XZZ/")]
    fn what_is_typed_from_paper_is_read(#[case] text: &str) {
        assert_eq!(typed(text).as_deref(), Some(CODE));
    }

    #[rstest]
    #[case("aB-_9aB-_9aB-_9aB-_9aB", "aB-_9aB-_9aB-_9aB-_9aB")]
    #[case(
        "https://example.kz/r/aB-_9aB-_9aB-_9aB-_9aB",
        "aB-_9aB-_9aB-_9aB-_9aB"
    )]
    #[case("aBcd-9aBc d9aB cd9a Bcd9-aB", "aBcd9aBcd9aBcd9aBcd9aB")]
    fn codes_of_earlier_papers_are_read(#[case] text: &str, #[case] code: &str) {
        assert_eq!(typed(text).as_deref(), Some(code));
    }

    #[rstest]
    fn anything_else_is_no_code(
        #[values(
            "",
            "направление",
            "0410G30081041110T0A81G8XZ!",
            "0410G30081041110T0A81G8XZZZ"
        )]
        text: &str,
    ) {
        assert_eq!(typed(text), None);
    }
}
