//! What a vault promises about its objects.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fidem_fingerprint::Hasher;
use fidem_vault::{Key, Stored, Vault, VaultError};

fn key_of(bytes: &[u8]) -> Key {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    Key(hasher.finish().sha256)
}

fn place(folder: &Path, key: Key) -> PathBuf {
    let hex = key.to_string();
    folder
        .join("sha256")
        .join(&hex[..2])
        .join(&hex[2..4])
        .join(hex)
}

fn put(vault: &Vault, bytes: &[u8]) -> Stored {
    vault
        .commit(vault.write_whole(bytes).unwrap(), key_of(bytes))
        .unwrap()
}

fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn written_in_pieces_read_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let bytes: Vec<u8> = (0..3_000_000_u32)
        .map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[2])
        .collect();
    let key = key_of(&bytes);

    let mut incoming = vault.writer().unwrap();
    for piece in bytes.chunks(777_777) {
        incoming.write(piece).unwrap();
    }
    assert_eq!(incoming.position(), 3_000_000);
    assert!(!vault.contains(&key).unwrap());
    assert_eq!(vault.commit(incoming, key), Ok(Stored::New));

    assert!(vault.contains(&key).unwrap());
    assert_eq!(vault.size(&key), Ok(3_000_000));
    assert_eq!(vault.read_all(&key, 3_000_000).unwrap(), bytes);
    assert_eq!(
        vault.read_all(&key, 2_999_999),
        Err(VaultError::TooLarge {
            key,
            size: 3_000_000,
            limit: 2_999_999
        })
    );
    let mut seen = Vec::new();
    let fingerprint = vault
        .verify(&key, &mut |done| {
            seen.push(done);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(
        (fingerprint.size, Key(fingerprint.sha256)),
        (3_000_000, key)
    );
    assert_eq!(seen, [1 << 20, 2 << 20, 3_000_000]);
    assert_eq!(
        vault.verify(&key, &mut |_| ControlFlow::Break(())),
        Err(VaultError::Cancelled)
    );
}

#[test]
fn an_object_is_read_only_at_its_documented_place() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    put(&vault, b"abc");
    // FIPS 180-4, example of "abc".
    let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let path = folder.path().join("sha256/ba/78").join(hex);
    assert_eq!(fs::read(&path).unwrap(), b"abc");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o333,
        0,
        "nobody may write it"
    );
    assert_eq!(
        files_in(&folder.path().join("incoming")),
        1,
        "only the lock remains"
    );
}

#[test]
fn the_same_bytes_are_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let twin = || (vault.write_whole(b"twin").unwrap(), key_of(b"twin"));
    let other = (vault.write_whole(b"").unwrap(), key_of(b""));
    let batch = vec![twin(), other, twin()];
    assert_eq!(
        vault.commit_all(batch).unwrap(),
        [Stored::New, Stored::New, Stored::Reused]
    );
    assert_eq!(put(&vault, b"twin"), Stored::Reused);
    let keys: Vec<Key> = vault.keys().map(Result::unwrap).collect();
    assert_eq!(
        keys,
        [key_of(b"twin"), key_of(b"")]
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_large_batch_takes_the_other_road_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let contents: Vec<Vec<u8>> = (0..100_u32).map(|n| n.to_be_bytes().repeat(10)).collect();
    let batch = contents
        .iter()
        .map(|bytes| (vault.write_whole(bytes).unwrap(), key_of(bytes)))
        .collect();
    assert_eq!(vault.commit_all(batch).unwrap(), vec![Stored::New; 100]);
    for bytes in &contents {
        assert_eq!(&vault.read_all(&key_of(bytes), 100).unwrap(), bytes);
    }
    let mut expected: Vec<Key> = contents.iter().map(|bytes| key_of(bytes)).collect();
    expected.sort_unstable();
    assert_eq!(
        vault.keys().map(Result::unwrap).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn bytes_under_a_wrong_key_are_not_published() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let (key, found) = (key_of(b"right"), key_of(b"wrong"));
    let answer = vault.commit(vault.write_whole(b"wrong").unwrap(), key);
    assert_eq!(answer, Err(VaultError::ReadBackDiffers { key, found }));
    assert_eq!(vault.contains(&key), Ok(false));
    assert_eq!(vault.contains(&found), Ok(false));
    assert_eq!(files_in(&folder.path().join("incoming")), 1);
}

#[test]
fn a_torn_object_is_set_aside_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let key = key_of(b"the whole of it");
    let path = place(folder.path(), key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for (round, torn) in [&b"the whole"[..], b"the whole of IT", b""]
        .into_iter()
        .enumerate()
    {
        let _ = fs::remove_file(&path);
        fs::write(&path, torn).unwrap();
        assert_eq!(
            vault.verify(&key, &mut |_| ControlFlow::Continue(())),
            Err(VaultError::Altered {
                key,
                found: key_of(torn)
            })
        );
        let quarantined = folder.path().join(format!("quarantine/{key}-{round}"));
        assert_eq!(
            put(&vault, b"the whole of it"),
            Stored::Replaced {
                quarantined: quarantined.clone()
            }
        );
        assert_eq!(fs::read(&quarantined).unwrap(), torn);
        assert_eq!(vault.read_all(&key, 100).unwrap(), b"the whole of it");
    }
}

#[test]
fn what_is_not_there_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let key = Key([7; 32]);
    let missing = VaultError::Missing { key };
    assert_eq!(vault.size(&key), Err(missing.clone()));
    assert_eq!(vault.read_all(&key, 1), Err(missing.clone()));
    assert_eq!(
        vault.verify(&key, &mut |_| ControlFlow::Continue(())),
        Err(missing.clone())
    );
    assert_eq!(vault.open_object(&key).err(), Some(missing));
    assert_eq!(vault.contains(&key), Ok(false));
}

#[test]
fn strangers_among_the_objects_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    put(&vault, b"abc");
    let objects = folder.path().join("sha256");
    fs::write(objects.join("notes.txt"), "x").unwrap();
    fs::write(objects.join("ff"), "a file where a folder belongs").unwrap();
    fs::create_dir_all(objects.join("00/00")).unwrap();
    let misplaced = objects.join("00/00").join(key_of(b"abc").to_string());
    fs::write(&misplaced, "abc").unwrap();
    let found: Vec<_> = vault.keys().collect();
    assert_eq!(
        found,
        [
            Err(VaultError::Stranger { path: misplaced }),
            Ok(key_of(b"abc")),
            Err(VaultError::Stranger {
                path: objects.join("ff")
            }),
            Err(VaultError::Stranger {
                path: objects.join("notes.txt")
            }),
        ]
    );
}

#[test]
fn a_restart_clears_what_was_left_but_not_what_another_is_writing() {
    let folder = tempfile::tempdir().unwrap();
    let stale = folder.path().join("incoming/stale");
    let first = Vault::open(folder.path()).unwrap();
    fs::write(&stale, "x").unwrap();
    let mut writing = first.writer().unwrap();
    writing.write(b"half").unwrap();

    let second = Vault::open(folder.path()).unwrap();
    assert!(stale.exists(), "another is at work, nothing is cleared");
    writing.write(b" whole").unwrap();
    assert_eq!(
        first.commit(writing, key_of(b"half whole")),
        Ok(Stored::New)
    );

    drop((first, second));
    let third = Vault::open(folder.path()).unwrap();
    assert!(!stale.exists());
    assert_eq!(
        third.read_all(&key_of(b"half whole"), 10).unwrap(),
        b"half whole"
    );
}

#[test]
fn free_space_is_the_systems_figure() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    assert!(vault.free_bytes().unwrap() > 0);
}
