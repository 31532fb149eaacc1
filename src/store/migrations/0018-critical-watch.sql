-- How far the feed has been looked through for critical results (decisions/0018): `epoch.xid.seq`, null before the first look.
create table critical_watch (
  one boolean primary key default true check (one),
  cursor text collate "C"
);
insert into critical_watch default values;
