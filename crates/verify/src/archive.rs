//! Archive time-stamps of others (EN 319 162-1, `ASiCArchiveManifest`): a manifest over members and the tokens among them,
//! under a token of its own. The newest bears the name without a number, each earlier one is renamed and covered by it.
//!
//! Our own list of a delivery bears that name too, and is told by its token. It is a list and no renewal: it becomes part
//! of a chain when somebody stamps the package on and renames it.

use std::collections::BTreeSet;

use fidem_package::asic::AsicManifest;
use fidem_package::layout;
use rfc3161_client::{DigestAlgorithm, GenTime, Token, UnixTime};

use crate::package::Opened;
use crate::renewal::{Holds, proved};
use crate::report::{Findings, Layer, Status};
use crate::subject::Request;
use crate::token::Judged;
use crate::{codes, container, seals, token};

/// Archive manifests of one package: a renewal a year for half a century.
const MAX_LINKS: usize = 64;
/// Largest token of one.
const MAX_TOKEN: u64 = 1 << 20;

/// The archive manifests of a package.
pub(crate) struct Archive {
    list: String,
    links: Vec<Link>,
}

/// A manifest whose token proves what it references.
struct Link {
    name: String,
    xml: Vec<u8>,
    manifest: AsicManifest,
}

impl Archive {
    /// None but the list of the delivery.
    pub(crate) fn none() -> Self {
        Self {
            list: layout::DELIVERY.to_owned(),
            links: Vec::new(),
        }
    }

    /// Finds them by name. One alone is the list of the delivery, whatever it says.
    pub(crate) fn of(opened: &Opened<'_>, findings: &mut Findings) -> Self {
        let members = opened.container.members().iter();
        let names: Vec<&str> = members
            .map(|member| member.name.as_str())
            .filter(|name| layout::is_archive_manifest(name))
            .take(MAX_LINKS)
            .collect();
        let mut archive = Self::none();
        if names.len() < 2 {
            return archive;
        }
        let mut lists = BTreeSet::new();
        for name in names {
            let Some(xml) = opened.statement(name, findings) else {
                continue;
            };
            match AsicManifest::from_xml(&xml) {
                Ok(manifest) if manifest.token == layout::DELIVERY_TOKEN => {
                    lists.insert(name);
                }
                Ok(manifest) if is_free(&manifest.token, opened) => archive.links.push(Link {
                    name: name.to_owned(),
                    xml,
                    manifest,
                }),
                Ok(_) => seals::malformed(name, "SigReference", findings),
                Err(error) => seals::malformed(name, &error.to_string(), findings),
            }
        }
        // Of several lists one is the delivery's; the others belong to nothing. The name without a number comes first.
        let list = lists.into_iter().min_by_key(|name| (name.len(), *name));
        archive.list = list.unwrap_or(layout::DELIVERY).to_owned();
        archive
    }

    /// The member that lists the delivery.
    pub(crate) fn list(&self) -> &str {
        &self.list
    }

    /// The manifests of the chain and their tokens, which came after the delivery.
    pub(crate) fn members(&self) -> impl Iterator<Item = &str> {
        self.links.iter().flat_map(Link::members)
    }

    /// Whether a member is one of those.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members().any(|member| member == name)
    }

    /// Judges the chain from the newest: each earlier token at the time by which a later one proves it.
    pub(crate) fn verify(
        &self,
        opened: &Opened<'_>,
        request: &Request<'_>,
        findings: &mut Findings,
    ) -> Vec<Holds> {
        let mut stamped: Vec<(&Link, Vec<u8>)> = Vec::new();
        for link in &self.links {
            let name = link.manifest.token.as_str();
            // Two manifests cannot be under one token, and a token is short: what is read at once stays bounded.
            let seen = stamped
                .iter()
                .any(|(other, _)| other.manifest.token == name);
            let member = opened.container.find(name).filter(|_| !seen);
            match member.map(|member| opened.container.bytes(member, MAX_TOKEN)) {
                Some(Ok(bytes)) => stamped.push((link, bytes)),
                Some(Err(error)) => container::report(&error, findings),
                None => seals::malformed(&link.name, "SigReference", findings),
            }
        }
        stamped.sort_by_key(|(link, token)| (std::cmp::Reverse(gen_time(token)), &link.name));
        let mut holds = Vec::new();
        for (link, token) in stamped {
            let at = proved(&holds, &link.members());
            holds.extend(link.judge(&token, at, opened, request, findings));
        }
        holds
    }
}

