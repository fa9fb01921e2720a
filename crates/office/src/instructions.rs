//! The manual route (核验说明, VERIFY.txt): exact commands that need nothing of ours. Lines that begin with `$ ` are
//! executed by the project's own tests exactly as they are printed.

use fidem_casebook::{Case, Seal};
use fidem_fingerprint::hex;

use crate::stamp::summary;
use crate::{Office, Result};

/// The convenience copy of the root that token `ordinal` leads to. Never trust: a judge obtains roots independently.
pub(crate) fn root_member(ordinal: u32) -> String {
    format!("trust/tsa/{ordinal:03}.pem")
}

/// One token in the guide.
struct Stamp {
    ordinal: u32,
    seal: u32,
    authority: String,
    time: String,
    anchor: String,
}

/// What the guide speaks of.
pub(crate) struct Guide {
    case: String,
    seals: Vec<u32>,
    stamps: Vec<Stamp>,
    demonstration: bool,
    partial: bool,
}

impl Guide {
    pub(crate) fn of_case(office: &Office, case: &Case, seals: &[Seal]) -> Result<Self> {
        Self::new(office, case, seals, false)
    }

    pub(crate) fn of_exhibit(office: &Office, case: &Case, seal: &Seal) -> Result<Self> {
        Self::new(office, case, std::slice::from_ref(seal), true)
    }

    fn new(office: &Office, case: &Case, seals: &[Seal], partial: bool) -> Result<Self> {
        let mut stamps = Vec::new();
        for seal in seals {
            for token in office.book.tokens(&case.id, seal.number)? {
                if !token.counts {
                    continue;
                }
                let summary = summary(&token)?;
                stamps.push(Stamp {
                    ordinal: token.ordinal,
                    seal: seal.number,
                    authority: token.authority.clone(),
                    time: summary.time.unwrap_or_default(),
                    anchor: summary.anchor.unwrap_or_default(),
                });
            }
        }
        Ok(Self {
            case: case.number.clone(),
            seals: seals.iter().map(|s| s.number).collect(),
            stamps,
            demonstration: office.profile().demonstration,
            partial,
        })
    }

    fn commands(&self) -> Commands {
        Commands {
            checksums: "$ sha256sum -c manifest-sha256.txt".to_owned(),
            tokens: self
                .stamps
                .iter()
                .map(|s| {
                    format!(
                        "$ openssl ts -verify -data META-INF/ASiCManifest{o:03}.xml -in META-INF/timestamp{o:03}.tst -token_in -CAfile trust/tsa/{o:03}.pem",
                        o = s.ordinal
                    )
                })
                .collect(),
            seals: self
                .stamps
                .iter()
                .map(|s| {
                    format!(
                        "$ sed -n 's/.*DigestValue>\\(.*\\)<\\/ds:DigestValue.*/\\1/p' META-INF/ASiCManifest{:03}.xml | base64 -d | od -An -v -tx1 | tr -d ' \\n' | sed 's|$|  seals/{:03}/seal.json|' | sha256sum -c",
                        s.ordinal, s.seal
                    )
                })
                .collect(),
            manifests: self
                .seals
                .iter()
                .map(|n| {
                    format!(
                        "$ sed -n 's/.*\"manifest\":{{\"sha256\":\"\\([0-9a-f]*\\)\".*/\\1/p' seals/{n:03}/seal.json | sed 's|$|  seals/{n:03}/manifest.json|' | sha256sum -c"
                    )
                })
                .collect(),
            files: "$ for f in evidence/*; do grep -q \"$(sha256sum < \"$f\" | cut -c1-64)\" seals/*/manifest.json && echo \"OK $f\" || { echo \"MISMATCH $f\"; false; }; done".to_owned(),
            sm3: "$ openssl dgst -sm3 evidence/*".to_owned(),
        }
    }

