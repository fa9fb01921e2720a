//! Processor time of signatures of level B-B with a key of a PKCS#12 file: `speed FILE.pdf KEY.p12 PASSPHRASE [SEAL.png]`.
#![allow(clippy::print_stdout)] // what it measures is its output
#![allow(clippy::disallowed_methods)] // it measures, and a certificate of today is valid today

use std::convert::Infallible;
use std::error::Error;
use std::time::{Instant, SystemTime};

use fidem_signing::{
    Pkcs12Key, Place, Revocation, Seal, SignatureField, SignatureRequest, SigningTime, StampSource,
    sign,
};

const ROUNDS: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pdf, key, passphrase, seal @ ..] = arguments.as_slice() else {
        return Err("speed FILE.pdf KEY.p12 PASSPHRASE [SEAL.png]".into());
    };
    let (pdf, file) = (std::fs::read(pdf)?, std::fs::read(key)?);
    let png = seal.first().map(std::fs::read).transpose()?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let time = SigningTime {
        unix: i64::try_from(since.as_secs())?,
        offset_minutes: 480,
    };
    let opening = Instant::now();
    let key = Pkcs12Key::open(&file, passphrase)?;
    println!("opening the key file: {:.1?}", opening.elapsed());
    let declare = [SignatureField {
        name: "office".to_owned(),
        label: "Seal of the office".to_owned(),
        place: png.as_ref().map(|_| Place {
            page: 1,
            left: 400.0,
            bottom: 60.0,
            width: 100.0,
            height: 100.0,
        }),
    }];
    let (start, before) = (Instant::now(), processor_ticks()?);
    let mut octets = 0;
    for _ in 0..ROUNDS {
        let seal = png.as_deref().map(Seal::from_png).transpose()?;
        let request = SignatureRequest {
            field: "office",
            declare: &declare,
            seal: seal.as_ref(),
            ..SignatureRequest::default()
        };
        let none: Option<StampSource<'_, Infallible>> = None;
        octets += sign(&pdf, &request, &key, time, &Revocation::default(), none)?.len();
    }
    let ticks = processor_ticks()? - before;
    println!(
        "{ROUNDS} signatures of {} octets: {:.2} ms of processor time each, {:.2} ms passed",
        octets / ROUNDS as usize,
        f64::from(ticks) * 10.0 / f64::from(ROUNDS),
        start.elapsed().as_secs_f64() * 1000.0 / f64::from(ROUNDS)
    );
    Ok(())
}

/// User and system time of this process in hundredths of a second (proc(5)).
fn processor_ticks() -> Result<u32, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("no stat")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = |position: usize| -> Result<u32, Box<dyn Error>> {
        Ok(fields.get(position).ok_or("a short stat")?.parse()?)
    };
    Ok(ticks(11)? + ticks(12)?)
}
