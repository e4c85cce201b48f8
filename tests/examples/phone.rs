//! A stand-in for a telephone with eGov Mobile, for the journeys in the browser: it looks at a picture of the page,
//! reads the QR code on it, and signs with a key file, or does what people and applications do beside that.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool answers on standard output"
)]

use anyhow::{Context, Result, bail};
use balabaqsha_api::clock::{Clock, SystemClock};
use balabaqsha_pki::{
    cms::{self, SignOptions},
    keystore,
    random::SystemRandom,
};
use balabaqsha_tests::{
    Phone,
    phone::{Scanned, Told},
};
use clap::{Parser, ValueEnum};
use image::ImageReader;
use rqrr::PreparedImage;
use std::{fs, io::Cursor, path::PathBuf, time::Duration};

#[derive(Debug, Parser)]
struct Arguments {
    /// Picture (PNG) with the QR code; without it the text of the code is given
    #[arg(long, required_unless_present = "text")]
    picture: Option<PathBuf>,
    /// Text of the QR code
    #[arg(long)]
    text: Option<String>,
    /// Key file (PKCS#12)
    #[arg(long)]
    key: PathBuf,
    #[arg(long)]
    password: String,
    #[arg(long, value_enum, default_value = "agrees")]
    manner: Manner,
    /// Milliseconds between reading and signing
    #[arg(long, default_value_t = 0)]
    pause: u64,
}

/// What the person at the phone, or the application, does.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Manner {
    /// Signs.
    Agrees,
    /// Looks at it and sends nothing.
    Declines,
    /// Sends the same answer twice.
    Twice,
    /// Signs something else.
    AnotherText,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let text = match (&arguments.text, &arguments.picture) {
        (Some(text), _) => text.clone(),
        (None, Some(picture)) => read(&fs::read(picture)?)?,
        (None, None) => bail!("neither a picture nor a text"),
    };
    let file = fs::read(&arguments.key)?;
    let entries = keystore::open(&file, &arguments.password)?.into_entries();
    let entry = entries.into_iter().next().context("no key in the file")?;
    let sign = |content: &[u8]| {
        let options = SignOptions::detached(SystemClock.now());
        cms::sign_with(
            entry.key(),
            entry.certificate(),
            &[],
            content,
            &options,
            &mut SystemRandom,
        )
    };
    let phone = Phone::new(None);
    let scanned = shown(phone.scan(&text).await)?;
    println!("{}", scanned.invitation.description);
    tokio::time::sleep(Duration::from_millis(arguments.pause)).await;
    let answer = |content: &[u8]| sign(content).unwrap_or_default();
    match arguments.manner {
        Manner::Declines => {}
        Manner::Agrees => bring(&phone, &scanned, answer, 1).await?,
        Manner::Twice => bring(&phone, &scanned, answer, 2).await?,
        Manner::AnotherText => bring(&phone, &scanned, |_| answer(b"another text"), 1).await?,
    }
    Ok(())
}

async fn bring(
    phone: &Phone,
    scanned: &Scanned,
    key: impl Fn(&[u8]) -> Vec<u8>,
    times: usize,
) -> Result<()> {
    let signed = scanned.signed(key);
    for _ in 0..times {
        let verdict = shown(phone.bring(&scanned.invitation, &signed).await)?;
        println!("{} {}", verdict.code, verdict.message);
    }
    Ok(())
}

/// The application shows the words of a refusal.
fn shown<T>(told: Told<T>) -> Result<T> {
    told.map_err(|refused| {
        let words = refused.verdict.message;
        anyhow::anyhow!("{} {words}", refused.status)
    })
}

/// The text of the QR code on a picture.
fn read(picture: &[u8]) -> Result<String> {
    let picture = ImageReader::new(Cursor::new(picture))
        .with_guessed_format()?
        .decode()?
        .into_luma8();
    let side = |pixels: u32| usize::try_from(pixels);
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let shade = |x: usize, y: usize| picture.as_raw().get(y * width + x).copied();
    let mut prepared =
        PreparedImage::prepare_from_greyscale(width, height, |x, y| shade(x, y).unwrap_or(u8::MAX));
    let grid = prepared
        .detect_grids()
        .into_iter()
        .next()
        .context("no QR code on the picture")?;
    let (_, text) = grid.decode()?;
    Ok(text)
}
