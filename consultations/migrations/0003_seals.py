"""The tables of the seals. `manage.py hand_over_log` gives them to the role that owns the log, and adds `epoch` to it."""

from django.db import migrations

TABLES = """
-- The servers that gave the transaction numbers in the log: these start anew after a restore on another server.
CREATE TABLE consultations_epoch (
  number smallint PRIMARY KEY,
  server text NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE consultations_seal (
  number bigint PRIMARY KEY CHECK (number > 0),
  form smallint NOT NULL,
  epoch smallint NOT NULL,
  month date NOT NULL,
  from_xid xid8 NOT NULL,
  until_xid xid8 NOT NULL CHECK (until_xid > from_xid),
  ceiling_xid xid8 NOT NULL,
  row_count integer NOT NULL CHECK (row_count > 0),
  total bigint NOT NULL,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  previous bytea NOT NULL UNIQUE CHECK (octet_length(previous) = 32),
  sealed_at timestamptz NOT NULL,
  hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  signature bytea NOT NULL,
  signed_by varchar(16) NOT NULL,
  -- The hashes of the rows, 32 bytes each: they say which row was changed, and make the proofs of a letter.
  leaves bytea NOT NULL CHECK (octet_length(leaves) = 32 * row_count)
);
-- Hashes cannot be compressed.
ALTER TABLE consultations_seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE INDEX consultations_seal_range ON consultations_seal (epoch, until_xid, month);

-- What each run of `manage.py verify_log` found.
CREATE TABLE consultations_verification (
  verified_at timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
  last_seal bigint NOT NULL,
  row_count bigint NOT NULL,
  findings integer NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_table")]

    # No reverse: seals are not dropped by a step backwards.
    operations = [migrations.RunSQL(TABLES)]
