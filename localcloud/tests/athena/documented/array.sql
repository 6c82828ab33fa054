-- Page functions/array. Left out: shuffle, whose answer is random.

SELECT ARRAY[1, 2, 4];
-- [1, 2, 4]

SELECT ARRAY['foo', 'bar', 'bazz'];
-- [foo, bar, bazz]

SELECT ARRAY[1, 1.2, 4];
-- [1.0, 1.2, 4.0]

SELECT ARRAY[1, 2, NULL, -4, NULL];
-- [1, 2, NULL, -4, NULL]

SELECT ARRAY[1, 1.2, 4][2];
-- 1.2

SELECT ARRAY[1] || ARRAY[2];
-- [1, 2]

SELECT ARRAY[1] || 2;
-- [1, 2]

SELECT 2 || ARRAY[1];
-- [2, 1]

SELECT array_histogram(ARRAY[42, 7, 42, NULL]);
-- {42=2, 7=1}

SELECT array_histogram(ARRAY[NULL, NULL]);
-- {}

SELECT array_sort(ARRAY[3, 2, 5, 1, 2],
                  (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)));
-- [5, 3, 2, 2, 1]

SELECT array_sort(ARRAY['bc', 'ab', 'dc'],
                  (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)));
-- ['dc', 'bc', 'ab']

SELECT array_sort(ARRAY[3, 2, null, 5, null, 1, 2],
                  -- sort null first with descending order
                  (x, y) -> CASE WHEN x IS NULL THEN -1
                                 WHEN y IS NULL THEN 1
                                 WHEN x < y THEN 1
                                 WHEN x = y THEN 0
                                 ELSE -1 END);
-- [null, null, 5, 3, 2, 2, 1]

SELECT array_sort(ARRAY[3, 2, null, 5, null, 1, 2],
                  -- sort null last with descending order
                  (x, y) -> CASE WHEN x IS NULL THEN 1
                                 WHEN y IS NULL THEN -1
                                 WHEN x < y THEN 1
                                 WHEN x = y THEN 0
                                 ELSE -1 END);
-- [5, 3, 2, 2, 1, null, null]

SELECT array_sort(ARRAY['a', 'abcd', 'abc'],
                  -- sort by string length
                  (x, y) -> IF(length(x) < length(y), -1,
                               IF(length(x) = length(y), 0, 1)));
-- ['a', 'abc', 'abcd']

SELECT array_sort(ARRAY[ARRAY[2, 3, 1], ARRAY[4, 2, 1, 4], ARRAY[1, 2]],
                  -- sort by array length
                  (x, y) -> IF(cardinality(x) < cardinality(y), -1,
                               IF(cardinality(x) = cardinality(y), 0, 1)));
-- [[1, 2], [2, 3, 1], [4, 2, 1, 4]]

SELECT combinations(ARRAY['foo', 'bar', 'baz'], 2);
-- [['foo', 'bar'], ['foo', 'baz'], ['bar', 'baz']]

SELECT combinations(ARRAY[1, 2, 3], 2);
-- [[1, 2], [1, 3], [2, 3]]

SELECT combinations(ARRAY[1, 2, 2], 2);
-- [[1, 2], [1, 2], [2, 2]]

SELECT filter(ARRAY[], x -> true);
-- []

SELECT filter(ARRAY[5, -6, NULL, 7], x -> x > 0);
-- [5, 7]

SELECT filter(ARRAY[5, NULL, 7, NULL], x -> x IS NOT NULL);
-- [5, 7]

SELECT ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 2);
-- [['foo', 'bar'], ['bar', 'baz'], ['baz', 'foo']]

SELECT ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 3);
-- [['foo', 'bar', 'baz'], ['bar', 'baz', 'foo']]

SELECT ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 4);
-- [['foo', 'bar', 'baz', 'foo']]

SELECT ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 5);
-- [['foo', 'bar', 'baz', 'foo']]

SELECT ngrams(ARRAY[1, 2, 3, 4], 2);
-- [[1, 2], [2, 3], [3, 4]]

SELECT reduce(ARRAY[], 0,
              (s, x) -> s + x,
              s -> s);
-- 0

SELECT reduce(ARRAY[5, 20, 50], 0,
              (s, x) -> s + x,
              s -> s);
-- 75

SELECT reduce(ARRAY[5, 20, NULL, 50], 0,
              (s, x) -> s + x,
              s -> s);
-- NULL

SELECT reduce(ARRAY[5, 20, NULL, 50], 0,
              (s, x) -> s + coalesce(x, 0),
              s -> s);
-- 75

SELECT reduce(ARRAY[5, 20, NULL, 50], 0,
              (s, x) -> IF(x IS NULL, s, s + x),
              s -> s);
-- 75

SELECT reduce(ARRAY[2147483647, 1], BIGINT '0',
              (s, x) -> s + x,
              s -> s);
-- 2147483648

