//! Who may do what: every operation of the contract for every kind of caller. An operation without
//! a row fails the test, so that none is forgotten.

use balabaqsha_api::http::openapi;
use balabaqsha_shared::{
    Language,
    application::Category,
    appointment::Duty,
    audit::SearchReason,
    benefit::BenefitGround,
    dto::{
        ActDraftRequest, Application, ApplicationDraftRequest, ApplicationSearch,
        AppointmentRequest, AttachmentDecision, AttachmentDraftRequest, BenefitClaimRequest,
        ChallengeRequest, ContactPhone, DemoClockRequest, DocumentList, Draft, EmailConfirmation,
        EmailRequest, GroupRequest, Import, KindergartenFacts, KindergartenRequest, LocalityChange,
        NoticePage, NoticePreferences, ReferralDraftRequest, Scan, SessionRequest, SignedDraft,
        SigningSessionRequest, VacancySubscription,
    },
    endpoint,
    id::{
        ApplicationId, AppointmentId, AttachmentId, BenefitClaimId, ChallengeId, DocumentId,
        DraftId, ImportId, NoticeId, ReferralId, RegistryChangeId, SigningSessionId, StaffMemberId,
        SuspensionId, VacancySubscriptionId,
    },
    staff::StaffRole,
    vacancy::VacancyFilter,
};
use balabaqsha_tests::{
    Official, Parent, Program, Staff, TestApp, appoint,
    builders::{Town, child, day, id, iin},
    database::number,
    on_both_engines,
    proofs::{confirmation, give_benefits, picture},
};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_engines!(over_http: every_operation_answers_every_kind_of_caller_as_it_should);

/// What the callers get, in this order: nobody, a newcomer without an e-mail address, a stranger,
/// the owner, the program of another kindergarten, the program of the kindergarten concerned.
type Expected = [u16; 6];

const STAFF: &str = "staff";

const PUBLIC: Expected = [200; 6];
/// For everybody who has logged in, the newcomer included.
const LOGGED_IN: Expected = [401, 200, 200, 200, 403, 403];
/// For everybody after the first login.
const ANYBODY: Expected = [401, 403, 200, 200, 403, 403];
/// For the owner alone; for others it does not exist.
const OWNED: Expected = [401, 403, 404, 200, 403, 403];
/// The same where the owner makes something.
const MADE_BY_OWNER: Expected = [401, 403, 404, 201, 403, 403];
/// For programs, of which each has its own.
const PROGRAMS: Expected = [401, 403, 403, 403, 200, 200];
/// For officials.
const OFFICE: Expected = [401, 403, 403, 403, 403, 403];

struct Row {
    operation: &'static str,
    method: Method,
    path: String,
    body: Option<Value>,
    expected: Expected,
    /// What an official gets who is appointed for everything in the locality, and acts as one.
    official: Option<u16>,
    /// What the head of the kindergarten concerned gets, with its key.
    staff: Option<u16>,
    /// Whether it tells nothing of children or parents, so that looking leaves no record.
    unrecorded: bool,
    /// Whether staff finds done what the program has done before, so that nothing is recorded.
    repeated: bool,
    /// The version that a change names, or the type of a body that is no JSON.
    header: Option<(&'static str, String)>,
}

impl Row {
    /// For officials with the right duty in the right locality.
    fn in_office(mut self, status: u16) -> Self {
        self.expected = OFFICE;
        self.official = Some(status);
        self
    }

    /// For the staff of the kindergarten.
    fn at_desk(mut self, status: u16) -> Self {
        self.staff = Some(status);
        self
    }

    fn repeated(mut self) -> Self {
        self.repeated = true;
        self
    }

    /// Tells nothing of children or parents.
    fn unrecorded(mut self) -> Self {
        self.unrecorded = true;
        self
    }

    /// A look at the registry.
    fn shows_registry(self) -> Self {
        let mut row = self.in_office(200);
        row.unrecorded = true;
        row
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.header = Some((name, value.to_owned()));
        self
    }

    /// In the capacity of an official nobody does what parents do.
    fn of_official(&self) -> u16 {
        let [nobody, newcomer, stranger, ..] = self.expected;
        let for_all = nobody == newcomer || newcomer != 403;
        self.official
            .unwrap_or(if for_all { stranger } else { 403 })
    }

    /// With the key of a kindergarten nobody does what parents and officials do.
    fn of_staff(&self) -> u16 {
        let [nobody, newcomer, stranger, ..] = self.expected;
        let for_all = nobody == newcomer || newcomer != 403;
        self.staff.unwrap_or(if for_all { stranger } else { 403 })
    }

