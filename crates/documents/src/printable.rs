//! Text of people made fit for the paper: only characters that the fonts have, and never a run of
//! them so long that it could leave its column. Knows nothing of languages or of what a field
//! means.

use serde::Serialize;

use crate::RenderError;
use crate::fonts::Repertoire;

/// A name, an address, a number: nothing that belongs on a paper is longer.
pub(crate) const FIELD_LIMIT: usize = 16 * 1024;
/// A signed text has several paragraphs.
pub(crate) const TEXT_LIMIT: usize = 64 * 1024;

/// Between letters a line may be broken at any space, were it ever so thin; beside brackets and
/// quotation marks it may not, and only this character overrules that.
const BREAK_ANYWHERE: char = '\u{200b}';

/// What stands on the paper for a character that cannot be printed.
pub(crate) const SUBSTITUTE: char = '□';

/// The narrowest column of the templates takes a little more than this at its size of letters.
const RUN_EM: f64 = 14.0;
/// Codes have letters of one width; a SHA-256 then is two lines of one length.
const CODE_RUN: f64 = 32.0;
/// A letter carries one accent, rarely two; a tower of them would run into the lines above.
const MARKS_ON_A_LETTER: usize = 2;
const TAB: &str = "    ";

/// One line of text, cut where it may be broken although it has no space there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Line(Vec<String>);

impl Line {
    /// Words of this crate, which the fonts are known to have.
    pub(crate) fn fixed(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }

    /// The text as it was before it was cut.
    pub(crate) fn plain(&self) -> String {
        self.0.concat().replace(BREAK_ANYWHERE, "")
    }

    #[cfg(test)]
    pub(crate) fn runs(&self) -> &[String] {
        &self.0
    }
}

/// Makes lines, and remembers whether a character had to be replaced.
pub(crate) struct Printer<'a> {
    repertoire: &'a Repertoire,
    replaced: bool,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(repertoire: &'a Repertoire) -> Self {
        Self {
            repertoire,
            replaced: false,
        }
    }

    /// Whether the paper has to explain [`SUBSTITUTE`].
    pub(crate) fn has_replaced(&self) -> bool {
        self.replaced
    }

    /// A field: one line, whatever white space was typed.
    pub(crate) fn field(&mut self, field: &'static str, text: &str) -> Result<Line, RenderError> {
        within(field, text, FIELD_LIMIT)?;
        Ok(self.cut(&one_line(text), RUN_EM, |em| em))
    }

    /// A field of letters and digits that are compared one by one, set in letters of one width.
    pub(crate) fn code(&mut self, field: &'static str, text: &str) -> Result<Line, RenderError> {
        within(field, text, FIELD_LIMIT)?;
        Ok(self.cut(&one_line(text), CODE_RUN, |_| 1.0))
    }

    /// A text with its own lines and its own indentation.
    pub(crate) fn text(
        &mut self,
        field: &'static str,
        text: &str,
    ) -> Result<Vec<Line>, RenderError> {
        within(field, text, TEXT_LIMIT)?;
        let lines = text.trim_end().lines();
        Ok(lines
            .map(|line| {
                self.cut(
                    &indented(&line.trim_end().replace('\t', TAB)),
                    RUN_EM,
                    |em| em,
                )
            })
            .collect())
    }

    fn cut(&mut self, text: &str, most: f64, measure: impl Fn(f64) -> f64) -> Line {
        let mut runs = Vec::new();
        let (mut run, mut width, mut marks) = (String::new(), 0.0, 0);
        for c in text.chars() {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            let (c, em) = self.print(c, marks);
            let step = measure(em);
            if let Some(last) = run
                .chars()
                .next_back()
                .filter(|_| width + step > most && marks == 0)
            {
                let next = if is_letter(last) && is_letter(c) {
                    String::new()
                } else {
                    BREAK_ANYWHERE.to_string()
                };
                runs.push(std::mem::replace(&mut run, next));
                width = 0.0;
            }
            run.push(c);
            width = if matches!(c, ' ' | '-' | '/') {
                0.0
            } else {
                width + step
            };
        }
        runs.push(run);
        Line(runs)
    }

    fn print(&mut self, c: char, marks: usize) -> (char, f64) {
        let c = if c.is_whitespace() && c != '\u{a0}' {
            ' '
        } else {
            c
        };
        match self.repertoire.width(c) {
            Some(width) if marks <= MARKS_ON_A_LETTER => (c, width),
            _ => {
                self.replaced = true;
                (SUBSTITUTE, self.repertoire.width(SUBSTITUTE).unwrap_or(1.0))
            }
        }
    }
}

