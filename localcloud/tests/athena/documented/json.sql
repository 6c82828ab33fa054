-- Page functions/json. The page's table customers, whose brackets it escapes for markdown. Left out:
-- a member wildcard of a CAST to JSON, which by the same page is a JSON string and has no members,
-- and json_parse of ["a": 1, "b": 2], which is no JSON.

WITH customers (id, description) AS (VALUES
    (101, '{"comment" : "nice", "children" : [10, 13, 16]}'),
    (102, '{"comment" : "problematic", "children" : [8, 11]}'),
    (103, '{"comment" : "knows best", "children" : [2]}'));

SELECT
      id,
      json_exists(
                  description,
                  'lax $.children[*]?(@ > 10)'
                 ) AS children_above_ten
FROM customers;
-- 101 | true
-- 102 | true
-- 103 | false

SELECT
      id,
      json_exists(
                  description,
                  'strict $.children[2]?(@ > 10)'
                  UNKNOWN ON ERROR
                 ) AS child_3_above_ten
FROM customers;
-- 101 | true
-- 102 | NULL
-- 103 | NULL

SELECT
      id,
      json_query(
                 description,
                 'lax $.children'
                ) AS children
FROM customers;
-- 101 | '[10,13,16]'
-- 102 | '[8,11]'
-- 103 | '[2]'

SELECT
      id,
      json_query(
                 description,
                 'lax $.children[*]'
                 WITHOUT ARRAY WRAPPER
                 NULL ON ERROR
                ) AS children
FROM customers;
-- 101 | NULL
-- 102 | NULL
-- 103 | '2'

SELECT
      id,
      json_query(
                 description,
                 'lax $.children[last]'
                 WITH ARRAY WRAPPER
                ) AS last_child
FROM customers;
-- 101 | '[16]'
-- 102 | '[11]'
-- 103 | '[2]'

SELECT
      id,
      json_query(
                 description,
                 'strict $.children[*]?(@ > 12)'
                 WITH ARRAY WRAPPER
                 EMPTY ARRAY ON EMPTY
                ) AS children
FROM customers;
-- 101 | '[13,16]'
-- 102 | '[]'
-- 103 | '[]'

SELECT
      id,
      json_query(description, 'strict $.comment' KEEP QUOTES) AS quoted_comment,
      json_query(description, 'strict $.comment' OMIT QUOTES) AS unquoted_comment
FROM customers;
-- 101 | '"nice"' | 'nice'
-- 102 | '"problematic"' | 'problematic'
-- 103 | '"knows best"' | 'knows best'

SELECT id, json_value(
                      description,
                      'lax $.comment'
                      RETURNING char(12)
                     ) AS comment
FROM customers;
-- 101 | 'nice        '
-- 102 | 'problematic '
-- 103 | 'knows best  '

SELECT id, json_value(
                      description,
                      'lax $.children[0]'
                      RETURNING tinyint
                     ) AS child
FROM customers;
-- 101 | 10
-- 102 | 8
-- 103 | 2

SELECT id, json_value(
                      description,
                      'strict $.children[2]'
                      DEFAULT 'err' ON ERROR
                     ) AS child
FROM customers;
-- 101 | '16'
-- 102 | 'err'
-- 103 | 'err'

SELECT id, json_value(
                      description,
                      'lax $.children[2]'
                      DEFAULT 'missing' ON EMPTY
                     ) AS child
FROM customers;
-- 101 | '16'
-- 102 | 'missing'
-- 103 | 'missing'

SELECT
      *
FROM
      json_table(
                '[
                  {"id":1,"name":"Africa","wikiDataId":"Q15"},
                  {"id":2,"name":"Americas","wikiDataId":"Q828"},
                  {"id":3,"name":"Asia","wikiDataId":"Q48"},
                  {"id":4,"name":"Europe","wikiDataId":"Q51"}
                ]',
                'strict $' COLUMNS (
                  NESTED PATH 'strict $[*]' COLUMNS (
                    id integer PATH 'strict $.id',
                    name varchar PATH 'strict $.name',
                    wiki_data_id varchar PATH 'strict $."wikiDataId"'
                  )
                )
              );
-- 1 | Africa | Q15
-- 2 | Americas | Q828
-- 3 | Asia | Q48
-- 4 | Europe | Q51

