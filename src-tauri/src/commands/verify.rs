//! Verifying files: no office, no person, no network.

use std::path::{Path, PathBuf};

use fidem_office::{VerifyRequest, load_trust, verify_file};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::ShellError;
use crate::state::{Desktop, Reporter, aside};
use crate::wire::{Progress, Report};

/// Verifies each file by itself, with the same data and trust.
#[tauri::command]
#[specta::specta]
pub async fn verify(
    desktop: State<'_, Desktop>,
    job: String,
    paths: Vec<String>,
    trust_path: Option<String>,
    data_paths: Vec<String>,
    on_progress: Channel<Progress>,
) -> Answer<Vec<Report>> {
    let mut reporter = desktop.reporter(&job, on_progress);
    let reports =
        aside(move || reports(&paths, trust_path.as_deref(), &data_paths, &mut reporter)).await;
    desktop.forget(&job);
    reports
}

fn reports(
    paths: &[String],
    trust_path: Option<&str>,
    data_paths: &[String],
    reporter: &mut Reporter,
) -> Answer<Vec<Report>> {
    let trust = load_trust(trust_path.map(Path::new))?;
    let data: Vec<PathBuf> = data_paths.iter().map(PathBuf::from).collect();
    let request = VerifyRequest {
        data: &data,
        digest: None,
        trust: &trust,
        headers: &[],
        at: None,
    };
    let mut reports = Vec::with_capacity(paths.len());
    for path in paths {
        let report = verify_file(Path::new(path), &request, reporter)?;
        if reporter.stopped() {
            return Err(ShellError::new("stopped"));
        }
        reports.push(Report::new(path.clone(), &report));
    }
    Ok(reports)
}
