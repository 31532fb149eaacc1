-- Texts of up to eight kilobytes stay in their row as they are. Compressing those of more than two took a tenth of what an
-- import costs PostgreSQL, and reading one undid it each time.
alter table version set (toast_tuple_target = 8160);
