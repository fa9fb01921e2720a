//! Faults put into this very machine, as far as that harms nobody: each must be found, and without it not.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fidem_cleanliness::{Browser, Check, Local, Phase, Plan, Verdict, check};

fn look(system: &mut Local, plan: &Plan, code: &str) -> Check {
    check(system, plan, Phase::Before)
        .check(code)
        .unwrap()
        .clone()
}

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A machine whose programs see only these variables.
fn machine(pairs: &[(&str, &str)]) -> Local {
    Local::new().with_environment(variables(pairs))
}

fn put(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path.trim_start_matches('/'));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn targeting(host: &str) -> Plan {
    Plan {
        targets: vec![host.to_owned()],
        ..Plan::default()
    }
}

#[test]
fn an_edited_hosts_file() {
    let root = tempfile::tempdir().unwrap();
    let plan = targeting("https://court.invalid/");
    put(root.path(), "/etc/hosts", "127.0.0.1 localhost\n");
    let mut machine = Local::new().with_stand_ins(root.path());
    assert_eq!(
        look(&mut machine, &plan, "hosts-file").verdict,
        Verdict::Normal
    );
    put(
        root.path(),
        "/etc/hosts",
        "127.0.0.1 localhost\n203.0.113.9 court.invalid\n",
    );
    let found = look(&mut machine, &plan, "hosts-file");
    assert!(found.says("hosts-captured"), "{:?}", found.reasons);
    assert!(found.method.contains(&"stand-in:/etc/hosts".to_owned()));
}

#[test]
fn a_proxy_in_the_environment() {
    let plan = Plan::default();
    let clean = look(&mut machine(&[]), &plan, "proxy");
    assert!(!clean.says("proxy-set"), "{:?}", clean.reasons);
    let found = look(
        &mut machine(&[("HTTPS_PROXY", "http://127.0.0.1:1")]),
        &plan,
        "proxy",
    );
    assert!(found.says("proxy-set"));
}

/// A self-signed root made by the system's own tool.
fn rogue_root(folder: &Path) -> Option<Vec<u8>> {
    let out = folder.join("rogue.der");
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=Rogue Root",
        ])
        .args(["-outform", "DER", "-keyout", "/dev/null", "-out"])
        .arg(&out)
        .stderr(Stdio::null())
        .status();
    made.is_ok_and(|status| status.success())
        .then(|| std::fs::read(out).unwrap())
}

/// The distribution's own roots, joined as `update-ca-certificates` joins them.
fn distribution_bundle() -> Vec<u8> {
    let mut bundle = Vec::new();
    for entry in std::fs::read_dir("/usr/share/ca-certificates/mozilla")
        .into_iter()
        .flatten()
    {
        bundle.extend(std::fs::read(entry.unwrap().path()).unwrap());
        bundle.push(b'\n');
    }
    bundle
}

#[test]
fn an_extra_root_in_each_of_three_stores() {
    let root = tempfile::tempdir().unwrap();
    let (bundle, Some(rogue)) = (distribution_bundle(), rogue_root(root.path())) else {
        eprintln!("skipped: openssl is not installed");
        return;
    };
    if bundle.is_empty() {
        eprintln!("skipped: ca-certificates is not installed");
        return;
    }
    let plan = Plan::default();
    let home = root.path().join("home");
    let mut machine = machine(&[("HOME", home.to_str().unwrap())]).with_stand_ins(root.path());
    put(root.path(), "/etc/ssl/certs/ca-certificates.crt", &bundle);
    std::fs::create_dir_all(root.path().join("usr/local/share/ca-certificates")).unwrap();
    let clean = look(&mut machine, &plan, "trust-store");
    assert_eq!(clean.verdict, Verdict::Normal, "{:?}", clean.reasons);
    // as a file of the administrator
    let added = root
        .path()
        .join("usr/local/share/ca-certificates/rogue.crt");
    std::fs::write(&added, &rogue).unwrap();
    named(&look(&mut machine, &plan, "trust-store"), "rogue.crt");
    std::fs::remove_file(added).unwrap();
    // in the bundle
    put(
        root.path(),
        "/etc/ssl/certs/ca-certificates.crt",
        [&bundle, &rogue_pem(&rogue)[..]].concat(),
    );
    named(
        &look(&mut machine, &plan, "trust-store"),
        "ca-certificates.crt",
    );
    put(root.path(), "/etc/ssl/certs/ca-certificates.crt", &bundle);
    // in the user's database
    if user_database(&home, &root.path().join("rogue.der")) {
        named(&look(&mut machine, &plan, "trust-store"), "cert9.db");
    } else {
        eprintln!("skipped for the user's database: certutil is not installed");
    }
}

fn named(found: &Check, place: &str) {
    let rogue = found
        .reasons
        .iter()
        .find(|r| r.code == "root-added" && r.params["place"].ends_with(place));
    assert_eq!(rogue.unwrap().params["subject"], "CN=Rogue Root");
}

fn rogue_pem(der: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n").into_bytes()
}

