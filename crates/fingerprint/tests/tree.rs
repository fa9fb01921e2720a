//! RFC 6962 trees: known roots, a plain recursive oracle, and every path of every small tree.

use fidem_fingerprint::hex;
use fidem_fingerprint::sha256;
use fidem_fingerprint::tree::Hash;
use fidem_fingerprint::tree::PathError;
use fidem_fingerprint::tree::Tree;
use fidem_fingerprint::tree::leaf_hash;
use fidem_fingerprint::tree::leaf_hashes;
use fidem_fingerprint::tree::node_hash;
use fidem_fingerprint::tree::root;
use fidem_fingerprint::tree::root_from_inclusion;
use fidem_fingerprint::tree::verify_consistency;

/// `MTH` as RFC 6962 §2.1 defines it.
fn definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&definition(left), &definition(right))
        }
    }
}

/// `PATH` as RFC 6962 §2.1.1 defines it.
fn path_by_definition(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, beside) = if index < k {
        (path_by_definition(index, left), definition(right))
    } else {
        (path_by_definition(index - k, right), definition(left))
    };
    path.push(beside);
    path
}

/// `SUBPROOF` as RFC 6962 §2.1.2 defines it.
fn subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole {
            Vec::new()
        } else {
            vec![definition(leaves)]
        };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, beside) = if old <= k {
        (subproof(old, left, whole), definition(right))
    } else {
        (subproof(old - k, right, false), definition(left))
    };
    path.push(beside);
    path
}

fn numbered(count: u32) -> Vec<Hash> {
    (0..count)
        .map(|number| leaf_hash(&number.to_be_bytes()))
        .collect()
}

/// The leaves and roots that the certificate-transparency implementations test with.
#[test]
fn known_roots() {
    let leaves: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    for (size, expected) in roots.iter().enumerate() {
        assert_eq!(
            hex::encode(&root(&hashes[..size])),
            *expected,
            "{size} leaves"
        );
        assert_eq!(
            hex::encode(&Tree::new(hashes[..size].to_vec()).root()),
            *expected
        );
    }
}

#[test]
fn roots_of_all_small_and_some_large_trees() {
    let leaves = numbered(5_000);
    for size in (0..=200).chain([
        1_023, 1_024, 1_025, 2_047, 2_048, 2_049, 3_333, 4_096, 5_000,
    ]) {
        let expected = definition(&leaves[..size]);
        assert_eq!(root(&leaves[..size]), expected, "{size} leaves");
        let tree = Tree::new(leaves[..size].to_vec());
        assert_eq!(tree.root(), expected, "{size} leaves");
        assert_eq!(tree.size(), size as u64);
    }
}

#[test]
fn leaves_of_equal_length_at_once() {
    fn check<const N: usize>() {
        let data: Vec<[u8; N]> = (0..70_u8)
            .map(|leaf| std::array::from_fn(|i| leaf ^ i.to_le_bytes()[0]))
            .collect();
        for count in 0..=data.len() {
            let expected: Vec<Hash> = data[..count].iter().map(|leaf| leaf_hash(leaf)).collect();
            assert_eq!(
                leaf_hashes(&data[..count]),
                expected,
                "{count} leaves of {N} bytes"
            );
        }
    }
    check::<0>();
    check::<1>();
    check::<32>();
    check::<54>();
    check::<55>();
    check::<62>();
    check::<63>();
    check::<64>();
    check::<80>();
    check::<118>();
    check::<119>();
    check::<300>();
}

#[test]
fn inclusion_in_all_sizes_to_70() {
    let leaves = numbered(70);
    for size in 0..=leaves.len() {
        let tree = Tree::new(leaves[..size].to_vec());
        for (index, leaf) in leaves[..size].iter().enumerate() {
            let path = tree.inclusion(index as u64).unwrap();
            assert_eq!(
                path,
                path_by_definition(index, &leaves[..size]),
                "{index} of {size}"
            );
            check_inclusion(leaf, index as u64, &tree, &path);
        }
        assert_eq!(tree.inclusion(size as u64), None);
        assert_eq!(tree.inclusion(u64::MAX), None);
    }
}

