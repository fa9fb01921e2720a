//! The command line. Only commands that work stand here.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// 存证 · preserve electronic data, seal it, and verify it offline.
#[derive(Parser)]
#[command(name = "fidem", version, about, long_about = None)]
pub struct Arguments {
    /// The office folder.
    #[arg(long, env = "FIDEM_OFFICE", global = true)]
    pub office: Option<PathBuf>,
    /// Who acts. The passphrase is asked for, or read from FIDEM_PASSPHRASE.
    #[arg(long = "as", env = "FIDEM_AS", global = true, value_name = "NAME")]
    pub person: Option<String>,
    /// One JSON object on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of sentences; the locale's otherwise.
    #[arg(long, global = true)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

/// Languages.
#[derive(Clone, Copy, ValueEnum)]
pub enum Lang {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// Commands.
#[derive(Subcommand)]
pub enum Command {
    /// 建立机构文件夹 · make an office folder; prints the recovery sheet once.
    Init {
        /// Name of the office.
        #[arg(long)]
        name: String,
        /// Its English name.
        #[arg(long)]
        name_en: Option<String>,
    },
    /// 演示 · take samples/ through the whole main job, offline, with throw-away keys.
    Demo {
        /// Folder with the material; `samples` is looked for otherwise.
        #[arg(long)]
        samples: Option<PathBuf>,
    },
    /// 人员 · persons.
    #[command(subcommand)]
    Person(Person),
    /// 卷宗 · cases.
    #[command(subcommand)]
    Case(Case),
    /// 交入材料 · take files and folders into a case.
    Add {
        /// Case number or id.
        case: String,
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Facts of the hand-over, as JSON.
        #[arg(long)]
        facts: Option<PathBuf>,
        /// A lower source class than the facts give.
        #[arg(long)]
        class: Option<String>,
        /// Why it is lower.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// 立即固定 · capture web pages: examined, recorded octet by octet, sealed and stamped, each by itself.
    Capture {
        /// Case, by number or id.
        case: String,
        /// Addresses; with --list more are read from a file.
        #[arg(required_unless_present = "list")]
        urls: Vec<String>,
        /// A file with addresses: one to a line, or a table whose rows each hold one.
        #[arg(long, value_name = "FILE")]
        list: Option<PathBuf>,
        /// The browser, where not the first one found.
        #[arg(long, env = "FIDEM_BROWSER", value_name = "PROGRAM")]
        browser: Option<PathBuf>,
        /// Trust this root certificate (PEM) in this run alone. Always reported; the class is then at most A-.
        #[arg(long, value_name = "FILE")]
        extra_root: Option<PathBuf>,
        /// Name of a field that is secret on this site beside the known ones; may be given several times.
        #[arg(long = "secret-field", value_name = "NAME")]
        secret_fields: Vec<String>,
        /// How far a page is scrolled, CSS pixels.
        #[arg(long, value_name = "PIXELS", default_value_t = 40_000)]
        scroll: u32,
        /// How much one capture may receive, MiB.
        #[arg(long, value_name = "MIB", default_value_t = 512)]
        limit: u64,
        #[command(flatten)]
        visit: Visit,
        #[command(flatten)]
        stamping: Stamping,
    },
    /// 清洁性检查 · examine this machine and the recorder, and print the report.
    CheckEnvironment {
        /// The browser, where not the first one found.
        #[arg(long, env = "FIDEM_BROWSER", value_name = "PROGRAM")]
        browser: Option<PathBuf>,
        /// Write the report to this file.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// 设备登记 · devices of the office: registered by one person, confirmed by another.
    #[command(subcommand)]
    Device(Device),
    /// 回放 · show an archived page again on this machine, offline; no request leaves. The browser window is brown.
    Replay {
        /// A web archive (.wacz).
        file: PathBuf,
        /// Compare the view with the archived picture, print the result, and end. 1 where they differ.
        #[arg(long)]
        check: bool,
        /// Open no browser; print the address of the page about the archive and serve it until Ctrl+C.
        #[arg(long, conflicts_with = "check")]
        serve: bool,
        /// The browser, where not the first one found.
        #[arg(long, env = "FIDEM_BROWSER", value_name = "PROGRAM")]
        browser: Option<PathBuf>,
    },
    /// 打开留存件 · decrypt what a capture withheld (its log, its keys, the unmasked archive); the journal names who did it.
    Withheld {
        /// Case.
        case: String,
        /// Number of the item.
        item: u32,
        /// The file to write.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 办理记录 · records of work: on site, of phones, and why work went on after an abnormal finding.
    #[command(subcommand)]
    Record(Record),
    /// 撤回 · withdraw an item before its seal.
    Withdraw {
        /// Case number or id.
        case: String,
        /// Item number.
        item: u32,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// 时间戳机构 · the authorities that seals are stamped by.
    #[command(subcommand)]
    Authority(Authority),
    /// 固化 · seal all unsealed items, and complete seals that wait.
    Seal {
        /// Case number or id.
        case: String,
        #[command(flatten)]
        stamping: Stamping,
    },
    /// 锚定 · give the root of the office log to networks of others, where the office set any up.
    #[command(subcommand)]
    Anchor(Anchor),
    /// 登记日志 · the office log, its public key, and the witnesses that sign it.
    #[command(subcommand)]
    Log(Log),
    /// 见证 · be a witness of other offices’ logs, or compare what witnesses have signed. Needs no office.
    #[command(subcommand)]
    Witness(Watch),
    /// 待固化 · seals that wait for time stamps, in the whole office.
    Queue {
        /// Ask those authorities again that have not answered; `fidem seal` asks every one.
        #[arg(long)]
        retry: bool,
        #[command(flatten)]
        stamping: Stamping,
    },
    /// 时间戳 · open a time stamp field by field, in plain words; or every one of a package. Judges nothing.
    Token {
        /// A token, a reply of an authority, or a package.
        file: PathBuf,
    },
    /// 复核 · a second person's review of the latest seal.
    Review {
        /// Case number or id.
        case: String,
    },
    /// 出具 · issue a document: receipt, record, list, correction, custodian, steps or prints.
    Certify {
        /// Case number or id.
        case: String,
        /// Kind of document.
        #[arg(long, default_value = "receipt")]
        kind: String,
        /// Chinese alone, without the English beneath.
        #[arg(long)]
        chinese_only: bool,
        /// Where to write the PDF.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 文书 · what documents lack, texts for them, approval, copies.
    #[command(subcommand)]
    Paper(crate::paper_arguments::Paper),
    /// 导出 · write the evidence package, or with --hand-over the folder for the party.
    Export {
        /// Case number or id.
        case: String,
        /// The package to write, or the new folder.
        #[arg(short, long)]
        output: PathBuf,
        /// Only this item, as a partial package.
        #[arg(long, conflicts_with = "hand_over")]
        only: Option<u32>,
        /// A folder with receipt, originals, package and instructions.
        #[arg(long)]
        hand_over: bool,
        #[command(flatten)]
        stamping: Stamping,
    },
    /// 续期 · renew time stamps before their certificates or algorithms end: all that is due, or one case.
    Renew {
        /// Case number or id; everything of it is renewed, due or not.
        case: Option<String>,
        /// Propose it; another person then carries it out.
        #[arg(long)]
        propose: bool,
        #[command(flatten)]
        stamping: Stamping,
    },
    /// 到期 · what ends when, and what is to be renewed now.
    Due {
        /// Also what is not due yet, or carried by a renewal.
        #[arg(long)]
        all: bool,
        /// A trust file whose table of algorithms counts in place of the built-in.
        #[arg(long, value_name = "FILE|DIR")]
        trust: Option<PathBuf>,
    },
    /// 核验 · verify packages, receipts, time stamps, evidence records and log proofs, offline.
    Verify {
        /// Files to verify.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Original files or folders, for a receipt or a bare proof.
        #[arg(long, num_args = 1..)]
        data: Vec<PathBuf>,
        /// A digest in place of the data, such as sha256:… in hex.
        #[arg(long, conflicts_with = "data", value_name = "ALG:HEX")]
        digest: Option<String>,
        /// Trust in place of the built-in: a trust file, PEM certificates, or a folder of them.
        #[arg(long, value_name = "FILE|DIR")]
        trust: Option<PathBuf>,
        /// Bitcoin block headers for a bare .ots, 80 octets each, linked; FILE.ots.headers beside it is found by itself.
        #[arg(long, num_args = 1..)]
        headers: Vec<PathBuf>,
        /// Signatures beside a PDF (.p7s), such as SM2; FILE.pdf.p7s, FILE.pdf.2.p7s … beside it are found by themselves.
        #[arg(long, num_args = 1.., value_name = "P7S")]
        signature: Vec<PathBuf>,
        /// Time of verification; now otherwise.
        #[arg(long, value_name = "RFC3339")]
        at: Option<String>,
        /// 核验报告: write the report as a PDF too; of one file.
        #[arg(long, value_name = "PDF")]
        report: Option<PathBuf>,
        /// Who had the report made, as printed on it.
        #[arg(long, requires = "report", default_value = "")]
        made_by: String,
    },
    /// 完整性校验值 · SHA-256 and SM3 of files.
    Fingerprint {
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// 检索 · find cases and items by words, or the case of a file.
    Search {
        /// Words, or the path of a file.
        what: String,
    },
    /// 保管链日志 · the journal.
    #[command(subcommand)]
    Journal(Journal),
    /// 信任根 · the built-in trust roots.
    #[command(subcommand)]
    Trust(Trust),
    /// 检查 · check casebook, journal and every original in the vault.
    Doctor,
}

/// 锚定 · a case without anchoring is complete.
#[derive(clap::Subcommand)]
pub enum Anchor {
    /// 提交 · give the root to every rail that is on; 32 octets leave, nothing else.
    Submit {
        /// Only this rail.
        #[arg(long, value_name = "NAME")]
        rail: Option<String>,
    },
    /// 更新 · send what has not arrived, and see how far the rest has come.
    Upgrade {
        /// Also look again at what is final, to notice forks.
        #[arg(long)]
        all: bool,
    },
    /// 状态 · every anchoring, or those that cover a case.
    Status {
        /// Case number or id.
        case: Option<String>,
    },
    /// 单项证明 · a standard OpenTimestamps proof of one item, and the block headers beside it.
    Proof {
        /// Case number or id.
        case: String,
        /// Item number.
        item: u32,
        /// The .ots to write; the headers go to FILE.headers.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// 利害关系 · declare whether a party has to do with who runs a rail; wanted before a receipt issues.
    Interest {
        /// Case number or id.
        case: String,
        /// Name of the rail.
        rail: String,
        /// 无, 有 or 未查.
        #[arg(long, value_enum)]
        relation: Relation,
        /// Which, where there is one.
        #[arg(long, required_if_eq("relation", "some"))]
        explanation: Option<String>,
    },
    /// 规则 · what the office allows.
    Policy {
        /// Whether public chains may be used.
        #[arg(long, value_name = "true|false")]
        public_chains: Option<bool>,
    },
    /// 渠道 · the networks that are set up.
    #[command(subcommand)]
    Rail(Rails),
}

/// Whether a party has to do with an operator.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Relation {
    /// 无.
    None,
    /// 有.
    Some,
    /// 未查.
    Unchecked,
}

/// 登记日志 · the office log.
#[derive(clap::Subcommand)]
pub enum Log {
    /// 公钥 · the line for a court's trust file or a witness.
    Key,
    /// 公布 · write the log as static files (C2SP tlog-tiles): fingerprints only.
    Publish {
        /// The folder.
        folder: PathBuf,
    },
    /// 见证人 · list the witnesses that are asked.
    Witnesses,
    /// 增加见证人 · ask this witness too.
    Watch {
        /// Its address.
        url: String,
        /// Its key line.
        key: String,
        /// Who runs it.
        #[arg(long)]
        operator: String,
    },
    /// 取消见证人 · ask that witness no more.
    Unwatch {
        /// Its key line.
        key: String,
    },
    /// 请求见证 · ask every witness to sign the log as it is now.
    Cosign,
}

/// 见证 · what another office runs.
#[derive(clap::Subcommand)]
pub enum Watch {
    /// 启动 · sign checkpoints of these logs, each only after what was signed before is still in it.
    Serve {
        /// Where the key and what was signed are kept.
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// Name of the witness, such as witness.example.
        #[arg(long)]
        name: String,
        /// Where to listen.
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4870")]
        listen: std::net::SocketAddr,
        /// Key line of a log to watch; may be given several times.
        #[arg(long = "log", value_name = "KEY", required = true)]
        logs: Vec<String>,
    },
    /// 比对 · compare what witnesses have signed of a log; 1 where it told two histories.
    Compare {
        /// Key line of the log.
        #[arg(long, value_name = "KEY")]
        log: String,
        /// Addresses of witnesses.
        #[arg(required = true)]
        urls: Vec<String>,
        /// The log as it was published, to compare sizes that differ.
        #[arg(long, value_name = "DIR")]
        files: Option<PathBuf>,
    },
}

/// 渠道 · networks to anchor at.
#[derive(clap::Subcommand)]
pub enum Rails {
    /// List them; keys are not shown.
    List,
    /// Set one up, or change the one of that name, from a JSON file (docs/format/anchoring.md).
    Set {
        /// The file.
        file: PathBuf,
    },
    /// Take one out of the settings; what was anchored there stays.
    Remove {
        /// Name.
        name: String,
    },
    /// Ask who is there; submits nothing.
    Test {
        /// Name.
        name: String,
    },
}

/// 交互取证 · a capture in a window that a person drives.
#[derive(clap::Args)]
pub struct Visit {
    /// 交互取证 · open a window and let a person drive it. Commands come on standard input, one to a line: go ADDRESS,
    /// fix LABEL, note WORDS, pause, resume, end-login, finish. The end of the input is finish.
    #[arg(long, conflicts_with = "list")]
    pub interactive: bool,
    /// Sign in first, at this address. The traffic of the sign-in is not recorded; it is filmed with secrets drawn blank.
    #[arg(long, value_name = "ADDRESS", requires_all = ["interactive", "account", "signed_in_by"])]
    pub login: Option<String>,
    /// The account that is signed in to; it is printed.
    #[arg(long, value_name = "NAME", requires = "login")]
    pub account: Option<String>,
    /// Who signs in; it is printed.
    #[arg(long, value_name = "NAME", requires = "login")]
    pub signed_in_by: Option<String>,
    /// Drive a browser without a window, by commands alone.
    #[arg(long, requires = "interactive")]
    pub no_window: bool,
}

/// Where tokens come from in this act.
#[derive(clap::Args)]
pub struct Stamping {
    /// An authority for this act in place of the office's choice; may be given several times.
    #[arg(long = "tsa", value_name = "URL")]
    pub authorities: Vec<String>,
    /// Roots for this act, beside the built-in and the office's.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Option<PathBuf>,
}

/// Records of work.
#[derive(Subcommand)]
pub enum Record {
    /// All records of a case, and what is wanted; 1 while something is without which nothing issues.
    List {
        /// Case number or id.
        case: String,
    },
    /// One record, with its versions.
    Show {
        /// Case number or id.
        case: String,
        /// Kind.
        kind: Kind,
        /// Its number.
        number: u32,
        /// A version other than the latest.
        #[arg(long)]
        version: Option<u32>,
    },
    /// 现场记录 · write an on-site record; without --from, print one to fill in.
    Onsite(Writing),
    /// 手机取证记录 · write a phone record; without --from, print one to fill in.
    Phone(Writing),
    /// 继续办理理由 · say why work went on after an abnormal finding; another person confirms it.
    Reason {
        /// Case number or id.
        case: String,
        /// The reason.
        #[arg(long)]
        reason: String,
        /// The captures it is given for; all that want one otherwise.
        #[arg(long = "capture", value_name = "ID")]
        captures: Vec<String>,
        /// A further version of this record.
        #[arg(long, value_name = "NUMBER")]
        record: Option<u32>,
    },
    /// 确认理由 · confirm the reason that another person wrote.
    Confirm {
        /// Case number or id.
        case: String,
        /// Number of the reason.
        number: u32,
    },
}

/// A record to be written.
#[derive(clap::Args)]
pub struct Writing {
    /// Case number or id.
    pub case: String,
    /// What it says, as JSON.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// A further version of this record.
    #[arg(long, value_name = "NUMBER")]
    pub record: Option<u32>,
    /// It is complete; refused while an obligatory field is missing.
    #[arg(long, requires = "from")]
    pub complete: bool,
}

/// Kinds of records.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// 现场记录.
    Onsite,
    /// 手机取证记录.
    Phone,
    /// 继续办理理由.
    Reason,
}

/// Devices.
#[derive(Subcommand)]
pub enum Device {
    /// How this machine stands, and all devices.
    List,
    /// Register this machine.
    Register {
        /// What people call it.
        name: String,
    },
    /// Confirm a device that another person registered.
    Confirm {
        /// Its identity, as listed.
        identity: String,
    },
    /// Take a device out of service.
    Retire {
        /// Its identity, as listed.
        identity: String,
    },
    /// Whom the examination asks: time servers, resolvers, reference pages. Without options it lists them.
    Probes {
        /// SNTP servers, host or host:port; may be given several times.
        #[arg(long = "time", value_name = "HOST")]
        time: Vec<String>,
        /// Independent resolvers, address or address:port; may be given several times.
        #[arg(long = "resolver", value_name = "ADDRESS")]
        resolvers: Vec<String>,
        /// Pages known beforehand, fetched before and after each capture to show that the network is live; may be given
        /// several times. An empty text takes all away.
        #[arg(long = "reference", value_name = "URL")]
        references: Vec<String>,
    },
}

/// Persons.
#[derive(Subcommand)]
pub enum Person {
    /// Add a person; the passphrase is asked for, or read from FIDEM_NEW_PASSPHRASE.
    Add {
        /// Name.
        name: String,
        /// Roles: clerk, notary, reviewer, archivist, admin.
        #[arg(long, value_delimiter = ',', default_value = "clerk")]
        roles: Vec<String>,
    },
    /// List persons.
    List,
    /// Give a person a new passphrase by the recovery sheet. Both are asked for, or read from FIDEM_RECOVERY_SHEET and
    /// FIDEM_NEW_PASSPHRASE.
    Recover {
        /// Name.
        name: String,
    },
}

/// Cases.
#[derive(Subcommand)]
pub enum Case {
    /// Open a case.
    New {
        /// 保管事项.
        #[arg(long)]
        matter: String,
        /// 申请人.
        #[arg(long)]
        applicant: String,
        /// 证明目的.
        #[arg(long)]
        purpose: Option<String>,
        /// 代理人.
        #[arg(long)]
        agent: Option<String>,
    },
    /// Enter numbers that come later.
    Set {
        /// Case number or id.
        case: String,
        /// 受理号.
        #[arg(long)]
        acceptance_number: Option<String>,
        /// 公证书编号, such as (2026)浙杭网证字第123号.
        #[arg(long)]
        notarial_number: Option<String>,
    },
    /// List cases.
    List {
        /// Only those with these words.
        words: Option<String>,
    },
    /// Show a case.
    Show {
        /// Case number or id.
        case: String,
    },
}

/// Authorities.
#[derive(Subcommand)]
pub enum Authority {
    /// The dated list of public authorities; nothing is contacted.
    Offered,
    /// The office's choice.
    List,
    /// Choose authorities; replaces the choice before.
    Choose {
        /// Addresses, in the order they are asked.
        #[arg(required = true)]
        urls: Vec<String>,
        /// Policies to be asked for, in the order of the addresses, `-` for the authority's own choice. A token of another
        /// policy does not count.
        #[arg(long = "policy", value_name = "OID")]
        policies: Vec<String>,
        /// Roots of authorities that the built-in trust does not know (PEM).
        #[arg(long)]
        roots: Option<PathBuf>,
    },
}

/// The journal.
#[derive(Subcommand)]
pub enum Journal {
    /// Check that every entry links to the one before.
    Verify,
    /// Print the entries as canonical JSON, one to a line.
    Export {
        /// Only of this case.
        #[arg(long)]
        case: Option<String>,
    },
}

/// Trust.
#[derive(Subcommand)]
pub enum Trust {
    /// List the roots with their fingerprints.
    List,
}
