-- Documents on their way: what a person writes for one before it is issued. The last text stands; each is in the journal.
CREATE TABLE paper_draft (
    casefile         INTEGER NOT NULL REFERENCES casefile (no),
    kind             TEXT    NOT NULL,
    particulars_json TEXT    NOT NULL,
    changed_at       TEXT    NOT NULL,
    changed_by       INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (casefile, kind)
) STRICT, WITHOUT ROWID;

-- A second person's approval of exactly one content (R-083). Another content has no approval.
CREATE TABLE approval (
    id              INTEGER PRIMARY KEY,
    casefile        INTEGER NOT NULL REFERENCES casefile (no),
    kind            TEXT    NOT NULL,
    content_sha256  BLOB    NOT NULL CHECK (length(content_sha256) = 32),
    checklist_json  TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    person          INTEGER NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX approval_of ON approval (casefile, kind);
CREATE TRIGGER approval_no_update BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END;
CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END;

-- Which issued document an added one explains, supplements, corrects or withdraws (R-085).
CREATE TABLE amendment (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES certificate (document_id),
    amends      TEXT NOT NULL REFERENCES certificate (document_id),
    sort        TEXT NOT NULL CHECK (sort IN ('explanation', 'supplement', 'correction', 'withdrawal'))
) STRICT, WITHOUT ROWID;
CREATE INDEX amendment_of ON amendment (amends);
CREATE TRIGGER amendment_no_update BEFORE UPDATE ON amendment BEGIN SELECT RAISE(ABORT, 'amendments are kept'); END;
CREATE TRIGGER amendment_no_delete BEFORE DELETE ON amendment BEGIN SELECT RAISE(ABORT, 'amendments are kept'); END;

-- The file after each electronic signature or time stamp put on it; the last is the document. Each starts with the octets
-- of the one before.
CREATE TABLE edition (
    document_id TEXT    NOT NULL REFERENCES certificate (document_id),
    number      INTEGER NOT NULL CHECK (number >= 1),
    capacity    TEXT    NOT NULL,
    signer      TEXT    NOT NULL,
    level       TEXT    NOT NULL,
    pdf         BLOB    NOT NULL,
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    at          TEXT    NOT NULL,
    person      INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (document_id, number)
) STRICT;
CREATE TRIGGER edition_no_update BEFORE UPDATE ON edition BEGIN SELECT RAISE(ABORT, 'issued documents are kept'); END;
CREATE TRIGGER edition_no_delete BEFORE DELETE ON edition BEGIN SELECT RAISE(ABORT, 'issued documents are kept'); END;

-- The copy register: to whom a document went, on paper or as a file (R-084).
CREATE TABLE copy_given (
    id          INTEGER PRIMARY KEY,
    document_id TEXT    NOT NULL REFERENCES certificate (document_id),
    form        TEXT    NOT NULL CHECK (form IN ('paper', 'file')),
    copies      INTEGER NOT NULL CHECK (copies BETWEEN 1 AND 1000),
    recipient   TEXT    NOT NULL,
    basis       TEXT    NOT NULL,
    at          TEXT    NOT NULL,
    person      INTEGER NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX copy_given_of ON copy_given (document_id);
CREATE TRIGGER copy_given_no_update BEFORE UPDATE ON copy_given BEGIN SELECT RAISE(ABORT, 'the copy register is kept'); END;
CREATE TRIGGER copy_given_no_delete BEFORE DELETE ON copy_given BEGIN SELECT RAISE(ABORT, 'the copy register is kept'); END;

-- Where the seal of the office goes on the pages; the template says so (JSON).
ALTER TABLE certificate ADD COLUMN seal_place TEXT;
