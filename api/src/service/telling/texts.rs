//! The words of notices and mails in Kazakh, Russian and English: what has happened, what comes next, and
//! until when.

use super::outbox::Mail;
use balabaqsha_shared::{
    Language,
    language::Localized,
    notice::NoticeKind,
    number::{ApplicationNumber, ReferralNumber},
    time,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// So many places are named; the rest is counted.
const NAMED_PLACES: usize = 10;

/// What the words are filled with.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Given name.
    pub child: Option<String>,
    pub application: Option<ApplicationNumber>,
    pub referral: Option<ReferralNumber>,
    pub kindergarten: Option<Localized>,
    pub address: Option<Localized>,
    pub deadline: Option<NaiveDate>,
    pub previous_deadline: Option<NaiveDate>,
    /// Last day of the stop-list, or of the proof of a benefit.
    pub until: Option<NaiveDate>,
    /// As it is registered.
    pub birth_date: Option<NaiveDate>,
    pub revocable_until: Option<DateTime<Utc>>,
    pub places: Vec<FreePlaces>,
}

// It names a child.
impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}

/// Free places of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FreePlaces {
    pub locality: Localized,
    pub kindergarten: Localized,
    pub group: String,
    pub count: u32,
}

/// A notice in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub title: String,
    pub text: String,
}

/// Title and text, with placeholders.
type Template = (&'static str, &'static str);

