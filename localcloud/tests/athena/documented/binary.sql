-- Page functions/binary. Left out: zstd_compress, whose bytes the page leaves open.

SELECT murmur3(from_base64('aaaaaa'));
-- ba 58 55 63 55 69 b4 2f 49 20 37 2c a0 e3 96 ef

-- > concat: the same functionality as the SQL-standard concatenation operator (||)
SELECT concat(X'01', X'02', X'03'); -- X'01 02 03'

-- > || performs concatenation
SELECT X'01' || X'02'; -- X'01 02'

-- > length: Returns the length of binary in bytes.
SELECT length(X'010203'); -- 3

-- > lpad: Left pads binary to size bytes with padbinary.
SELECT lpad(X'0102', 4, X'00'); -- X'00 00 01 02'

-- > lpad: If size is less than the length of binary, the result is truncated
SELECT lpad(X'010203', 2, X'00'); -- X'01 02'

-- > rpad: Right pads binary to size bytes with padbinary.
SELECT rpad(X'0102', 4, X'00'); -- X'01 02 00 00'

-- > substr: Positions start with 1.
SELECT substr(X'010203', 2); -- X'02 03'

-- > substr: A negative starting position is interpreted as being relative to the end of the string.
SELECT substr(X'010203', -1); -- X'03'

-- > substr: of length length from the starting position start, measured in bytes
SELECT substr(X'010203', 1, 2); -- X'01 02'

-- > reverse: Returns binary with the bytes in reverse order.
SELECT reverse(X'010203'); -- X'03 02 01'

-- > to_base64 (RFC 4648, section 10)
SELECT to_base64(to_utf8('foobar')); -- Zm9vYmFy

-- > from_base64 (RFC 4648, section 10)
SELECT from_utf8(from_base64('Zm9vYg==')); -- foob

-- > to_base64url: using the URL safe alphabet
SELECT to_base64url(X'FBFF'); -- -_8=

-- > from_base64url: using the URL safe alphabet
SELECT from_base64url('-_8='); -- X'fb ff'

-- > to_base32 (RFC 4648, section 10)
SELECT to_base32(to_utf8('foobar')); -- MZXW6YTBOI======

-- > from_base32 (RFC 4648, section 10)
SELECT from_utf8(from_base32('MZXW6===')); -- foo

-- > from_hex: Decodes binary data from the hex encoded string.
SELECT from_hex('0aFF'); -- X'0a ff'

-- > to_hex: Encodes binary into a hex string representation.
SELECT to_hex(X'0aff'); -- 0AFF

-- > from_big_endian_32: the 32-bit two's complement big-endian binary
SELECT from_big_endian_32(X'FFFFFFFE'); -- -2

-- > from_big_endian_32: The input must be exactly 4 bytes.
SELECT from_big_endian_32(X'FF'); -- ERROR INVALID_FUNCTION_ARGUMENT

-- > to_big_endian_32: Encodes integer into a 32-bit two's complement big-endian format.
SELECT to_big_endian_32(-2); -- X'ff ff ff fe'

-- > from_big_endian_64: the 64-bit two's complement big-endian binary
SELECT from_big_endian_64(X'0000000000000100'); -- 256

-- > to_big_endian_64: Encodes bigint into a 64-bit two's complement big-endian format.
SELECT to_big_endian_64(256); -- X'00 00 00 00 00 00 01 00'

-- > from_ieee754_32: IEEE 754 single-precision floating-point format
SELECT from_ieee754_32(X'3F800000'); -- 1.0

-- > to_ieee754_32: IEEE 754 single-precision floating-point format
SELECT to_ieee754_32(REAL '1.5'); -- X'3f c0 00 00'

-- > from_ieee754_64: IEEE 754 double-precision floating-point format
SELECT from_ieee754_64(X'3FF8000000000000'); -- 1.5

-- > to_ieee754_64: IEEE 754 double-precision floating-point format
SELECT to_ieee754_64(1e0); -- X'3f f0 00 00 00 00 00 00'

-- > crc32 (check value of the CRC-32 of "123456789": CBF43926)
SELECT crc32(to_utf8('123456789')); -- 3421780262

-- > md5 (RFC 1321, A.5)
SELECT to_hex(md5(to_utf8('abc'))); -- 900150983CD24FB0D6963F7D28E17F72

-- > sha1 (RFC 3174, 7.3)
SELECT to_hex(sha1(to_utf8('abc'))); -- A9993E364706816ABA3E25717850C26C9CD0D89D

-- > sha256 (FIPS 180-2, B.1)
SELECT to_hex(sha256(to_utf8('abc'))); -- BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD

-- > xxhash64 (of no bytes, seed 0: ef46db3751d8e999)
SELECT xxhash64(to_utf8('')); -- X'ef 46 db 37 51 d8 e9 99'

-- > hmac_md5 (RFC 2202, test case 2)
SELECT to_hex(hmac_md5(to_utf8('what do ya want for nothing?'), to_utf8('Jefe'))); -- 750C783E6AB0B503EAA86E310A5DB738

-- > hmac_sha1 (RFC 2202, test case 2)
SELECT to_hex(hmac_sha1(to_utf8('what do ya want for nothing?'), to_utf8('Jefe'))); -- EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79

-- > hmac_sha256 (RFC 4231, 4.3)
SELECT to_hex(hmac_sha256(to_utf8('what do ya want for nothing?'), to_utf8('Jefe'))); -- 5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843
