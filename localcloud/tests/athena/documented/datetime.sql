-- Page functions/datetime. Left out: what depends on the moment of the query, and examples in the
-- session time zones America/Vancouver and America/New_York: Athena's is UTC.

SELECT date '2012-08-08' + interval '2' day;
-- 2012-08-10

SELECT time '01:00' + interval '3' hour;
-- 04:00:00.000

SELECT timestamp '2012-08-08 01:00' + interval '29' hour;
-- 2012-08-09 06:00:00.000

SELECT timestamp '2012-10-31 01:00' + interval '1' month;
-- 2012-11-30 01:00:00.000

SELECT interval '2' day + interval '3' hour;
-- 2 03:00:00.000

SELECT interval '3' year + interval '5' month;
-- 3-5

SELECT date '2012-08-08' - interval '2' day;
-- 2012-08-06

SELECT time '01:00' - interval '3' hour;
-- 22:00:00.000

SELECT timestamp '2012-08-08 01:00' - interval '29' hour;
-- 2012-08-06 20:00:00.000

SELECT timestamp '2012-10-31 01:00' - interval '1' month;
-- 2012-09-30 01:00:00.000

SELECT interval '2' day - interval '3' hour;
-- 1 21:00:00.000

SELECT interval '3' year - interval '5' month;
-- 2-7

SELECT timestamp '2012-10-31 01:00 UTC';
-- 2012-10-31 01:00:00.000 UTC

SELECT timestamp '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles';
-- 2012-10-30 18:00:00.000 America/Los_Angeles

SELECT from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00');
-- 2020-05-11 11:15:05.055 +01:00

SELECT from_iso8601_timestamp_nanos('2020-05-11T11:15:05.123456789+01:00');
-- 2020-05-11 11:15:05.123456789 +01:00

SELECT from_iso8601_date('2020-05-11');
-- 2020-05-11

SELECT from_iso8601_date('2020-W10');
-- 2020-03-02

SELECT from_iso8601_date('2020-123');
-- 2020-05-02

SELECT with_timezone(TIMESTAMP '2022-11-01 09:08:07.321', 'America/Los_Angeles');
-- 2022-11-01 09:08:07.321 America/Los_Angeles

SELECT from_unixtime_nanos(100);
-- 1970-01-01 00:00:00.000000100 UTC

SELECT from_unixtime_nanos(DECIMAL '1234');
-- 1970-01-01 00:00:00.000001234 UTC

SELECT from_unixtime_nanos(DECIMAL '1234.499');
-- 1970-01-01 00:00:00.000001234 UTC

SELECT from_unixtime_nanos(DECIMAL '-1234');
-- 1969-12-31 23:59:59.999998766 UTC

