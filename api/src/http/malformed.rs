//! Says what is wrong with the shape of an input without repeating the input, which may be
//! somebody's data: an answer ends up in logs and screenshots.

use super::problem::ApiError;
use crate::error::{Error, Located, Refusal};
use balabaqsha_shared::{
    code::{Code, Params},
    rules::Violation,
};
use serde_json::error::Category;

pub fn refusal(reason: impl ToString) -> ApiError {
    Violation::new(Code::MalformedRequest)
        .with("reason", reason)
        .into()
}

/// A body or a query of another shape, with the places where it is wrong.
pub fn shape(reason: String, errors: Vec<Located>) -> ApiError {
    let refusal = Refusal {
        code: Code::MalformedRequest,
        params: Params::from([("reason", reason)]),
        errors,
    };
    Error::Refused(Box::new(refusal)).into()
}

/// A body that is not JSON.
pub fn json(error: &serde_json::Error) -> ApiError {
    refusal(reason(error))
}

/// The parser's message, for developers.
pub fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        // Names places and expectations only.
        Category::Syntax | Category::Eof | Category::Io => error.to_string(),
        Category::Data => {
            let place = format!("at line {} column {}", error.line(), error.column());
            format!("{}, {place}", without_values(&error.to_string()))
        }
    }
}

pub fn reason_of_query(error: &str) -> String {
    let error = error.rsplit_once(": ").map_or(error, |(_, error)| error);
    format!("query: {}", without_values(error))
}

/// Keeps of serde's sentence what comes from our types and leaves out what comes from the input.
fn without_values(message: &str) -> String {
    let field = |prefix: &str| {
        message
            .strip_prefix(prefix)?
            .split_once('`')
            .map(|(name, _)| name)
    };
    if let Some(name) = field("missing field `") {
        return format!("missing field `{name}`");
    }
    let expected = || {
        let (_, expected) = message.rsplit_once(", expected ")?;
        Some(
            expected
                .split_once(" at line ")
                .map_or(expected, |(expected, _)| expected),
        )
    };
    for kind in [
        "invalid type",
        "invalid value",
        "invalid length",
        "unknown variant",
        "unknown field",
        "duplicate field",
    ] {
        if message.starts_with(kind) {
            return expected().map_or_else(
                || kind.to_owned(),
                |expected| format!("{kind}, expected {expected}"),
            );
        }
    }
    "a value has another form".to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_values;
    use balabaqsha_shared::id::ApplicationId;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Body {
        years: u8,
        kind: Kind,
        application: ApplicationId,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        State,
        Private,
    }

    #[rstest::rstest]
    #[case(r#"{}"#, "missing field `years`")]
    #[case(r#"{"years":"850715300013"}"#, "invalid type, expected u8")]
    #[case(r#"{"years":850715300013}"#, "invalid value, expected u8")]
    #[case(
        r#"{"years":1,"kind":"850715300013"}"#,
        "unknown variant, expected `state` or `private`"
    )]
    #[case(
        r#"{"850715300013":1}"#,
        "unknown field, expected one of `years`, `kind`, `application`"
    )]
    #[case(r#"{"years":1,"years":2}"#, "duplicate field")]
    #[case(
        r#"{"years":1,"application":"850715300013, expected x"}"#,
        "a value has another form"
    )]
    #[case(r#"{"years":"a, expected 850715300013"}"#, "invalid type, expected u8")]
    #[case(r#"[]"#, "invalid length, expected struct Body with 3 elements")]
    fn the_input_is_not_repeated(#[case] body: &str, #[case] told: &str) {
        let error = serde_json::from_str::<Body>(body).unwrap_err();
        assert_eq!(without_values(&error.to_string()), told, "{error}");
    }
}
