-- For searches of what ends before or after a moment, and for histories since one: found, where all of a type would be
-- looked through.

-- What is no moment (a minute at most), by its end: a moment begins near its end. See search/dates.ts.
create index record_by_end on record (type, high) where high - low < 0 or high - low > 60000;
create index record_date_end on record_date (path, high) where high - low < 0 or high - low > 60000;
-- The journal's times rise with its pages, but for a clock that was wrong: a few numbers for each 128 pages tell where to look.
create index version_by_update on version using brin (updated) with (autosummarize = on);
