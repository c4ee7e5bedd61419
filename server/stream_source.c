#include "stream_source.h"

#include "resolvers/dossier/dossier_event.h"
#include "resolvers/office/bulk_job.h"
#include "stream.h"

static void ask_feed(const struct cohort *cohort, struct db_ask *ask)
{
    struct feed_range range = { cohort->about, cohort->after, STREAM_BATCH, 0 };

    feed_ask(&cohort->viewer, &range, ask);
}

static int64_t feed_no(const void *row)
{
    return feed_place(row).major;
}

static void ask_bulk_job(const struct cohort *cohort, struct db_ask *ask)
{
    bool may_be_one = str_is_uuid(cohort->about);

    bulk_job_ask(may_be_one ? cohort->about : STR("00000000-0000-0000-0000-000000000000"),
                 cohort->after, ask);
}

static const struct stream_source sources[] = {
    { .field = "dossierEvents",
      .about = "code",
      .ask = ask_feed,
      .place = feed_no,
      .is_feed = true },
    { .field = "bulkJob",
      .about = "id",
      .ask = ask_bulk_job,
      .place = bulk_job_place,
      .is_last = bulk_job_is_done,
      .ends_without_rows = true,
      .pause_ms = 500 },
};

const struct stream_source *stream_source_of(struct str field)
{
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        if (str_is(field, sources[i].field)) return &sources[i];
    return NULL;
}
