//! What a refused container means for the report.

use fidem_package::ContainerError;

use crate::codes;
use crate::report::{Findings, Layer, Status};

/// Records why a container or member cannot be read, naming the member.
pub(crate) fn report(error: &ContainerError, findings: &mut Findings) {
    use ContainerError as E;
    let mut add = |code, layer, status, params: &[(&'static str, &str)]| {
        findings.add(code, layer, status, params);
    };
    let (content, manifest) = (Layer::Content, Layer::Manifest);
    match error {
        E::Truncated => add(
            codes::CONTAINER_TRUNCATED,
            content,
            Status::CannotCheck,
            &[],
        ),
        E::Directory { what } => add(
            codes::CONTAINER_DAMAGED,
            content,
            Status::CannotCheck,
            &[("what", what)],
        ),
        E::Budget { what, found, limit } => add(
            codes::CONTAINER_BUDGET,
            content,
            Status::CannotCheck,
            &[
                ("what", what),
                ("found", &found.to_string()),
                ("limit", &limit.to_string()),
            ],
        ),
        E::Name { name, .. } => add(
            codes::CONTAINER_NAME,
            manifest,
            Status::Mismatch,
            &[("member", name)],
        ),
        E::Duplicate { name } => add(
            codes::CONTAINER_DUPLICATE,
            manifest,
            Status::Mismatch,
            &[("member", name)],
        ),
        E::NotStored { name } => add(
            codes::CONTAINER_COMPRESSED,
            content,
            Status::CannotCheck,
            &[("member", name)],
        ),
        E::NotAFile { name } => add(
            codes::CONTAINER_NOT_A_FILE,
            manifest,
            Status::Mismatch,
            &[("member", name)],
        ),
        E::Inconsistent { name } => add(
            codes::CONTAINER_INCONSISTENT,
            manifest,
            Status::Mismatch,
            &[("member", name)],
        ),
        E::Mimetype => add(codes::CONTAINER_MIMETYPE, manifest, Status::Mismatch, &[]),
        E::Crc { name } => add(
            codes::MEMBER_DAMAGED,
            content,
            Status::Mismatch,
            &[("member", name)],
        ),
        E::TooLarge { name, size, .. } => add(
            codes::MEMBER_TOO_LARGE,
            content,
            Status::CannotCheck,
            &[("member", name), ("size", &size.to_string())],
        ),
        other => add(
            codes::UNREADABLE,
            content,
            Status::CannotCheck,
            &[("reason", &other.to_string())],
        ),
    }
}
