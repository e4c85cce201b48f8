//! PDF is shown only as images of its pages. The program that makes them, `pdftoppm` of poppler, runs as a
//! child process that has little memory, little time, and a folder that is gone afterwards.

use crate::{content::Refusal, images};
use balabaqsha_shared::benefit::ScanKind;
use std::{
    ffi::OsStr,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    fs,
    io::AsyncReadExt,
    process::{ChildStderr, Command},
    sync::Semaphore,
    time::timeout,
};

/// Pages of the longest PDF.
pub const MOST_PAGES: usize = 20;
/// What a child process may use: address space, seconds of a core, bytes of a file that it writes.
const LIMITS: [&str; 4] = [
    "--as=1073741824",
    "--cpu=20",
    "--fsize=67108864",
    "--core=0",
];
const PATIENCE: Duration = Duration::from_secs(40);
/// Dots per inch at which a page is drawn; a page of a giant size is drawn smaller.
const LONGEST_SIDE: &str = "1750";
/// So much of what the program complains about is read.
const COMPLAINT: u64 = 64 * 1024;

/// Child processes that run at once.
static RENDERING: Semaphore = Semaphore::const_new(2);

pub(crate) async fn pages(bytes: Vec<u8>) -> Result<Vec<Vec<u8>>, Refusal> {
    let _place = RENDERING.acquire().await.map_err(|_| Refusal::NoRenderer)?;
    let folder = tempfile::tempdir().map_err(|_| Refusal::NoRenderer)?;
    let original = folder.path().join("original.pdf");
    fs::write(&original, bytes)
        .await
        .map_err(|_| Refusal::NoRenderer)?;
    let facts = run("pdfinfo", folder.path(), &[original.as_os_str()]).await?;
    if count(&facts)? > MOST_PAGES {
        return Err(Refusal::Pages);
    }
    let drawn = folder.path().join("page");
    let arguments: [&OsStr; 6] = [
        OsStr::new("-jpeg"),
        OsStr::new("-r"),
        OsStr::new("150"),
        OsStr::new("-scale-to"),
        OsStr::new(LONGEST_SIDE),
        original.as_os_str(),
    ];
    let arguments: Vec<&OsStr> = arguments.into_iter().chain([drawn.as_os_str()]).collect();
    run("pdftoppm", folder.path(), &arguments).await?;
    let mut names = Vec::new();
    let mut listing = fs::read_dir(folder.path())
        .await
        .map_err(|_| Refusal::Broken)?;
    while let Some(entry) = listing.next_entry().await.map_err(|_| Refusal::Broken)? {
        let path = entry.path();
        if path.extension() == Some(OsStr::new("jpg")) {
            names.push(path);
        }
    }
    // All numbers have the same count of digits.
    names.sort();
    let mut pages = Vec::new();
    for name in names.into_iter().take(MOST_PAGES) {
        let page = fs::read(name).await.map_err(|_| Refusal::Broken)?;
        pages.push(images::page(ScanKind::Jpeg, page).await?);
    }
    if pages.is_empty() {
        return Err(Refusal::Broken);
    }
    Ok(pages)
}

/// The count of pages. What is encrypted is refused, also where anybody may look at it.
fn count(facts: &str) -> Result<usize, Refusal> {
    let value = |name: &str| {
        let mut lines = facts.lines();
        lines.find_map(|line| line.strip_prefix(name).map(str::trim))
    };
    if value("Encrypted:").is_some_and(|encrypted| encrypted.starts_with("yes")) {
        return Err(Refusal::Encrypted);
    }
    let pages = value("Pages:").and_then(|pages| pages.parse().ok());
    pages.filter(|pages| *pages > 0).ok_or(Refusal::Broken)
}

async fn run(program: &str, folder: &Path, arguments: &[&OsStr]) -> Result<String, Refusal> {
    let mut child = Command::new("prlimit")
        .args(LIMITS)
        .arg("--")
        .arg(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("TMPDIR", folder)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|_| Refusal::NoRenderer)?;
    let (Some(told), Some(complaint)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Refusal::NoRenderer);
    };
    let whole = async {
        let mut words = Vec::new();
        let mut limited = told.take(COMPLAINT);
        let (read, complaint, ended) = tokio::join!(
            limited.read_to_end(&mut words),
            complaints(complaint),
            child.wait()
        );
        read.and(ended).map(|ended| {
            (
                String::from_utf8_lossy(&words).into_owned(),
                complaint,
                ended,
            )
        })
    };
    let (words, complaint, ended) = timeout(PATIENCE, whole)
        .await
        .map_err(|_| Refusal::Broken)?
        .map_err(|_| Refusal::Broken)?;
    outcome(ended, &complaint).map(|()| words)
}

async fn complaints(from: ChildStderr) -> String {
    let mut words = Vec::new();
    let mut limited = from.take(COMPLAINT);
    // What cannot be read is no complaint.
    let _ = limited.read_to_end(&mut words).await;
    String::from_utf8_lossy(&words).into_owned()
}

fn outcome(ended: ExitStatus, complaint: &str) -> Result<(), Refusal> {
    if ended.success() {
        return Ok(());
    }
    if complaint.contains("Incorrect password") {
        return Err(Refusal::Encrypted);
    }
    // `prlimit` says so when it finds no such program.
    if complaint.contains("failed to execute") {
        return Err(Refusal::NoRenderer);
    }
    Err(Refusal::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of so many empty pages.
    fn pdf(pages: usize) -> Vec<u8> {
        let kids: Vec<String> = (0..pages).map(|n| format!("{} 0 R", n + 3)).collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!(
                "<< /Type /Pages /Count {pages} /Kids [{}] >>",
                kids.join(" ")
            ),
        ];
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>";
        objects.extend((0..pages).map(|_| page.to_owned()));
        let mut text = "%PDF-1.4\n".to_owned();
        let mut offsets = Vec::new();
        for (n, object) in objects.iter().enumerate() {
            offsets.push(text.len());
            text += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
        }
        let table = text.len();
        text += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for offset in offsets {
            text += &format!("{offset:010} 00000 n \n");
        }
        text += &format!(
            "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        );
        text.into_bytes()
    }

    fn absent() -> bool {
        let absent = std::process::Command::new("pdftoppm")
            .arg("-v")
            .output()
            .is_err();
        if absent {
            println!("skipped: pdftoppm (poppler-utils) is not installed");
        }
        absent
    }

    #[tokio::test]
    async fn each_page_becomes_an_image() {
        if absent() {
            return;
        }
        let pages = pages(pdf(3)).await.unwrap();
        assert_eq!(pages.len(), 3);
        let shown = image::load_from_memory(&pages[0]).unwrap();
        assert_eq!(shown.height(), 1750);
    }

    #[tokio::test]
    async fn what_is_too_long_or_broken_is_refused() {
        if absent() {
            return;
        }
        assert_eq!(pages(pdf(MOST_PAGES + 1)).await, Err(Refusal::Pages));
        assert_eq!(
            pages(b"%PDF-1.7 and nothing else".to_vec()).await,
            Err(Refusal::Broken)
        );
    }

    #[test]
    fn what_is_encrypted_is_refused_also_where_anybody_may_look() {
        let facts = "Pages:           2\nEncrypted:       yes (print:yes copy:no)\n";
        assert_eq!(count(facts), Err(Refusal::Encrypted));
        assert_eq!(count("Pages: 2\nEncrypted: no\n"), Ok(2));
        assert_eq!(count("Pages: 0\n"), Err(Refusal::Broken));
        assert_eq!(count(""), Err(Refusal::Broken));
    }
}
