//! Programs of other people that read a PDF or a QR code. Where one is not on the machine, the test
//! that needs it says so and checks what it can without it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use crate::{Document, Renderer};

static RENDERER: LazyLock<Renderer> = LazyLock::new(|| Renderer::new().unwrap());

pub(super) fn render(document: &Document) -> Vec<u8> {
    RENDERER.render(document).unwrap()
}

pub(super) fn renderer() -> &'static Renderer {
    &RENDERER
}

/// Number of pages, as the page tree of the file counts them.
pub(super) fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.match_indices("/Type/Page")
        .filter(|(at, found)| !text[at + found.len()..].starts_with('s'))
        .count()
}

/// The text of the paper with every run of white space as one space, or `None` without poppler.
pub(super) fn text(pdf: &[u8]) -> Option<String> {
    let text = tool(&["pdftotext", "-enc", "UTF-8", "-raw", "FILE", "-"], pdf)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The text without any white space: for what may be broken anywhere.
pub(super) fn dense_text(pdf: &[u8]) -> Option<String> {
    text(pdf).map(|text| text.replace(' ', ""))
}

/// The words with their places on the page: `(page width, page height, [x min, y min, x max, y
/// max])`.
pub(super) struct Placed {
    pub(super) page: (f64, f64),
    pub(super) words: Vec<[f64; 4]>,
}

pub(super) fn places(pdf: &[u8]) -> Option<Vec<Placed>> {
    let html = tool(&["pdftotext", "-bbox", "FILE", "-"], pdf)?;
    let number = |line: &str, name: &str| -> f64 {
        line.split(&format!("{name}=\""))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    let mut placed: Vec<Placed> = Vec::new();
    for line in html.lines().map(str::trim) {
        if line.starts_with("<page ") {
            placed.push(Placed {
                page: (number(line, "width"), number(line, "height")),
                words: Vec::new(),
            });
        } else if line.starts_with("<word ") {
            let word = ["xMin", "yMin", "xMax", "yMax"].map(|name| number(line, name));
            placed.last_mut().unwrap().words.push(word);
        }
    }
    Some(placed)
}

/// The text of every QR code on the first page, or `None` without poppler or zbar.
pub(super) fn qr_codes(pdf: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    fs::write(&file, pdf).unwrap();
    run(
        folder.path(),
        &[
            "pdftoppm",
            "-r",
            "150",
            "-f",
            "1",
            "-l",
            "1",
            "-png",
            "-singlefile",
            "paper.pdf",
            "page",
        ],
    )?;
    let codes = run(
        folder.path(),
        &[
            "zbarimg",
            "--quiet",
            "--raw",
            "-Sdisable",
            "-Sqrcode.enable",
            "page.png",
        ],
    )?;
    Some(codes.lines().map(str::to_owned).collect())
}

/// What a program prints about the file.
pub(super) fn tool(command: &[&str], pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("paper.pdf"), pdf).unwrap();
    let command: Vec<_> = command
        .iter()
        .map(|&part| if part == "FILE" { "paper.pdf" } else { part })
        .collect();
    run(folder.path(), &command)
}

fn run(folder: &Path, command: &[&str]) -> Option<String> {
    let (program, arguments) = command.split_first().unwrap();
    match Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
    {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{command:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            // Poppler prints titles of headings as bytes of UTF-16.
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!(
                "skipped: {program} is not on this machine (Debian: poppler-utils, zbar-tools)"
            );
            None
        }
        Err(error) => panic!("{command:?}: {error}"),
    }
}
