//! The arrows: `shared` ← `pki` ← `api`; inside of `api`, who may use whom; time and randomness have
//! one source.

use super::{
    circles::Tree,
    sources::{self, Source},
};
use std::fs;
use syn::visit::Visit;

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

/// What a module of the service and everything below it must not use. Storage knows neither HTTP nor
/// the use cases because it is a crate of its own.
const ARROWS: [(&str, &[&str]); 14] = [
    ("crate::http", &["balabaqsha_store", "sqlx"]),
    (
        "crate::service",
        &[
            "crate::http",
            "crate::jobs",
            "crate::demo",
            "crate::admin",
            "actix_web",
        ],
    ),
    (
        "crate::service::telling",
        &[
            "crate::service::life",
            "crate::service::signed",
            "crate::service::reading",
            "crate::service::acts",
            "crate::service::people",
            "crate::service::programs",
            "crate::service::office",
            "crate::service::desk",
        ],
    ),
    (
        "crate::service::phone",
        &[
            "crate::service::life",
            "crate::service::reading",
            "crate::service::acts",
            "crate::service::people",
            "crate::service::programs",
            "crate::service::office",
        ],
    ),
    (
        "crate::service::signed",
        &[
            "crate::service::phone",
            "crate::service::life",
            "crate::service::reading",
            "crate::service::acts",
            "crate::service::people",
            "crate::service::programs",
            "crate::service::office",
            "crate::service::desk",
        ],
    ),
    (
        "crate::service::life",
        &[
            "crate::service::reading",
            "crate::service::acts",
            "crate::service::people",
            "crate::service::programs",
            "crate::service::office",
            "crate::service::desk",
        ],
    ),
    (
        "crate::service::reading",
        &[
            "crate::service::acts",
            "crate::service::people",
            "crate::service::programs",
            "crate::service::office",
            "crate::service::desk",
        ],
    ),
    (
        "crate::service::audit",
        &[
            "crate::service::telling",
            "crate::service::signed",
            "crate::service::life",
            "crate::service::reading",
            "crate::service::acts",
            "crate::service::people",
            "crate::service::programs",
            "crate::service::office",
            "crate::service::desk",
        ],
    ),
    // It keeps revocations that hold for good, so it knows the storage.
    (
        "crate::trust",
        &["crate::app", "crate::service", "crate::http"],
    ),
    (
        "crate::access",
        &["crate::app", "crate::service", "crate::http"],
    ),
    (
        "crate::push",
        &["crate::app", "crate::service", "crate::http"],
    ),
    (
        "crate::outside",
        &[
            "crate::app",
            "crate::service",
            "crate::http",
            "balabaqsha_store",
            "actix_web",
        ],
    ),
    (
        "crate::working_calendar",
        &["crate::app", "crate::service", "crate::http"],
    ),
    (
        "crate::scans",
        &[
            "crate::app",
            "crate::service",
            "crate::http",
            "balabaqsha_store",
        ],
    ),
];

fn is_inside(path: &str, of: &str) -> bool {
    path.strip_prefix(of)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn rooms_of_the_service_use_only_what_is_below_them() {
    let tree = Tree::read(&sources::root().join("api/src/lib.rs"));
    let uses = tree.uses();
    for (room, forbidden) in ARROWS {
        let inside: Vec<_> = uses.iter().filter(|(by, _)| is_inside(by, room)).collect();
        assert!(!inside.is_empty(), "there is no {room} any more");
        let wrong: Vec<_> = inside
            .iter()
            .filter(|(_, used)| forbidden.iter().any(|one| is_inside(used, one)))
            .map(|(by, used)| format!("{by} uses {used}"))
            .collect();
        assert!(
            wrong.is_empty(),
            "{room} stands below these. Pass in what it needs, or move the item:\n{}",
            wrong.join("\n")
        );
    }
}

#[test]
fn transactions_are_begun_and_ended_by_the_storage_alone() {
    let tree = Tree::read(&sources::root().join("api/src/lib.rs"));
    let by_hand: Vec<_> = tree
        .uses()
        .into_iter()
        .filter(|(_, used)| [".begin", ".commit", ".rollback"].contains(&used.as_str()))
        .collect();
    assert!(
        by_hand.is_empty(),
        "use `Db::transact`, which takes back what failed before the answer goes out: {by_hand:?}"
    );
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

/// Without a span a slow request does not say that it went through the use case.
#[test]
fn use_cases_have_spans() {
    /// A step of use cases takes their transaction.
    fn is_a_step(signature: &syn::Signature) -> bool {
        signature.inputs.iter().any(|input| match input {
            syn::FnArg::Typed(input) => match &*input.ty {
                syn::Type::Reference(of) => match &*of.elem {
                    syn::Type::Path(path) => path.path.is_ident("Tx"),
                    _ => false,
                },
                _ => false,
            },
            syn::FnArg::Receiver(_) => false,
        })
    }
    for room in ["acts", "office", "people", "phone", "programs", "reading"] {
        for source in sources::of(&format!("api/src/service/{room}")) {
            let file = syn::parse_file(&source.text).unwrap();
            for item in file.items {
                if let syn::Item::Fn(function) = item
                    && matches!(function.vis, syn::Visibility::Public(_))
                    && function.sig.asyncness.is_some()
                    && !is_a_step(&function.sig)
                {
                    let has_span = function.attrs.iter().any(|attribute| {
                        let name = attribute.path().segments.last();
                        name.is_some_and(|name| name.ident == "instrument")
                    });
                    let (file, name) = (&source.name, &function.sig.ident);
                    assert!(
                        has_span,
                        "{room}/{file}: {name} has no `tracing::instrument`"
                    );
                }
            }
        }
    }
}

/// A function with many arguments groups them by a struct whose fields have names.
#[test]
fn functions_take_no_tuples() {
    #[derive(Default)]
    struct Functions(Vec<String>);
    impl<'ast> Visit<'ast> for Functions {
        /// Cases of unit tests may be tuples.
        fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
            let is_test = |attribute: &syn::Attribute| attribute.path().is_ident("cfg");
            if module.ident != "tests" || !module.attrs.iter().any(is_test) {
                syn::visit::visit_item_mod(self, module);
            }
        }

        fn visit_signature(&mut self, signature: &'ast syn::Signature) {
            let takes_a_tuple = signature.inputs.iter().any(|input| match input {
                syn::FnArg::Typed(input) => is_tuple(&input.ty),
                syn::FnArg::Receiver(_) => false,
            });
            if takes_a_tuple {
                self.0.push(signature.ident.to_string());
            }
            syn::visit::visit_signature(self, signature);
        }
    }
    fn is_tuple(ty: &syn::Type) -> bool {
        match ty {
            syn::Type::Tuple(tuple) => !tuple.elems.is_empty(),
            syn::Type::Reference(reference) => is_tuple(&reference.elem),
            _ => false,
        }
    }
    for folder in ["api/src", "crates", "shared", "tests/src", "web", "xtask"] {
        for source in sources::of(folder) {
            let mut functions = Functions::default();
            functions.visit_file(&syn::parse_file(&source.text).unwrap());
            let name = source.name;
            assert_eq!(functions.0, [""; 0], "{folder}/{name} takes tuples");
        }
    }
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
