-- The cut-off that was planned, while a day is closed by hand before it: opened again, it has it back.
ALTER TABLE market_days ADD COLUMN planned_cutoff_at BIGINT;
