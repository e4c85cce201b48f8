//! Benefits and their proofs (R21), of parents and of officials.

use super::{Answer, Api, Asked, Call, asked, changed, done, read, upload, write};
use crate::i18n;
use balabaqsha_shared::{dto, endpoint, id};
use gloo_net::http::Method;

impl Api {
    /// What a locality gives benefits for.
    pub fn benefit_grounds(self, locality: id::LocalityId) -> Asked<dto::BenefitGroundList> {
        let path = format!("{}?locality_id={locality}", endpoint::BENEFIT_GROUNDS);
        asked(self.ask(&path))
    }

    pub fn benefit_claims(self, id: id::ApplicationId) -> Asked<dto::BenefitClaimList> {
        asked(self.get(&endpoint::benefit_claims(id)))
    }

    pub fn claim_benefit(
        self,
        id: id::ApplicationId,
        request: &dto::BenefitClaimRequest,
    ) -> Asked<dto::BenefitClaimList> {
        asked(self.post(&endpoint::benefit_claims(id), write(request)))
    }

    pub fn remove_scan(self, id: id::ScanId) -> Asked<()> {
        let call = Call::new(Method::DELETE, &endpoint::scan(id));
        done(changed(self.authorized(call)))
    }

    /// Uploads a scan and tells the share that has gone, in hundredths.
    pub async fn upload_scan(
        self,
        id: id::ApplicationId,
        file: web_sys::File,
        told: impl Fn(u32) + Clone + 'static,
    ) -> Answer<dto::Scan> {
        let send = async |token| {
            let upload = upload::Upload {
                path: endpoint::scans(id),
                file: file.clone(),
                language: i18n::language_now(self.i18n),
                token,
            };
            upload::send(upload, told.clone()).await
        };
        let token = self.session.token();
        let text = match send(token.clone()).await {
            Err(failure) if failure.is_unauthenticated() => {
                let renewed = self.renew(token).await;
                renewed.map_err(|failure| failure.of_change(false))?;
                send(self.session.token()).await?
            }
            sent => sent?,
        };
        read(&text)
    }

    pub fn office_benefit_claims(self) -> Asked<dto::OfficeBenefitClaimList> {
        asked(self.get(endpoint::OFFICE_BENEFIT_CLAIMS))
    }

    pub fn office_benefit_claim(self, id: id::BenefitClaimId) -> Asked<dto::OfficeBenefitClaim> {
        asked(self.get(&endpoint::office_benefit_claim(id)))
    }

    pub fn draft_benefit_decision(
        self,
        id: id::BenefitClaimId,
        request: &dto::BenefitDecisionDraftRequest,
    ) -> Asked<dto::Draft> {
        asked(self.post(&endpoint::benefit_decision_drafts(id), write(request)))
    }

    pub fn override_virus_check(
        self,
        id: id::ScanId,
        request: &dto::VirusCheckOverride,
    ) -> Asked<dto::Scan> {
        asked(self.post(&endpoint::virus_check_override(id), write(request)))
    }
}
