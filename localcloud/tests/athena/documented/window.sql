-- Page functions/window. Left out: tables that the page does not show (orders).

-- > ntile: with 6 rows and 4 buckets, the bucket values would be as follows: 1 1 2 2 3 4
SELECT ntile(4) OVER (ORDER BY v) FROM (VALUES 1, 2, 3, 4, 5, 6) AS t(v);
-- 1
-- 1
-- 2
-- 2
-- 3
-- 4

-- > rank: tie values in the ordering will produce gaps in the sequence
SELECT v, rank() OVER (ORDER BY v) FROM (VALUES 5, 5, 7) AS t(v);
-- 5 | 1
-- 5 | 1
-- 7 | 3

-- > dense_rank: tie values do not produce gaps in the sequence
SELECT v, dense_rank() OVER (ORDER BY v) FROM (VALUES 5, 5, 7) AS t(v);
-- 5 | 1
-- 5 | 1
-- 7 | 2

-- > row_number: a unique, sequential number for each row, starting with one
SELECT v, row_number() OVER (PARTITION BY p ORDER BY v) FROM (VALUES ('a', 5), ('a', 6), ('b', 7)) AS t(p, v);
-- 5 | 1
-- 6 | 2
-- 7 | 1

-- > cume_dist: rows preceding or peer with the row divided by the total number of rows
SELECT v, cume_dist() OVER (ORDER BY v) FROM (VALUES 5, 5, 7, 8) AS t(v);
-- 5 | 0.5
-- 5 | 0.5
-- 7 | 0.75
-- 8 | 1.0

-- > percent_rank: (r - 1) / (n - 1)
SELECT v, percent_rank() OVER (ORDER BY v) FROM (VALUES 5, 6, 7) AS t(v);
-- 5 | 0.0
-- 6 | 0.5
-- 7 | 1.0

-- > first_value: Returns the first value of the window. By default, null values are respected.
SELECT v, first_value(x) OVER (ORDER BY v) FROM (VALUES (1, NULL), (2, 'b')) AS t(v, x);
-- 1 | NULL
-- 2 | NULL

-- > If IGNORE NULLS is specified, all rows where x is null are excluded from the calculation.
SELECT v, first_value(x) IGNORE NULLS OVER (ORDER BY v) FROM (VALUES (1, NULL), (2, 'b')) AS t(v, x);
-- 1 | NULL
-- 2 | b

-- > last_value: Returns the last value of the window (the default frame ends with the current row's peers).
SELECT v, last_value(v) OVER (ORDER BY v) FROM (VALUES 1, 2) AS t(v);
-- 1 | 1
-- 2 | 2

-- > nth_value: Offsets start at 1. … greater than the number of values in the window, null is returned.
SELECT v, nth_value(v, 2) OVER (ORDER BY v) FROM (VALUES 5, 6, 7) AS t(v);
-- 5 | NULL
-- 6 | 6
-- 7 | 6

-- > nth_value: It is an error for the offset to be zero or negative.
SELECT nth_value(v, 0) OVER (ORDER BY v) FROM (VALUES 5) AS t(v);
-- ERROR INVALID_FUNCTION_ARGUMENT

-- > nth_value: If the offset is null … null is returned.
SELECT nth_value(v, CAST(NULL AS bigint)) OVER (ORDER BY v) FROM (VALUES 5) AS t(v);
-- NULL

-- > lead: Offsets start at 0, which is the current row.
SELECT v, lead(v, 0) OVER (ORDER BY v) FROM (VALUES 5, 6) AS t(v);
-- 5 | 5
-- 6 | 6

-- > lead: if it is not specified null is returned
SELECT v, lead(v) OVER (ORDER BY v) FROM (VALUES 5, 6) AS t(v);
-- 5 | 6
-- 6 | NULL

-- > lag: the default_value is returned
SELECT v, lag(v, 1, 0) OVER (ORDER BY v) FROM (VALUES 5, 6) AS t(v);
-- 5 | 0
-- 6 | 5

-- > lag: If the offset is null, an error is raised.
SELECT lag(v, CAST(NULL AS bigint)) OVER (ORDER BY v) FROM (VALUES 5) AS t(v);
-- ERROR INVALID_FUNCTION_ARGUMENT

-- > lag: requires that the window ordering be specified
SELECT lag(v) OVER () FROM (VALUES 5) AS t(v);
-- ERROR MISSING_ORDER_BY

-- > lead: Window frame must not be specified.
SELECT lead(v) OVER (ORDER BY v ROWS CURRENT ROW) FROM (VALUES 5) AS t(v);
-- ERROR INVALID_WINDOW_FRAME

-- > All aggregate functions can be used as window functions: a rolling sum
SELECT v, sum(v) OVER (ORDER BY v) FROM (VALUES 1, 2, 2, 3) AS t(v);
-- 1 | 1
-- 2 | 5
-- 2 | 5
-- 3 | 8

-- > Note that ordering during aggregation is not supported.
SELECT array_agg(v ORDER BY v) OVER () FROM (VALUES 1) AS t(v);
-- ERROR NOT_SUPPORTED
