-- feed_end: -> feed_no, the last place of the feed that the viewer may see. Lane quick.
SELECT coalesce(max(e.feed_no), 0) AS feed_no FROM dossier_event e;
