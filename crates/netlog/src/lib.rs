//! What a browser wrote of its own network traffic (Chromium NetLog, capture mode `Everything`), read into connections,
//! exchanges and their circumstances, byte for byte.
#![forbid(unsafe_code)]
