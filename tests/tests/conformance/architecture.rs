//! The arrows of the plan of the house: `shared` ← `pki` ← `api`; inside of `api`, `http` never
//! imports `db` and `db` never imports `http`; time and randomness have one source.

use super::sources::{self, Source};
use std::fs;

/// Lines of a folder that have one of the words.
fn lines_with(folder: &str, words: &[&str], except: &[&str]) -> Vec<String> {
    let of = |source: &Source| {
        source
            .code()
            .filter(|(_, line)| words.iter().any(|word| has_word(line, word)))
            .map(|(number, line)| format!("{folder}/{}:{number}: {}", source.name, line.trim()))
            .collect::<Vec<_>>()
    };
    sources::of(folder)
        .iter()
        .filter(|source| !except.contains(&source.name.as_str()))
        .flat_map(of)
        .collect()
}

/// The word, not as a part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        !line[..start].ends_with(part_of_name)
            && !line[start + word.len()..].starts_with(part_of_name)
    })
}

#[test]
fn words_are_told_from_parts_of_words() {
    assert!(has_word("use crate::db::{self};", "db::"));
    assert!(has_word("    db,", "db"));
    assert!(!has_word("use crate::hdb;", "db"));
    assert!(!has_word("app.dbx", "db"));
}

#[test]
fn http_knows_no_storage() {
    let words = ["crate::db", "db::", "sqlx", "    db,", "Tx"];
    assert_eq!(lines_with("api/src/http", &words, &[]), [""; 0]);
}

#[test]
fn storage_knows_neither_http_nor_the_use_cases() {
    let words = [
        "crate::http",
        "crate::service",
        "http::",
        "actix_web",
        "service::",
        "crate::clock",
    ];
    assert_eq!(lines_with("crates/store/src", &words, &[]), [""; 0]);
}

#[test]
fn the_use_cases_know_no_http() {
    let words = ["crate::http", "actix_web", "actix"];
    assert_eq!(lines_with("api/src/service", &words, &[]), [""; 0]);
}

#[test]
fn questions_to_others_know_neither_storage_nor_use_cases() {
    let words = [
        "crate::db",
        "db::",
        "crate::service",
        "service::",
        "crate::http",
        "actix_web",
        "Tx",
    ];
    assert_eq!(lines_with("api/src/outside", &words, &[]), [""; 0]);
}

#[test]
fn the_domain_does_no_io_and_has_no_clock() {
    let words = [
        "tokio",
        "sqlx",
        "actix_web",
        "reqwest",
        "std::time",
        "std::fs",
        "std::net",
        "std::env",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant",
        "rand",
        "getrandom",
    ];
    for folder in ["shared/src", "crates/pki/src"] {
        // The only source of randomness of `pki`, a feature that the domain does not know.
        assert_eq!(lines_with(folder, &words, &["random.rs"]), [""; 0]);
    }
    for manifest in ["shared/Cargo.toml", "crates/pki/Cargo.toml"] {
        let text = fs::read_to_string(sources::root().join(manifest)).unwrap();
        for unwanted in ["tokio", "sqlx", "actix", "reqwest", "balabaqsha-api"] {
            assert!(!text.contains(unwanted), "{manifest} depends on {unwanted}");
        }
    }
    let shared = fs::read_to_string(sources::root().join("shared/Cargo.toml")).unwrap();
    assert!(
        !shared.contains("balabaqsha-pki"),
        "shared does not know pki"
    );
}

#[test]
fn time_and_randomness_have_one_source() {
    let words = [
        "Utc::now",
        "Local::now",
        "SystemTime::now",
        "Uuid::now_v7",
        "Uuid::new_v4",
        "OsRng",
    ];
    assert_eq!(lines_with("api/src", &words, &["clock.rs"]), [""; 0]);
}

#[test]
fn unsafe_code_is_nowhere() {
    for folder in [
        "shared/src",
        "crates/pki/src",
        "crates/documents/src",
        "api/src",
        "tests/src",
    ] {
        assert_eq!(
            lines_with(folder, &["unsafe {", "unsafe fn", "unsafe impl"], &[]),
            [""; 0]
        );
    }
}
