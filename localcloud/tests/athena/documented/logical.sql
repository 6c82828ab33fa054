-- Page functions/logical.

SELECT CAST(null AS boolean) AND true; -- null

SELECT CAST(null AS boolean) AND false; -- false

SELECT CAST(null AS boolean) AND CAST(null AS boolean); -- null

SELECT CAST(null AS boolean) OR CAST(null AS boolean); -- null

SELECT CAST(null AS boolean) OR false; -- null

SELECT CAST(null AS boolean) OR true; -- true

SELECT NOT CAST(null AS boolean); -- null

-- > the truth table of AND and OR: a, b, a AND b, a OR b
SELECT a, b, a AND b, a OR b FROM (VALUES (TRUE, TRUE), (TRUE, FALSE), (TRUE, NULL), (FALSE, TRUE), (FALSE, FALSE), (FALSE, NULL), (NULL, TRUE), (NULL, FALSE), (NULL, NULL)) AS t(a, b);
-- true | true | true | true
-- true | false | false | true
-- true | NULL | NULL | true
-- false | true | false | true
-- false | false | false | false
-- false | NULL | false | NULL
-- NULL | true | NULL | true
-- NULL | false | false | NULL
-- NULL | NULL | NULL | NULL

-- > the truth table of NOT: a, NOT a
SELECT a, NOT a FROM (VALUES TRUE, FALSE, NULL) AS t(a);
-- true | false
-- false | true
-- NULL | NULL
