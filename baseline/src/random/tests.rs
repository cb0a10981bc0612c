use super::*;

#[test]
fn the_stream_of_a_path_never_changes() {
    let mut random = Random { state: 0 };
    // The published first outputs of splitmix64 with seed 0.
    assert_eq!(random.next(), 0xE220_A839_7B1D_CDAF);
    assert_eq!(random.next(), 0x6E78_9E6A_A1B9_65F4);
    assert_ne!(Random::new(&[1, 2]).next(), Random::new(&[2, 1]).next());
}

#[test]
fn a_shuffle_is_a_permutation_and_every_place_is_reached() {
    let mut seen = [[false; 4]; 4];
    for seed in 0..200 {
        let mut items = [0, 1, 2, 3];
        Random::new(&[seed]).shuffle(&mut items);
        for (place, item) in items.iter().enumerate() {
            seen[place][*item] = true;
        }
        items.sort_unstable();
        assert_eq!(items, [0, 1, 2, 3]);
    }
    assert!(seen.iter().flatten().all(|seen| *seen));
}
