//! Sentences for records of work: what is missing, and what speaks against a phone.

/// Name of a kind.
pub fn kind(kind: &str, zh: bool) -> &'static str {
    match (kind, zh) {
        ("onsite", true) => "现场记录",
        ("onsite", false) => "On-site record",
        ("phone", true) => "手机取证记录",
        ("phone", false) => "Phone record",
        (_, true) => "继续办理理由",
        (_, false) => "Reason for going on",
    }
}

/// What is to be said of material that went through a chat.
pub fn forwarded(zh: bool) -> &'static str {
    match zh {
        true => "可能被压缩：疑经聊天软件转发；请用数据线自原设备取得原文件。",
        false => {
            "may have been compressed anew: it seems to have been passed on through a chat; take the original by cable from the device."
        }
    }
}

/// Whether a finding is more than something that was not looked at.
pub fn grave(code: &str) -> bool {
    matches!(code, "app-certificate-differs" | "rooted")
}

/// The sentence of a code; the code itself when it has none.
pub fn code(code: &str, zh: bool) -> &str {
    let found = TABLE.iter().find(|(known, ..)| *known == code);
    found.map_or(
        code,
        |(_, chinese, english)| if zh { chinese } else { english },
    )
}

static TABLE: &[(&str, &str, &str)] = &[
    (
        "began",
        "开始时间未填，或者不是时间",
        "no time of beginning",
    ),
    ("ended", "结束时间未填，或者不是时间", "no time of ending"),
    (
        "ended-before-began",
        "结束早于开始",
        "it ended before it began",
    ),
    ("place", "地点未填", "no place"),
    ("persons", "在场人员未填", "nobody is named as present"),
    (
        "office-person",
        "未载明本处在场人员",
        "nobody of the office is named as present",
    ),
    (
        "two-office-persons",
        "现场取得的，须有本处两名工作人员在场",
        "what was obtained on site takes two persons of the office",
    ),
    ("device", "设备未填", "no device"),
    ("network", "网络接入方式未填", "no network access"),
    ("steps", "操作步骤未填", "no steps"),
    ("items", "未载明所得文件", "no items"),
    (
        "under-seal",
        "封存编号未填，也未注明未封存",
        "neither seal numbers nor that nothing was sealed",
    ),
    ("signatories", "签名人未填", "nobody signs"),
    (
        "second-person",
        "待第二人确认（fidem record confirm）",
        "waits for a second person (fidem record confirm)",
    ),
    ("reason", "理由未填", "no reason"),
    (
        "captures",
        "没有需要说明理由的取证",
        "no capture wants a reason",
    ),
    ("make", "设备品牌未填", "no make"),
    ("model", "设备型号未填", "no model"),
    (
        "serial-or-imei",
        "序列号、IMEI 均未填",
        "neither serial number nor IMEI",
    ),
    (
        "os",
        "操作系统及版本未填",
        "no operating system and version",
    ),
    (
        "app-package",
        "应用包名未填",
        "no package of the application",
    ),
    (
        "app-version",
        "应用版本未填",
        "no version of the application",
    ),
    (
        "app-install-source",
        "应用安装来源未填",
        "no source of the application",
    ),
    (
        "app-signing",
        "应用签名证书 SHA-256 格式不符",
        "the signing certificate’s SHA-256 is none",
    ),
    (
        "app-expected",
        "预期的签名证书 SHA-256 格式不符",
        "the expected SHA-256 is none",
    ),
    ("operated-by", "操作人未填", "nobody is named as operating"),
    (
        "original-carrier",
        "原始载体能否当庭出示、存于何处、由何人保管未填全",
        "not said of every item: can its original carrier be shown in court, where and with whom is it",
    ),
    (
        "app-certificate-differs",
        "应用签名证书与预期的不一致：可能并非官方应用",
        "the signing certificate is not the expected one: the application may not be its maker’s",
    ),
    (
        "app-certificate-not-read",
        "应用签名证书未读取",
        "the signing certificate was not read",
    ),
    (
        "rooted",
        "设备有 root 或者越狱迹象",
        "there are signs of root or jailbreak",
    ),
    (
        "root-not-checked",
        "root、越狱迹象未检",
        "signs of root or jailbreak were not looked for",
    ),
    (
        "onsite-record",
        "尚缺现场记录，完成前不能出具（fidem record onsite）",
        "an on-site record is wanted; nothing is issued before it is complete (fidem record onsite)",
    ),
    (
        "phone-record",
        "手机取证记录尚未完成（fidem record phone）",
        "a phone record is not complete (fidem record phone)",
    ),
    (
        "continuation-reason",
        "取证前检查存在异常，尚缺两人说明的继续办理理由，完成前不能出具（fidem record reason）",
        "the check before was abnormal; a reason of two persons is wanted, and nothing is issued before (fidem record reason)",
    ),
];