SELECT
      *
FROM
      json_table(
                '[
                    {"continent": "Asia", "countries": [
                        {"name": "Japan", "population": 125.7},
                        {"name": "Thailand", "population": 71.6}
                    ]},
                    {"continent": "Europe", "countries": [
                        {"name": "France", "population": 67.4},
                        {"name": "Germany", "population": 83.2}
                    ]}
                ]',
                'lax $' COLUMNS (
                    NESTED PATH 'lax $[*]' COLUMNS (
                        continent varchar PATH 'lax $.continent',
                        NESTED PATH 'lax $.countries[*]' COLUMNS (
                            country varchar PATH 'lax $.name',
                            population double PATH 'lax $.population'
                        )
                    )
                ));
-- Asia | Japan | 125.7
-- Asia | Thailand | 71.6
-- Europe | France | 67.4
-- Europe | Germany | 83.2

SELECT
      *
FROM
      JSON_TABLE(
                '[]',
                'lax $' AS "root_path"
                COLUMNS(
                    a varchar(1) PATH 'lax "A"',
                    NESTED PATH 'lax $[*]' AS "nested_path"
                            COLUMNS (b varchar(1) PATH 'lax "B"'))
                PLAN ("root_path" OUTER "nested_path")
                );
-- A | null

SELECT
      *
FROM
      JSON_TABLE(
                '[]',
                'lax $' AS "root_path"
                COLUMNS(
                    a varchar(1) PATH 'lax "A"',
                    NESTED PATH 'lax $[*]' AS "nested_path"
                            COLUMNS (b varchar(1) PATH 'lax "B"'))
                PLAN ("root_path" INNER "nested_path")
                );
-- null | null

SELECT json_array(true, 12e-1, 'text');
-- '[true,1.2,"text"]'

SELECT json_array(
                  '[  "text"  ] ' FORMAT JSON,
                  X'5B0035005D00' FORMAT JSON ENCODING UTF16
                 );
-- '[["text"],[5]]'

SELECT json_array(
                  json_query('{"key" : [  "value"  ]}', 'lax $.key')
                 );
-- '[["value"]]'

SELECT json_array(
                  DATE '2001-01-31',
                  UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'
                 );
-- '["2001-01-31","12151fd2-7586-11e9-8f9e-2a86e4085a59"]'

SELECT json_array();
-- '[]'

SELECT json_array(true, null, 1);
-- '[true,1]'

SELECT json_array(true, null, 1 ABSENT ON NULL);
-- '[true,1]'

SELECT json_array(true, null, 1 NULL ON NULL);
-- '[true,null,1]'

SELECT json_array(true, 1 RETURNING VARCHAR(100));
-- '[true,1]'

SELECT json_array(true, 1 RETURNING VARBINARY);
-- X'5b 74 72 75 65 2c 31 5d'

SELECT json_array(true, 1 RETURNING VARBINARY FORMAT JSON ENCODING UTF8);
-- X'5b 74 72 75 65 2c 31 5d'

SELECT json_array(true, 1 RETURNING VARBINARY FORMAT JSON ENCODING UTF16);
-- X'5b 00 74 00 72 00 75 00 65 00 2c 00 31 00 5d 00'

SELECT json_array(true, 1 RETURNING VARBINARY FORMAT JSON ENCODING UTF32);
-- X'5b 00 00 00 74 00 00 00 72 00 00 00 75 00 00 00 65 00 00 00 2c 00 00 00 31 00 00 00 5d 00 00 00'

SELECT json_object('key1' : 1, 'key2' : true);
-- '{"key1":1,"key2":true}'

SELECT json_object(KEY 'key1' VALUE 1, KEY 'key2' VALUE true);
-- '{"key1":1,"key2":true}'

SELECT json_object('key1' VALUE 1, 'key2' VALUE true);
-- '{"key1":1,"key2":true}'

SELECT json_object('x' : true, 'y' : 12e-1, 'z' : 'text');
-- '{"x":true,"y":1.2,"z":"text"}'

SELECT json_object(
                   'x' : '[  "text"  ] ' FORMAT JSON,
                   'y' : X'5B0035005D00' FORMAT JSON ENCODING UTF16
                  );
-- '{"x":["text"],"y":[5]}'

