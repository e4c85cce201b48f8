//! The staff of a kindergarten, and what it does at its desk.

use crate::{Answer, Client, Parent, TestApp, authority};
use balabaqsha_shared::{
    appointment::Capacity,
    dto, endpoint,
    id::{GroupId, KindergartenId, ReferralId},
    staff::StaffRole,
};
use balabaqsha_store::kindergartens::Kindergarten;
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::json;

/// A person who works for a kindergarten.
#[derive(Debug)]
pub struct Staff {
    pub person: Parent,
    pub kindergarten: KindergartenId,
}

impl Staff {
    /// Somebody who has not logged in, with a key of the kindergarten.
    #[must_use]
    pub fn outside(app: &TestApp, kindergarten: &Kindergarten, role: StaffRole) -> Self {
        let person = Parent::outside(app);
        let bin = kindergarten.bin.to_string();
        let key = authority().key_of_kindergarten(&person.identity, &bin, role, 2024);
        Self {
            person: person.with_key(key),
            kindergarten: kindergarten.id,
        }
    }

    /// Somebody with a key of the kindergarten who may do everything.
    pub async fn new(app: &TestApp, kindergarten: &Kindergarten, role: StaffRole) -> Self {
        let staff = Self::outside(app, kindergarten, role);
        staff.person.log_in().await;
        staff.person.give_email("sad@example.kz").await;
        staff
    }

    #[must_use]
    pub fn client(&self) -> &Client {
        &self.person.client
    }

    /// A request in the capacity of staff.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client().request(method, path);
        request.header(Capacity::HEADER, Capacity::Staff.as_str())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.client().send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(Method::POST, path).json(body);
        self.client().send(request).await
    }

    pub async fn enrol(&self, referral: ReferralId, request: dto::EnrolmentRequest) -> Answer {
        let path = endpoint::enrolment(referral);
        let request = self.request(Method::PUT, &path).json(&request);
        self.client().send(request).await
    }

    pub async fn undo(&self, referral: ReferralId, query: &str) -> Answer {
        let path = format!("{}{query}", endpoint::enrolment(referral));
        let request = self.request(Method::DELETE, &path);
        self.client().send(request).await
    }

    pub async fn listed(&self, query: &str) -> Vec<dto::ExpectedChild> {
        let path = format!("{}{query}", endpoint::REFERRALS);
        let page: dto::Page<dto::ExpectedChild> = self.get(&path).await.shown();
        page.items
    }

    pub async fn find(&self, text: &str) -> Answer {
        self.post(endpoint::REFERRAL_SEARCHES, &json!({"text": text}))
            .await
    }

    /// A group and the tag with which it was shown.
    pub async fn group(&self, group: GroupId) -> Seen {
        let answer = self.get(&endpoint::desk_group(group)).await;
        let tag = answer.header("etag").to_owned();
        Seen {
            group: answer.shown(),
            tag,
        }
    }

    /// Publishes places or takes them back, for whoever has seen the group so.
    pub async fn set_free(&self, seen: &Seen, free: u32) -> Answer {
        let path = endpoint::free_places(seen.group.id);
        let request = self
            .request(Method::PUT, &path)
            .json(&json!({"free": free}));
        let request = request.header("if-match", &seen.tag);
        self.client().send(request).await
    }
}

/// A group as somebody has seen it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub group: dto::DeskGroup,
    pub tag: String,
}
