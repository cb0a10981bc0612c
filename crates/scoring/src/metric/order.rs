//! The order of scores as exact integers: sorting them, and finding how many lie below one. Knows no metric.

use std::borrow::Cow;

/// An integer that orders as the float does, both zeros being equal.
#[inline]
pub(crate) fn order_key(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The score of a key.
#[inline]
fn score_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// The scores of one side, in any order.
pub(crate) trait Keys {
    /// How many there are.
    fn len(&self) -> usize;

    /// Gives them away, some at a time.
    fn each(&self, take: impl FnMut(&[u64]));

    /// All of them side by side.
    fn all(&self) -> Cow<'_, [u64]> {
        let mut all = Vec::with_capacity(self.len());
        self.each(|keys| all.extend_from_slice(keys));
        Cow::Owned(all)
    }
}

impl Keys for [&[u64]] {
    fn len(&self) -> usize {
        self.iter().map(|keys| keys.len()).sum()
    }

    fn each(&self, take: impl FnMut(&[u64])) {
        self.iter().copied().for_each(take);
    }

    fn all(&self) -> Cow<'_, [u64]> {
        let mut parts = self.iter().filter(|keys| !keys.is_empty());
        match (parts.next(), parts.next()) {
            (first, None) => Cow::Borrowed(first.copied().unwrap_or_default()),
            _ => Cow::Owned(self.concat()),
        }
    }
}

/// The rows on one side, with their scores where these are. Nothing is copied but a block at a time, because the larger
/// side of a million rows costs more to put into fresh memory than to look up.
pub(crate) struct Rows<'a, S, P> {
    rows: &'a [u32],
    score: &'a S,
    positive: &'a P,
    side: bool,
    count: usize,
}

impl<'a, S: Fn(usize) -> f64, P: Fn(usize) -> bool> Rows<'a, S, P> {
    /// The positive rows and the negative ones.
    pub(crate) fn sides(rows: &'a [u32], score: &'a S, positive: &'a P) -> [Self; 2] {
        let positives = rows.iter().map(|&row| usize::from(positive(row as usize))).sum();
        [(true, positives), (false, rows.len() - positives)].map(|(side, count)| Self {
            rows,
            score,
            positive,
            side,
            count,
        })
    }
}

impl<S: Fn(usize) -> f64, P: Fn(usize) -> bool> Keys for Rows<'_, S, P> {
    fn len(&self) -> usize {
        self.count
    }

    fn each(&self, mut take: impl FnMut(&[u64])) {
        const BLOCK: usize = 1_024;
        let (mut chosen, mut keys) = ([0; BLOCK], [0; BLOCK]);
        for rows in self.rows.chunks(BLOCK) {
            let mut count = 0;
            // Always written, sometimes kept: a branch on the side would be mispredicted on every other row.
            for &row in rows {
                chosen[count] = row;
                count += usize::from((self.positive)(row as usize) == self.side);
            }
            for (key, &row) in keys.iter_mut().zip(&chosen[..count]) {
                *key = order_key((self.score)(row as usize));
            }
            take(&keys[..count]);
        }
    }
}

/// Rows from which dealing them into buckets pays.
const BUCKETS_FROM: usize = 4_096;
/// Largest bucket that a sort by insertion, or a search from its start, may meet.
const SMALL_BUCKET: u32 = 48;

/// Buckets by score, found by a multiplication.
#[derive(Clone, Copy)]
struct Buckets {
    least: f64,
    scale: f64,
    last: u32,
}

impl Buckets {
    /// For keys that are many enough and not all the same.
    fn over(keys: &[u64]) -> Option<Self> {
        let (least, most) = (keys.iter().min()?, keys.iter().max()?);
        let (least, range) = (score_of(*least), score_of(*most) - score_of(*least));
        // A key a bucket: a search is 10 % faster with two, but in a fresh process the memory costs more than that.
        let last = u32::try_from(keys.len()).ok().filter(|_| keys.len() >= BUCKETS_FROM)?;
        let scale = f64::from(last) / range;
        scale.is_finite().then_some(Self { least, scale, last })
    }

