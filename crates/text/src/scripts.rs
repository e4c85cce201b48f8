//! Scripts in which names are printed on papers.

/// Whether a letter belongs to a script that the fonts of the papers have: Latin with all its
/// additions, Greek, Cyrillic, Armenian, Georgian.
#[must_use]
pub const fn is_on_papers(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2ff}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{370}'..='\u{3ff}'
        | '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}'
        | '\u{530}'..='\u{58f}' | '\u{fb13}'..='\u{fb17}'
        | '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}')
}

/// The letters of a text that papers cannot print, each once.
#[must_use]
pub fn not_on_papers(text: &str) -> String {
    let mut found = String::new();
    for c in text.chars() {
        if c.is_alphabetic() && !is_on_papers(c) && !found.contains(c) {
            found.push(c);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Әбдірахманова Айлін", "")]
    #[case("Nguyễn Thị Hường", "")]
    #[case("გიორგი", "")]
    #[case("Արամ", "")]
    #[case("O'Neil-Ұлы", "")]
    #[case("王小明 Ли", "王小明")]
    #[case("שלום", "שלום")]
    #[case("王王", "王")]
    fn letters_of_other_scripts_are_named(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(not_on_papers(name), expected);
    }
}
