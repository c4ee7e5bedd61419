-- adapter_state: -> id, is_on, waiting, failed, quarantined, lag_s, is_late, is_pull_late of each adapter. Lane quick, role app_worker.
SELECT id, is_on, waiting, failed, quarantined, lag_s, is_late, is_pull_late FROM adapter_state();
