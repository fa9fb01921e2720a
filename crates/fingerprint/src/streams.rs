//! Messages of different lengths in the lanes of one kernel.
//!
//! A lane that ends a message takes the next. When too few messages are left to keep a wide
//! kernel worth its cost, they move to a narrower one with the state they have reached.

use crate::Fingerprint;
use crate::block::Block;
use crate::block::SHA256_INITIAL;
use crate::block::digest;
use crate::lanes::Both;
use crate::lanes::BothX16;
use crate::lanes::Kernel;
use crate::lanes::Lanes;
use crate::lanes::Proofs;
use crate::lanes::Sha256x4;
use crate::lanes::Sm3x8;
use crate::lanes::States;
use crate::message::SM3_INITIAL;
use crate::message::Tail;
use crate::sm3_scalar;

/// Fills in both digests of every input, taking the inputs in the order of the indices `order`.
pub(crate) fn fill(lanes: Lanes, inputs: &[&[u8]], order: &[usize], found: &mut [Fingerprint]) {
    let proofs = Proofs::new(lanes);
    if let Some(avx512) = proofs.avx512 {
        let mut queue = Queue::new(both_initial(), inputs, order);
        let mut each = |index: usize, state: [u32; 16]| {
            let (sha256, sm3) = halves(&state);
            found[index].sha256 = digest(&sha256);
            found[index].sm3 = digest(&sm3);
        };
        // With fewer than four, one after another is faster.
        queue.run(BothX16(avx512), 4, &mut each);
        queue.run_alone(both_alone(Both::new(lanes)), &mut each);
        return;
    }
    let mut each = |index: usize, state| found[index].sha256 = digest(&state);
    let mut queue = Queue::new(SHA256_INITIAL, inputs, order);
    if let Some(sha_ni) = proofs.sha_ni {
        queue.run(Sha256x4(sha_ni), 2, &mut each);
    }
    queue.run_alone(sha2::block_api::compress256, &mut each);

    let mut each = |index: usize, state| found[index].sm3 = digest(&state);
    let mut queue = Queue::new(SM3_INITIAL, inputs, order);
    if let Some(avx2) = proofs.avx2 {
        queue.run(Sm3x8(avx2), 3, &mut each);
    }
    queue.run_alone(sm3_scalar::compress, &mut each);
}

/// Both initial states, in the order of [`BothX16`].
fn both_initial() -> [u32; 16] {
    std::array::from_fn(|i| {
        if i < 8 {
            SHA256_INITIAL[i]
        } else {
            SM3_INITIAL[i - 8]
        }
    })
}

/// The states of both digests out of one.
fn halves(state: &[u32; 16]) -> ([u32; 8], [u32; 8]) {
    (
        std::array::from_fn(|i| state[i]),
        std::array::from_fn(|i| state[i + 8]),
    )
}

/// How one message is compressed in the same states as [`BothX16`] does sixteen.
fn both_alone(both: Option<Both>) -> impl Fn(&mut [u32; 16], &[Block]) {
    move |state, blocks| {
        let (mut sha256, mut sm3) = halves(state);
        if let Some(both) = both {
            let mut states = States::new(sha256, sm3);
            both.compress(&mut states, blocks);
            (sha256, sm3) = (states.sha256(), states.sm3());
        } else {
            sha2::block_api::compress256(&mut sha256, blocks);
            sm3_scalar::compress(&mut sm3, blocks);
        }
        *state = std::array::from_fn(|i| if i < 8 { sha256[i] } else { sm3[i - 8] });
    }
}

/// A message on its way.
struct Stream<'a, const W: usize> {
    index: usize,
    state: [u32; W],
    body: &'a [Block],
    tail: Tail,
}

impl<'a, const W: usize> Stream<'a, W> {
    fn new(index: usize, message: &'a [u8], initial: [u32; W]) -> Self {
        let (body, rest) = message.as_chunks::<64>();
        Stream {
            index,
            state: initial,
            body,
            tail: Tail::new(rest, message.len() as u64),
        }
    }

    /// Blocks ready to be compressed, in one piece; none when the message has ended.
    fn ready(&self) -> &[Block] {
        if self.body.is_empty() {
            self.tail.blocks()
        } else {
            self.body
        }
    }

    /// Counts the first `blocks` of the ready blocks as compressed. Returns whether the message
    /// has ended.
    fn advance(&mut self, blocks: usize) -> bool {
        if self.body.is_empty() {
            self.tail.advance(blocks);
        } else {
            self.body = &self.body[blocks..];
        }
        self.ready().is_empty()
    }
}

