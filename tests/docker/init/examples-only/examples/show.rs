fn main() { println!("{}", examples_only::jars()); }
