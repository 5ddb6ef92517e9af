cfg_if::cfg_if! {
    if #[cfg(unix)] {
        const CURRENCY: &str = "EUR";
    } else {
        const CURRENCY: &str = "USD";
    }
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=CURRENCY={CURRENCY}");
}
