//! Opening the encrypted file, and bringing its tables to this program's version.
//!
//! Migrations are numbered files. Each says whether programs that do not know it may still write to the file; the
//! newest that says no is kept in the file as its forward-compatibility version, and an older program stops there.

use std::path::Path;
use std::sync::Once;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{CasebookError, Result};
use crate::keys::OfficeKey;

/// The newest format version this program knows: the number of its last migration.
pub const PROGRAM_VERSION: u32 = 7;

struct Migration {
    number: u32,
    /// Whether a program that does not know this migration would do harm.
    breaks_older: bool,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        breaks_older: true,
        sql: include_str!("../migrations/0001.sql"),
    },
    // A program that does not know evidence records would deliver cases without them.
    Migration {
        number: 2,
        breaks_older: true,
        sql: include_str!("../migrations/0002.sql"),
    },
    // A program that does not know captures would leave interrupted ones lying.
    Migration {
        number: 3,
        breaks_older: true,
        sql: include_str!("../migrations/0003.sql"),
    },
    // A program that does not know records would issue documents without them.
    Migration {
        number: 4,
        breaks_older: true,
        sql: include_str!("../migrations/0004.sql"),
    },
    // A program that does not know anchorings would deliver cases without them.
    Migration {
        number: 5,
        breaks_older: true,
        sql: include_str!("../migrations/0005.sql"),
    },
    // A program that does not know approvals and amendments would issue without them, and deliver unsigned files.
    Migration {
        number: 6,
        breaks_older: true,
        sql: include_str!("../migrations/0006.sql"),
    },
    // A program that does not know detached signatures would deliver documents without them.
    Migration {
        number: 7,
        breaks_older: true,
        sql: include_str!("../migrations/0007.sql"),
    },
];

/// `Fdm1`, so that `file` and a stray tool that has the key know what this is.
const APPLICATION_ID: i32 = 0x4664_6D31;

/// Opens an existing file with its key and makes it current.
pub(crate) fn open(path: &Path, key: &OfficeKey) -> Result<Connection> {
    ready();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    unlock(&conn, key)?;
    settle(&conn)?;
    migrate(&mut conn, MIGRATIONS)?;
    Ok(conn)
}

/// Lets one thread make the library ready while the others wait.
///
/// SQLite declares itself ready before it calls SQLCipher's own initialization, and whoever opens a file in between
/// can set no key. Every connection of the process passes here first.
fn ready() {
    static READY: Once = Once::new();
    // What keeps it from becoming ready is said again, and reported, when the file is opened.
    READY.call_once(|| drop(Connection::open_in_memory()));
}

/// The key before anything else; then the first read, which shows whether it fits.
fn unlock(conn: &Connection, key: &OfficeKey) -> Result<()> {
    // SQLCipher would write to the terminal on a wrong key.
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    conn.execute_batch(&key.pragma())?;
    // SQLCipher 4's page size, KDF and HMAC, whatever a later library's defaults are.
    conn.execute_batch("PRAGMA cipher_compatibility = 4;")?;
    let first_read = conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
    first_read.map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => CasebookError::KeyDoesNotFit,
        _ => e.into(),
    })
}

/// Durable commits; nothing outside the encrypted file; a schema that cannot call out.
fn settle(conn: &Connection) -> Result<()> {
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA busy_timeout = 5000;",
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(conn: &mut Connection, known: &[Migration]) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS format (
             id      INTEGER PRIMARY KEY CHECK (id = 1),
             version INTEGER NOT NULL,
             needs   INTEGER NOT NULL
         ) STRICT;
         INSERT OR IGNORE INTO format (id, version, needs) VALUES (1, 0, 0);",
    )?;
    let (version, needs): (u32, u32) =
        tx.query_row("SELECT version, needs FROM format", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let program = known.last().map_or(0, |m| m.number);
    if needs > program {
        return Err(CasebookError::NewerFile {
            file: needs,
            program,
        });
    }
    for migration in known.iter().filter(|m| m.number > version) {
        tx.execute_batch(migration.sql)?;
        tx.execute("UPDATE format SET version = ?1", [migration.number])?;
        if migration.breaks_older {
            tx.execute("UPDATE format SET needs = ?1", [migration.number])?;
        }
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Migration = Migration {
        number: 2,
        breaks_older: false,
        sql: "CREATE INDEX harmless ON a (x);",
    };
    const THIRD: Migration = Migration {
        number: 3,
        breaks_older: true,
        sql: "ALTER TABLE a ADD COLUMN y INTEGER;",
    };

    fn first() -> Migration {
        Migration {
            number: 1,
            breaks_older: true,
            sql: "CREATE TABLE a (x INTEGER) STRICT;",
        }
    }

    fn version(conn: &Connection) -> (u32, u32) {
        conn.query_row("SELECT version, needs FROM format", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap()
    }

    fn in_memory() -> Connection {
        ready();
        Connection::open_in_memory().unwrap()
    }

    #[test]
    fn migrations_run_once_each_and_in_order() {
        let mut conn = in_memory();
        migrate(&mut conn, &[first()]).unwrap();
        assert_eq!(version(&conn), (1, 1));
        migrate(&mut conn, &[first(), SECOND, THIRD]).unwrap();
        migrate(&mut conn, &[first(), SECOND, THIRD]).unwrap();
        assert_eq!(version(&conn), (3, 3));
        conn.execute("INSERT INTO a (x, y) VALUES (1, 2)", [])
            .unwrap();
    }

    #[test]
    fn an_old_program_refuses_a_newer_file_and_names_both_versions() {
        let mut conn = in_memory();
        migrate(&mut conn, &[first(), SECOND, THIRD]).unwrap();
        let refused = migrate(&mut conn, &[first()]).unwrap_err();
        let (file, program) = (3, 1);
        assert_eq!(refused, CasebookError::NewerFile { file, program });
        assert!(refused.to_string().contains('3') && refused.to_string().contains('1'));
    }

    #[test]
    fn an_old_program_goes_on_with_a_newer_file_that_does_not_mind() {
        let mut conn = in_memory();
        migrate(&mut conn, &[first(), SECOND]).unwrap();
        assert_eq!(version(&conn), (2, 1));
        migrate(&mut conn, &[first()]).unwrap();
        assert_eq!(version(&conn), (2, 1));
    }

    #[test]
    fn a_failing_migration_leaves_the_file_as_it_was() {
        let broken = Migration {
            number: 2,
            breaks_older: true,
            sql: "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT;",
        };
        let mut conn = in_memory();
        migrate(&mut conn, &[first()]).unwrap();
        assert!(migrate(&mut conn, &[first(), broken]).is_err());
        assert_eq!(version(&conn), (1, 1));
        assert!(conn.execute("INSERT INTO b (x) VALUES (1)", []).is_err());
    }

    #[test]
    fn the_numbers_are_consecutive_and_the_last_is_the_programs() {
        let numbers: Vec<u32> = MIGRATIONS.iter().map(|m| m.number).collect();
        let expected: Vec<u32> = (1..=PROGRAM_VERSION).collect();
        assert_eq!(numbers, expected);
    }
}
