//! Finding a name that was typed nearly right: in another alphabet, without the letters of Kazakh,
//! or with a slip of the finger.

use crate::browser;
use strsim::osa_distance;

/// How well a name fits what was typed; the smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// A word begins with it.
    Beginning,
    /// It stands somewhere inside.
    Inside,
    /// So many letters differ.
    Near(usize),
}

/// How what was typed fits a text; both as [`skeleton`] gives them.
#[must_use]
pub fn fit(typed: &str, text: &str) -> Option<Fit> {
    if typed.is_empty() || words_from(text).any(|words| words.starts_with(typed)) {
        return Some(Fit::Beginning);
    }
    if text.contains(typed) {
        return Some(Fit::Inside);
    }
    let allowed = allowed_slips(typed.chars().count());
    words_from(text)
        .filter_map(|words| slips(typed, words, allowed))
        .min()
        .map(Fit::Near)
}

/// How many letters of a text so long may be wrong: too many would fit anything.
const fn allowed_slips(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// The distance to the nearest beginning of the text, which may be typed on.
fn slips(typed: &str, text: &str, allowed: usize) -> Option<usize> {
    let length = typed.chars().count();
    (length.saturating_sub(allowed)..=length + allowed)
        .map(|taken| {
            let beginning: String = text.chars().take(taken).collect();
            osa_distance(typed, &beginning)
        })
        .min()
        .filter(|distance| *distance > 0 && *distance <= allowed)
}

/// The text from each of its words on.
fn words_from(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().scan(' ', |before, (index, letter)| {
        let starts = !before.is_alphanumeric() && letter.is_alphanumeric();
        *before = letter;
        Some(starts.then_some(index))
    });
    starts.flatten().filter_map(|index| text.get(index..))
}

/// The text in small Cyrillic letters of the Russian alphabet, by sound: Kazakh letters and Latin
/// ones have their nearest neighbour there, and what is easily mixed up is one letter.
#[must_use]
pub fn skeleton(text: &str) -> String {
    let small: Vec<char> = browser::lowercase(text.trim()).chars().collect();
    let mut skeleton = String::with_capacity(text.len());
    let mut rest = small.as_slice();
    while let [letter, behind @ ..] = rest {
        let pair = behind.first().and_then(|next| of_pair(*letter, *next));
        match pair {
            Some(sound) => {
                skeleton.push_str(sound);
                rest = behind.get(1..).unwrap_or_default();
            }
            None => {
                match of_letter(*letter) {
                    Some(sound) => skeleton.push_str(sound),
                    None => skeleton.push(*letter),
                }
                rest = behind;
            }
        }
    }
    skeleton
}

/// Two Latin letters that are one sound.
const fn of_pair(letter: char, next: char) -> Option<&'static str> {
    Some(match (letter, next) {
        ('s', 'h') => "ш",
        ('c', 'h') => "ч",
        ('z', 'h') => "ж",
        ('k', 'h') => "х",
        ('g', 'h') => "г",
        _ => return None,
    })
}

const fn of_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ә' | 'a' | 'ä' | 'á' => "а",
        'b' => "б",
        'v' => "в",
        'ғ' | 'g' | 'ğ' => "г",
        'd' => "д",
        'ё' | 'э' | 'e' => "е",
        'j' => "ж",
        'z' => "з",
        'й' | 'і' | 'ы' | 'i' | 'y' | 'ı' => "и",
        'қ' | 'k' | 'q' | 'c' => "к",
        'l' => "л",
        'm' => "м",
        'ң' | 'n' | 'ñ' => "н",
        'ө' | 'o' | 'ö' => "о",
        'p' => "п",
        'r' => "р",
        's' => "с",
        't' => "т",
        'ұ' | 'ү' | 'u' | 'ü' | 'w' => "у",
        'f' => "ф",
        'һ' | 'h' => "х",
        'ц' => "тс",
        'щ' | 'ş' => "ш",
        'x' => "кс",
        'ю' => "иу",
        'я' => "иа",
        // Not heard, and a mark left over from a decomposed letter.
        'ь' | 'ъ' | '\u{306}' | '\u{308}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn fits(typed: &str, name: &str) -> Option<Fit> {
        fit(&skeleton(typed), &skeleton(name))
    }

    #[rstest]
    #[case("Канд", "Кандыагаш", Fit::Beginning)]
    #[case("қандыағаш", "Кандыагаш", Fit::Beginning)]
    #[case("kandyagash", "Қандыағаш", Fit::Beginning)]
    #[case("Кандагаш", "Қандыағаш", Fit::Near(1))]
    #[case("Кандагаж", "Қандыағаш", Fit::Near(2))]
    #[case("Хромтау", "Хромтау", Fit::Beginning)]
    #[case("хрмотау", "Хромтау", Fit::Near(1))]
    #[case("агаш", "Кандыагаш", Fit::Inside)]
    #[case("Мугалжар", "Мұғалжар ауданы", Fit::Beginning)]
    #[case("аудани", "Мұғалжар ауданы", Fit::Beginning)]
    #[case("", "Эмба", Fit::Beginning)]
    fn near_misses_and_other_alphabets_are_found(
        #[case] typed: &str,
        #[case] name: &str,
        #[case] expected: Fit,
    ) {
        assert_eq!(fits(typed, name), Some(expected));
    }

    #[rstest]
    #[case("Москва", "Кандыагаш")]
    #[case("эмб", "Алга")]
    #[case("зщжх", "Кандыагаш")]
    fn what_is_far_off_is_not_found(#[case] typed: &str, #[case] name: &str) {
        assert_eq!(fits(typed, name), None);
    }

    #[test]
    fn a_decomposed_letter_is_the_same_letter() {
        assert_eq!(skeleton("И\u{306}"), skeleton("Й"));
    }
}
