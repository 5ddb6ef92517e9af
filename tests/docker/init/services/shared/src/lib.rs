cfg_if::cfg_if! {
    if #[cfg(unix)] {
        pub fn jars() -> u32 { 42 }
    } else {
        pub fn jars() -> u32 { 0 }
    }
}
