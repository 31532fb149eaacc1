-- Which demo region this database holds, if any: one row, written when it is begun, so that an interrupted first start
-- goes on where it was.
create table demo_region (
  one boolean primary key default true check (one),
  seed integer not null,
  -- The moment the population was made for: everything in it is relative to it.
  made_for text not null,
  complete boolean not null default false
);
