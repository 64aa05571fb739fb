-- operator:
-- { __typename viewer { role purpose } }

-- no statement
