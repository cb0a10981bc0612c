//! Ids as keyed hashes. The keys are random, so nobody can choose ids that collide; an id's bytes are hashed where they
//! stand, up to the comma.

use std::hash::{BuildHasher, RandomState};

use super::words::{find, first, word};

/// An id in a row: two independent hashes and its length.
#[derive(Clone, Copy, Default)]
pub(super) struct Key {
    /// Finds the row.
    pub(super) hash: u64,
    /// Proves, summed over all rows, that every one was the right one.
    pub(super) proof: u64,
}

/// The secret of one index.
#[derive(Clone)]
pub(super) struct Hasher {
    keys: [u64; 3],
}

/// Longest id that is read here, the limit of a value.
const ID_BYTES: usize = 1_024;

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher {
    pub(super) fn random() -> Self {
        let state = RandomState::new();
        Self { keys: [state.hash_one(1), state.hash_one(2), state.hash_one(3) | 1] }
    }

    /// The id at `at` and the place after its comma. None when there is no comma within the longest id.
    #[inline(always)]
    pub(super) fn read(&self, bytes: &[u8], at: usize) -> Option<(Key, usize)> {
        let low = word(bytes, at);
        let length = find(low, b',');
        if length < 8 {
            return Some((self.short(first(low, length + 1), 0), at + length + 1));
        }
        let high = word(bytes, at + 8);
        let length = find(high, b',');
        if length < 8 {
            return Some((self.short(low, first(high, length + 1)), at + 9 + length));
        }
        self.long(bytes, at)
    }

    /// Hashes an id of up to 15 bytes with its comma, padded with zeros. The comma tells padding from NULs of the id.
    #[inline(always)]
    fn short(&self, low: u64, high: u64) -> Key {
        let product = u128::from(low ^ self.keys[0]) * u128::from(high ^ self.keys[1]);
        let (below, above) = (product as u64, (product >> 64) as u64);
        Key { hash: below ^ above, proof: below.wrapping_add(above.wrapping_mul(MIX)) }
    }

    #[cold]
    #[inline(never)]
    fn long(&self, bytes: &[u8], at: usize) -> Option<(Key, usize)> {
        let id = bytes.get(at..)?;
        let length = memchr::memchr(b',', id.get(..id.len().min(ID_BYTES + 1))?)?;
        let mut key = Key { hash: self.keys[2], proof: length as u64 };
        for block in (0..length).step_by(16) {
            let low = first(word(bytes, at + block), length - block);
            let high = first(word(bytes, at + block + 8), (length - block).saturating_sub(8));
            let next = self.short(low ^ key.hash, high);
            key = Key { hash: next.hash, proof: key.proof.wrapping_mul(self.keys[2]).wrapping_add(next.proof) };
        }
        Some((key, at + length + 1))
    }

    /// The key of a whole id.
    pub(super) fn of(&self, id: &str) -> Key {
        let mut bytes = Vec::with_capacity(id.len() + 1 + super::words::PADDING);
        bytes.extend_from_slice(id.as_bytes());
        bytes.push(b',');
        bytes.resize(id.len() + 1 + super::words::PADDING, 0);
        self.read(&bytes, 0).map_or_else(Key::default, |(key, _)| key)
    }
}

#[cfg(test)]
mod tests;
