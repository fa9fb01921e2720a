//! Every finding's stable code with its sentence in Chinese and English. `{name}` stands for a parameter.

use std::collections::BTreeMap;

use crate::report::Language;

/// A stable finding code: never renamed, never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl Code {
    /// The sentence in that language, parameters filled in.
    #[must_use]
    pub fn sentence(self, language: Language, params: &BTreeMap<&'static str, String>) -> String {
        let Some((_, chinese, english)) = CATALOGUE.iter().find(|(code, ..)| *code == self.0)
        else {
            return self.0.to_owned();
        };
        let mut text = match language {
            Language::Chinese => (*chinese).to_owned(),
            Language::English => (*english).to_owned(),
        };
        for (name, value) in params {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal, $chinese:literal, $english:literal;)*) => {
        $(#[doc = $english] pub const $name: Code = Code($code);)*
        static CATALOGUE: &[(&str, &str, &str)] = &[$(($code, $chinese, $english)),*];
    };
}

codes! {
    // the subject
    KIND_UNKNOWN = "kind-unknown", "无法识别该文件：不是证据包、回执 PDF、时间戳、证据记录、登记证明、OpenTimestamps 证明或网页存档。", "This file is not recognised: neither a package, a receipt PDF, a time stamp, an evidence record, a log proof, an OpenTimestamps proof nor a web archive.";
    UNREADABLE = "unreadable", "文件无法读取：{reason}", "The file cannot be read: {reason}";
    TRUST_SUPPLIED = "trust-supplied", "本次核验使用核验人自行提供的信任根，替代内置信任根。", "This verification used roots supplied by the verifier in place of the built-in ones.";
    MORE_OF_THE_SAME = "more-of-the-same", "另有 {count} 项同类情形（{code}）未逐一列出。", "{count} further findings of the kind {code} are not listed one by one.";
    DEMONSTRATION = "DEMONSTRATION", "演示：本材料系演示数据，密钥为临时生成，不具有任何证明效力。", "DEMONSTRATION: made with throw-away keys for demonstration; it proves nothing.";
    // container
    CONTAINER_TRUNCATED = "container-truncated", "证据包不完整或者并非证据包：文件末尾没有目录，可能在传输中被截断。", "The package is cut short, or is no package: there is no directory at its end.";
    CONTAINER_DAMAGED = "container-damaged", "证据包目录已损坏：{what}", "The directory of the package is damaged: {what}";
    CONTAINER_BUDGET = "container-budget", "证据包超出可核验的规模：{what} {found}，上限 {limit}。", "The package is beyond what is verified: {what} {found}, at most {limit}.";
    CONTAINER_NAME = "container-name", "成员 {member} 的名称不合规范，可能指向证据包以外的位置。", "The name of member {member} is not allowed; it could point outside the package.";
    CONTAINER_DUPLICATE = "container-duplicate", "成员 {member} 在证据包中出现两次。", "Member {member} stands twice in the package.";
    CONTAINER_COMPRESSED = "container-compressed", "成员 {member} 被压缩或加密；证据包的成员均应原样存放。", "Member {member} is compressed or encrypted; a package stores its members as they are.";
    CONTAINER_NOT_A_FILE = "container-not-a-file", "成员 {member} 的属性表明其并非普通文件。", "Member {member} is marked as something else than a plain file.";
    CONTAINER_INCONSISTENT = "container-inconsistent", "成员 {member} 的前后记录相互矛盾。", "The two headers of member {member} contradict each other.";
    CONTAINER_MIMETYPE = "container-mimetype", "首个成员不是 ASiC-E 证据包的类型标识。", "The first member is not the type of an ASiC-E package.";
    MEMBER_DAMAGED = "member-damaged", "成员 {member} 已损坏：循环冗余校验不符。", "Member {member} is damaged: its CRC does not fit.";
    MEMBER_TOO_LARGE = "member-too-large", "成员 {member} 过大（{size} 字节），未予核验。", "Member {member} is too large to check ({size} bytes).";
    // lists
    MEMBER_ALTERED = "member-altered", "成员 {member} 与校验清单所载不一致。", "Member {member} differs from the checksum list.";
    MEMBER_MISSING = "member-missing", "校验清单列有成员 {member}，证据包中没有。", "Member {member} is on the checksum list but not in the package.";
    MEMBER_UNLISTED = "member-unlisted", "成员 {member} 未列入校验清单。", "Member {member} is not on the checksum list.";
    MEMBER_UNKNOWN = "member-unknown", "成员 {member} 不属于证据包格式规定的内容。", "Member {member} has no place in the format of a package.";
    CHECKSUMS_MISSING = "checksums-missing", "证据包缺少校验清单 manifest-sha256.txt。", "The package lacks its checksum list manifest-sha256.txt.";
    CHECKSUMS_MALFORMED = "checksums-malformed", "校验清单第 {line} 行格式有误。", "Line {line} of the checksum list is malformed.";
    CHECKSUMS_MATCH = "checksums-match", "校验清单所列 {count} 个成员均一致。", "All {count} members on the checksum list match.";
    STATEMENT_MISSING = "statement-missing", "缺少 {member}。", "{member} is missing.";
    STATEMENT_MALFORMED = "statement-malformed", "{member} 不符合格式：{reason}", "{member} does not follow its format: {reason}";
    NO_SEAL = "no-seal", "其中没有固化记录。", "There is no seal in it.";
    // seal and content
    SEAL_CASE_DIFFERS = "seal-case-differs", "第 {seal} 次固化所载卷宗编号与其他部分不一致。", "Seal {seal} names another case than the rest.";
    MANIFEST_DIFFERS = "manifest-differs", "第 {seal} 次固化：清单与固化记录所载校验值不一致。", "Seal {seal}: the manifest differs from the digests in the seal.";
    TREE_DIFFERS = "tree-differs", "第 {seal} 次固化：由清单计算的哈希根与固化记录不一致。", "Seal {seal}: the root computed from the manifest differs from the seal.";
    SEAL_MATCHES = "seal-matches", "第 {seal} 次固化：清单、哈希根与固化记录一致，共 {count} 项。", "Seal {seal}: manifest, tree and seal agree, {count} items.";
    EVIDENCE_MISSING = "evidence-missing", "第 {item} 项：清单列有 {member}，未见该文件。", "Item {item}: {member} is in the manifest but was not found.";
    EVIDENCE_ALTERED = "evidence-altered", "第 {item} 项：{member} 与固化时的完整性校验值不一致。", "Item {item}: {member} differs from the digests fixed by the seal.";
    EVIDENCE_MATCHES = "evidence-matches", "第 {seal} 次固化：{count} 项证据的 SHA-256 与 SM3 均与固化时一致。", "Seal {seal}: SHA-256 and SM3 of {count} items equal those fixed by the seal.";
    EVIDENCE_UNSEALED = "evidence-unsealed", "{member} 不属于任何一次固化。", "{member} belongs to no seal.";
    EVIDENCE_WITHHELD = "evidence-withheld", "第 {item} 项未随包交付（{reason}）；其校验值仍在清单内。", "Item {item} is withheld ({reason}); its digests remain in the manifest.";
    RECORD_DIFFERS = "record-differs", "第 {item} 项：证据项记录与清单不一致。", "Item {item}: its record differs from the manifest.";
    DATA_UNKNOWN = "data-unknown", "所提交的文件 {name} 与清单任何一项均不一致。", "The file {name} handed in matches no item of the manifest.";
    DATA_MATCHES = "data-matches", "所提交的文件 {name} 与第 {item} 项一致。", "The file {name} handed in matches item {item}.";
    DATA_PLACES = "data-places", "所提交的文件 {name} 与第 {item} 项同名、同长：有 {octets} 字节不同，分 {count} 处，位于第 {places} 字节（自 1 起）。", "The file {name} handed in has the name and length of item {item}: {octets} bytes differ, in {count} places, at bytes {places} (from 1).";
    DATA_STRETCH = "data-stretch", "所提交的文件 {name} 与第 {item} 项同名而长度不同（原件 {kept} 字节，所提交的 {given} 字节）：开头 {before} 字节和末尾 {after} 字节相同，其间不同。", "The file {name} handed in has the name of item {item} and another length (original {kept} bytes, handed in {given}): the first {before} bytes and the last {after} are the same, what lies between differs.";
    DATA_LINE = "data-line", "第 {item} 项为文本的，第一处不同在第 {line} 行第 {column} 字。", "Read as text, item {item} first differs at line {line}, character {column}.";
    DATA_PAGES = "data-pages", "所提交的文件 {name} 与第 {item} 项相比，内容不同的页：{pages}。", "Pages of {name} whose content differs from item {item}: {pages}.";
    DATA_PIXELS = "data-pixels", "所提交的图片 {name} 与第 {item} 项相比：共 {width}×{height} 像素，其中 {count} 个不同，分布于 {rectangles} 个矩形之内（左上角至右下角，横、纵坐标自 0 起）：{places}。", "Of the {width}×{height} pixels of {name}, {count} differ from item {item}, in {rectangles} rectangles (upper left to lower right corner, x and y from 0): {places}.";
    DATA_PIXELS_SAME = "data-pixels-same", "所提交的图片 {name} 与第 {item} 项相比，{width}×{height} 像素的取值全部相同，不同之处在像素取值之外；色彩、显示方向等附加信息未作比对。", "All {width}×{height} pixels of {name} have the values of item {item}; the files differ in something else. Colour profile, gamma and orientation were not compared.";
    DATA_PICTURE_SIZE = "data-picture-size", "所提交的图片 {name} 与第 {item} 项尺寸不同：原件 {kept} 像素，所提交的 {given} 像素。", "The picture {name} has another size than item {item}: original {kept} pixels, handed in {given} pixels.";
    DATA_NOT_SUPPLIED = "data-not-supplied", "有 {count} 项未提交原文件，未予核对。", "{count} items were not handed in and were not compared.";
    PARTIAL_MATCHES = "partial-matches", "第 {item} 项位于第 {seal} 次固化的哈希树之内（叶 {index}／{size}）；叶的位置及树的规模因此公开。", "Item {item} stands in the tree of seal {seal} (leaf {index} of {size}); position and size are disclosed by this.";
    PARTIAL_DIFFERS = "partial-differs", "第 {item} 项不能由所附路径归入第 {seal} 次固化。", "Item {item} does not lead to the root of seal {seal} by the paths given.";
    // source
    SOURCE_CLASS = "source-class", "来源类别 {class}（{count} 项）：{sentence_zh}", "Source class {class} ({count} items): {sentence_en}";
    SOURCE_CLASS_UNSUPPORTED = "source-class-unsupported", "第 {item} 项所载来源类别 {class} 高于其所载事实所能支持的类别。", "Item {item} states source class {class}, more than its stated facts support.";
    // time
    TOKEN_MISSING = "token-missing", "第 {seal} 次固化没有时间戳（待固化）。", "Seal {seal} has no time stamp yet.";
    TOKEN_MANIFEST_DIFFERS = "token-manifest-differs", "{member} 所引用的并非本次固化记录，或者其校验值不一致。", "{member} does not reference this seal, or its digest differs.";
    TOKEN_VALID = "token-valid", "时间戳（{authority}，序列号 {serial}）有效：所载数据不晚于 {time} 已经存在。", "The time stamp ({authority}, serial {serial}) holds: the data existed no later than {time}.";
    TOKEN_INVALID = "token-invalid", "时间戳 {member} 不成立：{why}", "The time stamp {member} does not hold: {why}";
    TOKEN_UNDECIDED = "token-undecided", "时间戳 {member} 无法核验：{why}", "The time stamp {member} cannot be checked: {why}";
    TOKEN_EXPIRED_LATER = "token-expired-later", "时间戳 {member} 所依据的证书或者算法已于 {until} 到期，盖戳之时有效。", "The certificates or algorithms of {member} have ended on {until}; they held when it was stamped.";
    TOKENS_ALL_EXPIRED = "tokens-all-expired", "第 {seal} 次固化的全部时间戳所依据的证书或者算法均已到期，且没有有效续期。", "The certificates or algorithms of all time stamps of seal {seal} have ended and there is no valid renewal.";
    RENEWAL_HOLDS = "renewal-holds", "证据记录 {member} 成立：所覆盖的 {objects} 个对象不晚于 {first} 已经存在；其后续期 {renewals} 次，最近一次盖戳于 {last}，证明力可维持至 {until}。", "The evidence record {member} holds: the {objects} objects it covers existed no later than {first}; renewed {renewals} times since, last stamped {last}, good until {until}.";
    RENEWAL_INVALID = "renewal-invalid", "证据记录 {member} 不成立：{why}", "The evidence record {member} does not hold: {why}";
    RENEWAL_UNDECIDED = "renewal-undecided", "证据记录 {member} 无法核验：{why}", "The evidence record {member} cannot be checked: {why}";
    RENEWAL_DIFFERS = "renewal-differs", "{member} 所载校验值与成员 {other} 不一致。", "{member} differs from member {other}.";
    ARCHIVE_UNDECIDED = "archive-undecided", "存档清单 {member} 的时间戳无法核验，该清单及其时间戳不在任何校验清单之内：{why}", "The time stamp of the archive manifest {member} cannot be checked, and both stand outside of every list: {why}";
    ARCHIVE_HOLDS = "archive-holds", "存档清单 {member} 及其时间戳成立：所引用的 {objects} 个对象不晚于 {time} 已经存在。", "The archive manifest {member} holds with its time stamp: the {objects} objects it references existed no later than {time}.";
    TOKEN_CARRIED = "token-carried", "时间戳 {member} 由证据记录或者存档时间戳续期：不晚于 {time} 已经存在，其时证书与算法均有效。", "The time stamp {member} is carried by an evidence record or an archive time stamp: it existed no later than {time}, when its certificates and algorithms held.";
    TIME_GAP = "time-gap", "自固化至首个时间戳间隔 {minutes} 分钟。", "{minutes} minutes passed between the seal and its first time stamp.";
    TOKEN_LIST_DAMAGED = "token-list-damaged", "时间戳 {member} 内的吊销列表已损坏，或者与其证书无关。", "A revocation list in the time stamp {member} is damaged, or is not about its certificates.";
    DELIVERY_TIME = "delivery-time", "交付件不晚于 {time} 已经形成。", "The delivery existed no later than {time}.";
    DELIVERY_NONE = "delivery-none", "交付件没有交付时间：回执、说明等随附成员不受时间戳保护。", "The delivery carries no delivery time: receipt, instructions and other companions are not under a time stamp.";
    DELIVERY_DIFFERS = "delivery-differs", "交付清单与成员 {member} 不一致。", "The delivery manifest differs from member {member}.";
    // token rules
    DATA_DIFFERS = "data-differs", "所提交的数据与时间戳所载校验值不一致。", "The data handed in differs from the imprint of the time stamp.";
    DATA_FITS_CANONICAL = "data-fits-canonical", "送验的 XML 文件按规范形式与时间戳所载一致；注释以及标记内的空白不在规范形式之内，未予比对。", "The XML handed in equals what the time stamp is over in its canonical form; comments and the white space within tags are not part of that form and were not compared.";
    DATA_FITS = "data-fits", "所提交的数据与时间戳所载校验值一致。", "The data handed in equals the imprint of the time stamp.";
    NO_DATA = "no-data", "未提交数据，仅核验时间戳本身。", "No data was handed in; the time stamp alone was checked.";
    TOKEN_RULE = "token-rule", "{rule}（{clause}）{detail}", "{rule} ({clause}) {detail}";
    DIGEST_NOT_USED = "digest-not-used", "所给校验值仅用于核验单独的时间戳，本次未予核对。", "The digest given serves a bare time stamp only; it was not compared.";
    // log
    LOG_ENTRY = "log-entry", "第 {seal} 次固化已登记于本处登记日志（第 {index} 号，登记簿规模 {size}）。", "Seal {seal} stands in the office log (entry {index} of {size}).";
    LOG_KEY_UNKNOWN = "log-key-unknown", "本处登记日志的密钥不在信任文件内，签名无法核验。", "The key of the office log is not in the trust file; its signature cannot be checked.";
    LOG_BROKEN = "log-broken", "第 {seal} 次固化的登记证明不成立：{why}", "The log proof of seal {seal} does not hold: {why}";
    LOG_OWN_RECORD = "log-own-record", "登记日志系本处自行记录，尚无外部见证。", "The log is the office’s own record; no outside witness has signed it.";
    LOG_WITNESSED = "log-witnessed", "{witness}（外部见证人）已于 {time} 见证该登记日志的检查点。", "{witness}, a witness outside the office, signed this checkpoint of the log at {time}.";
    LOG_WITNESS_UNKNOWN = "log-witness-unknown", "登记日志检查点另有 {count} 个签名，其见证人不在信任文件内，未予核验。", "The checkpoint of the log has {count} further signatures by witnesses that are not in the trust file; they were not checked.";
    LOG_WITNESS_BROKEN = "log-witness-broken", "登记日志检查点上所载 {witness} 的见证签名不成立。", "The signature of the witness {witness} on the checkpoint of the log does not hold.";
    // anchors
    ANCHOR_COVERS = "anchor-covers", "第 {anchor} 号锚定（{rail}，{network}）涵盖第 {seals} 次固化。", "Anchoring {anchor} ({rail}, {network}) covers seal {seals}.";
    ANCHOR_COVERS_NOTHING = "anchor-covers-nothing", "第 {anchor} 号锚定不涵盖本证据包的任何一次固化。", "Anchoring {anchor} covers no seal of this package.";
    ANCHOR_PATH = "anchor-path", "{member} 不能将固化记录连至被锚定的根值：{why}", "{member} does not lead from the seal to the root that was anchored: {why}";
    ANCHOR_OVERSEAS = "anchor-overseas", "第 {anchor} 号锚定使用境外公有链，无境内备案，仅作辅助印证。", "Anchoring {anchor} uses a public chain abroad without a filing in mainland China; it corroborates only.";
    ANCHOR_CANONICAL = "anchor-canonical", "第 {anchor} 号锚定：根值在 {network} 第 {height} 号区块（{block}）内，并与信任文件所载检查点或者验证人相连；区块时间 {time}。", "Anchoring {anchor}: the root stands in block {height} of {network} ({block}), which leads to checkpoints or validators of the trust file; block time {time}.";
    ANCHOR_QUORUM_UNPINNED = "anchor-quorum-unpinned", "第 {anchor} 号锚定：根值在 {network} 第 {height} 号区块内，签名已达法定数，但签名的验证人不在信任文件内。", "Anchoring {anchor}: the root stands in block {height} of {network}, signed by a quorum of validators that are not in the trust file.";
    ANCHOR_POW_ONLY = "anchor-pow-only", "第 {anchor} 号锚定：根值在 {network} 第 {height} 号区块（{block}）内，该区块仅有工作量可查，尚未与信任文件所载检查点相连。", "Anchoring {anchor}: the root stands in block {height} of {network} ({block}), of which only the work can be checked; it leads to no checkpoint of the trust file yet.";
    ANCHOR_INCLUSION_ONLY = "anchor-inclusion-only", "第 {anchor} 号锚定：根值在所附的 {network} 第 {height} 号区块内；该区块是否属于该网络，离线无法核验。", "Anchoring {anchor}: the root stands in the block {height} of {network} that is attached; whether that block belongs to the network cannot be checked offline.";
    ANCHOR_PENDING = "anchor-pending", "第 {anchor} 号锚定：已提交，尚无可以离线核验的凭据。", "Anchoring {anchor}: submitted; there is nothing yet that could be checked offline.";
    ANCHOR_FAILED = "anchor-failed", "第 {anchor} 号锚定的凭据不成立（{network}）。", "The receipt of anchoring {anchor} does not hold ({network}).";
    PLATFORM_RECEIPT = "platform-receipt", "第 {anchor} 号：{rail} 出具的平台回执，仅为该平台的陈述，不能离线核验。", "Number {anchor}: a platform receipt of {rail}. It is that platform’s statement alone and cannot be checked offline.";
    // bare OpenTimestamps proofs
    OTS_MALFORMED = "ots-malformed", "该文件不是完好的 OpenTimestamps 证明：{why}", "The file is not a sound OpenTimestamps proof: {why}";
    OTS_NO_DATA = "ots-no-data", "未提交数据，仅核验证明本身；其所载 {algorithm} 值为 {digest}。", "No data was handed in; the proof alone was checked. Its {algorithm} is {digest}.";
    OTS_DATA_FITS = "ots-data-fits", "{name} 与证明所载的 {algorithm} 值一致。", "{name} equals the {algorithm} of the proof.";
    OTS_DATA_DIFFERS = "ots-data-differs", "{name} 与证明所载的 {algorithm} 值不一致。", "{name} differs from the {algorithm} of the proof.";
    OTS_WEAK_DIGEST = "ots-weak-digest", "该证明以 {algorithm} 计算文件校验值；此算法已知可以构造出相同校验值的不同文件。", "The proof takes the file by its {algorithm}, for which different files of one digest are known.";
    OTS_DATA_UNREADABLE = "ots-data-unreadable", "{name} 无法读取。", "{name} cannot be read.";
    HEADERS_MALFORMED = "headers-malformed", "所提交的区块头不是首尾相连的：{why}", "The block headers handed in are not a linked run: {why}";
    // why, of receipts
    PAYLOAD_DIFFERS = "payload-differs", "凭据所锚定的不是该根值。", "The receipt is for another root.";
    NETWORK_DIFFERS = "network-differs", "凭据属于另一个网络。", "The receipt belongs to another network.";
    RECEIPT_UNREAD = "receipt-unread", "凭据不符合格式：{why}", "The receipt does not follow its format: {why}";
    HEADERS_UNREAD = "headers-unread", "所附区块头不是首尾相连的：{why}", "The attached block headers are not a linked run: {why}";
    OTS_UNREAD = "ots-unread", "所附 OpenTimestamps 证明不完好：{why}", "The attached OpenTimestamps proof is not sound: {why}";
    OTS_PENDING = "ots-pending", "日历服务器 {calendar} 承诺入块，尚未兑现于本证明。", "The calendar {calendar} has promised a block; this proof does not hold it yet.";
    OTS_UNKNOWN = "ots-unknown", "证明中有未知种类（{tag}）的声明，未予核验。", "The proof has an attestation of an unknown kind ({tag}); it was not checked.";
    OTS_NO_ATTESTATION = "ots-no-attestation", "证明中没有任何声明。", "The proof has no attestation.";
    BITCOIN_HEADER = "bitcoin-header", "缺少第 {height} 号区块的区块头，无法离线核验。", "The header of block {height} is not at hand; it cannot be checked offline.";
    BITCOIN_ROOT = "bitcoin-root", "第 {height} 号区块的交易根与证明不一致。", "The transactions root of block {height} differs from the proof.";
    BITCOIN_LINKED = "bitcoin-linked", "经 {links} 个首尾相连的区块头连至检查点；区块时间由出块人填写，误差可达两小时。", "It leads to a checkpoint over {links} linked headers; block times are set by miners and may be two hours off.";
    BITCOIN_HEIGHT = "bitcoin-height", "证明自称的高度为 {claimed}，以检查点推算的高度为准。", "The proof claims height {claimed}; the height that follows from the checkpoint governs.";
    BITCOIN_WORK = "bitcoin-work", "该区块的工作量约为 2 的 {bits} 次方次散列计算，其后另有 {above} 个区块；仿造须付出同等的计算。", "The work of this block is about 2^{bits} hashes, and {above} blocks follow it; a forger would have to spend as much.";
    BITCOIN_FEW_ABOVE = "bitcoin-few-above", "其后仅有 {above} 个区块，少于通常要求的六次确认。", "Only {above} blocks follow it, fewer than the six confirmations that are usual.";
    BITCOIN_WORK_LACKING = "bitcoin-work-lacking", "区块头不具备其自称的工作量。", "The header lacks the work it claims.";
    EVM_TRANSACTION = "evm-transaction", "凭据所载交易无法读取，或者其签名不成立：{reason}", "The transaction in the receipt cannot be read, or its signature does not hold: {reason}";
    EVM_OTHER_CHAIN = "evm-other-chain", "凭据所载交易属于另一条链（链标识 {found}）。", "The transaction in the receipt is for another chain (chain id {found}).";
    EVM_OTHER_PAYLOAD = "evm-other-payload", "凭据所载交易写入的不是该根值。", "The transaction in the receipt carries something else than this root.";
    EVM_HEADER = "evm-header", "凭据所载区块头不符合格式：{reason}", "A block header in the receipt does not follow its format: {reason}";
    EVM_LINK = "evm-link", "凭据所载第 {height} 号区块的区块头与前一区块头不相连。", "The header of block {height} in the receipt does not follow the one before it.";
    EVM_PATH = "evm-path", "所附路径不能将该交易连至区块头所载的交易根：{reason}", "The attached path does not lead from the transaction to the root in the block header: {reason}";
    EVM_OTHER_BLOCK = "evm-other-block", "凭据所载区块与信任文件（{pin}）所载同一高度的区块（{expected}）不一致。", "The block in the receipt is not the one that the trust file ({pin}) has at its height ({expected}).";
    EVM_OTHER_CONSENSUS = "evm-other-consensus", "凭据所称的签名方式与信任文件（{pin}）所载不同。", "The receipt claims another way of sealing than the trust file ({pin}) has.";
    EVM_NOT_SEALED = "evm-not-sealed", "区块未经信任文件（{pin}）所载验证人按规则签名：计得签名 {seals} 个，须有 {needed} 个。", "The validators of the trust file ({pin}) did not seal the block as the rule demands: {seals} seals were counted, {needed} are needed.";
    EVM_TOO_FEW_BLOCKS = "evm-too-few-blocks", "凭据所附区块内，信任文件（{pin}）所载签名人计有 {seals} 人签名，须有 {needed} 人；所附区块不足，尚不能据以认定。", "In the attached blocks {seals} signers of the trust file ({pin}) sealed and {needed} are needed; the blocks are too few to decide.";
    EVM_NO_SEALS = "evm-no-seals", "区块头内没有可以离线核验的验证人签名；仅凭区块头不能认定该区块属于该网络。", "The block header has no seals of validators that could be checked offline; by itself it does not show that the block belongs to the network.";
    EVM_SEALERS = "evm-sealers", "对区块签名的地址：{addresses}；仅凭这些签名，尚不能认定该区块属于该网络。", "Addresses that sealed the block: {addresses}; these seals alone do not show that the block belongs to the network.";
    EVM_SENDER = "evm-sender", "交易由账户 {address} 签名；账户由何人控制，未予核验。", "The transaction is signed by the account {address}; who controls it was not checked.";
    FISCO_TRANSACTION = "fisco-transaction", "凭据所载交易不符合 FISCO BCOS 交易的格式。", "The transaction in the receipt does not follow the format of FISCO BCOS.";
    FISCO_TRANSACTION_SIGNATURE = "fisco-transaction-signature", "凭据所载交易的签名不成立。", "The signature of the transaction in the receipt does not hold.";
    FISCO_PAYLOAD = "fisco-payload", "凭据所载交易写入的不是该根值。", "The transaction in the receipt carries something else than this root.";
    FISCO_HEADER = "fisco-header", "凭据所载区块头不符合 FISCO BCOS 区块头的格式。", "The block header in the receipt does not follow the format of FISCO BCOS.";
    FISCO_PATH = "fisco-path", "所附路径不能将该交易连至区块头所载的交易根。", "The attached path does not lead from the transaction to the root in the block header.";
    FISCO_LIMIT = "fisco-limit", "区块高度超过该交易自身所载的上限（blockLimit）。", "The height of the block is above the limit that the transaction sets itself (blockLimit).";
    FISCO_SEALER = "fisco-sealer", "所附签名指向第 {sealer} 号共识节点，区块头内没有该节点，或者该节点重复签名。", "A signature names sealer {sealer}, which the block header does not have or which signed already.";
    FISCO_SIGNATURE = "fisco-signature", "第 {sealer} 号共识节点对区块头的签名不成立。", "The signature of sealer {sealer} over the block header does not hold.";
    FISCO_BELOW_QUORUM = "fisco-below-quorum", "区块头所载共识节点的签名计 {given} 票，须有 {needed} 票。", "Sealers of the block header with {given} votes signed; {needed} are needed.";
    FISCO_PIN_BELOW_QUORUM = "fisco-pin-below-quorum", "信任文件（{pin}）所载共识节点的签名计 {given} 票，须有 {needed} 票。", "Sealers of the trust file ({pin}) with {given} votes signed; {needed} are needed.";
    FISCO_PIN_UNUSABLE = "fisco-pin-unusable", "信任文件（{pin}）所载共识节点名单及票数自相矛盾，未予采用。", "The sealers and votes of the trust file ({pin}) contradict themselves; they were not used.";
    FISCO_UNPINNED = "fisco-unpinned", "信任文件未载明该群组的共识节点。", "The trust file names no sealers of this group.";
    FISCO_SEALERS_DIFFER = "fisco-sealers-differ", "区块头所载共识节点名单及票数与信任文件（{pin}）不同；认定以信任文件所载节点的签名为据。", "Sealers and votes in the block header differ from the trust file ({pin}); the signatures of those in the trust file decided.";
    FISCO_SENDER = "fisco-sender", "交易由账户 {address} 签名；账户由何人控制，未予核验。", "The transaction is signed by the account {address}; who controls it was not checked.";
    FABRIC_BLOCK = "fabric-block", "凭据所载区块不符合 Fabric 区块的格式：{reason}", "The block in the receipt does not follow the format of Fabric: {reason}";
    FABRIC_NO_TRANSACTION = "fabric-no-transaction", "凭据所指位置上没有交易。", "There is no transaction at the place in the block that the receipt names.";
    FABRIC_TRANSACTION = "fabric-transaction", "凭据所载交易不成立：{reason}", "The transaction in the receipt does not hold: {reason}";
    FABRIC_OTHER_CHANNEL = "fabric-other-channel", "凭据所载交易属于另一通道（{found}）。", "The transaction in the receipt is for another channel ({found}).";
    FABRIC_OTHER_PAYLOAD = "fabric-other-payload", "凭据所载交易写入的不是该根值。", "The transaction in the receipt carries something else than this root.";
    FABRIC_SIGNATURES = "fabric-signatures", "区块内排序节点的签名无法读取：{reason}", "The signatures of the orderers in the block cannot be read: {reason}";
    FABRIC_UNSIGNED = "fabric-unsigned", "区块没有成立的排序节点签名，信任文件也未载明该区块。", "No signature of an orderer on the block holds, and the trust file does not have the block.";
    FABRIC_OTHER_BLOCK = "fabric-other-block", "凭据所载区块与信任文件（{pin}）所载同一高度的区块（{expected}）不一致。", "The block in the receipt is not the one that the trust file ({pin}) has at its height ({expected}).";
    FABRIC_OTHER_ORDERER = "fabric-other-orderer", "信任文件（{pin}）所载排序机构的签名计 {found} 个，须有 {needed} 个。", "Orderers of the trust file ({pin}) signed {found} times; {needed} are needed.";
    FABRIC_OTHER_ENDORSER = "fabric-other-endorser", "信任文件（{pin}）所载背书机构计有 {found} 家背书，须有 {needed} 家。", "{found} organisations of the trust file ({pin}) endorsed; {needed} are needed.";
    FABRIC_FLAGGED = "fabric-flagged", "记账节点对该交易的标记为 {code}（非有效）；该标记不受任何签名保护。", "The peer’s note on the transaction is {code}, which is not valid; no signature covers that note.";
    FABRIC_NO_TIME = "fabric-no-time", "该网络的区块不载时间，本凭据不证明时间。", "Blocks of this network have no time; the receipt proves none.";
    FABRIC_CLAIMED_TIME = "fabric-claimed-time", "交易创建人自称的时间为 {time}，未经任何第三方确认。", "The creator of the transaction claims the time {time}; nobody else has confirmed it.";
    FABRIC_CHAINCODE = "fabric-chaincode", "交易调用的链码为 {name}。", "The transaction calls the chaincode {name}.";
    FABRIC_CREATOR = "fabric-creator", "交易创建人：{msp}，证书主体 {subject}，证书有效期 {not-before} 至 {not-after}；证书未经核验。", "Creator of the transaction: {msp}, certificate of {subject}, valid from {not-before} to {not-after}; the certificate was not verified.";
    FABRIC_ORDERER = "fabric-orderer", "对区块签名的排序节点：{msp}，证书主体 {subject}，证书有效期 {not-before} 至 {not-after}。", "Orderer that signed the block: {msp}, certificate of {subject}, valid from {not-before} to {not-after}.";
    FABRIC_ENDORSER = "fabric-endorser", "对交易背书的节点：{msp}，证书主体 {subject}，证书有效期 {not-before} 至 {not-after}。", "Peer that endorsed the transaction: {msp}, certificate of {subject}, valid from {not-before} to {not-after}.";
    // journal
    JOURNAL_LINKS = "journal-links", "保管链日志摘录首尾相连，并与固化记录所载日志状态相符（共 {count} 条）。", "The journal extract links from end to end and meets the state named by the seals ({count} entries).";
    JOURNAL_BROKEN = "journal-broken", "保管链日志摘录与第 {seal} 次固化所载日志状态不符。", "The journal extract does not meet the state named by seal {seal}.";
    JOURNAL_TAIL = "journal-tail-unprotected", "最后一次固化之后的 {count} 条日志仅受交付时间戳保护，而本交付件没有有效的交付时间戳。", "The {count} journal entries after the last seal are held by the delivery’s time stamp alone, and this delivery has no valid one.";
    JOURNAL_MALFORMED = "journal-malformed", "保管链日志摘录不符合格式：{reason}", "The journal extract does not follow its format: {reason}";
    // signatures, paper
    SIGNATURE_HOLDS = "signature-holds", "签名 {field} 成立：签名人 {signer}，不晚于 {time} 已经签署（{level}），覆盖文件前 {octets} 字节。", "The signature {field} holds: by {signer}, made no later than {time} ({level}), over the first {octets} octets of the file.";
    SIGNATURE_HOLDS_UNDATED = "signature-holds-undated", "签名 {field} 成立：签名人 {signer}（{level}），覆盖文件前 {octets} 字节；签署时间未经时间戳证明。", "The signature {field} holds: by {signer} ({level}), over the first {octets} octets of the file; no time stamp proves when it was made.";
    SIGNATURE_BROKEN = "signature-broken", "签名 {field}（{signer}）不成立：{why}", "The signature {field} ({signer}) does not hold: {why}";
    SIGNATURE_UNDECIDED = "signature-undecided", "签名 {field}（{signer}）无法核验：{why}", "The signature {field} ({signer}) cannot be checked: {why}";
    SIGNATURE_STAMP_UNDECIDED = "signature-stamp-undecided", "签名 {field} 所附的时间戳无法核验，未予采信：{why}", "A time stamp on the signature {field} cannot be checked and is not relied on: {why}";
    DOCUMENT_STAMP_HOLDS = "document-stamp-holds", "存档时间戳 {field}（{signer}）成立：文件前 {octets} 字节不晚于 {time} 已经存在。", "The document time stamp {field} ({signer}) holds: the first {octets} octets of the file existed no later than {time}.";
    DOCUMENT_STAMP_BROKEN = "document-stamp-broken", "存档时间戳 {field}（{signer}）不成立：{why}", "The document time stamp {field} ({signer}) does not hold: {why}";
    DOCUMENT_STAMP_UNDECIDED = "document-stamp-undecided", "存档时间戳 {field}（{signer}）无法核验：{why}", "The document time stamp {field} ({signer}) cannot be checked: {why}";
    SIGNATURE_FURTHER = "signature-further", "{member} 第 {revision} 版增加了后续签名人的签名（{fields}），其他内容未改动。", "Revision {revision} of {member} adds the signature of a further signer ({fields}) and changes nothing else.";
    SIGNATURE_MAINTAINED = "signature-maintained", "{member} 第 {revision} 版仅增加了验证资料或者存档时间戳。", "Revision {revision} of {member} only adds validation data or a document time stamp.";
    SIGNATURE_CHANGED_AFTER = "signature-changed-after", "{member} 签署后被改动（第 {revision} 版）：{what_zh}（对象 {object}）。", "{member} was changed after it was signed (revision {revision}): {what_en} (object {object}).";
    SIGNATURE_CHANGED_MORE = "signature-changed-more", "{member} 第 {revision} 版另有 {count} 处改动。", "Revision {revision} of {member} has {count} further changes.";
    SIGNATURE_OCTETS_AFTER = "signature-octets-after", "{member} 最后一次签署之后另有 {count} 字节，不属于任何可以核验的更新。", "{member} has {count} octets after what was signed that belong to no update which can be checked.";
    SIGNATURE_NOT_PERMITTED = "signature-not-permitted", "{member} 第 {revision} 版增加了签名，而先前的签名人不允许再作任何改动。", "Revision {revision} of {member} adds a signature although the first signer permits no change.";
    SIGNATURE_UNREADABLE = "signature-unreadable", "{member} 的签名无法读取：{reason}", "The signatures of {member} cannot be read: {reason}";
    SIGNATURE_CARRIED = "signature-carried", "{member} 由证据记录或者存档时间戳续期：不晚于 {time} 已经存在，其签名及签名所附时间戳按该时点或者更早的时间戳核验。", "{member} is carried by an evidence record or an archive time stamp: it existed no later than {time}, and its signatures and their time stamps are judged as of then, or of an earlier stamp.";
    DETACHED_HOLDS = "detached-signature-holds", "独立签名 {name} 成立：签名人 {signer}，算法 {algorithm}，所签即本文件全部 {octets} 字节，不晚于 {time} 已经签署。", "The detached signature {name} holds: by {signer} ({algorithm}), over exactly the {octets} octets of this file, made no later than {time}.";
    DETACHED_HOLDS_UNDATED = "detached-signature-holds-undated", "独立签名 {name} 成立：签名人 {signer}，算法 {algorithm}，所签即本文件全部 {octets} 字节；签署时间未经时间戳证明。", "The detached signature {name} holds: by {signer} ({algorithm}), over exactly the {octets} octets of this file; no time stamp proves when it was made.";
    DETACHED_EARLIER = "detached-signature-earlier", "独立签名 {name} 成立：签名人 {signer}，算法 {algorithm}，所签为本文件前 {octets} 字节；其后仅附加了验证资料、存档时间戳或者后续签名。", "The detached signature {name} holds: by {signer} ({algorithm}), over the first {octets} octets of this file; since then only validation data, time stamps or further signatures were appended.";
    DETACHED_CHANGED_AFTER = "detached-signature-changed-after", "独立签名 {name}（{signer}，{algorithm}）所签为本文件前 {octets} 字节；其后的更新无法认定未改动内容。", "The detached signature {name} ({signer}, {algorithm}) is over the first {octets} octets of this file; what was appended since may have changed it.";
    DETACHED_BROKEN = "detached-signature-broken", "独立签名 {name}（{signer}，{algorithm}）对本文件不成立：{why}", "The detached signature {name} ({signer}, {algorithm}) does not hold over this file: {why}";
    DETACHED_STAMP_BROKEN = "detached-stamp-broken", "独立签名 {name} 所附的时间戳不成立：{why}", "The time stamp on the detached signature {name} does not hold: {why}";
    DETACHED_UNDECIDED = "detached-signature-undecided", "独立签名 {name}（{signer}，{algorithm}）无法核验：{why}", "The detached signature {name} ({signer}, {algorithm}) cannot be checked: {why}";
    DETACHED_UNREADABLE = "detached-signature-unreadable", "独立签名 {name} 无法读取：{reason}", "The detached signature {name} cannot be read: {reason}";
    DETACHED_NOT_USED = "detached-signature-not-used", "所提供的独立签名仅用于核验 PDF 文书，未予核验。", "Detached signatures are checked for a PDF only; what was given was not looked at.";
    UNSIGNED = "unsigned", "回执未经电子签名：其印刷文字本身未受保护，以所附固化记录为准。", "The receipt bears no electronic signature: its printed text is not protected; the attached seals govern.";
    OFFICE_UNVERIFIED = "office-unverified", "出具机构名称“{office}”系自行填写，身份未核验。", "The office name “{office}” is self-declared; its identity is not verified.";
    CERTIFICATE_DIFFERS = "certificate-differs", "{member} 所附 {attachment} 与本证据包不一致。", "{attachment} attached to {member} differs from this package.";
    CERTIFICATE_UNREADABLE = "certificate-unreadable", "{member} 的附件无法读取：{reason}", "The attachments of {member} cannot be read: {reason}";
    CERTIFICATE_ATTACHMENTS = "certificate-attachments", "{member} 所附 {count} 份证明文件与本证据包一致。", "{count} proofs attached to {member} equal those of this package.";
    // web archives
    WACZ_MATCHES = "wacz-matches", "{archive}：{members} 个成员、{records} 条记录均与其自身所载校验值和索引一致。", "{archive}: {members} members and {records} records agree with its own digests and indexes.";
    WACZ_FAULT = "wacz-fault", "{archive} 的{what_zh}有误（{code}）：成员 {member}，记录 {record}，偏移 {offset}。{detail}", "{archive}: the {what_en} is at fault ({code}): member {member}, record {record}, offset {offset}. {detail}";
    WACZ_NOTE = "wacz-note", "{archive} 的{what_zh}与通行写法不同（{code}）：成员 {member}，记录 {record}，偏移 {offset}。{detail}", "{archive}: the {what_en} is written in an unusual way ({code}): member {member}, record {record}, offset {offset}. {detail}";
    WACZ_UNDECIDED = "wacz-undecided", "{archive} 的{what_zh}未能全部核验（{code}）：成员 {member}，记录 {record}，偏移 {offset}。{detail}", "{archive}: the {what_en} could not be checked whole ({code}): member {member}, record {record}, offset {offset}. {detail}";
    WACZ_ALONE = "wacz-alone", "网页存档所载采集时间、来源地址和采集过程均系其自身所载，仅凭存档不能证明：其中没有固化记录和时间戳。", "Time, address and course of the capture are what the web archive says of itself; the archive alone does not prove them: it holds no seal and no time stamp.";
    WACZ_FOREIGN = "wacz-foreign", "{archive} 并非由本程序采集形成，按 WACZ 通行标准核验。", "{archive} was not made by this program; it was checked by the standard of WACZ.";
    WACZ_DATA_MATCHES = "wacz-data-matches", "所提交的文件 {name} 与存档内 {place} 一致。", "The file {name} handed in equals {place} in the archive.";
    WACZ_DATA_UNKNOWN = "wacz-data-unknown", "所提交的文件 {name} 与存档内任何成员或者记录均不一致。", "The file {name} handed in equals no member and no record of the archive.";
    CAPTURE_MADE = "capture-made", "{archive} 载明：以 {browser} 打开 {url}，自 {started} 至 {ended}（设备时间）；{how_zh}。", "{archive} states: {browser} opened {url}, from {started} to {ended} (device clock); {how_en}.";
    CAPTURE_WHOLE = "capture-whole", "{archive} 载明采集完整：网络往来 {archived}／{exchanged}，页面请求 {answered}／{requested}，引用资源 {captured}／{referred}。", "{archive} states a complete capture: exchanges {archived} of {exchanged}, requests {answered} of {requested}, references {captured} of {referred}.";
    CAPTURE_PARTIAL = "capture-partial", "{archive} 采集不完整（PARTIAL）：网络往来 {archived}／{exchanged}，页面请求 {answered}／{requested}，引用资源 {captured}／{referred}。{reasons_zh}", "{archive} is PARTIAL: exchanges {archived} of {exchanged}, requests {answered} of {requested}, references {captured} of {referred}. {reasons_en}";
    CAPTURE_DEVIATION = "capture-deviation", "{archive} 采集时浏览器的运行方式与通常不同：{what_zh}。", "{archive}: the browser ran otherwise than usual: {what_en}.";
    CAPTURE_MASKED = "capture-masked", "{archive} 系遮盖件：{records} 条记录中口令、Cookie 等内容共 {places} 处以“*”遮盖，与遮盖清单一致；{unsearched} 条记录未能检索。未遮盖的原文另行留存。", "{archive} is a masked copy: {places} places in {records} records (passwords, cookies and the like) read “*”, as its list of masks says; {unsearched} records could not be searched. The original is kept elsewhere.";
    CAPTURE_COUNTS_DIFFER = "capture-counts-differ", "{archive} 自称{what_zh} {stated} 次，实有 {found} 次。", "{archive} states {stated} {what_en}; {found} are there.";
    CAPTURE_MALFORMED = "capture-malformed", "{archive} 的成员 {member} 不符合格式：{reason}", "{archive}: member {member} does not follow its format: {reason}";
    CAPTURE_UNDECIDED = "capture-undecided", "{archive} 的成员 {member} 未能核验：{reason}", "{archive}: member {member} could not be checked: {reason}";
    CAPTURE_CLEANLINESS = "capture-cleanliness", "{archive} 所依据的采集前清洁性检查记录即第 {report} 项。", "{archive} rests on the cleanliness report before the capture that is item {report}.";
    CAPTURE_CLEANLINESS_ELSEWHERE = "capture-cleanliness-elsewhere", "{archive} 所依据的采集前清洁性检查记录不在本次固化之内。", "{archive} rests on a cleanliness report before the capture that is not in this seal.";
    OPERATIONS_LINKED = "operations-linked", "{archive} 的操作记录共 {count} 条，首尾相连；其中 {masked} 处因遮盖无法核对衔接。", "{archive}: the {count} lines of the operation log link from end to end; {masked} links cannot be followed for masks.";
    OPERATIONS_BROKEN = "operations-broken", "{archive} 的操作记录在第 {line} 行中断：{reason}", "{archive}: the operation log breaks at line {line}: {reason}";
    REDACTIONS_DIFFER = "redactions-differ", "{archive} 的遮盖清单与内容不符：{reason}", "{archive}: the list of masks differs from the content: {reason}";
    // cleanliness
    CLEANLINESS = "cleanliness", "第 {item} 项系{phase_zh}清洁性检查记录：正常 {normal} 项，异常 {abnormal} 项，未能检查 {not_checked} 项。", "Item {item} is the report of the clean-environment check {phase_en}: {normal} normal, {abnormal} abnormal, {not_checked} not checked.";
    CLEANLINESS_MALFORMED = "cleanliness-malformed", "第 {item} 项自称清洁性检查记录，但不符合格式：{reason}", "Item {item} calls itself a report of a clean-environment check and does not follow its format: {reason}";
    // not checked
    NOT_CHECKED_REVISION = "not-checked-revision", "未核验其后是否另有新的版本。", "Whether a later revision exists was not checked.";
    STATUS_ISSUED = "status-issued", "据本处 {at} 的状态清单，文书 {document} 至该时未经说明、更正或者撤销。", "By the office’s status list of {at}, document {document} had not been explained, corrected or withdrawn.";
    STATUS_EXPLAINED = "status-explained", "据本处 {at} 的状态清单，文书 {document} 已经说明或者补正，见 {by}。", "By the office’s status list of {at}, document {document} was explained or supplemented by {by}.";
    STATUS_CORRECTED = "status-corrected", "据本处 {at} 的状态清单，文书 {document} 已经更正，见 {by}。", "By the office’s status list of {at}, document {document} was corrected by {by}.";
    STATUS_WITHDRAWN = "status-withdrawn", "据本处 {at} 的状态清单，文书 {document} 已被撤销，见 {by}。", "By the office’s status list of {at}, document {document} was withdrawn by {by}.";
    STATUS_NOT_LISTED = "status-not-listed", "状态清单 {name} 未载本材料。", "The status list {name} does not name this material.";
    STATUS_LIST_UNTRUSTED = "status-list-untrusted", "状态清单 {name} 的签名公钥不在信任文件之内，未予采信。", "The status list {name} is signed by no key of the trust file, and was not relied on.";
    STATUS_LIST_BROKEN = "status-list-broken", "状态清单 {name} 签名不符或者格式有误，未予采信：{why}", "The status list {name} does not hold, and was not relied on: {why}";
    NOT_CHECKED_TRUTH = "not-checked-truth", "未核验内容是否真实、由何人形成。", "Whether the content is true, and who made it, was not checked.";
    NOT_CHECKED_REVOCATION_SINCE = "not-checked-revocation-since", "吊销信息早于时间戳；未核验其后时间戳证书是否被吊销。", "Revocation data are older than the time stamp; whether its certificates were revoked later was not checked.";
    NOT_CHECKED_REVOCATION = "not-checked-revocation", "未核验时间戳证书的吊销状态（材料中没有吊销信息）。", "Revocation of the time-stamping certificates was not checked (no revocation data is at hand).";
    NOT_CHECKED_SIGNER_REVOCATION = "not-checked-signer-revocation", "未核验签名证书的吊销状态（材料中没有签署之后的吊销信息）。", "Revocation of the signing certificates was not checked (no revocation data from after the signing is at hand).";
    NOT_CHECKED_PRINTED_TEXT = "not-checked-printed-text", "未核对回执印刷文字与所附数据是否逐字一致。", "The printed text of the receipt was not compared word by word with the attached data.";
    NOT_CHECKED_LATER = "not-checked-later", "未提供状态清单，或者所提供的未载本材料、不能采信：未核验其后是否另有说明、更正、撤销或者新的版本。", "No status list that speaks of this was supplied: whether a later explanation, correction, withdrawal or revision exists was not checked.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fidem_anchor::REMARKS;

    use super::*;

    /// The parameters that a sentence names.
    fn named(text: &str) -> BTreeSet<&str> {
        let parts = text.split('{').skip(1);
        parts.filter_map(|p| Some(p.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_remark_of_a_judge_has_a_sentence_that_its_parameters_fill() {
        for (code, params) in REMARKS {
            let entry = CATALOGUE.iter().find(|(known, ..)| known == code);
            let (_, chinese, english) = entry.unwrap_or_else(|| panic!("{code} has no sentence"));
            for name in named(chinese).union(&named(english)) {
                let given = params.contains(name) || *name == "anchor";
                assert!(given, "{code}: {name} is not given");
            }
            for param in *params {
                assert!(
                    named(english).contains(param),
                    "{code}: {param} is not said"
                );
            }
        }
    }

    #[test]
    fn codes_are_unique_and_both_languages_take_the_same_parameters() {
        let names = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|p| p.split_once('}').map(|(n, _)| n.to_owned()))
                .map(|n| n.replace("_zh", "").replace("_en", ""))
                .collect();
            found.sort();
            found
        };
        for (i, (code, chinese, english)) in CATALOGUE.iter().enumerate() {
            assert_eq!(names(chinese), names(english), "{code}");
            assert!(
                CATALOGUE[..i].iter().all(|(other, ..)| other != code),
                "{code}"
            );
        }
    }
}
