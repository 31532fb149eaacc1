-- What the migrations come to. Written by migrate.pg.test.ts: `npx vitest run -u --project database migrate`.

create sequence position increment by 256;

create table act (
  seq bigint not null,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  author text not null,
  node text not null,
  hlc bigint not null,
  event_at text,
  clock text not null default 'trusted'::text,
  seen jsonb,
  fingerprint bytea,
  answers jsonb not null,
  digest bytea not null,
  written_at timestamp with time zone not null default clock_timestamp(),
  constraint act_once UNIQUE (id),
  constraint act_pkey PRIMARY KEY (seq),
  constraint act_clock_check CHECK ((clock = ANY (ARRAY['trusted'::text, 'suspect'::text])))
);
CREATE INDEX act_feed ON public.act USING btree (xid, seq);
CREATE TRIGGER act_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.act FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

create table audit_page (
  program uuid not null,
  number integer not null,
  first_at bigint not null,
  last_at bigint not null,
  keys bigint[] not null,
  lines text not null,
  digest bytea not null,
  constraint audit_page_once PRIMARY KEY (program, number),
  constraint audit_page_number_check CHECK ((number > 0))
);
CREATE INDEX audit_page_by_begin ON public.audit_page USING btree (first_at);
CREATE INDEX audit_page_by_end ON public.audit_page USING btree (last_at);
CREATE INDEX audit_page_by_key ON public.audit_page USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='512');
CREATE INDEX audit_page_opening ON public.audit_page USING btree (program) WHERE (number = 1);
CREATE TRIGGER audit_page_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_page FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

create table badge (
  number_hash bytea not null,
  "user" text collate "C" not null,
  constraint badge_user_key UNIQUE ("user"),
  constraint badge_pkey PRIMARY KEY (number_hash),
  constraint badge_user_fkey FOREIGN KEY ("user") REFERENCES person("user")
);

create table badge_salt (
  one boolean not null default true,
  salt uuid not null default gen_random_uuid(),
  constraint badge_salt_pkey PRIMARY KEY (one),
  constraint badge_salt_one_check CHECK (one)
);

create table challenge (
  challenge text collate "C" not null,
  "user" text collate "C",
  made_s bigint not null,
  constraint challenge_pkey PRIMARY KEY (challenge),
  constraint challenge_user_fkey FOREIGN KEY ("user") REFERENCES person("user")
);

create table claim (
  key bigint not null,
  xid xid8,
  constraint claim_pkey PRIMARY KEY (key),
  constraint claim_was_seen CHECK ((xid IS NOT NULL))
);

create table code_system (
  url text collate "C" not null,
  version text not null,
  name text not null,
  concept_count integer not null,
  loaded_at timestamp with time zone not null default clock_timestamp(),
  constraint code_system_pkey PRIMARY KEY (url)
);

create table concept (
  system text collate "C" not null,
  code text collate "C" not null,
  display text not null,
  parent text collate "C",
  designations json,
  constraint concept_pkey PRIMARY KEY (system, code),
  constraint concept_system_fkey FOREIGN KEY (system) REFERENCES code_system(url) ON DELETE CASCADE
);
CREATE INDEX concept_parent ON public.concept USING btree (system, parent) WHERE (parent IS NOT NULL);

create table critical_watch (
  one boolean not null default true,
  cursor text collate "C",
  constraint critical_watch_pkey PRIMARY KEY (one),
  constraint critical_watch_one_check CHECK (one)
);

create table deferred_request (
  id uuid not null,
  author text not null,
  kind text not null,
  request json not null,
  state text not null default 'waiting'::text,
  runner uuid,
  claimed_until timestamp with time zone,
  attempts integer not null default 0,
  progress text not null default 'waiting'::text,
  answer_status integer,
  answer_headers json,
  answer_body text,
  created_at timestamp with time zone not null default clock_timestamp(),
  finished_at timestamp with time zone,
  constraint deferred_request_pkey PRIMARY KEY (id),
  constraint deferred_request_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text])))
);
CREATE INDEX deferred_request_author ON public.deferred_request USING btree (author) WHERE (state <> 'done'::text);
CREATE INDEX deferred_request_done ON public.deferred_request USING btree (finished_at) WHERE (state = 'done'::text);
CREATE INDEX deferred_request_open ON public.deferred_request USING btree (created_at) WHERE (state <> 'done'::text);

