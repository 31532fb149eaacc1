-- Requests that are answered later (http://hl7.org/fhir/R4/async.html). Kept here, so that any program on this database
-- can tell how far one is, answer it, and go on with what another left when it died.
create table deferred_request (
  id uuid primary key,
  -- Who asked, and who alone may look at the answer.
  author text not null,
  -- What kind of work it is: a program runs the kinds it knows.
  kind text not null,
  -- What was asked, as that kind understands it; json and not jsonb, which refuses what a client may have sent (U+0000).
  request json not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
  -- The program that works on it, and until when it is believed to.
  runner uuid,
  claimed_until timestamptz,
  -- How many programs have begun it: what has brought several down is not begun again.
  attempts integer not null default 0,
  -- What a person may read meanwhile; never anything of a patient.
  progress text not null default 'waiting',
  -- The answer as it will be given.
  answer_status integer,
  answer_headers json,
  answer_body text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
create index deferred_request_open on deferred_request (created_at) where state <> 'done';
create index deferred_request_done on deferred_request (finished_at) where state = 'done';
create index deferred_request_author on deferred_request (author) where state <> 'done';
