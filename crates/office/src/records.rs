//! Item records and the manifest of a seal. The records' bytes are kept as one object of the vault, so that a later
//! version of the program delivers exactly the bytes that were sealed.

use std::io::Read;

use fidem_fingerprint::{hex, of};
use fidem_manifest::{
    CaseRef, Content, Entry, ItemRecord, Lowered, Manifest, Times, evidence_member,
};
use fidem_package::layout;
use fidem_vault::{Key, Vault};

use crate::cases::{ItemDetail, letter, print_of};
use crate::{OfficeError, Result};

/// The record of one item.
pub(crate) fn record(case_number: &str, detail: &ItemDetail) -> Result<ItemRecord> {
    let item = &detail.item;
    let lowered = match item.class == item.class_computed {
        true => None,
        false => Some(Lowered {
            from: letter(&item.class_computed)?,
            reason: item.lowered_reason.clone().unwrap_or_default(),
        }),
    };
    Ok(ItemRecord {
        batch: item.batch.0,
        case: case_number.to_owned(),
        class: detail.class,
        content: Content::of(&print_of(item)),
        facts: detail.facts.clone(),
        format: ItemRecord::FORMAT.to_owned(),
        lowered,
        media_type: item.media_type.clone(),
        member: evidence_member(item.number, &item.name),
        name: item.name.clone(),
        name_bytes: detail.notes.name_bytes.clone(),
        notes: detail.notes.notes.clone(),
        number: item.number,
        original_path: item.original_path.clone().unwrap_or_default(),
        times: Times {
            fingerprinted: item.hashed_at.clone(),
            received: item.received_at.clone(),
        },
        withheld: detail.notes.withheld.clone(),
    })
}

/// Collects records into a manifest and into the object that keeps their bytes, one to a line.
pub(crate) struct Collected {
    pub(crate) manifest: Manifest,
    pub(crate) numbers: Vec<u32>,
    bundle: fidem_vault::Incoming,
    digest: fidem_fingerprint::Sha256Hasher,
}

impl Collected {
    pub(crate) fn new(vault: &Vault, case: CaseRef, seal: u32) -> Result<Self> {
        Ok(Self {
            manifest: Manifest {
                case,
                format: Manifest::FORMAT.to_owned(),
                items: Vec::new(),
                seal,
            },
            numbers: Vec::new(),
            bundle: vault.writer()?,
            digest: fidem_fingerprint::Sha256Hasher::new(),
        })
    }

    pub(crate) fn add(&mut self, detail: &ItemDetail) -> Result<()> {
        let record = record(&self.manifest.case.number, detail)?;
        let mut bytes = record.to_bytes()?;
        let item = &detail.item;
        self.manifest.items.push(Entry {
            content: record.content,
            content_nonce: hex::encode(&item.nonces[0]),
            member: record.member,
            number: item.number,
            record: Content::of(&of(&bytes)),
            record_member: layout::record(self.manifest.seal, item.number),
            record_nonce: hex::encode(&item.nonces[1]),
            withheld: record.withheld,
        });
        self.numbers.push(item.number);
        bytes.push(b'\n');
        self.digest.update(&bytes);
        self.bundle.write(&bytes)?;
        Ok(())
    }

    /// Makes the records durable; their key goes beside the seal.
    pub(crate) fn keep(self, vault: &Vault) -> Result<(Manifest, Vec<u32>, Key)> {
        let key = Key(self.digest.finish());
        vault.commit(self.bundle, key)?;
        Ok((self.manifest, self.numbers, key))
    }
}

/// Reads the kept records one by one, in the order of the manifest.
pub(crate) struct Records {
    input: std::io::BufReader<std::fs::File>,
}

impl Records {
    pub(crate) fn open(vault: &Vault, key: &Key) -> Result<Self> {
        Ok(Self {
            input: std::io::BufReader::with_capacity(1 << 18, vault.open_object(key)?),
        })
    }

    /// The next record's bytes, which must be those the manifest names.
    pub(crate) fn next(&mut self, entry: &Entry) -> Result<Vec<u8>> {
        let damaged = || OfficeError::Damaged {
            what: format!("record of item {}", entry.number),
        };
        let size = usize::try_from(entry.record.size).map_err(|_| damaged())?;
        let mut bytes = vec![0; size + 1];
        self.input.read_exact(&mut bytes).map_err(|_| damaged())?;
        bytes.pop();
        match Content::of(&of(&bytes)) == entry.record {
            true => Ok(bytes),
            false => Err(damaged()),
        }
    }
}
