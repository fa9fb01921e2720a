//! Octets that look random and need no memory.

/// Writes into `out` the octets from `offset` on of the endless sequence that belongs to `seed`
/// (SplitMix64, little-endian). The same for ever: tests compute what they expect from it.
pub fn generated(seed: u64, offset: u64, out: &mut [u8]) {
    let mut position = offset;
    let mut rest = out;
    while !rest.is_empty() {
        let word = splitmix(seed, position / 8).to_le_bytes();
        let within = usize::from((position % 8) as u8);
        let count = rest.len().min(8 - within);
        let (now, later) = rest.split_at_mut(count);
        now.copy_from_slice(&word[within..within + count]);
        position = position.wrapping_add(count as u64);
        rest = later;
    }
}

fn splitmix(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::generated;

    #[test]
    fn parts_are_those_of_the_whole() {
        let mut whole = [0; 100];
        generated(7, 0, &mut whole);
        for start in 0..40 {
            let mut part = [0; 33];
            generated(7, start, &mut part);
            let start = usize::try_from(start).unwrap();
            assert_eq!(part, whole[start..start + 33]);
        }
    }

    /// The first value of SplitMix64 from seed 1234567, as its author's C code prints it.
    #[test]
    fn the_sequence_is_that_of_splitmix64() {
        let mut word = [0; 8];
        generated(1_234_567, 0, &mut word);
        assert_eq!(u64::from_le_bytes(word), 6_457_827_717_110_365_317);
    }
}
