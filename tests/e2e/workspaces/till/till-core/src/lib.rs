//! Sums what a receipt lists.

/// The sum of the amounts in a comma-separated list, and their currency.
pub fn sum(list: &str) -> (u64, &'static str) {
    let mut total = 0;
    let mut rest = list;
    while let Some(at) = memchr::memchr(b',', rest.as_bytes()) {
        total += rest[..at].parse().unwrap_or(0);
        rest = &rest[at + 1..];
    }
    (total + rest.parse().unwrap_or(0), env!("CURRENCY"))
}
