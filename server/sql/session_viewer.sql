-- session_viewer: $1 uuid session -> who it is, and when the clock alone changes its rights; no row when it has ended. Role app_service.
SELECT session, kind, me, id, subjects, agencies, roles, name, locale, scopes, environment, epoch, expires_at,
       rights_until
  FROM session_viewer($1);
