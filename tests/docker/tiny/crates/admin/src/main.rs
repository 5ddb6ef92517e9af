fn main() {
    println!("admin: {}", shelf::stock());
}