const fn templates(kind: NoticeKind) -> [Template; 3] {
    match kind {
        NoticeKind::ReferralIssued => [
            (
                "{referral} жолдамасы берілді",
                "{child}: {kindergarten}, {address}. Баланы {deadline} күнін қоса алғанға дейін балабақшаға апарыңыз, қабылдауды балабақша растайды. Осы мерзімде ешкім келмесе, жолдаманың күші жойылады да, өтініш стоп-параққа түседі. Жолдаманы қайтарып алудың соңғы уақыты — {revocable}.",
            ),
            (
                "Выдано направление {referral}",
                "{child}: {kindergarten}, {address}. Приведите ребёнка в детский сад по {deadline} включительно, сад подтвердит зачисление. Если в этот срок никто не придёт, направление аннулируется, а заявление попадёт в стоп-лист. Отозвать направление можно до {revocable}.",
            ),
            (
                "Referral {referral} is issued",
                "{child}: {kindergarten}, {address}. Bring your child to the kindergarten no later than {deadline}; the kindergarten confirms the enrolment. If nobody comes by then, the referral lapses and the application goes on the stop-list. You can revoke the referral until {revocable}.",
            ),
        ],
        NoticeKind::TwoWorkingDaysLeft => [
            (
                "{referral} жолдамасы бойынша екі жұмыс күні қалды",
                "{child}: {kindergarten}, {address}. Баланы {deadline} күнін қоса алғанға дейін апарыңыз. Үлгермесеңіз, жолдаманы осы мерзім біткенше бір рет ұзартуға болады.",
            ),
            (
                "По направлению {referral} осталось два рабочих дня",
                "{child}: {kindergarten}, {address}. Приведите ребёнка по {deadline} включительно. Если вы не успеваете, направление можно один раз продлить, пока этот срок не истёк.",
            ),
            (
                "Two working days are left for referral {referral}",
                "{child}: {kindergarten}, {address}. Bring your child no later than {deadline}. If you cannot make it, you can extend the referral once before that day is over.",
            ),
        ],
        NoticeKind::OneWorkingDayLeft => [
            (
                "{referral} жолдамасының мерзімі {deadline} күні бітеді",
                "{child}: {kindergarten}, {address}. Баланы апаруға болатын соңғы күн — {deadline}. Одан кейін жолдаманың күші жойылады: орын босайды, өтініш стоп-параққа түседі, ал қайталанса, кезектен шығарылады.",
            ),
            (
                "Срок направления {referral} истекает {deadline}",
                "{child}: {kindergarten}, {address}. Последний день, когда можно привести ребёнка, — {deadline}. После него направление аннулируется: место освободится, заявление попадёт в стоп-лист, а при повторной просрочке будет снято с очереди.",
            ),
            (
                "Referral {referral} ends on {deadline}",
                "{child}: {kindergarten}, {address}. The last day to come is {deadline}. After that the referral lapses: the place becomes free, and the application goes on the stop-list, or off the queue if this happens a second time.",
            ),
        ],
        NoticeKind::ReferralExtended => [
            (
                "{referral} жолдамасы ұзартылды, соңғы күні — {deadline}",
                "{child}: {kindergarten}. Баланы апаруға болатын соңғы күн енді {deadline} (бұрын {previous}). Жолдама екінші рет ұзартылмайды.",
            ),
            (
                "Направление {referral} продлено до {deadline}",
                "{child}: {kindergarten}. Последний день, когда можно привести ребёнка, теперь {deadline} (было {previous}). Второй раз направление не продлевается.",
            ),
            (
                "Referral {referral} is extended to {deadline}",
                "{child}: {kindergarten}. The last day to arrive is now {deadline} (it was {previous}). A referral is not extended twice.",
            ),
        ],
        NoticeKind::ReferralRevoked => [
            (
                "{referral} жолдамасы қайтарып алынды",
                "{child}: {kindergarten}. Орын босады, {application} өтініші кезектегі бұрынғы орнына қайтты. Ештеңе істеу қажет емес: бос орын болса, қайта таңдай аласыз.",
            ),
            (
                "Направление {referral} отозвано",
                "{child}: {kindergarten}. Место свободно, заявление {application} вернулось на прежнее место в очереди. Делать ничего не нужно: когда есть свободные места, можно выбирать снова.",
            ),
            (
                "Referral {referral} is revoked",
                "{child}: {kindergarten}. The place is free again, and application {application} is back at the same place in the queue. You do not need to do anything; you can choose again while there are free places.",
            ),
        ],
        NoticeKind::ReferralLapsed => [
            (
                "{referral} жолдамасының күші жойылды",
                "{child}: {kindergarten}. {deadline} күнін қоса алғанға дейін ешкім келмеді. {application} өтініші {until} күнін қоса алғанға дейін стоп-парақта: бұл уақытта жолдама берілмейді. Одан кейін ол кезектегі бұрынғы орнына өзі қайтады. Екінші рет келмесеңіз, өтініш кезектен шығарылады.",
            ),
            (
                "Направление {referral} аннулировано: срок истёк",
                "{child}: {kindergarten}. По {deadline} включительно никто не пришёл. Заявление {application} в стоп-листе по {until} включительно: в это время направление получить нельзя. После этого оно само вернётся на прежнее место в очереди. При второй просрочке заявление снимается с очереди.",
            ),
            (
                "Referral {referral} has lapsed",
                "{child}: {kindergarten}. Nobody came by {deadline}, that day included. Application {application} is on the stop-list up to and including {until}: no referral can be issued until then. Afterwards it returns to the same place in the queue by itself. A second lapse takes it off the queue.",
            ),
        ],
        NoticeKind::ReferralAnnulled => [
            (
                "{referral} жолдамасының күшін қызметкер жойды",
                "{child}: {kindergarten}. Себебі мен {application} өтінішінің қазіргі күйі өтініш бетінде көрсетілген.",
            ),
            (
                "Направление {referral} аннулировано сотрудником",
                "{child}: {kindergarten}. Причина и нынешнее состояние заявления {application} — на его странице.",
            ),
            (
                "Referral {referral} was annulled by an official",
                "{child}: {kindergarten}. The reason and the present state of application {application} are on its page.",
            ),
        ],
        NoticeKind::StopListOver => [
            (
                "Стоп-парақ мерзімі бітті",
                "{child}: {application} өтініші бастапқы берілген сәтімен кезекте қайта тұр. Бос орын болса, балабақшаны енді таңдауға болады.",
            ),
            (
                "Стоп-лист закончился",
                "{child}: заявление {application} снова стоит в очереди с первоначальным временем подачи. Если есть свободные места, детский сад уже можно выбирать.",
            ),
            (
                "The stop-list is over",
                "{child}: application {application} is in the queue again with its original moment of submission. A kindergarten can be chosen now if there is a free place.",
            ),
        ],
        NoticeKind::Removed => [
            (
                "{application} өтініші кезектен шығарылды",
                "{child}: {referral} жолдамасы бойынша {deadline} күнін қоса алғанға дейін ешкім келмеді, бұл қайталанған жағдай. Орын босады, өтініш кезектен шығарылды. Жаңа өтінішті қазір-ақ беруге болады: ол кезекте жаңа сәтімен тұрады.",
            ),
            (
                "Заявление {application} снято с очереди",
                "{child}: по направлению {referral} никто не пришёл по {deadline} включительно, и это повторная просрочка. Место освободилось, заявление снято с очереди. Новое заявление можно подать уже сейчас: оно встанет в очередь с новым временем подачи.",
            ),
            (
                "Application {application} is off the queue",
                "{child}: nobody came by {deadline} for referral {referral}, and it was not the first time. The place is free and the application is off the queue. A new one can be submitted at once; its place in the queue counts from its new time of submission.",
            ),
        ],
        NoticeKind::Withdrawn => [
            (
                "{application} өтініші қайтарып алынды",
                "{child}: өтініш енді кезекте тұрған жоқ. Жаңа өтінішті кез келген уақытта беруге болады: ол кезекте жаңа сәтімен тұрады.",
            ),
            (
                "Заявление {application} отозвано",
                "{child}: заявление больше не стоит в очереди. Новое можно подать в любое время: оно встанет в очередь с новым временем подачи.",
            ),
            (
                "Application {application} is withdrawn",
                "{child}: the application is no longer in the queue. A new one can be submitted at any time; its place in the queue counts from its new time of submission.",
            ),
        ],
        NoticeKind::Enrolled => [
            (
                "Бала балабақшаға қабылданды",
                "{child}: {kindergarten} {referral} жолдамасы бойынша қабылдауды растады. Ештеңе істеу қажет емес. Қажет болса, бала үшін жаңа өтініш беруге болады.",
            ),
            (
                "Ребёнок зачислен",
                "{child}: {kindergarten} подтвердил зачисление по направлению {referral}. Делать ничего не нужно. Если понадобится, для ребёнка можно подать новое заявление.",
            ),
            (
                "The child is enrolled",
                "{child}: {kindergarten} has confirmed the enrolment with referral {referral}. You do not need to do anything. You can submit a new application for the child if you need one.",
            ),
        ],
        NoticeKind::EnrolmentUndone => [
            (
                "Қабылдау туралы белгі алынып тасталды",
                "{child}: {kindergarten} {referral} жолдамасы бойынша белгіні қате деп алып тастады. Жолдама қайта күшінде: баланы {deadline} күнін қоса алғанға дейін апарыңыз немесе балабақшадан анықтаңыз.",
            ),
            (
                "Отметка о зачислении снята",
                "{child}: {kindergarten} снял отметку о зачислении по направлению {referral} как ошибочную. Направление снова действует: приведите ребёнка по {deadline} включительно или уточните в детском саду.",
            ),
            (
                "Enrolment undone",
                "{child}: {kindergarten} has taken the enrolment on referral {referral} back as a mistake. The referral is active again: take the child there by {deadline}, that day included, or ask the kindergarten.",
            ),
        ],
        NoticeKind::AttachmentRequested => [
            (
                "{application} өтінішіне екінші ата-ана қосылуды сұрайды",
                "{child}: сұрау өтініш бетінде тұр. Сіз растамайынша, ол адамға ештеңе көрінбейді. Адамды танымасаңыз, сұраудан бас тартыңыз.",
            ),
            (
                "Второй родитель просит прикрепить заявление {application}",
                "{child}: запрос — на странице заявления. Пока вы его не подтвердите, этому человеку ничего не видно. Если вы его не знаете, отклоните запрос.",
            ),
            (
                "A second parent asks for application {application}",
                "{child}: the request is on the page of the application. Until you approve it, that person sees nothing. Decline it if you do not know them.",
            ),
        ],
        NoticeKind::Attached => [
            (
                "{application} өтінішіне екінші ата-ана қосылды",
                "{child}: енді өтініш екі ата-анаға да көрінеді, екеуі де онымен бірдей әрекет ете алады.",
            ),
            (
                "Заявление {application} прикреплено ко второму родителю",
                "{child}: теперь заявление видят оба родителя, и оба могут делать с ним одно и то же.",
            ),
            (
                "Application {application} is attached to a second parent",
                "{child}: both parents see the application now, and both may do the same with it.",
            ),
        ],
        NoticeKind::AttachmentDeclined => [
            (
                "{application} өтінішіне қосылу сұрауы қабылданбады",
                "Өтініш сізге көрінбейді. Бұл қате болса, өтінішті берген ата-анамен сөйлесіп, сұрауды қайта жіберіңіз.",
            ),
            (
                "Запрос на прикрепление заявления {application} отклонён",
                "Заявление вам не видно. Если это ошибка, поговорите с родителем, который его подал, и отправьте запрос снова.",
            ),
            (
                "The request to attach application {application} was declined",
                "The application is not visible to you. If this is a mistake, talk to the parent who submitted it and ask again.",
            ),
        ],
        NoticeKind::AttachmentEnded => [
            (
                "{application} өтінішінің тіркелуі тоқтады",
                "Өтініш енді бір ата-анаға ғана көрінеді. Кім және қашан тоқтатқаны өтініш тарихында. Бұл қате болса, тіркеуді қайта сұрауға болады.",
            ),
            (
                "Прикрепление заявления {application} прекращено",
                "Заявление теперь видит только один родитель. Кто и когда его прекратил — в истории заявления. Если это ошибка, прикрепление можно запросить снова.",
            ),
            (
                "The attachment of application {application} has ended",
                "Only one parent sees the application now. Its history says when that was decided. If it is a mistake, attaching can be asked for again.",
            ),
        ],
        NoticeKind::LateEnrolmentUndone => [
            (
                "Кеш расталған қабылдау алынып тасталды",
                "{child}: {kindergarten} {referral} жолдамасы бойынша белгіні қате деп алып тастады. Жолдаманың мерзімі бұрынғыдай өткен; өтініштің қазіргі күйі оның бетінде. Келіспесеңіз, білім бөліміне жүгініңіз.",
            ),
            (
                "Поздняя отметка о зачислении снята",
                "{child}: {kindergarten} снял отметку по направлению {referral} как ошибочную. Срок направления по-прежнему истёк; нынешнее состояние заявления — на его странице. Если вы не согласны, обратитесь в отдел образования.",
            ),
            (
                "The late enrolment was undone",
                "{child}: {kindergarten} has taken the enrolment on referral {referral} back as a mistake. The referral has lapsed as before; the present state of the application is on its page. If you do not agree, turn to the education department.",
            ),
        ],
        NoticeKind::EnrolmentEnded => [
            (
                "{kindergarten}: қабылдау аяқталды",
                "{child}: бала кейін басқа балабақшаға қабылданды, сондықтан {referral} жолдамасы бойынша орын босады: баланың бір орны болады. Ештеңе істеу қажет емес. Бұл қате болса, білім бөліміне жүгініңіз.",
            ),
            (
                "{kindergarten}: зачисление прекращено",
                "{child}: позже ребёнок зачислен в другой детский сад, поэтому место по направлению {referral} освобождено: у ребёнка одно место. Делать ничего не нужно. Если это ошибка, обратитесь в отдел образования.",
            ),
            (
                "{kindergarten}: the enrolment has ended",
                "{child}: the child was enrolled in another kindergarten later, so the place by referral {referral} is free: a child has one place. Nothing has to be done. If this is a mistake, turn to the education department.",
            ),
        ],
        NoticeKind::ReferralRestored => [
            (
                "{referral} жолдамасы қайта күшінде",
                "{child}: {kindergarten}, {address}. Қызметкер жолдаманы қалпына келтірді. Баланы {deadline} күнін қоса алғанға дейін апарыңыз; стоп-парақ енді жоқ.",
            ),
            (
                "Направление {referral} снова действует",
                "{child}: {kindergarten}, {address}. Сотрудник восстановил направление. Приведите ребёнка по {deadline} включительно; стоп-листа больше нет.",
            ),
            (
                "Referral {referral} is active again",
                "{child}: {kindergarten}, {address}. An official has restored the referral. Take the child there by {deadline}, that day included; there is no stop-list any more.",
            ),
        ],
        NoticeKind::LapseExcused => [
            (
                "{application} өтініші кезекке қайтарылды",
                "{child}: қызметкер өткен мерзімді есептемеуді шешті. Топта орын қалмаған, сондықтан өтініш кезектегі бұрынғы орнында тұр; стоп-парақ жоқ.",
            ),
            (
                "Заявление {application} возвращено в очередь",
                "{child}: сотрудник решил не считать просрочку. Места в группе уже нет, поэтому заявление стоит в очереди на прежнем месте; стоп-листа нет.",
            ),
            (
                "Application {application} is in the queue again",
                "{child}: an official has taken the lapse back. The group has no place left, so the application has its old place in the queue; there is no stop-list.",
            ),
        ],
        NoticeKind::ChildCorrected => [
            (
                "Бала туралы деректер түзетілді",
                "{child}: қызметкер {application} өтінішіндегі аты-жөнін немесе туған күнін түзетті. Берілген уақыты сақталды; туған жылы өзгерсе, өтініш сол жылдың кезегінде тұр.",
            ),
            (
                "Данные ребёнка исправлены",
                "{child}: сотрудник исправил имя или дату рождения в заявлении {application}. Момент подачи сохранён; если изменился год рождения, заявление стоит в очереди этого года.",
            ),
            (
                "The data of the child was corrected",
                "{child}: an official has corrected the name or the birth date in application {application}. The moment of submission is kept; if the year of birth has changed, the application stands in the queue of that year.",
            ),
        ],
        NoticeKind::Superseded => [
            (
                "{application} өтініші жабылды",
                "{child}: осы баланың бұрынғы өтініші қайта қолданыста, ал бір елді мекенде бір өтініш болады. Ештеңе істеу қажет емес.",
            ),
            (
                "Заявление {application} закрыто",
                "{child}: прежнее заявление этого ребёнка снова действует, а в одном населённом пункте заявление одно. Делать ничего не нужно.",
            ),
            (
                "Application {application} is closed",
                "{child}: an earlier application of the child is active again, and there is one in a locality. Nothing has to be done.",
            ),
        ],
        NoticeKind::BenefitClaimed => [
            (
                "{application} өтініші бойынша жеңілдік тексеріледі",
                "{child}: құжаттар өтініш бетінде тіркелсе, маман бес жұмыс күні ішінде шешеді. Оған дейін бұрын расталған санат, ал ол болмаса жалпы кезек есептеледі; расталса, жеңілдік бастапқы берілген сәттен есептеледі.",
            ),
            (
                "Льгота по заявлению {application} проверяется",
                "{child}: если документы приложены на странице заявления, специалист решит в течение пяти рабочих дней. До этого считается категория, подтверждённая ранее, а без неё общая очередь; подтверждённая льгота считается с первоначального времени подачи.",
            ),
            (
                "The benefit of application {application} is to be confirmed",
                "{child}: once the proofs are added on the page of the application, an official decides within five working days. Until then the category that was confirmed before counts, or else the general one; a confirmed benefit counts from the original moment of submission.",
            ),
        ],
        NoticeKind::BenefitConfirmed => [
            (
                "{application} өтініші бойынша жеңілдік расталды",
                "{child}: жеңілдік бастапқы берілген сәттен есептеледі; кезектегі нөмір өзгеруі мүмкін.",
            ),
            (
                "Льгота по заявлению {application} подтверждена",
                "{child}: льгота считается с первоначального времени подачи; номер в очереди мог измениться.",
            ),
            (
                "The benefit of application {application} is confirmed",
                "{child}: it counts from the original moment of submission; the number in the queue may have changed.",
            ),
        ],
        NoticeKind::BenefitRefused => [
            (
                "{application} өтініші бойынша жеңілдік расталмады",
                "{child}: өтініш жалпы кезекте тұр. Себебі өтініш тарихында. Құжаттарды толықтырып, өтініш бетінде қайта сұрауға болады.",
            ),
            (
                "Льгота по заявлению {application} не подтверждена",
                "{child}: заявление стоит в общей очереди. Причина — в истории заявления. На странице заявления можно дополнить документы и обратиться снова.",
            ),
            (
                "The benefit of application {application} was refused",
                "{child}: the application stands in the general queue. The reason is in its history. On the page of the application you can add proofs and ask again.",
            ),
        ],
        NoticeKind::BenefitEnding => [
            (
                "{application} өтініші бойынша жеңілдік {until} күні бітеді",
                "{child}: растайтын құжат {until} күнін қоса алғанға дейін жарамды. Жаңасын өтініш бетінде жіберіңіз; жіберілмесе, келесі күннен бастап жалпы кезек есептеледі. Бастапқы берілген сәт сақталады.",
            ),
            (
                "Льгота по заявлению {application} действует по {until}",
                "{child}: подтверждающий документ действует по {until} включительно. Отправьте новый на странице заявления; без него со следующего дня считается общая очередь. Первоначальное время подачи сохраняется.",
            ),
            (
                "The benefit of application {application} ends on {until}",
                "{child}: the proof holds until {until} inclusive. Send a new one on the page of the application; without it the general queue counts from the next day on. The original moment of submission is kept.",
            ),
        ],
        NoticeKind::BenefitExpired => [
            (
                "{application} өтініші бойынша жеңілдік бітті",
                "{child}: растайтын құжаттың мерзімі өтті, енді жалпы кезек есептеледі. Өтініш бетінде жаңа құжат жіберуге болады; расталса, жеңілдік бастапқы берілген сәттен есептеледі.",
            ),
            (
                "Льгота по заявлению {application} закончилась",
                "{child}: срок подтверждающего документа истёк, теперь считается общая очередь. Новый документ можно отправить на странице заявления; после подтверждения льгота снова считается с первоначального времени подачи.",
            ),
            (
                "The benefit of application {application} has ended",
                "{child}: the proof no longer holds, and the general queue counts. You can send a new proof on the page of the application; once confirmed, the benefit counts again from the original moment of submission.",
            ),
        ],
        NoticeKind::ChildVerified => [
            (
                "{application} өтініші бойынша ата-ана екеніңіз расталды",
                "{child}: енді бос орын болса, балабақшаны таңдауға болады.",
            ),
            (
                "Родительство по заявлению {application} подтверждено",
                "{child}: теперь при свободных местах можно выбирать детский сад.",
            ),
            (
                "Parenthood for application {application} is confirmed",
                "{child}: a kindergarten can be chosen now when there is a free place.",
            ),
        ],
        NoticeKind::BirthDateRegistered => [
            (
                "{application} өтінішінде туған күні түзетілді",
                "{child}: тіркелген туған күні — {birth_date}; жас пен кезек жылы соған қарай есептеледі. Бұл қате болса, білім бөліміне жүгініңіз.",
            ),
            (
                "В заявлении {application} исправлена дата рождения",
                "{child}: по регистрации дата рождения — {birth_date}; по ней считаются возраст и год очереди. Если это ошибка, обратитесь в отдел образования.",
            ),
            (
                "The birth date in application {application} was corrected",
                "{child}: the registered birth date is {birth_date}; age and queue follow it. If this is a mistake, turn to the education department.",
            ),
        ],
        NoticeKind::ClaimMade => [
            (
                "{application} өтінішіндегі баланы басқа адам да кезекке қоюда",
                "{child}: оның өтініші кезекке қатыспайды және орын ала алмайды. Бұл екінші ата-ана болса, сұрауды өтінішті тіркеу бетінде растаңыз. Танымасаңыз, бас тартып, білім бөліміне хабарлаңыз.",
            ),
            (
                "Ребёнка из заявления {application} ставит в очередь ещё один человек",
                "{child}: его заявление не участвует в очереди и не может занять место. Если это второй родитель, подтвердите запрос на странице прикреплений. Если вы его не знаете, отклоните запрос и сообщите в отдел образования.",
            ),
            (
                "Somebody else has applied for the child of application {application}",
                "{child}: that application does not take part in the queue and can hold no place. If it is the second parent, approve the request on the page of attachments. If you do not know them, decline it and tell the education department.",
            ),
        ],
        NoticeKind::ClaimEnded => [
            (
                "{application} өтініші енді кезекке қатысады",
                "{child}: өтініш өзінің берілген сәтімен кезекте тұр. Бос орын болса, балабақшаны таңдауға болады.",
            ),
            (
                "Заявление {application} теперь участвует в очереди",
                "{child}: заявление стоит в очереди со своим временем подачи. Если есть свободные места, можно выбирать детский сад.",
            ),
            (
                "Application {application} takes part in the queue now",
                "{child}: it stands in the queue with its own moment of submission. A kindergarten can be chosen when there is a free place.",
            ),
        ],
        NoticeKind::Disputed => [
            (
                "{application} өтініші бойынша дау бар",
                "{child}: осы баланың ата-анасы ретінде басқа адам расталды немесе қызметкер күмәнданды. Шешімге дейін өтініш кезекке қатыспайды. Туу туралы куәлікпен білім бөліміне жүгініңіз.",
            ),
            (
                "По заявлению {application} идёт спор",
                "{child}: родителем ребёнка подтверждён другой человек, или у сотрудника есть сомнения. До решения заявление не участвует в очереди. Обратитесь в отдел образования со свидетельством о рождении.",
            ),
            (
                "Application {application} is disputed",
                "{child}: somebody else was confirmed as a parent of the child, or an official has doubts. Until it is decided the application does not take part in the queue. Go to the education department with the birth certificate.",
            ),
        ],
        NoticeKind::DecidedFor => [
            (
                "{application} өтініші бойынша дау сіздің пайдаңызға шешілді",
                "{child}: өтініш бастапқы берілген сәтімен кезекке қайта қатысады.",
            ),
            (
                "Спор по заявлению {application} решён в вашу пользу",
                "{child}: заявление снова участвует в очереди с первоначальным временем подачи.",
            ),
            (
                "The dispute about application {application} is decided for you",
                "{child}: the application takes part in the queue again with its original moment of submission.",
            ),
        ],
        NoticeKind::DecidedAgainst => [
            (
                "{application} өтініші кезектен шығарылды",
                "{child}: қызметкер дауды өтінішке қарсы шешті; жолдама болған болса, оның күші жойылды. Себебі өтініш тарихында. Келіспесеңіз, білім бөліміне жүгініңіз.",
            ),
            (
                "Заявление {application} снято с очереди",
                "{child}: сотрудник решил спор против заявления; если было направление, оно аннулировано. Причина — в истории заявления. Если вы не согласны, обратитесь в отдел образования.",
            ),
            (
                "Application {application} is off the queue",
                "{child}: an official has decided against the application; a referral, if there was one, is annulled. The reason is in its history. If you do not agree, turn to the education department.",
            ),
        ],
        NoticeKind::PlaceAvailable => [
            (
                "Жазылымыңызға сай бос орындар: {count}",
                "Мемлекеттік тапсырыс бойынша бос орындар шықты:\n{places}\nОрын бірінші болып жолдамаға қол қойған адамға беріледі. Баланың кезекте тұрған өтініші болса, балабақшаны қазір таңдауға болады.",
            ),
            (
                "Свободные места по вашей подписке: {count}",
                "Появились свободные места по государственному заказу:\n{places}\nМесто получает тот, кто первым подпишет направление. Если заявление ребёнка стоит в очереди, детский сад можно выбрать уже сейчас.",
            ),
            (
                "Free places that fit your subscription: {count}",
                "There are free places under the state order:\n{places}\nA place goes to whoever signs for it first. If the child's application is in the queue, you can choose the kindergarten now.",
            ),
        ],
        NoticeKind::EmailRefused => [
            (
                "Хаттар сізге жетпейді",
                "Пошта сервері мұндай электрондық пошта мекенжайы жоқ деп жауап берді, сондықтан хаттар сізге жетпейді. Жеке кабинетте басқа мекенжайды көрсетіңіз. Хабарламалар осы жерде бұрынғыдай көрсетіледі.",
            ),
            (
                "Письма до вас не доходят",
                "Почтовый сервер ответил, что такого адреса электронной почты нет, поэтому письма до вас не доходят. Укажите в личном кабинете другой адрес. Уведомления здесь показываются как прежде.",
            ),
            (
                "Mails do not reach you",
                "A mail server answered that there is no such e-mail address, so mails do not reach you. Give another address in your account. Notices are shown here as before.",
            ),
        ],
    }
}

