//! Setting a document in a process of its own. An office's template is a program: it may not end, or eat all memory. There it
//! has a clock and a limit, and what happens to it happens to nobody else.
//!
//! Both ends are the same program: the parent starts itself with [`WORKER`] as its only argument. What travels is one line of
//! JSON with lengths, and then the octets it names, in either direction.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::typesetter::SealPlace;
use crate::{
    Attachment, CertificateData, CertificateError, Diagnostic, Picture, Rendered, TemplateSource,
    Typesetter,
};

/// The argument by which the program becomes a worker.
pub const WORKER: &str = "typesetting-worker";
/// Address space of a worker, octets: fonts and a thousand rows take a tenth of it.
const MEMORY: u64 = 3 << 30;
/// Processor seconds of a worker.
const PROCESSOR: u64 = 60;
/// Largest answer read, octets.
const ANSWER: u64 = 512 << 20;

/// What the worker is asked.
#[derive(Serialize, Deserialize)]
struct Question {
    templates: PathBuf,
    fonts: Vec<PathBuf>,
    data: CertificateData,
    attachments: Vec<Attachment>,
    pictures: Vec<(String, usize)>,
    /// Lengths of the attachments' octets, which follow those of the pictures.
    lengths: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Set(Box<Finished>),
    Refused(Refusal),
}

#[derive(Serialize, Deserialize)]
struct Finished {
    pages: usize,
    words: Vec<String>,
    warnings: Vec<Diagnostic>,
    engine: String,
    template_sha256: String,
    fonts_sha256: String,
    seal: Option<SealPlace>,
    length: usize,
}

/// What a person can mend, told apart; the rest in words.
#[derive(Serialize, Deserialize)]
enum Refusal {
    Template(Vec<Diagnostic>),
    Glyph(char, String),
    Omitted(usize, String),
    Title(String),
    Other(String),
}

/// Sets a document by an office's own templates, in a process of its own.
///
/// # Errors
/// As [`Typesetter::render_with`]; [`CertificateError::TimedOut`] after `limit`; [`CertificateError::Apart`] where the worker
/// ended by itself, as one does that wants more memory than it may have.
pub fn render_apart(
    templates: PathBuf,
    fonts: &[PathBuf],
    data: &CertificateData,
    attachments: &[Attachment],
    pictures: &[Picture],
    limit: Duration,
) -> Result<Rendered, CertificateError> {
    data.check()?;
    crate::attachment::check(attachments)?;
    let program = std::env::current_exe().map_err(|e| apart(&e))?;
    let mut child = Command::new(program)
        .arg(WORKER)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| apart(&e))?;
    let asked = question(templates, fonts, data, attachments, pictures)?;
    let answer = exchange(&mut child, asked, limit);
    // Whatever it is doing, nobody waits for it any more.
    let _ = child.kill();
    let _ = child.wait();
    rendered(&answer?)
}

fn question(
    templates: PathBuf,
    fonts: &[PathBuf],
    data: &CertificateData,
    attachments: &[Attachment],
    pictures: &[Picture],
) -> Result<Vec<u8>, CertificateError> {
    let bare = |a: &Attachment| Attachment {
        bytes: Vec::new(),
        ..a.clone()
    };
    let question = Question {
        templates,
        fonts: fonts.to_vec(),
        data: data.clone(),
        attachments: attachments.iter().map(bare).collect(),
        pictures: pictures
            .iter()
            .map(|p| (p.name.clone(), p.bytes.len()))
            .collect(),
        lengths: attachments.iter().map(|a| a.bytes.len()).collect(),
    };
    let mut asked = serde_json::to_vec(&question).map_err(|e| apart(&e))?;
    asked.push(b'\n');
    pictures.iter().for_each(|p| asked.extend(&p.bytes));
    attachments.iter().for_each(|a| asked.extend(&a.bytes));
    Ok(asked)
}

fn exchange(
    child: &mut Child,
    asked: Vec<u8>,
    limit: Duration,
) -> Result<Vec<u8>, CertificateError> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
        return Err(CertificateError::Worker);
    };
    std::thread::spawn(move || {
        // A worker that is gone reads nothing; its silence is the answer.
        let _ = stdin.write_all(&asked);
    });
    let (told, heard) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut answer = Vec::new();
        let read = stdout.take(ANSWER).read_to_end(&mut answer);
        let _ = told.send(read.map(|_| answer));
    });
    match heard.recv_timeout(limit) {
        Ok(answer) => answer.map_err(|e| apart(&e)),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(CertificateError::TimedOut { limit }),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(CertificateError::Worker),
    }
}

