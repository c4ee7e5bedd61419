/* Conflicts as errors. Trees of them are as deep as comparisons may go. */
#include "graphql/validation/rules/merge.h"

enum { MESSAGE_BYTES_MAX = 64 * 1024 };

static void print_reason(struct buf *out, const struct merge_conflict *conflict)
{
    const struct merge_conflict *inner;

    if (conflict->reason.data != NULL) {
        buf_add(out, conflict->reason);
        return;
    }
    AST_EACH(inner, conflict->inner)
    {
        buf_printf(out, "%ssubfields \"%.*s\" conflict because ",
                   inner == conflict->inner ? "" : " and ", STR_PRINT(inner->name));
        print_reason(out, inner);
    }
}

static void add_place(struct pointers *places, struct arena *arena,
                      const struct merge_conflict *conflict, bool second)
{
    const struct merge_conflict *inner;

    pointers_add(places, arena, second ? conflict->second : conflict->first);
    AST_EACH(inner, conflict->inner) add_place(places, arena, inner, second);
}

void merge_refuse(struct validation *in, const struct merge_conflict *conflict)
{
    struct pointers places = { NULL, 0, 0 };
    uint32_t *offsets;
    struct buf reason;

    add_place(&places, in->arena, conflict, false);
    add_place(&places, in->arena, conflict, true);
    offsets = ARENA_ARRAY(in->arena, places.count, uint32_t);
    for (size_t i = 0; i < places.count; i++)
        offsets[i] = ((const struct ast_selection *)places.items[i])->offset;
    buf_init(&reason, MESSAGE_BYTES_MAX);
    print_reason(&reason, conflict);
    refuse(in, offsets, places.count,
           "Fields \"%.*s\" conflict because %.*s. Use different aliases on the fields to fetch "
           "both if this was intentional.",
           STR_PRINT(conflict->name), STR_PRINT(buf_str(&reason)));
    buf_done(&reason);
}
