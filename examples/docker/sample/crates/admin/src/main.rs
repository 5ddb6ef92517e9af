//! Answers with what the service itself is like.

use serde_json::json;

fn main() -> anyhow::Result<()> {
    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "0.0.0.0:8081".into());
    // SAFETY: the call has no conditions.
    let user = unsafe { libc::getuid() };
    shelf::serve(&address, &json!({ "user": user, "items": shelf::stock() }))
}
