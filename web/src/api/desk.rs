//! What the staff of a kindergarten asks for (R19).

use super::{
    Answer, Api, Asked, asked, changed, done, transport, transport::Call, with_query, write,
};
use crate::api::read;
use balabaqsha_shared::{
    dto::{self, ReferralChoice},
    endpoint, id,
};
use chrono::{DateTime, SecondsFormat, Utc};
use gloo_net::http::Method;

/// A group and the tag with which the service showed it.
#[derive(Clone, Debug)]
pub struct SeenGroup {
    pub group: dto::DeskGroup,
    pub tag: String,
}

impl Api {
    /// A page of the referrals to a kindergarten.
    pub fn expected(
        self,
        kindergarten: id::KindergartenId,
        choice: ReferralChoice,
        cursor: Option<String>,
    ) -> Asked<dto::Page<dto::ExpectedChild>> {
        let choice = serde_json::to_value(choice).ok();
        let parts = [
            ("kindergarten_id", Some(kindergarten.to_string())),
            (
                "choice",
                choice.and_then(|name| name.as_str().map(str::to_owned)),
            ),
            ("limit", Some("100".to_owned())),
            ("cursor", cursor),
        ];
        asked(self.get(&with_query(endpoint::REFERRALS, parts)))
    }

    /// A referral by its number or by what its QR code says.
    pub fn find_referral(self, text: String) -> Asked<dto::ExpectedChild> {
        let search = dto::ReferralSearch { text };
        asked(self.post(endpoint::REFERRAL_SEARCHES, write(&search)))
    }

    pub fn enrol(self, id: id::ReferralId, request: dto::EnrolmentRequest) -> Asked<()> {
        done(self.send(Method::PUT, &endpoint::enrolment(id), write(&request)))
    }

    pub fn undo_enrolment(
        self,
        id: id::ReferralId,
        pressed_at: Option<DateTime<Utc>>,
    ) -> Asked<()> {
        let moment = pressed_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        let path = with_query(&endpoint::enrolment(id), [("pressed_at", moment)]);
        done(changed(self.authorized(Call::new(Method::DELETE, &path))))
    }

    pub fn desk_kindergarten(self, id: id::KindergartenId) -> Asked<dto::DeskKindergarten> {
        asked(self.get(&endpoint::desk_kindergarten(id)))
    }

    /// A group as it is now.
    pub async fn desk_group(self, id: id::GroupId) -> Answer<SeenGroup> {
        let call = Call::new(Method::GET, &endpoint::desk_group(id));
        let answer = self.authorized(call).await?;
        let tag = answer.headers().get("etag").unwrap_or_default();
        let group = read(&transport::text(&answer).await?)?;
        Ok(SeenGroup { group, tag })
    }

    /// Publishes places or takes them back, if the group is still as it was seen.
    pub fn set_free_places(self, seen: &SeenGroup, free: u32) -> Asked<dto::DeskGroup> {
        let body = match write(&dto::FreePlaces { free }) {
            Ok(body) => body,
            Err(failure) => return asked(super::not_sent(failure)),
        };
        let call = Call::with_body(Method::PUT, &endpoint::free_places(seen.group.id), body);
        asked(changed(self.authorized(call.if_tag(seen.tag.clone()))))
    }

    pub fn describe(
        self,
        id: id::KindergartenId,
        version: u32,
        description: &dto::KindergartenDescription,
    ) -> Asked<dto::DeskKindergarten> {
        let body = match write(description) {
            Ok(body) => body,
            Err(failure) => return asked(super::not_sent(failure)),
        };
        let path = endpoint::kindergarten_description(id);
        let call = Call::with_body(Method::PUT, &path, body).if_match(version);
        asked(changed(self.authorized(call)))
    }

    pub fn staff(self, id: id::KindergartenId) -> Asked<dto::StaffList> {
        asked(self.get(&endpoint::staff(id)))
    }

    pub fn appoint_staff(self, id: id::KindergartenId, iin: String) -> Asked<dto::StaffMember> {
        asked(self.post(&endpoint::staff(id), write(&dto::StaffRequest { iin })))
    }

    pub fn end_staff(self, id: id::StaffMemberId) -> Asked<dto::StaffMember> {
        let nothing = Ok("{}".to_owned());
        asked(self.send(Method::POST, &endpoint::staff_ending(id), nothing))
    }
}
