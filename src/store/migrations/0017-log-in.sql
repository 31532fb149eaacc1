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

-- Other programs (decisions/0012): which there are.
create table oauth_client (
  id text collate "C" primary key check (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  name text not null,
  -- public: runs where it can keep no secret; confidential: on a server; backend: for itself and no person.
  kind text not null check (kind in ('public', 'confidential', 'backend')),
  -- JSON lists and objects.
  redirect_uris text not null,
  jwks text,
  -- The most it may ask for, with blanks between.
  scopes text not null,
  disabled boolean not null default false,
  made_at timestamptz not null default now()
);

-- What the authorization server remembers: requests under way, consents, codes, refresh tokens, assertions already used.
create table oauth_state (
  kind text collate "C" not null,
  -- SHA-256 of the id, which for codes and refresh tokens is the secret itself and is nowhere.
  id_hash bytea not null,
  payload text not null,
  grant_id text collate "C",
  uid text collate "C",
  -- The patient a consent was given for.
  patient text,
  consumed boolean not null default false,
  -- The count when it was made, and for how many seconds it is good.
  made_s bigint not null,
  ttl_s bigint not null,
  primary key (kind, id_hash)
);
create index oauth_state_of_grant on oauth_state (grant_id) where grant_id is not null;
create index oauth_state_of_uid on oauth_state (uid) where uid is not null;
create index oauth_state_until on oauth_state ((made_s + ttl_s));

-- Keys that access tokens are signed with: each signs for a day that was counted, and is believed for one more.
create table signing_key (
  kid text collate "C" primary key,
  -- The private key as a JWK.
  jwk text not null,
  made_s bigint not null
);

-- Access tokens, by `jti`, and consents that are over before their time; kept for as long as such a token could live.
create table revoked_token (
  id text collate "C" primary key,
  made_s bigint not null
);
