-- Page functions/aggregate. Left out: tables that the page does not show (iris, tpch).

SELECT listagg(value, ',') WITHIN GROUP (ORDER BY value) csv_value
FROM (VALUES 'a', 'c', 'b') t(value);
-- 'a,b,c'

SELECT listagg(value, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY value) csv_value
FROM (VALUES 'a', 'b', 'c') t(value);
-- a,b,c

SELECT listagg(value, ',' ON OVERFLOW TRUNCATE '.....' WITH COUNT) WITHIN GROUP (ORDER BY value)
FROM (VALUES 'a', 'b', 'c') t(value);
-- a,b,c

SELECT id, listagg(value, ',') WITHIN GROUP (ORDER BY o) csv_value
FROM (VALUES
    (100, 1, 'a'),
    (200, 3, 'c'),
    (200, 2, 'b')
) t(id, o, value)
GROUP BY id
ORDER BY id;
--  100 | a
--  200 | b,c

SELECT 
    country,
    listagg(city, ',')
        WITHIN GROUP (ORDER BY population DESC)
        FILTER (WHERE population >= 10_000_000) megacities
FROM (VALUES 
    ('India', 'Bangalore', 13_700_000),
    ('India', 'Chennai', 12_200_000),
    ('India', 'Ranchi', 1_547_000),
    ('Austria', 'Vienna', 1_897_000),
    ('Poland', 'Warsaw', 1_765_000)
) t(country, city, population)
GROUP BY country
ORDER BY country;
--  Austria | NULL
--  India   | Bangalore,Chennai
--  Poland  | NULL

SELECT id, reduce_agg(value, 0, (a, b) -> a + b, (a, b) -> a + b)
FROM (
    VALUES
        (1, 3),
        (1, 4),
        (1, 5),
        (2, 6),
        (2, 7)
) AS t(id, value)
GROUP BY id;
-- 1 | 12
-- 2 | 13

SELECT id, reduce_agg(value, 1, (a, b) -> a * b, (a, b) -> a * b)
FROM (
    VALUES
        (1, 3),
        (1, 4),
        (1, 5),
        (2, 6),
        (2, 7)
) AS t(id, value)
GROUP BY id;
-- 1 | 60
-- 2 | 42

-- > sum returns null rather than zero
SELECT sum(v) FROM (VALUES 1) AS t(v) WHERE v > 1; -- NULL

-- > avg does not include null values in the count
SELECT avg(v) FROM (VALUES 1, NULL, 2) AS t(v); -- 1.5

-- > array_agg(x ORDER BY y DESC)
SELECT array_agg(x ORDER BY y DESC) FROM (VALUES ('a', 1), ('b', 2)) AS t(x, y); -- [b, a]

-- > use FILTER to remove nulls from consideration when using array_agg
SELECT array_agg(name) FILTER (WHERE name IS NOT NULL) FROM (VALUES 'x', NULL) AS region(name); -- [x]

-- > array_agg: Returns an array created from the input x elements.
SELECT array_agg(v) FROM (VALUES 1, NULL) AS t(v); -- [1, NULL]

-- > any_value: Returns an arbitrary non-null value x, if one exists.
SELECT any_value(v) FROM (VALUES NULL, 1) AS t(v); -- 1

-- > arbitrary: Returns an arbitrary non-null value of x, if one exists.
SELECT arbitrary(v) FROM (VALUES NULL, 1) AS t(v); -- 1

-- > avg(time interval type) -> time interval type
SELECT avg(v) FROM (VALUES INTERVAL '1' DAY, INTERVAL '3' DAY) AS t(v); -- 2 00:00:00.000

-- > bool_and: Returns TRUE if every input value is TRUE, otherwise FALSE.
SELECT bool_and(v) FROM (VALUES true, false) AS t(v); -- false

-- > bool_or: Returns TRUE if any input value is TRUE, otherwise FALSE.
SELECT bool_or(v) FROM (VALUES true, false) AS t(v); -- true

-- > every: This is an alias for bool_and.
SELECT every(v) FROM (VALUES true, true) AS t(v); -- true

-- > count(*): Returns the number of input rows.
SELECT count(*) FROM (VALUES 1, NULL) AS t(v); -- 2

-- > count(x): Returns the number of non-null input values.
SELECT count(v) FROM (VALUES 1, NULL) AS t(v); -- 1

-- > count_if: equivalent to count(CASE WHEN x THEN 1 END)
SELECT count_if(v > 1) FROM (VALUES 1, 2, NULL) AS t(v); -- 1

-- > geometric_mean: Returns the geometric mean of all input values.
SELECT geometric_mean(v) FROM (VALUES 2, 8) AS t(v); -- 4.0

-- > listagg: If separator is not specified, the empty string will be used as separator.
SELECT listagg(v) WITHIN GROUP (ORDER BY v) FROM (VALUES 'b', 'a') AS t(v); -- ab

-- > max: Returns the maximum value of all input values.
SELECT max(v) FROM (VALUES 1, NULL, 3) AS t(v); -- 3

-- > max(x, n): Returns n largest values of all input values of x.
SELECT max(v, 2) FROM (VALUES 1, 3, 2) AS t(v); -- [3, 2]

