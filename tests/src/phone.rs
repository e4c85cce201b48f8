//! A stand-in for the application eGov Mobile: it reads the text of a QR code, follows the conversation as the
//! application does, and signs with the key that it is given.

use balabaqsha_shared::{
    Language,
    dto::{PhoneDocuments, PhoneInvitation, PhoneVerdict},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{Method, RequestBuilder, header};
use serde::de::DeserializeOwned;

/// What the texts of QR codes begin with.
const PREFIX: &str = "mobileSign:";

/// What the service answers to the phone.
pub type Told<T> = Result<T, Refused>;

/// A refusal with its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub status: u16,
    pub verdict: PhoneVerdict,
}

/// A telephone with the application.
#[derive(Clone, Debug)]
pub struct Phone {
    http: reqwest::Client,
    /// Where the host of the addresses really is; none where it is what it is called.
    network: Option<String>,
    language: Language,
}

/// A code that was scanned: what is to be signed, and where the signatures go.
#[derive(Clone, Debug)]
pub struct Scanned {
    pub invitation: PhoneInvitation,
    pub documents: PhoneDocuments,
}

impl Phone {
    /// # Panics
    /// Without an HTTP client.
    #[must_use]
    pub fn new(network: Option<&str>) -> Self {
        let http = reqwest::Client::builder().no_proxy().build();
        Self {
            http: http.expect("an HTTP client"),
            network: network.map(str::to_owned),
            language: Language::Ru,
        }
    }

    #[must_use]
    pub fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// Reads a QR code: API №1, then API №2.
    pub async fn scan(&self, qr_text: &str) -> Told<Scanned> {
        let invitation = self.invitation(qr_text).await?;
        let documents = self.documents(&invitation).await?;
        Ok(Scanned {
            invitation,
            documents,
        })
    }

    /// API №1.
    ///
    /// # Panics
    /// When the text is not for the application.
    pub async fn invitation(&self, qr_text: &str) -> Told<PhoneInvitation> {
        let address = qr_text.strip_prefix(PREFIX).expect("a text to sign");
        assert!(!address.contains(char::is_whitespace), "{address}");
        self.send(self.request(Method::GET, address)).await
    }

    /// API №2.
    pub async fn documents(&self, invitation: &PhoneInvitation) -> Told<PhoneDocuments> {
        let place = &invitation.document;
        let request = self.request(Method::GET, &place.uri);
        self.send(request.bearer_auth(&place.auth_token)).await
    }

    /// Sends what was signed.
    pub async fn bring(
        &self,
        invitation: &PhoneInvitation,
        signed: &PhoneDocuments,
    ) -> Told<PhoneVerdict> {
        let place = &invitation.document;
        let request = self.request(Method::PUT, &place.uri).json(signed);
        self.send(request.bearer_auth(&place.auth_token)).await
    }

    /// The whole way of somebody who agrees.
    pub async fn sign(&self, qr_text: &str, key: impl Fn(&[u8]) -> Vec<u8>) -> Told<PhoneVerdict> {
        let scanned = self.scan(qr_text).await?;
        let signed = scanned.signed(key);
        self.bring(&scanned.invitation, &signed).await
    }

    fn request(&self, method: Method, address: &str) -> RequestBuilder {
        let address = match &self.network {
            Some(network) => {
                let mut parts = address.splitn(4, '/').skip(3);
                format!("{network}/{}", parts.next().unwrap_or_default())
            }
            None => address.to_owned(),
        };
        self.http
            .request(method, address)
            .header(header::ACCEPT_LANGUAGE, self.language.tag())
    }

    /// The application shows `message` of whatever is no success.
    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Told<T> {
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let kept = answer.headers().get(header::CACHE_CONTROL).cloned();
        assert_eq!(kept.expect("who may keep it"), "no-store");
        let body = answer.bytes().await.expect("a body");
        if status == 200 {
            return Ok(serde_json::from_slice(&body).expect("JSON of the application"));
        }
        let verdict: PhoneVerdict = serde_json::from_slice(&body).expect("a verdict");
        assert_eq!(verdict.code, status.to_string());
        Err(Refused { status, verdict })
    }
}

impl Scanned {
    /// The same with signatures in the place of the texts.
    #[must_use]
    pub fn signed(&self, key: impl Fn(&[u8]) -> Vec<u8>) -> PhoneDocuments {
        let mut signed = self.documents.clone();
        for document in &mut signed.documents_to_sign {
            let file = &mut document.document.file;
            let content = BASE64_STANDARD.decode(&file.data).expect("Base64");
            file.data = BASE64_STANDARD.encode(key(&content));
        }
        signed
    }
}
