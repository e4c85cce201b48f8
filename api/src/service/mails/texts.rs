//! The words of mails in Kazakh, Russian and English.

use super::Mail;
use balabaqsha_shared::Language;

/// The code that proves an e-mail address (R1). The code stands in the subject too, because
/// telephones show only that.
#[must_use]
pub fn confirmation_code(language: Language, code: &str) -> Mail {
    let (subject, body) = language.pick(
        (
            "Растау коды: {code}",
            "Сәлеметсіз бе!\n\n\
             Электрондық поштаңызды растау коды: {code}\n\n\
             Кодты жеке кабинетте, «Электрондық пошта» бөлімінде енгізіңіз. Ол 24 сағат жарамды.\n\
             Кодты ешкімге айтпаңыз: қызмет қызметкерлері оны сұрамайды.\n\n\
             Егер сіз бұл мекенжайды көрсетпесеңіз, хатты елемеңіз.\n\n\
             Балабақша — балабақшаға кезек қызметі\n",
        ),
        (
            "Код подтверждения: {code}",
            "Здравствуйте!\n\n\
             Код подтверждения вашей электронной почты: {code}\n\n\
             Введите его в личном кабинете, в разделе «Электронная почта». Код действует 24 часа.\n\
             Никому его не сообщайте: сотрудники сервиса его не спрашивают.\n\n\
             Если вы не указывали этот адрес, не обращайте внимания на письмо.\n\n\
             Балабақша — очередь в детские сады\n",
        ),
        (
            "Confirmation code: {code}",
            "Hello,\n\n\
             The code that confirms your e-mail address: {code}\n\n\
             Enter it in your account, under “E-mail”. It is good for 24 hours.\n\
             Tell it to nobody: the people of the service never ask for it.\n\n\
             If you have not given this address, ignore this mail.\n\n\
             Balabaqsha — places in kindergartens\n",
        ),
    );
    Mail {
        subject: subject.replace("{code}", code),
        body: body.replace("{code}", code),
    }
}

/// Tells the confirmed address that another is to take its place (R1).
#[must_use]
pub fn new_address(language: Language, address: &str) -> Mail {
    let (subject, body) = language.pick(
        (
            "Жаңа электрондық пошта көрсетілді",
            "Сәлеметсіз бе!\n\n\
             Жеке кабинетіңізде жаңа электрондық пошта көрсетілді: {address}\n\n\
             Ол расталғанша хаттар осы мекенжайға келеді.\n\n\
             Егер мұны сіз жасамасаңыз, жеке кабинетке кіріп, «Сеанстар» бөлімінде басқа сеанстарды аяқтаңыз.\n\n\
             Балабақша — балабақшаға кезек қызметі\n",
        ),
        (
            "Указан новый адрес электронной почты",
            "Здравствуйте!\n\n\
             В вашем личном кабинете указан новый адрес электронной почты: {address}\n\n\
             Пока он не подтверждён, письма приходят на этот адрес.\n\n\
             Если это сделали не вы, войдите в личный кабинет и завершите другие сеансы в разделе «Сеансы».\n\n\
             Балабақша — очередь в детские сады\n",
        ),
        (
            "A new e-mail address was given",
            "Hello,\n\n\
             A new e-mail address was given in your account: {address}\n\n\
             Until it is confirmed, mails come to this address.\n\n\
             If it was not you, log in and end the other sessions under “Sessions”.\n\n\
             Balabaqsha — places in kindergartens\n",
        ),
    );
    Mail {
        subject: subject.to_owned(),
        body: body.replace("{address}", address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_own_words_and_the_code() {
        let mails = Language::ALL.map(|language| confirmation_code(language, "042137"));
        for mail in &mails {
            assert!(mail.subject.contains("042137") && mail.body.contains("042137"));
            assert!(!mail.subject.contains('{') && !mail.body.contains('{'));
            assert!(!mail.subject.contains('\n'), "a header has one line");
        }
        let [kk, ru, en] = mails;
        assert!(kk.body != ru.body && ru.body != en.body && kk.subject != ru.subject);
        let mails = Language::ALL.map(|language| new_address(language, "new@example.kz"));
        for mail in &mails {
            assert!(mail.body.contains("new@example.kz") && !mail.body.contains('{'));
        }
        let [kk, ru, en] = mails;
        assert!(kk.body != ru.body && ru.body != en.body && kk.subject != ru.subject);
    }
}
