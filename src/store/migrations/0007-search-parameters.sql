-- How far the values of search parameters reach that were stored while the system ran, and of the index as a whole.
create table search_index (
  -- The id of the SearchParameter; '*' for everything.
  id text collate "C" primary key,
  -- What the values depend on: when the resource says something else by now, this row is of the past.
  definition text not null,
  -- All resources up to this row of the record have the values.
  after bigint not null,
  ready boolean not null
);
-- What was stored before is to be gone through once, for the values that 0006 added: the program does so when it starts.
insert into search_index (id, definition, after, ready)
select '*', 'search values', -9007199254740991, false where exists (select from record);
