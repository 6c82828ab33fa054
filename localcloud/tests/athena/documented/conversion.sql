-- Page functions/conversion.

SELECT format('%s%%', 123);
-- '123%'

SELECT format('%.5f', pi());
-- '3.14159'

SELECT format('%03d', 8);
-- '008'

SELECT format('%,.2f', 1234567.89);
-- '1,234,567.89'

SELECT format('%-7s,%7s', 'hello', 'world');
-- 'hello  ,  world'

SELECT format('%2$s %3$s %1$s', 'a', 'b', 'c');
-- 'b c a'

SELECT format('%1$tA, %1$tB %1$te, %1$tY', date '2006-07-04');
-- 'Tuesday, July 4, 2006'

SELECT format_number(123456); -- '123K'

SELECT format_number(1000000); -- '1M'

SELECT parse_data_size('1B'); -- 1

SELECT parse_data_size('1kB'); -- 1024

SELECT parse_data_size('1MB'); -- 1048576

SELECT parse_data_size('2.3MB'); -- 2411724

SELECT typeof(123); -- integer

SELECT typeof('cat'); -- varchar(3)

SELECT typeof(cos(2) + 1.5); -- double

-- > GB: 1024 ** 3
SELECT parse_data_size('1GB'); -- 1073741824

-- > YB: 1024 ** 8
SELECT parse_data_size('1YB'); -- 1208925819614629174706176

-- > parse_data_size(string) -> decimal(38)
SELECT typeof(parse_data_size('1B')); -- decimal(38,0)

-- > cast: This can be used to cast a varchar to a numeric value type and vice versa.
SELECT CAST('42' AS integer); -- 42

-- > cast: This can be used to cast a varchar to a numeric value type and vice versa.
SELECT CAST(42 AS varchar); -- 42

-- > try_cast: Like cast, but returns null if the cast fails.
SELECT try_cast('4x2' AS integer); -- NULL

-- > Trino will not convert between character and numeric types.
SELECT 1 + '1'; -- ERROR TYPE_MISMATCH

-- > a query that expects a varchar will not automatically convert a bigint value to an equivalent varchar
SELECT upper(BIGINT '1'); -- ERROR FUNCTION_NOT_FOUND
