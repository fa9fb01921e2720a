use std::io::{Cursor, SeekFrom};

use super::*;

/// A file in memory that outlives the film.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Write for Kept {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        lock(&self.0).write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Seek for Kept {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        lock(&self.0).seek(to)
    }
}

impl Kept {
    fn octets(&self) -> Vec<u8> {
        lock(&self.0).get_ref().clone()
    }
}

fn film() -> (Film, Arc<Mutex<Vec<Kept>>>) {
    let files: Arc<Mutex<Vec<Kept>>> = Arc::default();
    let made = Arc::clone(&files);
    let film = Film::begin(
        Box::new(move |_| {
            let file = Kept::default();
            lock(&made).push(file.clone());
            Ok(Box::new(file))
        }),
        "案",
    );
    (film, files)
}

/// The head of a JPEG of that size, and octets that tell it from others.
fn jpeg((width, height): (u16, u16), seed: u8) -> Vec<u8> {
    let mut octets = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8];
    octets.extend_from_slice(&height.to_be_bytes());
    octets.extend_from_slice(&width.to_be_bytes());
    octets.extend_from_slice(&[1, 1, 0x11, 0, seed, 0xff, 0xd9]);
    octets
}

fn take(film: &Film, at: u64, octets: &[u8]) {
    lock(&film.0).frame(at, octets);
}

fn sources(files: &Mutex<Vec<Kept>>) -> Vec<Vec<u8>> {
    lock(files).iter().map(Kept::octets).collect()
}

fn check(chain: &[u8], files: &[Vec<u8>], head: Option<&str>) -> Result<Vec<FrameLine>, FilmFault> {
    let files: Vec<&dyn fidem_package::Source> = files
        .iter()
        .map(|f| f as &dyn fidem_package::Source)
        .collect();
    chain_of(chain, &files, head)
}

#[test]
fn every_frame_is_kept_and_every_octet_is_bound() {
    let (film, files) = film();
    let frames: Vec<Vec<u8>> = (0..5).map(|n| jpeg((640, 480), n)).collect();
    // Two within one slot, and a stretch of stillness.
    for (at, frame) in [0, 10, 15, 400, 3_000].into_iter().zip(&frames) {
        take(&film, at, frame);
    }
    // Another size needs another file.
    take(&film, 3_100, &jpeg((800, 600), 9));
    let done = film.finish();
    assert_eq!(done.problem, None);
    let files = sources(&files);
    assert_eq!(
        done.files.iter().map(|f| f.frames).collect::<Vec<_>>(),
        [5, 1]
    );
    let lines = check(&done.chain, &files, Some(&done.head)).unwrap();
    assert_eq!(
        lines.iter().map(|l| l.slot).collect::<Vec<_>>(),
        [0, 1, 2, 10, 75, 0]
    );
    let found = crate::avi::frames(&files[0]).unwrap();
    for (frame, jpeg) in found.iter().zip(&frames) {
        let at = usize::try_from(frame.offset).unwrap();
        assert_eq!(&files[0][at..at + jpeg.len()], jpeg);
    }
    // Any octet of any frame.
    for place in found
        .iter()
        .flat_map(|f| f.offset..f.offset + u64::from(f.length))
    {
        let mut flipped = files.clone();
        flipped[0][usize::try_from(place).unwrap()] ^= 1;
        assert!(
            matches!(
                check(&done.chain, &flipped, None),
                Err(FilmFault::Frame { .. })
            ),
            "octet {place}"
        );
    }
    // Any octet of the chain, the last line by its digest kept elsewhere.
    for place in 0..done.chain.len() - 1 {
        let mut flipped = done.chain.clone();
        flipped[place] ^= 1;
        assert!(
            check(&flipped, &files, Some(&done.head)).is_err(),
            "octet {place}"
        );
    }
    let end = done.chain[..done.chain.len() - 1]
        .iter()
        .rposition(|b| *b == b'\n')
        .unwrap();
    let cut = &done.chain[..=end];
    assert!(matches!(
        check(cut, &files, None),
        Err(FilmFault::Count { film: 6, chain: 5 })
    ));
    assert!(matches!(
        check(cut, &files, Some(&done.head)),
        Err(FilmFault::Head { .. })
    ));
}

#[test]
fn stillness_is_no_gap_and_silence_after_a_happening_is() {
    let (film, _files) = film();
    take(&film, 0, &jpeg((8, 8), 0));
    take(&film, 60_000, &jpeg((8, 8), 1));
    lock(&film.0).stirred = Some(61_000);
    take(&film, 62_500, &jpeg((8, 8), 2));
    lock(&film.0).stirred = Some(63_000);
    take(&film, 66_000, &jpeg((8, 8), 3));
    lock(&film.0).paused = Some((67_000, "paused".to_owned()));
    take(&film, 68_000, &jpeg((8, 8), 4));
    lock(&film.0).resume(70_000);
    let gaps = film.finish().gaps;
    let gap = |from_ms, to_ms, reason: &str| Gap {
        from_ms,
        to_ms,
        reason: reason.to_owned(),
    };
    assert_eq!(
        gaps,
        [
            gap(62_500, 66_000, "no-frame"),
            gap(67_000, 70_000, "paused")
        ]
    );
}

#[test]
fn what_is_no_picture_ends_the_film_and_is_said() {
    let (film, _files) = film();
    film.frame(b"\xff\xd8\xff\xc0\0");
    let done = film.finish();
    assert!(done.problem.is_some() && done.chain.is_empty());
}
