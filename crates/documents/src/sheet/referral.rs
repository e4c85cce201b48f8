//! The paper that a parent brings to the kindergarten: whom it is for, where to, until when, what
//! to bring, and the rules R10 to R14 in short with the numbers of the locality.

use chrono::TimeDelta;

use super::days::{
    FOR_CALENDAR_DAYS, FOR_WORKING_DAYS, WITHIN_HOURS, WITHIN_WORKING_DAYS, ordinal,
};
use super::{
    BRAND, Both, DEMO, DeadlinePanel, Facts, Section, Sheet, check, file_title, running, sentences,
    signature,
};
use crate::printable::{Line, Printer};
use crate::{Deadline, ReferralDocument, RenderError, RuleNumbers, dates};

pub(super) fn sheet(
    referral: &ReferralDocument,
    printer: &mut Printer<'_>,
) -> Result<Sheet, RenderError> {
    let issued = dates::moment("issued_at", referral.issued_at)?;
    let deadline = panel(referral.deadline)?;
    let rules = rules_in_short(referral, &deadline.date)?;
    let heading = Both::fixed("Жолдама", "Направление");
    let number = printer.field("number", &referral.number)?;
    Ok(Sheet {
        file_title: file_title(&heading, &number),
        brand: BRAND,
        heading,
        subheading: Some(Both::fixed(
            "мемлекеттік білім беру тапсырысы бойынша жекеменшік балабақшаға",
            "в частный детский сад по государственному образовательному заказу",
        )),
        number,
        running_number: running(printer, &referral.number)?,
        moment: Both::fixed(
            format!("Берілген уақыты: {issued} ({})", dates::ZONE),
            format!("Выдано: {issued} ({})", dates::ZONE),
        ),
        sections: vec![
            child(referral, printer)?,
            kindergarten(referral, printer)?,
            bring(),
            rules,
        ],
        deadline: Some(deadline),
        signed_text: None,
        signature: signature::block(&referral.signature, printer)?,
        check: Some(check(
            printer,
            Both::fixed("Жолдаманы тексеру", "Проверить направление"),
            &referral.verification_url,
        )?),
        notes: Vec::new(),
        demo: referral.demo.then_some(DEMO),
    })
}

fn panel(deadline: Deadline) -> Result<DeadlinePanel, RenderError> {
    let words = dates::words(deadline.date);
    Ok(DeadlinePanel {
        label: Both::fixed(
            "Балабақшаға келудің соңғы күні",
            "Последний день прибытия в детский сад",
        ),
        date: dates::digits("deadline.date", deadline.date)?,
        words: Both::fixed(words.kk, words.ru),
        note: if deadline.extended {
            Both::fixed(
                "осы күнді қоса алғанда; мерзім ұзартылған",
                "включительно; срок продлён",
            )
        } else {
            Both::fixed("осы күнді қоса алғанда", "включительно")
        },
    })
}

fn child(
    referral: &ReferralDocument,
    printer: &mut Printer<'_>,
) -> Result<Both<Section>, RenderError> {
    let mut facts = Facts::new(printer);
    super::application::child(&referral.child, &mut facts)?;
    facts.same(
        Both::of("Өтініш беруші", "Заявитель"),
        "applicant_name",
        &referral.applicant_name,
    )?;
    facts.same(
        Both::of("Өтініш нөмірі", "Номер заявления"),
        "application_number",
        &referral.application_number,
    )?;
    facts.each(
        Both::of("Елді мекен", "Населённый пункт"),
        "locality",
        &referral.locality,
    )?;
    Ok(facts.under(Some(Both::of("Кімге", "Кому"))))
}

fn kindergarten(
    referral: &ReferralDocument,
    printer: &mut Printer<'_>,
) -> Result<Both<Section>, RenderError> {
    let kindergarten = &referral.kindergarten;
    let mut facts = Facts::new(printer);
    facts.strong(
        Both::of("Балабақша", "Детский сад"),
        "kindergarten.name",
        &kindergarten.name,
    )?;
    facts.each(
        Both::of("Мекенжайы", "Адрес"),
        "kindergarten.address",
        &kindergarten.address,
    )?;
    if let Some(phone) = &kindergarten.phone {
        facts.same(Both::of("Телефоны", "Телефон"), "kindergarten.phone", phone)?;
    }
    facts.same(
        Both::of("БСН", "БИН"),
        "kindergarten.bin",
        &kindergarten.bin,
    )?;
    facts.same(
        Both::of("Тобы", "Группа"),
        "group_name",
        &referral.group_name,
    )?;
    facts.each(
        Both::of("Оқыту тілі", "Язык обучения"),
        "instruction_language",
        &referral.instruction_language,
    )?;
    Ok(facts.under(Some(Both::of("Қайда", "Куда"))))
}

