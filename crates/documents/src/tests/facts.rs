//! Every fact is on the paper, in both languages.

use super::reader::{dense_text, render, text};
use super::samples::{act, application, extended_referral, referral};
use crate::{Document, ReferralDocument, RuleNumbers, SignatureVerdict};

fn assert_says(paper: &str, expected: &[&str]) {
    for words in expected {
        assert!(
            paper.contains(words),
            "«{words}» is not on the paper:\n{paper}"
        );
    }
}

fn assert_silent(paper: &str, unexpected: &[&str]) {
    for words in unexpected {
        assert!(
            !paper.contains(words),
            "«{words}» is on the paper:\n{paper}"
        );
    }
}

const SIGNATURE: [&str; 12] = [
    "Электрондық цифрлық қолтаңба / Электронная цифровая подпись",
    "Қол қойған / Подписал(а) СЕРІКОВ ДАНИЯР МАРАТҰЛЫ",
    "ЖСН / ИИН 850715••••••",
    "Қол қойылған уақыты / Время подписания",
    "Сертификатты берген / Сертификат выдан ДЕМО КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA) 2026",
    "Сертификат нөмірі / Номер сертификата",
    "4A5F0C1199D27E3B81C7702DE6A1B90F55AA10C3",
    "Алгоритм RSA-2048, SHA-256",
    "Құжат коды / Код документа",
    "019387a4-7c2e-7f10-9b3c-2f6d1a0e5b77",
    "Деректердің SHA-256 мәні / SHA-256 данных",
    "Тексеру нәтижесі / Результат проверки",
];
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn a_referral_says_everything_in_both_languages() {
    let pdf = render(&Document::Referral(referral()));
    let (Some(paper), Some(dense)) = (text(&pdf), dense_text(&pdf)) else {
        return;
    };
    assert_says(&paper, &SIGNATURE);
    assert_says(&dense, &[SHA256]);
    assert_says(
        &paper,
        &[
            "Жолдама",
            "мемлекеттік білім беру тапсырысы бойынша жекеменшік балабақшаға",
            "№ АКТ-Н-2026-001873",
            "Берілген уақыты: 20.11.2026, 14:05:07 (UTC+5)",
            "27.11.2026",
            "Балабақшаға келудің соңғы күні",
            "2026 жылғы 27 қараша, жұма",
            "осы күнді қоса алғанда",
            "Бала Серікова Айлін Даниярқызы",
            "Туған күні 04.01.2021",
            "ЖСН 210104••••••",
            "Өтініш беруші Серіков Данияр Маратұлы",
            "Өтініш нөмірі АКТ-2026-004512",
            "Елді мекен Қандыағаш қаласы",
            "Балабақша «Күншуақ» жекеменшік балабақшасы",
            "Мекенжайы Қандыағаш қ., Абай көшесі, 14",
            "Телефоны +7 71333 3-12-45",
            "БСН 150840012345",
            "Тобы «Балапан» (2021)",
            "Оқыту тілі қазақ тілі",
            "осы жолдаманы",
            "жеке куәлігіңізді",
            "баланың туу туралы куәлігін",
            "5 жұмыс күні ішінде",
            "24 сағат ішінде жолдаманы қайтарып алуға болады (соңғы сәт: 21.11.2026, 14:05:07)",
            "ең көбі күнтізбелік 30 күнге",
            "10 жұмыс күніне стоп-параққа енгізіледі",
            "Мерзім екінші рет өтіп кетсе, бала кезектен шығарылады.",
            "Жолдаманы тексеру",
            "қолтаңба расталды",
            "ДЕМО: құжат жарамсыз",
        ],
    );
    assert_says(
        &paper,
        &[
            "Направление",
            "в частный детский сад по государственному образовательному заказу",
            "Выдано: 20.11.2026, 14:05:07 (UTC+5)",
            "Последний день прибытия в детский сад",
            "27 ноября 2026 года, пятница",
            "включительно",
            "Ребёнок Серікова Айлін Даниярқызы",
            "Дата рождения 04.01.2021",
            "ИИН 210104••••••",
            "Заявитель Серіков Данияр Маратұлы",
            "Номер заявления АКТ-2026-004512",
            "Населённый пункт город Кандыагаш",
            "Детский сад Частный детский сад «Күншуақ»",
            "Адрес г. Кандыагаш, ул. Абая, 14",
            "Телефон +7 71333 3-12-45",
            "БИН 150840012345",
            "Группа «Балапан» (2021)",
            "Язык обучения казахский",
            "это направление",
            "удостоверение личности",
            "свидетельство о рождении ребёнка",
            "в течение 5 рабочих дней",
            "в течение 24 часов с момента выдачи (последний момент: 21.11.2026, 14:05:07)",
            "не более чем на 30 календарных дней",
            "в стоп-лист на 10 рабочих дней",
            "При второй просрочке ребёнок снимается с очереди.",
            "Проверить направление",
            "подпись подтверждена (PASSED)",
            super::samples::CHECK_URL,
            "ДЕМОНСТРАЦИЯ: документ недействителен",
            "DEMO: not valid",
        ],
    );
}

