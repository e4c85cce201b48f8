//! The applications that the demo parents have already, made as their clients would make them:
//! with a login and signatures of their demo keys.

use super::{
    keys::{self, Owner, PARENTS},
    names,
    registry::{self, Family},
};
use crate::access::caller::Caller;
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        acts::queueing,
        people::{
            email,
            login::{self, Browser},
        },
    },
};
use balabaqsha_pki::{
    cms::{self, SignOptions},
    random::SystemRandom,
};
use balabaqsha_shared::{
    Language,
    application::Category,
    dto::{
        ApplicationDraftRequest, ChallengeRequest, ChildInput, DemoKeyPurpose, EmailRequest,
        SessionRequest, SignedDraft,
    },
    iin::Iin,
    time,
};
use balabaqsha_store as store;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::Days;
use rand::{SeedableRng, rngs::StdRng};

/// A child of one of [`PARENTS`]: surname, given name, age in days, category that is claimed.
struct DemoChild(usize, &'static str, &'static str, u64, Category);

const SEED: u64 = 14;
/// Where they live.
const LOCALITY: &str = "kandyagash";

/// One child that can be given to a kindergarten today, and one that is too young by months and whose
/// benefit waits for an official.
const CHILDREN: [DemoChild; 2] = [
    DemoChild(0, "Серикова", "Айлин", 1400, Category::General),
    DemoChild(1, "Ахметов", "Әмір", 850, Category::Priority),
];

pub(super) async fn apply(app: &App) -> Result<()> {
    let today = time::local_date(app.core.now());
    let rng = &mut StdRng::seed_from_u64(SEED);
    let mut families = Vec::new();
    for child in &CHILDREN {
        let parent = PARENTS
            .get(child.0)
            .ok_or_else(|| Error::internal("a demo parent"))?;
        let birth_date = today - Days::new(child.3);
        let input = ChildInput {
            iin: names::person(rng, birth_date).iin.to_string(),
            surname: child.1.into(),
            given_name: child.2.into(),
            patronymic: String::new(),
            birth_date: birth_date.to_string(),
        };
        families.push(Family {
            parent: Iin::parse(parent.iin()).map_err(Error::internal)?,
            child: Iin::parse(&input.iin).map_err(Error::internal)?,
            birth_date,
        });
        queue(app, parent, input, child.4).await?;
    }
    registry::remember(&app.core.db, &families).await
}

async fn queue(app: &App, parent: &Owner, child: ChildInput, category: Category) -> Result<()> {
    let challenge = login::create_challenge(
        app,
        &ChallengeRequest {
            language: Language::Ru,
        },
        "",
    )
    .await?;
    let cms = sign(app, parent, DemoKeyPurpose::Login, &challenge.text)?;
    let request = SessionRequest {
        challenge_id: challenge.id,
        cms,
    };
    let browser = Browser {
        language: Language::Ru,
        ..Browser::default()
    };
    let session = login::log_in(app, request, browser).await?.session;
    let person = session.person.id;
    let claims = app
        .tokens
        .verify(&session.access_token, app.core.now())
        .map_err(Error::internal)?;
    let address = EmailRequest {
        address: "parent@example.kz".into(),
        language: Language::Ru,
    };
    let Caller::Person { session, .. } = claims.caller else {
        return Err(Error::internal("a session of the demo"));
    };
    email::set(app, person, session, &address).await?;

    let mut tx = app.core.db.read().await?;
    let locality = store::localities::by_code(&mut tx, LOCALITY)
        .await?
        .ok_or_else(|| Error::internal("a demo locality"))?;
    drop(tx);
    let request = ApplicationDraftRequest {
        locality_id: locality.id,
        child,
        category,
        contact_phone: "+77011234567".into(),
        language: Language::Ru,
    };
    let draft = queueing::create_draft(app, person, request).await?;
    let cms = sign(app, parent, DemoKeyPurpose::Signing, &draft.text)?;
    let signed = SignedDraft {
        draft_id: draft.id,
        cms,
    };
    queueing::submit(app, person, signed, Language::Ru).await?;
    Ok(())
}

fn sign(app: &App, parent: &Owner, purpose: DemoKeyPurpose, text: &str) -> Result<String> {
    let key = keys::open_key(app, parent, purpose)?;
    let cms = cms::sign(
        &key,
        text.as_bytes(),
        &SignOptions::detached(app.core.now()),
        &mut SystemRandom,
    )
    .map_err(Error::internal)?;
    Ok(BASE64_STANDARD.encode(cms))
}