impl Link {
    fn members(&self) -> [&str; 2] {
        [&self.name, &self.manifest.token]
    }

    fn judge(
        &self,
        bytes: &[u8],
        proved: Option<GenTime>,
        opened: &Opened<'_>,
        request: &Request<'_>,
        findings: &mut Findings,
    ) -> Option<Holds> {
        let members = self.references(opened, findings)?;
        let judged = token::judge(bytes, Some(&self.xml), proved.as_ref(), request, findings);
        let member = self.manifest.token.as_str();
        match judged.status {
            Status::Match => {}
            Status::Mismatch => {
                token::invalid(member, &judged, findings);
                return None;
            }
            _ => {
                // It stands outside of every list of ours, so a token that nobody vouches for leaves the package undecided.
                findings.add(
                    codes::ARCHIVE_UNDECIDED,
                    Layer::Time,
                    Status::CannotCheck,
                    &[("member", self.name.as_str()), ("why", judged.why.as_str())],
                );
                return None;
            }
        }
        if let Some(until) = ended(&judged, request) {
            let until = &until.to_rfc3339()[..10];
            let params = [("member", member), ("until", until)];
            findings.note(codes::TOKEN_EXPIRED_LATER, Layer::Time, &params);
            return None;
        }
        self.holds(&judged, members, findings)
    }

    fn holds(
        &self,
        judged: &Judged,
        members: BTreeSet<String>,
        findings: &mut Findings,
    ) -> Option<Holds> {
        let params = [
            ("member", self.name.as_str()),
            ("objects", &members.len().to_string()),
            ("time", judged.time.as_deref().unwrap_or_default()),
        ];
        findings.add(codes::ARCHIVE_HOLDS, Layer::Time, Status::Match, &params);
        token::carried(&self.manifest.token, judged, findings);
        let time = judged.gen_time.clone()?;
        Some(Holds { time, members })
    }

    /// The members referenced, where each is as the manifest states.
    fn references(&self, opened: &Opened<'_>, findings: &mut Findings) -> Option<BTreeSet<String>> {
        let references = &self.manifest.references;
        let members: BTreeSet<String> = references.iter().map(|one| one.member.clone()).collect();
        if members.is_empty() || members.len() != references.len() {
            seals::malformed(&self.name, "DataObjectReference", findings);
            return None;
        }
        let differing = references.iter().find(|reference| {
            opened.print(&reference.member).map(|print| print.sha256) != Some(reference.sha256)
        });
        let Some(reference) = differing else {
            return Some(members);
        };
        let params = [("member", self.name.as_str()), ("other", &reference.member)];
        findings.add(
            codes::RENEWAL_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &params,
        );
        None
    }
}

/// What a chain adds to a package is excused from its lists, so nothing but a token may be, and none of those that stand
/// over a seal: its ASiC manifest under another name would be a manifest that holds.
fn is_free(token: &str, opened: &Opened<'_>) -> bool {
    let members = opened.container.members().iter();
    let mut ordinals = members.filter_map(|member| layout::ordinal_of(&member.name));
    token.starts_with("META-INF/")
        && token.ends_with(".tst")
        && ordinals.all(|ordinal| layout::token(ordinal) != token)
}

fn gen_time(token: &[u8]) -> Option<i64> {
    let token = Token::parse(token).ok()?;
    Some(token.tst_info().gen_time.time.0)
}

/// The end of what a token rests on, or of the digest by which its manifest references, where it came too early.
fn ended(judged: &Judged, request: &Request<'_>) -> Option<UnixTime> {
    let digest = request
        .trust
        .algorithms
        .digest_until(DigestAlgorithm::Sha256);
    let digest = digest.filter(|until| *until <= judged.at);
    judged.expires.filter(|until| *until < judged.at).or(digest)
}
