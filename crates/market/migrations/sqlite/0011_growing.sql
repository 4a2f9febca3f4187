-- Who works for a market's farms: the managers' list of farms names their owners.
CREATE INDEX memberships_farm ON memberships (market_id, farm_id);