SELECT reduce(ARRAY[5, 6, 10, 20],
              CAST(ROW(0.0, 0) AS ROW(sum DOUBLE, count INTEGER)),
              (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS
                             ROW(sum DOUBLE, count INTEGER)),
              s -> IF(s.count = 0, NULL, s.sum / s.count));
-- 10.25

SELECT trim_array(ARRAY[1, 2, 3, 4], 1);
-- [1, 2, 3]

SELECT trim_array(ARRAY[1, 2, 3, 4], 2);
-- [1, 2]

SELECT transform(ARRAY[], x -> x + 1);
-- []

SELECT transform(ARRAY[5, 6], x -> x + 1);
-- [6, 7]

SELECT transform(ARRAY[5, NULL, 6], x -> coalesce(x, 0) + 1);
-- [6, 1, 7]

SELECT transform(ARRAY['x', 'abc', 'z'], x -> x || '0');
-- ['x0', 'abc0', 'z0']

SELECT transform(ARRAY[ARRAY[1, NULL, 2], ARRAY[3, NULL]],
                 a -> filter(a, x -> x IS NOT NULL));
-- [[1, 2], [3]]

SELECT euclidean_distance(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]);
-- 2.8284271247461903

SELECT dot_product(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]);
-- 11.0

SELECT zip(ARRAY[1, 2], ARRAY['1b', null, '3b']);
-- [ROW(1, '1b'), ROW(2, null), ROW(null, '3b')]

SELECT zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'],
                (x, y) -> (y, x));
-- [ROW('a', 1), ROW('b', 3), ROW('c', 5)]

SELECT zip_with(ARRAY[1, 2], ARRAY[3, 4],
                (x, y) -> x + y);
-- [4, 6]

SELECT zip_with(ARRAY['a', 'b', 'c'], ARRAY['d', 'e', 'f'],
                (x, y) -> concat(x, y));
-- ['ad', 'be', 'cf']

SELECT zip_with(ARRAY['a'], ARRAY['d', null, 'f'],
                (x, y) -> coalesce(x, y));
-- ['a', null, 'f']

-- > all_match: true if all the elements match the predicate (a special case is when the array is empty)
SELECT all_match(ARRAY[1, 2], x -> x > 0);
-- true

-- > all_match: true … when the array is empty
SELECT all_match(ARRAY[], x -> x IS NULL);
-- true

-- > all_match: false if one or more elements don't match
SELECT all_match(ARRAY[1, NULL, -2], x -> x > 0);
-- false

-- > all_match: NULL if the predicate function returns NULL for one or more elements and true for all other
SELECT all_match(ARRAY[1, NULL], x -> x > 0);
-- NULL

-- > any_match: true if one or more elements match the predicate
SELECT any_match(ARRAY[NULL, 1], x -> x > 0);
-- true

-- > any_match: false if none of the elements matches (a special case is when the array is empty)
SELECT any_match(ARRAY[], x -> x IS NULL);
-- false

-- > any_match: NULL if the predicate function returns NULL for one or more elements and false for all other
SELECT any_match(ARRAY[-1, NULL], x -> x > 0);
-- NULL

-- > none_match: true if none of the elements matches the predicate (… when the array is empty)
SELECT none_match(ARRAY[], x -> x IS NULL);
-- true

-- > none_match: false if one or more elements match
SELECT none_match(ARRAY[NULL, 1], x -> x > 0);
-- false

-- > none_match: NULL if the predicate function returns NULL for one or more elements and false for all other
SELECT none_match(ARRAY[-1, NULL], x -> x > 0);
-- NULL

-- > array_distinct: Remove duplicate values from the array x.
SELECT array_distinct(ARRAY[1, 2, 1]);
-- [1, 2]

-- > array_intersect: the elements in the intersection of x and y, without duplicates
SELECT array_intersect(ARRAY[1, 2, 2, 3], ARRAY[2, 2]);
-- [2]

-- > array_union: the elements in the union of x and y, without duplicates
SELECT array_sort(array_union(ARRAY[1, 2], ARRAY[2, 3]));
-- [1, 2, 3]

-- > array_except: elements in x but not in y, without duplicates
SELECT array_except(ARRAY[1, 1, 2], ARRAY[2]);
-- [1]

-- > array_first: Returns the first element of an array.
SELECT array_first(ARRAY[7, 8]);
-- 7

-- > array_first: If the array is empty, the function returns NULL
SELECT array_first(ARRAY[]);
-- NULL

-- > array_last: Returns the last element of an array.
SELECT array_last(ARRAY[7, 8]);
-- 8

-- > array_last: If the array is empty, the function returns NULL, whereas the subscript operator would fail
SELECT array_last(ARRAY[]);
-- NULL

-- > element_at … the subscript operator would fail
SELECT ARRAY[1, 2][3];
-- ERROR INVALID_FUNCTION_ARGUMENT

-- > array_join: Null elements are omitted in the result.
SELECT array_join(ARRAY['a', NULL, 'b'], '-');
-- a-b

-- > array_join: an optional string to replace nulls
SELECT array_join(ARRAY['a', NULL, 'b'], '-', 'x');
-- a-x-b

