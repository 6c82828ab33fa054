-- Page functions/decimal. Its text for x / y says ys-xs where Trino's DecimalOperators has ys.

SELECT typeof(DECIMAL '0'); -- decimal(1,0)

SELECT typeof(DECIMAL '12345'); -- decimal(5,0)

SELECT typeof(DECIMAL '0000012345.1234500000'); -- decimal(20,10)

-- > x + y: min(38, 1 + max(xs, ys) + max(xp - xs, yp - ys)), max(xs, ys)
SELECT typeof(DECIMAL '12.34' + DECIMAL '1.234'); -- decimal(6,3)

-- > x - y: as x + y
SELECT typeof(DECIMAL '12.34' - DECIMAL '1.234'); -- decimal(6,3)

-- > x * y: min(38, xp + yp), xs + ys
SELECT typeof(DECIMAL '12.34' * DECIMAL '1.234'); -- decimal(8,5)

-- > x / y: min(38, xp + ys + max(0, ys-xs)), max(xs, ys)
SELECT typeof(DECIMAL '12.34' / DECIMAL '1.234'); -- decimal(8,3)

-- > x % y: min(xp - xs, yp - ys) + max(xs, ys), max(xs, ys)
SELECT typeof(DECIMAL '12.34' % DECIMAL '1.234'); -- decimal(4,3)

-- > Value is out of range
SELECT DECIMAL '99999999999999999999999999999999999999' + DECIMAL '1'; -- ERROR NUMERIC_VALUE_OUT_OF_RANGE

-- > Unary -: The type of result is same as type of argument.
SELECT typeof(- DECIMAL '1.50'); -- decimal(3,2)

-- > All standard comparison works for the decimal type.
SELECT DECIMAL '1.50' = DECIMAL '1.5'; -- true