/// A notice in the words of a language.
#[must_use]
pub fn notice(language: Language, kind: NoticeKind, facts: &Facts) -> Words {
    let [kk, ru, en] = templates(kind);
    let (title, text) = language.pick(kk, ru, en);
    Words {
        title: fill(title, language, facts),
        text: fill(text, language, facts),
    }
}

fn fill(template: &str, language: Language, facts: &Facts) -> String {
    let name = |name: &Option<Localized>| {
        name.as_ref()
            .map_or(String::new(), |name| name.get(language).to_owned())
    };
    let day = |day: Option<NaiveDate>| {
        day.map_or(String::new(), |day| day.format("%d.%m.%Y").to_string())
    };
    let number = |number: Option<&str>| number.unwrap_or_default().to_owned();
    let count: u32 = facts.places.iter().map(|places| places.count).sum();
    let revocable = facts.revocable_until.map_or(String::new(), |at| {
        time::local(at).format("%d.%m.%Y %H:%M").to_string()
    });
    let values = [
        ("{child}", facts.child.clone().unwrap_or_default()),
        (
            "{application}",
            number(facts.application.as_ref().map(ApplicationNumber::as_str)),
        ),
        (
            "{referral}",
            number(facts.referral.as_ref().map(ReferralNumber::as_str)),
        ),
        ("{kindergarten}", name(&facts.kindergarten)),
        ("{address}", name(&facts.address)),
        ("{deadline}", day(facts.deadline)),
        ("{previous}", day(facts.previous_deadline)),
        ("{until}", day(facts.until)),
        ("{birth_date}", day(facts.birth_date)),
        ("{revocable}", revocable),
        ("{count}", count.to_string()),
        ("{places}", places(language, &facts.places)),
    ];
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
}