-- > array_max: Returns the maximum value of input array.
SELECT array_max(ARRAY[3, 7, 5]);
-- 7

-- > array_min: Returns the minimum value of input array.
SELECT array_min(ARRAY[3, 7, 5]);
-- 3

-- > array_position: the position of the first occurrence of the element in array x
SELECT array_position(ARRAY['a', 'b', 'b'], 'b');
-- 2

-- > array_position: (or 0 if not found)
SELECT array_position(ARRAY['a'], 'z');
-- 0

-- > array_remove: Remove all elements that equal element from array x.
SELECT array_remove(ARRAY[1, 2, 1, 3], 1);
-- [2, 3]

-- > array_sort: Null elements will be placed at the end of the returned array.
SELECT array_sort(ARRAY[2, NULL, 1]);
-- [1, 2, NULL]

-- > array_sort: If the comparator function returns other values (including NULL), the query will fail
SELECT array_sort(ARRAY[2, 1], (x, y) -> 2);
-- ERROR INVALID_FUNCTION_ARGUMENT

-- > array_sort: If the comparator function returns other values (including NULL), the query will fail
SELECT array_sort(ARRAY[2, 1], (x, y) -> CAST(NULL AS integer));
-- ERROR INVALID_FUNCTION_ARGUMENT

-- > arrays_overlap: Tests if arrays x and y have any non-null elements in common.
SELECT arrays_overlap(ARRAY[1, 2], ARRAY[2, 3]);
-- true

-- > arrays_overlap: null if there are no non-null elements in common but either array contains null
SELECT arrays_overlap(ARRAY[1, NULL], ARRAY[2]);
-- NULL

-- > cardinality: Returns the cardinality (size) of the array x.
SELECT cardinality(ARRAY[1, NULL, 3]);
-- 3

-- > concat: Concatenates the arrays array1, array2, ..., arrayN.
SELECT concat(ARRAY[1], ARRAY[2, 3], ARRAY[4]);
-- [1, 2, 3, 4]

-- > combinations: n must be not be greater than 5
SELECT combinations(ARRAY[1, 2, 3, 4, 5, 6], 6);
-- ERROR INVALID_FUNCTION_ARGUMENT

-- > contains: Returns true if the array x contains the element.
SELECT contains(ARRAY[1, 2], 2);
-- true

-- > contains_sequence: true if array x contains all of array seq as a subsequence (… same consecutive order)
SELECT contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 3]);
-- true

-- > contains_sequence: all values in the same consecutive order
SELECT contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 4]);
-- false

-- > element_at: returns NULL when accessing an index larger than array length
SELECT element_at(ARRAY[1, 2], 3);
-- NULL

-- > element_at: If index < 0, element_at accesses elements from the last to the first.
SELECT element_at(ARRAY[1, 2, 3], -1);
-- 3

-- > flatten: Flattens an array(array(T)) to an array(T) by concatenating the contained arrays.
SELECT flatten(ARRAY[ARRAY[1, 2], ARRAY[], ARRAY[3]]);
-- [1, 2, 3]

-- > repeat: Repeat element for count times.
SELECT repeat('x', 3);
-- ['x', 'x', 'x']

-- > reverse: Returns an array which has the reversed order of array x.
SELECT reverse(ARRAY[1, 2, 3]);
-- [3, 2, 1]

-- > sequence: incrementing by 1 if start is less than or equal to stop
SELECT sequence(1, 4);
-- [1, 2, 3, 4]

-- > sequence: otherwise -1
SELECT sequence(4, 1);
-- [4, 3, 2, 1]

-- > sequence: from start to stop, incrementing by step
SELECT sequence(1, 10, 3);
-- [1, 4, 7, 10]

-- > sequence: dates … incrementing by 1 day if start date is less than or equal to stop date
SELECT sequence(DATE '2020-02-28', DATE '2020-03-01');
-- [2020-02-28, 2020-02-29, 2020-03-01]

-- > sequence: otherwise -1 day
SELECT sequence(DATE '2020-03-01', DATE '2020-02-28');
-- [2020-03-01, 2020-02-29, 2020-02-28]

-- > sequence: The type of step can be either INTERVAL DAY TO SECOND or INTERVAL YEAR TO MONTH.
SELECT sequence(DATE '2020-01-31', DATE '2020-04-01', INTERVAL '1' MONTH);
-- [2020-01-31, 2020-02-29, 2020-03-31]

-- > sequence: Generate a sequence of timestamps from start to stop, incrementing by step.
SELECT sequence(TIMESTAMP '2020-01-01 23:00:00', TIMESTAMP '2020-01-02 01:00:00', INTERVAL '2' HOUR);
-- [2020-01-01 23:00:00.000, 2020-01-02 01:00:00.000]

-- > slice: Subsets array x starting from index start with a length of length.
SELECT slice(ARRAY[1, 2, 3, 4], 2, 2);
-- [2, 3]

-- > slice: or starting from the end if start is negative
SELECT slice(ARRAY[1, 2, 3, 4], -2, 2);
-- [3, 4]
