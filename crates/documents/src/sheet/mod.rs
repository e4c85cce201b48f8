//! What a paper says, block by block, in both languages: the one shape that the templates know.
//! Here are the words; where they lie is the templates' business, what is true is the caller's.

mod act;
mod application;
mod days;
mod referral;
mod signature;

use serde::Serialize;

use crate::printable::{Line, Printer};
use crate::{Bilingual, Document, RenderError, qr};

/// The same block in both languages.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Both<T> {
    kk: T,
    ru: T,
}

impl<'a> Both<&'a str> {
    fn of(kk: &'a str, ru: &'a str) -> Self {
        Self { kk, ru }
    }
}

impl Both<Line> {
    fn fixed(kk: impl Into<String>, ru: impl Into<String>) -> Self {
        Self {
            kk: Line::fixed(kk),
            ru: Line::fixed(ru),
        }
    }
}

/// Everything that is printed.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    file_title: String,
    brand: Brand,
    heading: Both<Line>,
    subheading: Option<Both<Line>>,
    number: Line,
    /// The number on top of the second page and the following ones.
    running_number: Line,
    moment: Both<Line>,
    deadline: Option<DeadlinePanel>,
    sections: Vec<Both<Section>>,
    signed_text: Option<SignedText>,
    signature: signature::Block,
    check: Option<Check>,
    notes: Vec<Both<Line>>,
    demo: Option<Demo>,
}

#[derive(Debug, Serialize)]
struct Brand {
    name: &'static str,
    kk: &'static str,
    ru: &'static str,
}

const BRAND: Brand = Brand {
    name: "Балабақша",
    kk: "балабақшаға кезек пен жолдама",
    ru: "очередь и направления в детский сад",
};

/// The day by which the child has to arrive, too large to be overlooked.
#[derive(Debug, Serialize)]
struct DeadlinePanel {
    label: Both<Line>,
    date: String,
    words: Both<Line>,
    note: Both<Line>,
}

/// A heading with facts or with sentences under it.
#[derive(Debug, Clone, Serialize)]
struct Section {
    title: Option<Line>,
    facts: Vec<Pair>,
    bullets: Vec<Line>,
}

#[derive(Debug, Clone, Serialize)]
struct Pair {
    label: Line,
    value: Line,
    strong: bool,
}

#[derive(Debug, Serialize)]
struct SignedText {
    title: Both<Line>,
    lines: Vec<Line>,
}

/// Where anybody can see whether the paper is still good.
#[derive(Debug, Serialize)]
struct Check {
    title: Both<Line>,
    alt: String,
    url: String,
    url_line: Line,
}

/// The band that nobody may overlook.
#[derive(Debug, Serialize)]
struct Demo {
    kk: &'static str,
    ru: &'static str,
    en: &'static str,
}

const DEMO: Demo = Demo {
    kk: "ДЕМО: құжат жарамсыз",
    ru: "ДЕМОНСТРАЦИЯ: документ недействителен",
    en: "DEMO: not valid",
};

const NUMBER_ON_TOP: usize = 40;
const FILE_TITLE: usize = 160;

impl Sheet {
    pub(crate) fn of(document: &Document, printer: &mut Printer<'_>) -> Result<Self, RenderError> {
        let mut sheet = match document {
            Document::Application(document) => application::sheet(document, printer),
            Document::Referral(document) => referral::sheet(document, printer),
            Document::Act(document) => act::sheet(document, printer),
        }?;
        if printer.has_replaced() {
            sheet.notes.push(Both::fixed(
                "□ — қаріпте жоқ таңба; толық мәтін жүйеде сақталған қол қойылған деректерде.",
                "□ — знак, которого нет в шрифте; полный текст — в подписанных данных, хранящихся в системе.",
            ));
        }
        Ok(sheet)
    }
}

/// Facts of one section, collected for both languages at once, so that neither can miss one.
struct Facts<'p, 'r> {
    printer: &'p mut Printer<'r>,
    kk: Vec<Pair>,
    ru: Vec<Pair>,
}

