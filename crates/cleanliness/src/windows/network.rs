//! Names, proxies, adapters, routes, sockets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{dword, query, value};
use crate::check::Round;
use crate::examination::Examination;
use crate::names::{HostsFacts, hosts_entries};
use crate::processes::Listener;
use crate::proxy::{Interface, Setting};
use crate::routes::{Neighbour, Redirections, Route};

const TCPIP: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters";
const INTERNET: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings";
const ADAPTERS: &str =
    r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4D36E972-E325-11CE-BFC1-08002BE10318}";
const USUAL_FOLDER: &str = r"%SystemRoot%\System32\drivers\etc";

/// The hosts file, at the place the registry names.
pub(crate) fn hosts(x: &mut Examination<'_>, round: &Round<'_>) -> HostsFacts {
    let keys = query(x, TCPIP, &["/v", "DataBasePath"]).unwrap_or_default();
    let folder = value(&keys, "DataBasePath")
        .unwrap_or(USUAL_FOLDER)
        .to_owned();
    let moved = !folder
        .trim_end_matches('\\')
        .eq_ignore_ascii_case(USUAL_FOLDER);
    let root = round
        .environment
        .get("SystemRoot")
        .map_or(r"C:\Windows", String::as_str);
    let (first, rest) = folder.split_at(folder.rfind('%').map_or(0, |at| at + 1));
    let folder = if first.eq_ignore_ascii_case("%SystemRoot%") {
        format!("{root}{rest}")
    } else {
        folder.clone()
    };
    HostsFacts {
        entries: x
            .text(&format!(r"{folder}\hosts"))
            .ok()
            .map(|text| hosts_entries(&text)),
        own: round
            .environment
            .get("COMPUTERNAME")
            .cloned()
            .unwrap_or_default(),
        diversions: moved
            .then(|| format!("DataBasePath {folder}"))
            .into_iter()
            .collect(),
    }
}

/// Resolvers of all interfaces, given by hand or by DHCP.
pub(crate) fn resolvers(x: &mut Examination<'_>) -> Option<Vec<IpAddr>> {
    let keys = query(x, &format!(r"{TCPIP}\Interfaces"), &["/s"]).ok()?;
    let lists = keys
        .values()
        .flat_map(|values| [values.get("NameServer"), values.get("DhcpNameServer")]);
    let mut found: Vec<IpAddr> = lists
        .flatten()
        .flat_map(|list| list.split([',', ' ']))
        .filter_map(|address| address.parse().ok())
        .collect();
    found.sort();
    found.dedup();
    Some(found)
}

/// Settings of the user (used by the browsers) and of WinHTTP.
pub(crate) fn proxies(x: &mut Examination<'_>, found: &mut Vec<Setting>) -> bool {
    let keys = query(x, INTERNET, &[]);
    let user = keys.as_ref().map(|keys| {
        let on = value(keys, "ProxyEnable").and_then(dword) == Some(1);
        let server = value(keys, "ProxyServer").filter(|_| on);
        let script = value(keys, "AutoConfigURL").filter(|url| !url.is_empty());
        let pairs = [("ProxyServer", server), ("AutoConfigURL", script)];
        pairs.map(|(name, value)| value.map(|value| Setting::new(name, value)))
    });
    found.extend(user.into_iter().flatten().flatten());
    let winhttp = x.run("netsh", &["winhttp", "show", "proxy"]);
    found.extend(
        winhttp
            .as_ref()
            .ok()
            .and_then(|ran| winhttp_proxy(&ran.stdout)),
    );
    keys.is_ok() && winhttp.is_ok()
}

/// In any language the proxy stands after a colon as `host:port`; its absence leaves no such word.
fn winhttp_proxy(output: &[u8]) -> Option<Setting> {
    let text = String::from_utf8_lossy(output);
    let is_server = |word: &&str| {
        let last = word.split(';').next().unwrap_or_default();
        let (host, port) = last.rsplit_once(':').unwrap_or((last, ""));
        !host.is_empty() && port.parse::<u16>().is_ok()
    };
    text.split_whitespace()
        .find(is_server)
        .map(|word| Setting::new("netsh winhttp", word))
}

/// Adapters by what their drivers say they are.
pub(crate) fn interfaces(x: &mut Examination<'_>) -> Option<Vec<Interface>> {
    let keys = query(x, ADAPTERS, &["/s", "/v", "DriverDesc"]).ok()?;
    let names = keys.values().filter_map(|values| values.get("DriverDesc"));
    let found = names.map(|name| Interface {
        name: name.clone(),
        tunnel: is_tunnel(name),
    });
    Some(found.collect())
}

/// Microsoft's own WAN Miniports are part of every installation and carry nothing until dialled.
fn is_tunnel(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words = [
        "tap-",
        "wintun",
        "wireguard",
        "openvpn",
        "anyconnect",
        "fortinet",
        "vpn",
        "tun adapter",
        "sangfor",
        "tailscale",
        "zerotier",
    ];
    words.iter().any(|word| lower.contains(word)) && !lower.starts_with("wan miniport")
}

