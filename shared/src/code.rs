//! The one table of refusals and errors: stable code, HTTP status and the words for the reader in
//! Kazakh, Russian and English. Code, documentation and translations all come from here.
//!
//! A `{name}` in a sentence is replaced by the parameter of that name.

use crate::{
    language::{Language, Localized},
    refused_signature,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Values for the placeholders of a sentence; also sent as members of the problem.
pub type Params = BTreeMap<&'static str, String>;

/// What a reader is told, in Kazakh, Russian and English.
struct Words {
    title: [&'static str; 3],
    detail: [&'static str; 3],
}

macro_rules! codes {
    ($($variant:ident $code:literal $status:literal
        $kt:literal $rt:literal $et:literal
        $kd:literal $rd:literal $ed:literal;)+) => {
        /// A stable code of a refusal or an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($variant),+ }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code itself.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The status of the HTTP answer.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            // Apart from the code: pages that only compare codes are built without the words.
            const fn words(self) -> Words {
                match self {
                    $(Self::$variant => Words {
                        title: [$kt, $rt, $et],
                        detail: [$kd, $rd, $ed],
                    }),+
                }
            }
        }
    };
}

codes! {
    // Requests
    MalformedRequest "malformed-request" 400
        "Сұрау түсініксіз" "Запрос не разобран" "The request cannot be read"
        "Сұраудың пішімі басқа. Қате орын белгілі болса, ол тізімде көрсетілген." "Запрос имеет другую форму. Если место ошибки известно, оно названо в списке." "The request has another shape. Where the place of the fault is known, the list names it.";
    ValidationFailed "validation-failed" 422
        "Деректерде қате бар" "В данных есть ошибки" "The data has errors"
        "Белгіленген өрістерді түзетіңіз." "Исправьте отмеченные поля." "Correct the fields that are named.";
    PayloadTooLarge "payload-too-large" 413
        "Сұрау тым үлкен" "Слишком большой запрос" "The request is too large"
        "Сұрау денесі {limit} байттан аспауы керек." "Тело запроса не должно превышать {limit} байт." "The body may have at most {limit} bytes.";
    RequestTimeout "request-timeout" 408
        "Сұрау толық келмеді" "Запрос не дошёл до конца" "The request did not arrive in time"
        "Байланысты тексеріп, сол сұрауды қайта жіберіңіз." "Проверьте связь и отправьте тот же запрос ещё раз." "Check the connection and send the same request again.";
    UnsupportedMediaType "unsupported-media-type" 415
        "Деректер түрі қолдау таппайды" "Тип данных не поддерживается" "Unsupported media type"
        "Content-Type: application/json жіберіңіз." "Отправьте Content-Type: application/json." "Send Content-Type: application/json.";
    NotFound "not-found" 404
        "Табылмады" "Не найдено" "Not found"
        "Мұндай жазба жоқ немесе ол сізге көрінбейді." "Такой записи нет или она вам не видна." "There is no such thing, or it is not visible to you.";
    ReleaseGone "release-gone" 404
        "Беттердің жаңа нұсқасы шықты" "Вышла новая версия страниц" "A new version of the pages has been released"
        "Бетті жаңартыңыз." "Обновите страницу." "Reload the page.";
    MethodNotAllowed "method-not-allowed" 405
        "Әдіс рұқсат етілмеген" "Метод не поддерживается" "Method not allowed"
        "Бұл мекенжайда мұндай әдіс жоқ." "По этому адресу такого метода нет." "This address does not know the method.";
    RateLimited "rate-limited" 429
        "Сұраулар тым жиі" "Слишком частые запросы" "Too many requests"
        "{retry_after} секундтан кейін қайталаңыз." "Повторите через {retry_after} с." "Try again in {retry_after} s.";
    Internal "internal-error" 500
        "Қызметтегі ақау" "Сбой сервиса" "Something failed on our side"
        "Әрекет орындалды ма, белгісіз. Журналды қараңыз немесе сәл кейін қайталаңыз; нөмірі: {request_id}." "Неизвестно, выполнено ли действие. Посмотрите в журнале или повторите чуть позже; номер обращения: {request_id}." "Whether it was done is not known. Look at your journal or try again a little later; reference: {request_id}.";
    Unavailable "service-unavailable" 503
        "Қызмет уақытша қолжетімсіз" "Сервис временно недоступен" "The service is unavailable for a moment"
        "Сәл кейін қайталаңыз. Қол қойып үлгерсеңіз, алдымен журналды қараңыз." "Повторите чуть позже. Если вы уже подписали, сначала посмотрите в журнале." "Try again a little later. If you have signed already, look at your journal first.";

    PreconditionFailed "precondition-failed" 412
        "Арада өзгеріс болды" "За это время что-то изменилось" "It has changed meanwhile"
        "Қазіргі күйін қарап, әрекетті қайталаңыз." "Посмотрите, как это выглядит сейчас, и повторите действие." "Look at how it is now and do it again.";
    PreconditionRequired "precondition-required" 428
        "Нұсқасы көрсетілмеген" "Не указана версия" "The version is missing"
        "If-Match тақырыбында сіз көрген нұсқаны (ETag) жіберіңіз." "Передайте в заголовке If-Match версию (ETag), которую вы видели." "Send the version (ETag) that you have seen in the header If-Match.";
    ChangedByOther "changed-by-other" 412
        "Арада басқа адам өзгертті" "За это время изменил другой человек" "Somebody else has changed it meanwhile"
        "{by} мұны {at} өзгертті. Қазіргі күйін қарап, әрекетті қайталаңыз." "{by}: изменено {at}. Посмотрите, как это выглядит сейчас, и повторите действие." "{by} changed it on {at}. Look at how it is now and do it again.";
    IdempotencyKeyInvalid "idempotency-key-invalid" 400
        "Сұрау кілті жарамсыз" "Ключ запроса не годится" "The key of the request is unusable"
        "Idempotency-Key — бос орынсыз 1–255 таңба, бір рет." "Idempotency-Key — от 1 до 255 знаков без пробелов, один раз." "Idempotency-Key has 1 to 255 characters without spaces, once.";
    IdempotencyKeyReused "idempotency-key-reused" 422
        "Бұл кілтпен басқа сұрау жіберілген" "С этим ключом отправлен другой запрос" "Another request was sent under this key"
        "Жаңа сұрауға жаңа кілт беріңіз." "Для нового запроса возьмите новый ключ." "Take a new key for a new request.";
    RequestRunning "request-running" 409
        "Дәл осы сұрау орындалып жатыр" "Этот же запрос ещё выполняется" "The same request is being done"
        "Бір секундтан кейін сол сұрауды қайталаңыз." "Повторите тот же запрос через секунду." "Send the same request again in a second.";
    ParameterUnknown "parameter-unknown" 400
        "Мұндай параметр жоқ" "Такого параметра нет" "There is no such parameter"
        "Параметрдің атын тексеріңіз." "Проверьте имя параметра." "Check the name of the parameter.";
    ValueFormInvalid "value-form-invalid" 400
        "Мәннің пішімі басқа" "Значение другого вида" "The value has another form"
        "Бұл жерде басқа пішімді мән күтіледі." "Здесь ожидается значение другого вида." "A value of another form is expected here.";
    ValueOutOfRange "value-out-of-range" 400
        "Мән шектен тыс" "Значение вне границ" "The value is out of range"
        "{from}–{to} аралығындағы мән керек." "Допустимо от {from} до {to}." "From {from} to {to} is allowed.";

    // Fields
    FieldRequired "field-required" 422
        "Өріс толтырылмаған" "Поле не заполнено" "The field is empty"
        "Осы өрісті толтырыңыз." "Заполните это поле." "Fill in this field.";
    FieldTooLong "field-too-long" 422
        "Мәтін тым ұзын" "Слишком длинный текст" "The text is too long"
        "Ең көбі {limit} таңба." "Не больше {limit} знаков." "At most {limit} characters.";
    IinInvalid "iin-invalid" 422
        "ЖСН қате" "Неверный ИИН" "The IIN is wrong"
        "«{read}» ЖСН-інде қате бар: бақылау цифры сәйкес емес. Құжаттан тексеріңіз." "В ИИН «{read}» опечатка: контрольная цифра не сходится. Сверьте с документом." "The IIN “{read}” has a typing error: its control digit does not fit. Check it against the document.";
    NumberInvalid "number-invalid" 422
        "Нөмір түсініксіз" "Номер не удалось прочитать" "The number cannot be read"
        "Оқылғаны: «{read}». Нөмірді құжаттағыдай жазыңыз, мысалы АКТ-2026-004512." "Прочитано: «{read}». Укажите номер, как в документе, например АКТ-2026-004512." "This was read: “{read}”. Write the number as on the paper, for example АКТ-2026-004512.";
    NameInvalid "name-invalid" 422
        "Аты-жөнінде артық таңба бар" "В имени лишний знак" "The name has a character it cannot have"
        "«{read}» ішінде мына таңба болмауы керек: «{wrong}». Әріп, бос орын, дефис және апостроф жазуға болады." "В «{read}» не должно быть «{wrong}». Допустимы буквы, пробел, дефис и апостроф." "“{read}” cannot have “{wrong}”. A name has letters, spaces, hyphens and apostrophes.";
    DateUnreadable "date-unreadable" 422
        "Күн түсініксіз" "Дату не удалось прочитать" "The date cannot be read"
        "Оқылғаны: «{read}». Күнін, айын және жылын жазыңыз, мысалы: 15.04.2022." "Прочитано: «{read}». Укажите день, месяц и год, например 15.04.2022." "This was read: “{read}”. Give day, month and year, for example 15.04.2022.";
    MonthImpossible "month-impossible" 422
        "Мұндай ай жоқ" "Такого месяца нет" "There is no such month"
        "Оқылғаны: «{read}». Бір жылда 12 ай бар." "Прочитано: «{read}». В году 12 месяцев." "This was read: “{read}”. A year has 12 months.";
    DayImpossible "day-impossible" 422
        "Мұндай күн жоқ" "Такого дня нет" "There is no such day"
        "Оқылғаны: «{read}». Бұл айда {days} күн бар." "Прочитано: «{read}». В этом месяце {days} дн." "This was read: “{read}”. That month has {days} days.";
    BirthDateInvalid "birth-date-invalid" 422
        "Туған күні әлі келген жоқ" "Дата рождения ещё не наступила" "The birth date lies in the future"
        "Оқылғаны: {read}. Туған күні бүгіннен кеш болмайды." "Прочитано: {read}. Дата рождения не может быть позже сегодняшней." "This was read: {read}. A birth date cannot be later than today.";
    PhoneInvalid "phone-invalid" 422
        "Телефон нөмірі қате" "Неверный номер телефона" "The phone number is wrong"
        "Оқылғаны: «{read}». Қазақстанның ұялы нөмірі керек, мысалы +7 701 123 45 67." "Прочитано: «{read}». Нужен мобильный номер Казахстана, например +7 701 123 45 67." "This was read: “{read}”. A mobile number of Kazakhstan is needed, such as +7 701 123 45 67.";
    EmailInvalid "email-invalid" 422
        "Электрондық пошта қате" "Неверный адрес электронной почты" "The e-mail address is wrong"
        "Оқылғаны: «{read}». Мекенжайды name@example.kz түрінде жазыңыз." "Прочитано: «{read}». Укажите адрес в виде name@example.kz." "This was read: “{read}”. Write the address as name@example.kz.";
    TextInvalid "text-invalid" 422
        "Мәтінде рұқсат етілмеген таңба бар" "В тексте есть недопустимый знак" "The text has a character that is not possible"
        "Мәтінді басқару таңбаларынсыз жазыңыз." "Напишите текст без управляющих знаков." "Write the text without control characters.";
    FieldUnexpected "field-unexpected" 422
        "Бұл өріс бос болуы керек" "Это поле должно быть пустым" "The field must be empty"
        "Бұл жағдайда өріс толтырылмайды." "В этом состоянии поле не заполняется." "In this state the field is not filled in.";
    BinInvalid "bin-invalid" 422
        "БСН қате" "Неверный БИН" "The BIN is wrong"
        "БСН — бақылау саны дұрыс 12 цифр." "БИН — 12 цифр с верной контрольной суммой." "A BIN has 12 digits with a correct control digit.";
    DayInvalid "day-invalid" 422
        "Күн қате" "Неверная дата" "The day is wrong"
        "Күнді 2026-09-01 немесе 01.09.2026 түрінде жазыңыз." "Укажите дату в виде 2026-09-01 или 01.09.2026." "Write the day as 2026-09-01 or 01.09.2026.";
    QuantityInvalid "quantity-invalid" 422
        "Сан қате" "Неверное число" "The number is wrong"
        "{from} мен {to} аралығындағы санды жазыңыз." "Укажите число от {from} до {to}." "Write a number from {from} to {to}.";
    EncodingInvalid "encoding-invalid" 422
        "Base64 қате" "Неверный Base64" "The Base64 is wrong"
        "Деректерді Base64 (RFC 4648, 4-бөлім) түрінде жіберіңіз." "Передайте данные в Base64 (RFC 4648, раздел 4)." "Send the data in Base64 (RFC 4648, section 4).";
    MomentInvalid "moment-invalid" 422
        "Сәт әлі келген жоқ" "Этот момент ещё не наступил" "The moment has not come yet"
        "Қазіргіден кеш емес сәтті көрсетіңіз." "Укажите момент не позже нынешнего." "Name a moment that is not later than now.";
    ChoiceInvalid "choice-invalid" 422
        "Мұндай таңдау жоқ" "Такого варианта нет" "There is no such choice"
        "Тізімнен таңдаңыз." "Выберите вариант из списка." "Choose from the list.";

    // The test clock of demo mode
    ClockNotForward "clock-not-forward" 422
        "Сағат тек алға жылжиды" "Часы переводятся только вперёд" "The clock only goes forward"
        "Қазіргі уақыттан ({now}) кейінгі сәтті немесе оң секунд санын көрсетіңіз." "Укажите момент позже текущего ({now}) или положительное число секунд." "Give a moment after the present one ({now}), or a positive number of seconds.";
    ClockTooFar "clock-too-far" 422
        "Сағат бұдан әрі жылжымайды" "Дальше часы не переводятся" "The clock does not go that far"
        "Жұмыс күнтізбесі жеткілікті болуы үшін ең кеш сәт — {until}." "Чтобы хватило рабочего календаря, самый поздний момент — {until}." "So that the working calendar suffices, the latest moment is {until}.";

    // Login (R1)
    NotAuthenticated "not-authenticated" 401
        "Кіру қажет" "Нужно войти" "Log in first"
        "ЭЦҚ арқылы кіріңіз." "Войдите с помощью ЭЦП." "Log in with your digital signature.";
    SessionExpired "session-expired" 401
        "Сеанс аяқталды" "Сеанс закончился" "The session is over"
        "Қайта кіріңіз; жіберілмеген деректер осы бетте сақталды." "Войдите снова; неотправленное сохранено на этой странице." "Log in again; what you typed is kept on this page.";
    SessionEnded "session-ended" 401
        "Сеанс тоқтатылды" "Сеанс прекращён" "The session was ended"
        "Ол басқа құрылғыдан тоқтатылған немесе оны тағы біреу пайдаланған. Қайта кіріп, кабинетте қай жерде кіргеніңізді қараңыз." "Его прекратили с другого устройства, или им пользовался кто-то ещё. Войдите снова и проверьте в кабинете, где вы вошли." "It was ended from another device, or somebody else was using it. Log in again and look in your account where you are logged in.";
    EmailRequired "email-required" 403
        "Электрондық пошта қажет" "Нужна электронная почта" "An e-mail address is needed"
        "Алғашқы кіруде электрондық пошта көрсетіледі." "При первом входе необходимо указать электронную почту." "At the first login an e-mail address must be given.";
    ConfirmationCodeWrong "confirmation-code-wrong" 422
        "Код сәйкес емес" "Код не подходит" "The code does not fit"
        "Хаттағы 6 цифрды енгізіңіз немесе жаңа код сұраңыз." "Введите 6 цифр из письма или запросите новый код." "Enter the 6 digits of the mail, or ask for a new code.";
    ConfirmationCodeExpired "confirmation-code-expired" 422
        "Кодтың мерзімі өтті" "Срок кода истёк" "The code has expired"
        "Жаңа код сұраңыз." "Запросите новый код." "Ask for a new code.";
    InsufficientScope "insufficient-scope" 403
        "Бұл әрекетке рұқсат жоқ" "Нет доступа к этому действию" "No access to this"
        "Бұл әрекет басқа қолданушыларға арналған." "Это действие предназначено для других пользователей." "This is for another kind of caller.";
    OfficialCapacityRequired "official-capacity-required" 403
        "Бұл әрекетті маман орындайды" "Это действие специалиста отдела образования" "This is done by an official"
        "Білім бөлімінің маманы ретінде жұмысты таңдаңыз (тақырып: Capacity: official)." "Выберите работу в качестве специалиста отдела образования (заголовок Capacity: official)." "Choose to work as an official of the education department (header Capacity: official).";
    ParentCapacityRequired "parent-capacity-required" 403
        "Бұл әрекетті ата-ана орындайды" "Это действие родителя" "This is done by a parent"
        "Қазір сіз басқа сапада жұмыс істеп тұрсыз. Ата-ананың кабинетіне өтіңіз." "Сейчас вы работаете в другом качестве. Перейдите в кабинет родителя." "You work in another capacity now. Go over to the parent's account.";
    NotAppointed "not-appointed" 403
        "Мұндай тағайындау жоқ" "Такого назначения нет" "There is no such appointment"
        "Бұл міндетке сіздің қолданыстағы тағайындауыңыз жоқ немесе ол аяқталған." "У вас нет действующего назначения на эту обязанность, или оно закончилось." "You have no appointment for this duty that is in force, or it has ended.";

    // Staff of kindergartens (R19)
    StaffCapacityRequired "staff-capacity-required" 403
        "Бұл әрекетті балабақша қызметкері орындайды" "Это действие сотрудника детского сада" "This is done by the staff of a kindergarten"
        "Балабақша қызметкері ретінде жұмысты таңдаңыз (тақырып: Capacity: staff)." "Выберите работу в качестве сотрудника детского сада (заголовок Capacity: staff)." "Choose to work as staff of a kindergarten (header Capacity: staff).";
    StaffOnly "staff-only" 403
        "Сіз балабақшаның кілтімен кірдіңіз" "Вы вошли ключом детского сада" "You have logged in with the key of a kindergarten"
        "Бұл кілтпен тек балабақшаның жұмысы істеледі. Ата-ана немесе маман ретінде жұмыс істеу үшін жеке тұлғаның ЭЦҚ-сымен кіріңіз." "С этим ключом можно работать только от детского сада. Чтобы действовать как родитель или специалист, войдите ЭЦП физического лица." "With this key you can only work for the kindergarten. To act as a parent or an official, log in with the key of a natural person.";
    NotStaff "not-staff" 403
        "Сіз балабақша қызметкері емессіз" "Вы не сотрудник детского сада" "You are not on the staff of a kindergarten"
        "Сізді ешбір балабақша тағайындамаған немесе тағайындау аяқталған. Балабақшаның кілтімен кіріңіз немесе меңгерушіге жүгініңіз." "Ни один детский сад вас не назначил, или назначение закончилось. Войдите ключом детского сада или обратитесь к заведующей." "No kindergarten has appointed you, or it has ended. Log in with the key of the kindergarten, or turn to its head.";
    StaffEnded "staff-ended" 403
        "Осы балабақшадағы жұмысыңыз аяқталған" "Ваша работа в этом детском саду закончилась" "Your work for this kindergarten has ended"
        "Меңгеруші оны {ended} аяқтады. Қайта жұмыс істесеңіз, жаңа кілт алыңыз." "Заведующая прекратила её {ended}. Если вы снова работаете там, получите новый ключ." "The head ended it on {ended}. If you work there again, get a new key.";
    HeadOnly "head-only" 403
        "Мұны тек меңгеруші істей алады" "Это может только заведующая" "Only the head can do this"
        "Қызметкерлерді меңгеруші тағайындайды: балабақша басшысының кілтімен кіріңіз." "Сотрудников назначает заведующая: войдите ключом руководителя детского сада." "The head appoints colleagues: log in with the key of the head of the kindergarten.";
    OwnStaffMembership "own-staff-membership" 409
        "Өз жұмысыңызды аяқтай алмайсыз" "Свою работу прекратить нельзя" "Nobody ends their own work"
        "Оны осы балабақшаның басқа басшысы аяқтайды." "Её прекращает другой руководитель этого детского сада." "Another head of this kindergarten ends it.";
    StaffExists "staff-exists" 409
        "Бұл адам сіздің балабақшада жұмыс істейді" "Этот человек уже работает в вашем саду" "The person is on your staff already"
        "Қызметкерлер тізімін қараңыз." "Посмотрите список сотрудников." "Look at the list of your staff.";
    StaffOver "staff-over" 409
        "Жұмысы аяқталған" "Работа уже закончилась" "It has ended already"
        "Ол {ended} аяқталған." "Она закончилась {ended}." "It ended on {ended}.";
    ReferralNotHere "referral-not-here" 404
        "Балабақшаңызда мұндай жолдама жоқ" "В вашем саду нет такого направления" "Your kindergarten has no such referral"
        "Нөмірді қағазбен салыстырыңыз. Қағазда басқа балабақша, қала немесе жыл тұрса, бала сонда жолданған." "Сверьте номер с бумагой. Если на ней другой сад, город или год, ребёнок направлен туда." "Compare the number with the paper. If it names another kindergarten, city or year, the child is referred there.";
    QrForeign "qr-foreign" 422
        "Бұл жолдаманың QR коды емес" "Это не QR-код направления" "This is not the QR code of a referral"
        "Код басқа сайтқа апарады. Жолдама қағазындағы кодты көрсетіңіз немесе нөмірін теріңіз." "Код ведёт на другой сайт. Покажите код с бумаги направления или введите номер." "The code leads to another site. Show the code of the paper, or type the number.";
    Overtaken "overtaken" 409
        "Бұл арада басқаша істелген" "За это время сделано иначе" "Something else was done meanwhile"
        "Сіз батырманы басқаннан кейін, {at}, осы жолдамамен басқа әрекет жасалған. Сіздікі орындалған жоқ: қазіргі күйін қараңыз." "После того как вы нажали кнопку, {at}, с этим направлением сделали другое. Ваше действие не выполнено: посмотрите, как сейчас." "After you had pressed the button, {at}, something else was done with this referral. Yours was not carried out: look at how it is now.";
    MomentTooOld "moment-too-old" 422
        "Бұл сәт тым ескі" "Этот момент слишком давний" "The moment is too long ago"
        "Батырма {days} күннен бұрын басылған. Әрекетті қайта орындаңыз." "Кнопку нажали больше {days} дней назад. Выполните действие заново." "The button was pressed more than {days} days ago. Do it anew.";
    PlacesNotFree "places-not-free" 409
        "Бұл орындарды қайтарып алуға болмайды" "Эти места нельзя забрать" "These places cannot be taken back"
        "Бос орын: {free}. Қалғандарын ата-аналар алған немесе жақында сақтаған." "Свободно мест: {free}. Остальные заняты или только что были придержаны родителями." "Free places: {free}. The others are taken, or parents held them just now.";

    // Registry (R20) and imports (R20, R23)
    RowTwice "row-twice" 422
        "Бұл жол екі рет кездеседі" "Эта строка встречается дважды" "The row is there twice"
        "Дәл осы нөмір {row} жолда бар." "Тот же номер есть в строке {row}." "The same number stands in row {row}.";
    ChildTwice "child-twice" 422
        "Бала екі рет кездеседі" "Ребёнок встречается дважды" "The child is there twice"
        "Осы елді мекендегі дәл сол бала {row} жолда бар." "Тот же ребёнок в этом населённом пункте есть в строке {row}." "The same child in this locality stands in row {row}.";
    LocalityUnknown "locality-unknown" 422
        "Мұндай елді мекен жоқ" "Такого населённого пункта нет" "There is no such locality"
        "Алдымен елді мекенді импорттаңыз немесе кодты түзетіңіз." "Сначала импортируйте населённый пункт или исправьте код." "Import the locality first, or correct its code.";
    KindergartenUnknown "kindergarten-unknown" 422
        "Мұндай балабақша жоқ" "Такого детского сада нет" "There is no such kindergarten"
        "Осы дереккөздің балабақшасын алдымен импорттаңыз." "Сначала импортируйте детский сад этого источника." "Import the kindergarten of this source first.";
    GroupUnknown "group-unknown" 422
        "Мұндай топ жоқ" "Такой группы нет" "There is no such group"
        "Осы дереккөздің тобын алдымен импорттаңыз." "Сначала импортируйте группу этого источника." "Import the group of this source first.";
    NameTaken "name-taken" 422
        "Бұл мән басқа жазбада бар" "Это значение уже у другой записи" "Another entry has this value"
        "Бұл код немесе БСН басқа дереккөздегі жазбаға тиесілі." "Этот код или БИН принадлежит записи из другого источника." "The code or BIN belongs to an entry of another source.";
    CapacityTooSmall "capacity-too-small" 409
        "Орын саны тым аз" "Слишком мало мест" "The capacity is too small"
        "Сақталып тұрған және алынған орын саны — {taken}; сыйымдылық одан аз болмауы керек." "Придержано и занято мест: {taken}; меньше быть не может." "Places that are held or taken: {taken}; the capacity cannot be smaller.";
    PlacesBeyondCapacity "places-beyond-capacity" 409
        "Бос орын сыйымдылықтан асады" "Свободных мест больше, чем вместимость" "More free places than the capacity has"
        "Ең көбі {most} орын бос бола алады." "Свободными могут быть не больше {most} мест." "At most {most} places can be free.";
    ImportRunning "import-running" 409
        "Басқа импорт жүріп жатыр" "Идёт другой импорт" "Another import is running"
        "Ол аяқталғанша күтіңіз немесе оны алып тастаңыз." "Дождитесь его окончания или отмените его." "Wait until it has ended, or discard it.";
    ImportOver "import-over" 409
        "Бұл импорт аяқталған" "Этот импорт уже завершён" "The import is over"
        "Ол енгізілген немесе алып тасталған." "Он уже применён или отменён." "It was applied or discarded.";
    ImportNotChecked "import-not-checked" 409
        "Импорт әлі тексерілмеген" "Импорт ещё не проверен" "The import has not been checked yet"
        "Жолдар әлі оқылып жатыр немесе оқу үзілген: сол файлды қайта жүктеңіз." "Строки ещё читаются, или чтение прервалось: загрузите тот же файл ещё раз." "Rows are still being read, or the reading broke off: upload the same file again.";
    ImportHasErrors "import-has-errors" 409
        "Импортта қателер бар" "В импорте есть ошибки" "The import has errors"
        "Ештеңе өзгерген жоқ. Қателерді файлда түзетіп, оны қайта жүктеңіз." "Ничего не изменено. Исправьте ошибки в файле и загрузите его снова." "Nothing was changed. Correct the errors in the file and upload it again.";
    SourceInvalid "source-invalid" 422
        "Дереккөздің атауы қате" "Неверное имя источника" "The name of the source is wrong"
        "Дереккөздің атауы — 1–{limit} латын әрпі, цифр, дефис немесе астын сызу." "Имя источника — от 1 до {limit} латинских букв, цифр, дефисов или подчёркиваний." "The name of a source has 1 to {limit} Latin letters, digits, hyphens or underscores.";
    TooManyChildren "too-many-children" 409
        "Бір импортқа балалар тым көп" "Слишком много детей для одного импорта" "Too many children for one import"
        "SQLite дерекқорында бір рет ең көбі {limit} бала енгізіледі: PostgreSQL қолданыңыз немесе файлды бөліңіз." "В базе SQLite за один раз переносится не больше {limit} детей: возьмите PostgreSQL или разделите файл." "On SQLite at most {limit} children are imported at once: take PostgreSQL, or split the file.";
    UpgradeUnfinished "upgrade-unfinished" 409
        "Жаңарту аяқталмаған" "Обновление не завершено" "The upgrade is not finished"
        "Ескі нұсқа әлі жұмыс істеп тұруы мүмкін. Оператор «balabaqsha upgrade finish» орындасын." "Прежняя версия ещё может работать. Оператору нужно выполнить «balabaqsha upgrade finish»." "An older version may still be running. The operator has to run `balabaqsha upgrade finish`.";
    QueueNotExported "queue-not-exported" 422
        "Кезек экспортталмайды" "Очередь не экспортируется" "The queue is not exported"
        "Онда жеке деректер бар, әр қарау жазылып алынады." "В ней персональные данные, и каждый их просмотр записывается." "It has personal data, and each look at it leaves a record.";
    TableTooLarge "table-too-large" 413
        "Файл тым үлкен" "Файл слишком большой" "The file is too large"
        "Файл {limit} байттан аспауы керек. Оны бөліңіз." "Файл не должен превышать {limit} байт. Разделите его." "A file may have at most {limit} bytes. Split it.";
    TableFormatUnknown "table-format-unknown" 415
        "Файл түрі белгісіз" "Тип файла неизвестен" "The type of the file is unknown"
        "CSV (UTF-8), XLSX, JSON немесе NDJSON файлын қысылмаған күйде жіберіңіз." "Передайте файл CSV (UTF-8), XLSX, JSON или NDJSON без сжатия при передаче." "Send a file of CSV (UTF-8), XLSX, JSON or NDJSON, not compressed on the wire.";
    TableEncoding "table-encoding" 422
        "Файлдың кодтауы басқа" "Файл в другой кодировке" "The file has another encoding"
        "{line}-жол UTF-8 емес: файлды «CSV UTF-8» түрінде сақтаңыз." "Строка {line} не в UTF-8: сохраните файл как «CSV UTF-8»." "Line {line} is not UTF-8: save the file as “CSV UTF-8”.";
    TableEmpty "table-empty" 422
        "Файлда баған атаулары жоқ" "В файле нет строки с названиями столбцов" "The file has no header"
        "Үлгіні жүктеп алып, соны толтырыңыз." "Скачайте шаблон и заполните его." "Download the template and fill it in.";
    TableColumns "table-columns" 422
        "Бағандар сәйкес емес" "Столбцы не те" "The columns are wrong"
        "Жетіспейтіні: {missing}. Белгісізі: {unknown}. Екі рет: {twice}." "Не хватает: {missing}. Неизвестны: {unknown}. Дважды: {twice}." "Missing: {missing}. Unknown: {unknown}. Twice: {twice}.";
    TableFields "table-fields" 422
        "Жолдағы ұяшықтар саны басқа" "В строке другое число ячеек" "A row has another number of cells"
        "{line}-жол: {expected} ұяшық күтілді, {found} бар." "Строка {line}: ожидалось ячеек {expected}, есть {found}." "Line {line}: {expected} cells are expected, {found} are there.";
    TableEntry "table-entry" 422
        "JSON жазбасы түсініксіз" "Запись JSON не разобрана" "An entry of the JSON cannot be read"
        "{entry}-жазба: мәндері мәтін, сан, true, false немесе null болатын нысан керек." "Запись {entry}: нужен объект с текстами, числами, true, false или null." "Entry {entry}: an object with texts, numbers, true, false or null is expected.";
    TableWorkbook "table-workbook" 422
        "Бұл XLSX кітабы емес" "Это не книга XLSX" "This is no XLSX workbook"
        "Файлды Excel немесе LibreOffice бағдарламасында «XLSX» түрінде қайта сақтаңыз." "Сохраните файл в Excel или LibreOffice как XLSX ещё раз." "Save the file as XLSX again in Excel or LibreOffice.";
    TableArchive "table-archive" 422
        "Мұрағат күмәнді" "Архив подозрителен" "The archive is suspicious"
        "Мұрағаттың ішіндегі деректер шектен көп: файлды қайта сақтаңыз немесе бөліңіз." "Внутри архива больше данных, чем допустимо: сохраните файл заново или разделите его." "The archive holds more than is allowed: save the file again, or split it.";
    DayTwice "day-twice" 422
        "Күн екі түрлі аталған" "День назван и выходным, и рабочим" "The day is said to be off and worked"
        "{day} бір мезгілде демалыс және жұмыс күні бола алмайды." "{day} не может быть сразу выходным и рабочим." "{day} cannot be both off and worked.";
    DayNotCovered "day-not-covered" 422
        "Күнтізбеде бұл жыл жоқ" "Календарь не охватывает этот год" "The calendar does not have that year"
        "{day} күнтізбенің жылдарынан тыс." "{day} вне годов календаря." "{day} lies outside of the years of the calendar.";
    EffectiveDayPast "effective-day-past" 422
        "Бұл күн өтіп кеткен" "Этот день уже прошёл" "The day is over"
        "Бүгінді немесе одан кейінгі күнді көрсетіңіз." "Укажите сегодняшний или более поздний день." "Name today or a later day.";
    SuspensionOver "suspension-over" 409
        "Тоқтату аяқталған" "Приостановка уже закончилась" "The suspension is over"
        "Жолдамалар қайтадан берілуде." "Направления снова выдаются." "Referrals are issued again.";
    OwnApplication "own-application" 409
        "Бұл сіздің өтінішіңіз" "Это ваше собственное заявление" "This is your own application"
        "Өз өтінішіңіз немесе сізге тіркелген өтініш туралы басқа маман шешеді." "О своём заявлении и о прикреплённом к вам решает другой специалист." "Another official decides about an application that is yours or is attached to you.";
    IssueSuspended "issue-suspended" 409
        "Жолдама беру тоқтатылған" "Выдача направлений приостановлена" "The issue of referrals is suspended"
        "{until} күнін қоса алғанға дейін, себебі: {reason}" "По {until} включительно, причина: {reason}" "Up to and including {until}, because: {reason}";

    // Officials (R18)
    OwnAppointment "own-appointment" 409
        "Өзіңізді тағайындай алмайсыз" "Себя назначить нельзя" "Nobody appoints themselves"
        "Сізді басқа маман тағайындайды." "Вас назначает другой специалист." "Another official appoints you.";
    AppointmentExists "appointment-exists" 409
        "Бұл адам тағайындалған" "Этот человек уже назначен" "The person is appointed already"
        "Осы елді мекендегі бұл міндетке қолданыстағы тағайындау бар." "На эту обязанность в этом населённом пункте уже есть действующее назначение." "There is an appointment for this duty in this locality that is in force.";
    AppointmentOver "appointment-over" 409
        "Тағайындау аяқталған" "Назначение уже закончилось" "The appointment is over"
        "Ол {ended} аяқталған." "Оно закончилось {ended}." "It ended on {ended}.";
    PeriodInvalid "period-invalid" 422
        "Мерзім қате" "Неверный период" "The period is wrong"
        "Соңы басынан бұрын болмауы керек." "Конец не может быть раньше начала." "The end cannot lie before the beginning.";

    ChallengeExpired "challenge-expired" 422
        "Кіру уақыты өтті" "Время на вход истекло" "The time to log in is over"
        "«Кіру» батырмасын қайта басыңыз." "Нажмите «Войти» ещё раз." "Press “Log in” once more.";
    ChallengeUsed "challenge-used" 409
        "Бұл кіру сұрауы пайдаланылған" "Этот запрос входа уже использован" "This login was used already"
        "Кіруді қайта бастаңыз." "Начните вход заново." "Start the login anew.";

    // Notices
    NoticeObligatory "notice-obligatory" 422
        "Бұл хабарлама өшірілмейді" "Это уведомление не отключается" "This notice cannot be switched off"
        "Ол орыннан айырып не орын беретін өзгеріс туралы айтады." "Оно сообщает о том, из-за чего место можно потерять или получить." "It tells of what a place can be lost or gained by.";

    TooManySubscriptions "too-many-subscriptions" 409
        "Жазылымдар тым көп" "Слишком много подписок" "Too many subscriptions"
        "Ең көбі {limit} жазылым болады; қажетсізін өшіріңіз." "Можно иметь не больше {limit} подписок; удалите ненужную." "At most {limit} subscriptions are possible; delete one that you do not need.";

    // Signatures
    SignatureInvalid "signature-invalid" 422
        "Қолтаңба қабылданбады" "Подпись не принята" "The signature was not accepted"
        "Қолтаңба тексеруден өтпеді. Қайта қол қойып көріңіз немесе басқа кілтті таңдаңыз." "Подпись не прошла проверку. Подпишите ещё раз или выберите другой ключ." "The signature did not pass the check. Sign again or choose another key.";
    SignatureUndetermined "signature-undetermined" 503
        "Қолтаңбаны толық тексеру мүмкін болмады" "Подпись не удалось проверить до конца" "The signature could not be verified completely"
        "Кілттің жарамды екенін қазір біліп болмады: Ұлттық куәландырушы орталық жауап бермейді. Сәл кейін қайталаңыз." "Сейчас не удалось узнать, действует ли ключ: Национальный удостоверяющий центр не отвечает. Повторите чуть позже." "It could not be found out whether the key is valid: the National Certification Authority does not answer. Try again a little later.";
    CertificateExpired "certificate-expired" 422
        "Кілттің мерзімі өтті" "Срок действия ключа истёк" "The key has expired"
        "Кілттің жарамдылық мерзімі {until} аяқталған. Ұлттық куәландырушы орталықтан жаңа ЭЦҚ алыңыз." "Ключ действовал до {until}. Получите новую ЭЦП в Национальном удостоверяющем центре." "The key was valid until {until}. Get a new one from the National Certification Authority.";
    CertificateUntrusted "certificate-untrusted" 422
        "Кілтті бөгде орталық берген" "Ключ выдан другим центром" "The key comes from another authority"
        "Кілтті Қазақстанның Ұлттық куәландырушы орталығы берген болуы керек." "Ключ должен быть выдан Национальным удостоверяющим центром РК." "The key must come from the National Certification Authority of Kazakhstan.";
    WrongKeyPurpose "wrong-key-purpose" 422
        "Кілт бұл әрекетке арналмаған" "Ключ не для этого действия" "The key is not for this"
        "Кіру үшін AUTH_RSA (немесе GOST512), қол қою үшін RSA (немесе GOST512) кілтін таңдаңыз." "Для входа выберите ключ AUTH_RSA (или GOST512), для подписания — RSA (или GOST512)." "Choose the AUTH_RSA (or GOST512) key to log in, the RSA (or GOST512) key to sign.";
    KeyOfLegalEntity "key-of-legal-entity" 422
        "Бұл — заңды тұлғаның кілті" "Это ключ юридического лица" "This is the key of a legal entity"
        "Ата-ана жеке тұлғаның ЭЦҚ-сымен кіреді және қол қояды. Ұйымның кілтімен тек тізілімдегі балабақшаның қызметкері кіреді." "Родитель входит и подписывает ЭЦП физического лица. Ключом организации входят только сотрудники детского сада, который есть в реестре." "A parent logs in and signs with the key of a natural person. With the key of an organisation only staff of a kindergarten of the registry logs in.";
    KeyWithoutIin "key-without-iin" 422
        "Кілтте ЖСН жоқ" "В ключе нет ИИН" "The key names no IIN"
        "Сертификатта иесінің дұрыс ЖСН-і болуы керек." "В сертификате должен быть верный ИИН владельца." "The certificate must name the valid IIN of its owner.";
    SignerMismatch "signer-mismatch" 422
        "Кілт басқа адамдікі" "Ключ другого человека" "The key of another person"
        "Құжатқа кірген адамның кілтімен қол қойылады." "Документ подписывает тот, кто вошёл в кабинет." "The document is signed by the person who has logged in.";

    // Signing with a phone
    PhoneSigningNotOffered "phone-signing-not-offered" 409
        "eGov Mobile арқылы қол қою ұсынылмайды" "Подписание через eGov Mobile не предлагается" "Signing with eGov Mobile is not offered"
        "Басқа қоймадағы кілтті таңдаңыз. Оператор сервисті https мекенжайында ашуы керек." "Выберите ключ в другом хранилище. Оператору нужно открыть сервис по адресу https." "Choose a key in another storage. The operator has to open the service at an https address.";
    SigningSessionOver "signing-session-over" 410
        "Бұл QR-код енді жарамсыз" "Этот QR-код больше не действует" "This QR code is no longer good"
        "Бетте жаңа QR-код сұраңыз." "Запросите на странице новый QR-код." "Ask for a new QR code on the page.";
    SigningDocumentsDiffer "signing-documents-differ" 422
        "Қол қойылған құжаттар басқа" "Подписаны другие документы" "Other documents were signed"
        "Жауапта ұсынылған құжаттардың дәл өзі болуы керек. QR-кодты қайта сканерлеңіз." "В ответе должны быть те же документы, что были предложены. Отсканируйте QR-код ещё раз." "The answer must have exactly the documents that were offered. Scan the QR code again.";
    SigningAnsweredOtherwise "signing-answered-otherwise" 409
        "Қол қойылып қойған" "Уже подписано" "This has been signed already"
        "Сервис басқа қолтаңбаны қабылдап қойған. Нәтижесін бетте қараңыз." "Сервис уже принял другую подпись. Посмотрите результат на странице." "The service has taken another signature already. Look at the result on the page.";
    SigningBrowserDiffers "signing-browser-differs" 409
        "Кіру басқа браузерде басталған" "Вход начат в другом браузере" "The login was begun in another browser"
        "Телефонмен кіру тек ол басталған браузерде аяқталады. Кіруді қайта бастаңыз." "Вход с телефоном завершается только в том браузере, где он начат. Начните вход заново." "A login with the phone ends only in the browser in which it began. Start the login anew.";

    // Drafts
    DraftExpired "draft-expired" 409
        "Мәтіннің мерзімі өтті" "Срок черновика истёк" "The draft has expired"
        "Әрекетті қайта бастаңыз." "Начните действие заново." "Start again.";
    DraftUsed "draft-used" 409
        "Бұл мәтінге қол қойылған" "Этот черновик уже подписан" "This draft has already been signed"
        "Нәтижесі — өтініштер журналында." "Результат — в журнале заявлений." "The result is in the journal.";

    // Queueing (R4)
    LocalityServedElsewhere "locality-served-elsewhere" 422
        "Бұл қалаға бөлек жүйе қызмет көрсетеді" "Этот город обслуживает другая система" "This city runs a system of its own"
        "Астана, Алматы және Ақтөбе қалаларының өз жүйелері бар." "У городов Астана, Алматы и Актобе свои системы." "Astana, Almaty and Aktobe run systems of their own.";
    ChildAlreadyQueued "child-already-queued" 409
        "Бала осы кезекте тұр" "Ребёнок уже стоит в этой очереди" "The child is on this queue already"
        "Баланың осы елді мекенде белсенді өтініші бар." "У ребёнка есть действующее заявление в этом населённом пункте." "The child has an active application in this locality.";
    ChildTooOld "child-too-old" 422
        "Бала мектеп жасында" "Ребёнок школьного возраста" "The child is of school age"
        "Кезекке {years} жасқа толғанға дейін қоюға болады." "В очередь ставят до исполнения {years} лет." "A child can be queued until the age of {years}.";

    TooManyApplications "too-many-applications" 409
        "Бүгінгі өтініштер шегіне жетті" "Заявления на сегодня исчерпаны" "No more applications today"
        "Бір адам күніне {limit} өтініш береді; келесісі {from} күні мүмкін." "Один человек подаёт не больше {limit} заявлений в день; следующее возможно {from}." "A person submits at most {limit} applications a day; the next one is possible on {from}.";
    TooManyActiveApplications "too-many-active-applications" 409
        "Белсенді өтініштер тым көп" "Слишком много действующих заявлений" "Too many active applications"
        "Бір адамда ең көбі {limit} белсенді өтініш болады. Көбірек қажет болса, білім бөліміне жүгініңіз." "У одного человека может быть не больше {limit} действующих заявлений. Если нужно больше, обратитесь в отдел образования." "A person has at most {limit} active applications. If you need more, turn to the education department.";
    TooManyDrafts "too-many-drafts" 409
        "Бөтен балалар туралы сұраулар таусылды" "Запросы о чужих детях на сегодня исчерпаны" "No more requests about other children today"
        "Өз балаларыңыз емес балалар туралы күніне {limit} сұрау болады; келесісі {from} күні мүмкін." "О детях, которых вы не ставили в очередь, можно сделать {limit} запросов в день; следующий возможен {from}." "About children that you have not queued {limit} requests a day are possible; the next one on {from}.";
    ChildIinOwn "child-iin-own" 422
        "Бұл — сіздің ЖСН-іңіз" "Это ваш собственный ИИН" "This is your own IIN"
        "Өзіңіздің емес, баланың ЖСН-ін жазыңыз." "Укажите ИИН ребёнка, а не свой." "Give the child's IIN, not your own.";
    ChildIinAdult "child-iin-adult" 422
        "Бұл ересек адамның ЖСН-і" "Это ИИН взрослого" "This is the IIN of an adult"
        "ЖСН бойынша бұл адам {years} жасқа толған. Баланың ЖСН-ін туу туралы куәліктен тексеріңіз." "По ИИН этому человеку уже исполнилось {years} лет. Сверьте ИИН ребёнка со свидетельством о рождении." "By its digits this person is {years} or older. Compare the child's IIN with the birth certificate.";
    ChildIinImpossible "child-iin-impossible" 422
        "Мұндай ЖСН болмайды" "Такого ИИН не бывает" "There is no such IIN"
        "ЖСН-нің алғашқы цифрлары туған күнді білдіреді; бұл нөмірде мүмкін емес күн тұр. Куәліктен тексеріңіз." "Первые цифры ИИН обозначают дату рождения; в этом номере такой даты быть не может. Сверьте со свидетельством." "The first digits of an IIN are a birth date; those of this number cannot be one. Compare it with the certificate.";

    // Choosing (R6), holding (R8), referring (R9)
    NotInQueue "not-in-queue" 409
        "Бала кезекте тұрған жоқ" "Ребёнок не стоит в очереди" "The child is not in the queue"
        "Жекеменшік балабақшаны кезекте тұрған бала үшін ғана таңдауға болады." "Выбрать частный детский сад можно, только пока ребёнок стоит в очереди." "A private kindergarten can be chosen only while the child is in the queue.";
    ChildTooYoung "child-too-young" 409
        "Бала әлі кішкентай" "Ребёнок ещё мал" "The child is too young"
        "Таңдау {from} күнінен, бала {years} жасқа толғанда ашылады." "Выбор откроется {from}, когда ребёнку исполнится {years} года." "Choosing opens on {from}, when the child is {years} years old.";
    NoVacancy "no-vacancy" 409
        "Бос орын жоқ" "Свободных мест нет" "There is no free place"
        "Мемлекеттік тапсырыс бойынша {birth_year} жылы туған балаларға қазір бос орын жоқ." "По государственному образовательному заказу сейчас нет свободных мест для детей {birth_year} года рождения." "Under the state educational order there is no free place for children born in {birth_year} now.";
    ChildInStopList "child-in-stop-list" 409
        "Өтініш стоп-парақта" "Заявление в стоп-листе" "The application is on the stop-list"
        "Жолдама алу {until} күнін қоса алғанға дейін бұғатталған." "Возможность получения направления заблокирована по {until} включительно." "No referral can be issued up to and including {until}.";
    PlacesResting "places-resting" 409
        "Орын бірнеше минуттан кейін босауы мүмкін" "Место может освободиться через несколько минут" "A place may become free within minutes"
        "Босаған орын бірден ашылмайды: ол {minutes} минутқа дейін күтеді, сосын бәріне қатар көрінеді." "Освободившееся место открывается не сразу: оно ждёт до {minutes} минут и становится видно всем одновременно." "A place that was given back is not offered at once: it rests for up to {minutes} minutes, then everybody sees it.";
    PlacesAtPublication "places-at-publication" 409
        "Орындар кейінірек жарияланады" "Места будут опубликованы позже" "Places will be published later"
        "Босаған орындар {at} бәріне қатар ашылады." "Освободившиеся места откроются для всех одновременно {at}." "Places that have become free are offered to everybody at the same time, {at}.";
    ReferralElsewhere "referral-elsewhere" 409
        "Басқа елді мекенде жолдама бар" "Направление есть в другом населённом пункте" "There is a referral in another locality"
        "Баланың басқа елді мекенде қолданыстағы жолдамасы бар." "У ребёнка есть действующее направление в другом населённом пункте." "The child has an active referral in another locality.";
    ChildUnverified "child-unverified" 409
        "Ата-ана екеніңіз расталмаған" "Родительство не подтверждено" "Parenthood is not confirmed"
        "Тізілім сізді осы баланың ата-анасы деп растаған жоқ. Өтініш кезекте тұр, бірақ орын алу үшін білім бөлімінің маманы баланы растауы керек: туу туралы куәлікпен жүгініңіз." "Реестр не подтвердил, что вы родитель этого ребёнка. Заявление стоит в очереди, но чтобы получить место, ребёнка должен подтвердить специалист отдела образования: обратитесь туда со свидетельством о рождении." "The registry has not confirmed that you are a parent of this child. The application is in the queue, but before it can hold a place an official of the education department must confirm the child: go there with the birth certificate.";
    ChildVerificationPending "child-verification-pending" 409
        "Ата-ана екеніңіз әлі тексерілуде" "Родительство ещё проверяется" "Parenthood is still being checked"
        "Тізілім әлі жауап берген жоқ, одан қайта сұраймыз; сізден ештеңе керек емес. Оған дейін білім бөлімінің маманы да растай алады." "Реестр ещё не ответил, мы спросим его снова; от вас ничего не требуется. До этого подтвердить может и специалист отдела образования." "The registry has not answered yet and will be asked again; you need not do anything. Until then an official of the education department can confirm the child as well.";
    ApplicationIsClaim "application-is-claim" 409
        "Бұл баланы басқа адам кезекке қойған" "Этого ребёнка уже поставил в очередь другой человек" "Somebody else has queued this child"
        "Өтінішіңіз әзірге кезекке қатыспайды. Бірінші өтініш беруші сізді тіркесе немесе білім бөлімі сізді растаса, ол қатысады; оларға хабар берілді." "Ваше заявление пока не участвует в очереди. Оно начнёт участвовать, когда первый заявитель прикрепит вас или вас подтвердит отдел образования; им сообщено." "Your application does not take part in the queue yet. It will once the first applicant attaches you or the education department confirms you; both have been told.";
    ApplicationDisputed "application-disputed" 409
        "Өтініш бойынша дау бар" "По заявлению идёт спор" "The application is disputed"
        "Осы баланың ата-анасы ретінде басқа адам расталды немесе білім бөлімінің күмәні бар. Шешімді білім бөлімі қабылдайды: туу туралы куәлікпен жүгініңіз." "Родителем этого ребёнка подтверждён другой человек, или у отдела образования есть сомнения. Решит отдел образования: обратитесь туда со свидетельством о рождении." "Somebody else was confirmed as a parent of this child, or the education department has doubts. The education department decides: go there with the birth certificate.";
    PlaceTaken "place-taken" 409
        "Соңғы орынды басқа адам алды" "Последнее место уже заняли" "Somebody took the last place"
        "Тізімнен басқа балабақшаны таңдаңыз; кезектегі орын сақталды." "Выберите другой детский сад; место в очереди сохранено." "Choose another kindergarten; the place in the queue is kept.";
    GroupUnsuitable "group-unsuitable" 422
        "Топ бұл балаға сай емес" "Группа не подходит ребёнку" "The group does not fit the child"
        "Осы елді мекендегі мемлекеттік тапсырысы бар, туған жылы сай топты таңдаңыз." "Выберите группу по госзаказу в этом населённом пункте для года рождения ребёнка." "Choose a group under the state order of this locality for the child's year of birth.";
    HoldExpired "hold-expired" 409
        "Орынның сақталу уақыты өтті" "Место больше не придержано" "The place is no longer held for you"
        "Орын қол қою үшін {minutes} минут сақталады. Балабақшаны қайта таңдаңыз." "На подписание место придерживают {minutes} минут. Выберите детский сад ещё раз." "A place is held for {minutes} minutes while you sign. Choose the kindergarten again.";
    TooManyHolds "too-many-holds" 409
        "Бүгін орын таңдау мүмкіндігі таусылды" "Сегодня выбрать место больше нельзя" "No more places can be held today"
        "Бүгін {limit} рет орын сақталды, бірақ қол қойылмады. Келесі орынды {from} күні таңдауға болады." "Место сегодня придерживали без подписи столько раз, сколько можно за день ({limit}). Следующее можно выбрать {from}." "Today a place was held {limit} times without being signed for. You can choose again on {from}.";
    TooManyHoldsOfPerson "too-many-holds-of-person" 409
        "Бүгін сізге басқа орын сақталмайды" "Сегодня место для вас больше не придержат" "No more places are held for you today"
        "Балаларыңыздың бәріне бірге бүгін {limit} рет орын сақталды, бірақ қол қойылмады. Келесі орынды {from} күні таңдауға болады." "Место для ваших детей сегодня придерживали без подписи столько раз, сколько можно за день ({limit}). Следующее можно выбрать {from}." "Places were held for your children {limit} times today without being signed for. You can choose again on {from}.";
    TooManyLiveHolds "too-many-live-holds" 409
        "Сізге сақталып тұрған орын тым көп" "Для вас придержано слишком много мест" "Too many places are held for you"
        "Бір уақытта ең көбі {limit} орын сақталады: біреуінің жолдамасына қол қойыңыз немесе оны қайтарыңыз." "Одновременно придерживают не больше {limit} мест: подпишите направление на одно из них или верните его." "At most {limit} places can be held at the same time: sign for one of them or give it back.";
    TooManyReferrals "too-many-referrals" 409
        "Расталмаған балалар бойынша орындар тым көп" "Слишком много мест для неподтверждённых детей" "Too many places for children that nobody confirmed"
        "Ешкім растамаған балаларыңызға сақталып тұрған орындар мен қолданыстағы жолдамалар бірге {limit}-ден аспайды. Көбірек қажет болса, балаларды білім бөлімінде растаңыз." "Придержанных мест и действующих направлений для ваших детей, которых никто не подтвердил, может быть вместе не больше {limit}. Если нужно больше, подтвердите детей в отделе образования." "Holds and active referrals for your children that nobody has confirmed are at most {limit} together. If you need more, have the children confirmed by the education department.";
    ReferralActive "referral-active" 409
        "Жолдама берілген" "Направление уже выдано" "There is a referral already"
        "Баланың қолданыстағы жолдамасы бар." "У ребёнка есть действующее направление." "The child has an active referral.";

    // Arriving (R10), lapsing (R11)
    ReferralNotActive "referral-not-active" 409
        "Жолдама енді қолданылмайды" "Направление уже не действует" "The referral is not active"
        "Ол бойынша бала қабылданған, ол қайтарып алынған немесе күші жойылған." "По нему ребёнок зачислен, оно отозвано или аннулировано." "The child is enrolled by it, or it was revoked or annulled.";
    ReferralLapsed "referral-lapsed" 409
        "Жолдаманың мерзімі өтті" "Срок направления истёк" "The referral has lapsed"
        "Келудің соңғы күні {deadline} болған." "Последний день прибытия был {deadline}." "The last day to arrive was {deadline}.";
    ArrivalDayRequired "arrival-day-required" 422
        "Келген күнін көрсетіңіз" "Укажите день прибытия" "Name the day of arrival"
        "Келудің соңғы күні {deadline} болған. Бала мерзімінде келсе, келген күнін көрсетіңіз." "Последний день прибытия был {deadline}. Если ребёнок пришёл вовремя, укажите день прибытия." "The last day to arrive was {deadline}. If the child came in time, name the day of arrival.";
    ArrivalDayInvalid "arrival-day-invalid" 422
        "Келген күні мерзімге сай емес" "День прибытия вне срока" "The day of arrival does not fit"
        "{from} мен {until} аралығындағы күнді көрсетіңіз." "Укажите день с {from} по {until} включительно." "Name a day from {from} up to and including {until}.";
    NoPlaceLeft "no-place-left" 409
        "Топта орын қалмаған" "В группе не осталось места" "The group has no place left"
        "Орынды басқа бала алып қойған. Шешімді білім бөлімі қабылдайды." "Место уже занял другой ребёнок. Решит отдел образования." "Another child has the place. The education department decides.";
    EnrolmentUndoClosed "enrolment-undo-closed" 409
        "Қабылдауды жою мерзімі өтті" "Время отмены зачисления истекло" "The time to undo the enrolment is over"
        "Қабылдауды сол жұмыс күні ғана жоюға болады; {since} бастап бұл мүмкін емес." "Отменить зачисление можно только в тот же рабочий день; с {since} это невозможно." "An enrolment can be undone within its working day; since {since} that is impossible.";

    // Extending (R13)
    ReferralAlreadyExtended "referral-already-extended" 409
        "Жолдама ұзартылған" "Направление уже продлено" "The referral was extended already"
        "Жолдаманы бір рет қана ұзартуға болады; келудің соңғы күні енді {deadline}." "Продлить направление можно только один раз; последний день прибытия теперь {deadline}." "A referral can be extended once; the last day to arrive is {deadline} now.";
    ExtensionAfterDeadline "extension-after-deadline" 409
        "Ұзартуға кеш" "Продлевать поздно" "Too late to extend"
        "Жолдаманы {deadline} күнінің соңына дейін ұзартуға болатын еді." "Продлить направление можно было до конца дня {deadline}." "The referral could be extended until the end of {deadline}.";
    ExtensionNotLater "extension-not-later" 422
        "Күн қазіргі мерзімнен кеш емес" "Дата не позже нынешнего срока" "The date is not later than the deadline"
        "{deadline} күнінен кейінгі күнді таңдаңыз." "Выберите дату позже {deadline}." "Choose a day after {deadline}.";
    ExtensionTooLong "extension-too-long" 422
        "Мерзім тым ұзақ" "Слишком долгий срок" "The extension is too long"
        "Ең көбі күнтізбелік {days} күнге, {until} күнін қоса алғанға дейін ұзартуға болады." "Продлить можно не более чем на {days} календарных дней, по {until} включительно." "An extension has at most {days} calendar days, up to and including {until}.";
    ReasonRequired "reason-required" 422
        "Себебін көрсетіңіз" "Укажите причину" "Give the reason"
        "Себепті тізімнен таңдаңыз; «басқа себеп» болса, оны жазыңыз." "Выберите причину из списка; если «другая причина», напишите её." "Choose the reason from the list; for “another reason” write it down.";

    // Revoking (R14), withdrawing (R15)
    RevocationWindowClosed "revocation-window-closed" 409
        "Қайтарып алу мерзімі өтті" "Время отзыва истекло" "The time to revoke is over"
        "Жолдаманы берілгеннен кейін {hours} сағат ішінде қайтарып алуға болады; {since} бастап бұл мүмкін емес." "Отозвать направление можно в течение {hours} ч после выдачи; с {since} это невозможно." "A referral can be revoked within {hours} h of its issue; since {since} that is impossible.";
    NotWithdrawable "not-withdrawable" 409
        "Өтінішті қайтарып алу мүмкін емес" "Заявление нельзя отозвать" "The application cannot be withdrawn"
        "Кезекте тұрған немесе стоп-парақтағы өтінішті ғана қайтарып алуға болады." "Отозвать можно только заявление, которое стоит в очереди или находится в стоп-листе." "Only an application in the queue or on the stop-list can be withdrawn.";

    // Benefits and their proofs (R21)
    BenefitImpossible "benefit-impossible" 409
        "Жеңілдік сұралмайды" "Льготу уже нельзя указать" "A benefit can no longer be claimed"
        "Өтініш аяқталған; жеңілдік кезектегі өтінішке ғана көрсетіледі." "Заявление завершено; льгота указывается только для заявления в очереди." "The application has ended; a benefit is claimed for one in the queue only.";
    BenefitClaimOpen "benefit-claim-open" 409
        "Жеңілдік тексеріліп жатыр" "Льгота уже проверяется" "A benefit is being checked already"
        "Маманның шешімін күтіңіз; содан кейін құжаттарды толықтыруға болады." "Дождитесь решения специалиста; после него документы можно дополнить." "Wait for the decision of the official; afterwards you can add proofs.";
    BenefitClaimDecided "benefit-claim-decided" 409
        "Бұл жеңілдік бойынша шешім қабылданған" "По этой льготе уже есть решение" "This benefit was decided already"
        "Шешім өзгертілмейді; ата-ана қайта сұрай алады." "Решение не меняется; родитель может обратиться снова." "A decision is not changed; the parent may ask again.";
    BenefitGroundUnknown "benefit-ground-unknown" 422
        "Мұндай негіз жоқ" "Такого основания нет" "There is no such ground"
        "Негізді елді мекеннің тізімінен таңдаңыз." "Выберите основание из списка населённого пункта." "Choose a ground from the list of the locality.";
    ProofMissing "proof-missing" 422
        "Құжаттардың сканерлері керек" "Нужны сканы документов" "Scans of the proofs are needed"
        "1-ден {limit}-ге дейін скан қосыңыз." "Приложите от 1 до {limit} сканов." "Add 1 to {limit} scans.";
    ProofEndInvalid "proof-end-invalid" 422
        "Құжаттың соңғы күні сәйкес емес" "Последний день документа не подходит" "The last day of the proof is not possible"
        "{from}–{to} аралығындағы күн керек." "Допустим день с {from} по {to}." "A day from {from} to {to} is possible.";
    ScanFormatUnknown "scan-format-unknown" 415
        "Файл түрі сәйкес емес" "Файл такого вида не подходит" "A file of this kind is of no use"
        "JPEG, PNG немесе PDF жіберіңіз. Файлдың атына емес, мазмұнына қараймыз." "Отправьте JPEG, PNG или PDF. Важно содержимое файла, а не имя." "Send a JPEG, PNG or PDF. The content of the file counts, not its name.";
    ScanHeic "scan-heic" 415
        "HEIC суреті ашылмайды" "Снимок HEIC не открывается" "A HEIC picture cannot be shown"
        "iPhone-да: Баптаулар → Камера → Форматтар → «Ең үйлесімді», не экран суретін жіберіңіз." "На iPhone: Настройки → Камера → Форматы → «Наиболее совместимые», или отправьте снимок экрана." "On an iPhone: Settings → Camera → Formats → “Most Compatible”, or send a screenshot.";
    ScanTooLarge "scan-too-large" 413
        "Файл тым үлкен немесе бос" "Файл слишком большой или пустой" "The file is too large or empty"
        "Бір файл {limit} байттан аспауы керек." "Один файл — не больше {limit} байт." "One file may have at most {limit} bytes.";
    ScanTooManyPixels "scan-too-many-pixels" 422
        "Сурет тым үлкен" "Слишком большое изображение" "The picture is too large"
        "Ең көбі {limit} нүкте. Суретті кішірейтіп жіберіңіз." "Не больше {limit} точек. Уменьшите изображение." "At most {limit} pixels. Make the picture smaller.";
    ScanTooManyPages "scan-too-many-pages" 422
        "Бет саны тым көп" "Слишком много страниц" "There are too many pages"
        "PDF-те ең көбі {limit} бет болады." "В PDF может быть не больше {limit} страниц." "A PDF may have at most {limit} pages.";
    ScanEncrypted "scan-encrypted" 422
        "PDF құпиясөзбен қорғалған" "PDF защищён паролем" "The PDF is protected"
        "Қорғаусыз көшірмесін жіберіңіз." "Отправьте копию без защиты." "Send a copy without protection.";
    ScanBroken "scan-broken" 422
        "Файл ашылмайды" "Файл не открывается" "The file cannot be opened"
        "Файл бүлінген. Құжатты қайта түсіріп жіберіңіз." "Файл повреждён. Снимите документ заново." "The file is damaged. Take the picture again.";
    ScanInfected "scan-infected" 422
        "Файлда вирус бар" "В файле вирус" "The file has a virus"
        "Файл сақталмады. Құжатты басқа құрылғымен түсіріңіз." "Файл не сохранён. Снимите документ другим устройством." "The file was not kept. Take the picture with another device.";
    ScanUnchecked "scan-unchecked" 409
        "Файл әлі тексерілмеген" "Файл ещё не проверен" "The file is not checked yet"
        "Вирусқа тексеру аяқталғанша файл ашылмайды." "Пока нет ответа проверки на вирусы, файл не открывается." "Until the virus scanner has answered, nobody opens the file.";
    ScansTooMany "scans-too-many" 409
        "Жіберілмеген файл тым көп" "Слишком много неотправленных файлов" "There are too many files that were not sent"
        "Ең көбі {limit}. Қажет еместерін өшіріңіз." "Не больше {limit}. Удалите лишние." "At most {limit}. Remove those you do not need.";
    ScansUnavailable "scans-unavailable" 503
        "Файлдар қоймасы қолжетімсіз" "Хранилище файлов недоступно" "The storage of files is unavailable"
        "Сәл кейін қайталаңыз. Бұрын жіберілген файлдар сақтаулы." "Повторите чуть позже. Отправленное ранее сохранено." "Try again a little later. What was sent before is kept.";

    // Decisions of officials (R22, R27)
    ApplicationOver "application-over" 409
        "Өтініш аяқталған" "Заявление уже завершено" "The application has ended"
        "Аяқталған өтініш бойынша мұндай шешім қабылданбайды." "По завершённому заявлению такое решение не принимается." "Nothing of this kind is decided about an application that has ended.";
    ChildVerified "child-verified" 409
        "Бала бұрын расталған" "Ребёнок уже подтверждён" "The child is verified already"
        "Өтініш беруші баланың ата-анасы екені бұрын расталған." "Родство заявителя с ребёнком уже подтверждено." "It was confirmed before that the applicant is a parent of the child.";
    ApplicationTakesPart "application-takes-part" 409
        "Өтініш даулы емес" "Заявление не спорное" "The application is not disputed"
        "Өтініш кезекке қатысады; шешетін дау жоқ." "Заявление участвует в очереди; решать нечего." "The application takes part in the queue; there is no dispute to decide.";
    ApplicationTakesNoPart "application-takes-no-part" 409
        "Өтініш кезекке қатыспайды" "Заявление не участвует в очереди" "The application takes no part in the queue"
        "Ол бұрыннан даулы немесе баланы басқа адам бұрын тіркеген." "Оно уже спорное, или ребёнка раньше поставил другой человек." "It is disputed already, or somebody else had queued the child before.";
    AnotherTakesPart "another-takes-part" 409
        "Бұл кезекте баланың басқа өтініші тұр" "В этой очереди стоит другое заявление ребёнка" "Another application of the child stands in this queue"
        "Алдымен {number} өтініші бойынша шешім қабылдаңыз." "Сначала примите решение по заявлению {number}." "Decide about application {number} first.";
    NothingToCorrect "nothing-to-correct" 422
        "Түзететін ештеңе жоқ" "Исправлять нечего" "There is nothing to correct"
        "Аты-жөні мен туған күні өтініште дәл осындай." "Имя и дата рождения в заявлении именно такие." "The application has this very name and birth date.";
    ReferralNotLapsed "referral-not-lapsed" 409
        "Қалпына келтіретін ештеңе жоқ" "Восстанавливать нечего" "There is nothing to restore"
        "Жолдаманың мерзімі өтпеген немесе өтініш содан кейін жалғасқан." "Направление не просрочено, или заявление с тех пор пошло дальше." "The referral has not lapsed, or the application has gone on since.";
    DeadlineTooEarly "deadline-too-early" 422
        "Соңғы күн тым ерте" "Последний день слишком ранний" "The last day is too early"
        "Ең ерте күн: {from}." "Самый ранний день: {from}." "The earliest day is {from}.";
    ReferredAnew "referred-anew" 409
        "Баланың басқа жолдамасы бар" "У ребёнка есть другое направление" "The child has another referral"
        "Бала {number} өтініші бойынша жолдама алған." "Ребёнок направлен по заявлению {number}." "The child is referred by application {number}.";

    // Attaching (R3)
    AttachmentNotFound "attachment-not-found" 404
        "Мұндай өтініш табылмады" "Такое заявление не найдено" "No such application was found"
        "Баланың ЖСН-ін және өтініш нөмірін өтініш берушімен салыстырып тексеріңіз." "Сверьте ИИН ребёнка и номер заявления с заявителем." "Compare the IIN of the child and the number of the application with the applicant.";
    ApplicationAlreadyVisible "application-already-visible" 409
        "Өтініш сізге көрінеді" "Заявление вам уже видно" "The application is visible to you already"
        "Ол журналыңызда бар." "Оно есть в вашем журнале заявлений." "It is in your journal.";
    AttachmentPending "attachment-pending" 409
        "Сұрау жіберілген" "Запрос уже отправлен" "The request was sent already"
        "Өтініш берушінің шешімін күтіңіз." "Дождитесь решения заявителя." "Wait for the decision of the applicant.";
    AttachmentNotAttached "attachment-not-attached" 409
        "Тіркеу жоқ" "Прикрепления нет" "There is no attachment"
        "Тіркеу аяқталған немесе әлі расталмаған." "Прикрепление уже прекращено или ещё не подтверждено." "The attachment has ended, or is not confirmed yet.";
    AttachmentDecided "attachment-decided" 409
        "Бұл сұрау бойынша шешім қабылданған" "По этому запросу уже есть решение" "This request was decided already"
        "Шешім өзгертілмейді." "Решение не меняется." "A decision is not changed.";
}

/// The sentence of a number that has not the digits of an IIN.
const IIN_OF_ANOTHER_LENGTH: [&str; 3] = [
    "ЖСН-де 12 цифр болады, ал оқылғанында («{read}») цифр саны — {digits}. Құжаттан тексеріңіз.",
    "В ИИН 12 цифр, а в прочитанном («{read}») цифр — {digits}. Сверьте с документом.",
    "An IIN has 12 digits, but what was read (“{read}”) has {digits}. Check it against the document.",
];

impl Code {
    #[must_use]
    pub fn title(self, language: Language) -> &'static str {
        let [kk, ru, en] = self.words().title;
        language.pick(kk, ru, en)
    }

    /// The sentence for the reader, with its placeholders filled.
    #[must_use]
    pub fn detail(self, language: Language, params: &Params) -> String {
        if self == Self::SignatureInvalid {
            let known = params
                .get("sub_indication")
                .and_then(|found| refused_signature::words(found, language));
            if let Some(words) = known {
                return words.to_owned();
            }
        }
        let [kk, ru, en] = match self {
            Self::IinInvalid if params.contains_key("digits") => IIN_OF_ANOTHER_LENGTH,
            _ => self.words().detail,
        };
        params.iter().fold(
            language.pick(kk, ru, en).to_owned(),
            |text, (name, value)| text.replace(&format!("{{{name}}}"), value),
        )
    }

    /// Title in all languages.
    #[must_use]
    pub fn titles(self) -> Localized {
        let [kk, ru, en] = self.words().title;
        Localized::new(kk, ru, en)
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_code(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("unknown code {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect()
    }

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let unique: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(unique.len(), Code::ALL.len());
        for code in unique {
            assert!(
                code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{code}"
            );
            assert_eq!(Code::from_code(code).map(Code::as_str), Some(code));
        }
    }

    #[test]
    fn every_language_has_its_own_words_with_the_same_placeholders() {
        for code in Code::ALL {
            let words = code.words();
            for texts in [words.title, words.detail] {
                let [kk, ru, en] = texts;
                assert!(!kk.is_empty() && !ru.is_empty() && !en.is_empty(), "{code}");
                assert!(kk != ru && ru != en, "{code}: a language is missing");
                assert_eq!(placeholders(kk), placeholders(ru), "{code}");
                assert_eq!(placeholders(ru), placeholders(en), "{code}");
            }
        }
    }

    #[test]
    fn placeholders_are_filled() {
        let params = Params::from([("from", "24.11.2026".into()), ("years", "3".into())]);
        let detail = Code::ChildTooYoung.detail(Language::Ru, &params);
        assert!(
            detail.contains("24.11.2026") && !detail.contains('{'),
            "{detail}"
        );
    }
}
