//! The words themselves, and the filling of their places.

use super::*;

#[test]
fn values_stand_in_the_places_of_their_names() {
    assert_eq!(
        fill("{a} и {b}, {a}", &[("a", "1"), ("b", "2")]),
        "1 и 2, 1"
    );
    assert_eq!(fill("без мест", &[]), "без мест");
    assert_eq!(fill("{gone}!", &[]), "!");
    assert_eq!(fill("open {brace", &[("brace", "x")]), "open brace");
}

#[test]
fn every_text_differs_between_the_languages_unless_it_is_a_sign() {
    let texts = [
        t::common::CONTINUE,
        t::sign::SIGN_AND_SEND,
        t::key::UPDATE_LIST,
    ];
    for text in texts {
        assert_ne!(
            text.in_language(Language::Kk),
            text.in_language(Language::Ru)
        );
        assert_ne!(
            text.in_language(Language::Ru),
            text.in_language(Language::En)
        );
    }
}

/// The buttons carry the words of the official instruction.
#[test]
fn russian_buttons_have_the_words_of_the_instruction() {
    let expected = [
        (t::key::CHOOSE, "Выбрать сертификат"),
        (t::key::UPDATE_LIST, "Обновить список ключей"),
        (t::login::ENTER, "Войти"),
        (t::applications::HEADING, "Журнал заявлений"),
        (t::choosing::CHOOSE, "Выбрать частный детский сад"),
        (t::sign::SIGN_AND_SEND, "Подписать и отправить"),
        (t::sign::SIGN, "Подписать"),
        (t::application::TAB_DOCUMENTS, "Общие документы"),
        (
            t::locality::SERVICE,
            "Постановка детей дошкольного возраста на очередь в ДДО",
        ),
    ];
    for (text, words) in expected {
        assert_eq!(text.in_language(Language::Ru), words);
    }
}
