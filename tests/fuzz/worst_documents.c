#include "tests/fuzz/worst_documents.h"

enum { TOKENS = 1960, TAIL_BYTES = 64 };

/* Repeats, with a number in it, what takes tokens tokens, until the limits are near. */
static void repeat(struct buf *out, size_t bytes_max, int tokens, const char *before,
                   const char *after)
{
    for (int i = 0; (i + 1) * tokens < TOKENS && out->size + TAIL_BYTES < bytes_max; i++)
        buf_printf(out, "%s%d%s", before, i, after);
}

static void repeat_same(struct buf *out, size_t bytes_max, int tokens, const char *text)
{
    for (int i = 0; (i + 1) * tokens < TOKENS && out->size + TAIL_BYTES < bytes_max; i++)
        buf_add(out, str_of(text));
}

static void same_field(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    repeat_same(out, bytes_max, 1, " __typename");
    buf_add(out, STR("}}"));
}

/* Each pair has a type to be found and sub-selections to be merged. */
static void same_field_deep(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    repeat_same(out, bytes_max, 11, "dossiers{nodes{procedure{code name}}}");
    buf_add(out, STR("}}"));
}

static void same_field_with_arguments(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ viewer {"));
    repeat_same(out, bytes_max, 18, "dossiers(first:9,last:8,after:\"a\"){nodes{id}}");
    buf_add(out, STR("} }"));
}

static void unknown_fields(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ viewer { dossiers { nodes {"));
    repeat(out, bytes_max, 1, "submittedA", " ");
    buf_add(out, STR("} } } }"));
}

/* A suggestion measures the distance to each name. */
static void long_unknown_name(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ viewer { dossiers { nodes { "));
    while (out->size + TAIL_BYTES < bytes_max)
        buf_add(out, STR("submittedAt"));
    buf_add(out, STR(" } } } }"));
}

static void unknown_types(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ node(id: 1) {"));
    repeat(out, bytes_max, 6, "...on DossierEven", "{id}");
    buf_add(out, STR("} }"));
}

static void unknown_arguments(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ viewer { dossiers("));
    repeat(out, bytes_max, 3, "firs", ":1 ");
    buf_add(out, STR(") { nodes { id } } } }"));
}

static void unknown_enum_values(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ viewer {"));
    repeat(out, bytes_max, 12, "dossiers(group:RECEIVE", "){nodes{id}}");
    buf_add(out, STR("} }"));
}

static void undefined_variables(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ viewer {"));
    repeat(out, bytes_max, 13, "dossiers(first:$v", "){nodes{id}}");
    buf_add(out, STR("} }"));
}

static void unused_variables(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("query ("));
    repeat(out, bytes_max, 4, "$v", ":Int ");
    buf_add(out, STR(") { __typename }"));
}

static void same_variable(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("query ("));
    repeat_same(out, bytes_max, 4, "$v:Int ");
    buf_add(out, STR(") { __typename }"));
}

static void directives(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("query ($v: Boolean!) {viewer{"));
    repeat_same(out, bytes_max, 17, "__typename @skip(if:$v) @include(if:$v)");
    buf_add(out, STR("}}"));
}

static void fragment_chain(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{...f0}}"));
    for (int i = 0; i < 200 && out->size + TAIL_BYTES < bytes_max; i++)
        buf_printf(out, "fragment f%d on Viewer{...f%d __typename}", i, i + 1);
    buf_add(out, STR("fragment f200 on Viewer{__typename}"));
}

static void fragment_tree(struct buf *out, size_t bytes_max)
{
    (void)bytes_max;
    buf_add(out, STR("{viewer{...f0}}"));
    for (int i = 0; i < 8; i++)
        buf_printf(out, "fragment f%d on Viewer{...f%d ...f%d}", i, i + 1, i + 1);
    buf_add(out, STR("fragment f8 on Viewer{__typename}"));
}

static void fragment_cycles(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{...f0}"));
    for (int i = 0; i < 30 && out->size + 1000 < bytes_max; i++) {
        buf_printf(out, "fragment f%d on Query{", i);
        for (int to = 0; to < 30; to++)
            buf_printf(out, "...f%d ", to);
        buf_add(out, STR("}"));
    }
}

/* What lies in every fragment is compared with what lies in every other. */
static void fragments_side_by_side(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 90; i++)
        buf_printf(out, "...f%d ", i);
    buf_add(out, STR("}}"));
    for (int i = 0; i < 90 && out->size + 100 < bytes_max; i++)
        buf_printf(out, "fragment f%d on Viewer{id name counts{all done}}", i);
}

static void operations_and_fragments(struct buf *out, size_t bytes_max)
{
    for (int i = 0; i < 40 && out->size + 100 < bytes_max; i++)
        buf_printf(out, "query q%d($v:Boolean!){viewer{...f0 id @skip(if:$v)}}", i);
    for (int i = 0; i < 15; i++)
        buf_printf(out, "fragment f%d on Viewer{...f%d counts{all @skip(if:$v)}}", i, i + 1);
    buf_add(out, STR("fragment f15 on Viewer{__typename}"));
}

static void inline_fragments(struct buf *out, size_t bytes_max)
{
    (void)bytes_max;
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 190; i++)
        buf_add(out, STR("...on Viewer{__typename "));
    for (int i = 0; i < 190; i++)
        buf_add(out, STR("}"));
    buf_add(out, STR("}}"));
}

static void deep_list(struct buf *out, size_t bytes_max)
{
    (void)bytes_max;
    buf_add(out, STR("{dossier(code:"));
    for (int i = 0; i < 190; i++)
        buf_add(out, STR("["));
    for (int i = 0; i < 190; i++)
        buf_add(out, STR("]"));
    buf_add(out, STR("){id}}"));
}

static void wide_list(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{dossier(code:["));
    repeat(out, bytes_max, 1, "X", " ");
    buf_add(out, STR("]){id}}"));
}

static void same_input_field(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("mutation {removeDevice(input:{"));
    repeat_same(out, bytes_max, 3, "id:1 ");
    buf_add(out, STR("}){__typename}}"));
}

static void unknown_input_fields(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("mutation {registerDevice(input:{"));
    repeat(out, bytes_max, 3, "addres", ":1 ");
    buf_add(out, STR("}){__typename}}"));
}

/* Errors behind it want lines and columns. */
static void long_comment(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("#"));
    while (out->size + 1500 < bytes_max)
        buf_add(out, STR("\xc3\xa9\n#"));
    buf_add(out, STR("\n{viewer{"));
    for (int i = 0; i < 100; i++)
        buf_printf(out, "unknown%d ", i);
    buf_add(out, STR("}}"));
}

static void long_block_string(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{dossier(code:\"\"\""));
    while (out->size + TAIL_BYTES < bytes_max)
        buf_add(out, STR("\n \\\"\"\" "));
    buf_add(out, STR("\"\"\"){id}}"));
}

/* Valid, and as wide as may be for every type that a node may have. */
static void every_type(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{node(id:1){"));
    repeat_same(out, bytes_max, 34,
                "id ...on Dossier{code seq}...on Procedure{code name}...on Agency{code name}"
                "...on Viewer{name}...on DossierEvent{seq}");
    buf_add(out, STR("}}"));
}

/* A suggestion of types to write it on looks at all that are possible. */
static void unknown_fields_of_an_interface(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{ node(id:1) {"));
    repeat(out, bytes_max, 1, "submittedA", " ");
    buf_add(out, STR("} }"));
}

static void leaves_of_an_interface(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{"));
    for (int i = 0; i < 10; i++)
        buf_printf(out, "a%d:node(id:%d){...f}", i, i);
    buf_add(out, STR("}fragment f on Node{"));
    for (int i = 0; i < 1800 && out->size + TAIL_BYTES < bytes_max; i++)
        buf_add(out, STR(" id"));
    buf_add(out, STR("}"));
}

static void one_fragment_below_fifty_aliases(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 50; i++)
        buf_printf(out, "a%d:counts{...f}", i);
    buf_add(out, STR("}}fragment f on DossierCounts{"));
    for (int i = 0; i < 1600 && out->size + TAIL_BYTES < bytes_max; i++)
        buf_add(out, STR(" all"));
    buf_add(out, STR("}"));
}

/* What a fragment uses is looked for in each operation. */
static void operations_times_uses(struct buf *out, size_t bytes_max)
{
    for (int i = 0; i < 60; i++)
        buf_printf(out, "query q%d($v:Int){viewer{...f}}", i);
    buf_add(out, STR("fragment f on Viewer{"));
    for (int i = 0; i < 55 && out->size + TAIL_BYTES < bytes_max; i++)
        buf_add(out, STR("dossiers(first:$v,last:$v){nodes{id}}"));
    buf_add(out, STR("}"));
}

static void operations_times_undefined(struct buf *out, size_t bytes_max)
{
    for (int i = 0; i < 100; i++)
        buf_printf(out, "query q%d{viewer{...f}}", i);
    buf_add(out, STR("fragment f on Viewer{"));
    for (int i = 0; i < 80 && out->size + TAIL_BYTES < bytes_max; i++)
        buf_printf(out, "dossiers(first:$v%d){nodes{id}}", i);
    buf_add(out, STR("}"));
}

static void anonymous_operations(struct buf *out, size_t bytes_max)
{
    repeat_same(out, bytes_max, 3, "{__typename}");
}

/* Two hundred arguments, each of which is looked for in the other field. */
static void fields_with_many_arguments(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 8; i++) {
        buf_add(out, STR("dossiers("));
        for (int j = 0; j < 75 && out->size + 200 < bytes_max; j++)
            buf_printf(out, "a%d:1 ", (i & 1) == 0 ? j : 74 - j);
        buf_add(out, STR("){nodes{id}}"));
    }
    buf_add(out, STR("dossiers{nodes{id}}}}"));
}

/* Values that are equal to their end, in pairs again and again. */
static void large_equal_values(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 40; i++) {
        buf_add(out, STR("dossiers(first:["));
        for (int j = 0; j < 35 && out->size + 400 < bytes_max; j++)
            buf_add(out, STR("1 "));
        buf_add(out, STR("]){nodes{id}}"));
    }
    buf_add(out, STR("dossiers{nodes{id}}}}"));
}

/* Each name conflicts, and each conflict is told of at each level above. */
static void conflicts_in_conflicts(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 40 && out->size + 300 < bytes_max; i++)
        buf_printf(out,
                   "dossiers{nodes{procedure{code(a:%d) name(a:%d)}agency{code(a:%d) name(a:%d)}"
                   "events{nodes{seq(a:%d)}}}}",
                   i, i, i, i, i);
    buf_add(out, STR("}}"));
}

/* One name after the other stands for two things, each in fragments that are far apart. */
static void conflicts_between_fragments(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{"));
    for (int i = 0; i < 60; i++)
        buf_printf(out, "...f%d ", i);
    buf_add(out, STR("}}"));
    for (int i = 0; i < 60 && out->size + 300 < bytes_max; i++)
        buf_printf(out, "fragment f%d on Viewer{name dossiers(first:%d){nodes{id code seq}}}", i,
                   i);
}

/* Numbers, texts and names that end with the wrong character. */
static void long_number(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{dossier(code:"));
    while (out->size + TAIL_BYTES < bytes_max)
        buf_add(out, STR("1"));
    buf_add(out, STR("){id}}"));
}

static void escapes(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{dossier(code:\""));
    while (out->size + TAIL_BYTES < bytes_max)
        buf_add(out, STR("\\u{1F600}"));
    buf_add(out, STR("\"){id}}"));
}

static void long_enum_value(struct buf *out, size_t bytes_max)
{
    buf_add(out, STR("{viewer{dossiers(group:"));
    while (out->size + TAIL_BYTES < bytes_max)
        buf_add(out, STR("RECEIVED"));
    buf_add(out, STR("){nodes{id}}}}"));
}

const struct worst_document worst_documents[] = {
    { "one field, 2,000 times", same_field },
    { "one deep field, again and again", same_field_deep },
    { "one field with arguments, again and again", same_field_with_arguments },
    { "fields that do not exist", unknown_fields },
    { "a field with a name of 32 KiB", long_unknown_name },
    { "types that do not exist", unknown_types },
    { "arguments that do not exist", unknown_arguments },
    { "enum values that do not exist", unknown_enum_values },
    { "variables that are not defined", undefined_variables },
    { "variables that are not used", unused_variables },
    { "one variable, defined 500 times", same_variable },
    { "directives on one field, again and again", directives },
    { "a chain of fragments", fragment_chain },
    { "a tree of fragments", fragment_tree },
    { "fragments that all spread all", fragment_cycles },
    { "fragments side by side", fragments_side_by_side },
    { "operations times fragments", operations_and_fragments },
    { "inline fragments in each other", inline_fragments },
    { "lists in lists", deep_list },
    { "a long list where a text is wanted", wide_list },
    { "one input field, 600 times", same_input_field },
    { "input fields that do not exist", unknown_input_fields },
    { "errors behind a comment of 30 KiB", long_comment },
    { "a block string of 32 KiB", long_block_string },
    { "every type of an interface, again and again", every_type },
    { "fields that an interface does not have", unknown_fields_of_an_interface },
    { "a leaf of an interface, 1,800 times below ten aliases", leaves_of_an_interface },
    { "a fragment of 1,600 fields below fifty aliases", one_fragment_below_fifty_aliases },
    { "operations times uses of variables", operations_times_uses },
    { "operations times variables that are not defined", operations_times_undefined },
    { "anonymous operations", anonymous_operations },
    { "fields with many arguments", fields_with_many_arguments },
    { "large values that are equal", large_equal_values },
    { "conflicts in conflicts", conflicts_in_conflicts },
    { "conflicts between fragments", conflicts_between_fragments },
    { "a number of 32 KiB", long_number },
    { "a text of escapes", escapes },
    { "an enum value of 32 KiB", long_enum_value },
};

const size_t worst_document_count = sizeof(worst_documents) / sizeof(worst_documents[0]);
