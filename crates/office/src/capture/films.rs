//! The films of a capture that a person drives: of the sign-in, and of what was recorded.
//!
//! They lie in the clear while they are made, as what they show does afterwards: pictures of pages, with secrets of a
//! sign-in drawn blank.

use std::fs::File;
use std::path::Path;

use fidem_capture::screencast::{Film, FilmFile, Filmed, Reel};
use fidem_capture::{Recording, avi};
use fidem_package::Source as _;

use super::files::CaptureFiles;
use crate::FileSource;

/// Part of a visit: what was recorded.
pub(super) const RECORDED: &str = "film";
/// Part of a visit: the sign-in before.
pub(super) const LOGIN: &str = "login";

/// What becomes an item: how its name goes on, and its octets, or the name of its file in the capture's folder.
pub(super) struct FilmItem {
    pub name: String,
    pub media_type: &'static str,
    pub octets: Option<Vec<u8>>,
}

/// Name of a film's file in the capture's folder.
fn file_name(part: &str, number: usize) -> String {
    format!("{part}-{number}.avi")
}

/// Begins a film in the capture's folder.
pub(super) fn begin(files: &CaptureFiles, part: &str, case: &str) -> Film {
    let (folder, part) = (files.folder().to_owned(), part.to_owned());
    let reels = move |number: u32| -> std::io::Result<Box<dyn Reel>> {
        let name = file_name(&part, usize::try_from(number).unwrap_or(usize::MAX));
        Ok(Box::new(File::create_new(folder.join(name))?))
    };
    Film::begin(Box::new(reels), case)
}

/// The films of a recording with their subtitles and chains.
pub(super) fn of(recording: &Recording) -> Vec<FilmItem> {
    let login = recording.visit.as_ref().and_then(|v| v.login.as_ref());
    let parts = [
        (LOGIN, login.and_then(|login| login.film.as_ref())),
        (RECORDED, recording.film.as_ref()),
    ];
    let made = parts
        .into_iter()
        .filter_map(|(part, film)| Some((part, film?)));
    made.flat_map(|(part, film)| items(part, film)).collect()
}

fn items(part: &str, film: &Filmed) -> Vec<FilmItem> {
    let mut items = Vec::new();
    for (index, file) in film.files.iter().enumerate() {
        let name = file_name(part, index + 1);
        items.push(FilmItem {
            name: name.replace(".avi", ".srt"),
            media_type: "application/x-subrip",
            octets: Some(file.subtitles.clone().into_bytes()),
        });
        items.push(FilmItem {
            name,
            media_type: "video/x-msvideo",
            octets: None,
        });
    }
    items.push(FilmItem {
        name: format!("{part}.jsonl"),
        media_type: "application/jsonl",
        octets: Some(film.chain.clone()),
    });
    items
}

/// The film of a part as an interrupted capture left it: the frames that are whole, without chain.
pub(super) fn interrupted(folder: &Path, part: &str) -> Filmed {
    let file = |number| -> Option<FilmFile> {
        let source = FileSource::open(&folder.join(file_name(part, number))).ok()?;
        let frames = avi::frames(&source).map_or(0, |frames| frames.len());
        Some(FilmFile {
            size: (0, 0),
            frames: u32::try_from(frames).unwrap_or(u32::MAX),
            octets: source.len(),
            subtitles: String::new(),
        })
    };
    Filmed {
        files: (1..).map_while(file).collect(),
        problem: Some("interrupted".to_owned()),
        ..Filmed::default()
    }
}

/// What an interrupted capture left of its films: pictures up to the crash, without index, subtitles and chain.
pub(super) fn left_in(folder: &Path) -> Vec<FilmItem> {
    let parts = [LOGIN, RECORDED].into_iter();
    let names = parts.flat_map(|part| (1..).map(move |n| file_name(part, n)).take(64));
    names
        .filter(|name| folder.join(name).is_file())
        .map(|name| FilmItem {
            name,
            media_type: "video/x-msvideo",
            octets: None,
        })
        .collect()
}
