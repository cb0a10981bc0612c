use super::*;

#[test]
fn shuffled_shows_each_once_in_another_order_each_epoch() {
    let samples: Vec<usize> = (10..60).collect();
    let order = |epoch| Sampling::Shuffled.order(&samples, |_| None, &mut Random::new(&[1, epoch]));
    let mut sorted = order(0);
    assert_ne!(sorted, order(1));
    assert_eq!(sorted, order(0));
    sorted.sort();
    assert_eq!(sorted, samples);
}

#[test]
fn balanced_shows_every_class_equally_often() {
    // 3 of class 0, 17 of class 1, 30 of class 2.
    let label = |sample: usize| {
        Some(if sample < 3 {
            0
        } else if sample < 20 {
            1
        } else {
            2
        })
    };
    let samples: Vec<usize> = (0..50).collect();
    let order = Sampling::Balanced.order(&samples, label, &mut Random::new(&[1]));
    assert_eq!(order.len(), 50);
    for class in 0..3 {
        let shown = order.iter().filter(|&&sample| label(sample) == Some(class)).count();
        assert!([16, 17].contains(&shown), "class {class}: {shown}");
    }
    // None of a small class is left out, none comes twice before all others came once.
    for sample in 0..3 {
        assert!([5, 6].contains(&order.iter().filter(|&&shown| shown == sample).count()));
    }
    let mut large: Vec<_> = order.iter().filter(|&&sample| sample >= 20).collect();
    large.sort();
    large.dedup();
    assert!(large.len() >= 16);
}
