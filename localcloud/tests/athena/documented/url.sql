-- Page functions/url.

SELECT url_extract_protocol('http://localhost:8080/req_path');
-- http

SELECT url_extract_protocol('https://127.0.0.1:8080/req_path');
-- https

SELECT url_extract_protocol('ftp://path/file');
-- ftp

-- > url_extract_fragment: Returns the fragment identifier from url.
SELECT url_extract_fragment('http://example.com/a?b=c#d'); -- d

-- > url_extract_host: Returns the host from url.
SELECT url_extract_host('http://example.com:8080/a'); -- example.com

-- > url_extract_parameter: the value of the first query string parameter named name
SELECT url_extract_parameter('http://example.com/a?b=c&d=e&b=f', 'b'); -- c

-- > url_extract_path: Returns the path from url.
SELECT url_extract_path('http://example.com/a/b?c=d'); -- /a/b

-- > url_extract_port: Returns the port number from url.
SELECT url_extract_port('http://example.com:8080/a'); -- 8080

-- > url_extract_query: Returns the query string from url.
SELECT url_extract_query('http://example.com/a?b=c&d=e#f'); -- b=c&d=e

-- > url_encode: Alphanumeric characters are not encoded.
SELECT url_encode('aZ09'); -- aZ09

-- > url_encode: The characters ., -, * and _ are not encoded.
SELECT url_encode('.-*_'); -- .-*_

-- > url_encode: The ASCII space character is encoded as +.
SELECT url_encode('a b'); -- a+b

-- > url_encode: bytes are encoded as the string %XX where XX is the uppercase hexadecimal value
SELECT url_encode('é~/'); -- %C3%A9%7E%2F

-- > url_decode: This function is the inverse of url_encode.
SELECT url_decode('a+b%C3%A9%7E%2F'); -- a bé~/
