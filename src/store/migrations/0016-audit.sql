-- The audit: who was shown, did, or was refused what. A running program writes its lines in pages, each a row, and its
-- pages are a chain: the digest of each is made from the one before it. See docs/decisions/0011.
create table audit_page (
  -- Which run of which program; each has a chain of its own.
  program uuid not null,
  -- 1, 2, 3 …; the first page says that the chain begins, the last of an orderly end that it ends.
  number integer not null check (number > 0),
  -- The earliest and latest time of its lines, milliseconds since 1970; at most a minute apart.
  first_at bigint not null,
  last_at bigint not null,
  -- Whom its lines are about, for finding pages: hashes of Patient/…, Practitioner/…, `user …` (src/store/token-hash.ts).
  keys bigint[] not null,
  -- One line of JSON for each, with \n between them, as they were digested.
  lines text not null,
  digest bytea not null,
  constraint audit_page_once primary key (program, number)
);
create index audit_page_by_end on audit_page (last_at);
create index audit_page_by_begin on audit_page (first_at);
create index audit_page_opening on audit_page (program) where number = 1;
-- What is written joins the index in portions, as with record_by_token. Numbers, since texts cost three times as much.
create index audit_page_by_key on audit_page using gin (keys) with (fastupdate = on, gin_pending_list_limit = 512);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is never changed: % on %', tg_op, tg_table_name;
end $$;
create trigger audit_page_append_only before update or delete or truncate on audit_page
  for each statement execute function audit_is_append_only();
