//! What the papers of signed acts show.

use super::record::{About, SignedAct};
use crate::{app::App, error::Result};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language, Localized,
    dto::{DocumentKind, ServiceMode},
    entity::{Application, Referral},
    id::{ApplicationId, DocumentId, ReferralId},
    mask,
};
use balabaqsha_store::{Tx, kindergartens::Place, localities::Locality};
use chrono::NaiveDate;

/// What the paper of an act shows.
#[derive(Debug)]
pub(in crate::service) enum Paper<'a> {
    Application(&'a Application, &'a Locality),
    /// A referral as it is by the act.
    Referral {
        application: &'a Application,
        locality: &'a Locality,
        referral: &'a Referral,
        place: &'a Place,
    },
    Lines(Lines<'a>),
}

/// A paper that has no shape of its own but lines.
#[derive(Debug)]
pub(in crate::service) struct Lines<'a> {
    pub kind: DocumentKind,
    /// Of the application or the referral, or the code of a locality.
    pub number: &'a str,
    /// None where it is about no application.
    pub application: Option<ApplicationId>,
    pub referral: Option<ReferralId>,
    pub lines: Vec<paper::Fact>,
}

/// Stores a signed act with its paper.
pub(in crate::service) async fn keep(
    tx: &mut Tx,
    app: &App,
    act: &SignedAct,
    shown: Paper<'_>,
) -> Result<DocumentId> {
    let id = act.new_id(app);
    let (about, facts) = match shown {
        Paper::Application(application, locality) => (
            About {
                kind: DocumentKind::Application,
                number: application.number.as_str(),
                application: Some(application.id),
                referral: None,
            },
            application_facts(app, act, id, application, locality),
        ),
        Paper::Referral {
            application,
            locality,
            referral,
            place,
        } => (
            About {
                kind: DocumentKind::Referral,
                number: referral.number.as_str(),
                application: Some(application.id),
                referral: Some(referral.id),
            },
            referral_facts(app, act, id, application, locality, referral, place),
        ),
        Paper::Lines(of) => (
            About {
                kind: of.kind,
                number: of.number,
                application: of.application,
                referral: of.referral,
            },
            act_facts(app, act, id, of.kind, of.number, of.lines),
        ),
    };
    act.keep(tx, id, about, &facts).await?;
    Ok(id)
}

fn bilingual(text: &Localized) -> paper::Bilingual {
    paper::Bilingual::new(&text.kk, &text.ru)
}

fn paper_child(application: &Application) -> paper::Child {
    paper::Child {
        name: application.child.full_name(),
        birth_date: application.child.birth_date,
        iin_masked: application.child.iin.masked(),
    }
}

fn is_demo(app: &App) -> bool {
    app.settings.mode() == ServiceMode::Demo
}

/// What the PDF of an application shows.
fn application_facts(
    app: &App,
    act: &SignedAct,
    id: DocumentId,
    application: &Application,
    locality: &Locality,
) -> paper::Document {
    paper::Document::Application(paper::ApplicationDocument {
        number: application.number.to_string(),
        submitted_at: application.submitted_at,
        child: paper_child(application),
        applicant_name: act.signed.name.clone(),
        locality: bilingual(&locality.name),
        category: paper::Bilingual::new(
            application.signed_category().name(Language::Kk),
            application.signed_category().name(Language::Ru),
        ),
        queue_year: application.child.birth_year(),
        phone_masked: Some(mask::phone(application.contact_phone.as_str())),
        email_masked: None,
        signed_text: act.text(),
        signature: act.signature_facts(id),
        verification_url: None,
        demo: is_demo(app),
    })
}

/// What the PDF of a referral shows.
fn referral_facts(
    app: &App,
    act: &SignedAct,
    id: DocumentId,
    application: &Application,
    locality: &Locality,
    referral: &Referral,
    place: &Place,
) -> paper::Document {
    let rules = &locality.rules;
    paper::Document::Referral(paper::ReferralDocument {
        number: referral.number.to_string(),
        issued_at: referral.issued_at,
        child: paper_child(application),
        applicant_name: act.signed.name.clone(),
        application_number: application.number.to_string(),
        locality: bilingual(&locality.name),
        kindergarten: paper::Kindergarten {
            name: bilingual(&place.kindergarten.name),
            address: bilingual(&place.kindergarten.address),
            phone: Some(place.kindergarten.phone.clone()),
            bin: place.kindergarten.bin.to_string(),
        },
        group_name: place.group.name.clone(),
        instruction_language: paper::Bilingual::new(
            place.group.instruction_language.name(Language::Kk),
            place.group.instruction_language.name(Language::Ru),
        ),
        deadline: paper::Deadline {
            date: referral.deadline,
            extended: referral.extension.is_some(),
        },
        rules: paper::RuleNumbers {
            arrival_working_days: rules.arrival_working_days.into(),
            revocation_hours: rules.revocation_hours.into(),
            extension_calendar_days: rules.extension_calendar_days.into(),
            stop_list_working_days: rules.stop_list_working_days.into(),
            lapses_until_removal: rules.lapses_to_removal.into(),
        },
        verification_url: app.core.verification_url(&referral.verification_token),
        signature: act.signature_facts(id),
        demo: is_demo(app),
    })
}

