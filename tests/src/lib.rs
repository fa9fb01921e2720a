//! Whole-product tests: what they share. Everything runs the real program `fidem` as a person would, and hands it what
//! a hostile person would.
//!
//! * [`fidem`]: the program and its answers;
//! * [`captures`]: captures made, and what their archives hold;
//! * [`demo`]: the demonstration, made once per test binary;
//! * [`place`]: an office of the tests' own, with authorities that run;
//! * [`members`]: a package as a list of members that can be changed and written again;
//! * [`signing`]: documents to be signed, and keys;
//! * [`node`], [`shelf`]: sites that are not ours;
//! * [`hostile`]: containers that no honest writer makes;
//! * [`forgery`]: consistent forgeries, where every digest fits and only trust stands in the way;
//! * [`mutation`]: thousands of mutants of packages, and what of a package no digest covers.
#![forbid(unsafe_code)]

pub mod captures;
pub mod demo;
pub mod fidem;
pub mod forgery;
pub mod hostile;
pub mod members;
pub mod mutation;
pub mod node;
pub mod place;
pub mod planted;
pub mod seeded;
pub mod shelf;
pub mod signing;
