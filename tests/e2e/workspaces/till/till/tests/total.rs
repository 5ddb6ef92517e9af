#[test]
fn adds_up() {
    assert_eq!(till_core::sum("3,4").0, 7);
}
