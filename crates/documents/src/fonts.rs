//! The fonts of the papers: which of the embedded ones are used, and which characters all of them
//! can print. Only these are parsed; the rest of the embedded collection is never touched after
//! start.

use std::collections::HashMap;

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontInfo, FontInstance, FontStyle, FontVariations, FontWeight};
use typst::utils::LazyHash;

use crate::RenderError;
use balabaqsha_text::scripts::is_on_papers;

/// A face that the templates name, and how to find it.
struct Face {
    name: &'static str,
    family: &'static str,
    weight: u16,
}

/// Text in two weights; and letters of one width, for serial numbers and digests, and for letters of
/// names that the first family does not have, such as Georgian and Armenian ones.
const FACES: [Face; 4] = [
    Face {
        name: "Libertinus Serif Regular",
        family: "Libertinus Serif",
        weight: 400,
    },
    Face {
        name: "Libertinus Serif Semibold",
        family: "Libertinus Serif",
        weight: 600,
    },
    Face {
        name: "DejaVu Sans Mono Book",
        family: "DejaVu Sans Mono",
        weight: 400,
    },
    Face {
        name: "DejaVu Sans Mono Bold",
        family: "DejaVu Sans Mono",
        weight: 700,
    },
];

/// How many faces a family has: its text, and the bolder and wider one that names are set in.
const WEIGHTS: usize = 2;

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    faces: Vec<Font>,
    repertoire: Repertoire,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, RenderError> {
        let mut found: [Option<Font>; FACES.len()] = [const { None }; FACES.len()];
        for data in typst_assets::fonts() {
            let Some(info) = FontInfo::new(data, 0) else {
                continue;
            };
            for (slot, face) in found.iter_mut().zip(&FACES) {
                if slot.is_none() && face.is(&info) {
                    *slot = Font::new(Bytes::new(data), 0);
                }
            }
            if found.iter().all(Option::is_some) {
                break;
            }
        }
        let mut faces = Vec::with_capacity(FACES.len());
        for (slot, face) in found.into_iter().zip(&FACES) {
            faces.push(slot.ok_or(RenderError::FontMissing(face.name))?);
        }
        Ok(Self {
            book: LazyHash::new(FontBook::from_fonts(&faces)),
            repertoire: Repertoire::of(&faces),
            faces,
        })
    }

    pub(crate) fn face(&self, index: usize) -> Option<Font> {
        self.faces.get(index).cloned()
    }

    pub(crate) fn repertoire(&self) -> &Repertoire {
        &self.repertoire
    }
}

impl Face {
    fn is(&self, info: &FontInfo) -> bool {
        info.family == self.family
            && info.variant.style == FontStyle::Normal
            && info.variant.weight == FontWeight::from_number(self.weight)
    }
}

/// The characters that can be printed, each with its width in the bolder face, in em.
///
/// Signs and marks are those that *every* face has: whatever letter they stand beside, no combination
/// of them can end in a missing glyph, which PDF/A forbids. A letter needs both faces of one family;
/// letters are never combined with each other.
pub(crate) struct Repertoire(HashMap<char, f64>);

impl Repertoire {
    fn of(faces: &[Font]) -> Self {
        let faces: Vec<FontInstance> = faces.iter().map(instance).collect();
        let has = |face: &FontInstance, c: char| face.ttf().glyph_index(c).is_some();
        let everywhere = |c: char| faces.iter().all(|face| has(face, c));
        let mut widths = HashMap::new();
        for family in faces.chunks(WEIGHTS) {
            let Some(bold) = family.last() else { continue };
            let within = |c: char| is_on_papers(c) && family.iter().all(|face| has(face, c));
            let coverage = bold.font().info().coverage.iter();
            for c in coverage.filter_map(char::from_u32) {
                let fits = !is_invisible(c) && !is_private(c) && (everywhere(c) || within(c));
                if let (true, Some(width)) = (fits, width(bold, c)) {
                    // The first family that has a letter prints it.
                    widths.entry(c).or_insert(width);
                }
            }
        }
        Self(widths)
    }

    /// Width in em, or `None` when the character cannot be printed.
    pub(crate) fn width(&self, c: char) -> Option<f64> {
        self.0.get(&c).copied()
    }
}

/// The fonts do not vary, so any size gives the same widths in em.
fn instance(face: &Font) -> FontInstance {
    face.clone().instantiate(
        face.info().variant,
        Abs::pt(10.0),
        &FontVariations::default(),
    )
}

fn width(face: &FontInstance, c: char) -> Option<f64> {
    let glyph = face.ttf().glyph_index(c)?;
    Some(face.x_advance(glyph.0)?.get())
}

/// Hidden characters, and those that choose or stand for something that is not printed here.
fn is_invisible(c: char) -> bool {
    balabaqsha_text::is_hidden(c) || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{fffc}')
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAZAKH_AND_RUSSIAN: &str = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ";

    #[test]
    fn every_letter_of_both_languages_is_in_every_face() {
        let fonts = Fonts::load().unwrap();
        let alphabet = KAZAKH_AND_RUSSIAN
            .chars()
            .flat_map(|c| std::iter::once(c).chain(c.to_lowercase()));
        let signs = "«»„“”’№—–…•·□0123456789.,:;!?()/\\-+*\"'#$@[]{}<>_=&%~`^|".chars();
        for c in alphabet.chain(signs) {
            assert!(
                fonts.repertoire().width(c).is_some_and(|w| w > 0.0),
                "{c} has no glyph"
            );
        }
    }

    #[test]
    fn names_of_neighbours_and_of_the_far_east_in_latin_letters_are_printable() {
        let fonts = Fonts::load().unwrap();
        let vietnamese = '\u{1ea0}'..='\u{1ef9}';
        let latin = ('À'..='ž').filter(|c| c.is_alphabetic());
        let cyrillic = 'Ѐ'..='ӿ';
        let georgian = 'ა'..='ჰ';
        let armenian = ('Ա'..='Ֆ').chain('ա'..='և');
        let all = latin.chain(vietnamese).chain(georgian).chain(armenian);
        let missing: String = all
            .chain(cyrillic.filter(|c| c.is_alphabetic()))
            .filter(|&c| fonts.repertoire().width(c).is_none())
            .collect();
        // Letters of church books, of Kildin Sami and of Nivkh: whoever types one is asked for another spelling.
        assert_eq!(missing, "ѠѡѤѥѦѧѨѩѪѫѬѭѮѯѸѹѺѻѼѽѾѿҀҁҊҋҌҍҎҏӅӆӍӎӺӻӼӽӾӿ");
    }

    #[test]
    fn invisible_and_foreign_characters_are_not_printable() {
        let fonts = Fonts::load().unwrap();
        for c in [
            '\u{202e}', '\u{200b}', '\u{ad}', '\u{0}', '\u{e000}', '👶', '漢', 'ש', 'ع', '\u{feff}',
        ] {
            assert!(
                fonts.repertoire().width(c).is_none(),
                "{c:?} counts as printable"
            );
        }
    }
}
