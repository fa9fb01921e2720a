//! A screen that nobody sees, for tests that need a window.

use std::process::{Child, Command, Stdio};

/// The screen; it ends when the value is dropped.
pub struct Screen {
    server: Child,
    /// Its name, as `DISPLAY` has it.
    pub name: String,
}

impl Screen {
    /// Opens one; none where there is no Xvfb.
    pub fn open() -> Option<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-ac", "-screen", "0", "1400x1000x24", "-displayfd", "1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut number = String::new();
        let out = server.stdout.take()?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut number).ok()?;
        let name = format!(":{}", number.trim());
        Some(Self { server, name })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Runs one test of this program again, in a process of its own, on such a screen: the environment is read when a browser
/// starts.
pub fn run_on_a_screen(test: &str) {
    let Some(screen) = Screen::open() else {
        return eprintln!("skipped: no Xvfb");
    };
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("FIDEM_TEST_WINDOW", "1")
        .env("DISPLAY", &screen.name)
        .output()
        .unwrap();
    std::io::Write::write_all(&mut std::io::stderr(), &output.stderr).unwrap();
    assert!(output.status.success());
}
