-- More of what is searched for. `$reindex` fills it for what was stored before.

-- Which paths of the resource have values at all (pathNumber in src/fhir/search-values.ts), for `:missing`. No index: a
-- search by it is a walk through its type in order, or a filter behind another condition.
alter table record add column present integer[] not null default '{}';

-- The same amount in base units (5 mg and 0.005 g are 0.005 g), where the unit is known.
alter table record_number add column base text collate "C";
alter table record_number add column base_low double precision;
alter table record_number add column base_high double precision;
-- Of a number within an element that repeats and that a composite parameter looks into: which element, counted from 0, and
-- the hashes of the tokens beside it (`system|code` and its shorter forms).
alter table record_number add column element integer;
alter table record_number add column beside bigint[];
create index record_number_base on record_number (path, base, base_low) where base is not null;
-- Few numbers are ranges, but of those the high end counts as well.
create index record_number_range on record_number (path, high) where low < high;
create index record_number_base_range on record_number (path, base, base_high) where base_low < base_high;

-- By which texts a token is found: displays of codes, and uris. Each is here once however many resources hold it, so in the
-- long run a write adds nothing. Nothing is taken away: a text that no resource holds any more leads to a token that none has.
create table token_text (
  path text collate "C" not null,
  text text collate "C" not null,
  -- The hash of the token, as in record.tokens.
  key bigint not null,
  primary key (path, text, key)
);

-- The words of resources that hold prose, by their stems in Danish and in English; label A: those of the narrative.
create table record_words (
  rid bigint primary key,
  words tsvector not null
);
create index record_words_word on record_words using gin (words) with (gin_pending_list_limit = 512);
-- By its index always: the planner, which does not see how long a tsvector takes to look at, would rather read the table.
create function rids_by_words(query tsquery, narrative boolean) returns setof bigint language sql stable rows 100
set enable_seqscan = off as $$
  select rid from record_words where words @@ query and (not narrative or ts_filter(words, '{a}') @@ query)
$$;

-- All texts at JSON paths of a resource. What PostgreSQL cannot hold as jsonb (a number past 10^131071) has none.
create function texts_at(body text, paths jsonpath[]) returns setof text language plpgsql stable as $$
begin
  return query select value #>> '{}' from unnest(paths) as path cross join lateral jsonb_path_query(body::jsonb, path) as value;
exception when data_exception then
  return;
end $$;
