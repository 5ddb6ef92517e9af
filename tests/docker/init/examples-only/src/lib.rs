pub fn jars() -> u32 { 42 }
