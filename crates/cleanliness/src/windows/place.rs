//! System, roots, browser, security, storage.

use std::collections::BTreeMap;

use super::{dword, powershell, query, value};
use crate::browser::{Binary, Policies};
use crate::examination::Examination;
use crate::machine::Virtual;
use crate::processes::comma_separated;
use crate::roots::{Added, Roots};
use crate::security::{Antivirus, Boot};
use crate::storage::Disk;

const VERSION: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
const BIOS: &str = r"HKLM\HARDWARE\DESCRIPTION\System\BIOS";
/// Roots the user added; Windows itself puts none there.
const USER_ROOTS: &str = r"HKCU\SOFTWARE\Microsoft\SystemCertificates\Root\Certificates";
/// Roots put there by policy or by the enterprise.
const POLICY_ROOTS: &[&str] = &[
    r"HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\Root\Certificates",
    r"HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\Root\Certificates",
    r"HKCU\SOFTWARE\Policies\Microsoft\SystemCertificates\Root\Certificates",
];
/// Roots that are not part of Microsoft's own list, which lies in AuthRoot.
const MACHINE_ROOTS: &str = r"HKLM\SOFTWARE\Microsoft\SystemCertificates\ROOT\Certificates";
/// Roots that Windows itself keeps in the machine's store, by their names in the file system of the registry
/// (SHA-1 thumbprints of Microsoft's own, Symantec's and Thawte's time-stamping roots).
const MACHINE_USUAL: &[&str] = &[
    "CDD4EEAE6000AC7F40C3802C171E30148030C072",
    "8F43288AD272F3103B6FB1428485EA3014C0BCFE",
    "3B1EFD3A66EA28B16697394703A72CA340A05BD5",
    "18F7C1FCC3090203FD5BAA2F861A754976C8DD25",
    "245C97DF7514E7CF2DF8BE72AE957B9E04741E85",
    "7F88CD7223F3C813818C994614A89C99FA3B5247",
    "A43489159A520F0D93D032CCAF37E7FE20A8B419",
    "BE36A4562FB2EE05DBB3D32323ADF445084ED656",
];
const POLICIES: &[&str] = &[
    r"HKLM\SOFTWARE\Policies\Google\Chrome",
    r"HKCU\SOFTWARE\Policies\Google\Chrome",
    r"HKLM\SOFTWARE\Policies\Microsoft\Edge",
    r"HKCU\SOFTWARE\Policies\Microsoft\Edge",
    r"HKLM\SOFTWARE\Policies\Chromium",
    r"HKCU\SOFTWARE\Policies\Chromium",
];

