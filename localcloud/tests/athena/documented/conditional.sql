-- Page functions/conditional. Two cells differ from the page, which shows the bigint 8544 as 08544
-- and 490 / 225 as 19.

WITH shipping (origin_state, origin_zip, packages, total_cost) AS (VALUES ('California', '94131', 25, 100), ('California', 'P332a', 5, 72), ('California', '94025', 0, 155), ('New Jersey', '08544', 225, 490));

SELECT COALESCE(CAST(ROW(1, NULL) AS ROW(integer, integer)), ROW(1, 2)); -- (1, NULL)

SELECT COALESCE(CAST(ROW(NULL, NULL) AS ROW(integer, integer)), ROW(1, 2)); -- (1, 2)

SELECT CAST(origin_zip AS BIGINT) FROM shipping;
-- ERROR INVALID_CAST_ARGUMENT

SELECT TRY(CAST(origin_zip AS BIGINT)) FROM shipping;
-- 94131
-- NULL
-- 94025
-- 8544

SELECT total_cost / packages AS per_package FROM shipping;
-- ERROR DIVISION_BY_ZERO

SELECT COALESCE(TRY(total_cost / packages), 0) AS per_package FROM shipping;
-- 4
-- 14
-- 0
-- 2

-- > the example of the simple CASE
SELECT a,
       CASE a
           WHEN 1 THEN 'one'
           WHEN 2 THEN 'two'
           ELSE 'many'
       END
FROM (VALUES 1, 2, 3, NULL) AS t(a);
-- 1 | one
-- 2 | two
-- 3 | many
-- NULL | many

-- > the example of the searched CASE
SELECT a, b,
       CASE
           WHEN a = 1 THEN 'aaa'
           WHEN b = 2 THEN 'bbb'
           ELSE 'ccc'
       END
FROM (VALUES (1, 2), (2, 2), (3, 3)) AS t(a, b);
-- 1 | 2 | aaa
-- 2 | 2 | bbb
-- 3 | 3 | ccc

-- > If no match is found, the result from the ELSE clause is returned if it exists, otherwise null is returned
SELECT CASE 3 WHEN 1 THEN 'one' END; -- NULL

-- > the example of predicate fragments: WHEN > 100 reads as "when expression > 100"
SELECT a,
       CASE a
           WHEN 0                THEN 'zero'
           WHEN > 100            THEN 'big'
           WHEN BETWEEN 1 AND 10 THEN 'small'
           WHEN IS NULL          THEN 'unknown'
           ELSE 'other'
       END
FROM (VALUES 0, 101, 5, NULL, 50) AS t(a);
-- 0 | zero
-- 101 | big
-- 5 | small
-- NULL | unknown
-- 50 | other

-- > if: Evaluates and returns true_value if condition is true, otherwise null is returned
SELECT IF(false, 1); -- NULL

-- > if: otherwise evaluates and returns false_value
SELECT IF(CAST(NULL AS boolean), 1, 2); -- 2

-- > if: true_value is not evaluated
SELECT IF(false, 1 / 0, 2); -- 2

-- > the IF and CASE expressions are equivalent
SELECT IF(150000 >= 150000, 'High Value', 'Low Value'); -- High Value

-- > coalesce: Returns the first value that is not NULL.
SELECT coalesce(NULL, 2, 3); -- 2

-- > coalesce: Like a CASE expression, arguments are only evaluated if necessary.
SELECT coalesce(1, 1 / 0); -- 1

-- > nullif: Returns null if value1 equals value2
SELECT nullif(1, 1); -- NULL

-- > nullif: otherwise returns value1
SELECT nullif(1, 2); -- 1

-- > The following errors are handled by TRY: Division by zero
SELECT TRY(1 / 0); -- NULL

-- > TRY: Invalid cast or function argument
SELECT TRY(CAST('x' AS bigint)); -- NULL

-- > TRY: Invalid cast or function argument
SELECT TRY(element_at(ARRAY[1], 0)); -- NULL

-- > TRY: Numeric value out of range
SELECT TRY(TINYINT '127' + TINYINT '1'); -- NULL
