-- Who is asking, and the pure functions under the tables: migration 20261126000100.
\ir include/begin.psql
SELECT plan(41);

SELECT is(me(), NULL, 'without a setting there is no me()');
SELECT is(subjects(), NULL, 'nor subjects()');
SELECT is(principal(), NULL, 'nor a principal()');
SELECT is(locale(), 'vi', 'the language is Vietnamese unless said otherwise');
SELECT set_config('app.viewer', 'CITIZEN|7|7,12', true) \g /dev/null
SELECT is(me(), 7::bigint, 'me() is the setting');
SELECT is(subjects(), ARRAY[7, 12]::bigint[], 'subjects() is the list');
SELECT is(principal(), 'CITIZEN:7', 'principal() joins kind and me');
SELECT set_config('app.viewer', '', true) \g /dev/null
SELECT is(me(), NULL, 'a setting that ended reads as empty and is nobody');
SELECT is(subjects(), NULL, 'and speaks for nobody');

SELECT * FROM pg_temp.act_as('citizen');
SELECT is(kind(), 'CITIZEN', 'a login has its own kind');
SELECT * FROM pg_temp.act_as('citizen_as_officer');
SELECT is(kind(), NULL, 'and cannot claim another');
SELECT is(principal(), NULL, 'so it is nobody');
SELECT * FROM pg_temp.act_as('admin');

SELECT ok(dossier_code_valid(code), code || ' is a dossier code')
  FROM unnest(ARRAY['H15.50.05.13-261008-0975', 'H15.50-251203-2035', '000.00.01.H22-240229-0001', 'G01-250101-1234567',
                    'H29.101.1-261125-12345']) AS code;
SELECT ok(NOT dossier_code_valid(code), code || ' is not')
  FROM unnest(ARRAY['H15-251332-0001', 'H15-250229-0001', 'H15-250431-0001', 'H15-250100-0001', 'H15-251203-203',
                    'H15-251203-20351234', 'X15-251203-2035', 'H1-251203-2035', 'h15-251203-2035', ' H15-251203-2035',
                    '03706/2026/07906', '']) AS code;

SELECT ok(tax_code_valid(code), code || ' is a tax code')
  FROM unnest(ARRAY['0100109106', '0300588569', '0100109106-001']) AS code;
SELECT ok(NOT tax_code_valid(code), code || ' is not')
  FROM unnest(ARRAY['0100109107', '3700000000', '3700001460', '0100109106-000', '010010910']) AS code;

SELECT is(search_text('Đăng ký KHAI SINH'), 'dang ky khai sinh', 'search text has no marks');
SELECT is(search_text(normalize('Hòa giải', NFD)), 'hoa giai', 'nor decomposed ones');
SELECT matches(uuid_v7()::text, '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$', 'uuid_v7 has version 7 and the variant');
SELECT cmp_ok(abs(('x' || left(replace(uuid_v7()::text, '-', ''), 12))::bit(48)::bigint - extract(epoch FROM clock_timestamp()) * 1000),
              '<', 60000::numeric, 'and begins with the time');
\ir include/end.psql
