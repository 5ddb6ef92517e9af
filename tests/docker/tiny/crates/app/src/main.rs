use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let stock = shelf::stock();
    let jars: u32 = stock.split(' ').next().context("no word")?.parse()?;
    println!("app: {stock}, {} crates, {}", jars / 7, digest(&stock));
    Ok(())
}

#[cfg(feature = "digest")]
fn digest(text: &str) -> String {
    use std::hash::Hasher;
    let mut hasher = fnv::FnvHasher::default();
    hasher.write(text.as_bytes());
    format!("digest {:x}", hasher.finish())
}

#[cfg(not(feature = "digest"))]
fn digest(_: &str) -> &'static str {
    "no digest"
}