/// The messages that still have blocks.
struct Queue<'a, const W: usize> {
    initial: [u32; W],
    inputs: &'a [&'a [u8]],
    fresh: std::slice::Iter<'a, usize>,
    /// Left by a wider kernel.
    begun: Vec<Stream<'a, W>>,
}

impl<'a, const W: usize> Queue<'a, W> {
    fn new(initial: [u32; W], inputs: &'a [&'a [u8]], order: &'a [usize]) -> Self {
        Queue {
            initial,
            inputs,
            fresh: order.iter(),
            begun: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<Stream<'a, W>> {
        let fresh = |&index: &usize| Stream::new(index, self.inputs[index], self.initial);
        self.begun.pop().or_else(|| self.fresh.next().map(fresh))
    }

    /// Compresses messages side by side until fewer than `least` are left, and gives `each` the
    /// index and the state of those that end.
    fn run<const N: usize>(
        &mut self,
        kernel: impl Kernel<N, W>,
        least: usize,
        each: &mut impl FnMut(usize, [u32; W]),
    ) {
        let mut state = [[0; N]; W];
        // Message `lane` is in lane `lane`; the lanes after the last message idle.
        let mut active: Vec<Stream<'a, W>> = Vec::with_capacity(N);
        loop {
            while active.len() < N
                && let Some(stream) = self.next()
            {
                put(&mut state, active.len(), &stream.state);
                active.push(stream);
            }
            let (Some(first), true) = (active.first(), active.len() >= least) else {
                break;
            };
            // An idle lane goes along with the first; nobody reads what it computes.
            let ready = |lane| active.get(lane).unwrap_or(first).ready();
            let blocks: [&[Block]; N] = std::array::from_fn(ready);
            let count = blocks.iter().map(|lane| lane.len()).min().unwrap_or(0);
            kernel.compress(&mut state, &blocks);
            self.advance(&mut state, &mut active, count, each);
        }
        for (lane, mut stream) in active.into_iter().enumerate() {
            stream.state = take(&state, lane);
            self.begun.push(stream);
        }
    }

    /// Counts `count` blocks of every active message as compressed, and takes those that end out
    /// of their lanes.
    fn advance<const N: usize>(
        &mut self,
        state: &mut [[u32; N]; W],
        active: &mut Vec<Stream<'a, W>>,
        count: usize,
        each: &mut impl FnMut(usize, [u32; W]),
    ) {
        for lane in (0..active.len()).rev() {
            if !active[lane].advance(count) {
                continue;
            }
            each(active[lane].index, take(state, lane));
            if let Some(stream) = self.next() {
                put(state, lane, &stream.state);
                active[lane] = stream;
            } else {
                let last = take(state, active.len() - 1);
                put(state, lane, &last);
                active.swap_remove(lane);
            }
        }
    }

    /// Compresses the messages that are left one after another.
    fn run_alone(
        &mut self,
        compress: impl Fn(&mut [u32; W], &[Block]),
        each: &mut impl FnMut(usize, [u32; W]),
    ) {
        while let Some(mut stream) = self.next() {
            compress(&mut stream.state, stream.body);
            compress(&mut stream.state, stream.tail.blocks());
            each(stream.index, stream.state);
        }
    }
}

fn put<const N: usize, const W: usize>(state: &mut [[u32; N]; W], lane: usize, words: &[u32; W]) {
    for (row, word) in state.iter_mut().zip(words) {
        row[lane] = *word;
    }
}

fn take<const N: usize, const W: usize>(state: &[[u32; N]; W], lane: usize) -> [u32; W] {
    std::array::from_fn(|word| state[word][lane])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A processor may have the wide vectors and lack the SHA extensions.
    #[test]
    fn alone_with_and_without_the_sha_extensions() {
        let blocks: Vec<Block> = (0..40_u8).map(|number| [number; 64]).collect();
        let mut expected = (SHA256_INITIAL, SM3_INITIAL);
        sha2::block_api::compress256(&mut expected.0, &blocks);
        sm3_scalar::compress(&mut expected.1, &blocks);
        for lanes in crate::kernels() {
            let mut state = both_initial();
            both_alone(Both::new(lanes))(&mut state, &blocks);
            assert_eq!(halves(&state), expected, "{lanes:?}");
        }
    }
}
