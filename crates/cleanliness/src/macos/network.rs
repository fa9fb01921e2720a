//! Names, proxies, interfaces, routes, sockets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::pairs;
use crate::examination::Examination;
use crate::names::{HostsFacts, hosts_entries};
use crate::processes::Listener;
use crate::proxy::{Interface, Setting};
use crate::routes::{Neighbour, Redirections, Route};

/// The hosts file, and `/etc/resolver`, whose files each divert a domain.
pub(crate) fn hosts(x: &mut Examination<'_>) -> HostsFacts {
    let own = x
        .output("scutil", &["--get", "LocalHostName"])
        .unwrap_or_default()
        .trim()
        .to_owned();
    let entries = x.text("/etc/hosts").ok().map(|text| hosts_entries(&text));
    let diverting = x.list("/etc/resolver").unwrap_or_default();
    HostsFacts {
        entries,
        own,
        diversions: diverting
            .iter()
            .map(|name| format!("/etc/resolver/{name}"))
            .collect(),
    }
}

/// `nameserver[0] : 192.0.2.1` of `scutil --dns`.
pub(crate) fn resolvers(x: &mut Examination<'_>) -> Option<Vec<IpAddr>> {
    let text = x.output("scutil", &["--dns"]).ok()?;
    let lines = text
        .lines()
        .filter(|line| line.trim_start().starts_with("nameserver["));
    let mut found: Vec<IpAddr> = lines
        .filter_map(|line| {
            line.split_once(" : ")?
                .1
                .trim()
                .split('%')
                .next()?
                .parse()
                .ok()
        })
        .collect();
    found.sort();
    found.dedup();
    Some(found)
}

/// `scutil --proxy`.
pub(crate) fn proxies(x: &mut Examination<'_>, found: &mut Vec<Setting>) -> bool {
    let text = x.output("scutil", &["--proxy"]);
    found.extend(text.as_deref().map(proxy_settings).unwrap_or_default());
    text.is_ok()
}

fn proxy_settings(text: &str) -> Vec<Setting> {
    let on = pairs(text).filter(|(name, value)| name.ends_with("Enable") && *value == "1");
    on.map(|(name, _)| {
        let kind = name.trim_end_matches("Enable");
        let wanted = [format!("{kind}Proxy"), format!("{kind}URLString")];
        let value = pairs_with_colons(text).find(|(name, _)| wanted.iter().any(|w| w == name));
        Setting::new(
            &format!("scutil --proxy {name}"),
            value.map_or("1", |(_, value)| value),
        )
    })
    .collect()
}

/// As [`pairs`], but split at ` : `, so that a URL stays whole.
fn pairs_with_colons(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter_map(|line| line.split_once(" : "));
    lines.map(|(name, value)| (name.trim(), value.trim()))
}

/// Interfaces of `ifconfig`. `utun` interfaces exist on every Mac; one that carries IPv4 is a tunnel.
pub(crate) fn interfaces(x: &mut Examination<'_>) -> Option<Vec<Interface>> {
    Some(ifconfig(&x.output("ifconfig", &[]).ok()?))
}

fn ifconfig(text: &str) -> Vec<Interface> {
    let mut found: Vec<Interface> = Vec::new();
    for line in text.lines() {
        if line.starts_with(char::is_whitespace) {
            let carries = line.trim_start().starts_with("inet ");
            if let Some(last) = found.last_mut() {
                last.tunnel |= carries && last.name.starts_with("utun");
            }
        } else if let Some((name, _)) = line.split_once(':') {
            found.push(Interface {
                name: name.to_owned(),
                tunnel: ["ppp", "ipsec", "tun", "tap"]
                    .iter()
                    .any(|kind| name.starts_with(kind)),
            });
        }
    }
    found
}

/// `netstat -rn -f inet`.
pub(crate) fn routes(x: &mut Examination<'_>) -> Option<Vec<Route>> {
    let text = x.output("netstat", &["-rn", "-f", "inet"]).ok()?;
    Some(text.lines().filter_map(route).collect())
}

/// Destinations are shortened: `default`, `128.0/1`, `192.0.2`, `192.0.2.1`.
fn route(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let destination = *fields.first()?;
    let (destination, prefix) = match destination {
        "default" => (Ipv4Addr::UNSPECIFIED, 0),
        short => shortened(short)?,
    };
    Some(Route {
        destination: destination.into(),
        prefix,
        gateway: fields.get(1)?.parse().ok(),
        interface: (*fields.get(3)?).to_owned(),
    })
}

