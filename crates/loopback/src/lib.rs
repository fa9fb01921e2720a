//! A web server on 127.0.0.1 that keeps every octet it sent and received: the recorder's self-test, replay for the court,
//! and the sites that tests capture.
#![forbid(unsafe_code)]