/// What the PDF of an act shows that has no shape of its own.
fn act_facts(
    app: &App,
    act: &SignedAct,
    id: DocumentId,
    kind: DocumentKind,
    number: &str,
    facts: Vec<paper::Fact>,
) -> paper::Document {
    paper::Document::Act(paper::ActDocument {
        title: bilingual(&title(kind)),
        number: number.to_owned(),
        done_at: act.at,
        facts,
        signed_text: act.text(),
        signature: act.signature_facts(id),
        verification_url: None,
        demo: is_demo(app),
    })
}

/// One line of an act.
pub(in crate::service) fn fact(kk: &str, ru: &str, value: paper::Bilingual) -> paper::Fact {
    paper::Fact {
        label: paper::Bilingual::new(kk, ru),
        value,
    }
}

/// The lines that say whom an act is about.
pub(in crate::service) fn child_lines(application: &Application) -> Vec<paper::Fact> {
    let child = &application.child;
    let same = |value: String| paper::Bilingual::same(value);
    vec![
        fact("Бала", "Ребёнок", same(child.full_name())),
        fact("Туған күні", "Дата рождения", day(child.birth_date)),
        fact("ЖСН", "ИИН", same(child.iin.masked())),
        fact(
            "Өтініш нөмірі",
            "Номер заявления",
            same(application.number.to_string()),
        ),
    ]
}

/// The line with the kindergarten of a referral.
pub(in crate::service) fn kindergarten_line(place: &Place) -> paper::Fact {
    fact(
        "Балабақша",
        "Детский сад",
        bilingual(&place.kindergarten.name),
    )
}

pub(in crate::service) fn day(day: NaiveDate) -> paper::Bilingual {
    paper::Bilingual::same(day.format("%d.%m.%Y").to_string())
}

pub(in crate::service) fn title(kind: DocumentKind) -> Localized {
    match kind {
        DocumentKind::Application => Localized::new(
            "Кезекке қою туралы өтініш",
            "Заявление о постановке в очередь",
            "Application for the queue",
        ),
        DocumentKind::Referral => Localized::new(
            "Жекеменшік балабақшаға жолдама",
            "Направление в частный детский сад",
            "Referral to a private kindergarten",
        ),
        DocumentKind::Extension => Localized::new(
            "Жолдаманы ұзарту",
            "Продление направления",
            "Extension of a referral",
        ),
        DocumentKind::Revocation => Localized::new(
            "Жолдаманы қайтарып алу",
            "Отзыв направления",
            "Revocation of a referral",
        ),
        DocumentKind::Withdrawal => Localized::new(
            "Өтінішті қайтарып алу",
            "Отзыв заявления",
            "Withdrawal of an application",
        ),
        DocumentKind::Detachment => Localized::new(
            "Тіркеуді тоқтату",
            "Прекращение прикрепления",
            "Ending of an attachment",
        ),
        DocumentKind::Annulment => Localized::new(
            "Жолдаманың күшін жою туралы шешім",
            "Решение об аннулировании направления",
            "Decision to annul a referral",
        ),
        DocumentKind::Suspension => Localized::new(
            "Жолдама беруді тоқтата тұру туралы шешім",
            "Решение о приостановке выдачи направлений",
            "Decision to suspend the issue of referrals",
        ),
        DocumentKind::Resumption => Localized::new(
            "Жолдама беруді қайта бастау туралы шешім",
            "Решение о возобновлении выдачи направлений",
            "Decision to resume the issue of referrals",
        ),
        DocumentKind::Benefit => Localized::new(
            "Жеңілдік туралы шешім",
            "Решение о льготе",
            "Decision about a benefit",
        ),
        DocumentKind::Decision => Localized::new(
            "Өтініш туралы шешім",
            "Решение по заявлению",
            "Decision about an application",
        ),
        DocumentKind::Attachment => Localized::new(
            "Өтінішті ата-ананың ЖСН-іне тіркеу",
            "Прикрепление заявления к ИИН родителя",
            "Attaching an application to the IIN of a parent",
        ),
    }
}