-- > max_by: the value of x associated with the maximum value of y
SELECT max_by(x, y) FROM (VALUES ('a', 1), ('b', 2)) AS t(x, y); -- b

-- > max_by(x, y, n): n values of x associated with the n largest … in descending order of y
SELECT max_by(x, y, 2) FROM (VALUES ('a', 1), ('b', 2), ('c', 3)) AS t(x, y); -- [c, b]

-- > min: Returns the minimum value of all input values.
SELECT min(v) FROM (VALUES 2, NULL, 3) AS t(v); -- 2

-- > min(x, n): Returns n smallest values of all input values of x.
SELECT min(v, 2) FROM (VALUES 1, 3, 2) AS t(v); -- [1, 2]

-- > min_by: the value of x associated with the minimum value of y
SELECT min_by(x, y) FROM (VALUES ('a', 1), ('b', 2)) AS t(x, y); -- a

-- > min_by(x, y, n): in ascending order of y
SELECT min_by(x, y, 2) FROM (VALUES ('a', 1), ('b', 2), ('c', 3)) AS t(x, y); -- [a, b]

-- > sum: Returns the sum of all input values.
SELECT sum(v) FROM (VALUES 1.5, 2.25) AS t(v); -- 3.75

-- > bitwise_and_agg: the bitwise AND of all input non-NULL values
SELECT bitwise_and_agg(v) FROM (VALUES 12, NULL, 10) AS t(v); -- 8

-- > bitwise_or_agg: the bitwise OR of all input non-NULL values
SELECT bitwise_or_agg(v) FROM (VALUES 12, NULL, 10) AS t(v); -- 14

-- > bitwise_xor_agg: the bitwise XOR of all input non-NULL values
SELECT bitwise_xor_agg(v) FROM (VALUES 12, NULL, 10) AS t(v); -- 6

-- > bitwise_and_agg: If all records inside the group are NULL … the function returns NULL.
SELECT bitwise_and_agg(v) FROM (VALUES CAST(NULL AS bigint)) AS t(v); -- NULL

-- > histogram: the count of the number of times each input value occurs
SELECT histogram(v) FROM (VALUES 'x', 'x', 'y') AS t(v); -- {x=2, y=1}

-- > map_agg: Returns a map created from the input key / value pairs.
SELECT map_agg(k, v) FROM (VALUES ('a', 1), ('b', 2)) AS t(k, v); -- {a=1, b=2}

-- > map_union: Returns the union of all the input maps.
SELECT map_union(m) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2])) AS t(m); -- {a=1, b=2}

-- > multimap_agg: Each key can be associated with multiple values.
SELECT multimap_agg(k, v) FROM (VALUES ('a', 1), ('a', 2), ('b', 3)) AS t(k, v); -- {a=[1, 2], b=[3]}

-- > approx_distinct: Zero is returned if all input values are null.
SELECT approx_distinct(v) FROM (VALUES CAST(NULL AS integer)) AS t(v); -- 0

-- > corr: Returns correlation coefficient of input values.
SELECT corr(y, x) FROM (VALUES (2e0, 1e0), (4e0, 2e0), (6e0, 3e0)) AS t(y, x); -- 1.0

-- > covar_pop: Returns the population covariance of input values.
SELECT covar_pop(y, x) FROM (VALUES (2e0, 1e0), (6e0, 3e0)) AS t(y, x); -- 2.0

-- > covar_samp: Returns the sample covariance of input values.
SELECT covar_samp(y, x) FROM (VALUES (2e0, 1e0), (6e0, 3e0)) AS t(y, x); -- 4.0

-- > regr_intercept: y is the dependent value. x is the independent value.
SELECT regr_intercept(y, x) FROM (VALUES (3e0, 1e0), (5e0, 2e0)) AS t(y, x); -- 1.0

-- > regr_slope: y is the dependent value. x is the independent value.
SELECT regr_slope(y, x) FROM (VALUES (3e0, 1e0), (5e0, 2e0)) AS t(y, x); -- 2.0

-- > skewness: (of values that lie evenly around their mean)
SELECT skewness(v) FROM (VALUES 1e0, 2e0, 3e0) AS t(v); -- 0.0

-- > kurtosis: n(n+1)/((n-1)(n-2)(n-3))sum[(x_i-mean)^4]/stddev(x)^4-3(n-1)^2/((n-2)(n-3))
SELECT round(kurtosis(v), 10) FROM (VALUES 1e0, 2e0, 3e0, 4e0) AS t(v); -- -1.2

-- > stddev: This is an alias for stddev_samp.
SELECT stddev(v) FROM (VALUES 1, 3, 5) AS t(v); -- 2.0

-- > stddev_pop: Returns the population standard deviation of all input values.
SELECT stddev_pop(v) FROM (VALUES 1, 3) AS t(v); -- 1.0

-- > variance: This is an alias for var_samp.
SELECT variance(v) FROM (VALUES 1, 3) AS t(v); -- 2.0

-- > var_pop: Returns the population variance of all input values.
SELECT var_pop(v) FROM (VALUES 1, 3) AS t(v); -- 1.0
