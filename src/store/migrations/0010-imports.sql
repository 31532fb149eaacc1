-- Imports by the API ($import), step by step: a program that goes on with one begins after its last step.
create table import_step (
  request uuid not null references deferred_request (id) on delete cascade,
  -- Which of the inputs, from 0, and how many of its lines are done with this step.
  input integer not null,
  lines integer not null check (lines > 0),
  stored integer not null,
  -- Lines that say what is stored already.
  unchanged integer not null,
  failed integer not null,
  -- An OperationOutcome for each line that failed, one a line; null: none did.
  errors text,
  primary key (request, input, lines)
);
