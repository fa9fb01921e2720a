//! A request on bytes, answered.

use fidem_fingerprint::hex;
use fidem_verify::{Data, Language, Request, Trust, verify};
use rfc3161_client::{DigestAlgorithm, Imprint, UnixTime};
use serde::Deserialize;

use crate::parts::{Part, split};
use crate::refusal::Refusal;

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
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lang {
    Zh,
    En,
}

/// Answers one request with a report, or with why there is none; both are JSON.
#[must_use]
pub fn verify_request(request: &[u8]) -> Vec<u8> {
    // Until the options are read, the controlling language speaks.
    let answer = match opened(request) {
        Err(refusal) => refusal.to_json(Language::Chinese),
        Ok((options, files)) => {
            let language = match options.lang {
                Lang::Zh => Language::Chinese,
                Lang::En => Language::English,
            };
            report(&options, &files, language).unwrap_or_else(|refusal| refusal.to_json(language))
        }
    };
    answer.to_string().into_bytes()
}

fn opened(request: &[u8]) -> Result<(Options, Vec<&[u8]>), Refusal> {
    let mut parts = split(request).ok_or(Refusal::Parts)?.into_iter();
    let options = parts.next().ok_or(Refusal::Parts)?;
    let options =
        serde_json::from_slice(options).map_err(|error| Refusal::Options(error.to_string()))?;
    Ok((options, parts.collect()))
}

fn report(
    options: &Options,
    files: &[&[u8]],
    language: Language,
) -> Result<serde_json::Value, Refusal> {
    let named = |names: &[String]| names.len();
    let trust_files = options.trust.as_deref().map_or(0, named);
    let wrong = Refusal::Files {
        named: 1 + trust_files + options.data.len(),
        given: files.len(),
    };
    if files.len() != 1 + trust_files + options.data.len() {
        return Err(wrong);
    }
    let (subject, rest) = files.split_first().ok_or(wrong.clone())?;
    let (trust_files, data_files) = rest.split_at_checked(trust_files).ok_or(wrong)?;
    let trust = trust(options.trust.as_deref(), trust_files)?;
    let digest = options.digest.as_deref().map(imprint).transpose()?;
    if digest.is_some() && !options.data.is_empty() {
        return Err(Refusal::DigestAndData);
    }
    let at = UnixTime::from_rfc3339(&options.at).ok_or(Refusal::Time(options.at.clone()))?;
    let sources: Vec<Part<'_>> = data_files.iter().map(|bytes| Part(bytes)).collect();
    let data: Vec<Data<'_>> = (options.data.iter().zip(&sources))
        .map(|(name, source)| Data {
            name: name.clone(),
            source,
        })
        .collect();
    let request = Request {
        subject: &Part(subject),
        data: &data,
        digest,
        revocation: &[],
        headers: &[],
        trust: &trust,
        at,
    };
    Ok(verify(&request, &mut |_, _| {}).to_json(language))
}

fn trust(names: Option<&[String]>, files: &[&[u8]]) -> Result<Trust, Refusal> {
    Ok(match names {
        None => Trust::compiled_in()?,
        Some(names) => {
            let named = names.iter().map(String::as_str);
            Trust::supplied(named.zip(files.iter().copied()))?
        }
    })
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
