/*
 * Conflicts as errors. Trees of them are as deep as comparisons may go; of large ones as much is
 * told as graphql-js tells.
 */
#include "graphql/validation/rules/merge.h"

enum { MESSAGE_BYTES_MAX = 64 * 1024, REASON_BYTES_MAX = 1000, PLACES_MAX = 20 };

static void shorten(struct buf *out, size_t start)
{
    if (out->size - start <= REASON_BYTES_MAX) return;
    buf_truncate(out, start + REASON_BYTES_MAX);
    buf_add(out, STR("..."));
}

static void print_reason(struct buf *out, const struct merge_conflict *conflict)
{
    const struct merge_conflict *inner;
    size_t start = out->size;

    if (conflict->reason.data != NULL) {
        buf_add(out, conflict->reason);
        return;
    }
    AST_EACH(inner, conflict->inner)
    {
        if (out->size - start > REASON_BYTES_MAX) break;
        buf_printf(out, "%ssubfields \"%.*s\" conflict because ",
                   inner == conflict->inner ? "" : " and ", STR_PRINT(inner->name));
        print_reason(out, inner);
    }
    shorten(out, start);
}

/* The nodes of one side, its own first: of each inner conflict the last that there is room for. */
struct side {
    const struct ast_selection *nodes[PLACES_MAX];
    size_t count;
};

/* As deep as comparisons may go (MERGE_DEPTH_MAX). */
static struct side side_of(const struct merge_conflict *conflict, bool second)
{
    struct side all = { { second ? conflict->second : conflict->first }, 1 };
    const struct merge_conflict *inner;

    for (inner = conflict->inner; inner != NULL && all.count < PLACES_MAX; inner = inner->next) {
        struct side below = side_of(inner, second);
        size_t room = PLACES_MAX - all.count;
        size_t kept = below.count < room ? below.count : room;

        for (size_t i = below.count - kept; i < below.count; i++)
            all.nodes[all.count++] = below.nodes[i];
    }
    return all;
}

void merge_refuse(struct validation *in, const struct merge_conflict *conflict)
{
    uint32_t offsets[2 * PLACES_MAX];
    size_t count = 0;
    struct buf reason;

    for (size_t side = 0; side < 2; side++) {
        const struct side nodes = side_of(conflict, side == 1);

        for (size_t i = 0; i < nodes.count; i++)
            offsets[count++] = nodes.nodes[i]->offset;
    }
    buf_init(&reason, MESSAGE_BYTES_MAX);
    print_reason(&reason, conflict);
    refuse(in, offsets, count,
           "Fields \"%.*s\" conflict because %.*s. Use different aliases on the fields to fetch "
           "both if this was intentional.",
           STR_PRINT(conflict->name), STR_PRINT(buf_str(&reason)));
    buf_done(&reason);
}
