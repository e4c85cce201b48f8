//! Makes the module of words out of `locales/` with the generator of `leptos_i18n`, so that a key
//! or an argument that does not exist does not compile. A key that a language lacks ends the build.
//!
//! The parts of `leptos_i18n_build` that are needed here, without its download of ICU data: the plural
//! rules of these languages alone are taken out of the data that `icu_plurals` is compiled with.

use databake::{Bake, CrateEnv};
use icu_plurals::provider::{Baked, PluralsCardinalV1};
use icu_provider::prelude::{
    DataIdentifierBorrowed, DataLocale, DataProvider, DataRequest, DataResponse,
};
use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};
use std::{env, error::Error, fs, path::PathBuf};

const DEFAULT: &str = "ru";
const OTHERS: [&str; 2] = ["kk", "en"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?);
    let options = ParseOptions::new().interpolate_display(true);
    let config = Config::new(DEFAULT)?
        .add_locales(OTHERS)?
        .parse_options(options);
    let locales = parse_locales(None, config)?;
    let complaints: Vec<String> = locales
        .diag
        .errors()
        .iter()
        .map(ToString::to_string)
        .chain(locales.diag.warnings().iter().map(ToString::to_string))
        .collect();
    if !complaints.is_empty() {
        return Err(complaints.join("\n").into());
    }
    let module = gen_code(&locales, None, false, None, false)?;
    fs::write(folder.join("words.rs"), module.to_string())?;
    fs::write(folder.join("plurals.rs"), plurals()?)?;
    Ok(())
}

/// A function that knows the plural rules of each language by its tag.
fn plurals() -> Result<String, Box<dyn Error>> {
    let mut arms = String::new();
    for tag in [&[DEFAULT], OTHERS.as_slice()].concat() {
        let locale: DataLocale = tag.parse()?;
        let request = DataRequest {
            id: DataIdentifierBorrowed::for_locale(&locale),
            ..DataRequest::default()
        };
        let found: DataResponse<PluralsCardinalV1> = Baked.load(request)?;
        let rules = found.payload.get().bake(&CrateEnv::default());
        arms += &format!("{tag:?} => {{ const RULES: &Rules = &{rules}; Some(RULES) }}\n");
    }
    Ok(format!(
        "type Rules = icu_plurals::provider::PluralRulesData<'static>;\n\
         pub fn rules(tag: &str) -> Option<&'static Rules> {{ match tag {{ {arms} _ => None }} }}"
    ))
}