/// `route print -4`: five columns, the first three addresses; headings are in the user's language and are no routes.
pub(crate) fn routes(x: &mut Examination<'_>) -> Option<Vec<Route>> {
    let text = x.output("route", &["print", "-4"]).ok()?;
    Some(text.lines().filter_map(route).collect())
}

fn route(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [destination, mask, gateway, interface, _] = fields[..] else {
        return None;
    };
    let mask: Ipv4Addr = mask.parse().ok()?;
    Some(Route {
        destination: destination.parse().ok()?,
        prefix: u8::try_from(u32::from(mask).count_ones()).ok()?,
        // `On-link`, in the user's language, is no address.
        gateway: gateway.parse().ok(),
        interface: interface.to_owned(),
    })
}

/// `arp -a`: address and hardware address with hyphens.
pub(crate) fn neighbours(x: &mut Examination<'_>) -> Vec<Neighbour> {
    let text = x.output("arp", &["-a"]).unwrap_or_default();
    let neighbour = |line: &str| {
        let mut fields = line.split_whitespace();
        let address = fields.next()?.parse().ok()?;
        let hardware = fields
            .next()
            .filter(|hardware| hardware.matches('-').count() == 5)?;
        Some(Neighbour {
            address,
            hardware: hardware.replace('-', ":").to_lowercase(),
        })
    };
    text.lines().filter_map(neighbour).collect()
}

/// `netsh interface portproxy show all`: rows of address, port, address, port.
pub(crate) fn redirections(x: &mut Examination<'_>) -> Redirections {
    let text = x.output("netsh", &["interface", "portproxy", "show", "all"]);
    let rules = text
        .as_ref()
        .map(|text| portproxy(text))
        .unwrap_or_default();
    Redirections {
        rules,
        complete: text.is_ok(),
    }
}

fn portproxy(text: &str) -> Vec<String> {
    let row = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        matches!(fields[..], [_, port, _, target] if port.parse::<u16>().is_ok() && target.parse::<u16>().is_ok())
    };
    text.lines()
        .filter(row)
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// `netstat -an`: a TCP socket whose peer is nobody waits; so does every UDP socket.
pub(crate) fn listeners(x: &mut Examination<'_>) -> Option<Vec<Listener>> {
    let text = x.output("netstat", &["-an"]).ok()?;
    let mut found: Vec<Listener> = text.lines().filter_map(listener).collect();
    found.sort();
    found.dedup();
    Some(found)
}

fn listener(line: &str) -> Option<Listener> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let udp = match *fields.first()? {
        "TCP" => false,
        "UDP" => true,
        _ => return None,
    };
    let nobody = ["0.0.0.0:0", "[::]:0", "*:*"].contains(fields.get(2)?);
    let address: SocketAddr = fields.get(1)?.parse().ok()?;
    nobody.then_some(Listener { address, udp })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn winhttp_speaks_two_languages() {
        let direct =
            b"\r\nCurrent WinHTTP proxy settings:\r\n\r\n    Direct access (no proxy server).\r\n";
        assert_eq!(winhttp_proxy(direct), None);
        // GBK: 当前的 WinHTTP 代理服务器设置: 直接访问(没有代理服务器)。
        let gbk = b"\xb5\xb1\xc7\xb0\xb5\xc4 WinHTTP \xb4\xfa\xc0\xed:\r\n\r\n    \xd6\xb1\xbd\xd3\xb7\xc3\xce\xca(x)\r\n";
        assert_eq!(winhttp_proxy(gbk), None);
        let set = b"\r\n    Proxy Server(s) :  127.0.0.1:8888\r\n    Bypass List     :  (none)\r\n";
        assert_eq!(winhttp_proxy(set).unwrap().value, "127.0.0.1:8888");
    }

    #[test]
    fn tables_without_language_are_read() {
        let route =
            route("          0.0.0.0          0.0.0.0      192.168.1.1    192.168.1.23     25")
                .unwrap();
        assert_eq!(
            (route.prefix, route.gateway),
            (0, Some("192.168.1.1".parse().unwrap()))
        );
        assert_eq!(
            super::route(
                "Network Destination        Netmask          Gateway       Interface  Metric"
            ),
            None
        );
        let listening =
            listener("  TCP    127.0.0.1:7890         0.0.0.0:0              LISTENING").unwrap();
        assert_eq!(listening.address.port(), 7890);
        assert_eq!(
            listener("  TCP    192.168.1.23:50211     203.0.113.7:443        ESTABLISHED"),
            None
        );
    }

    #[test]
    fn port_proxies_are_found() {
        let text = "\r\nListen on ipv4:             Connect to ipv4:\r\n\r\nAddress         Port        Address         Port\r\n\
            --------------- ----------  --------------- ----------\r\n*               443         10.0.0.5        8443\r\n";
        assert_eq!(portproxy(text), ["* 443 10.0.0.5 8443"]);
        assert!(portproxy("\r\n").is_empty());
    }

    #[test]
    fn adapters_of_tunnels_are_known_by_their_drivers() {
        assert!(
            is_tunnel("TAP-Windows Adapter V9")
                && is_tunnel("Sangfor SSL VPN CS Support System VNIC")
        );
        assert!(
            !is_tunnel("WAN Miniport (PPTP)") && !is_tunnel("Intel(R) Ethernet Connection I219-V")
        );
    }
}
