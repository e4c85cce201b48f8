//! Signed acts (R17): each keeps the exact bytes that were signed, the signature, the verdict on
//! it, and the facts of its PDF.

use super::{
    access::{self, visible},
    applications::hex,
    eds::{Rules, Signed},
    error::{Error, Result},
    evidence, views,
};
use crate::state::App;
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language, Localized,
    code::Code,
    dto::{self, DocumentKind, ServiceMode},
    id::{ApplicationId, DocumentId, PersonId, ReferralId},
    mask,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, kindergartens::Place, localities::Locality,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::{sync::Semaphore, time::timeout};

/// Papers that are drawn at once; each takes a core.
static DRAWING: Semaphore = Semaphore::const_new(2);
/// How long somebody waits for a paper to be begun.
const PATIENCE: Duration = Duration::from_secs(20);

/// A statement with the signature that was just judged.
#[derive(Debug)]
pub struct SignedAct {
    signer: PersonId,
    content: Vec<u8>,
    signed: Signed,
    at: DateTime<Utc>,
    /// Whether a time stamp is to be got for it.
    stamped: bool,
}

/// What the list of documents shows of a signature, beside the whole report.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredReport {
    pub(super) signer: dto::Signer,
    pub(super) verdict: dto::SignatureVerdict,
    /// Everything the verification found.
    report: serde_json::Value,
    /// What answers about revocation had to be like; absent in acts from before they were asked for.
    #[serde(default)]
    pub(super) rules: Option<Rules>,
}

impl StoredReport {
    /// The moment for which certificates were judged.
    pub(super) fn judged_at(&self) -> Option<DateTime<Utc>> {
        serde_json::from_value(self.report.get("judged_at")?.clone()).ok()
    }
}

impl SignedAct {
    /// Judges the signature of the person who has logged in over the bytes of a draft.
    pub async fn judge(
        app: &App,
        person: PersonId,
        content: Vec<u8>,
        cms: String,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let mut tx = app.db.read().await?;
        let person = store::persons::require(&mut tx, person).await?;
        drop(tx);
        let signed = app
            .trust
            .judge_act(cms, content.clone(), &person.iin, now)
            .await?;
        Ok(Self {
            signer: person.id,
            content,
            signed,
            at: now,
            stamped: app.trust.stamps(),
        })
    }

    pub fn new_id(&self, app: &App) -> DocumentId {
        DocumentId::new(app.new_id())
    }

    /// Stores the act in the transaction of its effect.
    pub async fn keep(
        &self,
        tx: &mut Tx,
        id: DocumentId,
        (kind, number): (DocumentKind, &str),
        (application_id, referral_id): (ApplicationId, Option<ReferralId>),
        facts: &paper::Document,
    ) -> Result<()> {
        let pieces = evidence::pieces(&self.signed, self.at);
        let report = StoredReport {
            rules: Some(self.signed.rules),
            signer: self.signed.signer.clone(),
            verdict: self.signed.verdict.clone(),
            report: self.signed.report.clone(),
        };
        let row = store::documents::Document {
            id,
            kind,
            application_id,
            referral_id,
            signer_id: self.signer,
            number: number.to_owned(),
            content: self.content.clone(),
            cms: self.signed.cms.clone(),
            certificate: self.signed.certificate.clone(),
            report: serde_json::to_value(&report).map_err(Error::internal)?,
            facts: serde_json::to_value(facts).map_err(Error::internal)?,
            signed_at: self.at,
        };
        store::documents::insert(tx, &row).await?;
        store::evidence::add(tx, id, &pieces).await?;
        if self.stamped {
            store::time_stamps::order(tx, id, self.at).await?;
        }
        Ok(())
    }

