-- sandbox_sign_in: $1 uuid session of a test key, $2 text person's code or id, $3 text device, $4 int8 seconds to live ->
-- failure, session. Role app_service.
SELECT failure, session FROM sandbox_sign_in($1, $2, $3, $4::int8::int);
