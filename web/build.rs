//! Makes the module of words out of `locales/`: a missing key, a missing language or a placeholder
//! that differs between languages ends the build.

#[path = "build/words.rs"]
mod words;

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let mut texts = Vec::new();
    for language in words::LANGUAGES {
        let path = format!("locales/{language}.json");
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        texts.push(text);
    }
    println!("cargo::rerun-if-changed=build");
    let [kk, ru, en] = texts.as_slice() else {
        return Err("three languages are expected".into());
    };
    let module = words::generate([kk, ru, en])?;
    let folder = env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    fs::write(Path::new(&folder).join("words.rs"), module)?;
    Ok(())
}
