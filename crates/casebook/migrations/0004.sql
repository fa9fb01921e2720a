-- Records of work (现场记录, 手机取证记录, 继续办理理由). A change is a further version; no version is edited or removed.
CREATE TABLE record (
    casefile   INTEGER NOT NULL REFERENCES casefile (no),
    kind       TEXT    NOT NULL CHECK (kind IN ('onsite', 'phone', 'reason')),
    number     INTEGER NOT NULL CHECK (number >= 1),
    version    INTEGER NOT NULL CHECK (version >= 1),
    complete   INTEGER NOT NULL CHECK (complete IN (0, 1)),
    body_json  TEXT    NOT NULL,
    written_at TEXT    NOT NULL,
    written_by INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (casefile, kind, number, version)
) STRICT;
CREATE TRIGGER record_no_delete BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records are kept'); END;
CREATE TRIGGER record_no_update BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'records are kept'); END;
-- A reason is complete once another person has confirmed exactly what the first wrote.
CREATE TRIGGER reason_takes_two BEFORE INSERT ON record
WHEN new.kind = 'reason' AND new.complete = 1 AND NOT EXISTS (
    SELECT 1 FROM record o
    WHERE o.casefile = new.casefile AND o.kind = new.kind AND o.number = new.number AND o.version = new.version - 1
      AND o.complete = 0 AND o.body_json = new.body_json AND o.written_by <> new.written_by)
BEGIN SELECT RAISE(ABORT, 'a reason takes two persons'); END;

-- The item that a completed version became, so that it is sealed and travels like any other.
CREATE TABLE record_item (
    casefile INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    PRIMARY KEY (casefile, kind, number, version),
    FOREIGN KEY (casefile, kind, number, version) REFERENCES record (casefile, kind, number, version)
) STRICT;
CREATE TRIGGER record_item_no_delete BEFORE DELETE ON record_item BEGIN SELECT RAISE(ABORT, 'records are kept'); END;
CREATE TRIGGER record_item_no_update BEFORE UPDATE ON record_item BEGIN SELECT RAISE(ABORT, 'records are kept'); END;
