//! What the phone reads and brings (API №1 and №2 of eGov Mobile).

use super::{
    Code as InvitationCode, hash_token,
    subjects::{self, Text},
    watching::{self, Failure},
};
use crate::{
    app::App,
    error::{Error, Result},
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto, endpoint,
    id::SigningSessionId,
    signing_session::{Over, SigningState, Standing},
    statement, time,
};
use balabaqsha_store::{
    self as store,
    signing_sessions::{Beginner, SigningSession},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const DETACHED: &str = "CMS_SIGN_ONLY";
const VERSION: u32 = 1;
const PLAIN_TEXT: &str = "text/plain";

/// Who asks for a signature, for what, and where the texts are.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn invite(app: &App, code: &str, language: Language) -> Result<dto::PhoneInvitation> {
    let not_found = || Error::refused(Code::NotFound);
    let code = InvitationCode::read(code).ok_or_else(not_found)?;
    let mut tx = app.core.db.read().await?;
    let session = store::signing_sessions::by_code(&mut tx, &code.hash())
        .await?
        .ok_or_else(not_found)?;
    let now = app.core.now();
    check_open(&session, now)?;
    let texts = subjects::read(&mut tx, &session, now).await?;
    drop(tx);
    scanned(app, &session).await?;
    let organisation = &app.settings.egov_mobile;
    Ok(dto::PhoneInvitation {
        description: description(&session, &texts, language),
        expiry_date: time::local(session.standing.expires_at)
            .to_rfc3339_opts(SecondsFormat::Millis, false),
        organisation: dto::PhoneOrganisation {
            name_ru: organisation.name_ru.clone(),
            name_kz: organisation.name_kk.clone(),
            name_en: organisation.name_en.clone(),
            bin: organisation.bin.clone(),
        },
        document: dto::PhoneDocumentPlace {
            uri: format!(
                "{}{}",
                app.settings.public_url,
                endpoint::phone_documents(session.id)
            ),
            auth_type: "Token".to_owned(),
            auth_token: code.token(),
        },
    })
}

/// The acts by name; of a login, what to look at before signing.
fn description(session: &SigningSession, texts: &[Text], language: Language) -> String {
    let names: Vec<&str> = texts.iter().map(|text| text.name.get(language)).collect();
    let names = names.join("; ");
    match session.beginner {
        Beginner::Person(_) => names,
        Beginner::Browser(_) => {
            let warning = language.pick(
                "Кіру бетін өзіңіз ашқан болсаңыз ғана қол қойыңыз.",
                "Подписывайте, только если страницу входа открыли вы сами.",
                "Sign only if you have opened the login page yourself.",
            );
            format!("{names}. {warning}")
        }
    }
}

/// The texts to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn documents(
    app: &App,
    id: SigningSessionId,
    token: &str,
    language: Language,
) -> Result<dto::PhoneDocuments> {
    let mut tx = app.core.db.read().await?;
    let session = of_token(store::signing_sessions::get(&mut tx, id).await?, token)?;
    let now = app.core.now();
    check_open(&session, now)?;
    let texts = subjects::read(&mut tx, &session, now).await?;
    drop(tx);
    scanned(app, &session).await?;
    let documents = texts.iter().map(|text| document(text, language));
    let documents = documents.collect::<Result<_>>()?;
    Ok(dto::PhoneDocuments {
        sign_method: DETACHED.to_owned(),
        version: Some(VERSION),
        documents_to_sign: documents,
    })
}

fn document(text: &Text, language: Language) -> Result<dto::PhoneDocument> {
    let words = text.words();
    let facts = statement::facts(&words).map(|fact| dto::PhoneFact {
        name: fact.name.to_owned(),
        value: fact.value.to_owned(),
    });
    let act = dto::PhoneFact {
        name: language.pick("Әрекет", "Действие", "Act").to_owned(),
        value: text.name.get(language).to_owned(),
    };
    Ok(dto::PhoneDocument {
        id: u32::try_from(text.number).map_err(Error::internal)?,
        name_ru: text.name.get(Language::Ru).to_owned(),
        name_kz: text.name.get(Language::Kk).to_owned(),
        name_en: text.name.get(Language::En).to_owned(),
        meta: std::iter::once(act).chain(facts).collect(),
        document: dto::PhoneContent {
            file: dto::PhoneFile {
                mime: PLAIN_TEXT.to_owned(),
                data: BASE64_STANDARD.encode(&text.content),
            },
        },
    })
}

/// Takes the signatures; none where the phone has sent something else. The same once more is taken once more; when
/// anything is wrong with one of them, none is taken.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn take(
    app: &App,
    id: SigningSessionId,
    token: &str,
    answer: Option<dto::PhoneDocuments>,
) -> Result<()> {
    let mut tx = app.core.db.read().await?;
    let session = of_token(store::signing_sessions::get(&mut tx, id).await?, token)?;
    let now = app.core.now();
    let answer = Answer::of(answer);
    match session.standing.at(now).state {
        SigningState::Signed => return answer.again(&session),
        state if !state.is_open() => return Err(over()),
        _ => {}
    }
    let texts = subjects::read(&mut tx, &session, now).await?;
    drop(tx);
    match judge(app, &texts, &answer, now).await {
        Ok(signatures) => keep(app, id, &answer, signatures).await,
        Err(error) => {
            if let Error::Refused(refusal) = &error
                && ends_attempt(refusal.code)
            {
                tracing::info!(code = %refusal.code, "a signature of a phone was refused");
                let failure = Failure::of(refusal.code, &refusal.params);
                fail(app, id, &failure).await?;
            }
            Err(error)
        }
    }
}