fn places(language: Language, places: &[FreePlaces]) -> String {
    let mut lines: Vec<String> = places
        .iter()
        .take(NAMED_PLACES)
        .map(|place| {
            format!(
                "— {}, {}, {}: {}",
                place.locality.get(language),
                place.kindergarten.get(language),
                place.group,
                place.count
            )
        })
        .collect();
    let more = places.len().saturating_sub(NAMED_PLACES);
    if more > 0 {
        let words = language.pick("тағы да топтар", "и ещё групп", "and more groups");
        lines.push(format!("— {words}: {more}"));
    }
    lines.join("\n")
}

/// The mail of a notice; `page` is where the reader finds more.
#[must_use]
pub fn mail(language: Language, kind: NoticeKind, facts: &Facts, page: &str) -> Mail {
    let Words { title, text } = notice(language, kind, facts);
    let (hello, more, wanted, obligatory, end) = language.pick(
        (
            "Сәлеметсіз бе!",
            "Толығырақ:",
            "Мұндай хаттарды жеке кабинеттің «Хабарламалар» бөлімінде өшіруге болады.",
            "Бұл — міндетті хабарлама, ол өшірілмейді.",
            "Балабақша — балабақшаға кезек қызметі",
        ),
        (
            "Здравствуйте!",
            "Подробнее:",
            "Такие письма можно отключить в личном кабинете, в разделе «Уведомления».",
            "Это обязательное уведомление, оно не отключается.",
            "Балабақша — очередь в детские сады",
        ),
        (
            "Hello,",
            "More:",
            "You can switch mails like this off in your account, under “Notices”.",
            "This notice is obligatory and cannot be switched off.",
            "Balabaqsha — places in kindergartens",
        ),
    );
    let switch = if kind.obligatory() {
        obligatory
    } else {
        wanted
    };
    Mail {
        subject: title,
        body: format!("{hello}\n\n{text}\n\n{more} {page}\n\n{switch}\n\n{end}\n"),
    }
}

