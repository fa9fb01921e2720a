//! The typesetter: templates and fonts once, documents many times.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use qrcode::bits::Bits;
use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode, Version};
use serde::{Deserialize, Serialize};
use typst::foundations::{Bytes, Datetime, Label, Smart};
use typst::introspection::Introspector as _;
use typst::utils::{LazyHash, PicoStr};
use typst::{Library, LibraryExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{FontSet, Fonts, default_folder};
use crate::moment::{BEIJING_MINUTES, in_beijing, parse_utc};
use crate::paper::Paper;
use crate::template::Templates;
use crate::view::Engine;
use crate::world::DocumentWorld;
use crate::{
    Attachment, CertificateData, CertificateError, Diagnostic, Problem, ReportData, TemplateSource,
    attachment, house_rules,
};

/// Nested tables and groups recurse; the main thread's stack is not ours to rely on.
const STACK: usize = 64 * 1024 * 1024;
/// Long enough for a thousand rows on a slow machine, short enough for a person to learn of an endless template.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// A picture that a template may show; it is not attached.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Name, such as `print-1.png`.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A finished document.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// The words of each page in the order of their setting, without spaces.
    pub words: Vec<String>,
    /// What the compiler warned of, such as a font family that is not there.
    pub warnings: Vec<Diagnostic>,
    /// Name and version of the engine, as printed.
    pub engine: String,
    /// Digest of the templates, as printed.
    pub template_sha256: String,
    /// Digest of the fonts, as printed.
    pub fonts_sha256: String,
    /// Where the template leaves room for the seal of the office.
    pub seal: Option<SealPlace>,
}

/// A rectangle on a page, in points of 1/72 inch from the lower left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SealPlace {
    /// Page, from 1.
    pub page: u32,
    /// From the left edge.
    pub left: f64,
    /// From the lower edge.
    pub bottom: f64,
    /// Extent across.
    pub width: f64,
    /// Extent upwards.
    pub height: f64,
}

/// Side of the square for a seal that a template marks by its upper left corner, in points: 46 mm.
const SEAL: f64 = 46.0 / 25.4 * 72.0;

/// Templates and fonts, ready to set documents.
pub struct Typesetter {
    stock: Arc<Stock>,
    time_limit: Duration,
}

struct Stock {
    library: Arc<LazyHash<Library>>,
    templates: Templates,
    fonts: Fonts,
}

impl Typesetter {
    /// Reads templates and fonts. Folders are taken in the order given, files within them by name.
    ///
    /// # Errors
    /// [`CertificateError::NoFonts`], [`CertificateError::Read`], [`CertificateError::TemplateEntry`].
    pub fn new(templates: TemplateSource, fonts: &[PathBuf]) -> Result<Self, CertificateError> {
        let stock = Stock {
            library: Arc::new(LazyHash::new(Library::builder().build())),
            templates: Templates::load(&templates)?,
            fonts: Fonts::load(fonts)?,
        };
        Ok(Self {
            stock: Arc::new(stock),
            time_limit: TIME_LIMIT,
        })
    }

    /// Another limit for setting one document.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The font folder used when none is named: `FIDEM_FONTS`, `fonts` beside the program, `../share/fidem/fonts`, or
    /// `fidem/fonts` in the user's cache; the first that holds fonts.
    ///
    /// # Errors
    /// [`CertificateError::NoFonts`] with every place looked in.
    pub fn default_font_folders() -> Result<Vec<PathBuf>, CertificateError> {
        default_folder().map(|folder| vec![folder])
    }

    /// Sets one document of a case. The same data, attachments, templates, fonts and build give the same bytes.
    ///
    /// # Errors
    /// All of [`CertificateData::check`]; [`CertificateError::Attachment`] for a refused name;
    /// [`CertificateError::Template`], [`CertificateError::MissingGlyph`] from the compiler;
    /// [`CertificateError::Omitted`], [`CertificateError::Title`] for a template that leaves out what it may not;
    /// [`CertificateError::TimedOut`] for one that does not end (its thread then runs on until the process ends).
    pub fn render(
        &self,
        data: &CertificateData,
        attachments: &[Attachment],
    ) -> Result<Rendered, CertificateError> {
        self.render_with(data, attachments, &[])
    }

    /// As [`Typesetter::render`], with pictures for the template to show.
    ///
    /// # Errors
    /// As [`Typesetter::render`].
    pub fn render_with(
        &self,
        data: &CertificateData,
        attachments: &[Attachment],
        pictures: &[Picture],
    ) -> Result<Rendered, CertificateError> {
        data.check()?;
        let paper = Paper::Case(Box::new(data.clone()));
        self.set_apart(paper, attachments, pictures)
    }

