-- Page functions/math. Left out: random, whose answer is random.

SELECT cosine_distance(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]);
-- 0.01613008990009257

SELECT cosine_distance(MAP(ARRAY['a'], ARRAY[1.0]), MAP(ARRAY['a'], ARRAY[2.0]));
-- 0.0

SELECT cosine_similarity(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]);
-- 0.9838699100999074

SELECT cosine_similarity(MAP(ARRAY['a'], ARRAY[1.0]), MAP(ARRAY['a'], ARRAY[2.0]));
-- 1.0

-- > /: Division (integer division performs truncation)
SELECT 7 / 2; -- 3

-- > /: Division (integer division performs truncation)
SELECT -7 / 2; -- -3

-- > %: Modulus (remainder)
SELECT 7 % 3; -- 1

-- > mod: the modulus (remainder) of n divided by m
SELECT mod(-7, 3); -- -1

-- > abs: Returns the absolute value of x. [same as input]
SELECT typeof(abs(SMALLINT '-3')); -- smallint

-- > cbrt: Returns the cube root of x.
SELECT cbrt(27); -- 3.0

-- > ceiling: Returns x rounded up to the nearest integer.
SELECT ceiling(-1.5e0); -- -1.0

-- > ceil: This is an alias for ceiling.
SELECT ceil(1.2e0); -- 2.0

-- > degrees: Converts angle x in radians to degrees.
SELECT degrees(pi()); -- 180.0

-- > e: Returns the constant Euler's number.
SELECT e(); -- 2.718281828459045

-- > exp: Returns Euler's number raised to the power of x.
SELECT exp(0); -- 1.0

-- > floor: Returns x rounded down to the nearest integer.
SELECT floor(-1.5e0); -- -2.0

-- > ln: Returns the natural logarithm of x.
SELECT ln(1); -- 0.0

-- > log: Returns the base b logarithm of x.
SELECT log(2, 8); -- 3.0

-- > log2: Returns the base 2 logarithm of x.
SELECT log2(8); -- 3.0

-- > log10: Returns the base 10 logarithm of x.
SELECT log10(1000); -- 3.0

-- > pi: Returns the constant Pi.
SELECT pi(); -- 3.141592653589793

-- > power: Returns x raised to the power of p.
SELECT power(2, 10); -- 1024.0

-- > pow: This is an alias for power.
SELECT pow(2, -1); -- 0.5

-- > radians: Converts angle x in degrees to radians.
SELECT radians(180); -- 3.141592653589793

-- > round: Returns x rounded to the nearest integer.
SELECT round(1.4e0); -- 1.0

-- > round: Returns x rounded to d decimal places.
SELECT round(1.2345e0, 2); -- 1.23

-- > sign: 0 if the argument is 0
SELECT sign(0); -- 0

-- > sign: 1 if the argument is greater than 0
SELECT sign(7); -- 1

-- > sign: -1 if the argument is less than 0
SELECT sign(-7); -- -1

-- > sign: -0 if the argument is -0
SELECT sign(-0e0); -- -0.0

-- > sign: NaN if the argument is NaN
SELECT sign(nan()); -- NaN

-- > sign: 1 if the argument is +Infinity
SELECT sign(infinity()); -- 1.0

-- > sign: -1 if the argument is -Infinity
SELECT sign(-infinity()); -- -1.0

-- > sqrt: Returns the square root of x.
SELECT sqrt(16); -- 4.0

-- > truncate: rounded to integer by dropping digits after decimal point
SELECT truncate(-1.7e0); -- -1.0

-- > truncate: Returns x rounded to d decimal places by dropping digits after decimal point.
SELECT truncate(1.239, 2); -- 1.230

-- > width_bucket: the bin number of x in an equi-width histogram
SELECT width_bucket(3.5, 0, 10, 5); -- 2

-- > width_bucket: according to the bins specified by the array bins
SELECT width_bucket(3.5e0, ARRAY[1e0, 2e0, 5e0]); -- 2

-- > acos: Returns the arc cosine of x.
SELECT acos(1); -- 0.0

-- > asin: Returns the arc sine of x.
SELECT asin(0); -- 0.0

-- > atan2: Returns the arc tangent of y / x.
SELECT atan2(0, 1); -- 0.0

-- > cos: Returns the cosine of x.
SELECT cos(0); -- 1.0

-- > cosh: Returns the hyperbolic cosine of x.
SELECT cosh(0); -- 1.0

-- > sin, sinh, tan, tanh, atan: of an angle in radians
SELECT ARRAY[sin(0), sinh(0), tan(0), tanh(0), atan(0)]; -- [0.0, 0.0, 0.0, 0.0, 0.0]

-- > infinity: Returns the constant representing positive infinity.
SELECT infinity(); -- Infinity

-- > is_finite: Determine if x is finite.
SELECT is_finite(infinity()); -- false

-- > is_infinite: Determine if x is infinite.
SELECT is_infinite(-infinity()); -- true

-- > is_nan: Determine if x is not-a-number.
SELECT is_nan(nan()); -- true

-- > from_base: Returns the value of string interpreted as a base-radix number.
SELECT from_base('ff', 16); -- 255

-- > to_base: Returns the base-radix representation of x.
SELECT to_base(255, 16); -- ff

-- > normal_cdf: P(N < v; mean, sd)
SELECT normal_cdf(0, 1, 0); -- 0.5

-- > inverse_normal_cdf: the inverse of the Normal cdf
SELECT inverse_normal_cdf(0, 1, 0.5); -- 0.0

-- > inverse_normal_cdf: The probability p must lie on the interval (0, 1).
SELECT inverse_normal_cdf(0, 1, 1); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > normal_cdf: the standard deviation must be a real and positive value
SELECT normal_cdf(0, 0, 1); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > wilson_interval_lower: the lower bound of the Wilson score interval of a Bernoulli trial process
SELECT wilson_interval_lower(0, 10, 1.96e0); -- 0.0

-- > wilson_interval_upper: the upper bound … at a confidence specified by the z-score z
SELECT wilson_interval_upper(10, 10, 1.96e0); -- 1.0

-- > beta_cdf: the Beta cdf with given a, b parameters (of the uniform distribution: v)
SELECT beta_cdf(1, 1, 0.5); -- 0.5
