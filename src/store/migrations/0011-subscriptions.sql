-- Subscriptions that are followed: the resources themselves are in the record, here stands how far each one is.
create table subscription (
  -- The id of the Subscription resource, and the version of it that this row knows.
  id text collate "C" primary key,
  version integer not null,
  state text not null check (state in ('requested', 'active', 'error', 'off')),
  -- Up to where the feed was looked through for it, see feed.ts.
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  -- The number of the newest event, and of the newest one that the subscriber has taken.
  events bigint not null default 0,
  delivered bigint not null default 0,
  -- Failed notifications since the last one that was taken.
  failures integer not null default 0,
  -- The program that delivers it, and how often that one has said that it lives: others count the time between the beats
  -- on their own monotonic clocks.
  runner uuid,
  beats bigint not null default 0
);

create table subscription_event (
  subscription text collate "C" not null references subscription (id) on delete cascade,
  -- From 1, without gaps, in the feed's order.
  number bigint not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  at timestamptz not null default clock_timestamp(),
  primary key (subscription, number)
);
create index subscription_event_age on subscription_event (at);

-- What binds a WebSocket to subscriptions: used once, within a minute. Only a hash of it is kept.
create table subscription_token (
  hash bytea primary key,
  subscriptions json not null,
  made_at timestamptz not null default clock_timestamp()
);
