-- Procedures: what a fee is, how they are found by words, what a version must say, and how one is written.
-- fee_for is called by resolvers and by the functions that ask for a fee, search_procedures by Query.procedures; the
-- others by 87_procedure_proposals.sql and 88_catalogue.sql. Source: DOMAIN §2.10, §5.1 (ProcedureVersion), R13, R15.
SET ROLE motcua_definer;

-- The rule in force of each kind that says most of this case (NULL: none is chosen), place and channel: a rule of the case
-- before one of all, then one of the agency, of its commune, of its province, then one of the channel, then the latest.
-- No row: no rule is known, an officer says the fee.
CREATE OR REPLACE FUNCTION fee_for(p_version bigint, p_case text, p_channel text, p_agency bigint, p_on date)
RETURNS TABLE (rule bigint, kind text, amount_dong bigint)
LANGUAGE sql STABLE ROWS 2 SET search_path = motcua, pg_temp AS $$
    WITH RECURSIVE place AS (
        SELECT u.code, u.valid_from, u.parent_code, u.parent_valid_from, 1 AS distance
          FROM agency a JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
         WHERE a.id = p_agency
        UNION ALL
        SELECT u.code, u.valid_from, u.parent_code, u.parent_valid_from, p.distance + 1
          FROM place p JOIN unit u ON (u.code, u.valid_from) = (p.parent_code, p.parent_valid_from)
         WHERE p.distance < 3
    )
    SELECT DISTINCT ON (r.kind) r.id, r.kind, r.amount_dong
      FROM fee_rule r
      LEFT JOIN procedure_case c ON c.id = r.procedure_case
      LEFT JOIN place p ON (p.code, p.valid_from) = (r.unit_code, r.unit_valid_from)
     WHERE r.procedure_version = p_version
       AND (r.procedure_case IS NULL OR c.code = p_case)
       AND (r.agency IS NULL OR r.agency = p_agency)
       AND (r.unit_code IS NULL OR p.code IS NOT NULL)
       AND (r.channel IS NULL OR r.channel = p_channel)
       AND daterange(r.valid_from, r.valid_to) @> p_on
     ORDER BY r.kind, r.procedure_case IS NULL, r.agency IS NULL, p.distance NULLS LAST, r.channel IS NULL, r.valid_from DESC, r.id DESC
$$;

