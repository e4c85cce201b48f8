//! Made-up facts of the size that real ones have: the same that `examples/` shows.

use crate::{ActDocument, ApplicationDocument, Deadline, Document, ReferralDocument};

pub(super) const CHECK_URL: &str =
    "https://balabaqsha.example/r/019387a4-7c2e-7f10-9b3c-2f6d1a0e5b77";

pub(super) fn referral() -> ReferralDocument {
    match read(include_str!("../../examples/referral.json")) {
        Document::Referral(document) => document,
        other => panic!("not a referral: {other:?}"),
    }
}

pub(super) fn application() -> ApplicationDocument {
    match read(include_str!("../../examples/application.json")) {
        Document::Application(document) => document,
        other => panic!("not an application: {other:?}"),
    }
}

pub(super) fn act() -> ActDocument {
    match read(include_str!("../../examples/act.json")) {
        Document::Act(document) => document,
        other => panic!("not an act: {other:?}"),
    }
}

/// The referral after its one extension, outside of demo mode.
pub(super) fn extended_referral() -> ReferralDocument {
    let date = "2026-12-27".parse().unwrap();
    ReferralDocument {
        deadline: Deadline {
            date,
            extended: true,
        },
        demo: false,
        ..referral()
    }
}

/// One of each kind, in demo mode and out of it, with and without a page that checks it.
pub(super) fn papers() -> Vec<(&'static str, Document)> {
    let plain = ApplicationDocument {
        verification_url: None,
        demo: false,
        ..application()
    };
    vec![
        ("referral", Document::Referral(referral())),
        ("extended referral", Document::Referral(extended_referral())),
        ("application", Document::Application(application())),
        ("plain application", Document::Application(plain)),
        ("act", Document::Act(act())),
    ]
}

fn read(json: &str) -> Document {
    serde_json::from_str(json).unwrap()
}