    /// `VERIFY.txt` inside a package.
    pub(crate) fn english(&self) -> String {
        let c = self.commands();
        let mut out = self.head(
            "How to verify this package without the office and without our software",
            "DEMONSTRATION: throw-away keys. This package proves nothing.",
        );
        out.push_str(&format!("Case {}\n\n", self.case));
        out.push_str("This file is a zip archive (ETSI EN 319 162 ASiC-E). If nothing opens it, rename case.asice to case.zip.\nUnpack it and open a terminal in the folder. Each line below that begins with \"$ \" is one command; type it\nwithout the \"$ \". All commands work offline on Linux (coreutils, OpenSSL 3).\n\n");
        out.push_str("1. No listed member was changed or lost since the package was made. Every line must say OK.\n\n");
        out.push_str(&format!("{}\n\n", c.checksums));
        out.push_str("2. Time. Each time stamp must say \"Verification: OK\". It proves that the data existed no later than its time,\n   not that it was made then. The files in trust/tsa are copies for convenience and prove nothing by themselves:\n   obtain the root from the authority and compare its SHA-256 with the one given here.\n   If the chain has expired meanwhile, add -attime with the time of the stamp as Unix seconds.\n\n");
        for (stamp, command) in self.stamps.iter().zip(&c.tokens) {
            out.push_str(&format!(
                "   {} - {} - root SHA-256 {}\n{command}\n\n",
                stamp.authority, stamp.time, stamp.anchor
            ));
        }
        out.push_str("3. From the time stamp to the seal: the stamped list names exactly this seal.json. Must say OK.\n\n");
        out.push_str(&lines(&c.seals));
        if self.partial {
            out.push_str("4. This package holds one exhibit. That it stands in the seal follows from proofs/partial.json: the leaf is\n   SHA-256(00 | SHA-256 of the file | SM3 of the file | nonce), each step SHA-256(01 | left | right), up to the\n   root in seal.json. By hand this is laborious; any verifier of the format does it (docs/format).\n   Its place and the size of the tree are thereby disclosed.\n\n");
        } else {
            out.push_str("4. From the seal to the manifest. Must say OK.\n\n");
            out.push_str(&lines(&c.manifests));
            out.push_str("5. From the manifest to the files. Every line must begin with OK.\n\n");
            out.push_str(&format!("{}\n\n", c.files));
        }
        out.push_str("SM3 (GB/T 32905), the second digest of every file, to compare with \"sm3\" in the manifest:\n\n");
        out.push_str(&format!("{}\n\n", c.sm3));
        out.push_str("macOS: shasum -a 256 -c manifest-sha256.txt replaces step 1. Its openssl is LibreSSL: \"openssl ts\" works for\nRSA and EC stamps without RSA-PSS; SM3 needs OpenSSL 3 (for example from Homebrew).\n\nWindows: open the unpacked folder, type cmd in its address bar and press Enter. For each file on the list type\ncertutil -hashfile \"FILE\" SHA256\nwith the name from the list in place of FILE (\\ for /), between the quotation marks; or drag the file into the window\nin place of \"FILE\". certutil prints three lines: the second line is the SHA-256. Older Windows puts spaces between its\ndigits; spaces do not count. Open manifest-sha256.txt with Notepad: the line that ends with this name begins with the\nsame 64 digits. certutil refuses an empty file (error 1006); its line begins with\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855. certutil knows no SM3 and cannot check a time stamp;\nfor those install OpenSSL 3 or use a Linux machine.\n\n");
        out.push_str(
            "What this does not show: that the content is true, who made it, or what happened before it reached the office.\nWhere each file came from, by whose statement, stands in seals/*/items/*.json (\"class\" and \"facts\").\n",
        );
        out
    }

