//! Benefits, their grounds and the scans that prove them (R21), as clients meet them.

use crate::{Answer, Official, Parent, TestApp, builders::Town};
use balabaqsha_api::service::office::grounds::{self, Ground};
use balabaqsha_shared::{
    Language, Localized,
    application::Category,
    benefit::{BenefitGround, BenefitVerdict},
    dto::{
        BenefitClaimList, BenefitClaimRequest, BenefitDecision, BenefitDecisionDraftRequest,
        BenefitGroundList, Draft, Scan,
    },
    endpoint,
    id::{ApplicationId, BenefitClaimId, ScanId},
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use std::io::Cursor;

/// A small picture; each shade has other bytes.
#[must_use]
pub fn picture(shade: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_pixel(60, 40, Rgb([shade, 90, 90]));
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .expect("a picture");
    bytes
}

/// A PDF of one empty page.
#[must_use]
pub fn pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>",
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(objects) {
        table += &format!("{:010} 00000 n \n", text.len());
        text += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let begin = text.len();
    text += &format!("{table}trailer << /Size 4 /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n");
    text.into_bytes()
}

/// A ground whose proof holds for 30 days, `work`, and one without an end, `family`.
pub async fn give_benefits(app: &TestApp, town: &Town) -> Vec<BenefitGround> {
    let ground = |code: &str, category, proof_days| Ground {
        code: code.to_owned(),
        category,
        name: Localized::new("негіз", "основание", "ground"),
        article: Localized::new("8-бап", "статья 8", "article 8"),
        proof_days,
    };
    let list = [
        ground("work", Category::Extraordinary, Some(30)),
        ground("family", Category::Priority, None),
    ];
    grounds::replace(&app.app().core, &town.locality.code, &list, "А. Ахметова")
        .await
        .expect("grounds");
    let path = format!("{}?locality_id={}", endpoint::BENEFIT_GROUNDS, town.id());
    let known: BenefitGroundList = app.client().get(&path).await.shown();
    known.items
}

impl Parent {
    pub async fn upload(&self, application: ApplicationId, content: Vec<u8>) -> Answer {
        let path = endpoint::scans(application);
        let request = self.client.request(Method::POST, &path);
        let request = request.header("content-type", "application/octet-stream");
        self.client.send(request.body(content)).await
    }

    pub async fn claim(
        &self,
        application: ApplicationId,
        ground: &BenefitGround,
        scans: &[ScanId],
    ) -> Answer {
        let request = BenefitClaimRequest {
            ground_id: ground.id,
            scan_ids: scans.to_vec(),
        };
        let path = endpoint::benefit_claims(application);
        self.client.post(&path, &request).await
    }

    /// Claims with one picture.
    pub async fn claim_with(
        &self,
        application: ApplicationId,
        ground: &BenefitGround,
        shade: u8,
    ) -> BenefitClaimList {
        let scan: Scan = self.upload(application, picture(shade)).await.created();
        self.claim(application, ground, &[scan.id]).await.created()
    }

    pub async fn benefits(&self, application: ApplicationId) -> BenefitClaimList {
        let path = endpoint::benefit_claims(application);
        self.client.get(&path).await.shown()
    }
}

/// A confirmation for as long as the proof can hold.
#[must_use]
pub fn confirmation() -> BenefitDecisionDraftRequest {
    BenefitDecisionDraftRequest {
        verdict: BenefitVerdict::Confirm,
        reason: None,
        valid_until: None,
        language: Language::Ru,
    }
}

#[must_use]
pub fn refusal(reason: &str) -> BenefitDecisionDraftRequest {
    BenefitDecisionDraftRequest {
        verdict: BenefitVerdict::Refuse,
        reason: Some(reason.to_owned()),
        ..confirmation()
    }
}

impl Official {
    pub async fn draft_benefit(
        &self,
        claim: BenefitClaimId,
        wish: &BenefitDecisionDraftRequest,
    ) -> Answer {
        let path = endpoint::benefit_decision_drafts(claim);
        self.post(&path, wish).await
    }

    /// Decides a claim with a signature.
    pub async fn decide_benefit(
        &self,
        claim: BenefitClaimId,
        wish: &BenefitDecisionDraftRequest,
    ) -> BenefitDecision {
        let draft: Draft = self.draft_benefit(claim, wish).await.created();
        let path = endpoint::benefit_decision(claim);
        self.post(&path, &self.signed(&draft)).await.shown()
    }
}
