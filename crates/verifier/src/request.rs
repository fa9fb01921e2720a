//! A request on sources, answered.

use fidem_fingerprint::hex;
use fidem_package::Source;
use fidem_verify::{Data, Language, Report, Request, Trust, verify};
use rfc3161_client::{DigestAlgorithm, Imprint, UnixTime};
use serde::Deserialize;

use crate::parts::{Part, join, split};
use crate::refusal::Refusal;

/// Octets of a trust file or a run of headers.
const WHOLE: u64 = 256 << 20;

/// The options of a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    at: String,
    lang: Lang,
    digest: Option<String>,
    trust: Option<Vec<String>>,
    #[serde(default)]
    data: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    signatures: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lang {
    Zh,
    En,
    Both,
}

/// Files by what they are for.
struct Files<'a> {
    subject: &'a dyn Source,
    trust: &'a [&'a dyn Source],
    data: &'a [&'a dyn Source],
    headers: &'a [&'a dyn Source],
    signatures: &'a [&'a dyn Source],
}

/// Answers one request on a buffer of parts with a report, or with why there is none; both are JSON.
#[must_use]
pub fn verify_request(request: &[u8]) -> Vec<u8> {
    let parts = split(request).unwrap_or_default();
    // Until the options are read, the controlling language speaks.
    let Some((options, files)) = parts.split_first() else {
        return worded(Lang::Zh, |language| Refusal::Parts.to_json(language));
    };
    let files: Vec<Part<'_>> = files.iter().map(|bytes| Part(bytes)).collect();
    let files: Vec<&dyn Source> = files.iter().map(|part| part as &dyn Source).collect();
    verify_files(options, &files, &mut |_, _| {})
}

/// Answers options about files with a report, or with why there is none; both are JSON. `progress` is told octets done
/// and octets in all.
#[must_use]
pub fn verify_files(
    options: &[u8],
    files: &[&dyn Source],
    progress: &mut dyn FnMut(u64, u64),
) -> Vec<u8> {
    let options: Options = match serde_json::from_slice(options) {
        Ok(options) => options,
        Err(error) => {
            let refusal = Refusal::Options(error.to_string());
            return worded(Lang::Zh, |language| refusal.to_json(language));
        }
    };
    match report(&options, files, progress) {
        Ok(report) => worded(options.lang, |language| report.to_json(language)),
        Err(refusal) => worded(options.lang, |language| refusal.to_json(language)),
    }
}

fn worded(lang: Lang, say: impl Fn(Language) -> serde_json::Value) -> Vec<u8> {
    let said = |language| say(language).to_string();
    match lang {
        Lang::Zh => said(Language::Chinese).into_bytes(),
        Lang::En => said(Language::English).into_bytes(),
        Lang::Both => join(&[said(Language::Chinese), said(Language::English)]),
    }
}

fn report(
    options: &Options,
    files: &[&dyn Source],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Refusal> {
    let files = sorted(options, files)?;
    let trust = trust(options.trust.as_deref(), files.trust)?;
    let digest = options.digest.as_deref().map(imprint).transpose()?;
    if digest.is_some() && !options.data.is_empty() {
        return Err(Refusal::DigestAndData);
    }
    let at = UnixTime::from_rfc3339(&options.at).ok_or(Refusal::Time(options.at.clone()))?;
    let headers = whole(&options.headers, files.headers)?;
    let data = named(&options.data, files.data);
    let signatures = named(&options.signatures, files.signatures);
    let request = Request {
        subject: files.subject,
        data: &data,
        digest,
        revocation: &[],
        headers: &headers,
        signatures: &signatures,
        trust: &trust,
        at,
    };
    Ok(verify(&request, progress))
}

fn named<'a>(names: &[String], files: &[&'a dyn Source]) -> Vec<Data<'a>> {
    let data = names.iter().zip(files).map(|(name, source)| Data {
        name: name.clone(),
        source: *source,
    });
    data.collect()
}

/// The files by the names in the options.
fn sorted<'a>(options: &Options, files: &'a [&'a dyn Source]) -> Result<Files<'a>, Refusal> {
    let trusted = options.trust.as_deref().map_or(0, <[String]>::len);
    let beside = options.headers.len() + options.signatures.len();
    let named = 1 + trusted + options.data.len() + beside;
    let parted = || {
        let (subject, rest) = files.split_first()?;
        let (trust, rest) = rest.split_at_checked(trusted)?;
        let (data, rest) = rest.split_at_checked(options.data.len())?;
        let (headers, signatures) = rest.split_at_checked(options.headers.len())?;
        (signatures.len() == options.signatures.len()).then_some(Files {
            subject: *subject,
            trust,
            data,
            headers,
            signatures,
        })
    };
    parted().ok_or(Refusal::Files {
        named,
        given: files.len(),
    })
}

/// Files that are read whole.
fn whole(names: &[String], files: &[&dyn Source]) -> Result<Vec<Vec<u8>>, Refusal> {
    let read = |(name, file): (&String, &&dyn Source)| {
        let size = file.len();
        let too_large = || Refusal::TooLarge {
            name: name.clone(),
            size,
        };
        let len = usize::try_from(size).map_err(|_| too_large())?;
        match size > WHOLE {
            true => Err(too_large()),
            false => Ok(file.read_vec(0, len)?),
        }
    };
    names.iter().zip(files).map(read).collect()
}

fn trust(names: Option<&[String]>, files: &[&dyn Source]) -> Result<Trust, Refusal> {
    let Some(names) = names else {
        return Ok(Trust::compiled_in()?);
    };
    let bytes = whole(names, files)?;
    let named = names.iter().map(String::as_str);
    Ok(Trust::supplied(named.zip(bytes.iter().map(Vec::as_slice)))?)
}

/// `sha256:…` in hex.
fn imprint(text: &str) -> Result<Imprint, Refusal> {
    let read = || {
        let (name, value) = text.split_once(':')?;
        let algorithm = DigestAlgorithm::from_name(name)?;
        let value = hex::decode(&value.to_ascii_lowercase())?;
        (value.len() == algorithm.size()).then_some(Imprint { algorithm, value })
    };
    read().ok_or_else(|| Refusal::Digest(text.to_owned()))
}