SELECT json_object(
                   'x' : json_query('{"key" : [  "value"  ]}', 'lax $.key')
                  );
-- '{"x":["value"]}'

SELECT json_object(
                   'x' : DATE '2001-01-31',
                   'y' : UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'
                  );
-- '{"x":"2001-01-31","y":"12151fd2-7586-11e9-8f9e-2a86e4085a59"}'

SELECT json_object();
-- '{}'

SELECT json_object('x' : null, 'y' : 1);
-- '{"x":null,"y":1}'

SELECT json_object('x' : null, 'y' : 1 NULL ON NULL);
-- '{"x":null,"y":1}'

SELECT json_object('x' : null, 'y' : 1 ABSENT ON NULL);
-- '{"y":1}'

SELECT json_object('x' : null, 'x' : 1 WITH UNIQUE KEYS);
-- ERROR

SELECT json_object('x' : 1 RETURNING VARCHAR(100));
-- '{"x":1}'

SELECT json_object('x' : 1 RETURNING VARBINARY);
-- X'7b 22 78 22 3a 31 7d'

SELECT json_object('x' : 1 RETURNING VARBINARY FORMAT JSON ENCODING UTF8);
-- X'7b 22 78 22 3a 31 7d'

SELECT json_object('x' : 1 RETURNING VARBINARY FORMAT JSON ENCODING UTF16);
-- X'7b 00 22 00 78 00 22 00 3a 00 31 00 7d 00'

SELECT json_object('x' : 1 RETURNING VARBINARY FORMAT JSON ENCODING UTF32);
-- X'7b 00 00 00 22 00 00 00 78 00 00 00 22 00 00 00 3a 00 00 00 31 00 00 00 7d 00 00 00'

SELECT CAST(NULL AS JSON);
-- NULL

SELECT CAST(1 AS JSON);
-- JSON '1'

SELECT CAST(9223372036854775807 AS JSON);
-- JSON '9223372036854775807'

SELECT CAST('abc' AS JSON);
-- JSON '"abc"'

SELECT CAST(true AS JSON);
-- JSON 'true'

SELECT CAST(1.234 AS JSON);
-- JSON '1.234'

SELECT CAST(ARRAY[1, 23, 456] AS JSON);
-- JSON '[1,23,456]'

SELECT CAST(ARRAY[1, NULL, 456] AS JSON);
-- JSON '[1,null,456]'

SELECT CAST(ARRAY[ARRAY[1, 23], ARRAY[456]] AS JSON);
-- JSON '[[1,23],[456]]'

SELECT CAST(MAP(ARRAY['k1', 'k2', 'k3'], ARRAY[1, 23, 456]) AS JSON);
-- JSON '{"k1":1,"k2":23,"k3":456}'

SELECT CAST(CAST(ROW(123, 'abc', true) AS
            ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN)) AS JSON);
-- JSON '{"v1":123,"v2":"abc","v3":true}'

SELECT CAST(JSON '"2001-01-31"' AS DATE);
-- DATE '2001-01-31'

SELECT CAST(JSON '"01:23:45.678"' AS TIME(3));
-- TIME '01:23:45.678'

SELECT CAST(JSON 'null' AS DATE);
-- NULL

SELECT CAST(JSON '42' AS DATE);
-- ERROR

SELECT CAST(JSON 'null' AS VARCHAR);
-- NULL

SELECT CAST(JSON '1' AS INTEGER);
-- 1

SELECT CAST(JSON '9223372036854775807' AS BIGINT);
-- 9223372036854775807

SELECT CAST(JSON '"abc"' AS VARCHAR);
-- abc

SELECT CAST(JSON 'true' AS BOOLEAN);
-- true

SELECT CAST(JSON '1.234' AS DOUBLE);
-- 1.234

SELECT CAST(JSON '[1,23,456]' AS ARRAY(INTEGER));
-- [1, 23, 456]

SELECT CAST(JSON '[1,null,456]' AS ARRAY(INTEGER));
-- [1, NULL, 456]

SELECT CAST(JSON '[[1,23],[456]]' AS ARRAY(ARRAY(INTEGER)));
-- [[1, 23], [456]]

SELECT CAST(JSON '{"k1":1,"k2":23,"k3":456}' AS MAP(VARCHAR, INTEGER));
-- {k1=1, k2=23, k3=456}

