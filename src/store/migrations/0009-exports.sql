-- Exports (Bulk Data Access). What one holds is told by a snapshot of the journal's transactions, so that its files can be
-- cut and sent by any program at any time and are the same each time.
create table export_moment (
  -- The transactionTime of an export, ms since 1970. Kept for good: a later export "since" it goes by the snapshot.
  at bigint primary key,
  -- The life of the journal that the snapshot is of: after a restore transactions are numbered anew.
  epoch uuid not null,
  snapshot text not null
);
-- The files of an export: each a stretch of the journal. They go when the request goes.
create table export_file (
  request uuid not null references deferred_request (id) on delete cascade,
  number integer not null check (number > 0),
  kind text not null check (kind in ('output', 'deleted')),
  type text collate "C" not null,
  -- The positions in the journal above which it begins and at which it ends.
  after bigint not null,
  upto bigint not null,
  count integer not null,
  primary key (request, number)
);
