//! The demo authority and the keys it issues, as files under `demo-keys` of the data folder.

use super::places::GUIDE_BIN;
use crate::{
    app::App,
    error::{Error, Result},
    trust::{anchors::DEMO_AUTHORITY, judgement::TrustStore},
};
use balabaqsha_pki::{
    authority::{Authority, Issued, Profile, Subject, Validity},
    certificate::{self, Certificate},
    keystore::{self, KeyEntry},
    random::SystemRandom,
    revocation::Question,
};
use balabaqsha_shared::{
    code::Code,
    dto::{DemoKey, DemoKeyCondition, DemoKeyList, DemoKeyPurpose},
    endpoint,
    staff::StaffRole,
};
use balabaqsha_store::{
    self as store, Db,
    known_revocations::{KnownRevocation, Source},
};
use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The password of all demo keys.
pub const PASSWORD: &str = "Qwerty12";
const FOLDER: &str = "demo-keys";
const ANCHORS: &str = "authority.pem";
const INDEX: &str = "index.json";
const AUTHORITY_BITS: usize = 4096;

/// Somebody with demo keys: surname, given name, patronymic, IIN.
pub(super) struct Owner(&'static str, &'static str, &'static str, &'static str);

impl Owner {
    pub(super) const fn iin(&self) -> &'static str {
        self.3
    }

    pub(super) fn name(&self) -> String {
        format!("{} {} {}", self.0, self.1, self.2)
    }

    fn subject(&self) -> Subject {
        Subject::person(self.0, self.1, Some(self.2), self.3)
    }
}

/// The parents of the demo; the last one has today's single GOST512 key.
pub(super) const PARENTS: [Owner; 4] = [
    Owner("СЕРИКОВ", "ДАНИЯР", "БОЛАТУЛЫ", "850715300013"),
    Owner("АХМЕТОВА", "АЙГЕРІМ", "МАРАТҚЫЗЫ", "880229400023"),
    Owner("ИВАНОВА", "ЕЛЕНА", "ПЕТРОВНА", "951010300054"),
    Owner("ОСПАНОВ", "НҰРЛАН", "ЕРЛАНҰЛЫ", "911201300035"),
];

/// An official with all duties in all localities that are served here.
pub(super) const OFFICIAL: Owner = Owner("ТҮЛЕУОВ", "АРМАН", "САБЫРҰЛЫ", "880512300611");

/// The staff of the kindergarten that the guide for integrators makes a program for: its head, an employee, and a head
/// whose key was revoked.
const STAFF: [(Owner, StaffRole, DemoKeyCondition); 3] = [
    (
        Owner("ЖҮНІСОВА", "САУЛЕ", "ҚАНАТҚЫЗЫ", "750312400127"),
        StaffRole::Head,
        DemoKeyCondition::Valid,
    ),
    (
        Owner("КИМ", "ТАТЬЯНА", "СЕРГЕЕВНА", "900623450038"),
        StaffRole::Employee,
        DemoKeyCondition::Valid,
    ),
    (
        Owner("БЕКОВА", "РАУШАН", "АСҚАРҚЫЗЫ", "681101400078"),
        StaffRole::Head,
        DemoKeyCondition::Revoked,
    ),
];
const ORGANISATION: &str = "ДЕМО БАЛАБАҚША";
/// keyCompromise (RFC 5280, section 5.3.1).
const REASON: u8 = 1;

/// One line of the index.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    file_name: String,
    owner: String,
    purpose: DemoKeyPurpose,
    condition: DemoKeyCondition,
    #[serde(default)]
    staff: Option<StaffRole>,
    #[serde(default)]
    official: bool,
}

/// Loads the demo authority, or makes it with its keys.
pub(super) async fn open(data_dir: &Path, fresh: bool, now: DateTime<Utc>) -> Result<TrustStore> {
    let folder = data_dir.join(FOLDER);
    let certificates = tokio::task::spawn_blocking(move || {
        if fresh || !folder.join(INDEX).exists() {
            issue_all(&folder, now)?;
        }
        let bytes = std::fs::read(folder.join(ANCHORS)).map_err(Error::internal)?;
        certificate::certificates(&bytes).map_err(Error::internal)
    })
    .await
    .map_err(Error::internal)??;
    Ok(TrustStore::demo(certificates))
}