/// Name, version, build, hardware.
pub(crate) fn system(x: &mut Examination<'_>) -> BTreeMap<&'static str, String> {
    let mut facts = BTreeMap::new();
    let version = query(x, VERSION, &[]).unwrap_or_default();
    let bios = query(x, BIOS, &[]).unwrap_or_default();
    let take = |keys, name| value(keys, name).map(str::to_owned);
    facts.extend(take(&version, "ProductName").map(|name| ("name", name)));
    facts.extend(take(&version, "DisplayVersion").map(|name| ("version", name)));
    let revision = value(&version, "UBR")
        .and_then(dword)
        .map(|ubr| format!(".{ubr}"))
        .unwrap_or_default();
    facts.extend(
        take(&version, "CurrentBuild").map(|build| ("build", format!("{build}{revision}"))),
    );
    facts.extend(take(&bios, "SystemManufacturer").map(|maker| ("maker", maker)));
    facts.extend(take(&bios, "SystemProductName").map(|model| ("model", model)));
    facts
}

/// By the names the firmware gives the machine.
pub(crate) fn virtualisation(x: &mut Examination<'_>) -> Virtual {
    let mut facts = Virtual::default();
    let bios = query(x, BIOS, &[]).unwrap_or_default();
    for name in ["SystemManufacturer", "SystemProductName"] {
        if let Some(text) = value(&bios, name) {
            facts.product(text);
        }
    }
    facts
}

/// The time zone's key, which has no language.
pub(crate) fn zone(x: &mut Examination<'_>) -> Option<String> {
    let keys = query(
        x,
        r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation",
        &[],
    )
    .ok()?;
    value(&keys, "TimeZoneKeyName").map(str::to_owned)
}

/// The integrity level of the process: high (S-1-16-12288) or above is an administrator at work.
pub(crate) fn privileged(x: &mut Examination<'_>) -> Option<bool> {
    let text = x.output("whoami", &["/groups", "/fo", "csv", "/nh"]).ok()?;
    let sids: Vec<String> = text
        .lines()
        .filter_map(|line| comma_separated(line).get(2).cloned())
        .collect();
    let level = sids
        .iter()
        .find_map(|sid| sid.strip_prefix("S-1-16-"))?
        .parse::<u32>()
        .ok()?;
    Some(level >= 12_288)
}

/// Roots of the user, of policies, and of the machine beyond Windows' own.
pub(crate) fn roots(x: &mut Examination<'_>) -> Roots {
    let mut facts = Roots::default();
    for place in std::iter::once(&USER_ROOTS).chain(POLICY_ROOTS) {
        let found = thumbprints(x, place, &mut facts);
        facts.added.extend(found);
    }
    let machine = thumbprints(x, MACHINE_ROOTS, &mut facts);
    let (usual, foreign): (Vec<Added>, Vec<Added>) = machine
        .into_iter()
        .partition(|added| MACHINE_USUAL.contains(&added.digest.as_str()));
    facts.usual = usual.len();
    facts.added.extend(foreign);
    facts
}

fn thumbprints(x: &mut Examination<'_>, place: &str, facts: &mut Roots) -> Vec<Added> {
    let Ok(keys) = query(x, place, &[]) else {
        facts.unreadable.push(place.to_owned());
        return Vec::new();
    };
    let names = keys.keys().filter_map(|key| key.rsplit('\\').next());
    let thumbprint = |name: &&str| name.len() == 40 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let added = |name: &str| Added {
        place: place.to_owned(),
        digest: name.to_uppercase(),
        subject: String::new(),
    };
    names.filter(thumbprint).map(added).collect()
}

/// By Authenticode.
pub(crate) fn binary(x: &mut Examination<'_>, path: &str) -> Binary {
    let quoted = path.replace('\'', "''");
    let expression = format!(
        "Get-AuthenticodeSignature -LiteralPath '{quoted}' | Select-Object \
         @{{n='Status';e={{[string]$_.Status}}}},@{{n='Signer';e={{$_.SignerCertificate.Subject}}}},\
         @{{n='Version';e={{(Get-Item -LiteralPath '{quoted}').VersionInfo.ProductVersion}}}} | ConvertTo-Json"
    );
    let found = powershell(x, &expression).unwrap_or_default();
    let field = |name: &str| {
        found
            .first()
            .and_then(|object| object[name].as_str())
            .map(str::to_owned)
    };
    let status = field("Status");
    Binary {
        origin: field("Signer").filter(|_| status.as_deref() == Some("Valid")),
        altered: status
            .filter(|status| status == "HashMismatch")
            .map(|_| path.to_owned())
            .into_iter()
            .collect(),
        version: field("Version"),
        digest: None,
    }
}

/// Any value under a policy key is a policy.
pub(crate) fn policies(x: &mut Examination<'_>) -> Policies {
    let mut facts = Policies::default();
    for place in POLICIES {
        match query(x, place, &["/s"]) {
            Ok(keys) => {
                let named = keys.iter().flat_map(|(key, values)| {
                    values.keys().map(move |name| format!("{key}\\{name}"))
                });
                facts.policies.extend(named);
            }
            Err(_) => facts.unreadable.push((*place).to_owned()),
        }
    }
    facts
}

/// Security Center's list. The second octet of `productState` is 0x10 when the program is on.
pub(crate) fn antivirus(x: &mut Examination<'_>) -> Option<Vec<Antivirus>> {
    let expression = "Get-CimInstance -Namespace root/SecurityCenter2 -ClassName AntiVirusProduct | \
                      Select-Object displayName,productState | ConvertTo-Json";
    let program = |object: serde_json::Value| Antivirus {
        name: object["displayName"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        signature_days: None,
        on: object["productState"]
            .as_u64()
            .map(|state| state & 0x1000 != 0),
    };
    Some(
        powershell(x, expression)?
            .into_iter()
            .map(program)
            .collect(),
    )
}

/// Secure boot by the registry; drivers by `driverquery`.
pub(crate) fn boot(x: &mut Examination<'_>) -> Boot {
    let key = r"HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State";
    let keys = query(x, key, &["/v", "UEFISecureBootEnabled"]).unwrap_or_default();
    let drivers = x.output("driverquery", &["/fo", "csv", "/nh"]).ok();
    let names = |text: String| {
        text.lines()
            .filter_map(|line| comma_separated(line).first().cloned())
            .collect()
    };
    Boot {
        secure: value(&keys, "UEFISecureBootEnabled")
            .and_then(dword)
            .map(|on| on == 1),
        modules: drivers.map(names),
        protection_off: None,
    }
}

fn volumes(x: &mut Examination<'_>) -> Option<Vec<serde_json::Value>> {
    let expression = "Get-CimInstance Win32_LogicalDisk | \
                      Select-Object DeviceID,DriveType,FreeSpace,VolumeSerialNumber | ConvertTo-Json";
    powershell(x, expression)
}

/// The volume of the profile; serial numbers of volumes.
pub(crate) fn disk(x: &mut Examination<'_>, profile: Option<&str>) -> Disk {
    let drive = profile
        .and_then(|path| path.get(..2))
        .unwrap_or("C:")
        .to_uppercase();
    let found = volumes(x).unwrap_or_default();
    let serial = |volume: &serde_json::Value| {
        Some(format!(
            "{} {}",
            volume["DeviceID"].as_str()?,
            volume["VolumeSerialNumber"].as_str()?
        ))
    };
    let own = found
        .iter()
        .find(|volume| volume["DeviceID"].as_str() == Some(&drive));
    Disk {
        free: own.and_then(|volume| volume["FreeSpace"].as_u64()),
        serials: found.iter().filter_map(serial).collect(),
    }
}

/// Drives of type 2.
pub(crate) fn removable(x: &mut Examination<'_>) -> Option<Vec<String>> {
    let found = volumes(x)?;
    let removable = found
        .iter()
        .filter(|volume| volume["DriveType"].as_u64() == Some(2));
    Some(
        removable
            .filter_map(|volume| volume["DeviceID"].as_str().map(str::to_owned))
            .collect(),
    )
}
