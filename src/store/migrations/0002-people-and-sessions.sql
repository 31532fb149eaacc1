-- Who may log in, and who is logged in.

create table person (
  "user" text collate "C" primary key check ("user" ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
  name text not null,
  -- doctor, nurse, midwife, secretary, laboratory, service-desk, administrator
  role text not null,
  -- References: Practitioner/… and Location/…, when there are.
  practitioner text,
  ward text,
  -- argon2id, in PHC string format.
  password_hash text not null,
  disabled boolean not null default false,
  made_at timestamptz not null default now()
);

create table session (
  -- SHA-256 of the secret in the cookie or bearer token; the secret itself is nowhere.
  secret_hash bytea primary key,
  "user" text collate "C" not null references person,
  kind text not null check (kind in ('browser', 'token')),
  -- Counted by running programs from their monotonic clocks, so that no jump of a wall clock ends or prolongs a session.
  age_s integer not null default 0,
  idle_s integer not null default 0,
  locked boolean not null default false,
  made_at timestamptz not null default now()
);
