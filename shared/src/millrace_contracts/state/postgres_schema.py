"""Tables of the run state in PostgreSQL."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS millrace_runs (
    run_id text PRIMARY KEY,
    dataset text NOT NULL,
    status text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    error text NOT NULL DEFAULT '',
    cause text NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS millrace_runs_by_dataset ON millrace_runs (dataset, started_at DESC);
CREATE INDEX IF NOT EXISTS millrace_runs_failed ON millrace_runs (ended_at) WHERE status = 'FAILED';
CREATE TABLE IF NOT EXISTS millrace_announcements (
    subject text,
    attempt integer,
    lease_until timestamptz NOT NULL,
    is_announced boolean NOT NULL DEFAULT false,
    PRIMARY KEY (subject, attempt)
);
CREATE TABLE IF NOT EXISTS millrace_stages (
    run_id text,
    stage text,
    dataset text NOT NULL,
    status text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    numbers jsonb NOT NULL,
    error text NOT NULL,
    PRIMARY KEY (run_id, stage)
);
CREATE TABLE IF NOT EXISTS millrace_files (
    dataset text,
    file_id text,
    source text NOT NULL,
    status text NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    batch_id text NOT NULL,
    claimed_by text NOT NULL,
    lease_until timestamptz NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    landed_at timestamptz,
    upload text NOT NULL,
    is_consumed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (dataset, file_id)
);
CREATE INDEX IF NOT EXISTS millrace_files_by_batch ON millrace_files (batch_id);
CREATE INDEX IF NOT EXISTS millrace_files_by_source ON millrace_files (source);
CREATE TABLE IF NOT EXISTS millrace_batches (
    dataset text,
    batch_id text,
    PRIMARY KEY (dataset, batch_id)
);
CREATE TABLE IF NOT EXISTS millrace_leases (
    name text PRIMARY KEY,
    holder text NOT NULL,
    lease_until timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS millrace_watermarks (
    dataset text PRIMARY KEY,
    value text NOT NULL,
    moved_at timestamptz NOT NULL,
    moved_by text NOT NULL
);
CREATE TABLE IF NOT EXISTS millrace_extractions (
    dataset text,
    scope text,
    extraction_id text NOT NULL,
    run_id text,
    began_at timestamptz NOT NULL,
    since text NOT NULL,
    until text NOT NULL,
    claimed_by text NOT NULL,
    lease_until timestamptz NOT NULL,
    cursor text NOT NULL,
    high text NOT NULL,
    segments integer NOT NULL,
    records bigint NOT NULL,
    is_read boolean NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (dataset, scope, run_id)
);
CREATE UNIQUE INDEX IF NOT EXISTS millrace_extractions_under_way
    ON millrace_extractions (dataset, scope) WHERE ended_at IS NULL;
"""
