//! From a document to the bytes of its PDF: say it in both languages, set it, export it. The data
//! decides everything, so the same document always gives the same bytes.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::Serialize;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::printable::Printer;
use crate::sheet::Sheet;
use crate::world::{Job, Press};
use crate::{Document, RenderError, dates, qr_svg};

/// Sizes of type to try, so that a referral with long names still is one sheet of paper. The last
/// one is as small as may be read without glasses.
const SCALES: [f64; 4] = [1.0, 0.95, 0.9, 0.86];
/// Nothing shrinks three pages into one.
const SHRINKABLE_PAGES: usize = 2;

/// Makes papers. Loading takes the fonts in once; one renderer serves all threads.
pub struct Renderer {
    press: Press,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").finish_non_exhaustive()
    }
}

/// What the templates read.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    sheet: &'a Sheet,
    scale: f64,
}

impl Renderer {
    /// Takes in the fonts and the templates.
    ///
    /// # Errors
    /// When an embedded font is missing.
    pub fn new() -> Result<Self, RenderError> {
        Ok(Self {
            press: Press::new()?,
        })
    }

    /// The PDF of a document: PDF/A-2a and PDF/UA-1, Kazakh and Russian.
    ///
    /// It computes for some tens of milliseconds: an async caller moves it off its executor.
    ///
    /// # Errors
    /// When a field is beyond its limit, or the address of the check page is none.
    pub fn render(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        let mut printer = Printer::new(self.press.fonts.repertoire());
        let sheet = Sheet::of(document, &mut printer)?;
        let qr = document.verification_url().map(qr_svg).transpose()?;
        let options = options(document)?;
        let pages = self.set(&sheet, qr.as_deref());
        let pdf = pages
            .and_then(|pages| typst_pdf::pdf(&pages, &options).map_err(|errors| refusal(&errors)));
        // The typesetter remembers what it has set in a cache of the whole process: personal data
        // has no business there once the paper is made.
        typst::comemo::evict(0);
        pdf
    }

    fn set(&self, sheet: &Sheet, qr: Option<&str>) -> Result<PagedDocument, RenderError> {
        let mut first = None;
        for scale in SCALES {
            let data = serde_json::to_vec(&Data { sheet, scale })?;
            let job = Job::new(&self.press, data, qr.map(str::to_owned));
            let pages = typst::compile::<PagedDocument>(&job)
                .output
                .map_err(|errors| refusal(&errors))?;
            match pages.pages().len() {
                ..=1 => return Ok(pages),
                count if count > SHRINKABLE_PAGES => return Ok(first.unwrap_or(pages)),
                _ => first = first.or(Some(pages)),
            }
        }
        first.ok_or_else(|| RenderError::Typeset("no page was set".to_owned()))
    }
}

impl Document {
    fn verification_url(&self) -> Option<&str> {
        match self {
            Self::Application(document) => document.verification_url.as_deref(),
            Self::Referral(document) => Some(&document.verification_url),
            Self::Act(document) => document.verification_url.as_deref(),
        }
    }

    fn moment(&self) -> DateTime<Utc> {
        match self {
            Self::Application(document) => document.submitted_at,
            Self::Referral(document) => document.issued_at,
            Self::Act(document) => document.done_at,
        }
    }

    /// The same for every rendering of this document, different for every other: its hash goes into
    /// the file.
    fn identity(&self) -> String {
        let (kind, number, signature) = match self {
            Self::Application(document) => ("application", &document.number, &document.signature),
            Self::Referral(document) => ("referral", &document.number, &document.signature),
            Self::Act(document) => ("act", &document.number, &document.signature),
        };
        format!("balabaqsha/{kind}/{number}/{}", signature.document_id)
    }
}

fn options(document: &Document) -> Result<PdfOptions, RenderError> {
    const FIELD: &str = "moment of the document";
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| RenderError::Typeset(error.message().to_string()))?;
    Ok(PdfOptions {
        ident: Smart::Custom(document.identity()),
        creator: Smart::Custom(Some("Balabaqsha".to_owned())),
        timestamp: Some(
            timestamp(document.moment(), FIELD)?
                .ok_or(RenderError::DateOutOfRange { field: FIELD })?,
        ),
        standards,
        ..PdfOptions::default()
    })
}

fn timestamp(at: DateTime<Utc>, field: &'static str) -> Result<Option<Timestamp>, RenderError> {
    let local = dates::local(field, at)?;
    let part = |value: u32| u8::try_from(value).map_err(|_| RenderError::DateOutOfRange { field });
    let datetime = Datetime::from_ymd_hms(
        local.year(),
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    );
    Ok(datetime.and_then(|datetime| Timestamp::new_local(datetime, dates::ZONE_MINUTES)))
}

/// What the typesetter says speaks of the templates; text of people is data to it and is never
/// quoted except where a glyph is missing, so only the first sentence is kept.
fn refusal(errors: &[SourceDiagnostic]) -> RenderError {
    RenderError::Typeset(errors.first().map_or_else(
        || "no reason given".to_owned(),
        |error| error.message.to_string(),
    ))
}
