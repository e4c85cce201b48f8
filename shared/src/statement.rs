//! The text that is signed. Its UTF-8 bytes are the signed content, so what a person reads on the
//! screen is exactly what the signature covers. Each text carries the id of its draft or
//! challenge: no two acts have the same bytes.

use crate::{
    application::Category,
    child::Child,
    id::{ChallengeId, DraftId},
    kindergarten::InstructionLanguage,
    language::{Language, Localized},
    phone::Phone,
    time,
};
use chrono::{DateTime, Utc};

/// An act that is signed.
#[derive(Clone, Debug)]
pub enum Statement<'a> {
    /// R1.
    Login {
        challenge: ChallengeId,
        audience: &'a str,
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
            } => {
                fact(pick("Сайт", "Сайт", "Site"), audience);
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
                        "I ask to put the child on the queue for a kindergarten.",
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
                        "Мне известно, что ребёнок снимается с очереди и что прибыть нужно в течение {arrival_working_days} рабочих дней."
                    ),
                    Language::En => format!(
                        "I know that the child is taken off the queue and has to arrive within {arrival_working_days} working days."
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
        };
        lines.insert(0, heading.to_owned());
        lines.push(format!(
            "{}: {} (UTC+5)",
            pick("Уақыты", "Время", "Time"),
            time::local(at).format("%d.%m.%Y %H:%M:%S")
        ));
        lines.push(format!(
            "{}: {reference}",
            pick("Бір реттік нөмір", "Одноразовый номер", "One-time number")
        ));
        lines.join("\n")
    }
}

fn child_facts(language: Language, child: &Child, fact: &mut impl FnMut(&str, &str)) {
    fact(
        language.pick("Бала", "Ребёнок", "Child"),
        &child.full_name(),
    );
    fact(
        language.pick("Баланың ЖСН", "ИИН ребёнка", "IIN of the child"),
        &child.iin.to_string(),
    );
    fact(
        language.pick("Туған күні", "Дата рождения", "Date of birth"),
        &child.birth_date.format("%d.%m.%Y").to_string(),
    );
}

impl Category {
    /// The category in words.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::Extraordinary => {
                language.pick("кезектен тыс", "внеочередное право", "out of turn")
            }
            Self::Priority => language.pick("бірінші кезекте", "первоочередное право", "priority"),
            Self::General => language.pick("жалпы кезек", "общая очередь", "general queue"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{child::NamePart, iin::Iin};
    use uuid::Uuid;

    #[test]
    fn the_text_names_everything_that_is_agreed_to() {
        let child = Child {
            iin: Iin::parse("221231600023").unwrap(),
            surname: NamePart::parse("Серикова").unwrap(),
            given_name: NamePart::parse("Айлин").unwrap(),
            patronymic: None,
            birth_date: "2022-12-31".parse().unwrap(),
        };
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
}
