use proptest::prelude::*;

use super::{DigitSum, decimal, decimals, digits, find, first, word};

#[test]
fn a_load_past_the_end_is_zeros() {
    assert_eq!(word(b"abcdefgh", 0), u64::from_le_bytes(*b"abcdefgh"));
    assert_eq!(word(b"abcdefgh", 1), 0);
    assert_eq!(word(b"abcdefgh", 99), 0);
}

proptest! {
    #[test]
    fn searches_agree_with_a_loop(bytes in any::<[u8; 8]>(), byte in any::<u8>()) {
        let word = u64::from_le_bytes(bytes);
        let expected = |wanted: &dyn Fn(&u8) -> bool| bytes.iter().position(wanted).unwrap_or(8);
        prop_assert_eq!(find(word, byte), expected(&|other| *other == byte));
        prop_assert_eq!(digits(word), expected(&|other| !other.is_ascii_digit()));
    }

    #[test]
    fn digit_runs_are_counted(count in 0_usize..=8, byte in any::<u8>(), number in 0_u64..100_000_000) {
        let mut bytes: [u8; 8] = format!("{number:08}").as_bytes().try_into().unwrap();
        if count < 8 && !byte.is_ascii_digit() {
            bytes[count] = byte;
            prop_assert_eq!(digits(u64::from_le_bytes(bytes)), count);
        } else {
            prop_assert_eq!(decimal(u64::from_le_bytes(bytes), 8), number);
        }
    }

    #[test]
    fn digits_are_worth_their_number(number in 0_u64..100_000_000, after in any::<u64>()) {
        let text = number.to_string();
        let mut bytes = after.to_le_bytes();
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let word = u64::from_le_bytes(bytes);
        prop_assert_eq!(decimal(word, text.len()), number);
        prop_assert_eq!(decimal(first(word, text.len()), text.len()), number);
        let (filled, count) = decimals(first(word, text.len()));
        prop_assert_eq!(count, text.len());
        prop_assert_eq!(filled, number * 10_u64.pow(8 - count as u32));
    }
    #[test]
    fn digits_add_up_as_numbers_do(
        texts in prop::collection::vec("[0-9]{1,8}", 0..100),
        after in prop::sample::select(b",\n.e".to_vec()),
    ) {
        let mut sum = DigitSum::default();
        let mut expected = 0;
        for text in &texts {
            let mut bytes = [after; 8];
            bytes[..text.len()].copy_from_slice(text.as_bytes());
            sum.add(u64::from_le_bytes(bytes), text.len());
            expected += format!("{text:0<8}").parse::<u64>().unwrap();
        }
        prop_assert_eq!(sum.total(), expected);
    }
}