    /// Sets a report on a verification.
    ///
    /// # Errors
    /// All of [`ReportData::check`], and as [`Typesetter::render`].
    pub fn render_report(&self, data: &ReportData) -> Result<Rendered, CertificateError> {
        data.check()?;
        self.set_apart(Paper::Report(Box::new(data.clone())), &[], &[])
    }

    // A thread of its own: for its stack, and so that a template without an end can be given up.
    fn set_apart(
        &self,
        paper: Paper,
        attachments: &[Attachment],
        pictures: &[Picture],
    ) -> Result<Rendered, CertificateError> {
        attachment::check(attachments)?;
        let mut carried = attachments.to_vec();
        carried.push(paper.machine_record()?);
        let job = Job {
            stock: Arc::clone(&self.stock),
            paper,
            attachments: carried,
            pictures: pictures.to_vec(),
        };
        let (answer, result) = mpsc::sync_channel(1);
        let worker = move || {
            // The receiver is gone only after the time limit; then nobody wants the answer.
            let _ = answer.send(job.run());
        };
        let worker = thread::Builder::new()
            .name("typesetting".to_owned())
            .stack_size(STACK)
            .spawn(worker);
        worker.map_err(|_| CertificateError::Worker)?;
        match result.recv_timeout(self.time_limit) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(CertificateError::TimedOut {
                limit: self.time_limit,
            }),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(CertificateError::Worker),
        }
    }
}

struct Job {
    stock: Arc<Stock>,
    paper: Paper,
    attachments: Vec<Attachment>,
    pictures: Vec<Picture>,
}

impl Job {
    fn run(self) -> Result<Rendered, CertificateError> {
        let result = self.run_with_rare_characters();
        // Layout is memoised across documents; what the last two did not use is dropped.
        typst::comemo::evict(1);
        result
    }

    // The fallback is 50 MB; it is read when the data or the template's own words turn out to need it.
    fn run_with_rare_characters(&self) -> Result<Rendered, CertificateError> {
        let fonts = &self.stock.fonts;
        let words = self.paper.words()?;
        if fonts.has_fallback() && !fonts.primary().uncovered(&words).is_empty() {
            return self.set(fonts.extended()?);
        }
        match self.set(fonts.primary()) {
            Err(CertificateError::MissingGlyph { .. }) if fonts.has_fallback() => {
                self.set(fonts.extended()?)
            }
            result => result,
        }
    }

    fn set(&self, fonts: Arc<FontSet>) -> Result<Rendered, CertificateError> {
        let engine = self.engine(&fonts);
        let files = self.files(&fonts, engine.clone())?;
        let issued = parse_utc(self.paper.issued_at())
            .and_then(in_beijing)
            .ok_or_else(|| untimely("issued_at"))?;
        let today = Datetime::from_ymd(issued.year(), u8::from(issued.month()), issued.day());
        let today = today.ok_or_else(|| untimely("issued_at"))?;
        let library = Arc::clone(&self.stock.library);
        let world = DocumentWorld::new(
            library,
            Arc::clone(&fonts),
            files,
            self.paper.kind().template(),
            today,
        )?;

        let compiled = typst::compile::<PagedDocument>(&world);
        let told = |found: &[typst::diag::SourceDiagnostic]| -> Vec<_> {
            found.iter().map(|d| world.diagnostic(d)).collect()
        };
        let document = compiled.output.map_err(|e| refusal(told(&e), &fonts))?;
        house_rules::check(&document, &self.paper, &self.attachments)?;
        let options = self.pdf_options(issued)?;
        let pdf = typst_pdf::pdf(&document, &options).map_err(|e| refusal(told(&e), &fonts))?;
        Ok(Rendered {
            pdf,
            pages: document.pages().len(),
            words: house_rules::words(&document),
            seal: seal_place(&document),
            warnings: told(&compiled.warnings),
            engine: engine.engine,
            template_sha256: engine.template_sha256,
            fonts_sha256: engine.fonts_sha256,
        })
    }

    fn engine(&self, fonts: &FontSet) -> Engine {
        Engine {
            engine: format!("Typst {}", typst::utils::version().raw()),
            template_sha256: self.stock.templates.sha256.clone(),
            fonts_sha256: fonts.sha256.clone(),
            fallback_faces: fonts.fallback_families.clone(),
        }
    }

