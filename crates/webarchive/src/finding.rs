//! What a checker has to say: a stable code, where, and the facts.

use std::collections::BTreeMap;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the standards allow it.
    Note,
    /// The archive contradicts itself or its standard.
    Fault,
}

/// By which rules an archive is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// What the standards allow is at most a note: for archives of others.
    Standard,
    /// Our own writer leaves nothing to note, so every finding is a fault.
    Own,
}

/// Budgets against hostile archives. A thing over one is a fault, never an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most members of a zip.
    pub members: u64,
    /// Most octets of a zip's directory.
    pub directory: u64,
    /// Most octets of one record's header.
    pub header: usize,
    /// Most octets of one record's block.
    pub block: u64,
    /// Most octets that all records of one archive, or all deflated members of one zip, may inflate to.
    pub inflated: u64,
    /// Most records of one archive member.
    pub records: u64,
    /// Most octets of a statement held in memory: an index, a list of pages, a data package.
    pub statement: u64,
    /// Most notes kept, and most faults; the last says that there were more.
    pub findings: usize,
}

impl Default for Limits {
    /// Ten times what the largest capture of a page has been seen to need.
    fn default() -> Self {
        Self {
            members: 100_000,
            directory: 64 << 20,
            header: 256 << 10,
            block: 16 << 30,
            inflated: 256 << 30,
            records: 1_000_000,
            statement: 512 << 20,
            findings: 1_000,
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// How much it weighs under the rules applied.
    pub severity: Severity,
    /// The member of the WACZ at fault; `None` for the zip as such, or where there is no WACZ.
    pub member: Option<String>,
    /// Number of the record in its archive, from 0.
    pub record: Option<u64>,
    /// Offset in the member, or in the file where no member is named.
    pub offset: Option<u64>,
    /// The facts, by stable names.
    pub params: BTreeMap<&'static str, String>,
}

/// Findings in the order met, and where the checker stands.
#[derive(Debug, Clone)]
pub struct Findings {
    list: Vec<Finding>,
    rules: Rules,
    limit: usize,
    /// How many notes, and how many faults.
    counts: [usize; 2],
    member: Option<String>,
    record: Option<u64>,
    offset: Option<u64>,
}

impl Findings {
    /// None yet.
    #[must_use]
    pub fn new(rules: Rules, limits: &Limits) -> Self {
        Self {
            list: Vec::new(),
            rules,
            limit: limits.findings.max(1),
            counts: [0; 2],
            member: None,
            record: None,
            offset: None,
        }
    }

    /// From here on findings are about this member.
    pub(crate) fn in_member(&mut self, member: Option<&str>) {
        self.member = member.map(str::to_owned);
        self.record = None;
        self.offset = None;
    }

    /// From here on findings are about this place of the member.
    pub(crate) fn at(&mut self, record: Option<u64>, offset: Option<u64>) {
        self.record = record;
        self.offset = offset;
    }

    /// Adds one. Notes and faults are counted apart, so that no number of notes hides a fault or makes one.
    pub(crate) fn add(&mut self, code: Code, params: &[(&'static str, &str)]) {
        let severity = match self.rules {
            Rules::Own => Severity::Fault,
            Rules::Standard => code.severity(),
        };
        let count = &mut self.counts[usize::from(severity == Severity::Fault)];
        if *count >= self.limit {
            return;
        }
        *count += 1;
        let code = match *count == self.limit {
            true => Code::FindingsCut,
            false => code,
        };
        self.list.push(Finding {
            code,
            severity,
            member: self.member.clone(),
            record: self.record,
            offset: self.offset,
            params: params.iter().map(|(k, v)| (*k, shortened(v))).collect(),
        });
    }

    /// All of them.
    #[must_use]
    pub fn into_vec(self) -> Vec<Finding> {
        self.list
    }

    /// All of them so far.
    #[must_use]
    pub fn list(&self) -> &[Finding] {
        &self.list
    }
}

/// Hostile text is quoted, not carried whole.
fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $severity:ident $text:literal,)*) => {
        /// Stable codes of findings; an interface translates them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of this list.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable spelling.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// What it weighs under [`Rules::Standard`].
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// More of its weight than are kept.
    FindingsCut = Note "findings-cut",
    /// The bytes cannot be read.
    Unreadable = Fault "unreadable",

    /// An archive without records.
    WarcEmpty = Fault "warc-empty",
    /// Not a gzip member, or a damaged one (RFC 1952).
    WarcGzip = Fault "warc-gzip",
    /// Something else than the one record in its gzip member.
    WarcMemberShared = Fault "warc-member-shared",
    /// The archive ends within a record.
    WarcTruncated = Fault "warc-truncated",
    /// Over a budget.
    WarcBudget = Fault "warc-budget",
    /// The first line names no version that is known.
    WarcVersion = Fault "warc-version",
    /// WARC/1.0.
    WarcVersion10 = Note "warc-version-1-0",
    /// A line of the header is no named field (ISO 28500 §4).
    WarcHeader = Fault "warc-header",
    /// A folded line in the header.
    WarcFolded = Note "warc-folded",
    /// A mandatory field is missing (§5).
    WarcFieldMissing = Fault "warc-field-missing",
    /// A field that may stand once stands twice (§4).
    WarcFieldRepeated = Fault "warc-field-repeated",
    /// `Content-Length` is no number.
    WarcContentLength = Fault "warc-content-length",
    /// `WARC-Date` is no date of its version (§5.4).
    WarcDate = Fault "warc-date",
    /// `WARC-Type` is none of the eight (§5.5).
    WarcType = Note "warc-type",
    /// `WARC-Record-ID` is no address in angle brackets (§5.2).
    WarcRecordId = Fault "warc-record-id",
    /// Two records have one id.
    WarcRecordIdRepeated = Fault "warc-record-id-repeated",
    /// `WARC-Target-URI` in angle brackets, as early tools wrote it.
    WarcTargetBrackets = Note "warc-target-brackets",
    /// A record that another refers to is not there.
    WarcReference = Note "warc-reference",
    /// The block is not followed by two line ends and nothing else.
    WarcRecordEnd = Fault "warc-record-end",
    /// The block has another digest than stated.
    WarcBlockDigest = Fault "warc-block-digest",
    /// The payload has another digest than stated.
    WarcPayloadDigest = Fault "warc-payload-digest",
    /// The payload digest is that of the body without its chunks.
    WarcPayloadDechunked = Note "warc-payload-dechunked",
    /// A digest of an unknown algorithm or spelling: not recomputed.
    WarcDigestUnknown = Note "warc-digest-unknown",
    /// No SHA-256 of the block.
    WarcDigestAbsent = Note "warc-digest-absent",
    /// A block of `application/http` that is no HTTP message.
    WarcHttp = Note "warc-http",

    /// The structure of the zip is broken or can be read in two ways.
    WaczZip = Fault "wacz-zip",
    /// Over a budget.
    WaczBudget = Fault "wacz-budget",
    /// A name that could leave the folder it is unpacked into.
    WaczZipName = Fault "wacz-zip-name",
    /// Two members of one name.
    WaczZipDuplicate = Fault "wacz-zip-duplicate",
    /// Local and central header contradict each other.
    WaczZipHeaders = Fault "wacz-zip-headers",
    /// Members overlap, or octets between them belong to none.
    WaczZipPlace = Fault "wacz-zip-place",
    /// A date that is none.
    WaczZipDate = Fault "wacz-zip-date",
    /// Encrypted, or compressed by a method other than deflate.
    WaczZipMethod = Fault "wacz-zip-method",
    /// The CRC does not fit the octets.
    WaczZipCrc = Fault "wacz-zip-crc",
    /// Deflated octets that do not inflate to the length stated.
    WaczZipInflate = Fault "wacz-zip-inflate",
    /// A member is deflated.
    WaczZipDeflated = Note "wacz-zip-deflated",
    /// An archive is deflated, which WACZ 1.1.1 forbids.
    WaczArchiveDeflated = Fault "wacz-archive-deflated",
    /// Headers other than our writer's.
    WaczZipForm = Note "wacz-zip-form",
    /// No `datapackage.json`, or one that cannot be read.
    WaczDatapackage = Fault "wacz-datapackage",
    /// A version other than 1.1.1.
    WaczVersion = Note "wacz-version",
    /// A member that the data package does not list.
    WaczMemberUnlisted = Fault "wacz-member-unlisted",
    /// A listed member that is not there.
    WaczMemberAbsent = Fault "wacz-member-absent",
    /// Listed twice.
    WaczMemberRepeated = Fault "wacz-member-repeated",
    /// Another digest than listed.
    WaczMemberHash = Fault "wacz-member-hash",
    /// A digest of an unknown algorithm: not recomputed.
    WaczMemberHashUnknown = Note "wacz-member-hash-unknown",
    /// Another length than listed.
    WaczMemberSize = Fault "wacz-member-size",
    /// No `datapackage-digest.json`.
    WaczDigestAbsent = Note "wacz-digest-absent",
    /// `datapackage-digest.json` does not fit `datapackage.json`.
    WaczDigest = Fault "wacz-digest",
    /// No archive.
    WaczArchiveAbsent = Fault "wacz-archive-absent",
    /// No index.
    WaczIndexAbsent = Fault "wacz-index-absent",
    /// A line of the index cannot be read.
    WaczIndexLine = Fault "wacz-index-line",
    /// Lines of the index are not in the order of their octets.
    WaczIndexOrder = Fault "wacz-index-order",
    /// A line points at no record.
    WaczIndexTarget = Fault "wacz-index-target",
    /// A line says something else than its record.
    WaczIndexContent = Fault "wacz-index-content",
    /// A response that no line points at.
    WaczIndexGap = Fault "wacz-index-gap",
    /// A key that is not the one of its address.
    WaczIndexKey = Note "wacz-index-key",
    /// No list of pages; tools in use leave it out where they know of none.
    WaczPagesAbsent = Note "wacz-pages-absent",
    /// A line of a list of pages cannot be read.
    WaczPagesLine = Fault "wacz-pages-line",
    /// A page whose address is not in the index.
    WaczPageUnindexed = Note "wacz-page-unindexed",
    /// Something that has no business in a folder of the standard.
    WaczPlace = Note "wacz-place",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_spelled_once() {
        let spelled: std::collections::BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(spelled.len(), Code::ALL.len());
    }

    #[test]
    fn the_last_finding_says_that_there_were_more() {
        let limits = Limits {
            findings: 2,
            ..Limits::default()
        };
        let mut findings = Findings::new(Rules::Standard, &limits);
        for _ in 0..5 {
            findings.add(Code::WarcFolded, &[]);
        }
        let codes: Vec<_> = findings.list().iter().map(|f| f.code).collect();
        assert_eq!(codes, [Code::WarcFolded, Code::FindingsCut]);
    }
}