/// The mail of a notice to an address that nobody has confirmed. It may be a stranger's, so it says
/// that there is something to read and nothing of it; `page` is where the reader's notices are.
#[must_use]
pub fn mail_to_unconfirmed(language: Language, page: &str) -> Mail {
    let (subject, body) = language.pick(
        (
            "Жеке кабинетіңізде жаңа хабарлама бар",
            "Сәлеметсіз бе!\n\n\
             Жеке кабинетіңізде жаңа хабарлама бар. Онда мерзім көрсетілуі мүмкін, сондықтан кейінге \
             қалдырмай оқыңыз: {page}\n\n\
             Бұл мекенжай әлі расталмаған, сондықтан хабарламаның өзі хатпен жіберілмейді. Мекенжайды \
             жеке кабинетте, «Электрондық пошта» бөлімінде растаңыз.\n\n\
             Егер сіз бұл мекенжайды көрсетпесеңіз, хатты елемеңіз.\n\n\
             Балабақша — балабақшаға кезек қызметі\n",
        ),
        (
            "В личном кабинете новое уведомление",
            "Здравствуйте!\n\n\
             В вашем личном кабинете новое уведомление. В нём может быть указан срок, поэтому прочитайте \
             его не откладывая: {page}\n\n\
             Этот адрес ещё не подтверждён, поэтому само уведомление по почте не отправляется. \
             Подтвердите адрес в личном кабинете, в разделе «Электронная почта».\n\n\
             Если вы не указывали этот адрес, не обращайте внимания на письмо.\n\n\
             Балабақша — очередь в детские сады\n",
        ),
        (
            "There is a new notice in your account",
            "Hello,\n\n\
             There is a new notice in your account. It may name a deadline, so read it soon: {page}\n\n\
             This address has not been confirmed yet, so the notice itself is not mailed. Confirm the \
             address in your account, under “E-mail”.\n\n\
             If you have not given this address, ignore this mail.\n\n\
             Balabaqsha — places in kindergartens\n",
        ),
    );
    Mail {
        subject: subject.to_owned(),
        body: body.replace("{page}", page),
    }
}

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

