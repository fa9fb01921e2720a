-- The office itself: one row, written once.
CREATE TABLE office (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    office_id     TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    name_en       TEXT,
    demonstration INTEGER NOT NULL CHECK (demonstration IN (0, 1)),
    created       TEXT    NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A name is never given to a second person, so that an actor in the journal is one person for ever.
CREATE TABLE person (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE,
    roles    TEXT    NOT NULL,
    active   INTEGER NOT NULL CHECK (active IN (0, 1)),
    added    TEXT    NOT NULL,
    disabled TEXT
) STRICT;

-- R-001: gap-free per year.
CREATE TABLE case_serial (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE casefile (
    no                INTEGER PRIMARY KEY,
    id                TEXT    NOT NULL UNIQUE,
    year              INTEGER NOT NULL,
    serial            INTEGER NOT NULL,
    number            TEXT    NOT NULL UNIQUE,
    matter            TEXT    NOT NULL,
    applicant         TEXT    NOT NULL,
    applicant_kind    TEXT,
    applicant_id      TEXT,
    agent             TEXT,
    purpose           TEXT,
    acceptance_number TEXT,
    notarial_number   TEXT,
    facts_json        TEXT    NOT NULL,
    state             TEXT    NOT NULL CHECK (state IN ('open', 'void')),
    void_reason       TEXT,
    created           TEXT    NOT NULL,
    created_by        INTEGER NOT NULL REFERENCES person (id),
    last_item         INTEGER NOT NULL DEFAULT 0,
    last_batch        INTEGER NOT NULL DEFAULT 0,
    last_seal         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (year, serial)
) STRICT;

-- What a case's fields said before each correction.
CREATE TABLE case_change (
    id       INTEGER PRIMARY KEY,
    casefile INTEGER NOT NULL REFERENCES casefile (no),
    seq      INTEGER NOT NULL,
    at       TEXT    NOT NULL,
    person   INTEGER NOT NULL REFERENCES person (id),
    field    TEXT    NOT NULL,
    before   TEXT,
    after    TEXT
) STRICT;
CREATE INDEX case_change_of ON case_change (casefile);

CREATE TABLE batch (
    casefile   INTEGER NOT NULL REFERENCES casefile (no),
    number     INTEGER NOT NULL,
    facts_json TEXT    NOT NULL,
    at         TEXT    NOT NULL,
    person     INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (casefile, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    id               INTEGER PRIMARY KEY,
    casefile         INTEGER NOT NULL REFERENCES casefile (no),
    number           INTEGER NOT NULL,
    batch            INTEGER NOT NULL,
    name             TEXT    NOT NULL,
    original_path    TEXT,
    media_type       TEXT    NOT NULL,
    class            TEXT    NOT NULL,
    class_computed   TEXT    NOT NULL,
    lowered_reason   TEXT,
    facts_json       TEXT    NOT NULL,
    size             INTEGER NOT NULL CHECK (size >= 0),
    sha256           BLOB    NOT NULL CHECK (length(sha256) = 32),
    sm3              BLOB    NOT NULL CHECK (length(sm3) = 32),
    content_nonce    BLOB    NOT NULL CHECK (length(content_nonce) = 16),
    record_nonce     BLOB    NOT NULL CHECK (length(record_nonce) = 16),
    member           TEXT,
    received_at      TEXT    NOT NULL,
    hashed_at        TEXT    NOT NULL,
    added_at         TEXT    NOT NULL,
    added_by         INTEGER NOT NULL REFERENCES person (id),
    seal             INTEGER,
    withdrawn_at     TEXT,
    withdrawn_by     INTEGER REFERENCES person (id),
    withdrawn_reason TEXT,
    UNIQUE (casefile, number),
    FOREIGN KEY (casefile, batch) REFERENCES batch (casefile, number),
    FOREIGN KEY (casefile, seal) REFERENCES seal (casefile, number)
) STRICT;
CREATE INDEX item_sha256 ON item (sha256);
CREATE INDEX item_seal ON item (casefile, seal, number) WHERE seal IS NOT NULL;
CREATE INDEX item_withdrawn ON item (casefile) WHERE withdrawn_at IS NOT NULL;

CREATE TABLE seal (
    casefile        INTEGER NOT NULL REFERENCES casefile (no),
    number          INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'sealed')),
    items           INTEGER NOT NULL,
    manifest        BLOB    NOT NULL,
    manifest_sha256 BLOB    NOT NULL CHECK (length(manifest_sha256) = 32),
    seal_json       BLOB    NOT NULL,
    seal_sha256     BLOB    NOT NULL CHECK (length(seal_sha256) = 32),
    created         TEXT    NOT NULL,
    created_by      INTEGER NOT NULL REFERENCES person (id),
    completed       TEXT,
    completed_by    INTEGER REFERENCES person (id),
    PRIMARY KEY (casefile, number)
) STRICT;
CREATE INDEX seal_waiting ON seal (state) WHERE state = 'waiting';
CREATE INDEX seal_manifest ON seal (manifest_sha256);
CREATE INDEX seal_statement ON seal (seal_sha256);

CREATE TABLE token (
    casefile     INTEGER NOT NULL,
    seal         INTEGER NOT NULL,
    ordinal      INTEGER NOT NULL,
    authority    TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    asic_xml     BLOB    NOT NULL,
    token        BLOB    NOT NULL,
    summary_json TEXT    NOT NULL,
    counts       INTEGER NOT NULL CHECK (counts IN (0, 1)),
    added_at     TEXT    NOT NULL,
    PRIMARY KEY (casefile, seal, ordinal),
    FOREIGN KEY (casefile, seal) REFERENCES seal (casefile, number)
) STRICT;

-- The office log (本处登记日志): leaf i is row i.
CREATE TABLE log_leaf (
    idx  INTEGER PRIMARY KEY,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    at   TEXT NOT NULL
) STRICT;
CREATE TABLE log_checkpoint (
    id   INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    at   TEXT NOT NULL
) STRICT;

CREATE TABLE certificate (
    document_id TEXT    PRIMARY KEY,
    casefile    INTEGER NOT NULL REFERENCES casefile (no),
    kind        TEXT    NOT NULL,
    seals_upto  INTEGER NOT NULL,
    pdf         BLOB    NOT NULL,
    data_json   TEXT    NOT NULL,
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    reviewed_by TEXT,
    issued_at   TEXT    NOT NULL,
    issued_by   INTEGER NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX certificate_of ON certificate (casefile, issued_at);
CREATE INDEX certificate_sha256 ON certificate (sha256);

CREATE TABLE review (
    id              INTEGER PRIMARY KEY,
    casefile        INTEGER NOT NULL,
    seal            INTEGER NOT NULL,
    person          INTEGER NOT NULL REFERENCES person (id),
    approved_sha256 BLOB    NOT NULL CHECK (length(approved_sha256) = 32),
    checklist_json  TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    FOREIGN KEY (casefile, seal) REFERENCES seal (casefile, number)
) STRICT;
CREATE INDEX review_of ON review (casefile, seal);

CREATE TABLE revision (
    casefile       INTEGER NOT NULL REFERENCES casefile (no),
    number         INTEGER NOT NULL,
    content_key    TEXT    NOT NULL,
    journal_upto   INTEGER NOT NULL,
    delivery_sha256   BLOB    NOT NULL,
    delivery_token BLOB,
    revision_json  BLOB    NOT NULL,
    created        TEXT    NOT NULL,
    person         INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (casefile, number)
) STRICT;

-- R-090: where second copies lie and when a restore from each was last tried.
CREATE TABLE second_copy (
    place       TEXT PRIMARY KEY,
    made        TEXT NOT NULL,
    last_tested TEXT
) STRICT, WITHOUT ROWID;

-- R-078. `bytes` is what counts; the other columns repeat parts of it for queries and are compared when verifying.
CREATE TABLE journal (
    seq      INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    action   TEXT NOT NULL,
    casefile INTEGER REFERENCES casefile (no),
    item     INTEGER,
    bytes    BLOB NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX journal_of ON journal (casefile, seq) WHERE casefile IS NOT NULL;
CREATE TABLE journal_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, zeroblob(32));

-- Words of cases (rowid = 2 * casefile.no) and of items (rowid = 2 * item.id + 1). The text itself stays in those tables.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- The second guard: whoever writes past the program meets these first.
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_head_grows BEFORE UPDATE ON journal_head WHEN new.seq <= old.seq BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON journal_head BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER log_leaf_no_update BEFORE UPDATE ON log_leaf BEGIN SELECT RAISE(ABORT, 'the office log is append-only'); END;
CREATE TRIGGER log_leaf_no_delete BEFORE DELETE ON log_leaf BEGIN SELECT RAISE(ABORT, 'the office log is append-only'); END;
CREATE TRIGGER log_checkpoint_no_update BEFORE UPDATE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are kept'); END;
CREATE TRIGGER log_checkpoint_no_delete BEFORE DELETE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are kept'); END;
CREATE TRIGGER office_no_update BEFORE UPDATE ON office BEGIN SELECT RAISE(ABORT, 'an office keeps its identity'); END;
CREATE TRIGGER office_no_delete BEFORE DELETE ON office BEGIN SELECT RAISE(ABORT, 'an office keeps its identity'); END;
CREATE TRIGGER person_no_delete BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'persons are disabled, not deleted'); END;
CREATE TRIGGER person_keeps_name BEFORE UPDATE OF id, name ON person BEGIN SELECT RAISE(ABORT, 'a person keeps the name'); END;
CREATE TRIGGER casefile_no_delete BEFORE DELETE ON casefile BEGIN SELECT RAISE(ABORT, 'cases are void, not deleted'); END;
CREATE TRIGGER casefile_keeps_number BEFORE UPDATE OF no, id, year, serial, number, created, created_by ON casefile BEGIN SELECT RAISE(ABORT, 'a case keeps its number'); END;
CREATE TRIGGER case_change_no_update BEFORE UPDATE ON case_change BEGIN SELECT RAISE(ABORT, 'corrections are kept'); END;
CREATE TRIGGER case_change_no_delete BEFORE DELETE ON case_change BEGIN SELECT RAISE(ABORT, 'corrections are kept'); END;
CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'batches are kept'); END;
CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'batches are kept'); END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'items are withdrawn, not deleted'); END;
CREATE TRIGGER item_keeps_content BEFORE UPDATE OF id, casefile, number, batch, name, original_path, media_type, class_computed, facts_json, size, sha256, sm3, content_nonce, record_nonce, member, received_at, hashed_at, added_at, added_by ON item BEGIN SELECT RAISE(ABORT, 'an item is written once'); END;
CREATE TRIGGER item_sealed BEFORE UPDATE ON item WHEN old.seal IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a sealed thing is never edited'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'a sealed thing is never edited'); END;
CREATE TRIGGER seal_keeps_content BEFORE UPDATE OF casefile, number, items, manifest, manifest_sha256, seal_json, seal_sha256, created, created_by ON seal BEGIN SELECT RAISE(ABORT, 'a sealed thing is never edited'); END;
CREATE TRIGGER token_no_update BEFORE UPDATE ON token BEGIN SELECT RAISE(ABORT, 'tokens are kept'); END;
CREATE TRIGGER token_no_delete BEFORE DELETE ON token BEGIN SELECT RAISE(ABORT, 'tokens are kept'); END;
CREATE TRIGGER certificate_no_update BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'issued documents are kept'); END;
CREATE TRIGGER certificate_no_delete BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'issued documents are kept'); END;
CREATE TRIGGER review_no_update BEFORE UPDATE ON review BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END;
CREATE TRIGGER review_no_delete BEFORE DELETE ON review BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END;
CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'revisions are kept'); END;
CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'revisions are kept'); END;
