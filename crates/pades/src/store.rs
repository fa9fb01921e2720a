//! The document security store (EN 319 142-1 §5.4.2): certificates, lists and responses, as material.

use fidem_pdf::{Dictionary, Error, File, Object};

/// Most entries read.
const MAX_ENTRIES: usize = 512;
/// Most octets of all entries together.
const MAX_OCTETS: usize = 64 << 20;

/// What a store holds, each in DER.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    pub certificates: Vec<Vec<u8>>,
    /// Lists and OCSP responses.
    pub revocation: Vec<Vec<u8>>,
}

/// The store of a revision; what cannot be read is left out, since nothing in it is trusted.
pub(crate) fn store(file: &File<'_>) -> Store {
    let mut reading = Reading {
        file,
        store: Store::default(),
        octets: 0,
        entries: 0,
    };
    // An entry that cannot be read ends the reading: without it a path or a list is missing, and that is reported.
    let _ = reading.read();
    reading.store
}

struct Reading<'a> {
    file: &'a File<'a>,
    store: Store,
    octets: usize,
    entries: usize,
}

impl Reading<'_> {
    fn read(&mut self) -> Result<(), Error> {
        let catalog = self.file.catalog()?;
        let Some(store) = catalog.get("DSS") else {
            return Ok(());
        };
        let store = self.file.dictionary(Some(store), "DSS")?;
        self.take(&store, &["Certs", "CRLs", "OCSPs"])?;
        if let Some(related) = store.get("VRI") {
            let related = self.file.dictionary(Some(related), "VRI")?;
            for (_, one) in related.iter().take(MAX_ENTRIES) {
                let one = self.file.dictionary(Some(one), "VRI")?;
                self.take(&one, &["Cert", "CRL", "OCSP"])?;
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        from: &Dictionary,
        [certificates, lists, responses]: &[&str; 3],
    ) -> Result<(), Error> {
        for stream in self.file.array(from.get(certificates), "Certs")? {
            if let Some(der) = self.entry(&stream)? {
                push(&mut self.store.certificates, der);
            }
        }
        for key in [lists, responses] {
            for stream in self.file.array(from.get(key), "CRLs")? {
                if let Some(der) = self.entry(&stream)? {
                    push(&mut self.store.revocation, der);
                }
            }
        }
        Ok(())
    }

    fn entry(&mut self, stream: &Object) -> Result<Option<Vec<u8>>, Error> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(Error::TooMuch(MAX_ENTRIES, "entries of the store"));
        }
        let Ok(stream) = self.file.stream(stream) else {
            return Ok(None);
        };
        let Ok(der) = self.file.decode(&stream, MAX_OCTETS - self.octets) else {
            return Ok(None);
        };
        self.octets += der.len();
        Ok(Some(der))
    }
}

fn push(list: &mut Vec<Vec<u8>>, der: Vec<u8>) {
    if !list.contains(&der) {
        list.push(der);
    }
}