create table demo_region (
  one boolean not null default true,
  seed integer not null,
  made_for text not null,
  complete boolean not null default false,
  constraint demo_region_pkey PRIMARY KEY (one),
  constraint demo_region_one_check CHECK (one)
);

create table epoch (
  one boolean not null default true,
  id uuid not null default gen_random_uuid(),
  constraint epoch_pkey PRIMARY KEY (one),
  constraint epoch_one_check CHECK (one)
);

create table export_file (
  request uuid not null,
  number integer not null,
  kind text not null,
  type text collate "C" not null,
  after bigint not null,
  upto bigint not null,
  count integer not null,
  constraint export_file_pkey PRIMARY KEY (request, number),
  constraint export_file_request_fkey FOREIGN KEY (request) REFERENCES deferred_request(id) ON DELETE CASCADE,
  constraint export_file_kind_check CHECK ((kind = ANY (ARRAY['output'::text, 'deleted'::text]))),
  constraint export_file_number_check CHECK ((number > 0))
);

create table export_moment (
  at bigint not null,
  epoch uuid not null,
  snapshot text not null,
  constraint export_moment_pkey PRIMARY KEY (at)
);

create table glass (
  id uuid not null,
  "user" text collate "C" not null,
  patient text collate "C" not null,
  reason text not null,
  left_s integer not null,
  broken_at timestamp with time zone not null default clock_timestamp(),
  reviewed_by text collate "C",
  reviewed_at timestamp with time zone,
  finding text,
  constraint glass_pkey PRIMARY KEY (id),
  constraint glass_user_fkey FOREIGN KEY ("user") REFERENCES person("user"),
  constraint glass_left_s_check CHECK ((left_s >= 0))
);
CREATE INDEX glass_open ON public.glass USING btree ("user", patient) WHERE (left_s > 0);
CREATE INDEX glass_patient ON public.glass USING btree (patient, broken_at);
CREATE INDEX glass_unreviewed ON public.glass USING btree (broken_at) WHERE (reviewed_at IS NULL);

create table import_step (
  request uuid not null,
  input integer not null,
  lines integer not null,
  stored integer not null,
  unchanged integer not null,
  failed integer not null,
  errors text,
  constraint import_step_pkey PRIMARY KEY (request, input, lines),
  constraint import_step_request_fkey FOREIGN KEY (request) REFERENCES deferred_request(id) ON DELETE CASCADE,
  constraint import_step_lines_check CHECK ((lines > 0))
);

create table known_here (
  screen_hash bytea not null,
  "user" text collate "C" not null,
  proven_s bigint not null,
  agent text not null,
  constraint known_here_pkey PRIMARY KEY (screen_hash, "user"),
  constraint known_here_user_fkey FOREIGN KEY ("user") REFERENCES person("user")
);
CREATE INDEX known_here_of_user ON public.known_here USING btree ("user");

create table migration (
  name text not null,
  run_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (name)
);

create table oauth_client (
  id text collate "C" not null,
  name text not null,
  kind text not null,
  redirect_uris text not null,
  jwks text,
  scopes text not null,
  disabled boolean not null default false,
  made_at timestamp with time zone not null default now(),
  launch_uri text,
  constraint oauth_client_pkey PRIMARY KEY (id),
  constraint oauth_client_id_check CHECK ((id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text)),
  constraint oauth_client_kind_check CHECK ((kind = ANY (ARRAY['public'::text, 'confidential'::text, 'backend'::text])))
);

create table oauth_state (
  kind text collate "C" not null,
  id_hash bytea not null,
  payload text not null,
  grant_id text collate "C",
  uid text collate "C",
  patient text,
  consumed boolean not null default false,
  made_s bigint not null,
  ttl_s bigint not null,
  constraint oauth_state_pkey PRIMARY KEY (kind, id_hash)
);
CREATE INDEX oauth_state_of_grant ON public.oauth_state USING btree (grant_id) WHERE (grant_id IS NOT NULL);
CREATE INDEX oauth_state_of_uid ON public.oauth_state USING btree (uid) WHERE (uid IS NOT NULL);
CREATE INDEX oauth_state_until ON public.oauth_state USING btree (((made_s + ttl_s)));