/// Tells the address of before that another has taken its place (R1).
#[must_use]
pub fn replaced_address(language: Language, address: &str) -> Mail {
    let (subject, body) = language.pick(
        (
            "Электрондық пошта ауыстырылды",
            "Сәлеметсіз бе!\n\n\
             Жеке кабинетіңіздің электрондық поштасы ауыстырылды, жаңасы: {address}\n\n\
             Бұдан былай хаттар сонда келеді, осы мекенжайға келмейді.\n\n\
             Егер мұны сіз жасамасаңыз, жеке кабинетке кіріп, «Сеанстар» бөлімінде басқа сеанстарды аяқтаңыз да, өз мекенжайыңызды көрсетіңіз.\n\n\
             Балабақша — балабақшаға кезек қызметі\n",
        ),
        (
            "Адрес электронной почты заменён",
            "Здравствуйте!\n\n\
             Адрес электронной почты вашего личного кабинета заменён, новый: {address}\n\n\
             Письма теперь приходят на него, на этот адрес больше не приходят.\n\n\
             Если это сделали не вы, войдите в личный кабинет, завершите другие сеансы в разделе «Сеансы» и укажите свой адрес.\n\n\
             Балабақша — очередь в детские сады\n",
        ),
        (
            "Your e-mail address was replaced",
            "Hello,\n\n\
             The e-mail address of your account was replaced, the new one is: {address}\n\n\
             Mails go there from now on and no longer to this address.\n\n\
             If it was not you, log in, end the other sessions under “Sessions” and give your own address.\n\n\
             Balabaqsha — places in kindergartens\n",
        ),
    );
    Mail {
        subject: subject.to_owned(),
        body: body.replace("{address}", address),
    }
}

