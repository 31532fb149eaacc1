-- How people log in beside their password (decisions/0011). Ages of what stands here are told from `session_clock.seconds`,
-- the seconds that running programs have counted since this database was made: a row keeps the count of when it was made.

alter table session_clock add column seconds bigint not null default 0;

-- A PIN proves a person on screens where they are known; it opens nothing elsewhere.
create table pin (
  "user" text collate "C" primary key references person,
  -- argon2id, in PHC string format.
  pin_hash text not null,
  -- Wrong ones in a row: from five on the password is needed.
  wrong smallint not null default 0
);

-- The screens on which people have proven themselves with a password or a passkey.
create table known_here (
  -- SHA-256 of the secret in the screen's own cookie.
  screen_hash bytea,
  "user" text collate "C" references person,
  -- The count when they did.
  proven_s bigint not null,
  -- What the browser said it is, in few words: 'Chrome, Windows'.
  agent text not null,
  primary key (screen_hash, "user")
);
create index known_here_of_user on known_here ("user");
alter table session add column screen_hash bytea;

-- A badge names a person and proves nothing.
create table badge (
  -- argon2id of the number with the salt below: the same number must be found again, and a number is short enough to guess.
  number_hash bytea primary key,
  "user" text collate "C" not null unique references person
);
create table badge_salt (
  one boolean primary key default true check (one),
  salt uuid not null default gen_random_uuid()
);
insert into badge_salt default values;

-- Passkeys (https://www.w3.org/TR/webauthn-3/): keys that people's devices hold, and of which only the public half is here.
create table passkey (
  -- The credential's id, base64url.
  id text collate "C" primary key,
  "user" text collate "C" not null references person,
  public_key bytea not null,
  -- How often the device says it was used; 0 for those that do not count.
  counter bigint not null,
  -- How the browser may reach the device, as a JSON list.
  transports text not null,
  -- What its person calls it.
  name text not null,
  made_at timestamptz not null default now()
);
create index passkey_of_user on passkey ("user");

-- What a device is asked to sign: once, and soon.
create table challenge (
  challenge text collate "C" primary key,
  -- Whose passkey is being made; null for a log-in, before anybody is named.
  "user" text collate "C" references person,
  -- The count when it was given.
  made_s bigint not null
);
