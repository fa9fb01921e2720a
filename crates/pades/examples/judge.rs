//! Prints what there is to say of the signatures of a PDF: `judge FILE.pdf ROOT.pem YYYY-MM-DDThh:mm:ssZ`.

use fidem_pades::{Inputs, verify};
use rfc3161_client::{Anchor, UnixTime, certificates_from_pem};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let pdf = std::fs::read(arguments.next().ok_or("FILE.pdf ROOT.pem TIME")?)?;
    let roots = certificates_from_pem(&std::fs::read(arguments.next().ok_or("ROOT.pem")?)?)?;
    let time = arguments.next().ok_or("TIME")?;
    let now = UnixTime::from_rfc3339(&time).ok_or("TIME")?;
    let anchors: Vec<Anchor> = roots.into_iter().map(Anchor::of).collect();
    let verification = verify(&Inputs::new(&pdf, &anchors, now))?;
    let mut out = String::new();
    for one in &verification.signatures {
        out += &format!(
            "{} {:?} revision {} {:?} {:?} whole={} {:?}\n",
            one.field, one.kind, one.revision, one.indication, one.level, one.covers_file, one.time
        );
        for finding in &one.findings {
            out += &format!(
                "    {:?} {} {:?}\n",
                finding.severity, finding.code, finding.params
            );
        }
    }
    for revision in &verification.revisions {
        out += &format!("{revision:?}\n");
    }
    out += &format!("{:?}\n", verification.indication());
    std::io::Write::write_all(&mut std::io::stdout(), out.as_bytes())?;
    Ok(())
}
