//! What the caller hands over: plain facts of one signed act. Personal numbers arrive masked as
//! they are to be printed; nothing here decides anything.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Document {
    /// The application to stand in the queue.
    Application(ApplicationDocument),
    /// The referral to a kindergarten.
    Referral(ReferralDocument),
    /// Any other signed act: extension, revocation, withdrawal.
    Act(ActDocument),
}

/// The same thing said in both languages of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
}

impl Bilingual {
    /// Both languages, each in its own words.
    pub fn new(kk: impl Into<String>, ru: impl Into<String>) -> Self {
        Self {
            kk: kk.into(),
            ru: ru.into(),
        }
    }

    /// A name or a number that is written alike in both languages.
    pub fn same(value: impl Into<String>) -> Self {
        let value = value.into();
        Self {
            kk: value.clone(),
            ru: value,
        }
    }
}

/// The child an act is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Family name and given names.
    pub name: String,
    /// Date of birth as registered.
    pub birth_date: NaiveDate,
    /// IIN, masked.
    pub iin_masked: String,
}

/// The application, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationDocument {
    /// Number of the application.
    pub number: String,
    /// The moment that counts for the order of the queue (R5).
    pub submitted_at: DateTime<Utc>,
    /// The child.
    pub child: Child,
    /// The parent or guardian who signed.
    pub applicant_name: String,
    /// The locality whose queue it is.
    pub locality: Bilingual,
    /// Benefit category.
    pub category: Bilingual,
    /// The queue is one per calendar year of birth.
    pub queue_year: i32,
    /// Telephone, masked.
    #[serde(default)]
    pub phone_masked: Option<String>,
    /// E-mail address, masked.
    #[serde(default)]
    pub email_masked: Option<String>,
    /// The very text whose bytes were signed, in whatever language the applicant read.
    pub signed_text: String,
    /// The signature on it.
    pub signature: SignatureFacts,
    /// Address of the public page behind the QR code, when there is one.
    #[serde(default)]
    pub verification_url: Option<String>,
    /// Made in demo mode: the paper says that it is not valid.
    pub demo: bool,
}

/// The referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralDocument {
    /// Number of the referral.
    pub number: String,
    /// The moment of issue; the hours of revocation run from here (R14).
    pub issued_at: DateTime<Utc>,
    /// The child.
    pub child: Child,
    /// The applicant.
    pub applicant_name: String,
    /// Number of the application it came from.
    pub application_number: String,
    /// The locality.
    pub locality: Bilingual,
    /// Where the child is to arrive.
    pub kindergarten: Kindergarten,
    /// Name of the group.
    pub group_name: String,
    /// Language of instruction.
    pub instruction_language: Bilingual,
    /// The last day to arrive (R10).
    pub deadline: Deadline,
    /// The numbers of the locality's rules profile.
    pub rules: RuleNumbers,
    /// Address of the public page that says whether the referral is valid.
    pub verification_url: String,
    /// The applicant's signature.
    pub signature: SignatureFacts,
    /// Made in demo mode: the paper says that it is not valid.
    pub demo: bool,
}

/// The kindergarten of a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kindergarten {
    /// Its name.
    pub name: Bilingual,
    /// Its address.
    pub address: Bilingual,
    /// Its telephone, when known.
    #[serde(default)]
    pub phone: Option<String>,
    /// Its BIN.
    pub bin: String,
}

/// The last day on which the child may arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The day, inclusive, local time.
    pub date: NaiveDate,
    /// Moved by an extension already, so that no further one is possible (R13).
    pub extended: bool,
}

/// The numbers of the rules profile that the paper repeats to the parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleNumbers {
    /// Working days to arrive (R10).
    pub arrival_working_days: u32,
    /// Hours in which the applicant may revoke (R14).
    pub revocation_hours: u32,
    /// The most calendar days of the one extension (R13).
    pub extension_calendar_days: u32,
    /// Working days on the stop-list after a lapse (R11).
    pub stop_list_working_days: u32,
    /// The lapse that removes the child from the queue (R12).
    pub lapses_until_removal: u32,
}

/// An act of a kind that has no paper of its own shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActDocument {
    /// What the act is.
    pub title: Bilingual,
    /// Its number.
    pub number: String,
    /// When it was done.
    pub done_at: DateTime<Utc>,
    /// What it says.
    pub facts: Vec<Fact>,
    /// The very text whose bytes were signed.
    pub signed_text: String,
    /// The signature on it.
    pub signature: SignatureFacts,
    /// Address of the public page behind the QR code, when there is one.
    #[serde(default)]
    pub verification_url: Option<String>,
    /// Made in demo mode: the paper says that it is not valid.
    pub demo: bool,
}

/// One line of an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub label: Bilingual,
    /// Its value.
    pub value: Bilingual,
}

/// What is known of the signature under the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureFacts {
    /// Whoever the certificate names.
    pub signer_name: String,
    /// IIN of the certificate, masked.
    pub signer_iin_masked: String,
    /// Serial number of the certificate, hexadecimal.
    pub certificate_serial: String,
    /// Who issued the certificate.
    pub certificate_issuer: String,
    /// Algorithm of the signature.
    pub algorithm: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
    /// What the verification said.
    pub verdict: SignatureVerdict,
    /// Its sub-indication by ETSI EN 319 102-1, when there is one.
    #[serde(default)]
    pub sub_indication: Option<String>,
    /// Identifier of the stored document.
    pub document_id: String,
    /// SHA-256 of the very bytes that were signed, hexadecimal.
    pub content_sha256: String,
}

/// The three-way verdict on a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignatureVerdict {
    /// Everything was checked and right.
    Passed,
    /// Something is wrong.
    Failed,
    /// Something could not be checked.
    Indeterminate,
}