-- The words of a text, folded, in their order.
CREATE OR REPLACE FUNCTION procedure_words(p_text text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_remove(regexp_split_to_array(search_text(p_text), '[^[:alnum:]]+'), '')
$$;

-- What a word may have been before one letter was left out, added, changed, or changed places with the next one.
CREATE OR REPLACE FUNCTION procedure_typos(p_word text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE ROWS 400 SET search_path = motcua, pg_temp AS $$
    SELECT left(p_word, i) || substr(p_word, i + 2) FROM generate_series(0, length(p_word) - 1) AS i
    UNION SELECT left(p_word, i) || substr(p_word, i + 2, 1) || substr(p_word, i + 1, 1) || substr(p_word, i + 3)
            FROM generate_series(0, length(p_word) - 2) AS i
    UNION SELECT left(p_word, i) || l || substr(p_word, i + 1 + n)
            FROM generate_series(0, length(p_word)) AS i, unnest(string_to_array('a b c d e g h i k l m n o p q r s t u v x y f j w z', ' ')) AS l,
                 generate_series(0, 1) AS n
    EXCEPT SELECT p_word
$$;

-- What is asked for: eight words at most, and of a word that no name holds its two halves, when names hold those.
CREATE OR REPLACE FUNCTION procedure_asked(p_search text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH given AS (
        SELECT left(word, 20) AS word, no FROM unnest((procedure_words(left(p_search, 200)))[:8]) WITH ORDINALITY AS w(word, no)
    ), half AS (
        SELECT DISTINCT ON (g.no) g.no, ARRAY[left(g.word, i), substr(g.word, i + 1)] AS words
          FROM given g CROSS JOIN generate_series(2, length(g.word) - 2) AS i
         WHERE NOT EXISTS (SELECT FROM procedure_word w WHERE w.word = g.word)
           AND EXISTS (SELECT FROM procedure_word w WHERE w.word = left(g.word, i))
           AND EXISTS (SELECT FROM procedure_word w WHERE w.word = substr(g.word, i + 1))
         ORDER BY g.no, i DESC
    )
    SELECT array_agg(w.word ORDER BY g.no, w.at)
      FROM given g LEFT JOIN half h USING (no) CROSS JOIN LATERAL unnest(coalesce(h.words, ARRAY[g.word])) WITH ORDINALITY AS w(word, at)
$$;

-- Versions whose names hold all of the words, one of three or more forgiven, one of them mistyped; the last may be only
-- begun. matched: how many; typos: 0 or 1, with a little more for what is only begun.
CREATE OR REPLACE FUNCTION procedure_hits(p_asked text[]) RETURNS TABLE (version bigint, matched bigint, typos numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH asked AS (
        SELECT word, no FROM unnest(p_asked) WITH ORDINALITY AS w(word, no)
    ), meant AS (
        SELECT no, word, 0.0 AS typo FROM asked
        UNION ALL SELECT a.no, t, 1.0 FROM asked a CROSS JOIN LATERAL procedure_typos(a.word) AS t WHERE length(a.word) >= 3
        UNION ALL SELECT a.no, b.word, 0.1 FROM asked a CROSS JOIN LATERAL (
            SELECT DISTINCT w.word FROM procedure_word w WHERE w.word > a.word AND w.word < a.word || '~' LIMIT 50) AS b
         WHERE a.no = cardinality(p_asked) AND length(a.word) >= 2
    ), held AS (
        SELECT w.procedure_version, m.no, min(m.typo) AS typo
          FROM meant m
          -- OFFSET 0 keeps it a look by the index for each word: the planner would rather read all words once.
         CROSS JOIN LATERAL (SELECT w.procedure_version FROM procedure_word w WHERE w.word = m.word OFFSET 0) AS w
         GROUP BY w.procedure_version, m.no
    )
    SELECT procedure_version, count(*), sum(typo) FROM held
     GROUP BY procedure_version
    HAVING count(*) >= cardinality(p_asked) - (cardinality(p_asked) >= 3)::int AND sum(typo) < 2
$$;

-- Procedures in force that are listed, the best first: by code when p_search begins one, else by the words of the name:
-- most of them, side by side, without a typing error, and few others. Places p_after + 1 to p_after + p_limit of a hundred
-- at most.
CREATE OR REPLACE FUNCTION search_procedures(p_search text, p_field text, p_sandbox boolean, p_after int, p_limit int)
RETURNS TABLE (place int, version bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_places_max CONSTANT int := 100;
    v_code  text := left(btrim(p_search), 40);
    v_asked text[] := CASE WHEN v_code !~ '^\d\.\d' THEN procedure_asked(p_search) END;
    v_today date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    RETURN QUERY
    WITH hit AS (
        SELECT v.id AS version, 0::bigint AS matched, 0.0 AS typos
          FROM procedure p JOIN procedure_version v ON v.procedure = p.id
         WHERE v_code ~ '^\d\.\d' AND p.code LIKE translate(v_code, '%_\', '') || '%'
        UNION ALL
        SELECT h.version, h.matched, h.typos FROM procedure_hits(v_asked) AS h
    ), shown AS (
        SELECT h.*, p.code, v.search_text
          FROM hit h JOIN procedure_version v ON v.id = h.version JOIN procedure p ON p.id = v.procedure
         WHERE daterange(v.valid_from, v.valid_to) @> v_today AND p.access_class = 'OPEN' AND (p_sandbox OR NOT p.sandbox)
           AND (p_field IS NULL OR p.field = p_field)
    ), ranked AS (
        SELECT s.version, row_number() OVER (ORDER BY s.matched DESC,
                   array_to_string(procedure_words(s.search_text), ' ') NOT LIKE '%' || array_to_string(v_asked, ' ') || '%',
                   s.typos, length(s.search_text), s.code)::int AS place
          FROM (SELECT * FROM shown ORDER BY matched DESC, typos, length(search_text), code LIMIT 2 * c_places_max) AS s
    )
    SELECT r.place, r.version FROM ranked r
     WHERE r.place > p_after AND r.place <= least(p_after::bigint + p_limit, c_places_max)
     ORDER BY r.place;
END $$;

-- ---- what a version must say ----
-- Without a search_path of their own, so that they are inlined: their callers fix it.

-- The members of each object: a version as the national catalogue gives it, the end of one, a proposal of an officer of either
-- (whose decision comes with its publication), and what lies in them. most: characters, items, or the largest number.
CREATE OR REPLACE FUNCTION procedure_shape() RETURNS TABLE (whats text[], key text, type text, required boolean, most bigint, pattern text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('{version,end}'::text[], 'code', 'text', true, 40::bigint, '^\d\.\d{6}(\..+)?$'),
           ('{version}', 'field', 'text', false, 40, '^[a-z][a-z_-]+$'),
           ('{version}', 'level', 'text', false, 40, '^(PROVINCE|COMMUNE|LAND_OFFICE|SOCIAL_INSURANCE|POLICE|INDUSTRIAL_ZONE)$'),
           ('{version,end}', 'decisionNumber', 'text', true, 100, NULL),
           ('{version,end}', 'decidedOn', 'date', true, NULL, NULL),
           ('{version,end}', 'decidedBy', 'text', true, 200, NULL),
           ('{version,end,proposal,proposed_end}', 'replacedBy', 'text', false, 40, '^\d\.\d{6}(\..+)?$'),
           ('{end,proposed_end}', 'endsOn', 'date', true, NULL, NULL),
           ('{version,proposal}', 'validFrom', 'date', true, NULL, NULL),
           ('{version,proposal}', 'name', 'text', true, 500, NULL),
           ('{version,proposal,case}', 'limitAmount', 'int', false, 1000, NULL),
           ('{version,proposal,case}', 'limitUnit', 'text', false, 20, '^(WORKING_DAY|DAY|WORKING_HOUR|SAME_DAY)$'),
           ('{version,proposal}', 'limitText', 'text', false, 300, NULL),
           ('{version,proposal}', 'feeText', 'text', false, 300, NULL),
           ('{version,proposal}', 'onlineLevel', 'text', true, 20, '^(FULL|PARTIAL|INFORMATION)$'),
           ('{version,proposal}', 'homeEligible', 'bool', true, NULL, NULL),
           ('{version,proposal}', 'boundaryFree', 'bool', true, NULL, NULL),
           ('{version,proposal}', 'paymentPauses', 'bool', false, NULL, NULL),
           ('{version,proposal}', 'cases', 'list', false, 20, NULL),
           ('{version,proposal}', 'parts', 'list', false, 60, NULL),
           ('{version,proposal}', 'fees', 'list', false, 60, NULL),
           ('{version,proposal}', 'forms', 'list', false, 21, NULL),
           ('{version,proposal}', 'guidanceVi', 'lines', false, 4000, NULL),
           ('{version,proposal}', 'guidanceEn', 'lines', false, 4000, NULL),
           ('{case,part}', 'code', 'text', true, 40, '^[A-Z][A-Z0-9_]*$'),
           ('{case,part}', 'nameVi', 'text', true, 500, NULL),
           ('{case,part}', 'nameEn', 'text', true, 500, NULL),
           ('{part,fee,form}', 'case', 'text', false, 40, NULL),
           ('{form}', 'schema', 'object', true, NULL, NULL),
           ('{part}', 'originals', 'int', true, 20, NULL),
           ('{part}', 'copies', 'int', true, 20, NULL),
           ('{part}', 'required', 'bool', true, NULL, NULL),
           ('{part}', 'databaseVi', 'text', false, 200, NULL),
           ('{part}', 'databaseEn', 'text', false, 200, NULL),
           ('{part}', 'reasonVi', 'text', false, 500, NULL),
           ('{part}', 'reasonEn', 'text', false, 500, NULL),
           ('{fee}', 'channel', 'text', false, 20, '^(ONLINE|COUNTER|POST|HOME|APPOINTMENT)$'),
           ('{fee}', 'agency', 'text', false, 40, NULL),
           ('{fee}', 'unit', 'text', false, 5, '^\d{2,5}$'),
           ('{fee}', 'unitFrom', 'date', false, NULL, NULL),
           ('{fee}', 'kind', 'text', true, 10, '^(FEE|CHARGE)$'),
           ('{fee}', 'amountDong', 'int', true, 1000000000000, NULL),
           ('{fee}', 'validFrom', 'date', true, NULL, NULL),
           ('{fee}', 'validTo', 'date', false, NULL, NULL),
           ('{fee}', 'collected', 'text', false, 20, '^(RECEPTION|PROCESSING|RETURN)$'),
           ('{fee}', 'decision', 'text', true, 300, NULL)
$$;

-- A day as YYYY-MM-DD that exists; NULL for any other text.
CREATE OR REPLACE FUNCTION procedure_day(p_text text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN m[2]::int BETWEEN 1 AND 12 THEN
                CASE WHEN m[3]::int BETWEEN 1 AND extract(day FROM make_date(m[1]::int, m[2]::int, 1) + interval '1 month -1 day')
                     THEN make_date(m[1]::int, m[2]::int, m[3]::int) END END
      FROM (SELECT regexp_match(p_text, '^((?:19|20|21)\d\d)-(\d\d)-(\d\d)$') AS m) AS form
$$;

CREATE OR REPLACE FUNCTION procedure_fits(p_type text, p_most bigint, p_pattern text, p_value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_type || ' ' || jsonb_typeof(p_value)
        WHEN 'text string' THEN length(p_value #>> '{}') BETWEEN 1 AND p_most AND p_value #>> '{}' !~ '^ | $|[[:cntrl:]]'
                                AND p_value #>> '{}' ~ coalesce(p_pattern, '')
        WHEN 'lines string' THEN length(p_value #>> '{}') BETWEEN 1 AND p_most AND translate(p_value #>> '{}', E'\n', '') !~ '[[:cntrl:]]'
        WHEN 'int number' THEN CASE WHEN p_value #>> '{}' ~ '^\d{1,15}$' THEN (p_value #>> '{}')::bigint <= p_most ELSE false END
        WHEN 'bool boolean' THEN true
        WHEN 'date string' THEN procedure_day(p_value #>> '{}') IS NOT NULL
        WHEN 'list array' THEN jsonb_array_length(p_value) <= p_most
        WHEN 'object object' THEN true
        ELSE false END
$$;

-- The first day of the unit that a rule of a fee names: the one it says, or of the unit that stands when the rule begins.
CREATE OR REPLACE FUNCTION fee_unit_from(p_fee jsonb) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT u.valid_from FROM motcua.unit u
     WHERE u.code = p_fee->>'unit'
       AND CASE WHEN p_fee ? 'unitFrom' THEN u.valid_from = (p_fee->>'unitFrom')::date
                ELSE daterange(u.valid_from, u.valid_to) @> (p_fee->>'validFrom')::date END
$$;

CREATE OR REPLACE FUNCTION procedure_object_problems(p_what text, p_path text, p_object jsonb) RETURNS TABLE (path text, vi text, en text)
LANGUAGE sql IMMUTABLE AS $$
    WITH given AS (
        SELECT CASE WHEN jsonb_typeof(p_object) = 'object' THEN p_object ELSE '{}' END AS o
    ), wanted AS (
        SELECT s.*, g.o->s.key AS value FROM procedure_shape() AS s CROSS JOIN given g WHERE p_what = ANY (s.whats)
    )
    SELECT p_path || key, vi, en
      FROM wanted CROSS JOIN LATERAL (VALUES
        (value IS NULL AND required, 'Thiếu.', 'It is missing.'),
        (value IS NOT NULL AND NOT procedure_fits(type, most, pattern, value), CASE type
            WHEN 'int' THEN format('Phải là số nguyên từ 0 đến %s.', most) WHEN 'bool' THEN 'Phải là true hoặc false.'
            WHEN 'date' THEN 'Phải là một ngày dạng YYYY-MM-DD.' WHEN 'list' THEN format('Phải là danh sách tối đa %s mục.', most)
            WHEN 'object' THEN 'Phải là một đối tượng JSON.'
            ELSE format('Phải là văn bản đúng dạng, từ 1 đến %s ký tự.', most) END,
         CASE type
            WHEN 'int' THEN format('It is a whole number from 0 to %s.', most) WHEN 'bool' THEN 'It is true or false.'
            WHEN 'date' THEN 'It is a day as YYYY-MM-DD.' WHEN 'list' THEN format('It is a list of %s at most.', most)
            WHEN 'object' THEN 'It is an object of JSON.'
            ELSE format('It is a text of its form, with 1 to %s characters.', most) END)) AS fault(found, vi, en)
     WHERE found
    UNION ALL
    SELECT p_path || left(k, 40), 'Không có trường này.', 'There is no such member.'
      FROM given CROSS JOIN LATERAL jsonb_object_keys(o) AS k
     WHERE NOT EXISTS (SELECT FROM wanted WHERE key = k)
$$;

-- Parts of a body whose members all fit.
CREATE OR REPLACE FUNCTION procedure_whole_problems(p_body jsonb) RETURNS TABLE (path text, vi text, en text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH cases AS (SELECT o, no - 1 AS no FROM jsonb_array_elements(p_body->'cases') WITH ORDINALITY AS l(o, no)),
         parts AS (SELECT o, no - 1 AS no FROM jsonb_array_elements(p_body->'parts') WITH ORDINALITY AS l(o, no)),
         forms AS (SELECT o, no - 1 AS no FROM jsonb_array_elements(p_body->'forms') WITH ORDINALITY AS l(o, no)),
         fees AS (SELECT o, no - 1 AS no, daterange((o->>'validFrom')::date, CASE WHEN o ? 'validTo' THEN greatest((o->>'validTo')::date, (o->>'validFrom')::date) END) AS days
                    FROM jsonb_array_elements(p_body->'fees') WITH ORDINALITY AS l(o, no))
    SELECT 'limitAmount', 'Thời hạn gồm cả số và đơn vị.', 'A limit has a number and a unit.'
     WHERE (p_body ? 'limitAmount') <> (p_body ? 'limitUnit')
    UNION ALL
    SELECT 'guidanceEn', 'Hướng dẫn có cả tiếng Việt và tiếng Anh.', 'Guidance is in Vietnamese and in English.'
     WHERE (p_body ? 'guidanceVi') <> (p_body ? 'guidanceEn')
    UNION ALL
    SELECT 'replacedBy', 'Không có thủ tục này.', 'There is no such procedure.'
     WHERE NOT EXISTS (SELECT FROM procedure WHERE code = p_body->>'replacedBy' AND code IS DISTINCT FROM p_body->>'code')
       AND p_body ? 'replacedBy'
    UNION ALL
    SELECT format('cases.%s.limitAmount', no), 'Thời hạn gồm cả số và đơn vị.', 'A limit has a number and a unit.'
      FROM cases WHERE (o ? 'limitAmount') <> (o ? 'limitUnit')
    UNION ALL
    SELECT format('cases.%s.code', no), 'Trường hợp này có hai lần.', 'This case stands twice.'
      FROM cases c WHERE EXISTS (SELECT FROM cases d WHERE d.no < c.no AND d.o->'code' = c.o->'code')
    UNION ALL
    SELECT format('%s.%s.case', l.list, l.no), 'Không có trường hợp này.', 'There is no such case.'
      FROM (SELECT 'parts' AS list, o, no FROM parts UNION ALL SELECT 'fees', o, no FROM fees UNION ALL SELECT 'forms', o, no FROM forms) AS l
     WHERE l.o ? 'case' AND NOT EXISTS (SELECT FROM cases c WHERE c.o->'code' = l.o->'case')
    UNION ALL
    SELECT format('parts.%s.code', no), 'Thành phần này có hai lần.', 'This part stands twice.'
      FROM parts p WHERE EXISTS (SELECT FROM parts q WHERE q.no < p.no AND q.o->'code' = p.o->'code' AND q.o->>'case' IS NOT DISTINCT FROM p.o->>'case')
    UNION ALL
    SELECT format('parts.%s.databaseVi', no), 'Thành phần không phải nộp nêu đủ cơ sở dữ liệu và lý do, và không yêu cầu bản nào.',
           'A part that is not asked names the database and the reason, and asks for nothing.'
      FROM parts
     WHERE NOT (SELECT count(*) IN (0, 4) FROM unnest('{databaseVi,databaseEn,reasonVi,reasonEn}'::text[]) AS k WHERE o ? k)
        OR (o ? 'databaseVi' AND (o->>'required', o->>'originals', o->>'copies') <> ('false', '0', '0'))
    UNION ALL
    SELECT format('fees.%s.agency', no), 'Không có cơ quan này.', 'There is no such agency.'
      FROM fees WHERE o ? 'agency' AND NOT EXISTS (SELECT FROM agency WHERE code = o->>'agency')
    UNION ALL
    SELECT format('fees.%s.unit', no), 'Không có đơn vị hành chính này vào ngày đó, hoặc mức thu đã nêu cơ quan.',
           'There is no such unit on that day, or the rule names an agency.'
      FROM fees WHERE (o ? 'unit' AND (o ? 'agency' OR fee_unit_from(o) IS NULL)) OR (o ? 'unitFrom' AND NOT o ? 'unit')
    UNION ALL
    SELECT format('fees.%s.validTo', no), 'Kết thúc phải sau bắt đầu.', 'It ends after it has begun.' FROM fees WHERE o ? 'validTo' AND isempty(days)
    UNION ALL
    SELECT format('fees.%s', no), 'Hai mức cùng loại cho một trường hợp, nơi, kênh và ngày.', 'Two rules of one kind, case, place, channel and day.'
      FROM fees f WHERE EXISTS (SELECT FROM fees g WHERE g.no < f.no AND g.days && f.days
        AND (f.o - '{amountDong,validFrom,validTo,decision,unitFrom}'::text[]) = (g.o - '{amountDong,validFrom,validTo,decision,unitFrom}'::text[]))
    UNION ALL
    SELECT format('forms.%s.case', no), 'Trường hợp này có hai tờ khai.', 'This case has two forms.'
      FROM forms f WHERE EXISTS (SELECT FROM forms g WHERE g.no < f.no AND g.o->>'case' IS NOT DISTINCT FROM f.o->>'case')
    UNION ALL
    SELECT concat_ws('.', format('forms.%s.schema', f.no), nullif(p.path, '')), p.vi, p.en FROM forms f CROSS JOIN LATERAL form_shape_problems(f.o->'schema') AS p
$$;

-- What is wrong with a body: [{path, vi, en}], 20 at most; NULL when nothing is. p_what: version, end, proposal, proposed_end.
CREATE OR REPLACE FUNCTION procedure_problems(p_what text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_problems_max CONSTANT int := 20;
    v_problems jsonb;
BEGIN
    SELECT jsonb_agg(to_jsonb(p)) INTO v_problems FROM (
        SELECT * FROM procedure_object_problems(p_what, '', p_body)
        UNION ALL
        SELECT o.* FROM (VALUES ('cases', 'case'), ('parts', 'part'), ('fees', 'fee'), ('forms', 'form')) AS list(key, what)
          CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN procedure_fits('list', 60, NULL, p_body->list.key) THEN p_body->list.key ELSE '[]' END)
                WITH ORDINALITY AS item(value, no)
          CROSS JOIN LATERAL procedure_object_problems(list.what, format('%s.%s.', list.key, item.no - 1), item.value) AS o
        LIMIT c_problems_max) AS p;
    IF v_problems IS NULL THEN
        SELECT jsonb_agg(to_jsonb(p)) INTO v_problems FROM (SELECT * FROM procedure_whole_problems(p_body) LIMIT c_problems_max) AS p;
    END IF;
    RETURN v_problems;
END $$;

-- ---- a version is written ----

-- Members that are not given are not there; texts are NFC; there is one case at least. What lies in a form's schema stays.
CREATE OR REPLACE FUNCTION procedure_body(p_given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN jsonb_typeof(body) <> 'object' OR body ? 'endsOn' OR jsonb_typeof(body->'cases') <> 'array' OR body->'cases' <> '[]' THEN body
                ELSE jsonb_build_object('cases', '[{"code": "GENERAL", "nameVi": "Trường hợp chung", "nameEn": "General case"}]'::jsonb)
                     || (body - 'cases') END
      FROM (SELECT CASE WHEN jsonb_typeof(nfc) = 'object' AND jsonb_typeof(nfc->'forms') = 'array'
                        THEN jsonb_strip_nulls(nfc - 'forms') || jsonb_build_object('forms', form_schemas(nfc->'forms'))
                        ELSE jsonb_strip_nulls(nfc) END AS body
              FROM (SELECT normalize(p_given::text, NFC)::jsonb AS nfc) AS given) AS clean
$$;

CREATE OR REPLACE FUNCTION procedure_write_lists(p_version bigint, p_body jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    INSERT INTO procedure_case (procedure_version, code, position, name_vi, name_en, limit_amount, limit_unit)
    SELECT p_version, o->>'code', no, o->>'nameVi', o->>'nameEn', (o->>'limitAmount')::int, o->>'limitUnit'
      FROM jsonb_array_elements(p_body->'cases') WITH ORDINALITY AS l(o, no);
    INSERT INTO procedure_part (procedure_version, procedure_case, code, position, name_vi, name_en, originals, copies, required,
                                database_vi, database_en, reason_vi, reason_en)
    SELECT p_version, c.id, o->>'code', no, o->>'nameVi', o->>'nameEn', (o->>'originals')::int, (o->>'copies')::int,
           (o->>'required')::boolean, o->>'databaseVi', o->>'databaseEn', o->>'reasonVi', o->>'reasonEn'
      FROM jsonb_array_elements(p_body->'parts') WITH ORDINALITY AS l(o, no)
      LEFT JOIN procedure_case c ON c.procedure_version = p_version AND c.code = o->>'case';
    INSERT INTO fee_rule (procedure_version, procedure_case, channel, agency, unit_code, unit_valid_from, kind, amount_dong, valid_from, valid_to, decision, collected)
    SELECT p_version, c.id, o->>'channel', a.id, o->>'unit', fee_unit_from(o), o->>'kind', (o->>'amountDong')::bigint, (o->>'validFrom')::date,
           (o->>'validTo')::date, o->>'decision', coalesce(o->>'collected', 'PROCESSING')
      FROM jsonb_array_elements(p_body->'fees') AS o
      LEFT JOIN procedure_case c ON c.procedure_version = p_version AND c.code = o->>'case'
      LEFT JOIN agency a ON a.code = o->>'agency';
    INSERT INTO procedure_form (procedure_version, case_code, no, schema)
    SELECT p_version, coalesce(o->>'case', ''), 1, o->'schema' FROM jsonb_array_elements(p_body->'forms') AS o
$$;

-- Where a body names no forms they go on as in the version before, of the cases that there still are. One that names them has
-- no others.
CREATE OR REPLACE FUNCTION procedure_carry_forms(p_version bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    INSERT INTO procedure_form (procedure_version, case_code, no, schema)
    SELECT DISTINCT ON (f.case_code) p_version, f.case_code, 1, f.schema
      FROM procedure_form f
     WHERE f.procedure_version = (SELECT o.id FROM procedure_version v JOIN procedure_version o ON o.procedure = v.procedure AND o.valid_from < v.valid_from
                                   WHERE v.id = p_version ORDER BY o.valid_from DESC LIMIT 1)
       AND (f.case_code = '' OR EXISTS (SELECT FROM procedure_case c WHERE c.procedure_version = p_version AND c.code = f.case_code))
     ORDER BY f.case_code, f.no DESC
$$;

-- A body without problems becomes the version from its day on, until the next one that is published already. The caller
-- holds the lock of the catalogue.
CREATE OR REPLACE FUNCTION procedure_write(p_procedure bigint, p_body jsonb, p_source text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_from    date := (p_body->>'validFrom')::date;
    v_version bigint;
BEGIN
    UPDATE procedure_version SET valid_to = v_from
     WHERE procedure = p_procedure AND valid_from < v_from AND coalesce(valid_to > v_from, true);
    INSERT INTO procedure_version (procedure, no, valid_from, valid_to, decision, decided_on, decided_by, name, limit_amount,
                                   limit_unit, limit_text, fee_text, online_level, home_eligible, boundary_free, source, digest, payment_pauses)
    SELECT p_procedure, coalesce(max(no), 0) + 1, v_from, min(valid_from) FILTER (WHERE valid_from > v_from),
           p_body->>'decisionNumber', (p_body->>'decidedOn')::date, p_body->>'decidedBy', p_body->>'name',
           (p_body->>'limitAmount')::int, p_body->>'limitUnit', p_body->>'limitText', p_body->>'feeText',
           p_body->>'onlineLevel', (p_body->>'homeEligible')::boolean, (p_body->>'boundaryFree')::boolean, p_source,
           sha256(convert_to(p_body::text, 'UTF8')),
           coalesce((p_body->>'paymentPauses')::boolean, (array_agg(payment_pauses ORDER BY valid_from DESC) FILTER (WHERE valid_from < v_from))[1], false)
      FROM procedure_version WHERE procedure = p_procedure
    RETURNING id INTO v_version;
    PERFORM procedure_write_lists(v_version, p_body);
    IF NOT p_body ? 'forms' THEN
        PERFORM procedure_carry_forms(v_version);
    END IF;
    INSERT INTO procedure_guidance (procedure, no, valid_from, text_vi, text_en)
    SELECT p_procedure, coalesce(max(no), 0) + 1, v_from, p_body->>'guidanceVi', p_body->>'guidanceEn'
      FROM procedure_guidance WHERE procedure = p_procedure
    HAVING p_body ? 'guidanceVi';
    UPDATE procedure SET replaced_by = s.id FROM procedure s
     WHERE procedure.id = p_procedure AND s.code = p_body->>'replacedBy' AND procedure.replaced_by IS DISTINCT FROM s.id;
    RETURN v_version;
END $$;

GRANT EXECUTE ON FUNCTION fee_for(bigint, text, text, bigint, date) TO app_public, app_citizen, app_partner, app_officer, app_worker;
GRANT EXECUTE ON FUNCTION search_procedures(text, text, boolean, int, int) TO app_public, app_citizen, app_partner, app_officer;
RESET ROLE;
