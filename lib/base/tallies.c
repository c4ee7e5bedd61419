#include "base/tallies.h"

#include "base/metrics.h"

#include <sys/mman.h>

/* A row is published by its size, written last: who sums may look at any time. */
struct tally {
    int64_t value;
    uint32_t size; /* 0: free */
    uint32_t family;
    char labels[TALLY_BYTES_MAX + 1];
};

struct tally_slot {
    struct tally rows[TALLIES_MAX];
};

static const size_t mapping_bytes = sizeof(struct tally_slot) * METRICS_SLOTS_MAX;

enum status tallies_open(struct tallies *tallies, const struct tally_family *families, size_t count)
{
    void *mapping =
        mmap(NULL, mapping_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    MC_ASSERT(count <= TALLY_FAMILIES_MAX);
    if (mapping == MAP_FAILED) return MC_UNAVAILABLE;
    *tallies = (struct tallies){ families, count, mapping };
    return MC_OK;
}

void tallies_close(struct tallies *tallies)
{
    if (tallies->slots != NULL) munmap(tallies->slots, mapping_bytes);
    *tallies = (struct tallies){ 0 };
}

static uint32_t size_of(const struct tally *row)
{
    return __atomic_load_n(&row->size, __ATOMIC_ACQUIRE);
}

static bool is(const struct tally *row, size_t family, struct str labels)
{
    return row->family == family && str_eq((struct str){ row->labels, size_of(row) }, labels);
}

/* The row of these labels in one slot, or the first free one; NULL when there is neither. */
static struct tally *find(struct tally_slot *slot, size_t family, struct str labels)
{
    size_t at = family;

    for (size_t i = 0; i < labels.size; i++)
        at = (at * 31 + (unsigned char)labels.data[i]) % TALLIES_MAX;
    for (size_t i = 0; i < TALLIES_MAX; i++, at = (at + 1) % TALLIES_MAX)
        if (size_of(&slot->rows[at]) == 0 || is(&slot->rows[at], family, labels))
            return &slot->rows[at];
    return NULL;
}

static struct tally *claim(struct tally *row, size_t family, struct str labels)
{
    if (row == NULL || size_of(row) > 0) return row;
    row->family = (uint32_t)family;
    memcpy(row->labels, labels.data, labels.size);
    __atomic_store_n(&row->size, (uint32_t)labels.size, __ATOMIC_RELEASE);
    return row;
}

/* The last rows of a slot are kept for "other", one for each family. */
static bool has_room(const struct tally_slot *slot)
{
    size_t used = 0;

    for (size_t i = 0; i < TALLIES_MAX; i++)
        if (size_of(&slot->rows[i]) > 0) used++;
    return used < TALLIES_MAX - TALLY_FAMILIES_MAX;
}

void tallies_add(struct tallies *tallies, size_t slot, size_t family, struct str labels)
{
    struct tally_slot *own = &tallies->slots[slot];
    struct tally *row =
        labels.size == 0 || labels.size > TALLY_BYTES_MAX ? NULL : find(own, family, labels);

    if (row != NULL && size_of(row) == 0) row = has_room(own) ? claim(row, family, labels) : NULL;
    if (row == NULL) row = claim(find(own, family, STR("other=\"\"")), family, STR("other=\"\""));
    if (row != NULL) __atomic_fetch_add(&row->value, 1, __ATOMIC_RELAXED);
}

int64_t tallies_total(const struct tallies *tallies, size_t family, struct str labels)
{
    int64_t total = 0;

    for (size_t slot = 0; slot < METRICS_SLOTS_MAX; slot++) {
        const struct tally *row = find(&tallies->slots[slot], family, labels);

        if (row != NULL && size_of(row) > 0)
            total += __atomic_load_n(&row->value, __ATOMIC_RELAXED);
    }
    return total;
}

/* Printed by the first slot that has it. */
static bool is_first(const struct tallies *tallies, size_t slot, const struct tally *row)
{
    struct str labels = { row->labels, size_of(row) };

    for (size_t before = 0; before < slot; before++) {
        const struct tally *same = find(&tallies->slots[before], row->family, labels);

        if (same != NULL && size_of(same) > 0) return false;
    }
    return true;
}

static void print_family(const struct tallies *tallies, size_t family, struct buf *out)
{
    const char *name = tallies->families[family].name;

    buf_printf(out, "# HELP %s %s\n# TYPE %s counter\n", name, tallies->families[family].help,
               name);
    for (size_t slot = 0; slot < METRICS_SLOTS_MAX; slot++)
        for (size_t i = 0; i < TALLIES_MAX; i++) {
            const struct tally *row = &tallies->slots[slot].rows[i];
            struct str labels = { row->labels, size_of(row) };

            if (labels.size == 0 || row->family != family || !is_first(tallies, slot, row))
                continue;
            buf_printf(out, "%s{%.*s} %lld\n", name, STR_PRINT(labels),
                       (long long)tallies_total(tallies, family, labels));
        }
}

void tallies_print(const struct tallies *tallies, struct buf *out)
{
    for (size_t i = 0; i < tallies->count; i++)
        print_family(tallies, i, out);
}
