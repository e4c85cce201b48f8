//! R24: a locality issues no referrals for a time. Holds that live are honoured, and deadlines run on.

use super::doors::{self, Authority, Official, Registry};
use crate::{
    app::{App, Core},
    error::Error,
    service::{
        audit::{self, Done, Entry},
        input::Fields,
        signed::{
            again::Sending,
            drafting::{self, Author, DRAFT_LIFETIME, Drafting, Judged},
            papers::{self, Lines, Paper},
        },
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    code::Code,
    comment::Comment,
    dto::{self, DocumentKind},
    id::{LocalityId, SuspensionId},
    rules::Violation,
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, drafts::DraftKind, localities::Locality, suspensions::Suspension,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// So many are listed.
const LISTED: i64 = 200;

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum SuspensionError {
    #[error("there is no locality {0:?}")]
    Locality(String),
    #[error("the reason must have 1 to {max} characters and no hidden ones", max = Comment::MAX_CHARS)]
    Reason,
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Operator,
    #[error("{code}: the last day lies before the first, or is over", code = Code::PeriodInvalid)]
    Period,
    #[error("nothing is suspended in {0}")]
    None(String),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for SuspensionError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// What an operator has typed in.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Code of the locality.
    pub locality: &'a str,
    /// From now on when absent.
    pub first_day: Option<NaiveDate>,
    pub last_day: NaiveDate,
    /// Parents read it.
    pub reason: &'a str,
    /// Name of who decided.
    pub by: &'a str,
}

async fn locality(
    tx: &mut store::Tx,
    code: &str,
) -> std::result::Result<Locality, SuspensionError> {
    store::localities::by_code(tx, code)
        .await?
        .ok_or_else(|| SuspensionError::Locality(code.to_owned()))
}

/// Suspends the issue of referrals.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn begin(
    core: &Core,
    wish: Wish<'_>,
) -> std::result::Result<Suspension, SuspensionError> {
    let now = core.now();
    let reason = Comment::parse(wish.reason).map_err(|_| SuspensionError::Reason)?;
    let made_by = Comment::parse(wish.by).map_err(|_| SuspensionError::Operator)?;
    let (begins_at, ends_at) =
        period(wish.first_day, wish.last_day, now).ok_or(SuspensionError::Period)?;
    core.db
        .transact(async |tx| {
            let locality = locality(tx, wish.locality).await?;
            let suspension = Suspension {
                id: SuspensionId::new(core.new_id()),
                locality_id: locality.id,
                begins_at,
                ends_at,
                reason,
                made_at: now,
                made_by,
                document_id: None,
                ending_document_id: None,
            };
            store::suspensions::insert(tx, &suspension).await?;
            let entry = Entry::act("suspend_issue")
                .in_locality(locality.id)
                .with(json!({"suspension_id": suspension.id, "ends_at": ends_at}));
            audit::record_operator(tx, core, suspension.made_by.as_str(), entry).await?;
            Ok(suspension)
        })
        .await
}

/// Lets referrals be issued again.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(core: &Core, code: &str, by: &str) -> std::result::Result<(), SuspensionError> {
    let by = Comment::parse(by).map_err(|_| SuspensionError::Operator)?;
    core.db
        .transact(async |tx| {
            let locality = locality(tx, code).await?;
            if store::suspensions::end(tx, locality.id, core.now()).await? == 0 {
                return Err(SuspensionError::None(code.to_owned()));
            }
            let entry = Entry::act("resume_issue").in_locality(locality.id);
            audit::record_operator(tx, core, by.as_str(), entry).await?;
            Ok(())
        })
        .await
}

/// What the draft of a suspension keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    locality_id: LocalityId,
    first_day: Option<NaiveDate>,
    last_day: NaiveDate,
    reason: String,
}

/// What the draft of its ending keeps.
#[derive(Debug, Serialize, Deserialize)]
struct EndingPayload {
    suspension_id: SuspensionId,
}

/// The moments of a suspension that is decided now.
fn period(
    first_day: Option<NaiveDate>,
    last_day: NaiveDate,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let begins_at = first_day.map_or(now, time::start_of_day).max(now);
    let ends_at = time::end_of_day(last_day);
    (begins_at < ends_at).then_some((begins_at, ends_at))
}

/// Suspensions of the official's localities, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    official: &Official<Registry>,
) -> crate::error::Result<dto::OfficeSuspensionList> {
    doors::view(app, official, async |tx, authority| {
        let rows = store::suspensions::list_of(tx, &authority.localities, LISTED).await?;
        let items = rows.into_iter().map(|one| view(one, authority.now));
        Ok(dto::OfficeSuspensionList {
            items: items.collect(),
        })
    })
    .await
}