fn issue_all(folder: &Path, now: DateTime<Utc>) -> Result<()> {
    let rng = &mut SystemRandom;
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(Error::internal)?;
    }
    std::fs::create_dir_all(folder).map_err(Error::internal)?;
    tracing::info!("making the demo certification authority");
    let days = |from: DateTime<Utc>, length| Validity {
        not_before: from,
        not_after: from + Days::new(length),
    };
    let yesterday = now - Days::new(1);
    let authority_life = days(now - Days::new(800), 3650);
    let rsa = Authority::rsa(
        &format!("{DEMO_AUTHORITY} (RSA)"),
        authority_life,
        AUTHORITY_BITS,
        rng,
    )
    .map_err(Error::internal)?;
    let gost = Authority::gost512(&format!("{DEMO_AUTHORITY} (GOST)"), authority_life, rng)
        .map_err(Error::internal)?;
    let stranger = Authority::rsa("БӨТЕН ОРТАЛЫҚ (RSA)", authority_life, 2048, rng)
        .map_err(Error::internal)?;
    let anchors = [rsa.certificate(), gost.certificate()]
        .map(Certificate::pem)
        .concat();
    write(&folder.join(ANCHORS), anchors.as_bytes())?;

    let mut index = Vec::new();
    // Longer than the test clock can be moved: see `demo::clock`.
    let valid = days(yesterday, 6 * 366);
    let mut issue = |authority: &Authority,
                     owner: &Owner,
                     profile: Profile,
                     validity: Validity,
                     condition: DemoKeyCondition|
     -> Result<()> {
        tracing::info!(
            owner = owner.name(),
            ?profile,
            ?condition,
            "issuing a demo key"
        );
        let issued = authority
            .issue(&owner.subject(), profile, validity, PASSWORD, rng)
            .map_err(Error::internal)?;
        keep(folder, &issued)?;
        index.push(Entry {
            file_name: issued.file_name(),
            owner: owner.name(),
            purpose: match profile {
                Profile::AuthRsa => DemoKeyPurpose::Login,
                Profile::SignRsa => DemoKeyPurpose::Signing,
                Profile::Gost512 => DemoKeyPurpose::LoginAndSigning,
            },
            condition,
            staff: None,
            official: owner.iin() == OFFICIAL.iin(),
        });
        Ok(())
    };
    let [first, second, third, fourth] = &PARENTS;
    for owner in [first, second, third] {
        for profile in [Profile::AuthRsa, Profile::SignRsa] {
            issue(&rsa, owner, profile, valid, DemoKeyCondition::Valid)?;
        }
    }
    issue(
        &gost,
        fourth,
        Profile::Gost512,
        valid,
        DemoKeyCondition::Valid,
    )?;
    issue(
        &gost,
        &OFFICIAL,
        Profile::Gost512,
        valid,
        DemoKeyCondition::Valid,
    )?;
    let last_year = days(now - Days::new(731), 365);
    issue(
        &rsa,
        first,
        Profile::AuthRsa,
        last_year,
        DemoKeyCondition::Expired,
    )?;
    issue(
        &stranger,
        first,
        Profile::AuthRsa,
        valid,
        DemoKeyCondition::Untrusted,
    )?;
    for (owner, role, condition) in &STAFF {
        let subject = match role {
            StaffRole::Head => owner.subject().of_organisation(ORGANISATION, GUIDE_BIN),
            StaffRole::Employee => owner.subject().employed_by(ORGANISATION, GUIDE_BIN),
        };
        let issued = gost
            .issue(&subject, Profile::Gost512, valid, PASSWORD, rng)
            .map_err(Error::internal)?;
        keep(folder, &issued)?;
        index.push(Entry {
            file_name: issued.file_name(),
            owner: owner.name(),
            purpose: DemoKeyPurpose::LoginAndSigning,
            condition: *condition,
            staff: Some(*role),
            official: false,
        });
    }
    // Written last: with the index everything else is there.
    write(
        &folder.join(INDEX),
        &serde_json::to_vec_pretty(&index).map_err(Error::internal)?,
    )
}

