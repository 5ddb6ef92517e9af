//! cargo-larder is written in C++. This calls its `main`.

// Without Rust's runtime, which would ignore SIGPIPE.
#![no_main]

use libgit2_sys as _;
use libz_sys as _;
use std::ffi::{c_char, c_int};
use zstd_sys as _;

extern "C" {
    fn cargo_larder_main(count: c_int, arguments: *mut *mut c_char) -> c_int;
}

#[no_mangle]
pub extern "C" fn main(count: c_int, arguments: *mut *mut c_char) -> c_int {
    // SAFETY: these are the arguments that the C library passes to `main`.
    unsafe { cargo_larder_main(count, arguments) }
}
