-- Evidence records (RFC 4998). Each renewal is a row of its own; what is delivered is the newest of an ordinal.
CREATE TABLE evidence_record (
    casefile     INTEGER NOT NULL REFERENCES casefile (no),
    ordinal      INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    manifest_xml BLOB    NOT NULL,
    record       BLOB    NOT NULL,
    summary_json TEXT    NOT NULL,
    added_at     TEXT    NOT NULL,
    person       INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (casefile, ordinal, version)
) STRICT;
CREATE TRIGGER evidence_record_no_update BEFORE UPDATE ON evidence_record BEGIN SELECT RAISE(ABORT, 'evidence records are kept'); END;
CREATE TRIGGER evidence_record_no_delete BEFORE DELETE ON evidence_record BEGIN SELECT RAISE(ABORT, 'evidence records are kept'); END;
