//! The command line of documents.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with documents.
#[derive(Debug, Subcommand)]
pub enum Paper {
    /// 状态 · what each document lacks, and what was issued.
    Status {
        /// Case number or id.
        case: String,
        /// One kind only.
        #[arg(long)]
        kind: Option<String>,
    },
    /// 填写 · texts for a document from a JSON file; without one, those that stand are printed.
    Write {
        /// Case number or id.
        case: String,
        /// Kind of document.
        #[arg(long)]
        kind: String,
        /// The texts; see samples/papers.
        #[arg(long, value_name = "JSON")]
        text: Option<PathBuf>,
    },
    /// 预览 · the pages as they would be issued now, marked 草稿.
    Preview(Preview),
    /// 审批 · a second person answers for every point of the checklist and approves exactly this content.
    Approve(Approve),
    /// 起草 · a draft to edit in a word processor (.docx): work record, testimony or list of evidence.
    Draft {
        /// Case number or id.
        case: String,
        /// Which draft.
        #[arg(long)]
        what: What,
        /// Where to write the file.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 电子签名 · sign an issued document; handler, approver and office one after the other.
    Sign(Sign),
    /// 续盖存档时间戳 · put validation data as of now and a new archive time stamp on a signed document.
    Renew {
        /// Number of the document.
        document: String,
        /// Where to write the file.
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// 签名设置 · which documents the office signs electronically, and with which seal; without options, what stands.
    Signing(Signing),
    /// 模板 · the office's own templates: copy the program's to edit them, use a folder, or the program's again.
    Templates(Templates),
    /// 状态清单 · how every document of a case stands now, signed by the office: `fidem verify … --data LIST` takes it.
    States {
        /// Case number or id.
        case: String,
        /// Where to write the list.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 重排比对 · set an issued document anew from what was kept, and compare octet by octet.
    Compare {
        /// Number of the document.
        document: String,
    },
    /// 取出 · an issued document's file, as it stands, and the signatures beside it.
    Get {
        /// Number of the document.
        document: String,
        /// Where to write the PDF.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 副本登记 · enter that copies were given, first or again.
    Copy(GivenCopy),
    /// 副本登记簿 · the copy register of a case.
    Copies {
        /// Case number or id.
        case: String,
    },
}

/// 预览 · the pages as they would be issued now, marked 草稿.
#[derive(Debug, Args)]
pub struct Preview {
    /// Case number or id.
    pub case: String,
    /// Kind of document.
    #[arg(long, default_value = "receipt")]
    pub kind: String,
    /// Chinese alone.
    #[arg(long)]
    pub chinese_only: bool,
    /// Where to write the PDF.
    #[arg(short, long)]
    pub output: PathBuf,
}

/// 审批 · a second person answers for every point of the checklist and approves exactly this content.
#[derive(Debug, Args)]
pub struct Approve {
    /// Case number or id.
    pub case: String,
    /// Kind of document.
    #[arg(long)]
    pub kind: String,
    /// Chinese alone.
    #[arg(long)]
    pub chinese_only: bool,
    /// The points answered for.
    #[arg(long, value_delimiter = ',', required = true)]
    pub checked: Vec<Point>,
}

/// 电子签名 · sign an issued document; handler, approver and office one after the other.
#[derive(Debug, Args)]
pub struct Sign {
    /// Number of the document.
    pub document: String,
    /// In which capacity.
    #[arg(long = "in")]
    pub capacity: As,
    /// A PKCS#12 file (.p12, .pfx); its passphrase is asked for or comes from FIDEM_KEY_PASSPHRASE.
    #[arg(long, value_name = "P12", required_unless_present = "driver")]
    pub key: Option<PathBuf>,
    /// Driver of a PKCS#11 token (UKey); its PIN is asked for or comes from FIDEM_KEY_PASSPHRASE.
    #[arg(
        long,
        value_name = "LIBRARY",
        conflicts_with = "key",
        requires = "token"
    )]
    pub driver: Option<PathBuf>,
    /// Label of the token.
    #[arg(long)]
    pub token: Option<String>,
    /// Label of the key on the token, where there are several.
    #[arg(long)]
    pub key_label: Option<String>,
    /// 独立签名: beside the file (.p7s), over its octets as they stand, such as with an SM2 key for readers of 国密; after all
    /// have signed inside.
    #[arg(long)]
    pub detached: bool,
    /// Where to write the signed file; with --detached, the signature.
    #[arg(short, long)]
    pub output: Option<PathBuf>,
}

/// 签名设置 · which documents the office signs electronically, and with which seal; without options, what stands.
#[derive(Debug, Args)]
pub struct Signing {
    /// Kinds that are signed, such as record,receipt,correction; an empty text for none.
    #[arg(long)]
    pub kinds: Option<String>,
    /// 电子公章: a PNG with transparency.
    #[arg(long, value_name = "PNG")]
    pub seal: Option<PathBuf>,
    /// Where is signed, for readers' panels.
    #[arg(long)]
    pub location: Option<String>,
}

/// 模板 · the office's own templates: copy the program's to edit them, use a folder, or the program's again.
#[derive(Debug, Args)]
pub struct Templates {
    /// Write the program's templates into this new folder.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["use_folder", "built_in"])]
    pub copy: Option<PathBuf>,
    /// Set documents by the templates of this folder.
    #[arg(long = "use", value_name = "FOLDER", conflicts_with = "built_in")]
    pub use_folder: Option<PathBuf>,
    /// Set documents by the program's own again.
    #[arg(long)]
    pub built_in: bool,
    /// Set an invented document of this kind by the templates in force, or say what is wrong with them and where.
    #[arg(long = "try", value_name = "KIND", requires = "output")]
    pub trial: Option<String>,
    /// Where the invented document goes.
    #[arg(long, short, value_name = "PDF", requires = "trial")]
    pub output: Option<PathBuf>,
}

/// 副本登记 · enter that copies were given, first or again.
#[derive(Debug, Args)]
pub struct GivenCopy {
    /// Case number or id.
    pub case: String,
    /// Number of the document.
    pub document: String,
    /// To whom.
    #[arg(long)]
    pub recipient: String,
    /// On what ground.
    #[arg(long)]
    pub basis: String,
    /// How many.
    #[arg(long, default_value_t = 1)]
    pub copies: u32,
    /// On paper or as a file.
    #[arg(long, default_value = "paper")]
    pub form: Form,
}

/// A point of the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Point {
    /// 事项真实、合法.
    Matter,
    /// 材料齐全、充分.
    Materials,
    /// 程序合规.
    Procedure,
    /// 文书表述与格式.
    Wording,
    /// 收费.
    Fees,
    /// 重大事项已集体讨论，或者不属于重大事项.
    Discussed,
    /// All of them.
    All,
}

/// In which capacity is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum As {
    /// 承办人.
    Handler,
    /// 审批人.
    Approver,
    /// 机构.
    Office,
}

/// A draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// 工作记录.
    WorkRecord,
    /// 证词草稿.
    Testimony,
    /// 证据清单.
    List,
}

/// Paper or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// 纸质.
    Paper,
    /// 电子文件.
    File,
}