fn shortened(text: &str) -> Option<(Ipv4Addr, u8)> {
    let (address, bits) = text.split_once('/').unwrap_or((text, ""));
    let parts: Vec<u8> = address
        .split('.')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let mut octets = [0; 4];
    octets.get_mut(..parts.len())?.copy_from_slice(&parts);
    let given = u8::try_from(parts.len() * 8).ok()?;
    Some((octets.into(), bits.parse().unwrap_or(given)))
}

/// `? (192.0.2.1) at 2:fc:0:0:0:5 on en0 …`; leading zeros are left out there.
pub(crate) fn neighbours(x: &mut Examination<'_>) -> Vec<Neighbour> {
    let text = x.output("arp", &["-an"]).unwrap_or_default();
    let neighbour = |line: &str| {
        let (_, rest) = line.split_once('(')?;
        let (address, rest) = rest.split_once(')')?;
        let hardware = rest.split_whitespace().nth(1)?;
        let padded: Vec<String> = hardware
            .split(':')
            .map(|octet| format!("{octet:0>2}"))
            .collect();
        Some(Neighbour {
            address: address.parse().ok()?,
            hardware: padded.join(":"),
        })
    };
    text.lines().filter_map(neighbour).collect()
}

/// `pfctl -s nat`, for root only.
pub(crate) fn redirections(x: &mut Examination<'_>) -> Redirections {
    let text = x.output("pfctl", &["-s", "nat"]);
    let lines = text.as_deref().unwrap_or_default().lines();
    let rules = lines.filter(|line| line.starts_with("rdr") && !line.starts_with("rdr-anchor"));
    Redirections {
        rules: rules.map(str::to_owned).collect(),
        complete: text.is_ok(),
    }
}

/// `netstat -an -p tcp`: `tcp4 0 0 127.0.0.1.8080 *.* LISTEN`.
pub(crate) fn listeners(x: &mut Examination<'_>) -> Option<Vec<Listener>> {
    let text = x.output("netstat", &["-an", "-p", "tcp"]).ok()?;
    let mut found: Vec<Listener> = text.lines().filter_map(listener).collect();
    found.sort();
    found.dedup();
    Some(found)
}

fn listener(line: &str) -> Option<Listener> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let waits = fields.last() == Some(&"LISTEN");
    let (address, port) = fields.get(3)?.rsplit_once('.')?;
    let address = match (address, *fields.first()?) {
        ("*", "tcp6") => IpAddr::from([0_u16; 8]),
        ("*", _) => IpAddr::from([0, 0, 0, 0]),
        (address, _) => address.split('%').next()?.parse().ok()?,
    };
    let address = SocketAddr::new(address, port.parse().ok()?);
    waits.then_some(Listener {
        address,
        udp: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scutil_names_what_is_on() {
        let off = "<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n  }\n  FTPPassive : 1\n  HTTPEnable : 0\n}\n";
        assert!(proxy_settings(off).is_empty());
        let on = "<dictionary> {\n  HTTPSEnable : 1\n  HTTPSPort : 8888\n  HTTPSProxy : 127.0.0.1\n  ProxyAutoConfigEnable : 1\n  \
            ProxyAutoConfigURLString : http://pac.example/p.pac\n}\n";
        let found = proxy_settings(on);
        assert_eq!(found[0].value, "127.0.0.1");
        assert_eq!(found[1].value, "http://pac.example/p.pac");
    }

    #[test]
    fn a_utun_with_an_address_is_a_tunnel() {
        let text = "lo0: flags=8049<UP>\n\tinet 127.0.0.1 netmask 0xff000000\nutun0: flags=8051<UP>\n\tinet6 fe80::1%utun0\n\
            utun4: flags=8051<UP>\n\tinet 10.8.0.2 --> 10.8.0.1\n";
        let found: Vec<bool> = ifconfig(text)
            .iter()
            .map(|interface| interface.tunnel)
            .collect();
        assert_eq!(found, [false, false, true]);
    }

    #[test]
    fn shortened_routes_and_sockets_are_read() {
        let found = route("128.0/1            10.8.0.1           UGScg         utun4").unwrap();
        assert_eq!((found.prefix, found.interface.as_str()), (1, "utun4"));
        assert_eq!(
            route("default            192.0.2.1          UGScg           en0")
                .unwrap()
                .prefix,
            0
        );
        assert_eq!(
            route("Destination        Gateway            Flags         Netif Expire"),
            None
        );
        let found =
            listener("tcp4       0      0  127.0.0.1.8080         *.*                    LISTEN")
                .unwrap();
        assert_eq!(found.address, "127.0.0.1:8080".parse().unwrap());
        assert!(listener("tcp4 0 0 192.0.2.5.50100 203.0.113.7.443 ESTABLISHED").is_none());
    }
}
