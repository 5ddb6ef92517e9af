fn main() {
    let (total, currency) = till_core::sum("3,4,5");
    println!("{} {currency}", itoa::Buffer::new().format(total));
    #[cfg(feature = "memory")]
    {
        let mut shown = fnv::FnvHashSet::default();
        shown.insert(total);
        println!("{} shown", shown.len());
    }
}
