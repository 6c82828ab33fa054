-- Page functions/string.

select luhn_check('79927398713');
-- true

select luhn_check('79927398714');
-- false

SELECT overlay('abc' PLACING 'XYZ' FROM 3); -- abXYZ

SELECT overlay('Txxxxas' PLACING 'hom' FROM 2 FOR 4);
-- Thomas

SELECT title_case('hello world'); -- 'Hello World'

SELECT translate('abcd', '', ''); -- 'abcd'

SELECT translate('abcd', 'a', 'z'); -- 'zbcd'

SELECT translate('abcda', 'a', 'z'); -- 'zbcdz'

SELECT translate('Palhoça', 'ç','c'); -- 'Palhoca'

SELECT translate('abcd', 'b', U&'\+01F600'); -- a😀cd

SELECT translate('abcd', 'a', ''); -- 'bcd'

SELECT translate('abcd', 'a', 'zy'); -- 'zbcd'

SELECT translate('abcd', 'ac', 'z'); -- 'zbd'

SELECT translate('abcd', 'aac', 'zq'); -- 'zbd'

SELECT trim('!' FROM '!foo!'); -- 'foo'

SELECT trim(LEADING FROM '  abcd');  -- 'abcd'

SELECT trim(BOTH '$' FROM '$var$'); -- 'var'

SELECT trim(TRAILING 'ER' FROM upper('worker')); -- 'WORK'

-- > the example of soundex
SELECT name
FROM (VALUES 'CHINA', 'PERU') AS nation(name)
WHERE SOUNDEX(name)  = SOUNDEX('CHYNA');
-- CHINA

-- > The functions operate on Unicode code points
SELECT length('né😀'); -- 3

-- > chr: Returns the Unicode code point n as a single character string.
SELECT chr(8364); -- €

-- > codepoint: Returns the Unicode code point of the only character of string.
SELECT codepoint('€'); -- 8364

-- > concat: the concatenation of string1, string2, ..., stringN
SELECT concat('a', 'b', 'c'); -- abc

-- > concat_ws: If separator is null, then the return value is null.
SELECT concat_ws(NULL, 'a', 'b'); -- NULL

-- > concat_ws: Any null values provided in the arguments after the separator are skipped.
SELECT concat_ws('-', 'a', NULL, 'b'); -- a-b

-- > concat_ws: Any null values in the array are skipped.
SELECT concat_ws('-', ARRAY['a', NULL, 'b']); -- a-b

-- > ends_with: Tests whether substring is a suffix of string.
SELECT ends_with('abc', 'bc'); -- true

-- > ends_with: Tests whether substring is a suffix of string.
SELECT ends_with('abc', 'ab'); -- false

-- > hamming_distance: the number of positions at which the corresponding characters are different
SELECT hamming_distance('abc', 'axc'); -- 1

-- > hamming_distance: Note that the two strings must have the same length.
SELECT hamming_distance('abc', 'ab'); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > levenshtein_distance: the minimum number of single-character edits
SELECT levenshtein_distance('kitten', 'sitting'); -- 3

-- > lower: Converts string to lowercase.
SELECT lower('ABC'); -- abc

-- > upper: … do not perform one-to-many mappings
SELECT upper('straße'); -- STRAßE

-- > lpad: Left pads string to size characters with padstring.
SELECT lpad('abc', 6, 'xy'); -- xyxabc

-- > lpad: If size is less than the length of string, the result is truncated to size characters.
SELECT lpad('abc', 2, 'x'); -- ab

-- > lpad: size must not be negative
SELECT lpad('abc', -1, 'x'); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > lpad: padstring must be non-empty
SELECT lpad('abc', 5, ''); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > rpad: Right pads string to size characters with padstring.
SELECT rpad('abc', 6, 'xy'); -- abcxyx

-- > rpad: If size is less than the length of string, the result is truncated to size characters.
SELECT rpad('abc', 2, 'x'); -- ab

-- > ltrim: Removes leading whitespace from string.
SELECT ltrim('  a ') || '<'; -- a <

