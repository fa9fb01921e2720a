//! Both digests of many messages.

use crate::Fingerprint;
use crate::Hasher;
use crate::Lanes;

/// The fingerprint of each of `inputs`, in their order.
///
/// Messages of any lengths are hashed side by side, so many short ones cost about as much as one
/// long one of their total length would if its blocks were independent.
pub fn of_many(inputs: &[&[u8]]) -> Vec<Fingerprint> {
    of_many_with(Lanes::fastest(), inputs)
}

/// As [`of_many`], with the instructions chosen; those this processor lacks are not used.
pub fn of_many_with(lanes: Lanes, inputs: &[&[u8]]) -> Vec<Fingerprint> {
    #[cfg(target_arch = "x86_64")]
    if lanes >= Lanes::Avx2 {
        return side_by_side(lanes, inputs);
    }
    inputs.iter().map(|input| one(lanes, input)).collect()
}

fn one(lanes: Lanes, input: &[u8]) -> Fingerprint {
    let mut hasher = Hasher::with(lanes);
    hasher.update(input);
    hasher.finish()
}

#[cfg(target_arch = "x86_64")]
fn side_by_side(lanes: Lanes, inputs: &[&[u8]]) -> Vec<Fingerprint> {
    use crate::streams;

    if let [input] = inputs {
        return vec![one(lanes, input)];
    }
    // Longest first: lanes that run together then end together, and what is left over when there
    // are no longer enough messages to fill every lane is short.
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(inputs[index].len()));
    let mut fingerprints: Vec<Fingerprint> = inputs
        .iter()
        .map(|input| Fingerprint {
            size: input.len() as u64,
            sha256: [0; 32],
            sm3: [0; 32],
        })
        .collect();
    streams::fill(lanes, inputs, &order, &mut fingerprints);
    fingerprints
}