fn rendered(answer: &[u8]) -> Result<Rendered, CertificateError> {
    let end = answer.iter().position(|b| *b == b'\n');
    let ended = || apart(&"it ended without an answer: too much memory, perhaps");
    let (head, rest) = answer.split_at(end.ok_or_else(ended)?);
    match serde_json::from_slice(head).map_err(|e| apart(&e))? {
        Answer::Refused(refusal) => Err(refusal.into()),
        Answer::Set(finished) => {
            let pdf = rest.get(1..=finished.length).ok_or_else(ended)?;
            Ok(Rendered {
                pdf: pdf.to_vec(),
                pages: finished.pages,
                words: finished.words,
                warnings: finished.warnings,
                engine: finished.engine,
                template_sha256: finished.template_sha256,
                fonts_sha256: finished.fonts_sha256,
                seal: finished.seal,
            })
        }
    }
}

/// The worker: limits first, then one question and one answer.
///
/// # Errors
/// Of the pipes; what is wrong with a template is an answer.
pub fn serve(input: impl Read, mut output: impl Write) -> std::io::Result<()> {
    confine();
    let mut input = BufReader::new(input);
    let mut line = String::new();
    input.read_line(&mut line)?;
    let mut question: Question = serde_json::from_str(&line)?;
    let mut pictures = Vec::new();
    for (name, length) in std::mem::take(&mut question.pictures) {
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes)?;
        pictures.push(Picture { name, bytes });
    }
    for (attachment, length) in question.attachments.iter_mut().zip(&question.lengths) {
        attachment.bytes = vec![0; *length];
        input.read_exact(&mut attachment.bytes)?;
    }
    let (answer, pdf) = match set(question, &pictures) {
        Ok(rendered) => (Answer::Set(Box::new(finished(&rendered))), rendered.pdf),
        Err(error) => (Answer::Refused(error.into()), Vec::new()),
    };
    serde_json::to_writer(&mut output, &answer)?;
    output.write_all(b"\n")?;
    output.write_all(&pdf)?;
    output.flush()
}

fn set(question: Question, pictures: &[Picture]) -> Result<Rendered, CertificateError> {
    let source = TemplateSource::Folder(question.templates);
    let typesetter = Typesetter::new(source, &question.fonts)?;
    typesetter.render_with(&question.data, &question.attachments, pictures)
}

fn finished(rendered: &Rendered) -> Finished {
    Finished {
        pages: rendered.pages,
        words: rendered.words.clone(),
        warnings: rendered.warnings.clone(),
        engine: rendered.engine.clone(),
        template_sha256: rendered.template_sha256.clone(),
        fonts_sha256: rendered.fonts_sha256.clone(),
        seal: rendered.seal,
        length: rendered.pdf.len(),
    }
}

/// Memory and processor time; no file of any length is written and no further process started.
#[cfg(unix)]
fn confine() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::As, MEMORY),
        (Resource::Cpu, PROCESSOR),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // A system that does not know a limit still has the parent's clock.
        let _ = setrlimit(resource, limit);
    }
}

#[cfg(not(unix))]
fn confine() {}

fn apart(error: &dyn std::fmt::Display) -> CertificateError {
    CertificateError::Apart {
        reason: error.to_string(),
    }
}

impl From<CertificateError> for Refusal {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::Template { errors } => Self::Template(errors),
            CertificateError::MissingGlyph { character, text } => Self::Glyph(character, text),
            CertificateError::Omitted { page, mark } => Self::Omitted(page, mark),
            CertificateError::Title { title } => Self::Title(title),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<Refusal> for CertificateError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Template(errors) => Self::Template { errors },
            Refusal::Glyph(character, text) => Self::MissingGlyph { character, text },
            Refusal::Omitted(page, mark) => Self::Omitted { page, mark },
            Refusal::Title(title) => Self::Title { title },
            Refusal::Other(reason) => Self::Apart { reason },
        }
    }
}
