pub fn stock() -> String {
    format!("{} jars", itoa::Buffer::new().format(42))
}