fn within(field: &'static str, text: &str, limit: usize) -> Result<(), RenderError> {
    if text.len() > limit {
        Err(RenderError::TooLong { field, limit })
    } else {
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A plain space at the start of a line is dropped by the typesetter; one that does not break is
/// kept.
fn indented(line: &str) -> String {
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    "\u{a0}".repeat(indent) + body
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == SUBSTITUTE
}

/// The blocks of combining marks that the fonts reach into.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{2de0}'..='\u{2dff}'
        | '\u{a66f}'..='\u{a67d}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;

    fn printed(text: &str) -> (Vec<String>, bool) {
        let fonts = Fonts::load().unwrap();
        let mut printer = Printer::new(fonts.repertoire());
        let line = printer.field("name", text).unwrap();
        (line.runs().to_vec(), printer.has_replaced())
    }

    #[test]
    fn names_pass_unchanged() {
        for name in [
            "Әлихан Құдайберген-Нұрғалиұлы",
            "«Күншуақ» балабақшасы № 7",
            "O’Brien, Zoë",
            "и\u{306}",
        ] {
            assert_eq!(printed(name), (vec![name.to_owned()], false));
        }
    }

    #[test]
    fn what_cannot_be_printed_is_seen_to_be_missing() {
        assert_eq!(
            printed("Ай\u{202e}лин 👶"),
            (vec!["Ай□лин □".to_owned()], true)
        );
    }

    #[test]
    fn white_space_of_a_field_is_one_space() {
        assert_eq!(printed("  Абая\n\t14,\u{a0} кв. 3 ").0, ["Абая 14, кв. 3"]);
    }

    #[test]
    fn a_run_without_spaces_may_be_broken_and_loses_nothing() {
        let long = "ЩWi1".repeat(2_500);
        let (runs, replaced) = printed(&long);
        assert!(!replaced);
        let fonts = Fonts::load().unwrap();
        let em = |run: &String| {
            run.chars()
                .map(|c| fonts.repertoire().width(c).unwrap())
                .sum::<f64>()
        };
        assert!(
            runs.len() > 100 && runs.iter().all(|run| em(run) <= RUN_EM),
            "a run is wider than a column"
        );
        assert_eq!(runs.concat(), long);
    }

    #[test]
    fn a_run_may_be_broken_before_a_bracket_too() {
        let (runs, _) = printed(&")]»!".repeat(100));
        assert!(
            runs.len() > 1
                && runs
                    .iter()
                    .skip(1)
                    .all(|run| run.starts_with(BREAK_ANYWHERE))
        );
        let line = Line(runs);
        assert_eq!(line.plain(), ")]»!".repeat(100));
    }

    #[test]
    fn words_of_ordinary_length_are_never_broken_inside() {
        let (runs, _) = printed(
            "жауапкершілігі ұйымдастырушылардың балабақшаларымыздағы достопримечательностей",
        );
        assert_eq!(runs.len(), 1);
    }

    #[test]
    fn a_digest_is_two_lines_of_one_length() {
        let fonts = Fonts::load().unwrap();
        let line = Printer::new(fonts.repertoire())
            .code("sha256", &"0f".repeat(32))
            .unwrap();
        assert_eq!(line.runs(), ["0f".repeat(16), "0f".repeat(16)]);
    }

    #[test]
    fn a_tower_of_accents_is_cut_down() {
        let (runs, replaced) = printed(&format!("а{}б", "\u{301}".repeat(500)));
        let text = runs.concat();
        assert!(replaced);
        assert_eq!(text.chars().filter(|&c| c == '\u{301}').count(), 2);
        assert!(text.starts_with("а\u{301}\u{301}□") && text.ends_with('б'));
    }

    #[test]
    fn a_text_keeps_its_lines_and_its_indentation() {
        let fonts = Fonts::load().unwrap();
        let mut printer = Printer::new(fonts.repertoire());
        let lines = printer
            .text("signed_text", "a\r\n\r\n  b\n\tc\n\n")
            .unwrap();
        let lines: Vec<_> = lines.iter().map(|line| line.runs().concat()).collect();
        assert_eq!(
            lines,
            ["a", "", "\u{a0}\u{a0}b", "\u{a0}\u{a0}\u{a0}\u{a0}c"]
        );
    }

    #[test]
    fn limits_are_named() {
        let fonts = Fonts::load().unwrap();
        let mut printer = Printer::new(fonts.repertoire());
        assert!(
            printer
                .field("child.name", &"a".repeat(FIELD_LIMIT))
                .is_ok()
        );
        let error = printer
            .field("child.name", &"a".repeat(FIELD_LIMIT + 1))
            .unwrap_err();
        assert!(matches!(
            error,
            RenderError::TooLong {
                field: "child.name",
                limit: FIELD_LIMIT
            }
        ));
        let error = printer
            .text("signed_text", &"a".repeat(TEXT_LIMIT + 1))
            .unwrap_err();
        assert!(matches!(
            error,
            RenderError::TooLong {
                field: "signed_text",
                limit: TEXT_LIMIT
            }
        ));
    }
}
