//! Reads bodies and query strings into types, and says of those that have another shape what is wrong
//! where: each place with a pointer and a code, as far as they can be found, and nothing of what was
//! sent.

use super::{malformed, problem::ApiError, strict::Strict};
use crate::error::Located;
use actix_web::web;
use balabaqsha_shared::{code::Code, rules::Violation};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serde_path_to_error::Segment;

/// At most this many errors are reported.
const MOST: usize = 20;
/// Of a larger body only the first place is named: finding the others takes several looks at it.
const LARGEST: usize = 16 * 1024;
/// Parameter names that are longer are not echoed.
const LONGEST_NAME: usize = 40;

/// Reads a body of JSON, which must be an object.
///
/// # Errors
/// 400 with the places.
pub fn body<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let object = body
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|byte| *byte == b'{');
    let read = serde_json::from_slice::<T>(body);
    match read {
        // Without an array there is none in the place of an object.
        Ok(read) if object && !body.contains(&b'[') => Ok(read),
        outcome => {
            // Not JSON at all is told with the place where it stops to be.
            let value: Value = serde_json::from_slice(body).map_err(|e| malformed::json(&e))?;
            let outcome = match outcome {
                Ok(read) if object && look::<T>(&value).is_none() => return Ok(read),
                outcome => outcome,
            };
            let errors = if object {
                places::<T>(value, body.len())
            } else {
                vec![located("", Code::ValueFormInvalid)]
            };
            let reason = match outcome {
                Err(error) => malformed::reason(&error),
                Ok(_) => "an object is expected".to_owned(),
            };
            Err(malformed::shape(reason, errors))
        }
    }
}

/// Reads a query string. Parameters that are not known are refused: a misspelt one would be obeyed by
/// nobody.
///
/// # Errors
/// 400 with the parameters.
pub fn query<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let read = |text: &str| {
        web::Query::<T>::from_query(text)
            .map(web::Query::into_inner)
            .map_err(|error| error.to_string())
    };
    let message = match read(text) {
        Ok(read) => return Ok(read),
        Err(message) => message,
    };
    let mut errors: Vec<Located> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let name = part.split('=').next().unwrap_or_default().to_owned();
        let code = match read(part) {
            _ if names.contains(&name) => Some(Code::ValueFormInvalid),
            Ok(_) => None,
            Err(message) => code_of_parameter(&message),
        };
        if let Some(code) = code.filter(|_| errors.len() < MOST) {
            errors.push(located(&pointer_of_parameter(&name), code));
        }
        names.push(name);
    }
    if errors.is_empty()
        && let Some(name) = quoted_behind(&message, "missing field `")
    {
        errors.push(located(&format!("/{name}"), Code::FieldRequired));
    }
    Err(malformed::shape(
        malformed::reason_of_query(&message),
        errors,
    ))
}

/// None where one parameter alone is fine, but another is missing beside it.
fn code_of_parameter(message: &str) -> Option<Code> {
    if message.contains("missing field") {
        None
    } else if message.contains("unknown field") {
        Some(Code::ParameterUnknown)
    } else if message.contains("unknown variant") {
        Some(Code::ChoiceInvalid)
    } else {
        Some(Code::ValueFormInvalid)
    }
}

/// A name is repeated where it can be one.
fn pointer_of_parameter(name: &str) -> String {
    let plain = name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if plain {
        format!("/{name}")
    } else {
        String::new()
    }
}

pub fn located(pointer: &str, code: Code) -> Located {
    Located {
        pointer: pointer.to_owned(),
        violation: Violation::new(code),
    }
}

/// What is wrong at a place.
struct Wrong {
    pointer: String,
    code: Code,
    /// A choice that would be right, where there are choices.
    choice: Option<String>,
}

fn look<T: DeserializeOwned>(value: &Value) -> Option<Wrong> {
    let error = serde_path_to_error::deserialize::<_, T>(Strict(value)).err()?;
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{key}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let message = error.inner().to_string();
    let code = if let Some(name) = quoted_behind(&message, "missing field `") {
        pointer.push_str(&format!("/{name}"));
        Code::FieldRequired
    } else if message.starts_with("unknown variant") {
        Code::ChoiceInvalid
    } else {
        Code::ValueFormInvalid
    };
    let choice = message
        .rsplit_once(", expected ")
        .and_then(|(_, expected)| quoted_behind(expected, "`"))
        .map(str::to_owned);
    Some(Wrong {
        pointer,
        code,
        choice,
    })
}