    /// Whether its answers leave a record in the audit log (R25).
    fn is_recorded(&self) -> bool {
        !self.unrecorded
            && (self.official.is_some()
                || self.staff.is_some()
                || self.expected[5] < 300 && self.expected[3] == 403)
    }
}

fn get(operation: &'static str, path: impl Into<String>, expected: Expected) -> Row {
    Row {
        operation,
        method: Method::GET,
        path: path.into(),
        body: None,
        expected,
        official: None,
        staff: None,
        unrecorded: false,
        repeated: false,
        header: None,
    }
}

fn with_body(
    operation: &'static str,
    method: Method,
    path: &str,
    body: &impl Serialize,
    expected: Expected,
) -> Row {
    let body = Some(serde_json::to_value(body).expect("JSON"));
    Row {
        operation,
        method,
        path: path.to_owned(),
        body,
        expected,
        official: None,
        staff: None,
        unrecorded: false,
        repeated: false,
        header: None,
    }
}

fn post(operation: &'static str, path: &str, body: &impl Serialize, expected: Expected) -> Row {
    with_body(operation, Method::POST, path, body, expected)
}

/// What the owner has, so that each operation has something to work on.
struct Belongings {
    town: Town,
    /// Has a referral.
    referred: Application,
    document: DocumentId,
    /// Of the referral.
    notice: NoticeId,
    subscription: VacancySubscriptionId,
    /// A signed but unsent application.
    application: SignedDraft,
    /// A signed but unsent referral.
    referral: SignedDraft,
    /// A hold to be given back.
    hold: Draft,
    /// Queued, without a hold.
    queued: Application,
    /// A signed but unsent extension of the referral.
    extension: SignedDraft,
    /// Another referral, with a signed but unsent revocation.
    revoked: (ReferralId, SignedDraft),
    /// Another application, with a signed but unsent withdrawal.
    withdrawn: (ApplicationId, SignedDraft),
    /// The request of a second parent.
    attachment: AttachmentId,
    /// Of an official.
    appointment: AppointmentId,
    /// A second parent who is attached, and a signed but unsent ending of it.
    attached: (AttachmentId, SignedDraft),
    /// Of an official, checked and not applied.
    import: ImportId,
    /// Of the queued application, sent with a claim that waits.
    proof: Scan,
    claim: BenefitClaimId,
    /// Of another application: a ground, two scans that were sent with no claim.
    ground: BenefitGround,
    unsent: [Scan; 2],
}

impl Belongings {
    async fn of(owner: &Parent, app: &TestApp) -> Self {
        let town = app.town(9).await;
        let group = town.group.id;
        let mut queued = Vec::new();
        for day in 10..16 {
            let birth = format!("2022-05-{day}");
            queued.push(owner.queue(town.id(), &child(&birth)).await);
        }
        let referred = queued.remove(0);
        let referral = owner.refer(referred.id, group).await;
        let wish = serde_json::json!({"until": "2026-12-20", "reason": "moving"});
        let extension: Draft = owner.draft_extension(referral.id, &wish).await.created();
        let revoked = owner.refer(queued.remove(0).id, group).await;
        let revocation: Draft = owner.draft_revocation(revoked.id).await.created();
        let withdrawn = queued.remove(0);
        let withdrawal: Draft = owner.draft_withdrawal(withdrawn.id).await.created();
        let second = Parent::new(app).await;
        let attachment = second.attach(&referred).await;
        let attached = Parent::new(app).await.attach(&referred).await;
        owner.decide(attached.id, true).await.has_status(204);
        let detachment: Draft = owner.draft_detachment(attached.id).await.created();
        let documents = endpoint::application_documents(referred.id);
        let documents: DocumentList = owner.client.get(&documents).await.shown();
        let notices: NoticePage = owner.client.get(endpoint::NOTICES).await.shown();
        let subscription: VacancySubscription = owner
            .client
            .post(endpoint::VACANCY_SUBSCRIPTIONS, &VacancyFilter::default())
            .await
            .created();
        let draft: Draft = owner
            .draft_application(town.id(), &child("2022-07-14"))
            .await
            .created();
        let grounds = give_benefits(app, &town).await;
        let waiting = &queued[2];
        let claims = owner.claim_with(waiting.id, &grounds[0], 1).await;
        let proof = claims.items[0].scans[0].clone();
        let upload = async |shade| owner.upload(referred.id, picture(shade)).await.created();
        let unsent: [Scan; 2] = [upload(2).await, upload(3).await];
        Self {
            document: documents.items.last().expect("a document").id,
            notice: notices.items[0].id,
            subscription: subscription.id,
            referred: owner.application(referred.id).await,
            application: owner.signed(&draft),
            referral: owner.signed(&owner.hold(queued.remove(0).id, group).await),
            hold: owner.hold(queued.remove(0).id, group).await,
            queued: queued.remove(0),
            extension: owner.signed(&extension),
            revoked: (revoked.id, owner.signed(&revocation)),
            withdrawn: (withdrawn.id, owner.signed(&withdrawal)),
            attachment: attachment.id,
            appointment: appoint(app, &second, &town.locality, &[Duty::Queue]).await[0].id,
            attached: (attached.id, owner.signed(&detachment)),
            import: an_import(app, &town).await,
            proof,
            claim: claims.items[0].id,
            ground: grounds[0].clone(),
            unsent,
            town,
        }
    }
}

/// Of an official, checked and not applied.
async fn an_import(app: &TestApp, town: &Town) -> ImportId {
    let official = Official::new(app, &town.locality, &[Duty::Registry]).await;
    let table = format!(
        "external_id,locality,kind,bin,name_kk,name_ru,name_en,address_kk,address_ru,address_en,\
         latitude,longitude,phone\nK-1,{},private,050740004819,а,б,c,а,б,c,49,57,1\n",
        town.locality.code
    );
    let query = "kind=kindergartens&source=matrix";
    let import: Import = official.upload(query, "text/csv", table).await.json(202);
    official.checked(import.id).await;
    import.id
}

fn rows(mine: &Belongings) -> Vec<Row> {
    let id_of_application = mine.referred.id;
    let referral = mine.referred.referral.as_ref().expect("a referral");
    let token = referral
        .verification_url
        .rsplit('/')
        .next()
        .expect("a token");
    let unknown = SessionRequest {
        challenge_id: ChallengeId::new(id()),
        cms: String::new(),
    };
    let draft = ApplicationDraftRequest {
        locality_id: mine.town.id(),
        child: child("2022-06-10"),
        category: Category::General,
        contact_phone: "+77011234567".into(),
        language: Language::Ru,
    };
    let choice = ReferralDraftRequest {
        application_id: mine.queued.id,
        group_id: mine.town.group.id,
        language: Language::Ru,
    };
    let email = EmailRequest {
        address: "parent@example.kz".into(),
        language: Language::Ru,
    };
    let code = EmailConfirmation {
        code: "no code".into(),
    };
    let challenge = ChallengeRequest {
        language: Language::Ru,
    };
    let kindergarten = format!("{}/{}", endpoint::KINDERGARTENS, mine.town.kindergarten.id);
    let current = |operation, method, expected| Row {
        operation,
        method,
        path: endpoint::CURRENT_SESSION.to_owned(),
        body: None,
        expected,
        official: None,
        staff: None,
        unrecorded: false,
        repeated: false,
        header: None,
    };
    let search = ApplicationSearch {
        number: Some(mine.referred.number.to_string()),
        child_iin: None,
        reason: SearchReason::Complaint,
    };
    let appointment = AppointmentRequest {
        iin: iin(day("1985-07-15")).to_string(),
        locality_id: mine.town.id(),
        duty: Duty::Registry,
        first_day: None,
        last_day: None,
    };
    let unsigned = SignedDraft {
        draft_id: DraftId::new(id()),
        cms: String::new(),
    };
    let mut rules = mine.town.locality.rules.clone();
    rules.hold_minutes += 1;
    let profile = LocalityChange { rules };
    let facts = |bin: &str| KindergartenFacts {
        locality_id: mine.town.id(),
        kind: mine.town.kindergarten.kind,
        bin: bin.to_owned(),
        name: mine.town.kindergarten.name.clone(),
        address: mine.town.kindergarten.address.clone(),
        coordinates: mine.town.kindergarten.coordinates,
        phone: "+7 713 33 12 34".into(),
        schedule: String::new(),
        licence_until: None,
        contract_until: None,
    };
    let new_kindergarten = KindergartenRequest {
        facts: facts("050440000012"),
        effective_on: None,
    };
    let changed_kindergarten = KindergartenRequest {
        facts: KindergartenFacts {
            schedule: "08:00–18:00".into(),
            ..facts(&mine.town.kindergarten.bin.to_string())
        },
        effective_on: None,
    };
    let group = GroupRequest {
        name: "Ботақан".into(),
        instruction_language: mine.town.group.instruction_language,
        birth_years: mine.town.group.birth_years,
        state_order: true,
        capacity: 26,
        open_from: None,
        closed_from: None,
        effective_on: None,
    };
    vec![
        get(
            "list_benefit_grounds",
            format!(
                "{}?locality_id={}",
                endpoint::BENEFIT_GROUNDS,
                mine.town.id()
            ),
            PUBLIC,
        ),
        get(
            "list_benefit_claims",
            endpoint::benefit_claims(mine.queued.id),
            OWNED,
        ),
        post(
            "claim_benefit",
            &endpoint::benefit_claims(mine.referred.id),
            &BenefitClaimRequest {
                ground_id: mine.ground.id,
                scan_ids: vec![mine.unsent[0].id],
            },
            MADE_BY_OWNER,
        ),
        Row {
            operation: "upload_scan",
            method: Method::POST,
            path: endpoint::scans(mine.queued.id),
            body: None,
            official: None,
            staff: None,
            repeated: false,
            unrecorded: false,
            header: Some(("content-type", "image/png".to_owned())),
            // A scan of nothing.
            expected: [401, 403, 404, 413, 403, 403],
        },
        Row {
            operation: "remove_scan",
            method: Method::DELETE,
            path: endpoint::scan(mine.unsent[1].id),
            body: None,
            official: None,
            staff: None,
            repeated: false,
            unrecorded: false,
            header: None,
            expected: [401, 403, 404, 204, 403, 403],
        },
        get(
            "get_scan_page",
            endpoint::scan_page(mine.proof.id, 1),
            OWNED,
        ),
        get(
            "list_office_benefit_claims",
            endpoint::OFFICE_BENEFIT_CLAIMS,
            OFFICE,
        )
        .in_office(200),
        get(
            "show_office_benefit_claim",
            endpoint::office_benefit_claim(mine.claim),
            OFFICE,
        )
        .in_office(200),
        post(
            "create_benefit_decision_draft",
            &endpoint::benefit_decision_drafts(mine.claim),
            &confirmation(),
            OFFICE,
        )
        .in_office(201),
        post(
            "decide_benefit_claim",
            &endpoint::benefit_decision(mine.claim),
            &unsigned,
            OFFICE,
        )
        .in_office(404),
        get(
            "list_waiting_applications",
            endpoint::WAITING_APPLICATIONS.to_owned(),
            OFFICE,
        )
        .in_office(200),
        get(
            "show_office_application",
            endpoint::office_application(mine.referred.id),
            OFFICE,
        )
        .in_office(200),
        post(
            "create_application_decision_draft",
            &endpoint::application_decision_drafts(mine.referred.id),
            &json!({"decision": {"kind": "dispute"}, "reason": "нет документа"}),
            OFFICE,
        )
        .in_office(201),
        post(
            "decide_application",
            &endpoint::application_decision(mine.referred.id),
            &unsigned,
            OFFICE,
        )
        .in_office(404),
        get(
            "get_office_scan_page",
            endpoint::office_scan_page(mine.proof.id, 1),
            OFFICE,
        )
        .in_office(200),
        get(
            "get_office_scan_original",
            endpoint::office_scan_original(mine.proof.id),
            OFFICE,
        )
        .in_office(200),
        // Nothing is left to decide, so nothing is recorded.
        post(
            "override_virus_check",
            &endpoint::virus_check_override(mine.proof.id),
            &json!({"reason": "не отвечает"}),
            OFFICE,
        )
        .shows_registry(),
        get("list_appointments", endpoint::APPOINTMENTS, OFFICE).in_office(200),
        post(
            "create_appointment",
            endpoint::APPOINTMENTS,
            &appointment,
            OFFICE,
        )
        .in_office(201),
        post(
            "end_appointment",
            &endpoint::appointment_ending(mine.appointment),
            &json!({}),
            OFFICE,
        )
        .in_office(200),
        post(
            "search_applications",
            endpoint::APPLICATION_SEARCHES,
            &search,
            OFFICE,
        )
        .in_office(200),
        get("search_audit_records", endpoint::AUDIT_RECORDS, OFFICE).in_office(200),
        get(
            "list_office_localities",
            endpoint::OFFICE_LOCALITIES,
            OFFICE,
        )
        .shows_registry(),
        get(
            "show_office_locality",
            endpoint::office_locality(mine.town.id()),
            OFFICE,
        )
        .shows_registry(),
        get(
            "list_locality_changes",
            endpoint::locality_history(mine.town.id()),
            OFFICE,
        )
        .shows_registry(),
        post(
            "preview_locality_change",
            &endpoint::locality_change_previews(mine.town.id()),
            &profile,
            OFFICE,
        )
        .shows_registry(),
        with_body(
            "change_locality",
            Method::PATCH,
            &endpoint::office_locality(mine.town.id()),
            &profile,
            OFFICE,
        )
        .in_office(200)
        .with("if-match", "\"1\""),
        get(
            "list_office_kindergartens",
            endpoint::OFFICE_KINDERGARTENS,
            OFFICE,
        )
        .shows_registry(),
        post(
            "create_kindergarten",
            endpoint::OFFICE_KINDERGARTENS,
            &new_kindergarten,
            OFFICE,
        )
        .in_office(201),
        get(
            "show_office_kindergarten",
            endpoint::office_kindergarten(mine.town.kindergarten.id),
            OFFICE,
        )
        .shows_registry(),
        get(
            "list_kindergarten_changes",
            endpoint::kindergarten_history(mine.town.kindergarten.id),
            OFFICE,
        )
        .shows_registry(),
        post(
            "preview_kindergarten_change",
            &endpoint::kindergarten_change_previews(mine.town.kindergarten.id),
            &changed_kindergarten,
            OFFICE,
        )
        .in_office(200),
        with_body(
            "change_kindergarten",
            Method::PUT,
            &endpoint::office_kindergarten(mine.town.kindergarten.id),
            &changed_kindergarten,
            OFFICE,
        )
        .in_office(200)
        .with("if-match", "\"1\""),
        post(
            "create_group",
            &endpoint::kindergarten_groups(mine.town.kindergarten.id),
            &group,
            OFFICE,
        )
        .in_office(201),
        get(
            "show_group",
            endpoint::office_group(mine.town.group.id),
            OFFICE,
        )
        .shows_registry(),
        get(
            "list_group_changes",
            endpoint::group_history(mine.town.group.id),
            OFFICE,
        )
        .shows_registry(),
        get(
            "list_group_referrals",
            endpoint::group_referrals(mine.town.group.id),
            OFFICE,
        )
        .in_office(200),
        post(
            "preview_group_change",
            &endpoint::group_change_previews(mine.town.group.id),
            &group,
            OFFICE,
        )
        .in_office(200),
        with_body(
            "change_group",
            Method::PUT,
            &endpoint::office_group(mine.town.group.id),
            &group,
            OFFICE,
        )
        .in_office(200)
        .with("if-match", "\"1\""),
        // Of nothing here.
        Row {
            operation: "take_planned_change_back",
            method: Method::DELETE,
            path: endpoint::planned_change(RegistryChangeId::new(id())),
            body: None,
            expected: OFFICE,
            official: Some(404),
        staff: None,
            unrecorded: false,
        repeated: false,
            header: None,
        },
        get("show_calendar", endpoint::OFFICE_CALENDAR, OFFICE).shows_registry(),
        get("list_suspensions", endpoint::SUSPENSIONS, OFFICE).shows_registry(),
        post(
            "create_suspension_draft",
            endpoint::SUSPENSION_DRAFTS,
            &json!({
                "locality_id": mine.town.id(),
                "first_day": "2027-08-01",
                "last_day": "2027-08-31",
                "reason": "перевод групп"
            }),
            OFFICE,
        )
        .in_office(201),
        // Drafts of nobody here.
        post("suspend_issue", endpoint::SUSPENSIONS, &unsigned, OFFICE).in_office(404),
        post(
            "create_resumption_draft",
            &endpoint::suspension_ending_drafts(SuspensionId::new(id())),
            &ActDraftRequest::default(),
            OFFICE,
        )
        .in_office(404),
        post(
            "resume_issue",
            &endpoint::suspension_ending(SuspensionId::new(id())),
            &unsigned,
            OFFICE,
        )
        .in_office(404),
        post(
            "create_annulment_draft",
            &endpoint::annulment_drafts(referral.id),
            &json!({"reason": "группа закрыта"}),
            OFFICE,
        )
        .in_office(201),
        post(
            "annul_referral",
            &endpoint::annulment(referral.id),
            &unsigned,
            OFFICE,
        )
        .in_office(404),
        // What parents have signed is no decision.
        get("show_decision", endpoint::decision(mine.document), OFFICE).in_office(404),
        get(
            "get_decision_pdf",
            endpoint::decision_pdf(mine.document),
            OFFICE,
        )
        .in_office(404),
        post(
            "import_calendar_days",
            endpoint::OFFICE_CALENDAR,
            &json!({"days": [{"day": "2027-06-18", "kind": "off", "decree": "№ 7"}]}),
            OFFICE,
        )
        .in_office(204),
        Row {
            operation: "import_table",
            method: Method::POST,
            path: format!("{}?kind=groups&source=city", endpoint::IMPORTS),
            body: None,
            expected: OFFICE,
            official: Some(202),
        staff: None,
            unrecorded: false,
        repeated: false,
            header: Some(("content-type", "text/csv".into())),
        },
        get("list_imports", endpoint::IMPORTS, OFFICE).shows_registry(),
        get("show_import", endpoint::import(mine.import), OFFICE).shows_registry(),
        get(
            "list_import_rows",
            endpoint::import_rows(mine.import),
            OFFICE,
        )
        .in_office(200),
        get(
            "list_import_errors",
            endpoint::import_errors(mine.import),
            OFFICE,
        )
        .in_office(200),
        post(
            "apply_import",
            &endpoint::import_applying(mine.import),
            &json!({}),
            OFFICE,
        )
        .in_office(200),
        // It has been applied.
        post(
            "discard_import",
            &endpoint::import_discarding(mine.import),
            &json!({}),
            OFFICE,
        )
        .in_office(409),
        get(
            "get_import_template",
            format!("{}?kind=groups", endpoint::IMPORT_TEMPLATES),
            OFFICE,
        )
        .shows_registry(),
        get(
            "export_table",
            format!(
                "{}?kind=groups&source=city&locality_id={}",
                endpoint::EXPORTS,
                mine.town.id()
            ),
            OFFICE,
        )
        .shows_registry(),
        get("list_registry_sources", endpoint::REGISTRY_SOURCES, OFFICE).shows_registry(),
        get(
            "list_application_looks",
            endpoint::application_audit(id_of_application),
            OWNED,
        ),
        get("show_service", endpoint::SERVICE, PUBLIC),
        get("list_localities", endpoint::LOCALITIES, PUBLIC),
        get("list_kindergartens", endpoint::KINDERGARTENS, PUBLIC),
        get("show_kindergarten", kindergarten, PUBLIC),
        get("list_vacancies", endpoint::VACANCIES, PUBLIC),
        get("follow_vacancies", endpoint::VACANCIES_FEED, PUBLIC),
        get("follow_changes", endpoint::CHANGES, PUBLIC),
        get(
            "verify_referral",
            endpoint::referral_verification(token),
            PUBLIC,
        ),
        // Outside of demo mode there are no such addresses.
        get(
            "get_demo_key",
            format!("{}/none.p12", endpoint::DEMO_KEYS),
            [404; 6],
        ),
        get("list_demo_keys", endpoint::DEMO_KEYS, [404; 6]),
        get("make_up_child", endpoint::DEMO_CHILD, [404; 6]),
        get("show_demo_clock", endpoint::DEMO_CLOCK, [404; 6]),
        post(
            "move_demo_clock",
            endpoint::DEMO_CLOCK,
            &DemoClockRequest {
                advance_seconds: Some(1),
                to: None,
            },
            [404; 6],
        ),
        post(
            "create_challenge",
            endpoint::CHALLENGES,
            &challenge,
            [201; 6],
        ),
        post("create_session", endpoint::SESSIONS, &unknown, [404; 6]),
        // Of nobody here.
        post(
            "begin_to_sign_challenge",
            &endpoint::challenge_signing_session(unknown.challenge_id),
            &json!({}),
            [404; 6],
        ),
        post(
            "begin_to_sign_drafts",
            endpoint::SIGNING_SESSIONS,
            &SigningSessionRequest {
                draft_ids: vec![mine.hold.id],
            },
            [401, 404, 404, 201, 403, 403],
        ),
        get(
            "show_signing_session",
            endpoint::signing_session(SigningSessionId::new(id())),
            [404; 6],
        ),
        Row {
            operation: "cancel_signing_session",
            method: Method::DELETE,
            path: endpoint::signing_session(SigningSessionId::new(id())),
            body: None,
            official: None,
            staff: None,
            repeated: false,
            unrecorded: false,
            header: None,
            expected: [404; 6],
        },
        // By the secrets of a session, whoever has them.
        get(
            "egov_mobile_invitation",
            endpoint::phone_invitation("none"),
            [404; 6],
        ),
        get(
            "egov_mobile_documents",
            endpoint::phone_documents(SigningSessionId::new(id())),
            [404; 6],
        ),
        with_body(
            "egov_mobile_signatures",
            Method::PUT,
            &endpoint::phone_documents(SigningSessionId::new(id())),
            &json!({}),
            [404; 6],
        ),
        // By the cookie, not by the token: a program has none.
        current("renew_session", Method::PUT, [401, 200, 200, 200, 401, 401]),
        get("show_me", endpoint::ME, LOGGED_IN),
        post(
            "confirm_my_email",
            endpoint::MY_EMAIL_CONFIRMATION,
            &code,
            [401, 422, 422, 422, 403, 403],
        ),
        post(
            "create_vacancy_subscription",
            endpoint::VACANCY_SUBSCRIPTIONS,
            &VacancyFilter::default(),
            [401, 403, 201, 201, 403, 403],
        ),
        get(
            "list_vacancy_subscriptions",
            endpoint::VACANCY_SUBSCRIPTIONS,
            ANYBODY,
        ),
        Row {
            operation: "delete_vacancy_subscription",
            method: Method::DELETE,
            path: endpoint::vacancy_subscription(mine.subscription),
            body: None,
            official: None,
        staff: None,
            unrecorded: false,
        repeated: false,
            header: None,
            expected: [401, 403, 404, 204, 403, 403],
        },
        get("list_my_sessions", endpoint::SESSIONS, LOGGED_IN),
        // Of nobody here.
        Row {
            operation: "end_my_session",
            method: Method::DELETE,
            path: format!(
                "{}/{}",
                endpoint::SESSIONS,
                balabaqsha_tests::builders::id()
            ),
            body: None,
            official: None,
        staff: None,
            unrecorded: false,
        repeated: false,
            header: None,
            expected: [401, 404, 404, 404, 403, 403],
        },
        get("list_notices", endpoint::NOTICES, ANYBODY),
        with_body(
            "read_notice",
            Method::PUT,
            &endpoint::notice_reading(mine.notice),
            &Value::Null,
            [401, 403, 404, 204, 403, 403],
        ),
        get(
            "show_notice_preferences",
            endpoint::MY_NOTICE_PREFERENCES,
            ANYBODY,
        ),
        with_body(
            "set_notice_preferences",
            Method::PUT,
            endpoint::MY_NOTICE_PREFERENCES,
            &NoticePreferences { items: Vec::new() },
            ANYBODY,
        ),
        get("list_applications", endpoint::APPLICATIONS, ANYBODY),
        post(
            "create_application_draft",
            endpoint::APPLICATION_DRAFTS,
            &draft,
            [401, 403, 201, 201, 403, 403],
        ),
        post(
            "create_application",
            endpoint::APPLICATIONS,
            &mine.application,
            MADE_BY_OWNER,
        ),
        get(
            "show_application",
            endpoint::application(id_of_application),
            OWNED,
        ),
        get(
            "show_application_history",
            endpoint::application_history(id_of_application),
            OWNED,
        ),
        get(
            "show_position_history",
            endpoint::position_history(id_of_application),
            OWNED,
        ),
        get(
            "list_application_vacancies",
            endpoint::application_vacancies(id_of_application),
            OWNED,
        ),
        get(
            "list_application_documents",
            endpoint::application_documents(id_of_application),
            OWNED,
        ),
        post(
            "create_referral_draft",
            endpoint::REFERRAL_DRAFTS,
            &choice,
            MADE_BY_OWNER,
        ),
        post(
            "create_referral",
            endpoint::REFERRALS,
            &mine.referral,
            MADE_BY_OWNER,
        ),
        Row {
            operation: "delete_referral_draft",
            method: Method::DELETE,
            path: endpoint::referral_draft(mine.hold.id),
            body: None,
            official: None,
        staff: None,
            unrecorded: false,
        repeated: false,
            header: None,
            expected: [401, 403, 404, 204, 403, 403],
        },
        get("show_draft", endpoint::draft(mine.hold.id), OWNED),
        get("show_referral", endpoint::referral(referral.id), OWNED),
        get(
            "get_calendar_event",
            endpoint::calendar_event(referral.id),
            OWNED,
        ),
        post(
            "create_withdrawal_draft",
            &endpoint::withdrawal_drafts(mine.queued.id),
            &ActDraftRequest::default(),
            MADE_BY_OWNER,
        ),
        post(
            "withdraw_application",
            &endpoint::withdrawal(mine.withdrawn.0),
            &mine.withdrawn.1,
            OWNED,
        ),
        post(
            "create_extension_draft",
            &endpoint::extension_drafts(referral.id),
            &serde_json::json!({"until": "2026-12-10", "reason": "moving"}),
            MADE_BY_OWNER,
        ),
        post(
            "extend_referral",
            &endpoint::extension(referral.id),
            &mine.extension,
            OWNED,
        ),
        post(
            "create_revocation_draft",
            &endpoint::revocation_drafts(referral.id),
            &ActDraftRequest::default(),
            MADE_BY_OWNER,
        ),
        post(
            "revoke_referral",
            &endpoint::revocation(mine.revoked.0),
            &mine.revoked.1,
            OWNED,
        ),
        get("list_expected_children", endpoint::REFERRALS, PROGRAMS).at_desk(200),
        post(
            "find_referral",
            endpoint::REFERRAL_SEARCHES,
            &json!({"text": referral.number}),
            [401, 403, 403, 403, 404, 200],
        )
        .at_desk(200),
        get(
            "show_desk_kindergarten",
            endpoint::desk_kindergarten(mine.town.kindergarten.id),
            [401, 403, 403, 403, 403, 403],
        )
        .at_desk(200)
        .unrecorded(),
        get(
            "show_desk_group",
            endpoint::desk_group(mine.town.group.id),
            [401, 403, 403, 403, 403, 403],
        )
        .at_desk(200)
        .unrecorded(),
        // What nobody has seen.
        with_body(
            "set_free_places",
            Method::PUT,
            &endpoint::free_places(mine.town.group.id),
            &json!({"free": 1}),
            [401, 403, 403, 403, 403, 403],
        )
        .at_desk(412)
        .with("if-match", "\"nothing\""),
        with_body(
            "describe_kindergarten",
            Method::PUT,
            &endpoint::kindergarten_description(mine.town.kindergarten.id),
            &json!({"phone": "+7 713 33 99 99", "schedule": "", "about": {"kk": "", "ru": "Сад", "en": ""}}),
            OFFICE,
        )
        .at_desk(412)
        .with("if-match", "\"99\""),
        get(
            "list_staff",
            endpoint::staff(mine.town.kindergarten.id),
            OFFICE,
        )
        .at_desk(200),
        post(
            "appoint_staff",
            &endpoint::staff(mine.town.kindergarten.id),
            &json!({"iin": iin(day("1990-07-15"))}),
            OFFICE,
        )
        .at_desk(201),
        // Of nobody here.
        post(
            "end_staff",
            &endpoint::staff_ending(StaffMemberId::new(id())),
            &json!({}),
            OFFICE,
        )
        .at_desk(404),
        Row {
            operation: "enrol_child",
            method: Method::PUT,
            path: endpoint::enrolment(referral.id),
            body: None,
            official: None,
        staff: None,
            unrecorded: false,
        repeated: false,
            header: None,
            expected: [401, 403, 403, 403, 404, 200],
        }
        .at_desk(200)
        .repeated(),
        Row {
            operation: "undo_enrolment",
            method: Method::DELETE,
            path: endpoint::enrolment(referral.id),
            body: None,
            official: None,
        staff: None,
            unrecorded: false,
        repeated: false,
            header: None,
            expected: [401, 403, 403, 403, 404, 204],
        }
        .at_desk(204)
        .repeated(),
        get("list_attachments", endpoint::ATTACHMENTS, ANYBODY),
        post(
            "create_attachment_draft",
            endpoint::ATTACHMENT_DRAFTS,
            &AttachmentDraftRequest {
                child_iin: mine.referred.child.iin.to_string(),
                application_number: mine.referred.number.to_string(),
                language: Language::Ru,
            },
            // Whoever knows child and number may ask; the owner has it already.
            [401, 403, 201, 409, 403, 403],
        ),
        post(
            "create_attachment",
            endpoint::ATTACHMENTS,
            &mine.application,
            // The draft is of another kind.
            [401, 403, 404, 404, 403, 403],
        ),
        with_body(
            "decide_attachment",
            Method::PUT,
            &endpoint::attachment_decision(mine.attachment),
            &AttachmentDecision { accept: false },
            [401, 403, 404, 204, 403, 403],
        ),
        with_body(
            "set_contact_phone",
            Method::PUT,
            &endpoint::contact_phone(mine.queued.id),
            &ContactPhone {
                contact_phone: "87017654321".into(),
            },
            [401, 403, 404, 204, 403, 403],
        ),
        post(
            "create_detachment_draft",
            &endpoint::detachment_drafts(mine.attached.0),
            &ActDraftRequest::default(),
            MADE_BY_OWNER,
        ),
        post(
            "end_attachment",
            &endpoint::detachment(mine.attached.0),
            &mine.attached.1,
            OWNED,
        ),
        get("show_document", endpoint::document(mine.document), OWNED),
        get(
            "get_document_content",
            endpoint::document_content(mine.document),
            OWNED,
        ),
        get(
            "get_document_signature",
            endpoint::document_signature(mine.document),
            OWNED,
        ),
        get(
            "get_document_pdf",
            endpoint::document_pdf(mine.document),
            OWNED,
        ),
        get(
            "get_document_evidence",
            endpoint::document_evidence(mine.document),
            OWNED,
        ),
        post(
            "verify_signature",
            endpoint::SIGNATURE_VERIFICATION,
            &json!({"cms": ""}),
            PUBLIC,
        ),
        // Last, because they change who the callers are.
        with_body(
            "set_my_email",
            Method::PUT,
            endpoint::MY_EMAIL,
            &email,
            LOGGED_IN,
        ),
        current("end_session", Method::DELETE, [204; 6]),
    ]
}

fn operations() -> BTreeSet<String> {
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    paths
        .values()
        .flat_map(|path| path.as_object().expect("methods").values())
        .filter_map(|operation| operation["operationId"].as_str())
        .map(str::to_owned)
        .collect()
}

async fn ask(request: RequestBuilder, row: &Row) -> u16 {
    let request = match (&row.body, &row.header) {
        // A table of nothing.
        (None, Some(("content-type", kind))) => request.header("content-type", kind).body(""),
        (Some(body), Some((name, value))) => request.json(body).header(*name, value),
        (Some(body), None) => request.json(body),
        (None, _) => request,
    };
    // Some answers have no end.
    request.send().await.expect("an answer").status().as_u16()
}

/// Asks once and notes what is not as it should be: the status, and the record of a look or an act.
async fn look(
    wrong: &mut Vec<String>,
    app: &TestApp,
    row: &Row,
    request: RequestBuilder,
    who: &str,
    expected: u16,
) {
    let records = async || number(app.db(), "SELECT COUNT(*) FROM audit_records").await;
    let before = records().await;
    let status = ask(request, row).await;
    if status != expected {
        wrong.push(format!(
            "{}: {who} gets {status} instead of {expected}",
            row.operation
        ));
    }
    let anew = who != STAFF || !row.repeated;
    let due = i64::from(row.is_recorded() && anew && status < 300);
    let written = records().await - before;
    if written != due {
        wrong.push(format!(
            "{}: {who} leaves {written} records in the audit log instead of {due}",
            row.operation
        ));
    }
}

async fn every_operation_answers_every_kind_of_caller_as_it_should(app: &TestApp) {
    let owner = Parent::new(app).await;
    let newcomer = Parent::newcomer(app).await;
    let stranger = Parent::new(app).await;
    let nobody = app.client();
    let belongings = Belongings::of(&owner, app).await;
    let program = Program::of(app, &belongings.town.kindergarten).await;
    let elsewhere = Program::of(app, &app.town(1).await.kindergarten).await;
    let official = Official::new(app, &belongings.town.locality, &Duty::ALL).await;
    let staff = Staff::new(app, &belongings.town.kindergarten, StaffRole::Head).await;
    let rows = rows(&belongings);
    let listed: BTreeSet<String> = rows.iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(
        listed,
        operations(),
        "every operation has a row, and every row an operation"
    );

    let callers = [
        ("nobody", &nobody),
        ("a newcomer", &newcomer.client),
        ("a stranger", &stranger.client),
        ("the owner", &owner.client),
        ("another program", &elsewhere.client),
        ("the program", &program.client),
    ];
    let mut wrong = Vec::new();
    for row in &rows {
        for ((who, client), expected) in callers.iter().zip(row.expected) {
            let request = client.request(row.method.clone(), &row.path);
            look(&mut wrong, app, row, request, who, expected).await;
        }
        let request = official.request(row.method.clone(), &row.path);
        let expected = row.of_official();
        look(&mut wrong, app, row, request, "an official", expected).await;
        let request = staff.request(row.method.clone(), &row.path);
        look(&mut wrong, app, row, request, STAFF, row.of_staff()).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
