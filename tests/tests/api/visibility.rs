//! R2: an application is visible to the applicant who signed it; for everybody else it does not
//! exist.

use balabaqsha_shared::{
    code::Code,
    dto::{ApplicationSummary, DocumentList, Draft, Page},
    endpoint,
    id::{ApplicationId, DocumentId, DraftId, ReferralId},
};
use balabaqsha_tests::{
    Parent, TestApp,
    builders::{child, id},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(over_http:
    what_belongs_to_another_parent_does_not_exist,
    what_does_not_exist_looks_the_same,
    the_journal_shows_ones_own_applications_page_by_page,
);

async fn what_belongs_to_another_parent_does_not_exist(app: &TestApp) {
    let town = app.town(3).await;
    let (owner, stranger) = (Parent::new(app).await, Parent::new(app).await);
    let referred = owner.queue(town.id(), &child("2022-05-10")).await;
    let referral = owner.refer(referred.id, town.group.id).await;
    let documents = endpoint::application_documents(referred.id);
    let documents: DocumentList = owner.client.get(&documents).await.shown();
    let queued = owner.queue(town.id(), &child("2022-05-11")).await;
    let hold = owner.hold(queued.id, town.group.id).await;
    let draft: Draft = owner
        .draft_application(town.id(), &child("2022-05-12"))
        .await
        .created();

    let mut paths = vec![endpoint::referral(referral.id)];
    paths.extend(addresses_of(referred.id));
    for document in documents.items {
        paths.extend(addresses_of_document(document.id));
    }
    assert_eq!(paths.len(), 13);
    app.without_a_change(async {
        for path in &paths {
            stranger.client.get(path).await.refused(Code::NotFound);
            owner.client.get(path).await.has_status(200);
        }
        stranger
            .submit_application(&draft)
            .await
            .refused(Code::NotFound);
        stranger
            .submit_referral(&hold)
            .await
            .refused(Code::NotFound);
        stranger
            .client
            .delete(&endpoint::referral_draft(hold.id))
            .await
            .refused(Code::NotFound);
        stranger
            .draft_referral(queued.id, town.group.id)
            .await
            .refused(Code::NotFound);
        let theirs: Page<ApplicationSummary> =
            stranger.client.get(endpoint::APPLICATIONS).await.shown();
        assert_eq!(theirs.items, []);
        // Another's application is no cursor either.
        let page = format!("{}?cursor=a{}", endpoint::APPLICATIONS, referred.id);
        stranger.client.get(&page).await.refused(Code::NotFound);
    })
    .await;
}

fn addresses_of(id: ApplicationId) -> [String; 4] {
    [
        endpoint::application(id),
        endpoint::application_history(id),
        endpoint::application_vacancies(id),
        endpoint::application_documents(id),
    ]
}

fn addresses_of_document(id: DocumentId) -> [String; 4] {
    [
        endpoint::document(id),
        endpoint::document_content(id),
        endpoint::document_signature(id),
        endpoint::document_pdf(id),
    ]
}

async fn what_does_not_exist_looks_the_same(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let mut paths = vec![endpoint::referral(ReferralId::new(id()))];
    paths.extend(addresses_of(ApplicationId::new(id())));
    paths.extend(addresses_of_document(DocumentId::new(id())));
    // What cannot be an id names nothing.
    paths.push(format!("{}/1", endpoint::APPLICATIONS));
    paths.push(format!("{}/%D1%8F", endpoint::DOCUMENTS));
    paths.push(format!("{}/../../etc", endpoint::REFERRALS));
    app.without_a_change(async {
        for path in &paths {
            let answer = parent.client.get(path).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        }
        let unknown = ApplicationId::new(id());
        parent
            .draft_referral(unknown, town.group.id)
            .await
            .refused(Code::NotFound);
        let unknown = endpoint::referral_draft(DraftId::new(id()));
        parent.client.delete(&unknown).await.refused(Code::NotFound);
    })
    .await;
}

async fn the_journal_shows_ones_own_applications_page_by_page(app: &TestApp) {
    let town = app.town(0).await;
    let (parent, other) = (Parent::new(app).await, Parent::new(app).await);
    let mut expected = Vec::new();
    for day in 1..=5 {
        expected.push(
            parent
                .queue(town.id(), &child(&format!("2022-05-0{day}")))
                .await
                .id,
        );
        other
            .queue(town.id(), &child(&format!("2022-06-0{day}")))
            .await;
        app.clock.advance(TimeDelta::seconds(1));
    }
    expected.reverse();
    let mut seen = Vec::new();
    let mut path = format!("{}?limit=2", endpoint::APPLICATIONS);
    let mut pages = 0;
    loop {
        let page: Page<ApplicationSummary> = parent.client.get(&path).await.shown();
        seen.extend(page.items.iter().map(|line| line.id));
        pages += 1;
        let Some(cursor) = page.next_cursor else {
            break;
        };
        path = format!("{}?limit=2&cursor={cursor}", endpoint::APPLICATIONS);
    }
    assert_eq!((seen, pages), (expected, 3));
    let path = format!("{}?cursor=nonsense", endpoint::APPLICATIONS);
    parent
        .client
        .get(&path)
        .await
        .refused(Code::MalformedRequest);
}