#[test]
fn an_extended_referral_offers_no_second_extension() {
    let pdf = render(&Document::Referral(extended_referral()));
    let Some(paper) = text(&pdf) else { return };
    assert_says(
        &paper,
        &[
            "27.12.2026",
            "2026 жылғы 27 желтоқсан, жексенбі",
            "27 декабря 2026 года, воскресенье",
            "мерзім ұзартылған",
            "срок продлён",
            "балабақшаға соңғы күні 27.12.2026 келуге болады",
            "прибыть нужно не позднее 27.12.2026",
        ],
    );
    assert_silent(
        &paper,
        &[
            "ұзартуға болады",
            "Продлить направление можно",
            "ДЕМО:",
            "DEMO",
        ],
    );
}

#[test]
fn the_numbers_are_those_of_the_rules_profile() {
    let rules = RuleNumbers {
        arrival_working_days: 3,
        revocation_hours: 21,
        extension_calendar_days: 14,
        stop_list_working_days: 22,
        lapses_until_removal: 3,
    };
    let pdf = render(&Document::Referral(ReferralDocument {
        rules,
        ..referral()
    }));
    let Some(paper) = text(&pdf) else { return };
    assert_says(
        &paper,
        &[
            "3 жұмыс күні",
            "3 рабочих дней",
            "21 сағат",
            "21 часа",
            "21.11.2026, 11:05:07",
            "14 күнге",
            "14 календарных дней",
            "22 жұмыс күніне",
            "22 рабочих дня",
            "үшінші рет",
            "При третьей просрочке",
        ],
    );
}

#[test]
fn an_application_shows_the_very_text_that_was_signed() {
    let pdf = render(&Document::Application(application()));
    let (Some(paper), Some(dense)) = (text(&pdf), dense_text(&pdf)) else {
        return;
    };
    assert_says(&paper, &SIGNATURE);
    assert_says(&dense, &[SHA256]);
    assert_says(
        &paper,
        &[
            "Өтініш",
            "Заявление",
            "№ АКТ-2026-004512",
            "Берілген уақыты: 02.09.2026, 09:14:07 (UTC+5)",
            "Подано: 02.09.2026, 09:14:07 (UTC+5)",
            "Бала Серікова Айлін Даниярқызы",
            "Ребёнок Серікова Айлін Даниярқызы",
            "Кезек 2021 жылы туған балалар",
            "Очередь дети 2021 года рождения",
            "Санаты жалпы кезек",
            "Категория общая очередь",
            "Телефон +7 701 •••-••-45",
            "Эл. почта d•••••@mail.example",
            "Қол қойылған мәтін / Подписанный текст",
        ],
    );
    for line in application().signed_text.lines() {
        assert_says(&paper, &[line]);
    }
}

#[test]
fn an_act_shows_whatever_facts_it_has() {
    let pdf = render(&Document::Act(act()));
    let Some(paper) = text(&pdf) else { return };
    assert_says(
        &paper,
        &[
            "Жолдаманы ұзарту",
            "Продление направления",
            "№ АКТ-П-2026-000041",
            "25.11.2026, 16:40:00",
            "Жаңа соңғы күн 18.12.2026",
            "Новый последний день 18.12.2026",
            "Мерзімді ұзартудың себебі баланың ауруы",
            "Причина, по которой продлевается направление болезнь ребёнка",
            "қолтаңба толық тексерілмеді / подпись проверена не полностью (INDETERMINATE / TRY_LATER)",
        ],
    );
    assert_silent(&paper, &["DEMO", "https://"]);
}

#[test]
fn a_signature_that_failed_is_never_called_confirmed() {
    let mut document = act();
    document.signature.verdict = SignatureVerdict::Failed;
    document.signature.sub_indication = Some("HASH_FAILURE".to_owned());
    let pdf = render(&Document::Act(document));
    let Some(paper) = text(&pdf) else { return };
    assert_says(
        &paper,
        &["қолтаңба расталмады / подпись не подтверждена (FAILED / HASH_FAILURE)"],
    );
    assert_silent(&paper, &["расталды", "подпись подтверждена"]);
}
