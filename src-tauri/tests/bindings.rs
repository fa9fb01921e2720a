//! The page's types are written from the commands; a change of one without the other fails here.

use std::path::Path;

use specta_typescript::Typescript;

/// Run with `FIDEM_WRITE_BINDINGS=1` to write the file anew.
#[test]
fn the_bindings_of_the_page_are_those_of_the_commands() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/shell/bindings.ts");
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = match std::env::var_os("FIDEM_WRITE_BINDINGS") {
        Some(_) => kept.clone(),
        None => folder.path().join("bindings.ts"),
    };
    let header = "// Written from the commands in src-tauri by its test `bindings`; not by hand.\n";
    fidem_desktop_lib::interface()
        .export(Typescript::default().header(header), &fresh)
        .expect("bindings");
    let read = |path: &Path| std::fs::read_to_string(path).expect("a file");
    assert_eq!(
        read(&kept),
        read(&fresh),
        "ui/src/shell/bindings.ts is stale: FIDEM_WRITE_BINDINGS=1 cargo test -p fidem-desktop --test bindings"
    );
}

/// Each command is declared to the window's policy and granted by name; nothing else is.
#[test]
fn every_command_is_granted_by_name_and_nothing_more() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("capabilities/main.json")).expect("a file");
    let capability: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let granted: Vec<&str> = capability["permissions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(serde_json::Value::as_str)
        .filter_map(|name| name.strip_prefix("allow-"))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = folder.path().join("bindings.ts");
    fidem_desktop_lib::interface()
        .export(Typescript::default(), &fresh)
        .expect("bindings");
    let bindings = std::fs::read_to_string(&fresh).expect("a file");
    for name in &granted {
        let command = name.replace('-', "_");
        assert!(
            bindings.contains(&format!("(\"{command}\"")),
            "{command} is granted and absent"
        );
    }
    // And none is left without its grant: the window would refuse it.
    let mut called = 0;
    for call in bindings.split("=> __TAURI_INVOKE").skip(1) {
        let command = call
            .split("(\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let command = command.expect("the name of a command");
        let name = command.replace('_', "-");
        assert!(granted.contains(&name.as_str()), "{command} is not granted");
        called += 1;
    }
    assert_eq!(called, granted.len());
    let declared = std::fs::read_to_string(root.join("build.rs")).expect("a file");
    assert_eq!(
        declared
            .lines()
            .filter(|line| line.starts_with("    \""))
            .count(),
        granted.len()
    );
}
