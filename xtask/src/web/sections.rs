//! Custom sections of a WebAssembly module: what compilers and linkers note for each other. A
//! browser needs none of them.

use anyhow::{Context, Result};
use wasm_encoder::RawSection;
use wasmparser::{Parser, Payload};

/// What all custom sections of this name hold, one after the other.
pub fn custom(wasm: &[u8], name: &str) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload?
            && section.name() == name
        {
            content.extend_from_slice(section.data());
        }
    }
    Ok(content)
}

/// The module without its custom sections; everything else stays byte for byte.
pub fn without_custom(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut kept = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if matches!(payload, Payload::CustomSection(_)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let data = wasm
                .get(range)
                .context("a section ends inside its module")?;
            kept.section(&RawSection { id, data });
        }
    }
    Ok(kept.finish())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use wasm_encoder::{
        CodeSection, CustomSection, Function, FunctionSection, Module, TypeSection,
    };

    use super::*;

    fn module(custom: &[(&str, &[u8])]) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut functions = FunctionSection::new();
        functions.function(0);
        module.section(&functions);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        module.section(&code);
        for (name, data) in custom {
            module.section(&CustomSection {
                name: Cow::Borrowed(name),
                data: Cow::Borrowed(data),
            });
        }
        module.finish()
    }

    #[test]
    fn custom_sections_of_one_name_are_joined() {
        let wasm = module(&[("a", b"one"), ("b", b"two"), ("a", b"three")]);
        assert_eq!(custom(&wasm, "a").unwrap(), b"onethree");
        assert_eq!(custom(&wasm, "c").unwrap(), b"");
    }

    #[test]
    fn module_without_custom_sections_is_otherwise_the_same() {
        let wasm = module(&[("name", b"x"), ("reloc.CODE", b"y")]);
        assert_eq!(without_custom(&wasm).unwrap(), module(&[]));
        assert_eq!(without_custom(&module(&[])).unwrap(), module(&[]));
    }

    #[test]
    fn broken_module_is_refused() {
        assert!(without_custom(b"\0asm").is_err());
        assert!(custom(b"no module", "a").is_err());
    }
}
