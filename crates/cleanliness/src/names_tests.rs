use super::*;

fn targets(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn facts(text: &str) -> HostsFacts {
    HostsFacts {
        entries: Some(hosts_entries(text)),
        own: "office-7".to_owned(),
        diversions: Vec::new(),
    }
}

const DEBIAN: &str = "127.0.0.1\tlocalhost\n127.0.1.1 office-7.office.example office-7\n\
    ::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes # all\n";

#[test]
fn what_installers_write_is_normal() {
    assert!(
        judge_hosts(&facts(DEBIAN), &targets(&["court.example"]))
            .codes()
            .is_empty()
    );
    let windows = "\u{feff}# Copyright (c) 1993-2009 Microsoft Corp.\r\n#\t127.0.0.1 localhost\r\n";
    assert!(
        judge_hosts(&facts(windows), &targets(&[]))
            .codes()
            .is_empty()
    );
    let macos = "127.0.0.1 localhost\n255.255.255.255 broadcasthost\n::1 localhost\nfe80::1%lo0 localhost\n";
    assert!(hosts_entries(macos).len() == 4);
}

#[test]
fn a_captured_host_is_found_whatever_its_case() {
    let text = format!("{DEBIAN}203.0.113.7 www.Court.example # innocent\n");
    let judgement = judge_hosts(&facts(&text), &targets(&["www.court.example"]));
    assert_eq!(judgement.codes(), ["hosts-captured"]);
    assert_eq!(judgement.abnormal[0].params["address"], "203.0.113.7");
}

#[test]
fn another_site_is_abnormal_and_a_bare_name_is_not() {
    let text = format!("{DEBIAN}203.0.113.7 cdn.example\n10.0.0.5 printer\n");
    assert_eq!(
        judge_hosts(&facts(&text), &targets(&[])).codes(),
        ["hosts-added"]
    );
}

#[test]
fn a_site_on_loopback_is_abnormal() {
    let text = format!("{DEBIAN}127.0.0.1 www.court.example\n");
    assert_eq!(
        judge_hosts(&facts(&text), &targets(&[])).codes(),
        ["hosts-added"]
    );
}

#[test]
fn an_unreadable_file_is_not_checked() {
    let facts = HostsFacts::default();
    assert_eq!(
        judge_hosts(&facts, &targets(&[])).codes(),
        ["hosts-unreadable"]
    );
}

#[test]
fn unknown_sources_of_names_are_diversions() {
    assert!(foreign_sources("hosts: files mdns4_minimal [NOTFOUND=return] dns").is_empty());
    assert_eq!(foreign_sources("hosts: files evil dns"), ["nsswitch evil"]);
}

#[test]
fn a_resolver_on_this_machine_is_abnormal_but_the_stub_is_not() {
    let ips = |text: &str| nameservers(text);
    assert!(
        judge_resolvers(Some(&ips("nameserver 127.0.0.53\nnameserver 192.0.2.1")))
            .codes()
            .is_empty()
    );
    assert_eq!(
        judge_resolvers(Some(&ips("nameserver 127.0.0.1"))).codes(),
        ["resolver-on-this-machine"]
    );
    assert_eq!(judge_resolvers(Some(&[])).codes(), ["resolvers-unknown"]);
}

fn answers(system: &[&str], first: &[&str], second: &[&str], browser: &[&str]) -> Judgement {
    let set = |list: &[&str]| {
        list.iter()
            .map(|ip| ip.parse().unwrap())
            .collect::<BTreeSet<IpAddr>>()
    };
    let found = HostAnswers {
        system: set(system),
        independent: [("a".to_owned(), set(first)), ("b".to_owned(), set(second))].into(),
        browser: set(browser),
    };
    judge_answers(&[("court.example".to_owned(), found)].into(), false)
}

#[test]
fn answers_that_share_an_address_or_its_network_agree() {
    assert!(
        answers(&["8.8.8.8"], &["8.8.8.8"], &["9.9.9.9"], &["9.9.9.9"])
            .codes()
            .is_empty()
    );
    assert!(
        answers(&["8.8.8.8"], &["8.8.8.9"], &["9.9.9.9"], &[])
            .codes()
            .is_empty()
    );
}

#[test]
fn a_redirected_answer_and_a_redirected_browser_are_found() {
    assert_eq!(
        answers(&["1.2.3.4"], &["8.8.8.8"], &["8.8.8.8"], &[]).codes(),
        ["dns-differs"]
    );
    assert_eq!(
        answers(&["8.8.8.8"], &["8.8.8.8"], &["8.8.8.8"], &["1.2.3.4"]).codes(),
        ["browser-address-differs"]
    );
    let private = answers(&["10.0.0.1"], &["8.8.8.8"], &["8.8.8.8"], &[]);
    assert_eq!(private.codes(), ["dns-differs", "dns-private"]);
}

#[test]
fn one_resolver_is_too_few() {
    let found = HostAnswers {
        system: ["8.8.8.8".parse().unwrap()].into(),
        independent: [("a".to_owned(), ["8.8.8.8".parse().unwrap()].into())].into(),
        ..HostAnswers::default()
    };
    let judgement = judge_answers(&[("court.example".to_owned(), found)].into(), true);
    assert_eq!(judgement.codes(), ["dns-intercepted", "too-few-resolvers"]);
}
