//! Why a signature was refused, in words for the person who made it. Programs read the
//! sub-indication (ETSI EN 319 102-1) beside the sentence.

use crate::language::Language;

/// The sentence of a sub-indication, where it says more than that the signature was not accepted.
#[must_use]
pub fn words(sub_indication: &str, language: Language) -> Option<&'static str> {
    let [kk, ru, en] = match sub_indication {
        "REVOKED" | "REVOKED_NO_POE" => [
            "Кілттің сертификаты қайтарып алынған. Ұлттық куәландырушы орталықтан жаңа ЭЦҚ алыңыз.",
            "Сертификат ключа отозван. Получите новую ЭЦП в Национальном удостоверяющем центре.",
            "The certificate of the key has been revoked. Get a new key from the National Certification Authority.",
        ],
        "REVOKED_CA_NO_POE" => [
            "Кілтті берген орталықтың сертификаты қайтарып алынған. Жаңа ЭЦҚ алыңыз.",
            "Сертификат центра, выдавшего ключ, отозван. Получите новую ЭЦП.",
            "The certificate of the authority that issued the key has been revoked. Get a new key.",
        ],
        "EXPIRED" | "OUT_OF_BOUNDS_NO_POE" | "OUT_OF_BOUNDS_NOT_REVOKED" => [
            "Кілттің мерзімі өткен. Ұлттық куәландырушы орталықтан жаңа ЭЦҚ алыңыз.",
            "Срок действия ключа истёк. Получите новую ЭЦП в Национальном удостоверяющем центре.",
            "The key has expired. Get a new key from the National Certification Authority.",
        ],
        "NOT_YET_VALID" => [
            "Кілт әлі күшіне енген жоқ. Басқа кілтті таңдаңыз.",
            "Ключ ещё не начал действовать. Выберите другой ключ.",
            "The key is not valid yet. Choose another key.",
        ],
        "HASH_FAILURE" => [
            "Қолтаңба басқа мәтінге қойылған. Мәтінді қайта дайындап, қол қойыңыз.",
            "Подпись относится к другому тексту. Составьте текст заново и подпишите его.",
            "The signature belongs to another text. Prepare the text again and sign it.",
        ],
        "SIG_CRYPTO_FAILURE" | "FORMAT_FAILURE" => [
            "Қолтаңба бүлінген. Қайта қол қойыңыз.",
            "Подпись повреждена. Подпишите ещё раз.",
            "The signature is damaged. Sign once more.",
        ],
        "CHAIN_CONSTRAINTS_FAILURE" => [
            "Бұл кілт мұндай әрекетке арналмаған. Басқа кілтті таңдаңыз.",
            "Этот ключ не предназначен для такого действия. Выберите другой ключ.",
            "This key is not meant for this. Choose another key.",
        ],
        "CRYPTO_CONSTRAINTS_FAILURE" => [
            "Кілттің алгоритмі ескірген. Ұлттық куәландырушы орталықтан жаңа ЭЦҚ алыңыз.",
            "Алгоритм ключа устарел. Получите новую ЭЦП в Национальном удостоверяющем центре.",
            "The algorithm of the key is outdated. Get a new key from the National Certification Authority.",
        ],
        "NO_CERTIFICATE_CHAIN_FOUND" => [
            "Кілтті Ұлттық куәландырушы орталық берген жоқ. Басқа кілтті таңдаңыз.",
            "Ключ выдан не Национальным удостоверяющим центром. Выберите другой ключ.",
            "The key was not issued by the National Certification Authority. Choose another key.",
        ],
        _ => return None,
    };
    Some(language.pick(kk, ru, en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, code::Params};

    #[test]
    fn no_code_reaches_a_reader() {
        for known in ["REVOKED", "HASH_FAILURE", "SOMETHING_NEW"] {
            let params = Params::from([
                ("sub_indication", known.to_owned()),
                ("reason", "certificate-revoked".to_owned()),
            ]);
            for language in Language::ALL {
                let sentence = Code::SignatureInvalid.detail(language, &params);
                assert!(words(known, language).is_none_or(|words| words == sentence));
                assert!(!sentence.contains(known) && !sentence.contains("certificate-"));
            }
        }
    }
}
