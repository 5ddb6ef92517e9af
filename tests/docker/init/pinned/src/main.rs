fn main() {
    println!("pinned: {} jars", itoa::Buffer::new().format(42));
}
