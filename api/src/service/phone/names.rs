//! What the phone calls the texts.

use balabaqsha_shared::Localized;
use balabaqsha_store::drafts::DraftKind;

/// Of a login.
pub(super) fn login() -> Localized {
    Localized::new(
        "Жеке кабинетке кіру",
        "Вход в личный кабинет",
        "Login to the account",
    )
}

/// Of an act.
pub(super) fn act(kind: DraftKind) -> Localized {
    let [kk, ru, en] = match kind {
        DraftKind::Application => [
            "Баланы кезекке қою туралы өтініш",
            "Заявление о постановке ребёнка в очередь",
            "Application for the queue",
        ],
        DraftKind::Referral => [
            "Балабақшаға жолдама алу",
            "Получение направления в детский сад",
            "Request for a referral",
        ],
        DraftKind::Extension => [
            "Жолдаманы ұзарту",
            "Продление направления",
            "Extension of a referral",
        ],
        DraftKind::Revocation => [
            "Жолдаманы қайтарып алу",
            "Отзыв направления",
            "Revocation of a referral",
        ],
        DraftKind::Withdrawal => [
            "Өтінішті қайтарып алу",
            "Отзыв заявления",
            "Withdrawal of an application",
        ],
        DraftKind::Attachment => [
            "Өтінішті тіркеу",
            "Прикрепление заявления",
            "Attachment of an application",
        ],
        DraftKind::Detachment => [
            "Тіркеуді тоқтату",
            "Прекращение прикрепления",
            "End of an attachment",
        ],
        DraftKind::Annulment => [
            "Жолдаманың күшін жою",
            "Аннулирование направления",
            "Annulment of a referral",
        ],
        DraftKind::Benefit => [
            "Жеңілдік туралы шешім",
            "Решение о льготе",
            "Decision about a benefit",
        ],
        DraftKind::Decision => [
            "Өтініш туралы шешім",
            "Решение по заявлению",
            "Decision about an application",
        ],
        DraftKind::Suspension => [
            "Жолдама беруді тоқтата тұру",
            "Приостановка выдачи направлений",
            "Suspension of the issue of referrals",
        ],
        DraftKind::Resumption => [
            "Жолдама беруді қайта бастау",
            "Возобновление выдачи направлений",
            "Resumption of the issue of referrals",
        ],
    };
    Localized::new(kk, ru, en)
}
