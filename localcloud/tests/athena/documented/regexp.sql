-- Page functions/regexp.

SELECT regexp_count('1a 2b 14m', '\s*[a-z]+\s*'); -- 3

SELECT regexp_extract_all('1a 2b 14m', '\d+'); -- [1, 2, 14]

SELECT regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2); -- ['a', 'b', 'm']

SELECT regexp_extract('1a 2b 14m', '\d+'); -- 1

SELECT regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2); -- 'a'

SELECT regexp_like('1a 2b 14m', '\d+b'); -- true

SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b'); -- 8

SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 5); -- 8

SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12); -- 19

SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 1); -- 19

SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 2); -- 31

SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 3); -- -1

SELECT regexp_replace('1a 2b 14m', '\d+[ab] '); -- '14m'

SELECT regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 '); -- '3ca 3cb 14m'

SELECT regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2])); --'New York'

SELECT regexp_split('1a 2b 14m', '\s*[a-z]+\s*'); -- [1, 2, 14, ]

-- > regexp_position: Returns -1 if not found
SELECT regexp_position('abc', 'x'); -- -1

-- > regexp_replace: ${name} for a named group
SELECT regexp_replace('ab', '(?<first>a)', '<${first}>'); -- '<a>b'

-- > regexp_replace: A dollar sign may be included in the replacement by escaping it with a backslash
SELECT regexp_replace('ab', 'a', '\$'); -- '$b'

-- > regexp_like: You can match the entire string by anchoring the pattern using ^ and $
SELECT regexp_like('1a 2b 14m', '^\d+b$'); -- false

-- > Case-insensitive matching (enabled via the (?i) flag)
SELECT regexp_like('ABC', '(?i)b'); -- true

-- > only \n is recognized as a line terminator
SELECT regexp_extract('a' || chr(13) || chr(10) || 'b', '(?m)^b$'); -- 'b'
