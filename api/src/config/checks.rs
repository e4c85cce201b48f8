//! What settings must be, beyond their types.

use super::{Revocation, Settings, SettingsError, SettingsLayer};
use actix_web::http::Uri;
use balabaqsha_scans::ScannerAddress;
use balabaqsha_shared::dto::ServiceMode;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use std::{path::PathBuf, str::FromStr};

/// What holds for all settings of a running service.
pub(super) fn all(settings: &Settings) -> Result<(), SettingsError> {
    let anchors = Anchors::of(&settings.trust_anchors, &settings.test_trust_anchors)?;
    let mode = mode(settings.demo, anchors)?;
    if settings.fresh && mode != ServiceMode::Demo {
        return Err(SettingsError::FreshWithoutDemo);
    }
    if Mailbox::from_str(&settings.mail_from).is_err() {
        return Err(SettingsError::MailFrom(settings.mail_from.clone()));
    }
    if settings.workers == Some(0) {
        return Err(SettingsError::NoWorkers);
    }
    if let Some(contact) = refused(&settings.security_contact, is_contact) {
        return Err(SettingsError::SecurityContact(contact));
    }
    if let Some(url) = refused(&settings.registry_url, is_web_address) {
        return Err(SettingsError::RegistryUrl(url));
    }
    if let Some(address) = refused(&settings.scans.virus_scanner, is_scanner) {
        return Err(SettingsError::VirusScanner(address));
    }
    if let Some(url) = refused(&settings.scans.endpoint, is_web_address) {
        return Err(SettingsError::ServiceAddress(url));
    }
    revocation(&settings.revocation)?;
    if let Some(url) = refused(&settings.tsa_url, is_service_address) {
        return Err(SettingsError::ServiceAddress(url));
    }
    Ok(())
}

/// The value, where there is one and it is not what it must be.
fn refused(value: &Option<String>, is_good: fn(&str) -> bool) -> Option<String> {
    value.as_ref().filter(|value| !is_good(value)).cloned()
}

/// The mode that a settings file demands of the database, when it says so.
pub(super) fn demanded_mode(file: &SettingsLayer) -> Result<Option<ServiceMode>, SettingsError> {
    let named = |anchors: &Option<Vec<PathBuf>>| anchors.clone().unwrap_or_default();
    let demo = file.demo.unwrap_or_default();
    match Anchors::of(
        &named(&file.trust_anchors),
        &named(&file.test_trust_anchors),
    )? {
        Anchors::None if !demo => Ok(None),
        anchors => mode(demo, anchors).map(Some),
    }
}

/// Whom the settings trust.
#[derive(Clone, Copy)]
enum Anchors {
    None,
    Some,
}

impl Anchors {
    /// Real ones or those of test authorities, never both.
    fn of(real: &[PathBuf], test: &[PathBuf]) -> Result<Self, SettingsError> {
        match (real.is_empty(), test.is_empty()) {
            (true, true) => Ok(Self::None),
            (false, false) => Err(SettingsError::TestAnchorsBesideReal),
            _ => Ok(Self::Some),
        }
    }
}

fn mode(demo: bool, anchors: Anchors) -> Result<ServiceMode, SettingsError> {
    match (demo, anchors) {
        (true, Anchors::None) => Ok(ServiceMode::Demo),
        (true, Anchors::Some) => Err(SettingsError::DemoWithTrustAnchors),
        (false, Anchors::Some) => Ok(ServiceMode::Production),
        (false, Anchors::None) => Err(SettingsError::NoTrustAnchors),
    }
}

/// The given origin, or that of the address to listen on.
pub(super) fn public_url(said: &SettingsLayer) -> Result<Option<String>, SettingsError> {
    match &said.public_url {
        Some(url) => origin(url).map(Some),
        None => Ok(said.bind.map(|bind| format!("http://{bind}"))),
    }
}

/// The given database, or the one in the folder.
pub(super) fn database_url(said: &SettingsLayer) -> Result<Option<SecretString>, SettingsError> {
    let in_folder = |folder: &PathBuf| {
        SecretString::from(format!(
            "sqlite://{}",
            folder.join("balabaqsha.sqlite").display()
        ))
    };
    let url = said
        .database_url
        .clone()
        .or_else(|| said.data_dir.as_ref().map(in_folder));
    match url {
        Some(url) if !is_known_engine(url.expose_secret()) => Err(SettingsError::DatabaseUrl),
        url => Ok(url),
    }
}

fn is_known_engine(url: &str) -> bool {
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

/// An address with scheme and host, without credentials.
fn is_web_address(url: &str) -> bool {
    Uri::from_str(url).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri
                .authority()
                .is_some_and(|authority| !authority.as_str().contains('@'))
    })
}

fn is_scanner(address: &str) -> bool {
    address.parse::<ScannerAddress>().is_ok()
}

/// RFC 9116, section 2.5.3; one line, since it becomes a line of a file.
fn is_contact(contact: &str) -> bool {
    ["mailto:", "https://", "tel:"]
        .iter()
        .any(|scheme| contact.starts_with(scheme))
        && contact.bytes().all(|b| b.is_ascii_graphic())
}

fn revocation(revocation: &Revocation) -> Result<(), SettingsError> {
    if revocation.fetch_issuers && revocation.hosts.is_empty() {
        return Err(SettingsError::IssuersFromAnywhere);
    }
    if !revocation.ocsp && !revocation.crl {
        return Err(SettingsError::NobodyToAsk);
    }
    for (name, limit) in [
        ("concurrent", revocation.concurrent),
        ("largest_answer_bytes", revocation.largest_answer_bytes),
        ("largest_list_bytes", revocation.largest_list_bytes),
    ] {
        if limit == 0 {
            return Err(SettingsError::RevocationLimit(name));
        }
    }
    let mut addresses = revocation
        .authorities
        .iter()
        .flat_map(|authority| [&authority.ocsp, &authority.crl, &authority.delta_crl])
        .flatten();
    addresses
        .find(|address| !is_service_address(address))
        .map_or(Ok(()), |address| {
            Err(SettingsError::ServiceAddress(address.clone()))
        })
}

fn is_service_address(address: &str) -> bool {
    Uri::from_str(address).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
    })
}

/// Scheme, host and port, without anything behind them.
fn origin(url: &str) -> Result<String, SettingsError> {
    let refused = || SettingsError::PublicUrl(url.to_owned());
    let trimmed = url.trim_end_matches('/');
    let uri = Uri::from_str(trimmed).map_err(|_| refused())?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"));
    let authority = uri.authority().map(|authority| authority.as_str());
    match (scheme, authority) {
        (Some(scheme), Some(authority))
            if !authority.contains('@') && uri.path() == "/" && uri.query().is_none() =>
        {
            Ok(format!("{scheme}://{authority}"))
        }
        _ => Err(refused()),
    }
}