-- > rtrim: Removes trailing whitespace from string.
SELECT '>' || rtrim(' a  '); -- > a

-- > trim: Removes leading and trailing whitespace from string.
SELECT '>' || trim('  a ') || '<'; -- >a<

-- > overlay: A length of 0 or less inserts replacement without removing any characters.
SELECT overlay('abc' PLACING 'X' FROM 2 FOR 0); -- aXbc

-- > overlay: position start (1-based, must be greater than 0)
SELECT overlay('abc' PLACING 'X' FROM 0); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > position: the starting position of the first instance of substring in string
SELECT position('l' IN 'hello'); -- 3

-- > position: If not found, 0 is returned.
SELECT position('z' IN 'hello'); -- 0

-- > replace: Removes all instances of search from string.
SELECT replace('abcb', 'b'); -- ac

-- > replace: Replaces all instances of search with replace in string.
SELECT replace('abcb', 'b', 'xx'); -- axxcxx

-- > reverse: Returns string with the characters in reverse order.
SELECT reverse('abc'); -- cba

-- > split: Splits string on delimiter and returns an array.
SELECT split('a,b,,c', ','); -- ['a', 'b', '', 'c']

-- > split: The last element in the array always contain everything left in the string.
SELECT split('a,b,c', ',', 2); -- ['a', 'b,c']

-- > split: limit must be a positive number.
SELECT split('a,b', ',', 0); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > split_part: Field indexes start with 1.
SELECT split_part('a,b,c', ',', 1); -- a

-- > split_part: If the index is larger than the number of fields, then null is returned.
SELECT split_part('a,b,c', ',', 4); -- NULL

-- > split_part: Field indexes start with 1.
SELECT split_part('a,b,c', ',', 0); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > split_to_map: keyValueDelimiter splits each pair into key and value
SELECT split_to_map('a=1,b=2', ',', '='); -- {a=1, b=2}

-- > split_to_multimap: in the same order as they appeared in string
SELECT split_to_multimap('a=2,b=3,a=1', ',', '='); -- {a=[2, 1], b=[3]}

-- > strpos: Positions start with 1.
SELECT strpos('hello', 'h'); -- 1

-- > strpos: If not found, 0 is returned.
SELECT strpos('hello', 'z'); -- 0

-- > strpos: Returns the position of the N-th instance of substring in string.
SELECT strpos('abcabc', 'b', 2); -- 5

-- > strpos: When instance is a negative number the search will start from the end of string.
SELECT strpos('abcabc', 'b', -2); -- 2

-- > starts_with: Tests whether substring is a prefix of string.
SELECT starts_with('abc', 'ab'); -- true

-- > substring: Positions start with 1.
SELECT substring('hello', 2); -- ello

-- > substring: A negative starting position is interpreted as being relative to the end of the string.
SELECT substring('hello', -2); -- lo

-- > substr: This is an alias for substring.
SELECT substr('hello', 2, 3); -- ell

-- > substring: a negative starting position … relative to the end
SELECT substring('hello', -3, 2); -- ll

-- > title_case: all remaining letters converted to lowercase. Words are delimited by non-alphanumeric characters.
SELECT title_case('hELLO-wORLD'); -- Hello-World

-- > word_stem: Returns the stem of word in the English language.
SELECT word_stem('running'); -- run

-- > normalize: Transforms string with NFC normalization form.
SELECT length(normalize('e' || chr(769))); -- 1

-- > normalize: NFD, Canonical Decomposition
SELECT length(normalize('é', NFD)); -- 2

-- > normalize: NFKC, Compatibility Decomposition, followed by Canonical Composition
SELECT normalize('ﬁ', NFKC); -- fi

-- > from_utf8: Invalid UTF-8 sequences are replaced with the Unicode replacement character U+FFFD.
SELECT codepoint(from_utf8(X'FF')); -- 65533

-- > from_utf8: the replacement string must either be a single character or empty
SELECT from_utf8(X'61FF62', ''); -- ab

-- > to_utf8: Encodes string into a UTF-8 varbinary representation.
SELECT to_utf8('é'); -- X'c3 a9'
