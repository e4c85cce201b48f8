//! The paper of an application to stand in the queue (R4): what was asked for, and the very text
//! that was signed.

use super::{
    BRAND, Both, DEMO, Facts, Section, Sheet, check, file_title, running, signature, signed_text,
};
use crate::printable::Printer;
use crate::{ApplicationDocument, Bilingual, Child, RenderError, dates};

pub(super) fn sheet(
    application: &ApplicationDocument,
    printer: &mut Printer<'_>,
) -> Result<Sheet, RenderError> {
    let submitted = dates::moment("submitted_at", application.submitted_at)?;
    let check = match &application.verification_url {
        Some(url) => Some(check(
            printer,
            Both::fixed("Құжатты тексеру", "Проверить документ"),
            url,
        )?),
        None => None,
    };
    let heading = Both::fixed("Өтініш", "Заявление");
    let number = printer.field("number", &application.number)?;
    Ok(Sheet {
        file_title: file_title(&heading, &number),
        brand: BRAND,
        heading,
        subheading: Some(Both::fixed(
            "мектеп жасына дейінгі баланы балабақша кезегіне қою туралы",
            "о постановке ребёнка дошкольного возраста на очередь в детский сад",
        )),
        number,
        running_number: running(printer, &application.number)?,
        moment: Both::fixed(
            format!("Берілген уақыты: {submitted} ({})", dates::ZONE),
            format!("Подано: {submitted} ({})", dates::ZONE),
        ),
        deadline: None,
        sections: vec![about(application, printer)?, queue(application, printer)?],
        signed_text: Some(signed_text(printer, &application.signed_text)?),
        signature: signature::block(&application.signature, printer)?,
        check,
        notes: Vec::new(),
        demo: application.demo.then_some(DEMO),
    })
}

/// The child's own lines, the same on every paper.
pub(super) fn child(child: &Child, facts: &mut Facts<'_, '_>) -> Result<(), RenderError> {
    facts.strong(
        Both::of("Бала", "Ребёнок"),
        "child.name",
        &Bilingual::same(&child.name),
    )?;
    let birth_date = dates::digits("child.birth_date", child.birth_date)?;
    facts.same(
        Both::of("Туған күні", "Дата рождения"),
        "child.birth_date",
        &birth_date,
    )?;
    facts.same(
        Both::of("ЖСН", "ИИН"),
        "child.iin_masked",
        &child.iin_masked,
    )
}

fn about(
    application: &ApplicationDocument,
    printer: &mut Printer<'_>,
) -> Result<Both<Section>, RenderError> {
    let mut facts = Facts::new(printer);
    child(&application.child, &mut facts)?;
    facts.same(
        Both::of("Өтініш беруші", "Заявитель"),
        "applicant_name",
        &application.applicant_name,
    )?;
    if let Some(phone) = &application.phone_masked {
        facts.same(Both::of("Телефоны", "Телефон"), "phone_masked", phone)?;
    }
    if let Some(email) = &application.email_masked {
        facts.same(Both::of("Эл. поштасы", "Эл. почта"), "email_masked", email)?;
    }
    Ok(facts.under(Some(Both::of("Кім үшін", "Для кого"))))
}

fn queue(
    application: &ApplicationDocument,
    printer: &mut Printer<'_>,
) -> Result<Both<Section>, RenderError> {
    let year = application.queue_year;
    let mut facts = Facts::new(printer);
    facts.strong(
        Both::of("Елді мекен", "Населённый пункт"),
        "locality",
        &application.locality,
    )?;
    facts.each(
        Both::of("Кезек", "Очередь"),
        "queue_year",
        &Bilingual::new(
            format!("{year} жылы туған балалар"),
            format!("дети {year} года рождения"),
        ),
    )?;
    facts.each(
        Both::of("Санаты", "Категория"),
        "category",
        &application.category,
    )?;
    Ok(facts.under(Some(Both::of("Қай кезекке", "В какую очередь"))))
}
