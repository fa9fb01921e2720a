//! One check under way: what it reads is kept as it reads it.

use std::collections::BTreeMap;

use crate::codes::Entry;
use crate::judgement::Judgement;
use crate::report::{Check, Effect, Raw, Value, Verdict};
use crate::system::{Datagram, Failure, FileDigest, Ran, System};

/// A check under way.
pub(crate) struct Examination<'a> {
    pub system: &'a mut dyn System,
    entry: &'static Entry,
    raw: Vec<Raw>,
    observed: BTreeMap<String, Value>,
}

impl<'a> Examination<'a> {
    pub fn new(system: &'a mut dyn System, entry: &'static Entry) -> Self {
        Self {
            system,
            entry,
            raw: Vec::new(),
            observed: BTreeMap::new(),
        }
    }

    /// Reads a file and keeps it.
    pub fn read(&mut self, path: &str) -> Result<Vec<u8>, Failure> {
        let (source, result) = (self.system.source(path), self.system.read(path));
        self.keep(&source, result.as_deref());
        result
    }

    /// Reads a file and keeps it as text, what is not UTF-8 replaced.
    pub fn text(&mut self, path: &str) -> Result<String, Failure> {
        self.read(path)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Reads a file that may hold secrets: only its digest is kept.
    pub fn read_withheld(&mut self, path: &str) -> Result<Vec<u8>, Failure> {
        let (source, result) = (self.system.source(path), self.system.read(path));
        self.raw.push(match &result {
            Ok(bytes) => Raw::withheld(&source, bytes),
            Err(failure) => Raw::failed(&source, &failure.to_string()),
        });
        result
    }

    /// Lists a folder and keeps the names.
    pub fn list(&mut self, folder: &str) -> Result<Vec<String>, Failure> {
        let source = self.system.source(folder).replacen("file:", "folder:", 1);
        let result = self.system.list(folder);
        let names = result.as_ref().map(|names| names.join("\n").into_bytes());
        self.keep(&source, names.as_deref().map_err(|failure| *failure));
        result
    }

    /// Runs a program and keeps both of its outputs.
    pub fn run(&mut self, program: &str, arguments: &[&str]) -> Result<Ran, Failure> {
        let source = command_source(program, arguments);
        let result = self.system.run(program, arguments);
        match &result {
            Ok(ran) => self.keep_ran(&source, ran),
            Err(failure) => self.raw.push(Raw::failed(&source, &failure.to_string())),
        }
        result
    }

    /// Runs a program and answers its output as text if it ended well.
    pub fn output(&mut self, program: &str, arguments: &[&str]) -> Result<String, Failure> {
        let ran = self.run(program, arguments)?;
        match ran.exit {
            Some(0) => Ok(String::from_utf8_lossy(&ran.stdout).into_owned()),
            code => Err(Failure::Other {
                reason: format!("exit {code:?}"),
            }),
        }
    }

    fn keep_ran(&mut self, source: &str, ran: &Ran) {
        let mut raw = Raw::of(source, &ran.stdout);
        raw.exit = ran.exit;
        self.raw.push(raw);
        if !ran.stderr.is_empty() {
            self.raw
                .push(Raw::of(&format!("{source} (standard error)"), &ran.stderr));
        }
    }

    /// Digest of a file, kept.
    pub fn digest(&mut self, path: &str) -> Result<FileDigest, Failure> {
        let source = self.system.source(path).replacen("file:", "digest:", 1);
        let result = self.system.digest(path);
        self.raw.push(match &result {
            Ok(digest) => Raw {
                source,
                sha256: Some(digest.sha256.clone()),
                size: digest.size,
                withheld: true,
                ..Raw::default()
            },
            Err(failure) => Raw::failed(&source, &failure.to_string()),
        });
        result
    }

    /// Asks over UDP and keeps the answer.
    pub fn ask_udp(
        &mut self,
        server: &str,
        what: &str,
        question: &[u8],
    ) -> Result<Datagram, Failure> {
        let result = self.system.ask_udp(server, what, question);
        let bytes = result.as_ref().map(|datagram| datagram.bytes.as_slice());
        self.keep(&format!("udp:{server} {what}"), bytes);
        result
    }

    /// Asks over TCP and keeps the answer.
    pub fn ask_tcp(&mut self, server: &str, request: &[u8]) -> Result<Vec<u8>, Failure> {
        let result = self.system.ask_tcp(server, request);
        self.keep(&format!("tcp:{server}"), result.as_deref());
        result
    }

    /// Asks the system's resolver and keeps the answer.
    pub fn resolve(&mut self, host: &str) -> Result<Vec<std::net::IpAddr>, Failure> {
        let result = self.system.resolve(host);
        let lines = result.as_ref().map(|found| {
            let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
            lines.join("\n").into_bytes()
        });
        self.keep(
            &format!("resolver:{host}"),
            lines.as_deref().map_err(|failure| *failure),
        );
        result
    }

    /// Keeps what was asked of the system by other ways, or given by the caller.
    pub fn keep(&mut self, source: &str, result: Result<&[u8], &Failure>) {
        self.raw.push(match result {
            Ok(bytes) => Raw::of(source, bytes),
            Err(failure) => Raw::failed(source, &failure.to_string()),
        });
    }

    /// Keeps a raw output made elsewhere.
    pub fn keep_raw(&mut self, raw: Raw) {
        self.raw.push(raw);
    }

    /// Records a typed fact.
    pub fn observe(&mut self, name: &str, value: impl Into<Value>) {
        self.observed.insert(name.to_owned(), value.into());
    }

    /// The verdict: anything abnormal outranks anything missing.
    pub fn finish(self, judgement: Judgement) -> Check {
        let (verdict, mut reasons) = match (judgement.abnormal, judgement.unchecked) {
            (found, missing) if !found.is_empty() => (
                Verdict::Abnormal,
                found.into_iter().chain(missing).collect(),
            ),
            (_, missing) if !missing.is_empty() => (Verdict::NotChecked, missing),
            _ => (Verdict::Normal, Vec::new()),
        };
        reasons.dedup();
        Check {
            code: self.entry.code.to_owned(),
            effect: effect(verdict, judgement.blocks),
            method: self.raw.iter().map(|raw| raw.source.clone()).collect(),
            number: self.entry.number.to_owned(),
            observed: self.observed,
            r041: self.entry.r041,
            raw: self.raw,
            reasons,
            verdict,
        }
    }
}

fn effect(verdict: Verdict, blocks: bool) -> Effect {
    match verdict {
        Verdict::Abnormal if blocks => Effect::Blocks,
        Verdict::Abnormal => Effect::ClassAMinus,
        Verdict::Normal | Verdict::NotChecked => Effect::None,
    }
}

fn command_source(program: &str, arguments: &[&str]) -> String {
    let quoted = arguments
        .iter()
        .map(|argument| match argument.contains(' ') {
            true => format!("\"{argument}\""),
            false => (*argument).to_owned(),
        });
    let words: Vec<String> = std::iter::once(program.to_owned()).chain(quoted).collect();
    format!("command:{}", words.join(" "))
}
