-- adapter_state: -> id, waiting, failed, quarantined, lag_s of each adapter. Role app_service.
SELECT id, waiting, failed, quarantined, lag_s FROM adapter_state();
