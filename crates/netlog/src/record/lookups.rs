//! Lookups of names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::sockets::failure;
use super::{Allowance, Known, Taken};
use crate::constants::{Constants, Kind};
use crate::event;
use crate::log::{Lookup, Resolver, SourceId, host_of};

/// How deep answers lie in what the browser tells of them.
const ANSWER_DEPTH: usize = 8;

/// All lookups.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    lookups: Vec<Lookup>,
    /// The lookup a source is at.
    current: BTreeMap<SourceId, usize>,
    /// The host for which a connection is being made: answers from the cache are told of that source.
    hosts: BTreeMap<SourceId, String>,
}

impl Lookups {
    pub(super) fn take(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        let raw: event::Lookup = known.params()?;
        match known.kind {
            Kind::ConnectJobCreated => {
                allowance.fact()?;
                let group = raw.group_id.unwrap_or_default();
                self.hosts
                    .insert(known.id(), host_of_group(&group).to_owned());
            }
            Kind::LookupJob | Kind::LookupRequest if known.begins() => {
                let host = raw.host.as_deref().map(host_of).unwrap_or_default();
                let mode = raw
                    .secure_dns_mode
                    .map(|mode| constants.secure_dns_mode(mode));
                self.begin(known, host.to_owned(), constants, allowance)?
                    .secure_dns_mode = mode;
            }
            Kind::LookupJob | Kind::LookupRequest => {
                if let Some(lookup) = self.current(known) {
                    lookup.ended = Some(known.at);
                    lookup.error = failure(raw.net_error, constants);
                    lookup.answers(&raw, allowance)?;
                }
                self.current.remove(&known.id());
            }
            Kind::LookupCacheHit | Kind::LookupHostsHit | Kind::LookupPresetHit => {
                self.hit(known, &raw, constants, allowance)?;
            }
            _ => self.task(known, &raw, allowance)?,
        }
        Ok(())
    }

    fn current(&mut self, known: &Known<'_, '_>) -> Option<&mut Lookup> {
        let index = self.current.get(&known.id())?;
        self.lookups.get_mut(*index)
    }

    fn begin(
        &mut self,
        known: &Known<'_, '_>,
        host: String,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Result<&mut Lookup, super::Fault> {
        allowance.fact()?;
        let index = self.lookups.len();
        self.current.insert(known.id(), index);
        self.lookups.push(Lookup {
            id: known.id(),
            source: constants.source_type(known.event.source.kind),
            host,
            started: known.at,
            ..Lookup::default()
        });
        self.lookups.get_mut(index).ok_or(super::Fault::Parameters)
    }

    /// An answer at hand. Where no lookup was begun the source is a connection being made.
    fn hit(
        &mut self,
        known: &Known<'_, '_>,
        raw: &event::Lookup,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        let running = self.current.contains_key(&known.id());
        let lookup = if running {
            self.current(known)
        } else {
            let host = self.hosts.get(&known.id()).cloned().unwrap_or_default();
            let lookup = self.begin(known, host, constants, allowance)?;
            lookup.ended = Some(known.at);
            Some(lookup)
        };
        if let Some(lookup) = lookup {
            lookup.answered(match known.kind {
                Kind::LookupCacheHit => Resolver::Cache,
                Kind::LookupHostsHit => Resolver::Hosts,
                _ => Resolver::Preset,
            });
            lookup.answers(raw, allowance)?;
        }
        if !running {
            self.current.remove(&known.id());
        }
        Ok(())
    }

    fn task(
        &mut self,
        known: &Known<'_, '_>,
        raw: &event::Lookup,
        allowance: &mut Allowance,
    ) -> Taken {
        let Some(lookup) = self.current(known) else {
            return Ok(());
        };
        if known.begins() {
            let resolver = match (known.kind, raw.secure) {
                (Kind::LookupSystem, _) => Resolver::System,
                (_, Some(true)) => Resolver::SecureDns,
                _ => Resolver::Dns,
            };
            lookup.answered(resolver);
        }
        lookup.answers(raw, allowance)
    }

    pub(super) fn into_facts(self) -> Vec<Lookup> {
        self.lookups
    }
}

impl Lookup {
    fn answered(&mut self, by: Resolver) {
        if !self.answered_by.contains(&by) {
            self.answered_by.push(by);
        }
    }

    fn answers(&mut self, raw: &event::Lookup, allowance: &mut Allowance) -> Taken {
        let before = self.answers.len();
        for told in [&raw.results, &raw.address_list].into_iter().flatten() {
            collect(told, ANSWER_DEPTH, &mut self.answers);
        }
        for _ in before..self.answers.len() {
            allowance.fact()?;
        }
        Ok(())
    }
}

/// Every text that is an address, wherever the browser's version puts it.
fn collect(told: &Value, depth: usize, answers: &mut Vec<String>) {
    let Some(deeper) = depth.checked_sub(1) else {
        return;
    };
    match told {
        Value::String(text) => {
            if let Some(address) = address(text)
                && !answers.contains(&address)
            {
                answers.push(address);
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect(value, deeper, answers)),
        Value::Object(members) => {
            members
                .values()
                .for_each(|value| collect(value, deeper, answers));
        }
        _ => {}
    }
}

/// An address without its port.
fn address(text: &str) -> Option<String> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(address, _)| address),
        None if text.matches(':').count() == 1 => text.split(':').next().unwrap_or(text),
        None => text,
    };
    bare.parse::<core::net::IpAddr>()
        .is_ok()
        .then(|| bare.to_owned())
}

/// The host of a socket pool's group, such as `pm/https://example.org <https://example.org same_site>`.
fn host_of_group(group: &str) -> &str {
    host_of(group.split(' ').next().unwrap_or_default())
}
