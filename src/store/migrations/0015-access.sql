-- What opens a patient's record to whom: see access.ts and docs/access.md.

-- Who a patient has to do with, by what the resources say (fhir/relations.ts); made with each version, like the other rows
-- beside the record.
create table record_relation (
  -- The resource that says so.
  rid bigint not null,
  -- A reference, or category/… for whoever answers such requests.
  actor text collate "C" not null,
  patient text collate "C" not null,
  -- ms since 1970; 9e15 while it goes on.
  ended bigint not null,
  -- Whoever registered a patient has to do with them, whatever later versions say.
  registered boolean not null default false
);
create index record_relation_patient on record_relation (patient, actor, ended);
create index record_relation_actor on record_relation (actor, ended) include (patient);
create index record_relation_rid on record_relation (rid);

-- Records that were opened with a reason. Time is counted in seconds that programs saw pass, as a session's is.
create table glass (
  id uuid primary key,
  "user" text collate "C" not null references person ("user"),
  patient text collate "C" not null,
  reason text not null,
  -- Of what is open: seconds left; 0 when it is over.
  left_s integer not null check (left_s >= 0),
  broken_at timestamptz not null default clock_timestamp(),
  -- Who has looked at it since, and what came of it.
  reviewed_by text collate "C",
  reviewed_at timestamptz,
  finding text
);
create index glass_open on glass ("user", patient) where left_s > 0;
create index glass_unreviewed on glass (broken_at) where reviewed_at is null;
create index glass_patient on glass (patient, broken_at);

-- Own and relatives' records ask for a reason too; a patient or proxy opens these and no others.
alter table person
  add column own text[] not null default '{}',
  add column kin text[] not null default '{}';
comment on column person.own is 'ids of the Patients that are this person, or whose proxy they are';
comment on column person.kin is 'ids of the Patients that are this person or close to them';

-- Who registered those who are there already: people, whose names as authors are references (writer.ts).
insert into record_relation (rid, actor, patient, ended, registered)
select r.rid, a.author, r.id, v.updated, true
from record r join version v on v.type = r.type and v.id = r.id and v.version = 1 join act a on a.seq = v.act
where r.type = 'Patient' and position('/' in a.author) > 0;

-- What is there already is gone through once by whichever program runs next.
insert into search_index (id, definition, after, ready)
select '*', 'relations', -9007199254740991, false where exists (select from record)
on conflict (id) do update set definition = excluded.definition, after = excluded.after, ready = false;
