-- Web captures. The key that opens what a capture withholds is kept before the browser starts, so that a crash leaves
-- nothing that cannot be opened by the office, and nothing that can be opened without it.
CREATE TABLE capture (
    id           TEXT    PRIMARY KEY,
    casefile     INTEGER NOT NULL REFERENCES casefile (no),
    url          TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('recording', 'kept', 'nothing')),
    secret       TEXT    NOT NULL,
    summary_json TEXT    NOT NULL,
    started_at   TEXT    NOT NULL,
    started_by   INTEGER NOT NULL REFERENCES person (id),
    ended_at     TEXT
) STRICT;
CREATE INDEX capture_of_case ON capture (casefile);
CREATE TRIGGER capture_no_delete BEFORE DELETE ON capture BEGIN SELECT RAISE(ABORT, 'captures are kept'); END;
CREATE TRIGGER capture_keeps_start BEFORE UPDATE OF id, casefile, url, secret, started_at, started_by ON capture BEGIN SELECT RAISE(ABORT, 'captures are kept'); END;
CREATE TRIGGER capture_ends_once BEFORE UPDATE ON capture WHEN old.state <> 'recording' BEGIN SELECT RAISE(ABORT, 'captures are kept'); END;

-- Devices of the office, each registered by one person and confirmed by another. Only a confirmed one gives class A.
CREATE TABLE device (
    identity      TEXT    PRIMARY KEY,
    name          TEXT    NOT NULL,
    network       TEXT    NOT NULL,
    registered_at TEXT    NOT NULL,
    registered_by INTEGER NOT NULL REFERENCES person (id),
    confirmed_at  TEXT,
    confirmed_by  INTEGER REFERENCES person (id),
    retired_at    TEXT,
    CHECK (confirmed_by IS NULL OR confirmed_by <> registered_by)
) STRICT;
CREATE TRIGGER device_no_delete BEFORE DELETE ON device BEGIN SELECT RAISE(ABORT, 'devices are retired, not deleted'); END;
CREATE TRIGGER device_keeps_identity BEFORE UPDATE OF identity, name, network, registered_at, registered_by ON device BEGIN SELECT RAISE(ABORT, 'a device keeps its identity'); END;
