fn main() {
    println!("worker: {} jars", itoa::Buffer::new().format(shared::jars()));
}