/// Tells of a login with a phone from a browser that is new.
#[must_use]
pub fn login_with_phone(language: Language, device: Option<&str>, at: DateTime<Utc>) -> Mail {
    let unknown = language.pick(
        "белгісіз браузер",
        "неизвестный браузер",
        "an unknown browser",
    );
    let (subject, body) = language.pick(
        (
            "Кабинетке телефон арқылы кірді",
            "Сәлеметсіз бе!\n\n\
             {at} жеке кабинетіңізге eGov Mobile арқылы жаңа браузерден кірді: {device}.\n\n\
             Егер бұл сіз болмасаңыз немесе біреу жіберген QR-кодты сканерлесеңіз, жеке кабинетке кіріп, «Сеанстар» бөлімінде басқа сеанстарды аяқтаңыз.\n\n\
             Балабақша — балабақшаға кезек қызметі\n",
        ),
        (
            "Вход в кабинет с телефоном",
            "Здравствуйте!\n\n\
             {at} в ваш личный кабинет вошли с помощью eGov Mobile из нового браузера: {device}.\n\n\
             Если это были не вы или вы отсканировали QR-код, который кто-то прислал, войдите в личный кабинет и завершите другие сеансы в разделе «Сеансы».\n\n\
             Балабақша — очередь в детские сады\n",
        ),
        (
            "Login with the phone",
            "Hello,\n\n\
             On {at} somebody logged in to your account with eGov Mobile from a new browser: {device}.\n\n\
             If it was not you, or if you scanned a QR code that somebody sent, log in and end the other sessions under “Sessions”.\n\n\
             Balabaqsha — places in kindergartens\n",
        ),
    );
    let at = time::local(at).format(time::MOMENT).to_string();
    Mail {
        subject: subject.to_owned(),
        body: body
            .replace("{at}", &at)
            .replace("{device}", device.unwrap_or(unknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            child: Some("Айлин".into()),
            application: Some(ApplicationNumber::new("АКТ", 2026, 4512)),
            referral: Some(ReferralNumber::new("АКТ", 2026, 1873)),
            kindergarten: Some(Localized::new("«Күншуақ»", "«Куншуак»", "Kunshuaq")),
            address: Some(Localized::new("Абай 12", "ул. Абая, 12", "12 Abai")),
            deadline: Some("2026-11-30".parse().unwrap()),
            previous_deadline: Some("2026-11-27".parse().unwrap()),
            until: Some("2026-12-14".parse().unwrap()),
            birth_date: Some("2022-05-10".parse().unwrap()),
            revocable_until: Some("2026-11-24T05:30:00Z".parse().unwrap()),
            places: vec![FreePlaces {
                locality: Localized::new("Алға", "Алга", "Alga"),
                kindergarten: Localized::new("«Балапан»", "«Балапан»", "Balapan"),
                group: "Ботақан".into(),
                count: 2,
            }],
        }
    }

    #[test]
    fn every_kind_has_its_own_words_in_every_language_and_they_are_filled() {
        for kind in NoticeKind::ALL {
            let [kk, ru, en] = Language::ALL.map(|language| notice(language, kind, &facts()));
            assert!(kk.text != ru.text && ru.text != en.text, "{kind:?}");
            assert!(kk.title != ru.title && ru.title != en.title, "{kind:?}");
            for words in [kk, ru, en] {
                let all = format!("{}{}", words.title, words.text);
                assert!(!all.contains(['{', '}']), "{all}");
                assert!(!words.title.contains('\n'), "a header has one line");
            }
        }
    }

    #[test]
    fn the_same_placeholders_stand_in_every_language() {
        let of = |(title, text): Template| {
            let mut names: Vec<_> = format!("{title} {text}")
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names.dedup();
            names
        };
        for kind in NoticeKind::ALL {
            let [kk, ru, en] = templates(kind).map(of);
            assert_eq!(kk, ru, "{kind:?}");
            assert_eq!(ru, en, "{kind:?}");
        }
    }

    #[test]
    fn what_is_to_be_done_has_its_day() {
        let issued = notice(Language::Ru, NoticeKind::ReferralIssued, &facts());
        assert_eq!(issued.title, "Выдано направление АКТ-Н-2026-001873");
        assert!(
            issued.text.contains("по 30.11.2026 включительно"),
            "{}",
            issued.text
        );
        assert!(
            issued.text.contains("24.11.2026 10:30"),
            "local time: {}",
            issued.text
        );
        let lapsed = notice(Language::En, NoticeKind::ReferralLapsed, &facts());
        assert!(
            lapsed.text.contains("including 14.12.2026"),
            "{}",
            lapsed.text
        );
    }

    #[test]
    fn a_mail_says_whether_it_can_be_switched_off() {
        let mail = |kind| mail(Language::Ru, kind, &facts(), "https://example.kz/a");
        assert!(mail(NoticeKind::Enrolled).body.contains("можно отключить"));
        let issued = mail(NoticeKind::ReferralIssued);
        assert!(issued.body.contains("не отключается"));
        assert!(issued.body.contains("https://example.kz/a") && issued.body.contains("30.11.2026"));
    }

    #[test]
    fn a_mail_to_an_address_nobody_confirmed_has_its_words_in_every_language() {
        let page = "https://example.kz/notices";
        let mails = Language::ALL.map(|language| mail_to_unconfirmed(language, page));
        for mail in &mails {
            assert!(mail.body.contains(page), "{}", mail.body);
            assert!(!mail.subject.contains(['{', '\n']) && !mail.body.contains(['{', '}']));
        }
        let [kk, ru, en] = mails;
        assert!(kk.body != ru.body && ru.body != en.body);
        assert!(kk.subject != ru.subject && ru.subject != en.subject);
    }

    #[test]
    fn many_places_are_counted() {
        let one = facts().places.remove(0);
        let facts = Facts {
            places: vec![one; 13],
            ..facts()
        };
        let words = notice(Language::Ru, NoticeKind::PlaceAvailable, &facts);
        assert!(words.title.ends_with(": 26"), "{}", words.title);
        assert_eq!(words.text.matches("Балапан").count(), 10);
        assert!(words.text.contains("и ещё групп: 3"), "{}", words.text);
    }

    #[test]
    fn every_language_has_its_own_words_for_the_confirmation_code() {
        let mails = Language::ALL.map(|language| confirmation_code(language, "042137"));
        for mail in &mails {
            assert!(mail.subject.contains("042137") && mail.body.contains("042137"));
            assert!(!mail.subject.contains('{') && !mail.body.contains('{'));
            assert!(!mail.subject.contains('\n'), "a header has one line");
        }
        let [kk, ru, en] = mails;
        assert!(kk.body != ru.body && ru.body != en.body && kk.subject != ru.subject);
    }

    #[test]
    fn every_language_has_its_own_words_for_a_login_with_a_phone() {
        let at = DateTime::UNIX_EPOCH;
        let known = Some("Chrome, Windows");
        let mails = Language::ALL.map(|language| login_with_phone(language, known, at));
        for mail in &mails {
            assert!(mail.body.contains("Chrome, Windows") && !mail.body.contains('{'));
            assert!(mail.body.contains("01.01.1970 05:00:00"));
        }
        let [kk, ru, en] = mails;
        assert!(kk.body != ru.body && ru.body != en.body && kk.subject != ru.subject);
        let unknown = login_with_phone(Language::En, None, at);
        assert!(unknown.body.contains("an unknown browser"));
    }

    #[test]
    fn every_language_has_its_own_words_for_a_new_address() {
        for words in [new_address, replaced_address] {
            let mails = Language::ALL.map(|language| words(language, "new@example.kz"));
            for mail in &mails {
                assert!(mail.body.contains("new@example.kz") && !mail.body.contains('{'));
            }
            let [kk, ru, en] = mails;
            assert!(kk.body != ru.body && ru.body != en.body && kk.subject != ru.subject);
        }
    }
}
