-- Page functions/bitwise: each query of the page, and the values that its text gives.

SELECT bit_count(9, 64),
       bit_count(9, 8),
       bit_count(-7, 64),
       bit_count(-7, 8);
-- 2 | 2 | 62 | 6

SELECT bitwise_and(19,25); -- 17

-- > NOT x = -x - 1
SELECT bitwise_not(-12),
       bitwise_not(19),
       bitwise_not(25);
-- 11 | -20 | -26

SELECT bitwise_or(19,25); -- 27

SELECT bitwise_xor(19,25); -- 10

SELECT bitwise_left_shift(1, 2); -- 4

SELECT bitwise_left_shift(5, 2); -- 20

-- > Shifting a value by 0 always results in the original value
SELECT bitwise_left_shift(20, 0),
       bitwise_left_shift(42, 0);
-- 20 | 42

-- > Shifting 0 by a shift always results in 0
SELECT bitwise_left_shift(0, 1),
       bitwise_left_shift(0, 2);
-- 0 | 0

SELECT bitwise_right_shift(8, 3); -- 1

SELECT bitwise_right_shift(9, 1); -- 4

-- > Shifting a value by 0 always results in the original value
SELECT bitwise_right_shift(20, 0),
       bitwise_right_shift(42, 0);
-- 20 | 42

-- > Shifting a value by 64 or more bits results in 0
SELECT bitwise_right_shift( 12, 64),
       bitwise_right_shift(-45, 64);
-- 0 | 0

-- > Shifting 0 by a shift always results in 0
SELECT bitwise_right_shift(0, 1),
       bitwise_right_shift(0, 2);
-- 0 | 0

-- > Shifting by 64 or more bits results in 0 for a positive and -1 for a negative value
SELECT bitwise_right_shift_arithmetic( 12, 64),
       bitwise_right_shift_arithmetic(-45, 64);
-- 0 | -1
