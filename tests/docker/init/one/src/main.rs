fn main() {
    println!("one: {} jars", itoa::Buffer::new().format(42));
}
