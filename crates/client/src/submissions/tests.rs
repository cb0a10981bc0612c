use super::*;

#[test]
fn a_file_name_cannot_break_out_of_its_header() {
    let head = head("b", "", "a\"\r\nX-Evil: 1.csv");
    assert!(head.contains("filename=\"a%22%0D%0AX-Evil: 1.csv\"\r\n"));
}

#[test]
fn a_note_is_a_part_of_its_own_only_when_there_is_one() {
    assert_eq!(head("b", "", "s.csv").matches("--b").count(), 1);
    assert_eq!(head("b", "first try", "s.csv").matches("--b").count(), 2);
}

#[test]
fn keys_differ() {
    assert_ne!(new_key(), new_key());
}
