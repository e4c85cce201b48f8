//! The three languages of every screen, mail, document and error.

use serde::{Deserialize, Serialize};

/// Kazakh, Russian or English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    Kk,
    #[default]
    Ru,
    En,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The primary language subtag of RFC 5646.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `kk`, `kk-KZ` or `RU`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The best language of an `Accept-Language` header (RFC 9110, section 12.5.4).
    #[must_use]
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for part in header.split(',').take(32) {
            let mut pieces = part.split(';');
            let Some(language) = pieces.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = pieces
                .filter_map(|piece| piece.trim().strip_prefix("q="))
                .find_map(thousandths)
                .unwrap_or(1000);
            if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The text of this language.
    #[must_use]
    pub const fn pick<T: Copy>(self, kk: T, ru: T, en: T) -> T {
        match self {
            Self::Kk => kk,
            Self::Ru => ru,
            Self::En => en,
        }
    }
}

/// A weight such as `0.8` in thousandths.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let whole: u16 = whole.parse().ok()?;
    if fraction.len() > 3 || whole > 1 {
        return None;
    }
    let scaled: u16 = if fraction.is_empty() {
        0
    } else {
        format!("{fraction:0<3}").parse().ok()?
    };
    (whole * 1000 + scaled <= 1000).then_some(whole * 1000 + scaled)
}

/// A name or a sentence in all three languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Localized {
    pub kk: String,
    pub ru: String,
    pub en: String,
}

impl Localized {
    #[must_use]
    pub fn new(kk: impl Into<String>, ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            kk: kk.into(),
            ru: ru.into(),
            en: en.into(),
        }
    }

    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.kk, &self.ru, &self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Kk, Ru};

    #[rstest::rstest]
    #[case("ru", Some(Ru))]
    #[case("kk-KZ,ru;q=0.8", Some(Kk))]
    #[case("de, en;q=0.5, ru;q=0.9", Some(Ru))]
    #[case("ru;q=0, en;q=0.1", Some(En))]
    #[case("fr", None)]
    #[case("", None)]
    #[case("en;q=7, kk;q=0.2", Some(En))]
    fn the_heaviest_known_language_wins(#[case] header: &str, #[case] expected: Option<Language>) {
        assert_eq!(Language::negotiate(header), expected);
    }
}