    /// `核验说明.txt` inside a package.
    pub(crate) fn chinese(&self) -> String {
        let c = self.commands();
        let mut out = self.head(
            "核验说明：不依赖本处、不使用本软件的核验方法",
            "演示：密钥为临时生成，本证据包不具有任何证明效力。",
        );
        out.push_str(&format!("卷宗 {}\n\n", self.case));
        out.push_str("本文件系 ZIP 压缩格式（ETSI EN 319 162 ASiC-E）。如无法直接打开，请将 case.asice 更名为 case.zip。\n解压后在该文件夹打开终端。以“$ ”开头的每一行为一条命令，输入时不含“$ ”。以下命令均可在离线的\nLinux（coreutils、OpenSSL 3）上执行。\n\n");
        out.push_str(
            "一、核对成员：清单所列成员自证据包制作之时起没有改动或者缺失。每行均应显示 OK（成功）。\n\n",
        );
        out.push_str(&format!("{}\n\n", c.checksums));
        out.push_str("二、核对时间：每个时间戳均应显示“Verification: OK”。时间戳表明数据不晚于所载时间已经存在，不表明其\n   形成于该时间。trust/tsa 内的证书仅为便利而附，其本身不证明任何事项：请向时间戳服务机构另行取得根证书，\n   并与此处所列 SHA-256 核对。证书链到期后，请加 -attime 参数（盖戳时间，Unix 秒）。\n\n");
        for (stamp, command) in self.stamps.iter().zip(&c.tokens) {
            out.push_str(&format!(
                "   {}　{}　根证书 SHA-256 {}\n{command}\n\n",
                stamp.authority, stamp.time, stamp.anchor
            ));
        }
        out.push_str("三、由时间戳到固化记录：盖戳清单所指即为本固化记录。应显示 OK（成功）。\n\n");
        out.push_str(&lines(&c.seals));
        if self.partial {
            out.push_str("四、本包仅含一项证据。其属于该次固化，由 proofs/partial.json 证明：叶为 SHA-256(00‖文件 SHA-256‖文件 SM3‖随机数)，\n   逐级为 SHA-256(01‖左‖右)，直至 seal.json 所载哈希根。手工计算繁琐，任何遵循该格式的核验程序均可完成。\n   该项的位置及哈希树的规模因此公开。\n\n");
        } else {
            out.push_str("四、由固化记录到清单。应显示 OK（成功）。\n\n");
            out.push_str(&lines(&c.manifests));
            out.push_str("五、由清单到文件。每行均应以 OK 开头。\n\n");
            out.push_str(&format!("{}\n\n", c.files));
        }
        out.push_str("每一文件的第二校验值 SM3（GB/T 32905），与清单内“sm3”核对：\n\n");
        out.push_str(&format!("{}\n\n", c.sm3));
        out.push_str("macOS：第一步改用 shasum -a 256 -c manifest-sha256.txt。系统自带的 openssl 为 LibreSSL，可核验 RSA、EC 时间戳\n（不含 RSA-PSS），不支持 SM3；需要时请另装 OpenSSL 3。\n\nWindows：打开解压后的文件夹，在地址栏输入 cmd 并按回车。对清单所列的每个文件输入\ncertutil -hashfile \"文件\" SHA256\n将“文件”换为清单所列名称（“/”改为“\\”），引号保留；也可以将文件拖入窗口，代替 \"文件\"。certutil 显示三行，第二行即\nSHA-256；较旧的 Windows 在其中加有空格，空格不计。用记事本打开 manifest-sha256.txt：以该名称结尾的一行，行首\n64 位应与之相同。空文件（0 字节）certutil 不予计算（错误 1006），其行首应为\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855。certutil 不支持 SM3，也不能核验时间戳；请另装\nOpenSSL 3 或者使用 Linux 计算机。\n\n");
        out.push_str(
            "以上核验不表明：内容真实、由何人形成，以及到达本处之前的情况。\n每一文件的来源类别及所依据的陈述，见 seals/*/items/*.json 的“class”“facts”。\n",
        );
        out
    }

    /// `VERIFY.txt` of a hand-over folder: what lies in it, then the guide.
    pub(crate) fn english_hand_over(&self) -> String {
        format!(
            "What is in this folder\n\n* the receipt (PDF), with its proofs attached;\n* originals/: the files themselves, to be opened as usual;\n* case.asice: the evidence package; rename a copy to case.zip to open it anywhere;\n* status-list.txt: which documents of the case were explained, corrected or withdrawn by the time of hand-over,\n  signed by the office. Ask the office for a later one.\n{}\nThe commands below are for the unpacked package.\n\n{}",
            page(
                "* verifier.html: the verification page. Double-click it, without a network, and drop in case.asice.\n  It came with the evidence: whoever doubts it gets the same page elsewhere and compares\n  SHA-256 "
            ),
            self.english()
        )
    }

    /// `核验说明.txt` of a hand-over folder.
    pub(crate) fn chinese_hand_over(&self) -> String {
        format!(
            "本文件夹内容\n\n· 回执（PDF），证明文件以附件形式随附其中；\n· originals：原文件，可照常打开；\n· case.asice：证据包；将其副本更名为 case.zip 即可解压；\n· status-list.txt：状态清单，载明本案文书至交付之时是否经说明、更正或者撤销，由本处签名；其后的状态请向本处索取。\n{}\n以下命令适用于解压后的证据包。\n\n{}",
            page(
                "· verifier.html：核验页。断网双击打开，拖入 case.asice 即可核验。该页与证据一并交付；\n  有疑问的，请另行取得同一核验页，并核对其 SHA-256：\n  "
            ),
            self.chinese()
        )
    }

    fn head(&self, title: &str, demonstration: &str) -> String {
        let mut out = format!("{title}\n{}\n\n", "=".repeat(72));
        if self.demonstration {
            out.push_str(demonstration);
            out.push_str("\n\n");
        }
        out
    }
}

/// The line on the verification page, where it is handed over.
fn page(line: &str) -> String {
    let digest = crate::verifier_page().map(|page| hex::encode(&page.print.sha256));
    digest.map_or(String::new(), |digest| format!("{line}{digest}\n"))
}

/// Commands as printed.
struct Commands {
    checksums: String,
    tokens: Vec<String>,
    seals: Vec<String>,
    manifests: Vec<String>,
    files: String,
    sm3: String,
}

fn lines(commands: &[String]) -> String {
    let mut out = String::new();
    for command in commands {
        out.push_str(command);
        out.push_str("\n\n");
    }
    out
}
