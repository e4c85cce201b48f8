//! The words of the tool in Kazakh, Russian and English. What programs read (JSON, codes, names of
//! verdicts) is the same in every language.

use crate::Error;
use balabaqsha_text as text;
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Kk,
    Ru,
    En,
}

/// English, Kazakh, Russian.
type Row = (&'static str, &'static str, &'static str);

fn look_up(table: &'static [Row], english: &'static str, language: Language) -> &'static str {
    let row = table.iter().copied().find(|(name, ..)| *name == english);
    match (row, language) {
        (Some((_, kk, _)), Language::Kk) => kk,
        (Some((_, _, ru)), Language::Ru) => ru,
        _ => english,
    }
}

/// The name of a line.
pub(crate) fn label(english: &'static str, language: Language) -> &'static str {
    look_up(LABELS, english, language)
}

/// A word or phrase as the value of a line.
pub(crate) fn value(english: &'static str, language: Language) -> &'static str {
    look_up(VALUES, english, language)
}

/// The name of a check as it stands in JSON, in words of the language.
pub(crate) fn check(name: &str, language: Language) -> &str {
    let row = CHECKS.iter().copied().find(|(check, ..)| *check == name);
    match (row, language) {
        (Some((_, kk, _)), Language::Kk) => kk,
        (Some((_, _, ru)), Language::Ru) => ru,
        _ => name,
    }
}

/// The sentence that belongs to the code of a reason; `None` in English, where the details are the
/// sentence.
pub(crate) fn reason(code: &str, language: Language) -> Option<&'static str> {
    let (_, kk, ru) = REASONS.iter().copied().find(|(known, ..)| *known == code)?;
    match language {
        Language::Kk => Some(kk),
        Language::Ru => Some(ru),
        Language::En => None,
    }
}

/// What went wrong, without hidden characters.
pub(crate) fn error(error: &Error, language: Language) -> String {
    let told = match language {
        Language::En => error.to_string(),
        Language::Kk => in_kazakh(error),
        Language::Ru => in_russian(error),
    };
    text::visible(&told).into_owned()
}

fn in_kazakh(error: &Error) -> String {
    match error {
        Error::NoPassword(source) => {
            format!("кілт файлының құпиясөзі жоқ: {source} (BALABAQSHA_P12_PASSWORD мәнін беріңіз)")
        }
        Error::Read { path, source } => format!("{}: оқылмады: {source}", path.display()),
        Error::Unusable { path, reason } => format!("{}: жарамсыз: {reason}", path.display()),
        Error::Write { path, source } => format!("{}: жазылмады: {source}", path.display()),
        Error::Output(source) => format!("стандартты шығыс: {source}"),
        Error::Signing(reason) => format!("қолтаңба жасалмады: {reason}"),
        Error::StandardInputTwice => "стандартты кірісті бір рет қана беруге болады".to_owned(),
        Error::TooLarge { path, limit } => {
            format!("{}: оқылатын {limit} МиБ шегінен үлкен", path.display())
        }
        Error::WouldReplace { path, reason } => {
            let reason = value(reason, Language::Kk);
            format!("{}: жазылмады, себебі {reason}", path.display())
        }
    }
}

fn in_russian(error: &Error) -> String {
    match error {
        Error::NoPassword(source) => {
            format!("нет пароля файла ключа: {source} (задайте BALABAQSHA_P12_PASSWORD)")
        }
        Error::Read { path, source } => {
            format!("{}: не удалось прочитать: {source}", path.display())
        }
        Error::Unusable { path, reason } => format!("{}: непригоден: {reason}", path.display()),
        Error::Write { path, source } => {
            format!("{}: не удалось записать: {source}", path.display())
        }
        Error::Output(source) => format!("стандартный вывод: {source}"),
        Error::Signing(reason) => format!("подпись не создана: {reason}"),
        Error::StandardInputTwice => "стандартный ввод можно указать только один раз".to_owned(),
        Error::TooLarge { path, limit } => {
            format!("{}: больше {limit} МиБ, которые читаются", path.display())
        }
        Error::WouldReplace { path, reason } => {
            let reason = value(reason, Language::Ru);
            format!("{}: не записано, потому что {reason}", path.display())
        }
    }
}

const LABELS: &[Row] = &[
    ("verdict", "қорытынды", "вердикт"),
    ("signatures", "қолтаңба саны", "подписей"),
    ("sub-indication", "нақтылау", "уточнение"),
    ("reason", "себебі", "причина"),
    ("scheme", "схема", "схема"),
    ("claimed time", "айтылған уақыт", "заявлено время"),
    ("stamped", "уақыт белгісі", "метка времени"),
    ("stamp refused", "белгі қабылданбады", "метка отклонена"),
    ("judged at", "тексеру сәті", "проверено на"),
    ("chain", "тізбек", "цепочка"),
    ("checked", "тексерілді", "проверено"),
    ("not checked", "тексерілмеді", "не проверено"),
    ("remark", "ескерту", "замечание"),
    ("subject", "иесі", "владелец"),
    ("issuer", "берген", "издатель"),
    ("serial", "сериялық нөмірі", "серийный номер"),
    ("IIN", "ЖСН", "ИИН"),
    ("BIN", "БСН", "БИН"),
    ("key", "кілт", "ключ"),
    ("purpose", "мақсаты", "назначение"),
    ("valid", "жарамды", "действителен"),
    ("policies", "саясаттары", "политики"),
    ("SHA-256", "SHA-256", "SHA-256"),
    ("unusable", "пайдаланылмады", "непригодно"),
    ("kind", "түрі", "вид"),
    ("key of", "кілт иесі", "владелец ключа"),
    ("name of key", "кілт атауы", "имя ключа"),
    ("refused", "қабылданбады", "отклонено"),
    ("key identifier", "кілт белгісі", "идентификатор"),
    ("key usage", "кілт қолданысы", "применение"),
    ("extended usage", "кеңейтілген", "расширенное"),
    ("OCSP", "OCSP", "OCSP"),
    ("CRL", "CRL", "CRL"),
    ("issuer at", "берген мекенжайы", "адрес издателя"),
    ("content type", "мазмұн түрі", "вид содержимого"),
    ("content", "мазмұны", "содержимое"),
    ("certificate", "сертификат", "сертификат"),
    ("lists", "тізімдер", "списков"),
    ("OCSP answers", "OCSP жауаптары", "ответов OCSP"),
    ("not read", "оқылмады", "не прочитано"),
    ("signed by", "қол қойған", "подписал"),
    ("digest", "хэш", "хэш"),
    ("algorithm", "алгоритм", "алгоритм"),
    ("attributes", "атрибуттар", "атрибуты"),
    ("unsigned", "қол қойылмаған", "неподписанные"),
    ("stamp serial", "белгі нөмірі", "номер метки"),
    ("stamp policy", "белгі саясаты", "политика метки"),
    ("stamp over", "белгі нысаны", "метка на"),
    ("this update", "шығарылды", "выпущен"),
    ("next update", "келесісі", "следующий"),
    ("number", "нөмірі", "номер"),
    ("delta since", "негізгі тізім", "изменения с"),
    ("indirect", "жанама", "косвенный"),
    ("revoked", "қайтарып алынған", "отозвано"),
    ("status", "күйі", "статус"),
    ("produced at", "жасалды", "создан"),
    ("responder", "жауап беруші", "ответчик"),
    ("answer", "жауап", "ответ"),
];

const VALUES: &[Row] = &[
    ("not supported", "қолдау жоқ", "не поддерживается"),
    ("login", "кіру", "вход"),
    ("signing", "қол қою", "подпись"),
    ("login and signing", "кіру және қол қою", "вход и подпись"),
    ("none here", "мұнда жарамайды", "здесь не годится"),
    ("its own word", "өз сөзі", "его собственное слово"),
    (
        "revocation not checked",
        "қайтарып алынғаны тексерілмеді",
        "отзыв не проверялся",
    ),
    ("not revoked", "қайтарып алынбаған", "не отозван"),
    ("REVOKED since", "ҚАЙТАРЫП АЛЫНҒАН, күні", "ОТОЗВАН с"),
    ("on hold since", "тоқтатылған, күні", "приостановлен с"),
    (
        "never issued",
        "ешқашан берілмеген",
        "никогда не выпускался",
    ),
    (
        "revocation unknown",
        "қайтарып алынғаны белгісіз",
        "об отзыве неизвестно",
    ),
    ("trusted", "сенімді", "доверенный"),
    ("signer", "қол қоюшы", "подписавший"),
    ("authority", "куәландырушы орталық", "удостоверяющий центр"),
    ("anchor", "сенім тірегі", "якорь доверия"),
    ("; a test authority", "; сынақ орталығы", "; тестовый центр"),
    ("nothing", "ештеңе", "ничего"),
    (
        "key file (PKCS#12)",
        "кілт файлы (PKCS#12)",
        "файл ключа (PKCS#12)",
    ),
    ("certificate", "сертификат", "сертификат"),
    (
        "signed document (CMS)",
        "қол қойылған құжат (CMS)",
        "подписанный документ (CMS)",
    ),
    (
        "revocation list (CRL)",
        "қайтарып алынғандар тізімі (CRL)",
        "список отозванных (CRL)",
    ),
    ("OCSP answer", "OCSP жауабы", "ответ OCSP"),
    ("time stamp", "уақыт белгісі", "метка времени"),
    ("bytes inside", "байт ішінде", "байт внутри"),
    ("kept apart", "бөлек сақталған", "хранится отдельно"),
    ("yes", "иә", "да"),
    ("no", "жоқ", "нет"),
    ("open", "мерзімсіз", "без срока"),
    ("good", "жарамды", "действителен"),
    ("revoked", "қайтарып алынған", "отозван"),
    ("unknown", "белгісіз", "неизвестен"),
    ("successful", "сәтті", "успешно"),
    ("try-later", "кейінірек сұраңыз", "спросите позже"),
    ("refused", "бас тартылды", "отказано"),
    (
        "it is one of the files given",
        "ол берілген файлдардың бірі",
        "это один из указанных файлов",
    ),
    ("it is a key file", "ол кілт файлы", "это файл ключа"),
];

const CHECKS: &[Row] = &[
    ("format", "пішім", "формат"),
    (
        "signing-certificate",
        "қол қоюшы сертификаты",
        "сертификат подписавшего",
    ),
    ("content-type", "мазмұн түрі", "вид содержимого"),
    ("message-digest", "мазмұн хэші", "хэш содержимого"),
    ("signature", "қолтаңба", "подпись"),
    (
        "signing-certificate-attribute",
        "сертификатқа сілтеме",
        "ссылка на сертификат",
    ),
    ("algorithms", "алгоритмдер", "алгоритмы"),
    ("chain", "тізбек", "цепочка"),
    ("revocation", "қайтарып алу", "отзыв"),
    ("purpose", "мақсаты", "назначение"),
    ("timestamp", "уақыт белгісі", "метка времени"),
    (
        "counter-signatures",
        "растаушы қолтаңбалар",
        "заверяющие подписи",
    ),
];

/// By the codes of `docs/eds.md`; the first column is the code.
const REASONS: &[Row] = &[
    (
        "cms-malformed",
        "құжат құрылымы бұзылған немесе бұл қол қойылған құжат емес",
        "структура документа нарушена, или это не подписанный документ",
    ),
    (
        "attributes-malformed",
        "қолтаңба атрибуттары бұзылған",
        "атрибуты подписи нарушены",
    ),
    (
        "content-is-attributes",
        "мазмұн — басқа қолтаңбаның атрибуттары",
        "содержимое — атрибуты другой подписи",
    ),
    (
        "no-signers",
        "құжатта қолтаңба жоқ",
        "в документе нет подписи",
    ),
    (
        "certificate-malformed",
        "сертификат құрылымы бұзылған",
        "структура сертификата нарушена",
    ),
    (
        "content-altered",
        "мазмұн қол қойылған мазмұн емес",
        "содержимое не то, что было подписано",
    ),
    (
        "content-mismatch",
        "ішіндегі мазмұн берілген мазмұнмен сәйкес емес",
        "содержимое внутри не совпадает с указанным",
    ),
    (
        "content-missing",
        "мазмұн бөлек сақталған және берілмеген",
        "содержимое хранится отдельно и не указано",
    ),
    (
        "signature-invalid",
        "қолтаңба дұрыс емес",
        "подпись неверна",
    ),
    (
        "digest-mismatch",
        "қолтаңбаның хэш алгоритмдері сәйкес емес",
        "алгоритмы хэша в подписи не совпадают",
    ),
    (
        "signer-certificate-missing",
        "қол қоюшының сертификаты жоқ",
        "нет сертификата подписавшего",
    ),
    (
        "signer-certificate-unreadable",
        "қол қоюшының сертификаты бар, бірақ оқылмайды",
        "сертификат подписавшего есть, но не читается",
    ),
    (
        "signer-certificate-other",
        "қолтаңба басқа сертификатпен жасалған",
        "подпись сделана с другим сертификатом",
    ),
    (
        "several-signers",
        "бір қолтаңба күтілген, құжатта бірнешеу",
        "ожидалась одна подпись, в документе несколько",
    ),
    (
        "several-documents",
        "файлда бірнеше құжат бар",
        "в файле несколько документов",
    ),
    (
        "too-large",
        "құжат оқылатын шектен үлкен",
        "документ больше, чем читается",
    ),
    (
        "too-deep",
        "құжат құрылымы тым терең",
        "структура документа слишком глубока",
    ),
    (
        "too-many",
        "құжатта бір нәрсе тым көп",
        "в документе чего-то слишком много",
    ),
    (
        "weak-algorithm",
        "қолтаңба сенімсіз алгоритмге сүйенеді",
        "подпись опирается на ненадёжный алгоритм",
    ),
    (
        "unsupported-algorithm",
        "алгоритмге қолдау жоқ",
        "алгоритм не поддерживается",
    ),
    (
        "chain-weak-algorithm",
        "тізбекте сенімсіз алгоритм бар",
        "в цепочке ненадёжный алгоритм",
    ),
    (
        "chain-algorithm",
        "тізбекте қолдау жоқ алгоритм бар",
        "в цепочке неподдерживаемый алгоритм",
    ),
    (
        "chain-not-found",
        "сенімді орталыққа дейін тізбек табылмады",
        "цепочка до доверенного центра не найдена",
    ),
    (
        "chain-signature",
        "сертификаттағы қолтаңба оны бергеннің қолтаңбасы емес",
        "подпись сертификата не принадлежит его издателю",
    ),
    (
        "certificate-expired",
        "сертификат мерзімі өткен",
        "срок сертификата истёк",
    ),
    (
        "certificate-not-yet-valid",
        "сертификат әлі күшіне енбеген",
        "сертификат ещё не действует",
    ),
    (
        "chain-expired",
        "орталық сертификатының мерзімі өткен",
        "срок сертификата центра истёк",
    ),
    (
        "chain-not-yet-valid",
        "орталық сертификаты әлі күшіне енбеген",
        "сертификат центра ещё не действует",
    ),
    (
        "chain-not-an-authority",
        "сертификат берген куәландырушы орталық емес",
        "издатель сертификата не удостоверяющий центр",
    ),
    (
        "chain-without-name",
        "сертификат берген орталықтың аты жоқ",
        "у издателя сертификата нет имени",
    ),
    (
        "chain-key-usage",
        "орталық кілті сертификатқа қол қоя алмайды",
        "ключ центра не может подписывать сертификаты",
    ),
    (
        "chain-path-length",
        "тізбек рұқсат етілгеннен ұзын",
        "цепочка длиннее допустимого",
    ),
    (
        "chain-critical-extension",
        "маңызды кеңейтім белгісіз",
        "критическое расширение неизвестно",
    ),
    (
        "chain-name-constraints",
        "аты орталыққа рұқсат етілмеген",
        "имя вне разрешённого центру",
    ),
    (
        "chain-policy",
        "сертификат саясаттары тізбекке рұқсат бермейді",
        "политики сертификатов не допускают цепочку",
    ),
    (
        "chain-extended-key-usage",
        "сертификат пен орталық мақсаттары сыйыспайды",
        "назначения сертификата и центра несовместимы",
    ),
    (
        "chain-too-costly",
        "тізбекті тексеру тым көп есептеуді қажет етеді",
        "проверка цепочки требует слишком много вычислений",
    ),
    (
        "certificate-too-large",
        "сертификат оқылатын шектен үлкен",
        "сертификат больше, чем читается",
    ),
    (
        "certificate-ambiguous",
        "екі тәуелсіз оқу құралы сертификатты әртүрлі оқиды",
        "два независимых средства читают сертификат по-разному",
    ),
    (
        "key-not-for-login",
        "кілт кіруге арналмаған",
        "ключ не для входа",
    ),
    (
        "key-not-for-signing",
        "кілт қол қоюға арналмаған",
        "ключ не для подписи",
    ),
    (
        "key-of-authority",
        "бұл куәландырушы орталықтың кілті",
        "это ключ удостоверяющего центра",
    ),
    (
        "key-algorithm",
        "кілт алгоритміне қолдау жоқ",
        "алгоритм ключа не поддерживается",
    ),
    (
        "key-usage",
        "кілтке қол қоюға рұқсат жоқ",
        "применение ключа не допускает подписи",
    ),
    (
        "key-other-purpose",
        "кілт басқа мақсатқа арналған",
        "ключ для другой цели",
    ),
    (
        "key-neither-login-nor-signing",
        "кілт кіруге де, қол қоюға да арналмаған",
        "ключ ни для входа, ни для подписи",
    ),
    (
        "certificate-revoked",
        "сертификат қайтарып алынған",
        "сертификат отозван",
    ),
    (
        "chain-revoked",
        "орталық сертификаты қайтарып алынған",
        "сертификат центра отозван",
    ),
    (
        "certificate-on-hold",
        "сертификат уақытша тоқтатылған",
        "сертификат приостановлен",
    ),
    (
        "chain-on-hold",
        "орталық сертификаты уақытша тоқтатылған",
        "сертификат центра приостановлен",
    ),
    (
        "certificate-never-issued",
        "орталық мұндай сертификат ешқашан бермегенін айтады",
        "центр сообщает, что никогда не выпускал такой сертификат",
    ),
    (
        "chain-never-issued",
        "мұндай орталық сертификаты ешқашан берілмеген",
        "такой сертификат центра никогда не выпускался",
    ),
    (
        "revocation-unknown",
        "сертификаттың қайтарып алынғаны белгісіз",
        "неизвестно, отозван ли сертификат",
    ),
    (
        "revocation-try-later",
        "жауап беруші кейінірек сұрауды өтінді",
        "ответчик просит спросить позже",
    ),
    (
        "evidence-unreadable",
        "берілген тізім не жауап оқылмайды және қайтарып алуды айтуы мүмкін",
        "указанный список или ответ не читается и может говорить об отзыве",
    ),
    (
        "timestamp-malformed",
        "уақыт белгісінің құрылымы бұзылған",
        "структура метки времени нарушена",
    ),
    (
        "timestamp-of-something-else",
        "уақыт белгісі осы қолтаңбаға қойылмаған",
        "метка времени не на этой подписи",
    ),
    (
        "timestamp-from-the-future",
        "уақыт белгісі болашақтан",
        "метка времени из будущего",
    ),
    (
        "timestamp-authority-purpose",
        "белгі қойған кілт тек уақыт белгілеріне арналмаған",
        "ключ метки не только для меток времени",
    ),
    (
        "timestamps-too-many",
        "уақыт белгілері тым көп, бәрі қаралмады",
        "меток времени слишком много, рассмотрены не все",
    ),
    (
        "enclosed-evidence-unreadable",
        "құжат ішіндегі дәлел оқылмайды",
        "свидетельство внутри документа не читается",
    ),
    (
        "enclosed-certificate-unreadable",
        "құжат ішіндегі сертификат оқылмайды",
        "сертификат внутри документа не читается",
    ),
    (
        "enclosed-evidence-unknown",
        "құжат ішіндегі дәлелдің түрі қаралмайды",
        "вид свидетельства внутри документа не рассматривается",
    ),
    (
        "attribute-ignored",
        "атрибут қаралмайды",
        "атрибут не рассматривается",
    ),
    (
        "evidence-not-needed",
        "дәлел сұралған сертификаттар туралы емес",
        "свидетельство не о нужных сертификатах",
    ),
    (
        "evidence-ran-out",
        "дәлелдің мерзімі өткен",
        "срок свидетельства истёк",
    ),
    (
        "evidence-from-the-future",
        "дәлел кейінгі сәттен",
        "свидетельство более позднего момента",
    ),
    (
        "evidence-not-signed",
        "дәлелге құқығы бар ешкім қол қоймаған",
        "свидетельство не подписано тем, кто вправе",
    ),
    (
        "evidence-other-nonce",
        "дәлел басқа сұраққа жауап",
        "свидетельство отвечает на другой вопрос",
    ),
    (
        "evidence-critical-extension",
        "дәлелде белгісіз маңызды кеңейтім бар",
        "в свидетельстве неизвестное критическое расширение",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The first literal after each of these calls in the sources of the tool.
    fn literals(call: &str) -> BTreeSet<String> {
        let sources = [include_str!("show.rs"), include_str!("inspect.rs")];
        let mut found = BTreeSet::new();
        for source in sources {
            for (at, _) in source.match_indices(call) {
                let rest = source[at + call.len()..].trim_start();
                if let Some(text) = rest.strip_prefix('"') {
                    found.insert(text.split('"').next().unwrap().to_owned());
                }
            }
        }
        found
    }

    fn known(table: &[Row]) -> BTreeSet<String> {
        table.iter().map(|(name, ..)| (*name).to_owned()).collect()
    }

    #[test]
    fn every_line_has_a_name_in_every_language() {
        let used = literals(".line(");
        assert!(used.len() > 50, "{used:?}");
        assert_eq!(used, known(LABELS));
        for call in ["value(", "kind("] {
            let missing: Vec<String> = literals(call)
                .into_iter()
                .filter(|word| !known(VALUES).contains(word))
                .collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    }

    #[test]
    fn every_code_of_a_reason_has_a_sentence_in_every_language() {
        let text = include_str!("../../../docs/eds.md");
        let (_, verdicts) = text.split_once("## Verdicts").unwrap();
        let (verdicts, _) = verdicts.split_once("Key files that do not open").unwrap();
        let codes: BTreeSet<String> = verdicts
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| {
                word.contains('-')
                    && word
                        .bytes()
                        .all(|octet| octet == b'-' || octet.is_ascii_lowercase())
            })
            .map(str::to_owned)
            .collect();
        assert!(codes.len() > 60, "{codes:?}");
        assert_eq!(codes, known(REASONS));
    }

    #[test]
    fn no_words_are_missing() {
        for table in [LABELS, VALUES, CHECKS, REASONS] {
            for (name, kk, ru) in table {
                assert!(!kk.is_empty() && !ru.is_empty(), "{name}");
            }
            assert_eq!(known(table).len(), table.len());
        }
    }
}
