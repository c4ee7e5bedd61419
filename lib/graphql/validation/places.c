#include "graphql/validation/places.h"

static struct gql_location find_from(const struct places *places, const struct place_mark *mark,
                                     uint32_t offset)
{
    struct str rest = { places->source.data + mark->offset, places->source.size - mark->offset };
    struct gql_location within = gql_location_of(rest, offset - mark->offset);

    if (within.line == 1)
        return (struct gql_location){ mark->location.line,
                                      mark->location.column + within.column - 1 };
    return (struct gql_location){ mark->location.line + within.line - 1, within.column };
}

static bool is_inside_character(struct str source, size_t offset)
{
    return offset < source.size && ((unsigned char)source.data[offset] & 0xc0) == 0x80;
}

static void make_marks(struct places *places)
{
    size_t room = places->source.size / PLACES_STEP + 1;

    places->marks = ARENA_ARRAY(places->arena, room, struct place_mark);
    places->marks[0] = (struct place_mark){ 0, { 1, 1 } };
    for (places->count = 1; places->count < room; places->count++) {
        size_t offset = places->count * PLACES_STEP;
        struct place_mark *mark = &places->marks[places->count];

        while (is_inside_character(places->source, offset))
            offset++;
        mark->offset = (uint32_t)offset;
        mark->location = find_from(places, mark - 1, mark->offset);
    }
}

struct gql_location places_find(struct places *places, uint32_t offset)
{
    size_t mark = offset / PLACES_STEP;

    if (places->marks == NULL) make_marks(places);
    if (mark >= places->count) mark = places->count - 1;
    if (places->marks[mark].offset > offset) mark--;
    return find_from(places, &places->marks[mark], offset);
}
