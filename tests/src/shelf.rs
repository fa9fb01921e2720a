//! A folder served as a site: documentation that Debian packages brought onto this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fidem_loopback::{
    Alpn, Answer, Body, Coding, CredentialError, Head, Issuer, Listen, Options, Request, Server,
    Site, StartError, encode,
};

/// A folder, its texts compressed as servers do it.
pub struct Shelf(PathBuf);

impl Shelf {
    /// Over TLS on `docs.localhost`, `h2` offered first. None, with a printed reason, where the folder is not there.
    ///
    /// # Panics
    /// When no server can be started.
    #[must_use]
    pub fn start(folder: &str, issuer: &Issuer) -> Option<Server> {
        if !Path::new(folder).is_dir() {
            eprintln!("skipped: no {folder} here");
            return None;
        }
        let credential = issuer.issue(&["docs.localhost"]);
        let start = |credential: Result<_, CredentialError>| -> Result<Server, StartError> {
            let listen = Listen::https(Arc::new(credential?)).alpn(Alpn::OffersHttp2);
            Server::start(Self(folder.into()), &[listen], Options::default())
        };
        Some(start(credential).expect("a server"))
    }
}

impl Site for Shelf {
    fn answer(&self, request: &Request) -> Answer {
        let path = request.path().trim_start_matches('/');
        if path.split('/').any(|part| part == "..") {
            return Answer::not_found();
        }
        let Ok(octets) = std::fs::read(self.0.join(path)) else {
            return Answer::not_found();
        };
        let kind = match path.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css",
            "js" => "text/javascript",
            "png" => "image/png",
            "gif" => "image/gif",
            "jpg" => "image/jpeg",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        if !kind.starts_with("text/") {
            return Answer::ranged(request, kind, &octets);
        }
        let octets = encode(Coding::Gzip, &octets);
        let head = Head::new(200, "OK")
            .field("Content-Type", kind)
            .field("Content-Encoding", "gzip")
            .field("Vary", "Accept-Encoding")
            .field("Transfer-Encoding", "chunked");
        let body = Body::Chunked {
            octets: octets.into(),
            sizes: vec![4096; 64],
            trailer: Vec::new(),
        };
        Answer::new(head.finish(), body)
    }
}
