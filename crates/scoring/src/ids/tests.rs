use proptest::prelude::*;

use super::*;

#[test]
fn an_id_is_added_once_and_found_at_its_place() {
    let mut ids = Ids::new();
    assert_eq!((ids.add("b"), ids.add("a"), ids.add("b")), (Ok(0), Ok(1), Err(NotAdded::Repeated(0))));
    assert_eq!((ids.find("a"), ids.find("c"), ids.get(1), ids.get(2)), (Some(1), None, "a", ""));
    assert_eq!(ids.push("c"), Ok(2));
    assert_eq!((ids.find("c"), ids.find("b")), (Some(2), Some(0)));
    assert_eq!(format!("{ids:?}"), "Ids(3)");
}

proptest! {
    #[test]
    fn repetitions_are_those_that_adding_would_refuse(list in prop::collection::vec("[ab가]{0,3}", 0..60)) {
        let (mut pushed, mut added) = (Ids::new(), Ids::new());
        let mut first_places = Vec::new();
        let mut expected = Vec::new();
        for (place, id) in (0..).zip(&list) {
            prop_assert_eq!(pushed.push(id), Ok(place));
            match added.add(id) {
                Ok(_) => first_places.push(place),
                Err(NotAdded::Repeated(first)) => expected.push((first_places[first as usize], place)),
                Err(NotAdded::TooMuch) => panic!("too much"),
            }
        }
        prop_assert_eq!(pushed.repetitions(), expected);
    }
    #[test]
    fn what_is_found_together_is_what_is_found_alone(
        list in prop::collection::vec("[a-c가]{0,3}", 0..60),
        asked in prop::collection::vec("[a-d가]{0,3}", 0..50),
    ) {
        let mut ids = Ids::new();
        for id in &list {
            let _ = ids.add(id);
        }
        let mut together = ids.find_together(asked.iter().map(String::as_str));
        let mut found = 0;
        for id in asked.iter().take(Together::MOST) {
            prop_assert!(!together.is_used_up());
            let place = together.next();
            prop_assert!(place.is_none() || place == ids.find(id), "{id}");
            found += usize::from(place.is_some());
        }
        prop_assert!(together.is_used_up());
        let known = asked.iter().take(Together::MOST).filter(|id| ids.find(id).is_some()).count();
        // A few are hidden behind another id with a similar hash.
        prop_assert!(found * 2 >= known, "{found} of {known}");
    }
}
