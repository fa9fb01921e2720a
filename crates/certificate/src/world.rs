//! The outside world of one document: templates, data and attachments in memory, and nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World, WorldExt};
use typst_kit::files::{FileLoader, FileStore};

use crate::fonts::FontSet;
use crate::{CertificateError, Diagnostic};

/// Files by their path from `/`. Packages and every other path are refused.
pub(crate) struct Memory {
    pub(crate) files: BTreeMap<String, Bytes>,
}

impl FileLoader for Memory {
    fn load(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get();
        if *path.root() != VirtualRoot::Project {
            return Err(FileError::AccessDenied);
        }
        let name = path.vpath().get_with_slash();
        let found = self.files.get(name).cloned();
        found.ok_or_else(|| FileError::NotFound(PathBuf::from(name)))
    }
}

/// One document's world.
pub(crate) struct DocumentWorld {
    library: Arc<LazyHash<Library>>,
    fonts: Arc<FontSet>,
    files: FileStore<Memory>,
    main: FileId,
    today: Datetime,
}

impl DocumentWorld {
    pub(crate) fn new(
        library: Arc<LazyHash<Library>>,
        fonts: Arc<FontSet>,
        files: BTreeMap<String, Bytes>,
        main: &'static str,
        today: Datetime,
    ) -> Result<Self, CertificateError> {
        let name = format!("/{main}");
        let path = VirtualPath::new(&name)
            .ok()
            .filter(|_| files.contains_key(&name));
        let path = path.ok_or(CertificateError::MissingTemplate { name: main })?;
        Ok(Self {
            library,
            fonts,
            files: FileStore::new(Memory { files }),
            main: RootedPath::new(VirtualRoot::Project, path).intern(),
            today,
        })
    }

    /// A compiler's message with its file and line.
    pub(crate) fn diagnostic(&self, found: &SourceDiagnostic) -> Diagnostic {
        let id = found.span.id();
        let source = id.and_then(|id| self.source(id).ok());
        let range = self.range(found.span);
        let place = source.as_ref().zip(range);
        let place = place.and_then(|(s, r)| s.lines().byte_to_line_column(r.start));
        Diagnostic {
            message: found.message.to_string(),
            file: id.map(|id| id.get().vpath().get_without_slash().to_owned()),
            line: place.map_or(0, |(line, _)| line + 1),
            column: place.map_or(0, |(_, column)| column + 1),
            hints: found.hints.iter().map(|h| h.v.to_string()).collect(),
        }
    }
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.store.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.files.source(id)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.file(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.store.font(index)
    }

    // The day of issue, never the clock.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}