fn quoted_behind<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, behind) = message.split_once(before)?;
    behind.split_once('`').map(|(name, _)| name)
}

/// All places that are wrong. Reading stops at the first, so something of the right shape is put there
/// and the rest is read.
fn places<T: DeserializeOwned>(mut value: Value, size: usize) -> Vec<Located> {
    let mut found: Vec<Located> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    while let Some(wrong) = look::<T>(&value).filter(|_| seen.len() < MOST) {
        if seen.contains(&wrong.pointer) {
            break;
        }
        let mended = if size <= LARGEST {
            mend::<T>(&value, &wrong)
        } else {
            None
        };
        // What was put in a wrong place is nobody's, and so is what it lacks.
        let below = |place: &Located| {
            let rest = wrong.pointer.strip_prefix(&place.pointer);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        if !found.iter().any(below) {
            found.push(located(&wrong.pointer, wrong.code));
        }
        seen.push(wrong.pointer);
        match mended {
            Some(mended) => value = mended,
            None => break,
        }
    }
    found
}

/// The same with something at the place with which reading gets further.
fn mend<T: DeserializeOwned>(value: &Value, wrong: &Wrong) -> Option<Value> {
    let choice = wrong.choice.clone().map(Value::from);
    let samples = [
        json!("x"),
        json!(1),
        json!(true),
        json!("2020-01-01"),
        json!("2020-01-01T00:00:00Z"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!({}),
        json!([]),
    ];
    choice.into_iter().chain(samples).find_map(|sample| {
        let mended = with(value.clone(), &wrong.pointer, sample)?;
        // An object that was put there lacks its members, which stand below the place.
        let Some(next) = look::<T>(&mended).filter(|next| next.pointer == wrong.pointer) else {
            return Some(mended);
        };
        // What is right there is a choice, which is told only now.
        let chosen = with(mended, &wrong.pointer, next.choice?.into())?;
        let further = look::<T>(&chosen).is_none_or(|next| next.pointer != wrong.pointer);
        further.then_some(chosen)
    })
}

fn with(mut value: Value, pointer: &str, sample: Value) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    match value.pointer_mut(parent)? {
        Value::Object(members) => {
            members.insert(name.to_owned(), sample);
        }
        Value::Array(items) => *items.get_mut(name.parse::<usize>().ok()?)? = sample,
        _ => return None,
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::id::ApplicationId;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Body {
        years: u8,
        kind: Kind,
        application: ApplicationId,
        child: Child,
        #[serde(default)]
        names: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Child {
        name: String,
        born: chrono::NaiveDate,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        State,
        Private,
    }

    fn found(value: Value) -> Vec<(String, Code)> {
        let size = value.to_string().len();
        places::<Body>(value, size)
            .into_iter()
            .map(|located| (located.pointer, located.violation.code))
            .collect()
    }

    fn pairs(expected: &[(&str, Code)]) -> Vec<(String, Code)> {
        let own = |(pointer, code): &(&str, Code)| ((*pointer).to_owned(), *code);
        expected.iter().map(own).collect()
    }

    #[test]
    fn all_places_of_another_shape_are_found() {
        let nothing = [
            ("/years", Code::FieldRequired),
            ("/kind", Code::FieldRequired),
            ("/application", Code::FieldRequired),
            ("/child", Code::FieldRequired),
        ];
        let told = found(json!({}));
        for expected in pairs(&nothing) {
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
        let wrong = json!({
            "years": "850715300013", "kind": "none", "application": "7",
            "child": {"name": 1, "born": "2022-02-30"}, "names": ["a", 2],
        });
        let expected = [
            ("/application", Code::ValueFormInvalid),
            ("/child/born", Code::ValueFormInvalid),
            ("/child/name", Code::ValueFormInvalid),
            ("/kind", Code::ChoiceInvalid),
            ("/names/1", Code::ValueFormInvalid),
            ("/years", Code::ValueFormInvalid),
        ];
        let mut told = found(wrong);
        told.sort();
        assert_eq!(told, pairs(&expected));
    }

    #[test]
    fn reading_a_large_body_takes_linear_time() {
        assert_eq!(places::<Body>(json!({}), LARGEST + 1).len(), 1);
    }
}
