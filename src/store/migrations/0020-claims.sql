-- What acts must not be judged for beside each other (decisions/0025): by which transaction each such thing was claimed last.
-- An act that claims something after another that it cannot have seen would leave no transaction here, and is refused.
create table claim (
  key bigint primary key,
  xid xid8,
  constraint claim_was_seen check (xid is not null)
) with (fillfactor = 70);
