//! The text that is signed. Its UTF-8 bytes are the signed content, so what a person reads on the
//! screen is exactly what the signature covers. Each text carries the id of its draft or
//! challenge: no two acts have the same bytes.

use crate::{
    application::Category,
    benefit::BenefitVerdict,
    child::Child,
    comment::Comment,
    decision::ApplicationDecision,
    id::{ChallengeId, DraftId},
    iin::Iin,
    kindergarten::InstructionLanguage,
    language::{Language, Localized},
    phone::Phone,
    referral::ExtensionReason,
    time,
};
use chrono::{DateTime, NaiveDate, Utc};

/// An act that is signed.
#[derive(Clone, Debug)]
pub enum Statement<'a> {
    /// R1.
    Login {
        challenge: ChallengeId,
        audience: &'a str,
        /// What kind of browser has asked, where it says so.
        browser: Option<&'a str>,
    },
    /// R4.
    Application {
        draft: DraftId,
        child: &'a Child,
        locality: &'a Localized,
        category: Category,
        phone: &'a Phone,
    },
    /// R9.
    Referral {
        draft: DraftId,
        child: &'a Child,
        application: &'a str,
        kindergarten: &'a Localized,
        address: &'a Localized,
        group: &'a str,
        instruction: InstructionLanguage,
        arrival_working_days: u16,
    },
    /// R13.
    Extension {
        draft: DraftId,
        child: &'a Child,
        referral: &'a str,
        kindergarten: &'a Localized,
        deadline: NaiveDate,
        until: NaiveDate,
        reason: ExtensionReason,
        comment: Option<&'a Comment>,
    },
    /// R14.
    Revocation {
        draft: DraftId,
        child: &'a Child,
        referral: &'a str,
        kindergarten: &'a Localized,
        /// The moment that counts in the queue again.
        submitted_at: DateTime<Utc>,
    },
    /// R15.
    Withdrawal {
        draft: DraftId,
        child: &'a Child,
        application: &'a str,
        locality: &'a Localized,
    },
    /// R3. Names only what the parent has typed in: nothing else is theirs to see yet.
    Attachment {
        draft: DraftId,
        child_iin: &'a Iin,
        application: &'a str,
    },
    /// R22: an official annuls a referral.
    Annulment {
        draft: DraftId,
        child: &'a Child,
        referral: &'a str,
        kindergarten: &'a Localized,
        reason: &'a str,
    },
    /// R21: an official decides about a claimed benefit.
    Benefit {
        draft: DraftId,
        child: &'a Child,
        application: &'a str,
        category: Category,
        ground: &'a Localized,
        verdict: BenefitVerdict,
        /// Of a confirmation whose proof has an end.
        valid_until: Option<NaiveDate>,
        /// Of a refusal.
        reason: Option<&'a Comment>,
    },
    /// R22, R27: an official decides about an application.
    Decision {
        draft: DraftId,
        child: &'a Child,
        application: &'a str,
        decision: &'a ApplicationDecision,
        /// Whom or what it concerns: the number of a referral, the name of a person.
        about: Option<&'a str>,
        reason: &'a Comment,
    },
    /// R24: an official suspends the issue of referrals.
    Suspension {
        draft: DraftId,
        locality: &'a Localized,
        /// From now on when absent.
        first_day: Option<NaiveDate>,
        last_day: NaiveDate,
        reason: &'a str,
    },
    /// R24: an official lets referrals be issued again.
    Resumption {
        draft: DraftId,
        locality: &'a Localized,
    },
    /// R3: an attachment ends.
    Detachment {
        draft: DraftId,
        child: &'a Child,
        application: &'a str,
        /// Full name of the attached person.
        attached: &'a str,
    },
}