impl<'p, 'r> Facts<'p, 'r> {
    fn new(printer: &'p mut Printer<'r>) -> Self {
        Self {
            printer,
            kk: Vec::new(),
            ru: Vec::new(),
        }
    }

    /// A value written alike in both languages.
    fn same(
        &mut self,
        label: Both<&str>,
        field: &'static str,
        value: &str,
    ) -> Result<(), RenderError> {
        let value = self.printer.field(field, value)?;
        self.push(
            Both::fixed(label.kk, label.ru),
            Both {
                kk: value.clone(),
                ru: value,
            },
            false,
        );
        Ok(())
    }

    /// The value that the section is about.
    fn strong(
        &mut self,
        label: Both<&str>,
        field: &'static str,
        value: &Bilingual,
    ) -> Result<(), RenderError> {
        let value = both(self.printer, field, value)?;
        self.push(Both::fixed(label.kk, label.ru), value, true);
        Ok(())
    }

    fn each(
        &mut self,
        label: Both<&str>,
        field: &'static str,
        value: &Bilingual,
    ) -> Result<(), RenderError> {
        let value = both(self.printer, field, value)?;
        self.push(Both::fixed(label.kk, label.ru), value, false);
        Ok(())
    }

    fn push(&mut self, label: Both<Line>, value: Both<Line>, strong: bool) {
        self.kk.push(Pair {
            label: label.kk,
            value: value.kk,
            strong,
        });
        self.ru.push(Pair {
            label: label.ru,
            value: value.ru,
            strong,
        });
    }

    fn under(self, title: Option<Both<&str>>) -> Both<Section> {
        let section = |title: Option<&str>, facts| Section {
            title: title.map(Line::fixed),
            facts,
            bullets: Vec::new(),
        };
        Both {
            kk: section(title.map(|title| title.kk), self.kk),
            ru: section(title.map(|title| title.ru), self.ru),
        }
    }
}

fn sentences(title: Both<&str>, sentences: Vec<Both<Line>>) -> Both<Section> {
    let (kk, ru) = sentences
        .into_iter()
        .map(|sentence| (sentence.kk, sentence.ru))
        .unzip();
    let section = |title: &str, bullets| Section {
        title: Some(Line::fixed(title)),
        facts: Vec::new(),
        bullets,
    };
    Both {
        kk: section(title.kk, kk),
        ru: section(title.ru, ru),
    }
}

fn both(
    printer: &mut Printer<'_>,
    field: &'static str,
    value: &Bilingual,
) -> Result<Both<Line>, RenderError> {
    Ok(Both {
        kk: printer.field(field, &value.kk)?,
        ru: printer.field(field, &value.ru)?,
    })
}

fn signed_text(printer: &mut Printer<'_>, text: &str) -> Result<SignedText, RenderError> {
    Ok(SignedText {
        title: Both::fixed("Қол қойылған мәтін", "Подписанный текст"),
        lines: printer.text("signed_text", text)?,
    })
}

fn check(printer: &mut Printer<'_>, title: Both<Line>, url: &str) -> Result<Check, RenderError> {
    qr::check_url(url)?;
    Ok(Check {
        title,
        alt: format!("Құжатты тексеру беті / Страница проверки документа: {url}"),
        url: url.to_owned(),
        url_line: printer.field("verification_url", url)?,
    })
}

/// The kind and the number; nobody's name may stand in the properties of a file.
fn file_title(heading: &Both<Line>, number: &Line) -> String {
    let title = format!(
        "{} / {} № {}",
        heading.kk.plain(),
        heading.ru.plain(),
        number.plain()
    );
    title.chars().take(FILE_TITLE).collect()
}

/// A number is short; whoever made it longer than a line gets only its beginning on the next pages.
fn running(printer: &mut Printer<'_>, number: &str) -> Result<Line, RenderError> {
    let start: String = number.chars().take(NUMBER_ON_TOP).collect();
    let cut = if start.len() < number.len() {
        "…"
    } else {
        ""
    };
    printer.field("number", &format!("№ {start}{cut}"))
}
