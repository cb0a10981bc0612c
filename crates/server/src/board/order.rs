//! Keys of teams in order, in blocks of at most [`BLOCK`]: an update moves at most one block's keys and a place is a binary
//! search plus a sum over block lengths. Knows no rows.

use super::Key;

/// Most keys a block holds before it is split in two.
pub const BLOCK: usize = 512;

/// Keys, the best first.
#[derive(Debug, Default)]
pub struct Order {
    pub(super) blocks: Vec<Vec<Key>>,
    len: usize,
}

impl Order {
    /// Nobody.
    #[must_use]
    pub const fn empty() -> Order {
        Order { blocks: Vec::new(), len: 0 }
    }

    /// The order of these keys.
    #[must_use]
    pub fn new(mut keys: Vec<Key>) -> Order {
        keys.sort_unstable();
        // Half-full blocks, so that the first updates split none.
        Order { len: keys.len(), blocks: keys.chunks(BLOCK / 2).map(<[Key]>::to_vec).collect() }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many keys stand before this one.
    #[must_use]
    pub fn before(&self, key: Key) -> usize {
        let block = self.block_of(key);
        let before: usize = self.blocks[..block].iter().map(Vec::len).sum();
        before + self.blocks.get(block).map_or(0, |keys| keys.partition_point(|other| *other < key))
    }

    /// The keys from a position on.
    pub fn from(&self, position: usize) -> impl Iterator<Item = Key> {
        let mut skip = position;
        let mut block = 0;
        while let Some(keys) = self.blocks.get(block) {
            if skip < keys.len() {
                break;
            }
            skip -= keys.len();
            block += 1;
        }
        self.blocks[block..].iter().flatten().skip(skip).copied()
    }

    /// Puts a key in its place.
    pub fn insert(&mut self, key: Key) {
        self.len += 1;
        let block = self.block_of(key);
        let Some(keys) = self.blocks.get_mut(block) else {
            self.blocks.push(vec![key]);
            return;
        };
        let at = keys.partition_point(|other| *other < key);
        keys.insert(at, key);
        if keys.len() > BLOCK {
            let second = keys.split_off(BLOCK / 2);
            self.blocks.insert(block + 1, second);
        }
    }

    /// Takes a key out, if it is there.
    pub fn remove(&mut self, key: Key) {
        let block = self.block_of(key);
        let Some(keys) = self.blocks.get_mut(block) else { return };
        if let Ok(at) = keys.binary_search(&key) {
            keys.remove(at);
            self.len -= 1;
        }
        if keys.is_empty() {
            self.blocks.remove(block);
        }
    }

    /// The block that holds the key or would hold it.
    fn block_of(&self, key: Key) -> usize {
        let block = self.blocks.partition_point(|keys| keys.last().is_some_and(|last| *last < key));
        block.min(self.blocks.len().saturating_sub(1))
    }
}
