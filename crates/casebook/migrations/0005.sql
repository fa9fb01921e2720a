-- Anchorings of the office log: one root, one network. The ticket is kept before anything is sent, so that a crash loses
-- no submission. States follow each other as the triggers say; what was anchored never changes.
CREATE TABLE anchor (
    number          INTEGER PRIMARY KEY CHECK (number >= 1),
    rail            TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    adapter_version INTEGER NOT NULL,
    network         TEXT    NOT NULL,
    size            INTEGER NOT NULL CHECK (size >= 1),
    root            BLOB    NOT NULL CHECK (length(root) = 32),
    disclosure_json TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('prepared', 'submitted', 'included', 'final', 'forked')),
    ticket          BLOB    NOT NULL,
    place_json      TEXT    NOT NULL,
    problem         TEXT,
    prepared_at     TEXT    NOT NULL,
    prepared_by     INTEGER NOT NULL REFERENCES person (id),
    changed_at      TEXT    NOT NULL
) STRICT;
CREATE INDEX anchor_open ON anchor (state) WHERE state IN ('prepared', 'submitted', 'included');
CREATE TRIGGER anchor_no_delete BEFORE DELETE ON anchor BEGIN SELECT RAISE(ABORT, 'anchors are kept'); END;
CREATE TRIGGER anchor_keeps_root BEFORE UPDATE OF number, rail, kind, adapter_version, network, size, root, prepared_at, prepared_by ON anchor BEGIN SELECT RAISE(ABORT, 'anchors are kept'); END;
CREATE TRIGGER anchor_forked_stays BEFORE UPDATE OF state ON anchor WHEN old.state = 'forked' AND new.state <> 'forked' BEGIN SELECT RAISE(ABORT, 'a forked anchor is made anew'); END;

CREATE INDEX log_leaf_leaf ON log_leaf (leaf);

-- Evidence of an anchoring. A later set takes the place of an earlier one as a whole, and both stay.
CREATE TABLE anchor_file (
    anchor INTEGER NOT NULL REFERENCES anchor (number),
    edition INTEGER NOT NULL CHECK (edition >= 1),
    name   TEXT    NOT NULL,
    octets BLOB    NOT NULL,
    at     TEXT    NOT NULL,
    PRIMARY KEY (anchor, edition, name)
) STRICT;
CREATE TRIGGER anchor_file_no_delete BEFORE DELETE ON anchor_file BEGIN SELECT RAISE(ABORT, 'evidence is kept'); END;
CREATE TRIGGER anchor_file_no_update BEFORE UPDATE ON anchor_file BEGIN SELECT RAISE(ABORT, 'evidence is kept'); END;
