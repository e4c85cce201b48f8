//! The paper of any other signed act: an extension, a revocation, a withdrawal. The caller names
//! the facts.

use super::{
    BRAND, Both, DEMO, Facts, Sheet, both, check, file_title, running, signature, signed_text,
};
use crate::printable::{Line, Printer};
use crate::{ActDocument, Bilingual, RenderError, dates};

/// No act has nearly as many.
const FACTS_LIMIT: usize = 64;

pub(super) fn sheet(act: &ActDocument, printer: &mut Printer<'_>) -> Result<Sheet, RenderError> {
    if act.facts.len() > FACTS_LIMIT {
        return Err(RenderError::TooManyFacts { limit: FACTS_LIMIT });
    }
    let done = dates::moment("done_at", act.done_at)?;
    let check = match &act.verification_url {
        Some(url) => Some(check(
            printer,
            Both::fixed("Құжатты тексеру", "Проверить документ"),
            url,
        )?),
        None => None,
    };
    let mut facts = Facts::new(printer);
    for fact in &act.facts {
        let label = both(facts.printer, "facts.label", &fact.label)?;
        let value = both(facts.printer, "facts.value", &fact.value)?;
        facts.push(label, value, false);
    }
    let facts = facts.under(None);
    let heading = title(act, printer)?;
    let number = printer.field("number", &act.number)?;
    Ok(Sheet {
        file_title: file_title(&heading, &number),
        brand: BRAND,
        heading,
        subheading: None,
        number,
        running_number: running(printer, &act.number)?,
        moment: Both::fixed(
            format!("Уақыты: {done} ({})", dates::ZONE),
            format!("Время: {done} ({})", dates::ZONE),
        ),
        deadline: None,
        sections: if act.facts.is_empty() {
            Vec::new()
        } else {
            vec![facts]
        },
        signed_text: Some(signed_text(printer, &act.signed_text)?),
        signature: signature::block(&act.signature, printer)?,
        check,
        notes: Vec::new(),
        demo: act.demo.then_some(DEMO),
    })
}

/// A paper without a heading could not be found by ear.
fn title(act: &ActDocument, printer: &mut Printer<'_>) -> Result<Both<Line>, RenderError> {
    let or = |title: &str, otherwise: &str| {
        if title.trim().is_empty() {
            otherwise
        } else {
            title
        }
        .to_owned()
    };
    let title = Bilingual {
        kk: or(&act.title.kk, "Құжат"),
        ru: or(&act.title.ru, "Документ"),
    };
    both(printer, "title", &title)
}
