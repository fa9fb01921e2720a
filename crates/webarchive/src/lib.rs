//! Web archives on bytes: WARC 1.1 (ISO 28500:2017), CDXJ and WACZ 1.1.1, written strictly, checked strictly, and made
//! readable for others by masking secrets without hiding that something was masked.
#![forbid(unsafe_code)]