/// Adds the root to a fresh NSS database, which first must hold nothing.
fn user_database(home: &Path, der: &Path) -> bool {
    let folder = home.join(".pki/nssdb");
    std::fs::create_dir_all(&folder).unwrap();
    let program = std::env::var("FIDEM_CERTUTIL").unwrap_or_else(|_| "certutil".to_owned());
    let database = format!("sql:{}", folder.display());
    let certutil = |arguments: &[&str]| {
        let run = Command::new(&program)
            .args(["-d", &database])
            .args(arguments)
            .status();
        run.is_ok_and(|status| status.success())
    };
    certutil(&["-N", "--empty-password"])
        && certutil(&[
            "-A",
            "-n",
            "rogue",
            "-t",
            "C,,",
            "-i",
            der.to_str().unwrap(),
        ])
}

#[test]
fn a_preloaded_library() {
    let plan = Plan::default();
    assert_eq!(
        look(&mut machine(&[]), &plan, "clock-integrity").verdict,
        Verdict::Normal
    );
    let found = look(
        &mut machine(&[("LD_PRELOAD", "/tmp/x.so")]),
        &plan,
        "clock-integrity",
    );
    assert!(found.says("preloaded"));
}

#[test]
fn a_policy_file() {
    let root = tempfile::tempdir().unwrap();
    let mut machine = machine(&[]).with_stand_ins(root.path());
    let plan = Plan::default();
    let clean = look(&mut machine, &plan, "browser-policies");
    assert_eq!(clean.verdict, Verdict::Normal, "{:?}", clean.reasons);
    put(
        root.path(),
        "/etc/chromium/policies/managed/p.json",
        "{\"ProxyMode\":\"system\"}",
    );
    assert!(look(&mut machine, &plan, "browser-policies").says("browser-policy"));
}

/// A resolver that gives every name one address. Written from RFC 1035 apart from the product's own reader.
fn resolver(address: [u8; 4]) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let name = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
            let wants_v4 = buffer[length - 3] == 1;
            let mut reply = buffer[..length].to_vec();
            reply[2..4].copy_from_slice(&[0x81, 0x80]);
            reply[7] = u8::from(wants_v4);
            if wants_v4 {
                reply.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
                reply.extend(address);
            }
            socket.send_to(&reply, peer).unwrap();
        }
    });
    name
}

#[test]
fn a_redirected_name() {
    let mut plan = targeting("localhost");
    plan.resolvers = vec![resolver([127, 0, 0, 1]), resolver([127, 0, 0, 1])];
    let clean = look(&mut machine(&[]), &plan, "independent-resolution");
    // On networks that intercept every question, that is all there is to say.
    assert!(
        clean.reasons.iter().all(|r| r.code == "dns-intercepted"),
        "{:?}",
        clean.reasons
    );
    plan.resolvers = vec![resolver([8, 8, 4, 4]), resolver([8, 8, 8, 8])];
    let found = look(&mut machine(&[]), &plan, "independent-resolution");
    assert!(
        found.says("dns-differs") && found.says("dns-private"),
        "{:?}",
        found.reasons
    );
    plan.resolvers.pop();
    assert!(look(&mut machine(&[]), &plan, "independent-resolution").says("too-few-resolvers"));
}

/// A time server whose clock is ahead by so many seconds. Written from RFC 5905 apart from the product's own reader.
fn time_server(ahead: i64) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let name = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut buffer = [0; 64];
        while let Ok((48, peer)) = socket.recv_from(&mut buffer) {
            let output = Command::new("date").args(["+%s %N"]).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let (seconds, part) = text.trim().split_once(' ').unwrap();
            let seconds =
                u32::try_from(seconds.parse::<i64>().unwrap() + 2_208_988_800 + ahead).unwrap();
            let part = u32::try_from((part.parse::<u64>().unwrap() << 32) / 1_000_000_000).unwrap();
            let mut reply = [0; 48];
            (reply[0], reply[1]) = (0x24, 2);
            reply[24..32].copy_from_slice(&buffer[40..48]);
            for at in [32, 40] {
                reply[at..at + 4].copy_from_slice(&seconds.to_be_bytes());
                reply[at + 4..at + 8].copy_from_slice(&part.to_be_bytes());
            }
            socket.send_to(&reply, peer).unwrap();
        }
    });
    name
}