fn check_inclusion(leaf: &Hash, index: u64, tree: &Tree, path: &[Hash]) {
    let size = tree.size();
    assert_eq!(
        root_from_inclusion(leaf, index, size, path),
        Ok(tree.root())
    );
    for at in 0..path.len() {
        let mut forged = path.to_vec();
        forged[at][at % 32] ^= 1;
        assert_ne!(
            root_from_inclusion(leaf, index, size, &forged),
            Ok(tree.root())
        );
        let error = root_from_inclusion(leaf, index, size, &path[..at]);
        assert_eq!(
            error,
            Err(PathError::Length {
                expected: path.len(),
                found: at
            })
        );
    }
    let longer = [path, &[*leaf]].concat();
    let error = root_from_inclusion(leaf, index, size, &longer);
    assert_eq!(
        error,
        Err(PathError::Length {
            expected: path.len(),
            found: path.len() + 1
        })
    );
    for other in (0..size).filter(|&other| other != index) {
        assert_ne!(
            root_from_inclusion(leaf, other, size, path),
            Ok(tree.root())
        );
    }
    let error = root_from_inclusion(leaf, size, size, path);
    assert_eq!(error, Err(PathError::IndexBeyondTree { index: size, size }));
}

#[test]
fn consistency_of_all_sizes_to_70() {
    let leaves = numbered(70);
    for new in 0..=leaves.len() {
        let tree = Tree::new(leaves[..new].to_vec());
        for old in 0..=new {
            let old_root = definition(&leaves[..old]);
            let path = tree.consistency(old as u64).unwrap();
            if old > 0 {
                assert_eq!(path, subproof(old, &leaves[..new], true), "{old} in {new}");
            }
            check_consistency(old as u64, &old_root, &tree, &path);
        }
        assert_eq!(tree.consistency(new as u64 + 1), None);
    }
}

fn check_consistency(old: u64, old_root: &Hash, tree: &Tree, path: &[Hash]) {
    let (new, new_root) = (tree.size(), tree.root());
    let wrong = [0x55; 32];
    assert_eq!(
        verify_consistency(old, old_root, new, &new_root, path),
        Ok(()),
        "{old} in {new}"
    );
    assert!(verify_consistency(old, &wrong, new, &new_root, path).is_err());
    if old > 0 {
        // The empty tree says nothing of the newer one.
        let error = verify_consistency(old, old_root, new, &wrong, path);
        assert!(matches!(error, Err(PathError::NewRoot { .. })), "{error:?}");
    }
    for at in 0..path.len() {
        let mut forged = path.to_vec();
        forged[at][at % 32] ^= 1;
        assert!(verify_consistency(old, old_root, new, &new_root, &forged).is_err());
        let error = verify_consistency(old, old_root, new, &new_root, &path[..at]);
        assert_eq!(
            error,
            Err(PathError::Length {
                expected: path.len(),
                found: at
            })
        );
    }
    let longer = [path, &[wrong]].concat();
    let error = verify_consistency(old, old_root, new, &new_root, &longer);
    assert_eq!(
        error,
        Err(PathError::Length {
            expected: path.len(),
            found: path.len() + 1
        })
    );
    let error = verify_consistency(new + 1, old_root, new, &new_root, path);
    assert_eq!(
        error,
        Err(PathError::OldBeyondNew {
            old_size: new + 1,
            new_size: new
        })
    );
}

/// Sizes near 2^64 name paths of at most 64 hashes, and are compared without overflow.
#[test]
fn enormous_sizes() {
    let leaf = [7; 32];
    let long = [[9; 32]; 64];
    assert!(root_from_inclusion(&leaf, u64::MAX - 2, u64::MAX - 1, &long).is_err());
    assert!(root_from_inclusion(&leaf, 0, u64::MAX, &long).is_ok());
    let error = root_from_inclusion(&leaf, 0, u64::MAX, &long[1..]);
    assert_eq!(
        error,
        Err(PathError::Length {
            expected: 64,
            found: 63
        })
    );
    let error = verify_consistency(1, &leaf, u64::MAX, &leaf, &long);
    assert!(matches!(
        error,
        Err(PathError::OldRoot { .. } | PathError::NewRoot { .. })
    ));
    let error = verify_consistency(u64::MAX - 1, &leaf, u64::MAX, &leaf, &[]);
    assert!(
        matches!(error, Err(PathError::Length { found: 0, .. })),
        "{error:?}"
    );
}
