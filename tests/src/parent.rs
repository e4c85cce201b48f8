//! A parent with keys, and the calls of the main job as a client makes them.

use crate::{Answer, Client, Condition, Identity, Key, Phone, Process, TestApp, authority};
use balabaqsha_api::clock::{Clock, ManualClock};
use balabaqsha_pki::authority::Profile;
use balabaqsha_shared::{
    Language,
    application::Category,
    dto::{
        ActDraftRequest, Application, ApplicationDraftRequest, Attachment, AttachmentDecision,
        AttachmentDraftRequest, AttachmentList, BegunSigningSession, Challenge, ChallengeRequest,
        ChildInput, Draft, EmailConfirmation, EmailRequest, History, JointChoice,
        JointReferralDraftRequest, JointReferralDrafts, Person, Referral, ReferralDraftRequest,
        Session, SessionRequest, SignedDraft, SignedJointDrafts, SigningSession,
        SigningSessionRequest,
    },
    endpoint,
    id::{
        ApplicationId, AttachmentId, GroupId, LocalityId, PersonId, ReferralId, SigningSessionId,
    },
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::sync::Arc;

/// A parent at a client of their own.
#[derive(Debug)]
pub struct Parent {
    pub identity: Identity,
    pub client: Client,
    pub login_key: Key,
    pub signing_key: Key,
    clock: Arc<ManualClock>,
}

impl Parent {
    /// A parent with RSA keys who has not logged in.
    #[must_use]
    pub fn outside(app: &TestApp) -> Self {
        Self::named(app, Identity::new())
    }

    /// The same with a name and a number of the test's choice.
    #[must_use]
    pub fn named(app: &TestApp, identity: Identity) -> Self {
        let key = |profile| authority().key(&identity, profile, Condition::Valid);
        Self {
            login_key: key(Profile::AuthRsa),
            signing_key: key(Profile::SignRsa),
            client: app.client(),
            clock: Arc::clone(&app.clock),
            identity,
        }
    }

    /// A parent with today's single GOST key who has not logged in.
    #[must_use]
    pub fn outside_with_gost(app: &TestApp) -> Self {
        let rsa = Self::outside(app);
        let key = authority().key(&rsa.identity, Profile::Gost512, Condition::Valid);
        Self {
            login_key: key.clone(),
            signing_key: key,
            ..rsa
        }
    }

    /// The same parent with another key for everything.
    #[must_use]
    pub fn with_key(self, key: Key) -> Self {
        Self {
            login_key: key.clone(),
            signing_key: key,
            ..self
        }
    }

    /// A parent after the login but before the e-mail address.
    pub async fn newcomer(app: &TestApp) -> Self {
        let parent = Self::outside(app);
        parent.log_in().await;
        parent
    }

    /// A parent who may do everything.
    pub async fn new(app: &TestApp) -> Self {
        let parent = Self::newcomer(app).await;
        parent.give_email("parent@example.kz").await;
        parent
    }

    /// A parent who may do everything and gets whole notices by mail.
    pub async fn with_confirmed_email(app: &TestApp) -> Self {
        let parent = Self::new(app).await;
        parent.confirm_email(app).await;
        parent
    }

    /// The same parent on the way to another process.
    #[must_use]
    pub fn at(&self, process: &Process) -> Self {
        Self {
            identity: self.identity.clone(),
            client: self.client.moved_to(process.base()),
            login_key: self.login_key.clone(),
            signing_key: self.signing_key.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    /// Base64 of a detached CMS over the text.
    #[must_use]
    pub fn sign_with(&self, key: &Key, text: &str) -> String {
        BASE64_STANDARD.encode(key.sign(text.as_bytes(), self.clock.now()))
    }

    pub async fn challenge(&self) -> Challenge {
        let request = ChallengeRequest {
            language: Language::Ru,
        };
        self.client
            .post(endpoint::CHALLENGES, &request)
            .await
            .created()
    }

    pub async fn answer_challenge(&self, challenge: &Challenge, key: &Key) -> Answer {
        let cms = self.sign_with(key, &challenge.text);
        let request = SessionRequest {
            challenge_id: challenge.id,
            cms,
        };
        self.client.post(endpoint::SESSIONS, &request).await
    }

    /// Logs in, for the first time or again: tokens are good for ten minutes of the test's clock.
    pub async fn log_in(&self) -> Session {
        self.client.use_token(None);
        let challenge = self.challenge().await;
        let session: Session = self
            .answer_challenge(&challenge, &self.login_key)
            .await
            .created();
        self.client.use_token(Some(session.access_token.clone()));
        session
    }

    pub async fn id(&self) -> PersonId {
        let me: Person = self.client.get(endpoint::ME).await.shown();
        me.id
    }

    pub async fn give_email(&self, address: &str) -> Session {
        let request = EmailRequest {
            address: address.into(),
            language: Language::Ru,
        };
        let session: Session = self.client.put(endpoint::MY_EMAIL, &request).await.shown();
        self.client.use_token(Some(session.access_token.clone()));
        session
    }

    /// Types the code of the newest mail in.
    pub async fn confirm_email(&self, app: &TestApp) {
        let code = app.mailed_code().await;
        self.type_code(&code).await.has_status(200);
    }

    pub async fn type_code(&self, code: &str) -> Answer {
        let request = EmailConfirmation {
            code: code.to_owned(),
        };
        self.client
            .post(endpoint::MY_EMAIL_CONFIRMATION, &request)
            .await
    }

    pub async fn draft_application(&self, locality: LocalityId, child: &ChildInput) -> Answer {
        let request = ApplicationDraftRequest {
            locality_id: locality,
            child: child.clone(),
            category: Category::General,
            contact_phone: "+7 701 123 45 67".into(),
            language: Language::Ru,
        };
        self.client
            .post(endpoint::APPLICATION_DRAFTS, &request)
            .await
    }

    #[must_use]
    pub fn signed(&self, draft: &Draft) -> SignedDraft {
        SignedDraft {
            draft_id: draft.id,
            cms: self.sign_with(&self.signing_key, &draft.text),
        }
    }

    /// Begins to sign drafts with a phone.
    pub async fn begin_to_sign(&self, drafts: &[&Draft]) -> Answer {
        let request = SigningSessionRequest {
            draft_ids: drafts.iter().map(|draft| draft.id).collect(),
        };
        self.client.post(endpoint::SIGNING_SESSIONS, &request).await
    }

    pub async fn signing_session(&self, id: SigningSessionId) -> SigningSession {
        self.client
            .get(&endpoint::signing_session(id))
            .await
            .shown()
    }

    /// Signs a draft with a phone and collects the signature.
    ///
    /// # Panics
    ///
    /// When the signature does not pass.
    pub async fn signed_by_phone(&self, phone: &Phone, draft: &Draft) -> SignedDraft {
        let begun: BegunSigningSession = self.begin_to_sign(&[draft]).await.created();
        let now = self.clock.now();
        let key = |content: &[u8]| self.signing_key.sign(content, now);
        phone.sign(&begun.qr_text, key).await.expect("a signature");
        let mut session = self.signing_session(begun.session.id).await;
        SignedDraft {
            draft_id: draft.id,
            cms: session.documents.remove(0).cms.expect("a signature"),
        }
    }

    pub async fn submit_application(&self, draft: &Draft) -> Answer {
        self.client
            .post(endpoint::APPLICATIONS, &self.signed(draft))
            .await
    }

    /// Puts a child in the queue.
    pub async fn queue(&self, locality: LocalityId, child: &ChildInput) -> Application {
        let draft: Draft = self.draft_application(locality, child).await.created();
        self.submit_application(&draft).await.created()
    }

    pub async fn application(&self, id: ApplicationId) -> Application {
        self.client.get(&endpoint::application(id)).await.shown()
    }

    pub async fn draft_referral(&self, application: ApplicationId, group: GroupId) -> Answer {
        let request = ReferralDraftRequest {
            application_id: application,
            group_id: group,
            language: Language::Ru,
        };
        self.client.post(endpoint::REFERRAL_DRAFTS, &request).await
    }

    /// Holds a place.
    pub async fn hold(&self, application: ApplicationId, group: GroupId) -> Draft {
        self.draft_referral(application, group).await.created()
    }

    pub async fn submit_referral(&self, draft: &Draft) -> Answer {
        self.client
            .post(endpoint::REFERRALS, &self.signed(draft))
            .await
    }

    /// Asks for places for several children in one step.
    pub async fn draft_joint_referrals(&self, places: &[(ApplicationId, GroupId)]) -> Answer {
        let choices = places.iter();
        let choices = choices.map(|(application, group)| JointChoice {
            application_id: *application,
            group_id: *group,
        });
        let request = JointReferralDraftRequest {
            choices: choices.collect(),
            language: Language::Ru,
        };
        self.client
            .post(endpoint::JOINT_REFERRAL_DRAFTS, &request)
            .await
    }

    /// Holds places for several children in one step.
    pub async fn hold_jointly(&self, places: &[(ApplicationId, GroupId)]) -> JointReferralDrafts {
        self.draft_joint_referrals(places).await.created()
    }

    pub fn signed_jointly(&self, drafts: &JointReferralDrafts) -> SignedJointDrafts {
        SignedJointDrafts {
            items: drafts
                .items
                .iter()
                .map(|draft| self.signed(draft))
                .collect(),
        }
    }

    pub async fn submit_jointly(&self, drafts: &JointReferralDrafts) -> Answer {
        self.client
            .post(endpoint::JOINT_REFERRALS, &self.signed_jointly(drafts))
            .await
    }

    /// Gets a referral.
    pub async fn refer(&self, application: ApplicationId, group: GroupId) -> Referral {
        let draft = self.hold(application, group).await;
        self.submit_referral(&draft).await.created()
    }

    pub async fn draft_extension(&self, referral: ReferralId, wish: &Value) -> Answer {
        let path = endpoint::extension_drafts(referral);
        self.client.post(&path, wish).await
    }

    pub async fn submit_extension(&self, referral: ReferralId, draft: &Draft) -> Answer {
        let path = endpoint::extension(referral);
        self.client.post(&path, &self.signed(draft)).await
    }

    /// Extends a referral for a plain reason.
    pub async fn extend(&self, referral: ReferralId, until: &str) -> Referral {
        let wish = json!({"until": until, "reason": "child_illness"});
        let draft: Draft = self.draft_extension(referral, &wish).await.created();
        self.submit_extension(referral, &draft).await.shown()
    }

    pub async fn draft_revocation(&self, referral: ReferralId) -> Answer {
        let path = endpoint::revocation_drafts(referral);
        self.client.post(&path, &ActDraftRequest::default()).await
    }

    pub async fn submit_revocation(&self, referral: ReferralId, draft: &Draft) -> Answer {
        let path = endpoint::revocation(referral);
        self.client.post(&path, &self.signed(draft)).await
    }

    pub async fn draft_withdrawal(&self, application: ApplicationId) -> Answer {
        let path = endpoint::withdrawal_drafts(application);
        self.client.post(&path, &ActDraftRequest::default()).await
    }

    pub async fn submit_withdrawal(&self, application: ApplicationId, draft: &Draft) -> Answer {
        let path = endpoint::withdrawal(application);
        self.client.post(&path, &self.signed(draft)).await
    }

    pub async fn history(&self, application: ApplicationId) -> History {
        let path = endpoint::application_history(application);
        self.client.get(&path).await.shown()
    }

    pub async fn draft_attachment(&self, child_iin: &str, number: &str) -> Answer {
        let request = AttachmentDraftRequest {
            child_iin: child_iin.to_owned(),
            application_number: number.to_owned(),
            language: Language::Ru,
        };
        self.client
            .post(endpoint::ATTACHMENT_DRAFTS, &request)
            .await
    }

    pub async fn submit_attachment(&self, draft: &Draft) -> Answer {
        self.client
            .post(endpoint::ATTACHMENTS, &self.signed(draft))
            .await
    }

    /// Asks to have the application of another parent attached.
    pub async fn attach(&self, application: &Application) -> Attachment {
        let iin = application.child.iin.to_string();
        let draft: Draft = self
            .draft_attachment(&iin, application.number.as_str())
            .await
            .created();
        self.submit_attachment(&draft).await.created()
    }

    /// Takes a referral back.
    pub async fn revoke(&self, referral: ReferralId) -> Referral {
        let draft: Draft = self.draft_revocation(referral).await.created();
        self.submit_revocation(referral, &draft).await.shown()
    }

    /// Takes an application off the queue.
    pub async fn withdraw(&self, application: ApplicationId) -> Application {
        let draft: Draft = self.draft_withdrawal(application).await.created();
        self.submit_withdrawal(application, &draft).await.shown()
    }

    pub async fn draft_detachment(&self, attachment: AttachmentId) -> Answer {
        let path = endpoint::detachment_drafts(attachment);
        self.client.post(&path, &ActDraftRequest::default()).await
    }

    /// Ends an attachment.
    pub async fn detach(&self, attachment: AttachmentId) -> Attachment {
        let draft: Draft = self.draft_detachment(attachment).await.created();
        let path = endpoint::detachment(attachment);
        let answer = self.client.post(&path, &self.signed(&draft)).await;
        answer.shown()
    }

    /// The codes of what stands against choosing.
    pub async fn unmet(&self, application: ApplicationId) -> Vec<String> {
        let shown = self.application(application).await;
        let unmet = shown.choosing.unmet.into_iter();
        unmet.map(|one| one.code).collect()
    }

    pub async fn attachments(&self) -> AttachmentList {
        self.client.get(endpoint::ATTACHMENTS).await.shown()
    }

    pub async fn decide(&self, attachment: AttachmentId, accept: bool) -> Answer {
        let path = endpoint::attachment_decision(attachment);
        self.client.put(&path, &AttachmentDecision { accept }).await
    }
}
