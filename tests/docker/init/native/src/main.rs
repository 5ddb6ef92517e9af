use std::ffi::CStr;

fn main() {
    let sqlite = unsafe { CStr::from_ptr(libsqlite3_sys::sqlite3_libversion()) };
    let openssl = unsafe { CStr::from_ptr(openssl_sys::OpenSSL_version(0)) };
    println!("native: SQLite {} and {}", sqlite.to_str().unwrap(), openssl.to_str().unwrap());
}
