//! The little world the typesetter sees: the templates, the fonts, and the data of one paper. It
//! has no file system, no packages, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use crate::RenderError;
use crate::fonts::Fonts;

const MAIN: &str = "sheet.typ";
const TEMPLATES: [(&str, &str); 3] = [
    (MAIN, include_str!("../templates/sheet.typ")),
    ("look.typ", include_str!("../templates/look.typ")),
    ("parts.typ", include_str!("../templates/parts.typ")),
];
const MARK: (&str, &str) = ("mark.svg", include_str!("../templates/mark.svg"));

/// What all papers share.
pub(crate) struct Press {
    library: LazyHash<Library>,
    pub(crate) fonts: Fonts,
    main: FileId,
    sources: Vec<Source>,
    mark: (FileId, Bytes),
    data_id: FileId,
    qr_id: FileId,
}

impl Press {
    pub(crate) fn new() -> Result<Self, RenderError> {
        let sources = TEMPLATES
            .iter()
            .map(|(name, text)| Ok(Source::new(file_id(name)?, (*text).to_owned())))
            .collect::<Result<_, RenderError>>()?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts: Fonts::load()?,
            main: file_id(MAIN)?,
            sources,
            mark: (file_id(MARK.0)?, Bytes::from_string(MARK.1)),
            data_id: file_id("sheet.json")?,
            qr_id: file_id("qr.svg")?,
        })
    }
}

fn file_id(name: &str) -> Result<FileId, RenderError> {
    let path = VirtualPath::new(name).map_err(|error| RenderError::Typeset(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// The press with the data of one paper in it.
pub(crate) struct Job<'a> {
    press: &'a Press,
    data: Bytes,
    qr: Option<Bytes>,
}

impl<'a> Job<'a> {
    pub(crate) fn new(press: &'a Press, data: Vec<u8>, qr: Option<String>) -> Self {
        Self {
            press,
            data: Bytes::new(data),
            qr: qr.map(Bytes::from_string),
        }
    }
}

impl World for Job<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.fonts.book
    }

    fn main(&self) -> FileId {
        self.press.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.press
            .sources
            .iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (mark_id, mark) = &self.press.mark;
        match id {
            id if id == self.press.data_id => Ok(self.data.clone()),
            id if id == self.press.qr_id => self.qr.clone().ok_or(FileError::AccessDenied),
            id if id == *mark_id => Ok(mark.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.face(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