impl Statement<'_> {
    /// The text in the reader's language, one fact a line.
    #[must_use]
    pub fn text(&self, language: Language, at: DateTime<Utc>) -> String {
        let pick = |kk, ru, en| language.pick(kk, ru, en);
        let mut lines: Vec<String> = Vec::new();
        let mut fact = |label: &str, value: &str| lines.push(format!("{label}: {value}"));
        let (heading, reference) = match self {
            Self::Login {
                challenge,
                audience,
                browser,
            } => {
                fact(pick("Сайт", "Сайт", "Site"), audience);
                if let Some(browser) = browser {
                    fact(pick("Браузер", "Браузер", "Browser"), browser);
                }
                (
                    pick(
                        "«Балабақша» жеке кабинетіне кіремін.",
                        "Вхожу в личный кабинет «Балабақша».",
                        "I log in to my account at Balabaqsha.",
                    ),
                    challenge.to_string(),
                )
            }
            Self::Application {
                draft,
                child,
                locality,
                category,
                phone,
            } => {
                child_facts(language, child, &mut fact);
                fact(
                    pick("Елді мекен", "Населённый пункт", "Locality"),
                    locality.get(language),
                );
                fact(
                    pick("Санат", "Категория", "Category"),
                    category.name(language),
                );
                fact(pick("Телефон", "Телефон", "Telephone"), phone.as_str());
                (
                    pick(
                        "Баланы балабақша кезегіне қоюды сұраймын.",
                        "Прошу поставить ребёнка в очередь в детский сад.",
                        "I ask to put the child in the queue for a kindergarten.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Referral {
                draft,
                child,
                application,
                kindergarten,
                address,
                group,
                instruction,
                arrival_working_days,
            } => {
                child_facts(language, child, &mut fact);
                fact(pick("Өтініш", "Заявление", "Application"), application);
                fact(
                    pick("Балабақша", "Детский сад", "Kindergarten"),
                    kindergarten.get(language),
                );
                fact(pick("Мекенжай", "Адрес", "Address"), address.get(language));
                fact(pick("Топ", "Группа", "Group"), group);
                fact(
                    pick("Оқыту тілі", "Язык обучения", "Language of instruction"),
                    instruction.name(language),
                );
                lines.push(match language {
                    Language::Kk => format!(
                        "Баланың кезектен шығарылатыны және {arrival_working_days} жұмыс күні ішінде келу керектігі маған белгілі."
                    ),
                    Language::Ru => format!(
                        "Мне известно, что ребёнок снимается с очереди и что прибыть нужно в течение {arrival_working_days} {}.",
                        within_days(*arrival_working_days)
                    ),
                    Language::En => format!(
                        "I know that the child is taken off the queue and has to arrive within {arrival_working_days} working {}.",
                        if *arrival_working_days == 1 { "day" } else { "days" }
                    ),
                });
                (
                    pick(
                        "Мемлекеттік білім беру тапсырысы бойынша жекеменшік балабақшаға жолдама беруді сұраймын.",
                        "Прошу выдать направление в частный детский сад по государственному образовательному заказу.",
                        "I ask for a referral to a private kindergarten under the state educational order.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Extension {
                draft,
                child,
                referral,
                kindergarten,
                deadline,
                until,
                reason,
                comment,
            } => {
                child_facts(language, child, &mut fact);
                referral_facts(language, referral, kindergarten, &mut fact);
                fact(
                    pick(
                        "Қазіргі соңғы күн",
                        "Нынешний последний день прибытия",
                        "Present last day to arrive",
                    ),
                    &day(*deadline),
                );
                fact(
                    pick(
                        "Жаңа соңғы күн",
                        "Новый последний день прибытия",
                        "New last day to arrive",
                    ),
                    &day(*until),
                );
                fact(pick("Себебі", "Причина", "Reason"), reason.name(language));
                if let Some(comment) = comment {
                    fact(
                        pick("Түсініктеме", "Пояснение", "Comment"),
                        comment.as_str(),
                    );
                }
                lines.push(
                    pick(
                        "Жолдама бір рет қана ұзартылатыны және жаңа соңғы күнге дейін келмесем, оның күші жойылатыны маған белгілі.",
                        "Мне известно, что направление продлевается только один раз и что оно будет аннулировано, если не прибыть до конца нового последнего дня.",
                        "I know that a referral is extended only once, and that it lapses if nobody arrives by the end of the new last day.",
                    )
                    .to_owned(),
                );
                (
                    pick(
                        "Жолдаманы ұзартуды сұраймын.",
                        "Прошу продлить направление.",
                        "I ask to extend the referral.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Revocation {
                draft,
                child,
                referral,
                kindergarten,
                submitted_at,
            } => {
                child_facts(language, child, &mut fact);
                referral_facts(language, referral, kindergarten, &mut fact);
                let moment = time::local(*submitted_at).format(time::MOMENT);
                lines.push(match language {
                    Language::Kk => format!(
                        "Орынның босайтыны және баланың {moment} берілген өтініш бойынша кезекке қайтарылатыны маған белгілі."
                    ),
                    Language::Ru => format!(
                        "Мне известно, что место освобождается, а ребёнок возвращается в очередь с прежним моментом подачи заявления: {moment}."
                    ),
                    Language::En => format!(
                        "I know that the place becomes free and that the child returns to the queue with the original time of submission, {moment}."
                    ),
                });
                (
                    pick(
                        "Алған жолдамамды қайтарып аламын.",
                        "Отзываю полученное направление.",
                        "I revoke the referral that I received.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Withdrawal {
                draft,
                child,
                application,
                locality,
            } => {
                child_facts(language, child, &mut fact);
                fact(pick("Өтініш", "Заявление", "Application"), application);
                fact(
                    pick("Елді мекен", "Населённый пункт", "Locality"),
                    locality.get(language),
                );
                lines.push(
                    pick(
                        "Кезектегі орынның жойылатыны, жаңа өтініштің кезек соңына қойылатыны маған белгілі.",
                        "Мне известно, что место в очереди теряется и что новое заявление встанет в её конец.",
                        "I know that the place in the queue is lost and that a new application begins at its end.",
                    )
                    .to_owned(),
                );
                (
                    pick(
                        "Баланы кезекке қою туралы өтінішімді қайтарып аламын.",
                        "Отзываю заявление о постановке ребёнка в очередь.",
                        "I withdraw the application for the queue.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Attachment {
                draft,
                child_iin,
                application,
            } => {
                fact(
                    pick("Баланың ЖСН-і", "ИИН ребёнка", "IIN of the child"),
                    &child_iin.to_string(),
                );
                fact(pick("Өтініш", "Заявление", "Application"), application);
                lines.push(
                    pick(
                        "Мен осы баланың ата-анасы немесе заңды өкілімін.",
                        "Я родитель или законный представитель этого ребёнка.",
                        "I am a parent or a legal representative of this child.",
                    )
                    .to_owned(),
                );
                (
                    pick(
                        "Өтінішті менің ЖСН-іме тіркеуді сұраймын.",
                        "Прошу прикрепить заявление к моему ИИН.",
                        "I ask to attach the application to my IIN.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Annulment {
                draft,
                child,
                referral,
                kindergarten,
                reason,
            } => {
                child_facts(language, child, &mut fact);
                referral_facts(language, referral, kindergarten, &mut fact);
                fact(pick("Себебі", "Причина", "Reason"), reason);
                lines.push(
                    pick(
                        "Орын босайды, бала кезектегі бұрынғы орнына қайтарылады.",
                        "Место освобождается, ребёнок возвращается на прежнее место в очереди.",
                        "The place becomes free and the child returns to the same place in the queue.",
                    )
                    .to_owned(),
                );
                (
                    pick(
                        "Білім бөлімінің маманы ретінде жолдаманың күшін жоямын.",
                        "Как специалист отдела образования аннулирую направление.",
                        "As an official of the education department I annul the referral.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Benefit {
                draft,
                child,
                application,
                category,
                ground,
                verdict,
                valid_until,
                reason,
            } => {
                child_facts(language, child, &mut fact);
                fact(pick("Өтініш", "Заявление", "Application"), application);
                fact(
                    pick("Кезек санаты", "Категория очереди", "Category of the queue"),
                    category.name(language),
                );
                fact(pick("Негізі", "Основание", "Ground"), ground.get(language));
                if let Some(until) = valid_until {
                    fact(
                        pick(
                            "Құжаттың соңғы күні",
                            "Последний день документа",
                            "Last day of the proof",
                        ),
                        &day(*until),
                    );
                }
                if let Some(reason) = reason {
                    fact(pick("Себебі", "Причина", "Reason"), reason.as_str());
                }
                let heading = match verdict {
                    BenefitVerdict::Confirm => pick(
                        "Білім бөлімінің маманы ретінде жеңілдікті растаймын.",
                        "Как специалист отдела образования подтверждаю льготу.",
                        "As an official of the education department I confirm the benefit.",
                    ),
                    BenefitVerdict::Refuse => pick(
                        "Білім бөлімінің маманы ретінде жеңілдікті растамаймын.",
                        "Как специалист отдела образования отказываю в льготе.",
                        "As an official of the education department I refuse the benefit.",
                    ),
                };
                (heading, draft.to_string())
            }
            Self::Decision {
                draft,
                child,
                application,
                decision,
                about,
                reason,
            } => {
                child_facts(language, child, &mut fact);
                fact(pick("Өтініш", "Заявление", "Application"), application);
                fact(
                    pick("Шешім", "Решение", "Decision"),
                    decision.kind().name(language),
                );
                if let Some(about) = about {
                    fact(pick("Не туралы", "О чём", "About"), about);
                }
                for (name, value) in decision.facts() {
                    fact(name.get(language), &value);
                }
                fact(pick("Негіздеме", "Обоснование", "Reason"), reason.as_str());
                (
                    pick(
                        "Білім бөлімінің маманы ретінде өтініш туралы шешім қабылдаймын.",
                        "Как специалист отдела образования принимаю решение по заявлению.",
                        "As an official of the education department I decide about the application.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Suspension {
                draft,
                locality,
                first_day,
                last_day,
                reason,
            } => {
                fact(
                    pick("Елді мекен", "Населённый пункт", "Locality"),
                    locality.get(language),
                );
                let first = first_day.map(day);
                let at_once = pick("бірден", "сразу", "at once");
                fact(
                    pick("Алғашқы күн", "Первый день", "First day"),
                    first.as_deref().unwrap_or(at_once),
                );
                fact(
                    pick("Соңғы күн", "Последний день", "Last day"),
                    &day(*last_day),
                );
                fact(pick("Себебі", "Причина", "Reason"), reason);
                lines.push(
                    pick(
                        "Сақталып тұрған орындар сол күйінде қалады, мерзімдер жүре береді.",
                        "Придержанные места сохраняются, сроки продолжают идти.",
                        "Held places stay held, and deadlines keep running.",
                    )
                    .to_owned(),
                );
                (
                    pick(
                        "Білім бөлімінің маманы ретінде жолдама беруді тоқтата тұрамын.",
                        "Как специалист отдела образования приостанавливаю выдачу направлений.",
                        "As an official of the education department I suspend the issue of referrals.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Resumption { draft, locality } => {
                fact(
                    pick("Елді мекен", "Населённый пункт", "Locality"),
                    locality.get(language),
                );
                (
                    pick(
                        "Білім бөлімінің маманы ретінде жолдама беруді қайта бастаймын.",
                        "Как специалист отдела образования возобновляю выдачу направлений.",
                        "As an official of the education department I resume the issue of referrals.",
                    ),
                    draft.to_string(),
                )
            }
            Self::Detachment {
                draft,
                child,
                application,
                attached,
            } => {
                child_facts(language, child, &mut fact);
                fact(pick("Өтініш", "Заявление", "Application"), application);
                fact(
                    pick("Кімге тіркелген", "К кому прикреплено", "Attached to"),
                    attached,
                );
                lines.push(
                    pick(
                        "Осыдан кейін бұл адам өтінішті көрмейді.",
                        "После этого этот человек не видит заявления.",
                        "From then on this person does not see the application.",
                    )
                    .to_owned(),
                );
                (
                    pick(
                        "Өтініштің тіркелуін тоқтатамын.",
                        "Прекращаю прикрепление заявления.",
                        "I end the attachment of the application.",
                    ),
                    draft.to_string(),
                )
            }
        };
        lines.insert(0, heading.to_owned());
        lines.push(format!(
            "{}: {} (UTC+5)",
            pick("Уақыты", "Время", "Time"),
            time::local(at).format(time::MOMENT)
        ));
        lines.push(format!(
            "{}: {reference}",
            pick("Бір реттік нөмір", "Одноразовый номер", "One-time number")
        ));
        lines.join("\n")
    }
}

/// A line of a statement that names a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// The lines of a statement that name a value.
pub fn facts(text: &str) -> impl Iterator<Item = Fact<'_>> {
    text.lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| Fact { name, value })
}

fn child_facts(language: Language, child: &Child, fact: &mut impl FnMut(&str, &str)) {
    fact(
        language.pick("Бала", "Ребёнок", "Child"),
        &child.full_name(),
    );
    fact(
        language.pick("Баланың ЖСН-і", "ИИН ребёнка", "IIN of the child"),
        &child.iin.to_string(),
    );
    fact(
        language.pick("Туған күні", "Дата рождения", "Date of birth"),
        &day(child.birth_date),
    );
}

fn referral_facts(
    language: Language,
    referral: &str,
    kindergarten: &Localized,
    fact: &mut impl FnMut(&str, &str),
) {
    fact(
        language.pick("Жолдама", "Направление", "Referral"),
        referral,
    );
    fact(
        language.pick("Балабақша", "Детский сад", "Kindergarten"),
        kindergarten.get(language),
    );
}

fn day(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

impl Category {
    /// The category in words.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::Extraordinary => {
                language.pick("кезектен тыс", "внеочередное право", "extraordinary")
            }
            Self::Priority => language.pick("бірінші кезекте", "первоочередное право", "priority"),
            Self::General => language.pick("жалпы кезек", "общая очередь", "general queue"),
        }
    }
}

impl ExtensionReason {
    /// The reason in words.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::ChildIllness => {
                language.pick("баланың ауруы", "болезнь ребёнка", "illness of the child")
            }
            Self::FamilyCircumstances => language.pick(
                "отбасы жағдайы",
                "семейные обстоятельства",
                "family circumstances",
            ),
            Self::Moving => language.pick("көшу", "переезд", "moving"),
            Self::Travel => language.pick(
                "ата-ананың іссапары немесе сапары",
                "командировка или поездка родителя",
                "business trip or travel of the parent",
            ),
            Self::Other => language.pick("басқа себеп", "другая причина", "another reason"),
        }
    }
}

impl InstructionLanguage {
    /// The language of instruction in words.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::Kazakh => language.pick("қазақ тілі", "казахский", "Kazakh"),
            Self::Russian => language.pick("орыс тілі", "русский", "Russian"),
            Self::English => language.pick("ағылшын тілі", "английский", "English"),
        }
    }
}

/// The Russian words after a number of working days, as in «в течение 5 рабочих дней».
const fn within_days(days: u16) -> &'static str {
    if days % 10 == 1 && days % 100 != 11 {
        "рабочего дня"
    } else {
        "рабочих дней"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{child::NamePart, iin::Iin};
    use uuid::Uuid;

    fn child() -> Child {
        Child {
            iin: Iin::parse("221231600023").unwrap(),
            surname: NamePart::parse("Серикова").unwrap(),
            given_name: NamePart::parse("Айлин").unwrap(),
            patronymic: None,
            birth_date: "2022-12-31".parse().unwrap(),
        }
    }

    #[test]
    fn a_login_names_the_site_and_the_kind_of_browser() {
        let login = |browser| Statement::Login {
            challenge: ChallengeId::new(Uuid::from_u128(7)),
            audience: "https://queue.example.kz",
            browser,
        };
        says(
            &login(Some("Chrome, Android")),
            &["https://queue.example.kz", "Chrome, Android"],
        );
        let at = "2026-11-22T09:05:00Z".parse().unwrap();
        let text = login(None).text(Language::En, at);
        let names: Vec<&str> = facts(&text).map(|fact| fact.name).collect();
        assert_eq!(names, ["Site", "Time", "One-time number"]);
        let site = facts(&text).next().unwrap();
        assert_eq!(site.value, "https://queue.example.kz");
    }

    #[test]
    fn decisions_of_officials_name_what_they_do_and_why() {
        let draft = DraftId::new(Uuid::from_u128(7));
        let name = Localized::new("Қандыағаш", "Кандыагаш", "Kandyagash");
        let annulment = Statement::Annulment {
            draft,
            child: &child(),
            referral: "АКТ-Н-2026-000001",
            kindergarten: &name,
            reason: "группа закрыта",
        };
        let facts = ["Серикова Айлин", "АКТ-Н-2026-000001", "группа закрыта"];
        says(&annulment, &facts);
        let suspension = Statement::Suspension {
            draft,
            locality: &name,
            first_day: "2026-12-01".parse().ok(),
            last_day: "2026-12-31".parse().unwrap(),
            reason: "перевод групп",
        };
        let facts = ["Кандыагаш", "01.12.2026", "31.12.2026", "перевод групп"];
        says(&suspension, &facts);
        let resumption = Statement::Resumption {
            draft,
            locality: &name,
        };
        says(&resumption, &["Кандыагаш"]);
    }

    /// The text in Russian has all the facts, and the other languages have words of their own.
    fn says(statement: &Statement<'_>, facts: &[&str]) {
        let at = "2026-11-22T09:05:00Z".parse().unwrap();
        let text = statement.text(Language::Ru, at);
        for fact in facts.iter().chain(&[
            "22.11.2026 14:05:00 (UTC+5)",
            "00000000-0000-0000-0000-000000000007",
        ]) {
            assert!(text.contains(fact), "{fact} is missing in:\n{text}");
        }
        let texts = Language::ALL.map(|language| statement.text(language, at));
        let [kk, ru, en] = texts
            .each_ref()
            .map(|text| text.lines().collect::<Vec<_>>());
        assert_eq!((kk.len(), en.len()), (ru.len(), ru.len()));
        assert!(kk[0] != ru[0] && ru[0] != en[0]);
    }

    #[test]
    fn later_acts_name_everything_that_is_agreed_to() {
        let (child, draft) = (child(), DraftId::new(Uuid::from_u128(7)));
        let name = Localized::new("«Күншуақ»", "«Күншуақ»", "Kunshuaq");
        let comment = Comment::parse("справка от врача").unwrap();
        let whom = ["Серикова Айлин", "221231600023", "31.12.2022"];
        says(
            &Statement::Extension {
                draft,
                child: &child,
                referral: "АКТ-Н-2026-001873",
                kindergarten: &name,
                deadline: "2026-11-30".parse().unwrap(),
                until: "2026-12-20".parse().unwrap(),
                reason: ExtensionReason::ChildIllness,
                comment: Some(&comment),
            },
            &[
                &whom[..],
                &[
                    "Прошу продлить направление",
                    "АКТ-Н-2026-001873",
                    "Күншуақ",
                    "30.11.2026",
                    "20.12.2026",
                    "болезнь ребёнка",
                    "справка от врача",
                    "только один раз",
                ],
            ]
            .concat(),
        );
        says(
            &Statement::Revocation {
                draft,
                child: &child,
                referral: "АКТ-Н-2026-001873",
                kindergarten: &name,
                submitted_at: "2026-11-01T19:00:01Z".parse().unwrap(),
            },
            &[
                &whom[..],
                &[
                    "Отзываю полученное направление",
                    "АКТ-Н-2026-001873",
                    "место освобождается",
                    "02.11.2026 00:00:01",
                ],
            ]
            .concat(),
        );
        says(
            &Statement::Withdrawal {
                draft,
                child: &child,
                application: "АКТ-2026-004512",
                locality: &name,
            },
            &[
                &whom[..],
                &["Отзываю заявление", "АКТ-2026-004512", "теряется"],
            ]
            .concat(),
        );
        says(
            &Statement::Attachment {
                draft,
                child_iin: &child.iin,
                application: "АКТ-2026-004512",
            },
            &[
                "прикрепить заявление к моему ИИН",
                "221231600023",
                "АКТ-2026-004512",
                "законный представитель",
            ],
        );
        says(
            &Statement::Detachment {
                draft,
                child: &child,
                application: "АКТ-2026-004512",
                attached: "СЕРИКОВ ДАНИЯР",
            },
            &[
                &whom[..],
                &[
                    "Прекращаю прикрепление",
                    "АКТ-2026-004512",
                    "СЕРИКОВ ДАНИЯР",
                ],
            ]
            .concat(),
        );
    }

    #[test]
    fn the_text_names_everything_that_is_agreed_to() {
        let child = child();
        let name = Localized::new("«Күншуақ»", "«Күншуақ»", "Kunshuaq");
        let address = Localized::new("Абай к-сі, 14", "ул. Абая, 14", "14 Abai St");
        let statement = Statement::Referral {
            draft: DraftId::new(Uuid::from_u128(7)),
            child: &child,
            application: "АКТ-2026-004512",
            kindergarten: &name,
            address: &address,
            group: "Ботақан",
            instruction: InstructionLanguage::Kazakh,
            arrival_working_days: 5,
        };
        let at = "2026-11-22T09:05:00Z".parse().unwrap();
        let text = statement.text(Language::Ru, at);
        for fact in [
            "Прошу выдать направление",
            "Серикова Айлин",
            "221231600023",
            "31.12.2022",
            "АКТ-2026-004512",
            "Күншуақ",
            "ул. Абая, 14",
            "Ботақан",
            "казахский",
            "5 рабочих дней",
            "22.11.2026 14:05:00 (UTC+5)",
            "00000000-0000-0000-0000-000000000007",
        ] {
            assert!(text.contains(fact), "{fact} is missing in:\n{text}");
        }
        assert_ne!(text, statement.text(Language::Kk, at));
        assert_ne!(text, statement.text(Language::En, at));
    }

    #[rstest::rstest]
    #[case(1, "рабочего дня")]
    #[case(2, "рабочих дней")]
    #[case(5, "рабочих дней")]
    #[case(11, "рабочих дней")]
    #[case(21, "рабочего дня")]
    #[case(111, "рабочих дней")]
    fn working_days_agree_with_their_number(#[case] days: u16, #[case] words: &str) {
        assert_eq!(within_days(days), words);
    }
}
