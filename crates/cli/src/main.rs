//! The program `fidem`: the use cases of the office on a command line. Arguments in, one sentence or one JSON object out.
#![forbid(unsafe_code)]

mod anchor;
mod arguments;
mod capture;
mod capture_words;
mod command;
mod demo;
mod failure;
mod interactive;
mod language;
mod log;
mod material;
mod out;
mod paper_arguments;
mod paper_signing;
mod paper_templates;
mod paper_words;
mod papers;
mod record;
mod record_words;
mod renewal;
mod replay;
mod session;
mod time;
mod verify;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(fidem_office::TYPESETTING_WORKER) {
        let done = fidem_office::typeset(std::io::stdin(), std::io::stdout());
        return ExitCode::from(u8::from(done.is_err()));
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(match error.use_stderr() {
                true => failure::USAGE,
                false => 0,
            });
        }
    };
    let out = out::Out::new(arguments.json, language::of(arguments.lang));
    match command::run(arguments, &out) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            out.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