fn keep(folder: &Path, issued: &Issued) -> Result<()> {
    write(&folder.join(issued.file_name()), &issued.p12)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(Error::internal)
}

/// Where the key files are.
pub fn folder(app: &App) -> PathBuf {
    app.settings.data_dir.join(FOLDER)
}

fn index(app: &App) -> Result<Vec<Entry>> {
    let bytes = std::fs::read(folder(app).join(INDEX)).map_err(Error::internal)?;
    serde_json::from_slice(&bytes).map_err(Error::internal)
}

/// The demo keys for the login page.
pub fn list(app: &App) -> Result<DemoKeyList> {
    let items = index(app)?
        .into_iter()
        .map(|entry| DemoKey {
            url: format!("{}/{}", endpoint::DEMO_KEYS, entry.file_name),
            file_name: entry.file_name,
            owner: entry.owner,
            purpose: entry.purpose,
            condition: entry.condition,
            staff: entry.staff,
            official: entry.official,
        })
        .collect();
    Ok(DemoKeyList {
        password: PASSWORD.into(),
        items,
    })
}

/// One key file, by a name of the index.
pub fn file(app: &App, name: &str) -> Result<Vec<u8>> {
    let entry = index(app)?
        .into_iter()
        .find(|entry| entry.file_name == name)
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    std::fs::read(folder(app).join(entry.file_name)).map_err(Error::internal)
}

/// Notes which keys are revoked, as if their authority had told it.
pub(super) async fn note_revoked(db: &Db, data_dir: &Path, now: DateTime<Utc>) -> Result<()> {
    let folder = data_dir.join(FOLDER);
    let revoked = tokio::task::spawn_blocking(move || revoked_in(&folder))
        .await
        .map_err(Error::internal)??;
    db.transact(async |tx| {
        for (issuer_key, serial) in revoked {
            let known = KnownRevocation {
                issuer_key,
                serial,
                source: Source::Ocsp,
                revoked_at: now,
                reason: REASON,
            };
            store::known_revocations::keep(tx, &known, now).await?;
        }
        Ok(())
    })
    .await
}

/// The keys of the issuers and the numbers of the revoked certificates.
fn revoked_in(folder: &Path) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let index = std::fs::read(folder.join(INDEX)).map_err(Error::internal)?;
    let index: Vec<Entry> = serde_json::from_slice(&index).map_err(Error::internal)?;
    let anchors = std::fs::read(folder.join(ANCHORS)).map_err(Error::internal)?;
    let anchors = certificate::certificates(&anchors).map_err(Error::internal)?;
    let mut revoked = Vec::new();
    for entry in index {
        if entry.condition != DemoKeyCondition::Revoked {
            continue;
        }
        let bytes = std::fs::read(folder.join(entry.file_name)).map_err(Error::internal)?;
        let opened = keystore::open(&bytes, PASSWORD).map_err(Error::internal)?;
        for key in opened.into_entries() {
            for issuer in &anchors {
                let certificate = key.certificate().clone();
                let issuer = issuer.clone();
                revoked.push(
                    Question {
                        certificate,
                        issuer,
                    }
                    .subject(),
                );
            }
        }
    }
    Ok(revoked)
}

/// Opens the valid key of a parent for a purpose.
pub(super) fn open_key(app: &App, owner: &Owner, purpose: DemoKeyPurpose) -> Result<KeyEntry> {
    let entry = index(app)?
        .into_iter()
        .find(|entry| {
            entry.owner == owner.name()
                && entry.condition == DemoKeyCondition::Valid
                && (entry.purpose == purpose || entry.purpose == DemoKeyPurpose::LoginAndSigning)
        })
        .ok_or_else(|| Error::internal("a demo key is missing"))?;
    let bytes = file(app, &entry.file_name)?;
    keystore::open(&bytes, PASSWORD)
        .map_err(Error::internal)?
        .into_entries()
        .into_iter()
        .next()
        .ok_or_else(|| Error::internal("a demo key file is empty"))
}