    fn files(
        &self,
        fonts: &FontSet,
        engine: Engine,
    ) -> Result<BTreeMap<String, Bytes>, CertificateError> {
        let mut files = self.stock.templates.files.clone();
        let json = self.paper.data_json(&self.attachments, fonts, engine)?;
        files.insert("/data.json".to_owned(), Bytes::new(json.into_bytes()));
        for (path, text) in self.paper.codes()? {
            files.insert(path, Bytes::new(qr_svg(&text)?.into_bytes()));
        }
        for picture in &self.pictures {
            let path = format!("/{}", picture.name);
            files.insert(path, Bytes::new(picture.bytes.clone()));
        }
        for attachment in &self.attachments {
            let name = format!("/{}", attachment.name);
            files.insert(name, Bytes::new(attachment.bytes.clone()));
        }
        Ok(files)
    }

    fn pdf_options(&self, issued: time::OffsetDateTime) -> Result<PdfOptions, CertificateError> {
        let (year, month, day) = (issued.year(), u8::from(issued.month()), issued.day());
        let (hour, minute, second) = issued.to_hms();
        let local = Datetime::from_ymd_hms(year, month, day, hour, minute, second);
        let timestamp = local.and_then(|l| Timestamp::new_local(l, BEIJING_MINUTES));
        let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]);
        let standards = standards.map_err(|_| CertificateError::Worker)?;
        Ok(PdfOptions {
            ident: Smart::Custom(self.paper.ident()),
            creator: Smart::Custom(Some("Fidem".to_owned())),
            timestamp: Some(timestamp.ok_or_else(|| untimely("issued_at"))?),
            page_ranges: None,
            standards,
            tagged: true,
            pretty: false,
        })
    }
}

// Level M, with the quiet zone of four modules that ISO/IEC 18004 asks for. The bytes are marked as UTF-8 and put in
// byte mode throughout: left to itself an encoder takes parts of Chinese UTF-8 for Shift JIS, and readers believe it.
fn qr_svg(text: &str) -> Result<String, CertificateError> {
    const UTF_8: u32 = 26;
    let level = EcLevel::M;
    let encode = |version: i16| -> Result<QrCode, QrError> {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_eci_designator(UTF_8)?;
        bits.push_byte_data(text.as_bytes())?;
        bits.push_terminator(level)?;
        QrCode::with_bits(bits, level)
    };
    let smallest = (1..=40).find_map(|version| encode(version).ok());
    let code = smallest.ok_or(CertificateError::QrCode)?;
    Ok(code.render::<svg::Color<'_>>().quiet_zone(true).build())
}

/// The mark `<seal>` of a template.
fn seal_place(document: &PagedDocument) -> Option<SealPlace> {
    let label = Label::new(PicoStr::intern("seal"))?;
    let introspector = document.introspector();
    let mark = introspector.query_label(label).ok()?;
    let position = introspector.position(mark.location()?)?;
    let page = document.pages().get(position.page.get() - 1)?;
    let top = page.frame.height().to_pt() - position.point.y.to_pt();
    Some(SealPlace {
        page: u32::try_from(position.page.get()).ok()?,
        left: position.point.x.to_pt(),
        bottom: top - SEAL,
        width: SEAL,
        height: SEAL,
    })
}

fn untimely(field: &str) -> CertificateError {
    CertificateError::Data {
        field: field.to_owned(),
        problem: Problem::Time,
    }
}

/// A missing glyph is told apart from a faulty template, for the clerk can mend the one and not the other.
fn refusal(errors: Vec<Diagnostic>, fonts: &FontSet) -> CertificateError {
    let text = errors.iter().find_map(|e| undisplayed(&e.message));
    let missing = text.and_then(|text| {
        let character = fonts.uncovered(&text).into_iter().next();
        Some((character.or(text.chars().next())?, text))
    });
    match missing {
        Some((character, text)) => CertificateError::MissingGlyph { character, text },
        None => CertificateError::Template { errors },
    }
}

// The compiler says: the text `"…"` could not be displayed with font …
fn undisplayed(message: &str) -> Option<String> {
    let (before, _) = message.split_once("` could not be displayed")?;
    let (_, quoted) = before.split_once("the text `")?;
    Some(quoted.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_glyph_is_recognised() {
        let message = r#"PDF/A-3a error: the text `"𰻝"` could not be displayed with font "X""#;
        assert_eq!(undisplayed(message), Some("𰻝".to_owned()));
        assert_eq!(undisplayed("unknown variable: x"), None);
    }
}
