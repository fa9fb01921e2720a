-- Signatures that lie beside a document's file, such as SM2 for readers of 国密; each is over the octets of one edition.
CREATE TABLE detached_signature (
    document_id TEXT    NOT NULL REFERENCES certificate (document_id),
    number      INTEGER NOT NULL CHECK (number >= 1),
    capacity    TEXT    NOT NULL,
    signer      TEXT    NOT NULL,
    algorithm   TEXT    NOT NULL,
    over        BLOB    NOT NULL CHECK (length(over) = 32),
    cms         BLOB    NOT NULL,
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    at          TEXT    NOT NULL,
    person      INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (document_id, number)
) STRICT;
CREATE TRIGGER detached_signature_no_update BEFORE UPDATE ON detached_signature BEGIN SELECT RAISE(ABORT, 'signatures are kept'); END;
CREATE TRIGGER detached_signature_no_delete BEFORE DELETE ON detached_signature BEGIN SELECT RAISE(ABORT, 'signatures are kept'); END;
