-- feed_end: -> feed_no, the last place of the feed. Lane quick.
SELECT feed_last() AS feed_no;
