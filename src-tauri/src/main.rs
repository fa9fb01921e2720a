//! The desktop window of Fidem 存证.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> Result<(), tauri::Error> {
    if fidem_desktop_lib::typesets() {
        return Ok(());
    }
    fidem_desktop_lib::run()
}