/// What the phone has sent, by the numbers of the texts.
struct Answer {
    signatures: Vec<(u32, String)>,
    digest: [u8; 32],
}

impl Answer {
    fn of(documents: Option<dto::PhoneDocuments>) -> Self {
        let mut signatures: Vec<(u32, String)> = documents
            .into_iter()
            .flat_map(|documents| documents.documents_to_sign)
            .map(|document| (document.id, document.document.file.data))
            .collect();
        signatures.sort();
        let mut digest = Sha256::new();
        for (number, cms) in &signatures {
            let compact: String = cms.split_ascii_whitespace().collect();
            digest.update(number.to_be_bytes());
            digest.update(Sha256::digest(compact));
        }
        Self {
            signatures,
            digest: digest.finalize().into(),
        }
    }

    /// After the signatures were taken only the same are taken once more.
    fn again(&self, session: &SigningSession) -> Result<()> {
        if session.answer_digest.as_deref() == Some(&self.digest[..]) {
            Ok(())
        } else {
            Err(Error::refused(Code::SigningAnsweredOtherwise))
        }
    }
}

/// A signature that has passed, by the number of its text.
struct Signature {
    number: i32,
    cms: Vec<u8>,
}

/// Judges all signatures; outside of transactions, since judging takes long.
async fn judge(
    app: &App,
    texts: &[Text],
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<Vec<Signature>> {
    let offered = texts.iter().map(|text| i64::from(text.number));
    let brought = answer
        .signatures
        .iter()
        .map(|(number, _)| i64::from(*number));
    if !offered.eq(brought) {
        return Err(Error::refused(Code::SigningDocumentsDiffer));
    }
    let mut signatures = Vec::with_capacity(texts.len());
    for (text, (_, cms)) in texts.iter().zip(&answer.signatures) {
        signatures.push(Signature {
            number: text.number,
            cms: text.judge(app, cms.clone(), now).await?,
        });
    }
    Ok(signatures)
}

/// Whether a refusal counts as an attempt: where another moment may change the verdict, it does not.
fn ends_attempt(code: Code) -> bool {
    code != Code::SignatureUndetermined && code.status() < 500
}

async fn keep(
    app: &App,
    id: SigningSessionId,
    answer: &Answer,
    signatures: Vec<Signature>,
) -> Result<()> {
    app.core
        .db
        .transact(async |tx| {
            let mut session = watching::lock(tx, id).await?;
            let now = app.core.now();
            // The same answer may have come twice at once.
            if session.standing.state == SigningState::Signed {
                return answer.again(&session);
            }
            session.standing = session.standing.sign(now).map_err(|_| over())?;
            session.failure = None;
            session.answer_digest = Some(answer.digest.to_vec());
            for signature in &signatures {
                let Signature { number, cms } = signature;
                store::signing_sessions::put_signature(tx, id, *number, cms).await?;
            }
            store::signing_sessions::save(tx, &session, app.core.new_id()).await?;
            Ok(())
        })
        .await
}

async fn fail(app: &App, id: SigningSessionId, failure: &Failure) -> Result<()> {
    let failure = serde_json::to_value(failure).map_err(Error::internal)?;
    change(app, id, Standing::fail, Some(failure)).await
}

/// A phone has read the session; only the first time is written down.
async fn scanned(app: &App, session: &SigningSession) -> Result<()> {
    if session.standing.state == SigningState::Scanned {
        return Ok(());
    }
    change(app, session.id, Standing::scan, None).await
}

async fn change(
    app: &App,
    id: SigningSessionId,
    transition: fn(Standing, DateTime<Utc>) -> std::result::Result<Standing, Over>,
    failure: Option<serde_json::Value>,
) -> Result<()> {
    app.core
        .db
        .transact(async |tx| {
            let mut session = watching::lock(tx, id).await?;
            session.standing = transition(session.standing, app.core.now()).map_err(|_| over())?;
            session.failure = failure.or(session.failure);
            store::signing_sessions::save(tx, &session, app.core.new_id()).await?;
            Ok(())
        })
        .await
}

/// A session that is not this token's does not exist for it.
fn of_token(session: Option<SigningSession>, token: &str) -> Result<SigningSession> {
    session
        .filter(|session| bool::from(hash_token(token).ct_eq(&session.token_hash)))
        .ok_or_else(|| Error::refused(Code::NotFound))
}

fn check_open(session: &SigningSession, now: DateTime<Utc>) -> Result<()> {
    if session.standing.at(now).state.is_open() {
        Ok(())
    } else {
        Err(over())
    }
}

fn over() -> Error {
    Error::refused(Code::SigningSessionOver)
}
