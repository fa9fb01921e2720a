//! Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b) and (c)).

use super::validate::malformed;
use crate::ber::{self, Reader};
use crate::certificate::Certificate;
use crate::cms::MAX_SET;
use crate::error::ParseError;
use crate::finding::Findings;
use crate::name::{GeneralName, Name};
use crate::oid;
use crate::rules;

struct NameConstraints {
    permitted: Vec<GeneralName>,
    excluded: Vec<GeneralName>,
}

/// Checks the names of every certificate of `below` against the constraints in `issuer`. Constraints of each authority
/// are applied one by one, which is the same as applying their intersection.
pub(super) fn check(issuer: &Certificate, below: &[&Certificate], findings: &mut Findings) {
    let constraints = match issuer.read(oid::NAME_CONSTRAINTS, parse) {
        Ok(None) => return,
        Ok(Some(constraints)) => constraints,
        Err(_) => return malformed(issuer, oid::NAME_CONSTRAINTS, findings),
    };
    for (index, certificate) in below.iter().enumerate() {
        // Certificates issued to oneself are exempt, except the last (§6.1.3 (b)).
        if index > 0 && certificate.is_self_issued() {
            continue;
        }
        match names(certificate) {
            Ok(names) => names
                .iter()
                .for_each(|name| check_name(&constraints, name, certificate, findings)),
            Err(_) => malformed(certificate, oid::SUBJECT_ALT_NAME, findings),
        }
    }
}

fn parse(reader: &mut Reader<'_>) -> Result<NameConstraints, ParseError> {
    let mut fields = reader.sequence("nameConstraints")?;
    let mut subtrees = |number: u8| -> Result<Vec<GeneralName>, ParseError> {
        let Some(list) = fields.optional(ber::context(number))? else {
            return Ok(Vec::new());
        };
        let trees = list.reader()?.all("GeneralSubtrees", MAX_SET)?;
        trees
            .iter()
            .map(|tree| GeneralName::parse(&tree.reader()?.element()?))
            .collect()
    };
    let constraints = NameConstraints {
        permitted: subtrees(0)?,
        excluded: subtrees(1)?,
    };
    fields.finish("nameConstraints")?;
    Ok(constraints)
}

/// All names of a certificate, with the electronic mail address of old subjects (§4.2.1.10).
fn names(certificate: &Certificate) -> Result<Vec<GeneralName>, ParseError> {
    let mut names = certificate.subject_alternative_names()?;
    let subject = Name::parse(&certificate.subject)?;
    if !names
        .iter()
        .any(|name| matches!(name, GeneralName::Email(_)))
    {
        names.extend(
            subject
                .values(oid::EMAIL_ADDRESS)
                .into_iter()
                .map(|mail| GeneralName::Email(mail.to_owned())),
        );
    }
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject));
    }
    Ok(names)
}

fn check_name(
    constraints: &NameConstraints,
    name: &GeneralName,
    certificate: &Certificate,
    findings: &mut Findings,
) {
    let sha256 = certificate.sha256();
    let permitted: Vec<_> = constraints
        .permitted
        .iter()
        .filter(|tree| tree.is_same_form(name))
        .collect();
    let excluded: Vec<_> = constraints
        .excluded
        .iter()
        .filter(|tree| tree.is_same_form(name))
        .collect();
    if matches!(name, GeneralName::Other(..)) {
        if !permitted.is_empty() || !excluded.is_empty() {
            findings.add_once(&rules::NAME_CONSTRAINT_UNKNOWN, &[("certificate", &sha256)]);
        }
        return;
    }
    let outside = !permitted.is_empty() && !permitted.iter().any(|tree| is_within(name, tree));
    if outside || excluded.iter().any(|tree| is_within(name, tree)) {
        findings.add_once(
            &rules::NAME_CONSTRAINT_VIOLATED,
            &[("certificate", &sha256)],
        );
    }
}

fn is_within(name: &GeneralName, tree: &GeneralName) -> bool {
    match (name, tree) {
        (GeneralName::Directory(name), GeneralName::Directory(tree)) => name.is_within(tree),
        (GeneralName::Dns(name), GeneralName::Dns(tree)) => {
            is_subdomain(name, tree.trim_start_matches('.'))
        }
        (GeneralName::Email(name), GeneralName::Email(tree)) => is_mail_within(name, tree),
        (GeneralName::Uri(name), GeneralName::Uri(tree)) => {
            host(name).is_some_and(|host| is_host_within(host, tree))
        }
        (GeneralName::Address(name), GeneralName::Address(tree)) => is_address_within(name, tree),
        _ => false,
    }
}

/// `tree` itself or a name with labels before it; the empty tree holds every name.
fn is_subdomain(name: &str, tree: &str) -> bool {
    tree.is_empty()
        || name == tree
        || name
            .strip_suffix(tree)
            .is_some_and(|before| before.ends_with('.'))
}

/// A tree with a leading point holds subdomains only, another the one host.
fn is_host_within(host: &str, tree: &str) -> bool {
    match tree.strip_prefix('.') {
        Some(domain) => host != domain && is_subdomain(host, domain),
        None => host == tree,
    }
}

fn is_mail_within(mail: &str, tree: &str) -> bool {
    if tree.contains('@') {
        return mail == tree;
    }
    mail.rsplit_once('@')
        .is_some_and(|(_, host)| is_host_within(host, tree))
}

fn host(uri: &str) -> Option<&str> {
    let authority = uri.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    host.split(':').next()
}

fn is_address_within(address: &[u8], tree: &[u8]) -> bool {
    tree.len() == address.len() * 2
        && tree
            .split_at_checked(address.len())
            .is_some_and(|(net, mask)| {
                address
                    .iter()
                    .zip(net)
                    .zip(mask)
                    .all(|((address, net), mask)| address & mask == net & mask)
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lie_within_their_trees_only() {
        let dns = |text: &str| GeneralName::Dns(text.to_owned());
        assert!(is_within(&dns("tsa.example.cn"), &dns("example.cn")));
        assert!(is_within(&dns("example.cn"), &dns(".example.cn")));
        assert!(!is_within(&dns("badexample.cn"), &dns("example.cn")));
        let mail = |text: &str| GeneralName::Email(text.to_owned());
        assert!(is_within(&mail("a@tsa.cn"), &mail("tsa.cn")));
        assert!(!is_within(&mail("a@sub.tsa.cn"), &mail("tsa.cn")));
        assert!(is_within(&mail("a@sub.tsa.cn"), &mail(".tsa.cn")));
        assert!(!is_within(&mail("b@tsa.cn"), &mail("a@tsa.cn")));
        let uri = GeneralName::Uri("http://u@tsa.example.cn:80/x".to_owned());
        assert!(is_within(&uri, &GeneralName::Uri(".example.cn".to_owned())));
        assert!(!is_within(&uri, &GeneralName::Uri("example.cn".to_owned())));
        let net = GeneralName::Address(vec![10, 0, 0, 0, 255, 0, 0, 0]);
        assert!(is_within(&GeneralName::Address(vec![10, 9, 8, 7]), &net));
        assert!(!is_within(&GeneralName::Address(vec![11, 9, 8, 7]), &net));
    }
}
