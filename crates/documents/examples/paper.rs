//! Makes the paper of one document, to be looked at while the templates are worked on:
//! `cargo run -p balabaqsha-documents --example paper < documents/examples/referral.json > referral.pdf`

use std::io::{self, Write as _};

use balabaqsha_documents::{Document, Renderer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document: Document = serde_json::from_reader(io::stdin().lock())?;
    io::stdout()
        .lock()
        .write_all(&Renderer::new()?.render(&document)?)?;
    Ok(())
}
