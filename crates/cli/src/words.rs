//! Sentences for errors: what happened, what is unaffected, what to do now.

use fidem_office::OfficeError;
use fidem_verify::Language;

use crate::paper_words::hindrance;

/// The sentence for an error of the office.
pub fn error(error: &OfficeError, language: Language) -> String {
    let found = TABLE.iter().find(|(code, ..)| *code == error.code());
    let (zh, en) = found.map_or(OTHER, |(_, zh, en)| (*zh, *en));
    if let OfficeError::PaperWanting { hindrances } = error {
        let chinese = language == Language::Chinese;
        let lines = hindrances.iter().map(|h| hindrance(h, chinese));
        let lines: Vec<String> = lines.map(|line| format!("  - {line}")).collect();
        return format!("{}\n{}", if chinese { zh } else { en }, lines.join("\n"));
    }
    match language {
        Language::Chinese => format!("{zh}\n  （{}：{error}）", error.code()),
        Language::English => format!("{en}\n  ({}: {error})", error.code()),
    }
}

const OTHER: (&str, &str) = (
    "未能完成；已经登记的内容不受影响。请按下列原因处理后重试。",
    "It could not be done; what was recorded before is unaffected. See the reason and try again.",
);

static TABLE: &[(&str, &str, &str)] = &[
    (
        "no-browser",
        "本机未找到可用的浏览器（Chromium、Chrome 或者 Edge）；未作任何取证。请安装后重试，或者用 --browser 指明。",
        "No Chromium, Chrome or Edge was found; nothing was captured. Install one, or name it with --browser.",
    ),
    (
        "browser-launch",
        "浏览器未能启动；卷宗未受影响。请核对浏览器是否可用后重试。",
        "The browser did not start; the case is unaffected. See whether it works, and try again.",
    ),
    (
        "capture-address",
        "只能对 http 或者 https 地址取证；未作任何取证。请核对地址。",
        "Only http and https addresses can be captured; nothing was. Check the address.",
    ),
    (
        "capture-system",
        "本系统尚不支持取证；卷宗未受影响。请在 Linux 设备上取证。",
        "Capture is not built for this system yet; the case is unaffected. Use a Linux machine.",
    ),
    (
        "capture",
        "取证未能完成；已经登记的内容不受影响。请按原因处理后重试。",
        "The capture could not be made; what was recorded before is unaffected. See the reason and try again.",
    ),
    (
        "self-test-failed",
        "取证程序自检未通过：所记录的与实际传输的不一致，不得用以取证；卷宗未受影响。请改用其他浏览器版本或者设备。",
        "The recorder failed its self-test: it does not record what is really sent, so nothing may be captured with it; the case is unaffected. Use another browser version or machine.",
    ),
    (
        "program-self-test",
        "本程序自检未通过，不得用以出具文件；卷宗未受影响。请重新安装本程序，或者改用其他计算机。",
        "The program failed its self-test and may issue nothing; the case is unaffected. Install it anew, or use another computer.",
    ),
    (
        "cleanliness-blocks",
        "清洁性检查发现不得取证的情形，未打开网址；检查报告已固化入卷。请处理后重试。",
        "The examination found what lets no capture begin; the address was not opened, and the report is sealed in the case. Mend it and try again.",
    ),
    (
        "withheld",
        "该项已加密留存，不随包交付；需要时用 fidem withheld 打开。",
        "This item is kept encrypted and is not handed over; open it with fidem withheld where needed.",
    ),
    (
        "record-incomplete",
        "记录尚缺必填内容，未予完成；请补齐后重试，或者先存为草稿。",
        "The record lacks obligatory fields and was not completed; fill them in, or keep it as a draft.",
    ),
    (
        "record-item",
        "该项为办理记录，不能撤回；请以新版本更正。未作改动。",
        "This item is a record of work and is not withdrawn: write a further version of it. Nothing was changed.",
    ),
    (
        "record",
        "记录无法读取或者含有不能印出的字符；未作改动。可先不带 --from 取得空白记录。",
        "The record cannot be read, or holds what cannot be printed; nothing was changed. Without --from an empty one is printed.",
    ),
    (
        "reason-alone",
        "继续办理的理由须由另一人确认，填写人不能自行确认；未作改动。",
        "The reason is confirmed by another person than its writer; nothing was changed.",
    ),
    (
        "records-wanting",
        "尚缺出具所必需的记录，未出具；证据未受影响。缺项见 fidem record list。",
        "Records without which nothing issues are missing; nothing was issued, and the evidence is safe. fidem record list tells which.",
    ),
    (
        "unknown-record",
        "没有该记录，或者已经确认；请核对编号（fidem record list）。",
        "There is no such record, or it is confirmed already; see fidem record list.",
    ),
    (
        "unknown-capture",
        "本卷宗没有该次取证，或者取证尚未结束；未作改动。",
        "There is no such capture in this case, or it has not ended; nothing was changed.",
    ),
    (
        "unknown-rail",
        "没有启用该锚定渠道；未作提交。请核对名称（fidem anchor rail list）。",
        "No such rail is on; nothing was sent. See fidem anchor rail list.",
    ),
    (
        "no-rail",
        "没有启用任何锚定渠道；未作提交，卷宗不受影响。",
        "No rail is on; nothing was sent, and the cases are unaffected.",
    ),
    (
        "public-chain",
        "本机构的规则不允许使用公有链；未作改动。管理员可用 fidem anchor policy 调整。",
        "This office does not allow public chains; nothing was changed. An administrator may change the policy.",
    ),
    (
        "rail",
        "锚定渠道未能使用；已提交的内容不受影响，可稍后重试。",
        "The rail could not be used; what was submitted is unaffected. Try again later.",
    ),
    (
        "interest-undeclared",
        "尚未声明当事人与锚定渠道运营方有无利害关系，未出具；请用 fidem anchor interest 声明（无、有或者未查）。",
        "Whether a party has to do with who runs a rail is not declared; nothing was issued. Declare it with fidem anchor interest: none, some or unchecked.",
    ),
    (
        "not-anchored",
        "该次固化尚无已终局的 OpenTimestamps 锚定，无法制作单项证明。",
        "No OpenTimestamps anchoring of this seal is final yet, so no proof of the item can be made.",
    ),
    (
        "unknown-device",
        "没有该设备；请核对标识（fidem device list）。",
        "There is no such device; check its identity (fidem device list).",
    ),
    (
        "device-known",
        "该设备已经登记；未作改动。",
        "The device is registered already; nothing was changed.",
    ),
    (
        "wrong-passphrase",
        "口令不正确；数据未受影响。请重新输入，遗忘时可用恢复单重设。",
        "The passphrase is wrong; nothing was touched. Try again, or reset it with the recovery sheet.",
    ),
    (
        "unknown-person",
        "没有此人；请核对姓名（fidem person list）。",
        "There is no such person; check the name.",
    ),
    (
        "already-open",
        "该机构文件夹正在别处使用；数据未受影响。请先关闭另一程序。",
        "The office is open elsewhere; nothing was touched. Close the other program first.",
    ),
    (
        "network-share",
        "机构文件夹位于网络共享，可能损坏数据，不予打开。请移至本机磁盘。",
        "The office lies on a network share, which could damage it; it is not opened. Move it to a local disk.",
    ),
    (
        "already-an-office",
        "该文件夹已是机构文件夹；未作改动。请另选文件夹。",
        "The folder already holds an office; nothing was changed. Choose another folder.",
    ),
    (
        "no-office",
        "该文件夹不是机构文件夹。请用 --office 指定，或者先执行 fidem init。",
        "The folder holds no office. Name one with --office, or run fidem init first.",
    ),
    (
        "newer-file",
        "该机构文件夹由较新版本的程序写成，本版本不予打开，以免损坏。请使用新版本。",
        "The office was written by a newer program; this one refuses it, so as not to damage it. Use the newer one.",
    ),
    (
        "unknown-case",
        "没有该卷宗；请核对编号（fidem case list）。",
        "There is no such case; check the number (fidem case list).",
    ),
    (
        "person-disabled",
        "该人员已停用；请由管理员处理。",
        "This person is no longer active; an administrator can help.",
    ),
    (
        "person-exists",
        "已有同名人员；未作改动。",
        "There is a person of that name already; nothing was changed.",
    ),
    (
        "wrong-recovery-sheet",
        "恢复单不正确；口令未作改动。请逐组核对后重新输入。",
        "The recovery sheet is not right; no passphrase was changed. Compare it group by group and try again.",
    ),
    (
        "bad-text",
        "有一项内容为空、过长或者含有控制字符；未作改动。",
        "A text is empty, too long or holds control characters; nothing was changed.",
    ),
    (
        "case-void",
        "该卷宗已作废，不能再办理。",
        "The case is void; nothing more can be done in it.",
    ),
    (
        "unknown-item",
        "本卷宗没有这一项；请核对序号（fidem case show）。",
        "There is no such item in this case; check its number (fidem case show).",
    ),
    (
        "item-withdrawn",
        "该项已经撤回；未作改动。",
        "The item was withdrawn already; nothing was changed.",
    ),
    (
        "item-not-sealed",
        "该项尚未固化，不能单独导出。请先固化。",
        "The item is in no seal yet and cannot be exported by itself. Seal first.",
    ),
    (
        "nothing-to-seal",
        "没有可固化的证据项：均已固化，或者尚未交入。",
        "There is nothing to seal: everything is sealed, or nothing was taken in.",
    ),
    (
        "item-sealed",
        "该项已经固化，不能撤回；如需更正，请另行交入并再次固化。",
        "The item is sealed and cannot be withdrawn; add a correction and seal again.",
    ),
    (
        "same-person",
        "复核人须为未经手本卷宗的第二人；未作复核。",
        "The reviewer must be a second person who has not handled the case; no review was recorded.",
    ),
    (
        "policy",
        "时间戳策略应为对象标识符，例如 1.2.3.4；未作改动。",
        "A policy is an object identifier such as 1.2.3.4; nothing was changed.",
    ),
    (
        "second-person",
        "续期须两人办理：一人提请（fidem renew --propose），另一人执行；未作续期。",
        "A renewal takes two persons: one proposes it (fidem renew --propose), another carries it out; nothing was renewed.",
    ),
    (
        "role",
        "您的角色不能办理此事项；未作改动。",
        "Your role may not do this; nothing was changed.",
    ),
    (
        "no-space",
        "磁盘空间不足，尚未读取任何文件。请腾出空间后重试。",
        "There is not enough disk space; nothing was read. Free some and try again.",
    ),
    (
        "seal-waiting",
        "固化尚待时间戳（待固化），不能出具或者导出；证据未受影响。请稍后再次固化。",
        "A seal still waits for its time stamps, so nothing can be issued or exported; the evidence is safe. Seal again later.",
    ),
    (
        "not-sealed",
        "本卷宗尚未固化。请先执行固化。",
        "Nothing is sealed in this case yet. Seal it first.",
    ),
    (
        "unsealed",
        "尚有未固化的证据项。请先固化，或者撤回。",
        "Some items are not sealed yet. Seal or withdraw them first.",
    ),
    (
        "vault-differs",
        "库存原件与登记的校验值不一致，已停止，未交付任何文件。请勿使用该原件，并与备份核对。",
        "An original in the vault differs from its digests; it stopped and delivered nothing. Do not use it; compare with the backup.",
    ),
    (
        "object-missing",
        "库存原件缺失，已停止，未交付任何文件。请与备份核对。",
        "An original is missing in the vault; it stopped and delivered nothing. Compare with the backup.",
    ),
    (
        "object-altered",
        "库存原件与登记的校验值不一致，已停止，未交付任何文件。请勿使用该原件，并与备份核对。",
        "An original in the vault differs from its digests; it stopped and delivered nothing. Do not use it; compare with the backup.",
    ),
    (
        "read-back-differs",
        "写入后回读的内容不一致，该文件未予收入。请检查磁盘后重试。",
        "What was read back differs from what was written; the file was not taken in. Check the disk and try again.",
    ),
    (
        "vault-disk",
        "磁盘读写失败；此前收入的内容不受影响。请检查磁盘后重试。",
        "The disk failed; what was taken in before is unaffected. Check the disk and try again.",
    ),
    (
        "damaged",
        "机构数据有缺损，已停止。请勿继续使用，并与备份核对（fidem doctor）。",
        "The office's data are damaged; it stopped. Do not work on; compare with the backup (fidem doctor).",
    ),
    (
        "forbidden-phrase",
        "所填文字含有文书上不得出现的表述，未出具。请修改后重试。",
        "A text holds a phrase that must not stand on a document; nothing was issued. Change it and try again.",
    ),
    (
        "conformance",
        "文书未通过 PDF/A-3a 与 PDF/UA-1 检查，未出具。",
        "The document does not conform to PDF/A-3a and PDF/UA-1 and was not issued.",
    ),
    (
        "class-refused",
        "来源类别由事实确定，只能调低。",
        "The source class follows from the facts and can only be lowered.",
    ),
    (
        "origin-not-by-hand",
        "该来源须由取证程序记录，不能手工填报。",
        "This origin is recorded by the capture itself and cannot be stated by hand.",
    ),
    (
        "facts",
        "事实材料格式有误；未作登记。请对照 samples/facts.json 修改。",
        "The facts cannot be read; nothing was recorded. Compare with samples/facts.json.",
    ),
    (
        "kind",
        "没有该种文书；可出具：receipt、record、list、correction、custodian、steps、prints。",
        "No such document is issued; there are: receipt, record, list, correction, custodian, steps, prints.",
    ),
    (
        "certificate",
        "文书未能生成，未出具。请按下列原因修改。",
        "The document was not set and not issued. See the reason.",
    ),
    (
        "paper-wanting",
        "尚有缺项，未出具、未审批；证据未受影响。缺项见 fidem paper status。",
        "Something is missing; nothing was issued or approved, and the evidence is safe. fidem paper status tells what.",
    ),
    (
        "checklist",
        "审批事项未逐项确认，未审批。",
        "A point of the approval is open; nothing was approved.",
    ),
    (
        "signing",
        "未能签名；文书未作任何改动。请按下列原因处理后重试。",
        "It was not signed; the document is unchanged. See the reason and try again.",
    ),
    (
        "certificate-revoked",
        "证书已被吊销，未签名；文书未作任何改动。请更换证书。",
        "The certificate is revoked, so nothing was signed; the document is unchanged. Use another certificate.",
    ),
    (
        "certificate-expired",
        "证书已过有效期，未签名；文书未作任何改动。请更换证书。",
        "The certificate has ended, so nothing was signed; the document is unchanged. Use another certificate.",
    ),
    (
        "key-not-for-pdf",
        "SM2 密钥不在 PDF 内签名，未签名；文书未作任何改动。请在各签名人签名完毕后，用 --detached 作独立签名。",
        "An SM2 key does not sign inside a PDF; nothing was signed. Once all have signed, sign beside the file with --detached.",
    ),
    (
        "signed-beside",
        "该身份对本文件已有独立签名，未再签名。",
        "There is a signature beside this file in that capacity already; none was added.",
    ),
    (
        "not-signed",
        "该文书未经电子签名，没有存档时间戳可续；文书未作任何改动。",
        "The document bears no electronic signature, so there is no archive time stamp to renew; it is unchanged.",
    ),
    (
        "carried-by-record",
        "该文书已由本卷证据记录保全，追加内容会使该记录失效；文书未作任何改动。续期请用 fidem renew。",
        "An evidence record of the case carries the document; appending would break it, so nothing was done. Renew it with fidem renew.",
    ),
    (
        "not-your-signature",
        "现在不由本人以该身份签名；文书未作任何改动。签名依承办人、审批人、机构的顺序进行。",
        "This is not yours to sign now; the document is unchanged. Handler, approver and office sign in that order.",
    ),
    (
        "signer-name",
        "证书上的姓名与登录人不符；文书未作任何改动。请使用本人的证书。",
        "The certificate bears another name than the person logged in; the document is unchanged. Use your own.",
    ),
    (
        "unsigned",
        "有文书尚未签名完毕，不能交付；证据未受影响。请先完成签名。",
        "A document is not signed by all, so nothing is handed over; the evidence is safe. Have it signed first.",
    ),
    (
        "copies",
        "份数应为 1 至 1000；未登记。",
        "The number of copies is from 1 to 1000; nothing was entered.",
    ),
    (
        "trust",
        "信任文件无法读取；未作核验。",
        "The trust file cannot be read; nothing was verified.",
    ),
    (
        "io",
        "文件或者文件夹无法使用。",
        "A file or folder cannot be used.",
    ),
    (
        "no-authority",
        "所选时间戳机构均未给出有效的时间戳；未作任何改动。请稍后重试，或者另选机构。",
        "None of the chosen authorities gave a time stamp that holds; nothing was changed. Try again later, or choose others.",
    ),
    (
        "closed-meanwhile",
        "机构文件夹已在此期间关闭；已记录的内容加密保留，下次打开时自动整理固定。",
        "The office was closed meanwhile; what was recorded is kept encrypted and finished when it is opened again.",
    ),
    (
        "stopped",
        "已停止；此前完成的部分已保存。",
        "Stopped; what was finished before is kept.",
    ),
];