    /// Stores an act whose paper has no shape of its own but these lines.
    pub(super) async fn keep_lines(
        &self,
        tx: &mut Tx,
        app: &App,
        named: (DocumentKind, &str),
        about: (ApplicationId, Option<ReferralId>),
        lines: Vec<paper::Fact>,
    ) -> Result<()> {
        let id = self.new_id(app);
        let facts = act_facts(app, self, id, named, lines);
        self.keep(tx, id, named, about, &facts).await
    }

    /// Stores the paper of a referral as it is by this act.
    pub(super) async fn keep_referral(
        &self,
        tx: &mut Tx,
        app: &App,
        (application, locality): (&Application, &Locality),
        (referral, place): (&store::referrals::Referral, &Place),
    ) -> Result<()> {
        let id = self.new_id(app);
        let facts = referral_facts(app, self, id, application, locality, referral, place);
        let named = (DocumentKind::Referral, referral.number.as_str());
        let about = (application.id, Some(referral.id));
        self.keep(tx, id, named, about, &facts).await
    }

    fn signature_facts(&self, id: DocumentId) -> paper::SignatureFacts {
        let signer = &self.signed.signer;
        paper::SignatureFacts {
            signer_name: signer.name.clone(),
            signer_iin_masked: signer.iin_masked.clone(),
            certificate_serial: signer.certificate_serial.clone(),
            certificate_issuer: signer.issuer.clone(),
            algorithm: signer.algorithm.clone(),
            signed_at: self.at,
            verdict: self.signed.paper_verdict,
            sub_indication: self.signed.verdict.sub_indication.clone(),
            document_id: id.to_string(),
            content_sha256: hex(&Sha256::digest(&self.content)),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

fn bilingual(text: &Localized) -> paper::Bilingual {
    paper::Bilingual::new(&text.kk, &text.ru)
}

fn paper_child(application: &Application) -> paper::Child {
    paper::Child {
        name: application.child.full_name(),
        birth_date: application.child.birth_date,
        iin_masked: application.child.iin.masked(),
    }
}

fn is_demo(app: &App) -> bool {
    app.settings.mode == ServiceMode::Demo
}

/// What the PDF of an application shows.
pub(super) fn application_facts(
    app: &App,
    act: &SignedAct,
    id: DocumentId,
    application: &Application,
    locality: &Locality,
) -> paper::Document {
    paper::Document::Application(paper::ApplicationDocument {
        number: application.number.to_string(),
        submitted_at: application.submitted_at,
        child: paper_child(application),
        applicant_name: act.signed.name.clone(),
        locality: bilingual(&locality.name),
        category: paper::Bilingual::new(
            application.category.name(Language::Kk),
            application.category.name(Language::Ru),
        ),
        queue_year: application.child.birth_year(),
        phone_masked: Some(mask::phone(application.contact_phone.as_str())),
        email_masked: None,
        signed_text: act.text(),
        signature: act.signature_facts(id),
        verification_url: None,
        demo: is_demo(app),
    })
}

/// What the PDF of a referral shows.
fn referral_facts(
    app: &App,
    act: &SignedAct,
    id: DocumentId,
    application: &Application,
    locality: &Locality,
    referral: &store::referrals::Referral,
    place: &Place,
) -> paper::Document {
    let rules = &locality.rules;
    paper::Document::Referral(paper::ReferralDocument {
        number: referral.number.to_string(),
        issued_at: referral.issued_at,
        child: paper_child(application),
        applicant_name: act.signed.name.clone(),
        application_number: application.number.to_string(),
        locality: bilingual(&locality.name),
        kindergarten: paper::Kindergarten {
            name: bilingual(&place.kindergarten.name),
            address: bilingual(&place.kindergarten.address),
            phone: Some(place.kindergarten.phone.clone()),
            bin: place.kindergarten.bin.to_string(),
        },
        group_name: place.group.name.clone(),
        instruction_language: paper::Bilingual::new(
            place.group.instruction_language.name(Language::Kk),
            place.group.instruction_language.name(Language::Ru),
        ),
        deadline: paper::Deadline {
            date: referral.deadline,
            extended: referral.extension.is_some(),
        },
        rules: paper::RuleNumbers {
            arrival_working_days: rules.arrival_working_days.into(),
            revocation_hours: rules.revocation_hours.into(),
            extension_calendar_days: rules.extension_calendar_days.into(),
            stop_list_working_days: rules.stop_list_working_days.into(),
            lapses_until_removal: rules.lapses_to_removal.into(),
        },
        verification_url: views::verification_url(app, &referral.verification_token),
        signature: act.signature_facts(id),
        demo: is_demo(app),
    })
}

/// What the PDF of an act shows that has no shape of its own.
fn act_facts(
    app: &App,
    act: &SignedAct,
    id: DocumentId,
    (kind, number): (DocumentKind, &str),
    facts: Vec<paper::Fact>,
) -> paper::Document {
    paper::Document::Act(paper::ActDocument {
        title: bilingual(&title(kind)),
        number: number.to_owned(),
        done_at: act.at,
        facts,
        signed_text: act.text(),
        signature: act.signature_facts(id),
        verification_url: None,
        demo: is_demo(app),
    })
}

/// One line of an act.
pub(super) fn fact(label: (&str, &str), value: paper::Bilingual) -> paper::Fact {
    paper::Fact {
        label: paper::Bilingual::new(label.0, label.1),
        value,
    }
}

/// The lines that say whom an act is about.
pub(super) fn child_lines(application: &Application) -> Vec<paper::Fact> {
    let child = &application.child;
    let same = |value: String| paper::Bilingual::same(value);
    vec![
        fact(("Бала", "Ребёнок"), same(child.full_name())),
        fact(("Туған күні", "Дата рождения"), day(child.birth_date)),
        fact(("ЖСН", "ИИН"), same(child.iin.masked())),
        fact(
            ("Өтініш нөмірі", "Номер заявления"),
            same(application.number.to_string()),
        ),
    ]
}

/// The line with the kindergarten of a referral.
pub(super) fn kindergarten_line(place: &Place) -> paper::Fact {
    fact(
        ("Балабақша", "Детский сад"),
        bilingual(&place.kindergarten.name),
    )
}

pub(super) fn day(day: NaiveDate) -> paper::Bilingual {
    paper::Bilingual::same(day.format("%d.%m.%Y").to_string())
}

/// The documents of an application, the newest first.
pub async fn list(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::DocumentList> {
    let mut tx = app.db.read().await?;
    let application = visible(&mut tx, person, id).await?;
    let mut items = Vec::new();
    for row in store::documents::list_of(&mut tx, id).await? {
        if may_show(&mut tx, person, &application, &row).await? {
            items.push(view(row)?);
        }
    }
    Ok(dto::DocumentList { items })
}

/// The signed request of a second parent names them in full; until it is accepted only they see it.
async fn may_show(
    tx: &mut Tx,
    person: PersonId,
    application: &Application,
    row: &store::documents::Document,
) -> Result<bool> {
    if row.kind != DocumentKind::Attachment || row.signer_id == person {
        return Ok(true);
    }
    access::permits(tx, row.signer_id, application).await
}

pub async fn get(app: &App, person: PersonId, id: DocumentId) -> Result<dto::Document> {
    view(load(app, person, id).await?)
}

/// The exact bytes that were signed.
pub async fn content(app: &App, person: PersonId, id: DocumentId) -> Result<Vec<u8>> {
    Ok(load(app, person, id).await?.content)
}

/// The detached CMS, DER.
pub async fn signature(app: &App, person: PersonId, id: DocumentId) -> Result<Vec<u8>> {
    Ok(load(app, person, id).await?.cms)
}

/// The paper, with its file name.
#[derive(Debug)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub file_name: String,
}

pub async fn pdf(app: &App, person: PersonId, id: DocumentId) -> Result<Pdf> {
    let row = load(app, person, id).await?;
    let bytes = match drawn(app, id).await? {
        Some(bytes) => bytes,
        None => draw(app, id, row.facts).await?,
    };
    Ok(Pdf {
        bytes,
        file_name: format!("{}.pdf", row.number),
    })
}

async fn drawn(app: &App, id: DocumentId) -> Result<Option<Vec<u8>>> {
    let mut tx = app.db.read().await?;
    Ok(store::papers::get(&mut tx, id).await?)
}

/// Draws a paper, unless somebody else has drawn it meanwhile, and keeps it. Only so many are drawn at
/// once: whoever asks for many waits for their own, and nobody else does.
async fn draw(app: &App, id: DocumentId, facts: serde_json::Value) -> Result<Vec<u8>> {
    let place = timeout(PATIENCE, DRAWING.acquire())
        .await
        .map_err(|_| Error::refused(Code::Unavailable))?
        .map_err(Error::internal)?;
    if let Some(bytes) = drawn(app, id).await? {
        return Ok(bytes);
    }
    let facts: paper::Document = serde_json::from_value(facts)
        .map_err(|error| store::Error::inconsistent("documents", id, error))?;
    let renderer = app.renderer.clone();
    let bytes = tokio::task::spawn_blocking(move || renderer.render(&facts))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
    drop(place);
    // A paper that cannot be kept is shown all the same, and drawn again the next time.
    let kept = app
        .db
        .transact(async |tx| store::papers::put(tx, id, &bytes).await)
        .await;
    if let Err(error) = kept {
        tracing::warn!(%error, "a paper could not be kept");
    }
    Ok(bytes)
}

pub(super) async fn load(
    app: &App,
    person: PersonId,
    id: DocumentId,
) -> Result<store::documents::Document> {
    let mut tx = app.db.read().await?;
    let row = store::documents::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = visible(&mut tx, person, row.application_id).await?;
    if may_show(&mut tx, person, &application, &row).await? {
        Ok(row)
    } else {
        Err(Error::refused(Code::NotFound))
    }
}

/// What was stored of the verification.
pub(super) fn stored(row: &store::documents::Document) -> Result<StoredReport> {
    Ok(serde_json::from_value(row.report.clone())
        .map_err(|error| store::Error::inconsistent("documents", row.id, error))?)
}

fn view(row: store::documents::Document) -> Result<dto::Document> {
    let report = stored(&row)?;
    Ok(dto::Document {
        id: row.id,
        kind: row.kind,
        title: title(row.kind),
        number: row.number,
        application_id: row.application_id,
        referral_id: row.referral_id,
        signed_at: row.signed_at,
        sha256: hex(&Sha256::digest(&row.content)),
        text: String::from_utf8_lossy(&row.content).into_owned(),
        signer: report.signer,
        verdict: report.verdict,
    })
}

fn title(kind: DocumentKind) -> Localized {
    match kind {
        DocumentKind::Application => Localized::new(
            "Кезекке қою туралы өтініш",
            "Заявление о постановке в очередь",
            "Application for the queue",
        ),
        DocumentKind::Referral => Localized::new(
            "Жекеменшік балабақшаға жолдама",
            "Направление в частный детский сад",
            "Referral to a private kindergarten",
        ),
        DocumentKind::Extension => Localized::new(
            "Жолдаманы ұзарту",
            "Продление направления",
            "Extension of a referral",
        ),
        DocumentKind::Revocation => Localized::new(
            "Жолдаманы қайтарып алу",
            "Отзыв направления",
            "Revocation of a referral",
        ),
        DocumentKind::Withdrawal => Localized::new(
            "Өтінішті кері алу",
            "Отказ от места в очереди",
            "Withdrawal of an application",
        ),
        DocumentKind::Attachment => Localized::new(
            "Өтінішті ата-ананың ЖСН-іне тіркеу",
            "Прикрепление заявления к ИИН родителя",
            "Attaching an application to the IIN of a parent",
        ),
    }
}
