-- The journal (act, version) is the truth: rows are added, never changed, never removed. The record (record and the three
-- tables beside it) is what reading and searching need of the newest versions, and can be rebuilt from the journal.
-- Only what PostgreSQL 15 offers. Text that is compared by bytes has the collation "C", whatever the database's own is.

-- Positions of acts and versions, and the row ids of the record. Programs take them 256 at a time.
create sequence position increment by 256;

-- One clinical write as it was meant.
create table act (
  seq bigint primary key,
  id uuid not null,
  -- The transaction that wrote it: the feed's order is (xid, seq), see feed.ts.
  xid xid8 not null default pg_current_xact_id(),
  author text not null,
  node text not null,
  -- Hybrid logical clock: milliseconds since 1970 times 1,024 plus a counter. Order without trust in a clock.
  hlc bigint not null,
  -- When it happened, as the author said, with the offset; null: when it was written.
  event_at text,
  clock text not null default 'trusted' check (clock in ('trusted', 'suspect')),
  -- The versions the author was looking at, [{"type","id","version"}], when the writer said.
  seen jsonb,
  -- SHA-256 of the request: the same id with another request is refused.
  fingerprint bytea,
  -- What was answered, entry by entry: [{"status","seq"?,"type"?,"id"?,"version"?}].
  answers jsonb not null,
  -- SHA-256 over the act and its versions, see digest.ts: a row changed by hand is found by `holdfast verify`.
  digest bytea not null,
  written_at timestamptz not null default clock_timestamp(),
  constraint act_once unique (id)
);
create index act_feed on act (xid, seq);

create table version (
  seq bigint primary key,
  act bigint not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null check (version > 0),
  -- meta.lastUpdated, milliseconds since 1970.
  updated bigint not null,
  -- The resource as it is sent, to the letter; null: deleted in this version.
  body text,
  constraint version_once unique (type, id, version)
);
create index version_of_type on version (type, seq);
create index version_of_act on version (act);
-- Resources of a kilobyte or two stay in the row: most reads then touch one page.
alter table version alter column body set storage main;

create function journal_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is never changed: % on %', tg_op, tg_table_name;
end $$;
create trigger act_append_only before update or delete or truncate on act
  for each statement execute function journal_is_append_only();
create trigger version_append_only before update or delete or truncate on version
  for each statement execute function journal_is_append_only();

create table record (
  rid bigint primary key,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  -- The newest version's row in the journal.
  seq bigint not null,
  deleted boolean not null,
  updated bigint not null,
  -- The one patient this belongs to, by id.
  patient text collate "C",
  -- The span of the type's main date, ms since 1970; -9e15 when it has none.
  low bigint not null,
  high bigint not null,
  -- Hashes of what is found by equality. 64 bits: with 100 million different values the odds that a given search meets a
  -- false match are 1 in 200 billion.
  tokens bigint[] not null,
  constraint record_once unique (type, id)
);
create index record_of_patient on record (patient, type, low desc) where patient is not null;
create index record_by_date on record (type, low);
create index record_by_update on record (type, updated);
-- fastupdate off: a search never has to read a pending list, and a write never pays for another's.
create index record_by_token on record using gin (tokens) with (fastupdate = off);

create table record_string (
  rid bigint not null,
  path text collate "C" not null,
  -- Without case and accents (fold in src/fhir/search-values.ts), and as written.
  folded text collate "C" not null,
  value text collate "C" not null
);
create index record_string_value on record_string (path, folded);
create index record_string_rid on record_string (rid);

create table record_date (
  rid bigint not null,
  path text collate "C" not null,
  low bigint not null,
  high bigint not null
);
create index record_date_value on record_date (path, low);
create index record_date_rid on record_date (rid);

create table record_number (
  rid bigint not null,
  path text collate "C" not null,
  system text collate "C" not null,
  unit text collate "C" not null,
  low double precision not null,
  high double precision not null
);
create index record_number_value on record_number (path, low);
create index record_number_rid on record_number (rid);

-- One row: which life of the journal this is. Restoring a backup starts a new life, since transaction numbers begin anew
-- and a follower's cursor from the old life would lie.
create table epoch (one boolean primary key default true check (one), id uuid not null default gen_random_uuid());
insert into epoch default values;
