-- A paper is drawn once: drawing is expensive, and a paper does not change.
CREATE TABLE papers (
    document_id BLOB NOT NULL PRIMARY KEY REFERENCES documents (id),
    pdf BLOB NOT NULL
) STRICT;