#[test]
fn a_clock_five_minutes_off() {
    let mut plan = Plan {
        time_servers: vec![time_server(0), time_server(0)],
        ..Plan::default()
    };
    let clean = look(&mut machine(&[]), &plan, "clock-offset");
    assert_eq!(
        clean.verdict,
        Verdict::Normal,
        "{:?} {:?}",
        clean.reasons,
        clean.observed
    );
    plan.time_servers = vec![time_server(300), time_server(300)];
    let found = look(&mut machine(&[]), &plan, "clock-offset");
    assert!(found.says("clock-offset"));
    let seconds: f64 = found.reasons[0].params["seconds"].parse().unwrap();
    assert!((299.0..301.0).contains(&seconds), "{seconds}");
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn a_debugging_port() {
    let child = Command::new("sh")
        .args([
            "-c",
            "sleep 60; true",
            "chromium",
            "--remote-debugging-port=9222",
        ])
        .spawn()
        .unwrap();
    let pid = child.id().to_string();
    // The kernel shows the arguments a moment after the start.
    let line = format!("/proc/{pid}/cmdline");
    while std::fs::read(&line).unwrap().is_empty() {
        std::thread::yield_now();
    }
    let names = |check: &Check| {
        check
            .reasons
            .iter()
            .any(|r| r.params.get("pid") == Some(&pid))
    };
    let child = Running(child);
    let found = look(&mut machine(&[]), &Plan::default(), "listening-sockets");
    assert!(names(&found) && found.says("debugging-port"));
    drop(child);
    assert!(!names(&look(
        &mut machine(&[]),
        &Plan::default(),
        "listening-sockets"
    )));
}

#[test]
fn a_profile_that_is_not_new() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        browser: Some(Browser {
            profile: folder.path().to_str().unwrap().to_owned(),
            ..Browser::default()
        }),
        ..Plan::default()
    };
    assert_eq!(
        look(&mut machine(&[]), &plan, "browser-profile").verdict,
        Verdict::Normal
    );
    std::fs::write(folder.path().join("Cookies"), "x").unwrap();
    assert!(look(&mut machine(&[]), &plan, "browser-profile").says("profile-not-empty"));
}

/// The browser's own program, started as the user nobody when this is root, with more arguments.
fn chromium(more: &[&str]) -> Option<(Running, Plan, tempfile::TempDir)> {
    use std::os::unix::process::CommandExt as _;
    const PROGRAM: &str = "/usr/lib/chromium/chromium";
    if !Path::new(PROGRAM).exists() {
        eprintln!("skipped: {PROGRAM} is not installed");
        return None;
    }
    let home = tempfile::tempdir_in("/dev/shm").unwrap();
    let mut command = Command::new(PROGRAM);
    let profile = format!("--user-data-dir={}/p", home.path().display());
    let mut arguments = vec!["--headless", "--disable-gpu", profile.as_str()];
    arguments.extend(more);
    arguments.push("about:blank");
    command
        .args(&arguments)
        .env_clear()
        .env("HOME", home.path())
        .stderr(Stdio::null());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    if status.contains("Uid:\t0") {
        std::os::unix::fs::chown(home.path(), Some(65534), Some(65534)).unwrap();
        command.uid(65534).gid(65534);
    }
    let child = command.spawn().unwrap();
    let given = arguments
        .iter()
        .map(|&argument| argument.to_owned())
        .filter(|a| !more.contains(&a.as_str()));
    let plan = Plan {
        browser: Some(Browser {
            command_line: given.collect(),
            executable: PROGRAM.to_owned(),
            pid: Some(child.id()),
            ..Browser::default()
        }),
        ..Plan::default()
    };
    // Its libraries are mapped within moments; nothing here depends on more.
    std::thread::sleep(std::time::Duration::from_secs(2));
    Some((Running(child), plan, home))
}

#[test]
fn a_running_browser_is_seen_as_it_is() {
    let Some((running, plan, _home)) = chromium(&[]) else {
        return;
    };
    let report = check(&mut machine(&[]), &plan, Phase::Before);
    for code in ["browser-command-line", "browser-modules", "browser-binary"] {
        let found = report.check(code).unwrap();
        assert_eq!(
            found.verdict,
            Verdict::Normal,
            "{code}: {:?}",
            found.reasons
        );
    }
    drop(running);
    let Some((_running, plan, _home)) =
        chromium(&["--ignore-certificate-errors", "--remote-debugging-port=0"])
    else {
        return;
    };
    let found = look(&mut machine(&[]), &plan, "browser-command-line");
    for reason in [
        "flag-accepts-bad-certificates",
        "flag-forbidden",
        "argument-not-given",
    ] {
        assert!(found.says(reason), "{reason}: {:?}", found.reasons);
    }
}

/// Runs this very test program with the clock falsified, and only the test below.
#[test]
fn a_falsified_clock() {
    let library = std::env::var("FIDEM_FAKETIME")
        .unwrap_or_else(|_| "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1".to_owned());
    if !Path::new(&library).exists() {
        eprintln!("skipped: {library} is not installed");
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "says_what_it_sees_of_the_clock",
            "--nocapture",
        ])
        .env("LD_PRELOAD", &library)
        .env("FAKETIME", "-5m")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    for code in ["preloaded", "clock-not-that-of-kernel"] {
        assert!(said.contains(code), "{code}: {said}");
    }
}

#[test]
#[ignore = "run by a_falsified_clock in a process of its own"]
fn says_what_it_sees_of_the_clock() {
    // Variables are hidden: the library and the clocks alone must tell.
    let found = look(&mut machine(&[]), &Plan::default(), "clock-integrity");
    eprintln!(
        "{:?}",
        found.reasons.iter().map(|r| &r.code).collect::<Vec<_>>()
    );
}