fn view(of: Suspension, now: DateTime<Utc>) -> dto::OfficeSuspension {
    dto::OfficeSuspension {
        in_force: of.begins_at <= now && now < of.ends_at,
        id: of.id,
        locality_id: of.locality_id,
        begins_at: of.begins_at,
        ends_at: of.ends_at,
        reason: of.reason.as_str().to_owned(),
        made_at: of.made_at,
        by: of.made_by.as_str().to_owned(),
        document_ids: of
            .document_id
            .into_iter()
            .chain(of.ending_document_id)
            .collect(),
    }
}

async fn require_upgrade(tx: &mut store::Tx) -> crate::error::Result<()> {
    if store::upgrade::finished(tx).await? {
        Ok(())
    } else {
        Err(Error::refused(Code::UpgradeUnfinished))
    }
}

/// Answers with the text of the decision to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    official: &Official<Registry>,
    request: dto::SuspensionDraftRequest,
) -> crate::error::Result<dto::Draft> {
    let mut fields = Fields::default();
    let reason = Comment::parse(&request.reason).map_err(|_| Violation::new(Code::TextInvalid));
    let reason = fields.read("/reason", reason);
    let (first_day, last_day) = (request.first_day, request.last_day);
    if period(first_day, last_day, app.core.now()).is_none() {
        fields.refuse("/last_day", Violation::new(Code::PeriodInvalid));
    }
    fields.finish()?;
    let reason = reason.ok_or_else(|| Error::internal("a reason that was read is absent"))?;
    doors::act(app, official, async |tx, authority| {
        authority.require(request.locality_id)?;
        require_upgrade(tx).await?;
        let locality = store::localities::require(tx, request.locality_id).await?;
        let by = Author {
            person: authority.person.id,
            kind: DraftKind::Suspension,
            now: authority.now,
        };
        let drafting = Drafting {
            application: None,
            payload: Payload {
                locality_id: locality.id,
                first_day,
                last_day,
                reason: reason.as_str().to_owned(),
            },
            language: request.language,
            expires_at: authority.now + DRAFT_LIFETIME,
        };
        let draft = drafting::keep(tx, app, by, drafting, |draft| Statement::Suspension {
            draft,
            locality: &locality.name,
            first_day,
            last_day,
            reason: reason.as_str(),
        })
        .await?;
        let entry = Entry::act("create_suspension_draft").in_locality(locality.id);
        Ok(Done::Recorded(drafting::view(&draft), entry))
    })
    .await
}

/// Suspends the issue of referrals by a signed decision.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn begin_signed(
    app: &App,
    official: &Official<Registry>,
    request: dto::SignedDraft,
) -> crate::error::Result<dto::OfficeSuspension> {
    let kind = DraftKind::Suspension;
    let sending = Sending::of(official.person(), kind, &request);
    let act = async || {
        let by = Author {
            person: official.person(),
            kind,
            now: app.core.now(),
        };
        let any = |_: &Payload| true;
        let judged = drafting::judge(app, by, request, any, drafting::expired).await?;
        begin_judged(app, official, judged).await
    };
    let show = async |led_to| show(app, official, SuspensionId::new(led_to)).await;
    sending.once(app, None, act, show).await
}

async fn begin_judged(
    app: &App,
    official: &Official<Registry>,
    judged: Judged<Payload>,
) -> crate::error::Result<dto::OfficeSuspension> {
    doors::act(app, official, async |tx, authority| {
        let wish = &judged.draft.payload;
        authority.require(wish.locality_id)?;
        require_upgrade(tx).await?;
        drafting::use_up(tx, judged.draft.id, judged.now).await?;
        let now = authority.now;
        let (begins_at, ends_at) = period(wish.first_day, wish.last_day, now)
            .ok_or_else(|| Error::refused(Code::PeriodInvalid))?;
        let locality = store::localities::require(tx, wish.locality_id).await?;
        let reason = Comment::parse(&wish.reason).map_err(Error::internal)?;
        let mut lines = locality_lines(&locality);
        lines.push(papers::fact(
            "Басталуы",
            "Начало",
            papers::day(time::local_date(begins_at)),
        ));
        lines.push(papers::fact(
            "Соңғы күні",
            "Последний день",
            papers::day(wish.last_day),
        ));
        lines.push(papers::fact(
            "Себебі",
            "Причина",
            paper::Bilingual::same(reason.as_str()),
        ));
        let shown = Paper::Lines(Lines {
            kind: DocumentKind::Suspension,
            number: &locality.code,
            application: None,
            referral: None,
            lines,
        });
        let document_id = papers::keep(tx, app, &judged.signed, shown).await?;
        let suspension = Suspension {
            id: SuspensionId::new(app.core.new_id()),
            locality_id: locality.id,
            begins_at,
            ends_at,
            reason,
            made_at: now,
            made_by: Comment::parse(&authority.person.full_name).map_err(Error::internal)?,
            document_id: Some(document_id),
            ending_document_id: None,
        };
        store::suspensions::insert(tx, &suspension).await?;
        let led_to = suspension.id.uuid();
        drafting::spend(
            tx,
            judged.draft.id,
            led_to,
            &judged.signature,
            &judged.signed,
        )
        .await?;
        let entry = Entry::act("suspend_issue")
            .in_locality(locality.id)
            .with(json!({
                "suspension_id": suspension.id, "ends_at": ends_at, "document_id": document_id
            }));
        Ok(Done::Recorded(view(suspension, now), entry))
    })
    .await
}

