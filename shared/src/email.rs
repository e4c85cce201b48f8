//! An e-mail address, checked for form only; that it is read by its owner is proven by a code.

use crate::text::typed::tidy;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnEmail;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, format = Email, example = "parent@example.kz")
)]
pub struct Email(String);

impl Email {
    /// A dot-atom local part and a domain of at least two labels (RFC 5321, without quoted local
    /// parts and address literals, which no parent has).
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = tidy(text);
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
        let domain_fits = domain.len() <= 253
            && domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if local_fits && domain_fits {
            Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(NotAnEmail)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(•••)")
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[rstest::rstest]
    fn addresses_are_read(
        #[values(
            "a@b.kz",
            "first.last+tag@Mail.Example.COM",
            " x@y-z.kz ",
            "\u{200e}a\u{200b}@b.kz\u{feff}"
        )]
        text: &str,
    ) {
        assert!(Email::parse(text).is_ok());
    }

    #[rstest::rstest]
    fn anything_else_is_refused(
        #[values(
            "",
            "a",
            "@b.kz",
            "a@",
            "a@b",
            "a..b@c.kz",
            ".a@b.kz",
            "a@-b.kz",
            "a@b..kz",
            "a b@c.kz",
            "a@b.kz\r\nBcc: c@d.kz",
            "\u{4d9}@b.kz",
            "\"a\"@b.kz"
        )]
        text: &str,
    ) {
        assert!(Email::parse(text).is_err(), "{text}");
    }
}
