-- Code systems too large for memory or for one resource (SNOMED CT, ATC, NPU, SKS), loaded from tables that their owners
-- license. A load is one transaction: who asks meanwhile sees the version before.
create table code_system (
  url text collate "C" primary key,
  version text not null,
  name text not null,
  concept_count integer not null,
  loaded_at timestamptz not null default clock_timestamp()
);
create table concept (
  system text collate "C" not null references code_system (url) on delete cascade,
  code text collate "C" not null,
  display text not null,
  -- The code above it; null at the top.
  parent text collate "C",
  -- `{"da": "…"}`: names in other languages; null for none.
  designations json,
  primary key (system, code)
);
create index concept_parent on concept (system, parent) where parent is not null;