SELECT CAST(JSON '{"v1":123,"v2":"abc","v3":true}' AS
            ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN));
-- {v1=123, v2=abc, v3=true}

SELECT CAST(JSON '[123,"abc",true]' AS
            ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN));
-- {v1=123, v2=abc, v3=true}

SELECT CAST(JSON '[[1, 23], 456]' AS ARRAY(JSON));
-- [JSON '[1,23]', JSON '456']

SELECT CAST(JSON '{"k1": [1, 23], "k2": 456}' AS MAP(VARCHAR, JSON));
-- {k1 = JSON '[1,23]', k2 = JSON '456'}

SELECT CAST(JSON '[null]' AS ARRAY(JSON));
-- [JSON 'null']

SELECT is_json_scalar('1');         -- true

SELECT is_json_scalar('[1, 2, 3]'); -- false

SELECT json_array_contains('[1, 2, 3]', 2); -- true

SELECT json_array_get('["a", [3, 9], "c"]', 0); -- JSON 'a'

SELECT json_array_get('["a", [3, 9], "c"]', 1); -- JSON '[3,9]'

SELECT json_array_get('["c", [3, 9], "a"]', -1); -- JSON 'a'

SELECT json_array_get('["c", [3, 9], "a"]', -2); -- JSON '[3,9]'

SELECT json_array_get('[]', 0);                -- NULL

SELECT json_array_get('["a", "b", "c"]', 10);  -- NULL

SELECT json_array_get('["c", "b", "a"]', -10); -- NULL

SELECT json_array_length('[1, 2, 3]'); -- 3

SELECT json_format(JSON '[1, 2, 3]'); -- '[1,2,3]'

SELECT json_format(JSON '"a"');       -- '"a"'

SELECT json_format(JSON '{"a": 1, "b": 2}'); -- '{"a":1,"b":2}'

SELECT json_format(JSON '"abc"');            -- '"abc"'

SELECT json_format(JSON '42');               -- '42'

SELECT json_format(JSON 'true');             -- 'true'

SELECT json_format(JSON 'null');             -- 'null'

SELECT CAST(JSON '{"a": 1, "b": 2}' AS VARCHAR); -- ERROR

SELECT CAST(JSON '[1, 2, 3]' AS VARCHAR);        -- ERROR

SELECT CAST(JSON '42' AS VARCHAR);               -- '42'

SELECT CAST(JSON 'true' AS VARCHAR);             -- 'true'

SELECT json_parse('[1, 2, 3]');   -- JSON '[1,2,3]'

SELECT json_parse('"abc"');       -- JSON '"abc"'

SELECT json_parse('not_json');         -- ERROR

SELECT json_parse('42');               -- JSON '42'

SELECT json_parse('true');             -- JSON 'true'

SELECT json_parse('null');             -- JSON 'null'

SELECT CAST('not_json' AS JSON);         -- JSON '"not_json"'

SELECT CAST('["a": 1, "b": 2]' AS JSON); -- JSON '"[\"a\": 1, \"b\": 2]"'

SELECT CAST('[1, 2, 3]' AS JSON);        -- JSON '"[1, 2, 3]"'

SELECT CAST('"abc"' AS JSON);            -- JSON '"\"abc\""'

SELECT CAST('42' AS JSON);               -- JSON '"42"'

SELECT CAST('true' AS JSON);             -- JSON '"true"'

SELECT CAST('null' AS JSON);             -- JSON '"null"'

SELECT json_size('{"x": {"a": 1, "b": 2}}', '$.x');   -- 2

SELECT json_size('{"x": [1, 2, 3]}', '$.x');          -- 3

SELECT json_size('{"x": {"a": 1, "b": 2}}', '$.x.a'); -- 0

-- > json_extract_scalar: The value referenced by json_path must be a scalar
SELECT json_extract_scalar('[1, 2, 3]', '$[2]'); -- 3

-- > json_extract: '$.store.book'
SELECT json_extract('{"store": {"book": [1, 2]}}', '$.store.book'); -- JSON '[1,2]'

-- > json_extract: '$.store[book]'
SELECT json_extract('{"store": {"book": [1, 2]}}', '$.store[book]'); -- JSON '[1,2]'