    /// Subtraction, multiplication and truncation never swap two scores, so no bucket overlaps another. Scores beyond
    /// the ends belong to the buckets there.
    #[inline(always)]
    fn of(self, key: u64) -> usize {
        (((score_of(key) - self.least) * self.scale) as u32).min(self.last) as usize
    }

    /// The keys by bucket, in any order within one; where each bucket starts among them; and the largest one's size.
    fn deal(self, keys: &[u64], room: usize) -> (Vec<u64>, Vec<u32>, u32) {
        // One place ahead: while the keys are dealt, the start of a bucket moves to its end, the next one's start.
        let mut starts = vec![0_u32; self.last as usize + 3];
        keys.iter().for_each(|&key| starts[self.of(key) + 2] += 1);
        let largest = starts.iter().copied().max().unwrap_or(0);
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut dealt = vec![0; keys.len() + room];
        for &key in keys {
            let place = &mut starts[self.of(key) + 1];
            dealt[*place as usize] = key;
            *place += 1;
        }
        (dealt, starts, largest)
    }
}

/// The keys in ascending order: dealt into buckets, one or none a bucket when the scores are spread evenly, and sorted
/// there. However uneven they are, the result is the same.
pub(crate) fn sorted(keys: &[u64]) -> Vec<u64> {
    let Some(buckets) = Buckets::over(keys) else {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        return sorted;
    };
    let (mut dealt, starts, largest) = buckets.deal(keys, 0);
    if largest <= SMALL_BUCKET {
        insert(&mut dealt);
    } else {
        for bucket in starts.windows(2) {
            dealt[bucket[0] as usize..bucket[1] as usize].sort_unstable();
        }
    }
    dealt
}

/// Sorts keys none of which is far from its place.
fn insert(keys: &mut [u64]) {
    for place in 1..keys.len() {
        let key = keys[place];
        let mut free = place;
        while free > 0 && keys[free - 1] > key {
            keys[free] = keys[free - 1];
            free -= 1;
        }
        keys[free] = key;
    }
}

/// Sorted keys that are spread evenly, with a table that leads from a score to its place among them. Ranking a million
/// scores among as many takes half the time of sorting both and merging.
pub(crate) struct Ranks {
    /// In ascending order, then [`AHEAD`](Self::AHEAD) times the largest integer, which is no score.
    keys: Vec<u64>,
    starts: Vec<u32>,
    buckets: Buckets,
}

impl Ranks {
    /// Keys compared without a branch. More than that in a bucket are rare.
    const AHEAD: usize = 3;

    /// None where the keys are few or crowded.
    pub(crate) fn of(keys: &[u64]) -> Option<Self> {
        let buckets = Buckets::over(keys)?;
        let (mut dealt, starts, largest) = buckets.deal(keys, Self::AHEAD);
        if largest > SMALL_BUCKET {
            return None;
        }
        dealt[keys.len()..].fill(u64::MAX);
        insert(&mut dealt);
        Some(Self { keys: dealt, starts, buckets })
    }

    /// How many keys are less than `key`, and how many are at most that.
    #[inline(always)]
    pub(crate) fn find(&self, key: u64) -> (usize, usize) {
        let start = self.starts[self.buckets.of(key)] as usize;
        let Some(near) = self.keys.get(start..).and_then(<[u64]>::first_chunk::<{ Self::AHEAD }>) else {
            return (start, start);
        };
        // Keys of later buckets are greater, so there is no need to know where the bucket ends.
        let mut less = start + near.iter().map(|&other| usize::from(other < key)).sum::<usize>();
        let mut up_to = start + near.iter().map(|&other| usize::from(other <= key)).sum::<usize>();
        if near[Self::AHEAD - 1] <= key {
            less += self.keys[less..].iter().take_while(|&&other| other < key).count();
            up_to += self.keys[up_to..].iter().take_while(|&&other| other <= key).count();
        }
        (less, up_to)
    }
}
