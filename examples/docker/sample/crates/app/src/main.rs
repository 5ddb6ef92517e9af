//! Answers with what is in stock.

use serde_json::json;

const GREETING: &str = "the shop is open";

fn main() -> anyhow::Result<()> {
    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "0.0.0.0:8080".into());
    let stock = shelf::stock();
    let count = stock.as_array().map_or(0, Vec::len);
    let answer = json!({
        "greeting": GREETING,
        "count": itoa::Buffer::new().format(count),
        "stock": stock,
    });
    shelf::serve(&address, &answer)
}
