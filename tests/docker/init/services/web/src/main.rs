fn main() {
    println!("web: {} jars", itoa::Buffer::new().format(shared::jars()));
}