-- > json_extract: '$.store["book name"]'
SELECT json_extract('{"store": {"book name": 1}}', '$.store["book name"]'); -- JSON '1'

-- > json_extract_scalar: '$.store.book[0].author'
SELECT json_extract_scalar('{"store": {"book": [{"author": "x"}]}}', '$.store.book[0].author'); -- x

-- > member accessor: In lax mode, the second object is silently skipped
SELECT json_query('[{"customer" : 100, "region" : "AFRICA"}, {"region" : "ASIA"}, {"customer" : 300, "region" : "AFRICA", "comment" : null}]', 'lax $.customer' WITH ARRAY WRAPPER);
-- '[100,300]'

-- > member accessor: In strict mode, path evaluation fails.
SELECT json_query('{"region" : "ASIA"}', 'strict $.customer' ERROR ON ERROR);
-- ERROR

-- > wildcard member accessor
SELECT json_query('[{"customer" : 100, "region" : "AFRICA"}, {"region" : "ASIA"}, {"customer" : 300, "region" : "AFRICA", "comment" : null}]', 'lax $.*' WITH ARRAY WRAPPER);
-- '[100,"AFRICA","ASIA",300,"AFRICA",null]'

-- > descendant member accessor: <path>..comment --> ["bar", "baz"], "foo", null
SELECT json_query('{"id" : 1, "notes" : [{"type" : 1, "comment" : "foo"}, {"type" : 2, "comment" : null}], "comment" : ["bar", "baz"]}', 'lax $..comment' WITH ARRAY WRAPPER);
-- '[["bar","baz"],"foo",null]'

-- > array accessor: <path>[last] --> 2, "d", null
SELECT json_query('[[0, 1, 2], ["a", "b", "c", "d"], [null, null]]', 'lax $[*][last]' WITH ARRAY WRAPPER);
-- '[2,"d",null]'

-- > array accessor: <path>[2 to 3] --> 2, "c", "d"
SELECT json_query('[[0, 1, 2], ["a", "b", "c", "d"], [null, null]]', 'lax $[*][2 to 3]' WITH ARRAY WRAPPER);
-- '[2,"c","d"]'

-- > array accessor: <path>[1, 0, 0] --> 1, 0, 0, "b", "a", "a", null, null, null
SELECT json_query('[[0, 1, 2], ["a", "b", "c", "d"], [null, null]]', 'lax $[*][1, 0, 0]' WITH ARRAY WRAPPER);
-- '[1,0,0,"b","a","a",null,null,null]'

-- > wildcard array accessor: 0, 1, 2, "a", "b", "c", "d", null, null
SELECT json_query('[[0, 1, 2], ["a", "b", "c", "d"], [null, null]]', 'lax $[*][*]' WITH ARRAY WRAPPER);
-- '[0,1,2,"a","b","c","d",null,null]'

-- > filter: <path>?(@.region != "ASIA")
SELECT json_query('[{"customer" : 100, "region" : "AFRICA"}, {"region" : "ASIA"}, {"customer" : 300, "region" : "AFRICA", "comment" : null}]', 'lax $?(@.region != "ASIA").customer' WITH ARRAY WRAPPER);
-- '[100,300]'

-- > filter: <path>?(!exists(@.customer)) --> {"region" : "ASIA"}
SELECT json_query('[{"customer" : 100, "region" : "AFRICA"}, {"region" : "ASIA"}, {"customer" : 300, "region" : "AFRICA", "comment" : null}]', 'lax $?(!exists(@.customer))' WITH ARRAY WRAPPER);
-- '[{"region":"ASIA"}]'

-- > ceiling(): -1.5, -1, 1.3 --> -1.0, -1, 2.0
SELECT json_query('[-1.5, -1, 1.3]', 'lax $.ceiling()' WITH ARRAY WRAPPER);
-- '[-1.0,-1,2.0]'

-- > floor(): -1.5, -1, 1.3 --> -2.0, -1, 1.0
SELECT json_query('[-1.5, -1, 1.3]', 'lax $.floor()' WITH ARRAY WRAPPER);
-- '[-2.0,-1,1.0]'

-- > abs(): -1.5, -1, 1.3 --> 1.5, 1, 1.3
SELECT json_query('[-1.5, -1, 1.3]', 'lax $.abs()' WITH ARRAY WRAPPER);
-- '[1.5,1,1.3]'