SELECT date_trunc('millisecond', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-22 03:04:05.321

SELECT date_trunc('second', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-22 03:04:05.000

SELECT date_trunc('minute', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-22 03:04:00.000

SELECT date_trunc('hour', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-22 03:00:00.000

SELECT date_trunc('day', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-22 00:00:00.000

SELECT date_trunc('week', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-20 00:00:00.000

SELECT date_trunc('month', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-08-01 00:00:00.000

SELECT date_trunc('quarter', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-07-01 00:00:00.000

SELECT date_trunc('year', TIMESTAMP '2001-08-22 03:04:05.321');
-- 2001-01-01 00:00:00.000

SELECT date_trunc('day' , TIMESTAMP '2022-10-20 05:10:00');
-- 2022-10-20 00:00:00.000

SELECT date_trunc('month' , TIMESTAMP '2022-10-20 05:10:00');
-- 2022-10-01 00:00:00.000

SELECT date_trunc('year', TIMESTAMP '2022-10-20 05:10:00');
-- 2022-01-01 00:00:00.000

SELECT date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00');
-- 2020-03-01 00:01:26.000

SELECT date_add('hour', 9, TIMESTAMP '2020-03-01 00:00:00');
-- 2020-03-01 09:00:00.000

SELECT date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00 UTC');
-- 2020-02-29 00:00:00.000 UTC

SELECT date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00');
-- 86400

SELECT date_diff('hour', TIMESTAMP '2020-03-01 00:00:00 UTC', TIMESTAMP '2020-03-02 00:00:00 UTC');
-- 24

SELECT date_diff('day', DATE '2020-03-01', DATE '2020-03-02');
-- 1

SELECT date_diff('second', TIMESTAMP '2020-06-01 12:30:45.000000000', TIMESTAMP '2020-06-02 12:30:45.123456789');
-- 86400

SELECT date_diff('millisecond', TIMESTAMP '2020-06-01 12:30:45.000000000', TIMESTAMP '2020-06-02 12:30:45.123456789');
-- 86400123

SELECT parse_duration('42.8ms');
-- 0 00:00:00.043

SELECT parse_duration('3.81 d');
-- 3 19:26:24.000

SELECT parse_duration('5m');
-- 0 00:05:00.000

SELECT human_readable_seconds(96);
-- 1 minute, 36 seconds

SELECT human_readable_seconds(3762);
-- 1 hour, 2 minutes, 42 seconds

SELECT human_readable_seconds(56363463);
-- 93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds

SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%m-%d-%Y %H');
-- 10-20-2022 05

SELECT date_parse('2022/10/20/05', '%Y/%m/%d/%H');
-- 2022-10-20 05:00:00.000

SELECT extract(YEAR FROM TIMESTAMP '2022-10-20 05:10:00');
-- 2022

SELECT timezone(TIMESTAMP '2024-01-01 12:00:00 Asia/Tokyo'); -- Asia/Tokyo

SELECT timezone(TIMESTAMP '2024-01-01 12:00:00 +01:00'); -- +01:00

SELECT timezone(TIMESTAMP '2024-02-29 12:00:00 UTC'); -- UTC

SELECT timezone(TIME '12:00:00+09:00'); -- +09:00

-- > at_timezone: converted from the session time zone (UTC) to the time zone specified in zone
SELECT at_timezone(TIMESTAMP '2022-11-01 13:08:07.321', 'America/Los_Angeles');
-- 2022-11-01 06:08:07.321 America/Los_Angeles

-- > from_iso8601_timestamp: The time defaults to 00:00:00.000, and the time zone defaults to the session time zone
SELECT from_iso8601_timestamp('2020-05-11');
-- 2020-05-11 00:00:00.000 UTC

-- > date: This is an alias for CAST(x AS date).
SELECT date('2020-02-29');
-- 2020-02-29

-- > last_day_of_month: Returns the last day of the month.
SELECT last_day_of_month(DATE '2020-02-01');
-- 2020-02-29

-- > from_unixtime: the number of seconds since 1970-01-01 00:00:00 UTC
SELECT from_unixtime(86400);
-- 1970-01-02 00:00:00.000 UTC

-- > from_unixtime: using zone for the time zone
SELECT from_unixtime(0, 'Asia/Tokyo');
-- 1970-01-01 09:00:00.000 Asia/Tokyo

-- > from_unixtime: using hours and minutes for the time zone offset
SELECT from_unixtime(0, 5, 30);
-- 1970-01-01 05:30:00.000 +05:30

-- > to_iso8601: Formats x as an ISO 8601 string.
SELECT to_iso8601(DATE '2020-05-11');
-- 2020-05-11

-- > to_milliseconds: Returns the day-to-second interval as milliseconds.
SELECT to_milliseconds(INTERVAL '1' MINUTE);
-- 60000

-- > to_unixtime: Returns timestamp as a UNIX timestamp.
SELECT to_unixtime(TIMESTAMP '1970-01-02 00:00:00 UTC');
-- 86400.0

-- > %a: Abbreviated weekday name
SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%a'); -- Thu

-- > %b: Abbreviated month name
SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%b'); -- Oct

-- > %c: Month, numeric (1 .. 12)
SELECT date_format(TIMESTAMP '2022-02-20 05:10:00', '%c'); -- 2

-- > %d: Day of the month, numeric (01 .. 31)
SELECT date_format(TIMESTAMP '2022-02-03 05:10:00', '%d'); -- 03

-- > %e: Day of the month, numeric (1 .. 31)
SELECT date_format(TIMESTAMP '2022-02-03 05:10:00', '%e'); -- 3

-- > %f: Fraction of second (6 digits for printing: 000000 .. 999000)
SELECT date_format(TIMESTAMP '2022-02-03 05:10:00.123', '%f'); -- 123000

-- > %h and %I: Hour (01 .. 12)
SELECT date_format(TIMESTAMP '2022-02-03 17:10:00', '%h %I'); -- 05 05

-- > %i: Minutes, numeric (00 .. 59)
SELECT date_format(TIMESTAMP '2022-02-03 17:01:00', '%i'); -- 01

-- > %j: Day of year (001 .. 366)
SELECT date_format(TIMESTAMP '2022-02-03 17:01:00', '%j'); -- 034

-- > %k: Hour (0 .. 23); %l: Hour (1 .. 12)
SELECT date_format(TIMESTAMP '2022-02-03 05:01:00', '%k %l'); -- 5 5

-- > %M: Month name (January .. December)
SELECT date_format(TIMESTAMP '2022-02-03 05:01:00', '%M'); -- February

-- > %p: AM or PM
SELECT date_format(TIMESTAMP '2022-02-03 12:01:00', '%p'); -- PM

-- > %r: Time of day, 12-hour (equivalent to %h:%i:%s %p)
SELECT date_format(TIMESTAMP '2022-02-03 17:01:02', '%r'); -- 05:01:02 PM

-- > %S and %s: Seconds (00 .. 59)
SELECT date_format(TIMESTAMP '2022-02-03 17:01:02', '%S %s'); -- 02 02

-- > %T: Time of day, 24-hour (equivalent to %H:%i:%s)
SELECT date_format(TIMESTAMP '2022-02-03 17:01:02', '%T'); -- 17:01:02

-- > %v: Week (01 .. 53), where Monday is the first day of the week; used with %x
SELECT date_format(TIMESTAMP '2021-01-03 00:00:00', '%x-%v'); -- 2020-53

-- > %W: Weekday name (Sunday .. Saturday)
SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%W'); -- Thursday

-- > %y: Year, numeric (two digits)
SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%y'); -- 22

-- > %y: "70" will result in year 1970
SELECT date_parse('70', '%y'); -- 1970-01-01 00:00:00.000

-- > %y: but "69" will produce 2069
SELECT date_parse('69', '%y'); -- 2069-01-01 00:00:00.000

-- > %%: A literal % character
SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%%'); -- %

-- > The following specifiers are not currently supported: %D %U %u %V %w %X
SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%w'); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > quarter: The value ranges from 1 to 4.
SELECT extract(QUARTER FROM DATE '2022-10-20'); -- 4

-- > extract: MONTH is month
SELECT extract(MONTH FROM DATE '2022-10-20'); -- 10

-- > week: Returns the ISO week of the year from x.
SELECT extract(WEEK FROM DATE '2021-01-03'); -- 53

-- > extract: DAY and DAY_OF_MONTH are day
SELECT extract(DAY_OF_MONTH FROM DATE '2021-01-03'); -- 3

-- > day_of_week: 1 (Monday) to 7 (Sunday)
SELECT extract(DOW FROM DATE '2021-01-03'); -- 7

-- > day_of_year: 1 to 366
SELECT extract(DOY FROM DATE '2020-12-31'); -- 366

-- > year_of_week: Returns the year of the ISO week from x.
SELECT extract(YOW FROM DATE '2021-01-03'); -- 2020

-- > hour: 0 to 23
SELECT extract(HOUR FROM TIMESTAMP '2022-10-20 15:10:09'); -- 15

-- > extract: MINUTE is minute
SELECT extract(MINUTE FROM TIMESTAMP '2022-10-20 15:10:09'); -- 10

-- > extract: SECOND is second
SELECT extract(SECOND FROM TIMESTAMP '2022-10-20 15:10:09'); -- 9

-- > timezone_hour: Returns the hour of the time zone offset from timestamp.
SELECT extract(TIMEZONE_HOUR FROM TIMESTAMP '2022-10-20 15:10:09 +05:30'); -- 5

-- > timezone_minute: Returns the minute of the time zone offset from timestamp.
SELECT extract(TIMEZONE_MINUTE FROM TIMESTAMP '2022-10-20 15:10:09 +05:30'); -- 30

-- > millisecond: Returns the millisecond of the second from x.
SELECT millisecond(TIMESTAMP '2022-10-20 15:10:09.123'); -- 123

-- > parse_datetime: Parses string into a timestamp with time zone using format.
SELECT parse_datetime('2020-10-20 05:06', 'yyyy-MM-dd HH:mm'); -- 2020-10-20 05:06:00.000 UTC

-- > format_datetime: Formats timestamp as a string using format.
SELECT format_datetime(TIMESTAMP '2020-10-20 05:06:07', 'yyyy-MM-dd HH:mm:ss'); -- 2020-10-20 05:06:07
