-- A paper is drawn once: drawing is expensive, and a paper does not change.
CREATE TABLE papers (
    document_id UUID NOT NULL PRIMARY KEY REFERENCES documents (id),
    pdf BYTEA NOT NULL
);
