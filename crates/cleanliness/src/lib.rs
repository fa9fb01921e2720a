//! The cleanliness report 清洁性检查报告: what could be observed of the machine and its network before and after a capture,
//! each check with its method, raw output and verdict.
#![forbid(unsafe_code)]
