//! Signed acts (R17): each keeps the exact bytes that were signed, the signature, the verdict on
//! it, and the facts of its PDF.

use super::{pieces, stamping};
use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
    trust::verdict::{Rules, Signed},
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    dto::{self, DocumentKind},
    id::{ApplicationId, DocumentId, PersonId, ReferralId},
};
use balabaqsha_store::{self as store, Tx, evidence::Piece};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A statement with the signature that was just judged.
#[derive(Debug)]
pub struct SignedAct {
    signer: PersonId,
    content: Vec<u8>,
    pub(super) signed: Signed,
    pub(super) at: DateTime<Utc>,
    /// What proves the time stamp that came with it.
    enclosed_stamp: Option<Vec<Piece>>,
    /// Whether a time stamp is to be got for it.
    stamped: bool,
}

/// What a document is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'a> {
    pub kind: DocumentKind,
    /// Of the application or the referral, or the code of a locality.
    pub number: &'a str,
    pub application: Option<ApplicationId>,
    pub referral: Option<ReferralId>,
}

/// What the list of documents shows of a signature, beside the whole report.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::service) struct StoredReport {
    pub(in crate::service) signer: dto::Signer,
    pub(in crate::service) verdict: dto::SignatureVerdict,
    /// Everything the verification found.
    report: serde_json::Value,
    /// What answers about revocation had to be like; absent in acts from before they were asked for.
    #[serde(default)]
    pub(in crate::service) rules: Option<Rules>,
}

impl StoredReport {
    /// The moment for which certificates were judged.
    pub(in crate::service) fn judged_at(&self) -> Option<DateTime<Utc>> {
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
        let mut tx = app.core.db.read().await?;
        let person = store::persons::require(&mut tx, person).await?;
        drop(tx);
        let signed = app
            .trust
            .judge_act(cms, content.clone(), &person.iin, now)
            .await?;
        let enclosed_stamp = stamping::enclosed(&app.trust, &signed.cms, &content, now).await?;
        Ok(Self {
            signer: person.id,
            content,
            signed,
            at: now,
            stamped: app.trust.stamps() && enclosed_stamp.is_none(),
            enclosed_stamp,
        })
    }

    /// The signature that was judged, DER.
    pub(in crate::service) fn into_cms(self) -> Vec<u8> {
        self.signed.cms
    }

    pub(super) fn new_id(&self, app: &App) -> DocumentId {
        DocumentId::new(app.core.new_id())
    }

    /// Stores the act in the transaction of its effect.
    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        id: DocumentId,
        about: About<'_>,
        facts: &paper::Document,
    ) -> Result<()> {
        let mut pieces = pieces::of(&self.signed, self.at);
        for piece in self.enclosed_stamp.iter().flatten() {
            let same = |kept: &Piece| kept.role == piece.role && kept.sha256 == piece.sha256;
            if !pieces.iter().any(same) {
                pieces.push(piece.clone());
            }
        }
        let report = StoredReport {
            rules: Some(self.signed.rules),
            signer: self.signed.signer.clone(),
            verdict: self.signed.verdict.clone(),
            report: self.signed.report.clone(),
        };
        let row = store::documents::Document {
            id,
            kind: about.kind,
            application_id: about.application,
            referral_id: about.referral,
            signer_id: self.signer,
            number: about.number.to_owned(),
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

    /// What papers say of the signature.
    pub(super) fn signature_facts(&self, id: DocumentId) -> paper::SignatureFacts {
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
            content_sha256: hex(&self.content_digest()),
        }
    }

    /// SHA-256 of the bytes that were signed.
    pub(in crate::service) fn content_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.content).into()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

/// What was stored of the verification.
pub(in crate::service) fn stored(row: &store::documents::Document) -> Result<StoredReport> {
    Ok(serde_json::from_value(row.report.clone())
        .map_err(|error| store::Error::inconsistent("documents", row.id, error))?)
}
