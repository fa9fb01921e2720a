//! TLS of a channel: an authority of its own, for the peer and for its clients.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Certificates and keys of one channel, made anew for each peer.
pub struct PeerTls {
    /// The authority, as PEM.
    pub(super) roots: String,
    /// What a client shows, as PEM.
    pub(super) client_certificate: String,
    /// Its key, as PEM.
    pub(super) client_key: String,
    /// With a certificate that holds, and with one that has expired.
    configs: [Arc<ServerConfig>; 2],
}

impl PeerTls {
    pub(super) fn new() -> Self {
        let key = || KeyPair::generate().expect("a key");
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, key()).expect("an authority");
        let issue = |name: &str, until: i32| {
            let own = key();
            let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
            let certificate = params.signed_by(&own, &authority).expect("a certificate");
            (certificate, own)
        };
        let (client, client_key) = issue("office.test", 4096);
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("a root");
        let clients =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let clients = clients.build().expect("a verifier");
        let configs = [4096, 2021].map(|until| {
            let (server, server_key) = issue("127.0.0.1", until);
            let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
            let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()
                .expect("versions of TLS")
                .with_client_cert_verifier(Arc::clone(&clients))
                .with_single_cert(vec![server.der().clone()], secret)
                .expect("a certificate");
            config.alpn_protocols = vec![b"h2".to_vec()];
            Arc::new(config)
        });
        Self {
            roots: pem("CERTIFICATE", authority.der()),
            client_certificate: pem("CERTIFICATE", client.der()),
            client_key: pem("PRIVATE KEY", &client_key.serialize_der()),
            configs,
        }
    }

    /// The one that holds, and the one that has expired.
    pub(super) fn acceptors(&self) -> [TlsAcceptor; 2] {
        self.configs.clone().map(TlsAcceptor::from)
    }
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}
