//! The demo authority and the keys it issues, as files under `demo-keys` of the data folder.

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
use std::{
    path::{Path, PathBuf},
    thread::ScopedJoinHandle,
};

/// The password of all demo keys.
pub const PASSWORD: &str = "Qwerty12";
const FOLDER: &str = "demo-keys";
const ANCHORS: &str = "authority.pem";
const INDEX: &str = "index.json";
/// Of the authorities: the national one has more, but everybody waits for the first start.
const RSA_BITS: usize = 2048;
/// Of the kindergarten for which the guide for integrators makes a program, and whose staff has keys.
const GUIDE_BIN: &str = "050440000012";

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
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(Error::internal)?;
    }
    std::fs::create_dir_all(folder).map_err(Error::internal)?;
    tracing::info!("making the demo certification authority");
    let authorities = Authorities::new(now)?;
    let anchors = [
        authorities.rsa.certificate(),
        authorities.gost.certificate(),
    ]
    .map(Certificate::pem)
    .concat();
    write(&folder.join(ANCHORS), anchors.as_bytes())?;
    let orders = orders(&authorities, now);
    // Most of the time goes into looking for primes.
    let index = std::thread::scope(|scope| {
        let makers: Vec<_> = orders
            .iter()
            .map(|order| scope.spawn(|| order.issue(folder)))
            .collect();
        makers.into_iter().map(joined).collect::<Result<Vec<_>>>()
    })?;
    // Written last: with the index everything else is there.
    write(
        &folder.join(INDEX),
        &serde_json::to_vec_pretty(&index).map_err(Error::internal)?,
    )
}

fn joined<T>(maker: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    maker
        .join()
        .map_err(|_| Error::internal("a maker of demo keys panicked"))?
}

struct Authorities {
    rsa: Authority,
    gost: Authority,
    /// Whom the service does not trust.
    stranger: Authority,
}

impl Authorities {
    fn new(now: DateTime<Utc>) -> Result<Self> {
        let life = period(now - Days::new(800), 3650);
        let of_rsa = |name: &str| {
            Authority::rsa(name, life, RSA_BITS, &mut SystemRandom).map_err(Error::internal)
        };
        std::thread::scope(|scope| {
            let rsa = scope.spawn(|| of_rsa(&format!("{DEMO_AUTHORITY} (RSA)")));
            let stranger = scope.spawn(|| of_rsa("БӨТЕН ОРТАЛЫҚ (RSA)"));
            let name = format!("{DEMO_AUTHORITY} (GOST)");
            let gost = Authority::gost512(&name, life, &mut SystemRandom);
            Ok(Self {
                rsa: joined(rsa)?,
                gost: gost.map_err(Error::internal)?,
                stranger: joined(stranger)?,
            })
        })
    }
}

fn period(not_before: DateTime<Utc>, days: u64) -> Validity {
    Validity {
        not_before,
        not_after: not_before + Days::new(days),
    }
}

/// A key that is to be issued.
struct Order<'a> {
    authority: &'a Authority,
    owner: &'a Owner,
    profile: Profile,
    validity: Validity,
    condition: DemoKeyCondition,
    staff: Option<StaffRole>,
}

impl Order<'_> {
    fn issue(&self, folder: &Path) -> Result<Entry> {
        let subject = self.owner.subject();
        let subject = match self.staff {
            Some(StaffRole::Head) => subject.of_organisation(ORGANISATION, GUIDE_BIN),
            Some(StaffRole::Employee) => subject.employed_by(ORGANISATION, GUIDE_BIN),
            None => subject,
        };
        let rng = &mut SystemRandom;
        let issued = self
            .authority
            .issue(&subject, self.profile, self.validity, PASSWORD, rng)
            .map_err(Error::internal)?;
        keep(folder, &issued)?;
        Ok(Entry {
            file_name: issued.file_name(),
            owner: self.owner.name(),
            purpose: match self.profile {
                Profile::AuthRsa => DemoKeyPurpose::Login,
                Profile::SignRsa => DemoKeyPurpose::Signing,
                Profile::Gost512 => DemoKeyPurpose::LoginAndSigning,
            },
            condition: self.condition,
            staff: self.staff,
            official: self.owner.iin() == OFFICIAL.iin(),
        })
    }
}

/// All keys of the demo, in the order in which they are shown.
fn orders(authorities: &Authorities, now: DateTime<Utc>) -> Vec<Order<'_>> {
    let Authorities {
        rsa,
        gost,
        stranger,
    } = authorities;
    let [first, second, third, fourth] = &PARENTS;
    // Longer than the test clock can be moved: see `demo::clock`.
    let validity = period(now - Days::new(1), 6 * 366);
    let valid = |authority, owner, profile| Order {
        authority,
        owner,
        profile,
        validity,
        condition: DemoKeyCondition::Valid,
        staff: None,
    };
    let mut orders = Vec::new();
    for owner in [first, second, third] {
        orders.push(valid(rsa, owner, Profile::AuthRsa));
        orders.push(valid(rsa, owner, Profile::SignRsa));
    }
    orders.push(valid(gost, fourth, Profile::Gost512));
    orders.push(valid(gost, &OFFICIAL, Profile::Gost512));
    orders.push(Order {
        validity: period(now - Days::new(731), 365),
        condition: DemoKeyCondition::Expired,
        ..valid(rsa, first, Profile::AuthRsa)
    });
    orders.push(Order {
        condition: DemoKeyCondition::Untrusted,
        ..valid(stranger, first, Profile::AuthRsa)
    });
    for (owner, role, condition) in &STAFF {
        orders.push(Order {
            condition: *condition,
            staff: Some(*role),
            ..valid(gost, owner, Profile::Gost512)
        });
    }
    orders
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