-- > keyvalue(): "name", "value", and "id", which is the unique number, specific to an input object
SELECT json_value('{"customer" : 100, "region" : "AFRICA"}', 'lax $.keyvalue()?(@.name == "region").value');
-- AFRICA

-- > type(): "number" for a numeric item
SELECT json_value('{"a" : 1}', 'lax $.a.type()');
-- number

-- > type(): This method does not perform array unwrapping in the lax mode.
SELECT json_value('[1, 2]', 'lax $.type()');
-- array

-- > size(): [0, 1, 2], ["a", "b", "c", "d"], [null, null] --> 3, 4, 2
SELECT json_query('[[0, 1, 2], ["a", "b", "c", "d"], [null, null]]', 'lax $[*].size()' WITH ARRAY WRAPPER);
-- '[3,4,2]'

-- > lax mode: <path>[*] --> 1, "a", null, {"key1" : 1.0, "key2" : true}, -2e3
SELECT json_query('[[1, "a", null], {"key1" : 1.0, "key2" : true}]', 'lax $[*][*]' WITH ARRAY WRAPPER);
-- '[1,"a",null,{"key1":1.0,"key2":true}]'

-- > lax mode: <path>.size() --> 3, 1, 1
SELECT json_query('[[1, "a", null], {"key1" : 1.0, "key2" : true}, -2e3]', 'lax $[*].size()' WITH ARRAY WRAPPER);
-- '[3,1,1]'

-- > lax mode: <path>.floor() --> ERROR: the item "a" causes type mismatch
SELECT json_query('[1, "a", null]', 'lax $.floor()' WITH ARRAY WRAPPER ERROR ON ERROR);
-- ERROR

-- > null == null --> true; null compared to a scalar value --> false
SELECT json_query('[null, 1]', 'lax $[*]?(@ == null)' WITH ARRAY WRAPPER);
-- '[null]'

-- > comparing text and number: unknown is returned
SELECT json_exists('[1]', 'lax $[*]?((@ == "a") is unknown)');
-- true

-- > starts with: The result is true if a match is found
SELECT json_query('["Some text", "other"]', 'lax $[*]?(@ starts with "Some")' WITH ARRAY WRAPPER);
-- '["Some text"]'

-- > arithmetic: The operators follow the same precedence rules as in SQL
SELECT json_value('{"price" : 10, "tax" : 2}', 'strict $.price + $.tax * 2');
-- 14

-- > PASSING … AS "KeyName" --> correct
SELECT json_value('{"a" : 1, "b" : 2}', 'lax $.keyvalue()?(@.name == $KeyName).value' PASSING 'b' AS "KeyName");
-- 2

-- > PASSING … AS KeyName --> ERROR; no passed value found
SELECT json_value('{"a" : 1}', 'lax $.keyvalue()?(@.name == $KeyName).value' PASSING 'b' AS KeyName);
-- ERROR

-- > json_exists: The default value returned ON ERROR is FALSE.
SELECT json_exists('{', 'lax $');
-- false

-- > json_query: WITH CONDITIONAL ARRAY WRAPPER wraps every result which is not a singleton JSON array or JSON object
SELECT json_query('{"a" : [1]}', 'lax $.a' WITH CONDITIONAL ARRAY WRAPPER);
-- '[1]'

-- > json_query: WITH UNCONDITIONAL ARRAY WRAPPER wraps every result
SELECT json_query('{"a" : [1]}', 'lax $.a' WITH UNCONDITIONAL ARRAY WRAPPER);
-- '[[1]]'

-- > json_value: One example of error is multiple items returned by the path (NULL ON ERROR is the default)
SELECT json_value('[1, 2]', 'lax $[*]');
-- NULL

-- > json_value: DEFAULT -1 ON EMPTY
SELECT json_value('{}', 'lax $.a' RETURNING integer DEFAULT -1 ON EMPTY);
-- -1

-- > json_value: Returned scalar not convertible to the desired type
SELECT json_value('{"a" : "x"}', 'lax $.a' RETURNING bigint DEFAULT 0 ON ERROR);
-- 0

-- > json_array: Other passed values are cast to varchar
SELECT json_array(DATE '2001-01-31');
-- '["2001-01-31"]'
