-- Who counts the seconds of sessions: one program of all that share this database, or each second would count several
-- times. `beats` rises with each count; a program that sees it stand still takes over.
create table session_clock (
  one boolean primary key default true check (one),
  program uuid,
  beats bigint not null default 0
);
insert into session_clock default values;