create table passkey (
  id text collate "C" not null,
  "user" text collate "C" not null,
  public_key bytea not null,
  counter bigint not null,
  transports text not null,
  name text not null,
  made_at timestamp with time zone not null default now(),
  constraint passkey_pkey PRIMARY KEY (id),
  constraint passkey_user_fkey FOREIGN KEY ("user") REFERENCES person("user")
);
CREATE INDEX passkey_of_user ON public.passkey USING btree ("user");

create table person (
  "user" text collate "C" not null,
  name text not null,
  role text not null,
  practitioner text,
  ward text,
  password_hash text not null,
  disabled boolean not null default false,
  made_at timestamp with time zone not null default now(),
  own text[] not null default '{}'::text[],
  kin text[] not null default '{}'::text[],
  constraint person_pkey PRIMARY KEY ("user"),
  constraint person_user_check CHECK (("user" ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text))
);

create table pin (
  "user" text collate "C" not null,
  pin_hash text not null,
  wrong smallint not null default 0,
  constraint pin_pkey PRIMARY KEY ("user"),
  constraint pin_user_fkey FOREIGN KEY ("user") REFERENCES person("user")
);

create table record (
  rid bigint not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  seq bigint not null,
  deleted boolean not null,
  updated bigint not null,
  patient text collate "C",
  low bigint not null,
  high bigint not null,
  tokens bigint[] not null,
  present integer[] not null default '{}'::integer[],
  constraint record_once UNIQUE (type, id),
  constraint record_pkey PRIMARY KEY (rid)
);
CREATE INDEX record_by_date ON public.record USING btree (type, low);
CREATE INDEX record_by_end ON public.record USING btree (type, high) WHERE (((high - low) < 0) OR ((high - low) > 60000));
CREATE INDEX record_by_token ON public.record USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='64');
CREATE INDEX record_by_update ON public.record USING btree (type, updated);
CREATE INDEX record_of_patient ON public.record USING btree (patient, type, low DESC) WHERE (patient IS NOT NULL);

create table record_date (
  rid bigint not null,
  path text collate "C" not null,
  low bigint not null,
  high bigint not null
);
CREATE INDEX record_date_end ON public.record_date USING btree (path, high) WHERE (((high - low) < 0) OR ((high - low) > 60000));
CREATE INDEX record_date_rid ON public.record_date USING btree (rid);
CREATE INDEX record_date_value ON public.record_date USING btree (path, low);

create table record_number (
  rid bigint not null,
  path text collate "C" not null,
  system text collate "C" not null,
  unit text collate "C" not null,
  low double precision not null,
  high double precision not null,
  base text collate "C",
  base_low double precision,
  base_high double precision,
  element integer,
  beside bigint[]
);
CREATE INDEX record_number_base ON public.record_number USING btree (path, base, base_low) WHERE (base IS NOT NULL);
CREATE INDEX record_number_base_range ON public.record_number USING btree (path, base, base_high) WHERE (base_low < base_high);
CREATE INDEX record_number_range ON public.record_number USING btree (path, high) WHERE (low < high);
CREATE INDEX record_number_rid ON public.record_number USING btree (rid);
CREATE INDEX record_number_value ON public.record_number USING btree (path, low);

create table record_relation (
  rid bigint not null,
  actor text collate "C" not null,
  patient text collate "C" not null,
  ended bigint not null,
  registered boolean not null default false
);
CREATE INDEX record_relation_actor ON public.record_relation USING btree (actor, ended) INCLUDE (patient);
CREATE INDEX record_relation_patient ON public.record_relation USING btree (patient, actor, ended);
CREATE INDEX record_relation_rid ON public.record_relation USING btree (rid);

create table record_string (
  rid bigint not null,
  path text collate "C" not null,
  folded text collate "C" not null,
  value text collate "C" not null
);
CREATE INDEX record_string_rid ON public.record_string USING btree (rid);
CREATE INDEX record_string_value ON public.record_string USING btree (path, folded);

create table record_words (
  rid bigint not null,
  words tsvector not null,
  constraint record_words_pkey PRIMARY KEY (rid)
);
CREATE INDEX record_words_word ON public.record_words USING gin (words) WITH (gin_pending_list_limit='512');

