//! A hint to fetch memory that will be read soon: the only unsafe code of the crate. Scoring a
//! million rows in random order took 20 ms of CPU with it and 25 ms without, on a shared machine.

/// Asks for the cache line of `slots[place]`. Changes nothing but timing.
#[inline(always)]
#[cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "the standard library has no safe prefetch"))]
pub(super) fn prefetch(slots: &[u32], place: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(slot) = slots.get(place) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing architecturally and cannot fault; SSE is part of x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(slot).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slots, place);
}
