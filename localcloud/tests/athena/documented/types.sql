-- Page language/types.

SELECT from_utf8(x'65683F');
-- eh?

SELECT TIME '01:02:03.456 -08:00';
-- 01:02:03.456-08:00

SELECT TIMESTAMP '2020-06-10 15:55:23.383345';
-- 2020-06-10 15:55:23.383345

SELECT typeof(TIMESTAMP '2020-06-10 15:55:23.383345');
-- timestamp(6)

SELECT cast(TIMESTAMP '2020-06-10 15:55:23.383345' as TIMESTAMP(1));
-- 2020-06-10 15:55:23.4

SELECT cast(TIMESTAMP '2020-06-10 15:55:23.383345' as TIMESTAMP(12));
-- 2020-06-10 15:55:23.383345000000

SELECT TIMESTAMP '2001-08-22 03:04:05.321 UTC';
-- 2001-08-22 03:04:05.321 UTC

SELECT TIMESTAMP '2001-08-22 03:04:05.321 -08:30';
-- 2001-08-22 03:04:05.321 -08:30

SELECT TIMESTAMP '2001-08-22 03:04:05.321 GMT-08:30';
-- 2001-08-22 03:04:05.321 -08:30

SELECT TIMESTAMP '2001-08-22 03:04:05.321 America/New_York';
-- 2001-08-22 03:04:05.321 America/New_York

-- > 0x0A for decimal 10 or 0x11 for decimal 17
SELECT ARRAY[0x0A, 0x11]; -- [10, 17]

-- > 0o40 for decimal 32 or 0o11 for decimal 9
SELECT ARRAY[0o40, 0o11]; -- [32, 9]

-- > 0b1001 for decimal 9 or 0b101010 for decimal 42
SELECT ARRAY[0b1001, 0b101010]; -- [9, 42]

-- > 123_456.789_123 is equivalent to 123456.789123
SELECT 123_456.789_123; -- 123456.789123

-- > 123_456.789e4 is equivalent to 123456.789e4
SELECT 123_456.789e4 = 123456.789e4; -- true

-- > 000123.456 is equivalent to 123.456
SELECT 000123.456; -- 123.456

-- > 1.03e1 … are cast as DOUBLE data type
SELECT typeof(1.03e1); -- double

-- > Exact numeric values can be expressed as numeric literals such as 1.1, and are supported by DECIMAL
SELECT typeof(1.1); -- decimal(2,1)

-- > TINYINT: a maximum value of 2^7 - 1
SELECT CAST(128 AS TINYINT); -- ERROR

-- > SMALLINT: a minimum value of -2^15
SELECT CAST(-32768 AS SMALLINT); -- -32768

-- > INTEGER: a maximum value of 2^31 - 1
SELECT typeof(2147483648); -- bigint

-- > BIGINT: a maximum value of 2^63 - 1
SELECT BIGINT '9223372036854775807'; -- 9223372036854775807

-- > Example literals: REAL '10.3', REAL '10.3e0', REAL '1.03e1'
SELECT ARRAY[REAL '10.3', REAL '10.3e0', REAL '1.03e1']; -- [10.3, 10.3, 10.3]

-- > Example literals: DOUBLE '10.3', DOUBLE '1.03e1', 10.3e0, 1.03e1
SELECT ARRAY[DOUBLE '10.3', DOUBLE '1.03e1', 10.3e0, 1.03e1]; -- [10.3, 10.3, 10.3, 10.3]

-- > Example literals: DECIMAL '10.3', DECIMAL '1234567890', 1.1
SELECT DECIMAL '1234567890'; -- 1234567890

-- > scale is optional and defaults to 0
SELECT CAST(1.7 AS DECIMAL(20)); -- 2

-- > Unicode string with default escape character
SELECT U&'Hello winter \2603 !'; -- Hello winter ☃ !

-- > Unicode string with custom escape character
SELECT U&'Hello winter #2603 !' UESCAPE '#'; -- Hello winter ☃ !

-- > Single quotes in string literals can be escaped by using another single quote
SELECT 'I am big, it''s the pictures that got small!'; -- I am big, it's the pictures that got small!

-- > casting dog to CHAR(7) adds 4 implicit trailing spaces
SELECT '[' || CAST('dog' AS CHAR(7)) || ']'; -- '[dog    ]'

-- > TIMESTAMP is an alias for TIMESTAMP(3)
SELECT typeof(CAST('2020-01-01 00:00:00' AS timestamp)); -- timestamp(3)

-- > Example: TIME '01:02:03.456'
SELECT TIME '01:02:03.456'; -- 01:02:03.456

-- > Example: DATE '2001-08-22'
SELECT DATE '2001-08-22'; -- 2001-08-22

-- > UTC, with GMT, Z, or UT usable as aliases for UTC
SELECT TIMESTAMP '2001-08-22 03:04:05.321 Z'; -- 2001-08-22 03:04:05.321 UTC

-- > UTC, with GMT, Z, or UT usable as aliases for UTC
SELECT TIMESTAMP '2001-08-22 03:04:05.321 UT'; -- 2001-08-22 03:04:05.321 UTC

-- > +hh:mm … with or without UTC
SELECT TIMESTAMP '2001-08-22 03:04:05.321 UTC+08:30'; -- 2001-08-22 03:04:05.321 +08:30

-- > Casting to higher precision appends zeros for the additional digits.
SELECT CAST(TIMESTAMP '2020-06-10 15:55:23.3' AS TIMESTAMP(6)); -- 2020-06-10 15:55:23.300000

-- > Example: INTERVAL '3' MONTH
SELECT INTERVAL '3' MONTH; -- 0-3

-- > Example: INTERVAL '2' DAY
SELECT INTERVAL '2' DAY; -- 2 00:00:00.000

-- > Example: CAST(ROW(1, 2.0) AS ROW(x BIGINT, y DOUBLE)).x
SELECT CAST(ROW(1, 2.0) AS ROW(x BIGINT, y DOUBLE)).x; -- 1

-- > Example: ROW(1, 2.0)[1]
SELECT ROW(1, 2.0)[1]; -- 1

-- > Example: MAP(ARRAY['foo', 'bar'], ARRAY[1, 2])
SELECT MAP(ARRAY['foo', 'bar'], ARRAY[1, 2]); -- {foo=1, bar=2}

-- > Example: UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'
SELECT UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'; -- 12151fd2-7586-11e9-8f9e-2a86e4085a59

-- > Example: IPADDRESS '10.0.0.1'
SELECT IPADDRESS '10.0.0.1'; -- 10.0.0.1