create table revoked_token (
  id text collate "C" not null,
  made_s bigint not null,
  constraint revoked_token_pkey PRIMARY KEY (id)
);

create table search_index (
  id text collate "C" not null,
  definition text not null,
  after bigint not null,
  ready boolean not null,
  constraint search_index_pkey PRIMARY KEY (id)
);

create table session (
  secret_hash bytea not null,
  "user" text collate "C" not null,
  kind text not null,
  age_s integer not null default 0,
  idle_s integer not null default 0,
  locked boolean not null default false,
  made_at timestamp with time zone not null default now(),
  screen_hash bytea,
  constraint session_pkey PRIMARY KEY (secret_hash),
  constraint session_user_fkey FOREIGN KEY ("user") REFERENCES person("user"),
  constraint session_kind_check CHECK ((kind = ANY (ARRAY['browser'::text, 'token'::text])))
);

create table session_clock (
  one boolean not null default true,
  program uuid,
  beats bigint not null default 0,
  seconds bigint not null default 0,
  constraint session_clock_pkey PRIMARY KEY (one),
  constraint session_clock_one_check CHECK (one)
);

create table signing_key (
  kid text collate "C" not null,
  jwk text not null,
  made_s bigint not null,
  constraint signing_key_pkey PRIMARY KEY (kid)
);

create table subscription (
  id text collate "C" not null,
  version integer not null,
  state text not null,
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  events bigint not null default 0,
  delivered bigint not null default 0,
  failures integer not null default 0,
  runner uuid,
  beats bigint not null default 0,
  constraint subscription_pkey PRIMARY KEY (id),
  constraint subscription_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'active'::text, 'error'::text, 'off'::text])))
);

create table subscription_event (
  subscription text collate "C" not null,
  number bigint not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  at timestamp with time zone not null default clock_timestamp(),
  constraint subscription_event_pkey PRIMARY KEY (subscription, number),
  constraint subscription_event_subscription_fkey FOREIGN KEY (subscription) REFERENCES subscription(id) ON DELETE CASCADE
);
CREATE INDEX subscription_event_age ON public.subscription_event USING btree (at);

create table subscription_token (
  hash bytea not null,
  subscriptions json not null,
  made_at timestamp with time zone not null default clock_timestamp(),
  constraint subscription_token_pkey PRIMARY KEY (hash)
);

create table token_text (
  path text collate "C" not null,
  text text collate "C" not null,
  key bigint not null,
  constraint token_text_pkey PRIMARY KEY (path, text, key)
);

create table version (
  seq bigint not null,
  act bigint not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  updated bigint not null,
  body text storage m,
  constraint version_once UNIQUE (type, id, version),
  constraint version_pkey PRIMARY KEY (seq),
  constraint version_version_check CHECK ((version > 0))
);
CREATE INDEX version_by_update ON public.version USING brin (updated) WITH (autosummarize='on');
CREATE INDEX version_of_act ON public.version USING btree (act);
CREATE INDEX version_of_type ON public.version USING btree (type, seq);
CREATE TRIGGER version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.version FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

CREATE OR REPLACE FUNCTION public.audit_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit is never changed: % on %', tg_op, tg_table_name;
end $function$;

CREATE OR REPLACE FUNCTION public.journal_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the journal is never changed: % on %', tg_op, tg_table_name;
end $function$;

CREATE OR REPLACE FUNCTION public.rids_by_tokens(keys bigint[], most integer)
 RETURNS SETOF bigint
 LANGUAGE plpgsql
 STABLE ROWS 100
 SET enable_seqscan TO 'off'
AS $function$
begin
  return query select r.rid from record r where r.tokens && keys limit most;
end $function$;

CREATE OR REPLACE FUNCTION public.rids_by_words(query tsquery, narrative boolean)
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE ROWS 100
 SET enable_seqscan TO 'off'
AS $function$
  select rid from record_words where words @@ query and (not narrative or ts_filter(words, '{a}') @@ query)
$function$;

CREATE OR REPLACE FUNCTION public.texts_at(body text, paths jsonpath[])
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return query select value #>> '{}' from unnest(paths) as path cross join lateral jsonb_path_query(body::jsonb, path) as value;
exception when data_exception then
  return;
end $function$;
