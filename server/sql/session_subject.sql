-- session_subject: $1 text sample actor -> kind, me, id, subjects, agencies, roles, name, locale. Role app_service; the
-- function exists only where the sample province is loaded.
SELECT kind, me, id, subjects, agencies, roles, name, locale FROM session_subject($1);
