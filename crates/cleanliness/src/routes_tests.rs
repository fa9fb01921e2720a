use super::*;

const TABLE: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
    eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
    eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
const ARP: &str = "IP address       HW type     Flags       HW address            Mask     Device\n\
    192.0.2.1        0x1         0x2         02:FC:00:00:00:05     *        eth0\n";

#[test]
fn the_kernels_table_is_read() {
    let routes = route_table(TABLE);
    assert_eq!(route_text(&routes[0]), "0.0.0.0/0 via 192.0.2.1 dev eth0");
    assert_eq!(route_text(&routes[1]), "192.0.2.0/24 dev eth0");
    assert_eq!(
        gateways(Some(&routes), &arp(ARP)),
        ["192.0.2.1 02:fc:00:00:00:05"]
    );
    assert!(judge_routes(Some(&routes)).codes().is_empty());
}

#[test]
fn the_table_of_version_6_is_read() {
    let text = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
        fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n\
        00000000000000000000000000000001 80 00000000000000000000000000000000 00 \
        00000000000000000000000000000000 00000000 00000001 00000000 80200001       lo\n";
    let routes = route_table_v6(text);
    assert_eq!(routes.len(), 1);
    assert_eq!(route_text(&routes[0]), "::/0 via fe80::1 dev eth0");
}

#[test]
fn half_the_internet_through_a_tunnel_is_abnormal() {
    let text = format!("{TABLE}tun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n");
    assert_eq!(
        judge_routes(Some(&route_table(&text))).codes(),
        ["route-over-default"]
    );
    assert_eq!(judge_routes(None).codes(), ["routes-unknown"]);
}

#[test]
fn rules_that_redirect_are_found_in_both_spellings() {
    let nft = "table ip nat {\n\tchain output {\n\t\ttcp dport 443 redirect to :8080\n\t}\n}\n";
    assert_eq!(redirecting(nft), ["tcp dport 443 redirect to :8080"]);
    let tables =
        "*nat\n-A OUTPUT -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1:80\nCOMMIT\n";
    assert_eq!(redirecting(tables).len(), 1);
    assert!(redirecting("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n").is_empty());
}

#[test]
fn every_known_part_of_the_office_must_be_met() {
    let here = Here {
        local: "192.0.2.5".parse().unwrap(),
        gateways: vec!["192.0.2.1 02:fc:00:00:00:05".to_owned()],
        public: vec!["203.0.113.4".parse().unwrap()],
    };
    let mut network = OfficeNetwork {
        prefixes: vec!["192.0.2.0/24".to_owned()],
        gateways: vec!["02:FC:00:00:00:05".to_owned()],
        ..OfficeNetwork::default()
    };
    assert!(here.is(&network));
    network.egress = vec!["203.0.113.5".parse().unwrap()];
    assert!(!here.is(&network));
    assert!(!here.is(&OfficeNetwork::default()));
}

#[test]
fn prefixes_hold_their_addresses() {
    let ip = |text: &str| text.parse().unwrap();
    assert!(within(ip("10.1.2.3"), "10.0.0.0/8") && !within(ip("11.1.2.3"), "10.0.0.0/8"));
    assert!(within(ip("8.8.8.8"), "0.0.0.0/0") && within(ip("8.8.8.8"), "8.8.8.8"));
    assert!(
        within(ip("2001:db8::9"), "2001:db8::/32") && !within(ip("2001:db9::"), "2001:db8::/32")
    );
    assert!(!within(ip("8.8.8.8"), "8.8.8.8/33") && !within(ip("8.8.8.8"), "x/8"));
}

#[test]
fn rules_that_could_not_all_be_read_are_not_checked() {
    let unreadable = Redirections::default();
    assert_eq!(
        judge_redirections(&unreadable).codes(),
        ["redirections-unreadable"]
    );
}