fn locality_lines(locality: &Locality) -> Vec<paper::Fact> {
    vec![papers::fact(
        "Елді мекен",
        "Населённый пункт",
        paper::Bilingual::new(&locality.name.kk, &locality.name.ru),
    )]
}

async fn show(
    app: &App,
    official: &Official<Registry>,
    id: SuspensionId,
) -> crate::error::Result<dto::OfficeSuspension> {
    doors::view(app, official, async |tx, authority| {
        Ok(view(known(tx, authority, id).await?, authority.now))
    })
    .await
}

async fn known(
    tx: &mut store::Tx,
    authority: &Authority,
    id: SuspensionId,
) -> crate::error::Result<Suspension> {
    let known = store::suspensions::get(tx, id).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    authority.require(known.locality_id)?;
    Ok(known)
}

fn require_unfinished(of: &Suspension, now: DateTime<Utc>) -> crate::error::Result<()> {
    if of.begins_at < of.ends_at && now < of.ends_at {
        Ok(())
    } else {
        Err(Error::refused(Code::SuspensionOver))
    }
}

/// Answers with the text of the decision to issue referrals again.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_ending_draft(
    app: &App,
    official: &Official<Registry>,
    id: SuspensionId,
    request: dto::ActDraftRequest,
) -> crate::error::Result<dto::Draft> {
    doors::act(app, official, async |tx, authority| {
        let known = known(tx, authority, id).await?;
        require_unfinished(&known, authority.now)?;
        require_upgrade(tx).await?;
        let locality = store::localities::require(tx, known.locality_id).await?;
        let by = Author {
            person: authority.person.id,
            kind: DraftKind::Resumption,
            now: authority.now,
        };
        let drafting = Drafting {
            application: None,
            payload: EndingPayload { suspension_id: id },
            language: request.language,
            expires_at: authority.now + DRAFT_LIFETIME,
        };
        let draft = drafting::keep(tx, app, by, drafting, |draft| Statement::Resumption {
            draft,
            locality: &locality.name,
        })
        .await?;
        let entry = Entry::act("create_resumption_draft").in_locality(locality.id);
        Ok(Done::Recorded(drafting::view(&draft), entry))
    })
    .await
}

/// Lets referrals be issued again by a signed decision.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end_signed(
    app: &App,
    official: &Official<Registry>,
    id: SuspensionId,
    request: dto::SignedDraft,
) -> crate::error::Result<dto::OfficeSuspension> {
    let kind = DraftKind::Resumption;
    let sending = Sending::of(official.person(), kind, &request);
    let act = async || {
        let by = Author {
            person: official.person(),
            kind,
            now: app.core.now(),
        };
        let fits = |payload: &EndingPayload| payload.suspension_id == id;
        let judged = drafting::judge(app, by, request, fits, drafting::expired).await?;
        end_judged(app, official, id, judged).await
    };
    let show = async |_| show(app, official, id).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

async fn end_judged(
    app: &App,
    official: &Official<Registry>,
    id: SuspensionId,
    judged: Judged<EndingPayload>,
) -> crate::error::Result<dto::OfficeSuspension> {
    doors::act(app, official, async |tx, authority| {
        let known = known(tx, authority, id).await?;
        require_unfinished(&known, authority.now)?;
        drafting::use_up(tx, judged.draft.id, judged.now).await?;
        let locality = store::localities::require(tx, known.locality_id).await?;
        let shown = Paper::Lines(Lines {
            kind: DocumentKind::Resumption,
            number: &locality.code,
            application: None,
            referral: None,
            lines: locality_lines(&locality),
        });
        let document_id = papers::keep(tx, app, &judged.signed, shown).await?;
        store::suspensions::end_one(tx, id, authority.now, document_id).await?;
        let led_to = id.uuid();
        drafting::spend(
            tx,
            judged.draft.id,
            led_to,
            &judged.signature,
            &judged.signed,
        )
        .await?;
        let entry = Entry::act("resume_issue")
            .in_locality(locality.id)
            .with(json!({"suspension_id": id, "document_id": document_id}));
        let ended = self::known(tx, authority, id).await?;
        Ok(Done::Recorded(view(ended, authority.now), entry))
    })
    .await
}