fn bring() -> Both<Section> {
    sentences(
        Both::of("Өзіңізбен бірге алып келіңіз", "Возьмите с собой"),
        vec![
            Both::fixed("осы жолдаманы", "это направление"),
            Both::fixed("жеке куәлігіңізді", "удостоверение личности"),
            Both::fixed(
                "баланың туу туралы куәлігін",
                "свидетельство о рождении ребёнка",
            ),
        ],
    )
}

fn rules_in_short(
    referral: &ReferralDocument,
    deadline: &str,
) -> Result<Both<Section>, RenderError> {
    let RuleNumbers {
        arrival_working_days,
        revocation_hours,
        extension_calendar_days,
        stop_list_working_days,
        lapses_until_removal,
    } = referral.rules;
    let last_revocation = referral
        .issued_at
        .checked_add_signed(TimeDelta::hours(i64::from(revocation_hours)))
        .ok_or(RenderError::DateOutOfRange {
            field: "rules.revocation_hours",
        })
        .and_then(|at| dates::moment("rules.revocation_hours", at))?
        .replace(' ', "\u{a0}");
    let arrival = if referral.deadline.extended {
        Both::fixed(
            format!(
                "Жолдама ұзартылды: балабақшаға соңғы күні {deadline} келуге болады. Екінші рет ұзартылмайды."
            ),
            format!(
                "Направление продлено: прибыть нужно не позднее {deadline}. Второй раз оно не продлевается."
            ),
        )
    } else {
        Both::fixed(
            format!(
                "Жолдама берілген күннің ертеңінен бастап {arrival_working_days}\u{a0}жұмыс күні ішінде балабақшаға келу керек."
            ),
            format!(
                "Прибыть в детский сад нужно в течение {}, считая со дня, следующего за днём выдачи.",
                WITHIN_WORKING_DAYS.count(arrival_working_days)
            ),
        )
    };
    let revocation = Both::fixed(
        format!(
            "Берілген сәттен бастап {revocation_hours}\u{a0}сағат ішінде жолдаманы қайтарып алуға болады (соңғы сәт: {last_revocation}); баланың кезектегі орны сақталады."
        ),
        format!(
            "Отозвать направление можно в течение {} с момента выдачи (последний момент: {last_revocation}); место в очереди сохранится.",
            WITHIN_HOURS.count(revocation_hours)
        ),
    );
    let extension = Both::fixed(
        format!(
            "Жолдаманы бір рет, ең көбі күнтізбелік {extension_calendar_days}\u{a0}күнге ұзартуға болады."
        ),
        format!(
            "Продлить направление можно один раз, не более чем на {}.",
            FOR_CALENDAR_DAYS.count(extension_calendar_days)
        ),
    );
    let lapse = Both::fixed(
        format!(
            "Мерзімінде келмесеңіз, жолдаманың күші жойылады, бала {stop_list_working_days}\u{a0}жұмыс күніне стоп-параққа енгізіледі; бұл уақытта жаңа жолдама берілмейді."
        ),
        format!(
            "Если не прибыть в срок, направление аннулируется, а ребёнок попадает в стоп-лист на {}; в это время новое направление не выдаётся.",
            FOR_WORKING_DAYS.count(stop_list_working_days)
        ),
    );
    let (nth_kk, nth_ru) = ordinal(lapses_until_removal);
    let removal = Both::fixed(
        format!("Мерзім {nth_kk} рет өтіп кетсе, бала кезектен шығарылады."),
        format!("При {nth_ru} просрочке ребёнок снимается с очереди."),
    );
    let mut rules: Vec<Both<Line>> = vec![arrival, revocation];
    if !referral.deadline.extended {
        rules.push(extension);
    }
    rules.extend([lapse, removal]);
    Ok(sentences(
        Both::of("Қысқаша ереже", "Правила кратко"),
        rules,
    ))
}
