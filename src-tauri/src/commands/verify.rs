//! Verifying files: no office, no person, no network.

use std::path::{Path, PathBuf};

use fidem_office::{
    OfficeError, ReportRequest, SystemDesk, VerifyRequest, load_trust, report_pdf, verify_file,
};
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
        signatures: &[],
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

/// Verifies one file once more and writes the result as 核验报告 into a folder; its path.
#[tauri::command]
#[specta::specta]
pub async fn report_save(
    path: String,
    trust_path: Option<String>,
    data_paths: Vec<String>,
    folder: String,
    made_by: String,
) -> Answer<String> {
    aside(move || save(&path, trust_path.as_deref(), &data_paths, &folder, &made_by)).await
}

fn save(
    path: &str,
    trust_path: Option<&str>,
    data_paths: &[String],
    folder: &str,
    made_by: &str,
) -> Answer<String> {
    let trust = load_trust(trust_path.map(Path::new))?;
    let data: Vec<PathBuf> = data_paths.iter().map(PathBuf::from).collect();
    let subject = Path::new(path);
    let request = VerifyRequest {
        data: &data,
        digest: None,
        trust: &trust,
        headers: &[],
        signatures: &[],
        at: None,
    };
    let report = verify_file(subject, &request, &mut SystemDesk)?;
    let what = ReportRequest {
        subject,
        data: &data,
        made_by,
        at: None,
        chinese_only: false,
    };
    let pdf = report_pdf(&report, &what, &SystemDesk)?;
    let name = subject
        .file_name()
        .map(|n| n.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let first = Path::new(folder).join(format!("核验报告-{name}.pdf"));
    let place = vacant(first, |n| {
        Path::new(folder).join(format!("核验报告-{name}-{n}.pdf"))
    });
    std::fs::write(&place, pdf).map_err(|e| OfficeError::Io {
        path: place.display().to_string(),
        reason: e.to_string(),
    })?;
    Ok(place.display().to_string())
}

/// Nothing that lies there is written over.
fn vacant(first: PathBuf, next: impl Fn(u32) -> PathBuf) -> PathBuf {
    if !first.exists() {
        return first;
    }
    (2..u32::MAX)
        .map(next)
        .find(|place| !place.exists())
        .unwrap_or(first)
}
