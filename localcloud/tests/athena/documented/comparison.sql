-- Page functions/comparison.

SELECT NULL BETWEEN 2 AND 4; -- null

SELECT 2 BETWEEN NULL AND 6; -- null

SELECT 2 BETWEEN 3 AND NULL; -- false

SELECT 8 BETWEEN NULL AND 6; -- false

SELECT 'Paul' BETWEEN 'John' AND 'Ringo'; -- true

select NULL IS NULL; -- true

SELECT 3.0 IS NULL; -- false

SELECT NULL IS DISTINCT FROM NULL; -- false

SELECT NULL IS NOT DISTINCT FROM NULL; -- true

SELECT 'hello' = ANY (VALUES 'hello', 'world'); -- true

SELECT 21 < ALL (VALUES 19, 20, 21); -- false

SELECT 42 >= SOME (SELECT 41 UNION ALL SELECT 42 UNION ALL SELECT 43); -- true

SELECT * FROM (VALUES 'America', 'Asia', 'Africa', 'Europe', 'Australia', 'Antarctica') AS t (continent)
WHERE continent LIKE 'E%';
-- Europe

SELECT 'South_America' LIKE 'South\_America' ESCAPE '\';
-- true

-- > A negated LIKE: all other continents, all not starting with E
SELECT * FROM (VALUES 'America', 'Asia', 'Africa', 'Europe', 'Australia', 'Antarctica') AS t (continent)
WHERE continent NOT LIKE 'E%';
-- America
-- Asia
-- Africa
-- Australia
-- Antarctica

-- > The statement shown above is equivalent to SELECT 3 >= 2 AND 3 <= 6
SELECT 3 BETWEEN 2 AND 6; -- true

-- > The statement shown above is equivalent to SELECT 3 < 2 OR 3 > 6
SELECT 3 NOT BETWEEN 2 AND 6; -- false

-- > the table of IS DISTINCT FROM: a, b, a = b, a <> b, a DISTINCT b, a NOT DISTINCT b
SELECT a, b, a = b, a <> b, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b FROM (VALUES (1, 1), (1, 2), (1, NULL), (NULL, NULL)) AS t(a, b);
-- 1 | 1 | true | false | false | true
-- 1 | 2 | false | true | true | false
-- 1 | NULL | NULL | NULL | true | false
-- NULL | NULL | NULL | NULL | false | true

-- > BETWEEN … must be the same type: an error if you ask it if John is between 2.3 and 35.2
SELECT 'John' BETWEEN 2.3 AND 35.2; -- ERROR TYPE_MISMATCH

-- > greatest and least: they return null if any argument is null
SELECT greatest(1, NULL, 3); -- NULL

-- > greatest and least: they return null if any argument is null
SELECT least(1, NULL, 3); -- NULL

-- > greatest: Returns the largest of the provided values.
SELECT greatest(1e0, 3e0, 2e0); -- 3.0

-- > greatest: VARCHAR
SELECT greatest('a', 'c', 'b'); -- c

-- > least: Returns the smallest of the provided values.
SELECT least(DATE '2020-02-01', DATE '2020-01-31'); -- 2020-01-31

-- > A = ALL (...): true when A is equal to all values
SELECT 1 = ALL (VALUES 1, 1); -- true

-- > A <> ALL (...): true when A doesn't match any value
SELECT 1 <> ALL (VALUES 2, 1); -- false

-- > A < ALL (...): true when A is smaller than the smallest value
SELECT 1 < ALL (VALUES 2, 3); -- true

-- > A <> ANY (...): true when A doesn't match one or more values
SELECT 1 <> ANY (VALUES 1, 2); -- true

-- > A < ANY (...): true when A is smaller than the biggest value
SELECT 2 < ANY (VALUES 1, 3); -- true

-- > LIKE: Matching characters is case sensitive
SELECT 'Europe' LIKE 'e%'; -- false

-- > LIKE: _ matches any single character
SELECT 'Asia' LIKE 'A__a'; -- true

-- > If you want to match for the chosen escape character, you simply escape itself.
SELECT 'a\b' LIKE 'a\\b' ESCAPE '\'; -- true

-- > name IN ('AMERICA', 'EUROPE') is equivalent to name = 'AMERICA' OR name = 'EUROPE'
SELECT 'ASIA' IN ('AMERICA', 'EUROPE'); -- false

-- > the values are combined as a logical OR
SELECT 'ASIA' IN ('AMERICA', NULL); -- NULL

-- > != Not equal (non-standard but popular syntax)
SELECT 1 != 2; -- true
