// libvalijson says where and in a sentence; the sentence's beginning tells the keyword. A sentence
// may hold values of the document, so that none leaves this file.
#include "validator.h"

#include "bounded_json.hpp"
#include "constraints.hpp"
#include "prepare.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

using json_schema::not_a_schema;
using json_schema::not_json;
using json_schema::out_of_steps;
using json_schema::over_limit;
using valijson::adapters::NlohmannJsonAdapter;

struct validator {
    validator_limits limits;
    valijson::Schema schema;
    json_schema::step_budget steps = std::make_shared<unsigned>(0);
};

namespace
{

struct sentence {
    const char *begins;
    const char *keyword;
    bool names_member; // 'name' at its end is the member it is about
    bool outer;        // says only that something below does not fit
};

// A longer beginning stands before one that it begins with.
const sentence sentences[] = {
    { "Failed to validate against any schemas allowed by anyOf", "anyOf", false, false },
    { "Failed to validate against a conditional", "if", false, true },
    { "Failed to match expected value", "const", false, false },
    { "Failed to any values against subschema", "contains", false, false },
    { "Failed to match against any enum values", "enum", false, false },
    { "Array contains more items than allowed", "additionalItems", false, false },
    { "Cannot validate item #", "additionalItems", false, false },
    { "Failed to validate item #", "items", false, true },
    { "Expected number less than or equal to", "maximum", false, false },
    { "Expected number less than", "exclusiveMaximum", false, false },
    { "Expected number greater than or equal to", "minimum", false, false },
    { "Expected number greater than", "exclusiveMinimum", false, false },
    { "Array should contain no more", "maxItems", false, false },
    { "Array should contain no fewer", "minItems", false, false },
    { "String should be no more", "maxLength", false, false },
    { "String should be no fewer", "minLength", false, false },
    { "Object should have no more", "maxProperties", false, false },
    { "Object should have no fewer", "minProperties", false, false },
    { "Target should not validate", "not", false, false },
    { "Failed to validate against any child schemas", "oneOf", false, false },
    { "Failed to validate against exactly one", "oneOf", false, false },
    { "Object contains a property that could not", "additionalProperties", false, false },
    { "Failed to validate against additional properties", "additionalProperties", false, true },
    { "Value type not permitted", "type", false, false },
    { "Elements at indexes", "uniqueItems", false, false },
    { "Missing required property", "required", true, false },
    { "Missing dependency", "dependencies", true, false },
    { "Failed to validate against schema associated with property", "properties", true, true },
    { "Failed to validate against dependent schema", "dependencies", false, true },
    { "Failed to validate against child schema", "allOf", false, true },
    { "pattern", "pattern", false, false },
    { "format", "format", false, false },
    { "multipleOf", "multipleOf", false, false },
};

struct problem {
    std::string path;
    const char *keyword;
    bool outer;
};

void add_segment(std::string &path, std::string_view name)
{
    path += '/';
    for (const char c : name) {
        if (c == '~')
            path += "~0";
        else if (c == '/')
            path += "~1";
        else
            path += c;
    }
}

// libvalijson writes members and items alike: "<root>", "[fields]", "[0]".
std::string path_of(const std::vector<std::string> &context)
{
    std::string path;

    for (std::size_t i = 1; i < context.size(); i++)
        add_segment(path, std::string_view(context[i]).substr(1, context[i].size() - 2));
    return path;
}

std::string_view between_quotes(std::string_view text)
{
    const std::size_t first = text.find('\''), last = text.rfind('\'');

    return first == last ? std::string_view() : text.substr(first + 1, last - first - 1);
}

problem problem_of(const valijson::ValidationResults::Error &error)
{
    problem found = { path_of(error.context), "schema", false };

    for (const sentence &row : sentences) {
        if (error.description.rfind(row.begins, 0) != 0) continue;
        found.keyword = row.keyword;
        found.outer = row.outer;
        if (row.names_member) add_segment(found.path, between_quotes(error.description));
        break;
    }
    return found;
}

bool is_below(const std::string &path, const std::string &above)
{
    return path.rfind(above, 0) == 0 && (path.size() == above.size() || path[above.size()] == '/');
}

// What only says that something below does not fit is told where nothing below says what.
bool is_worth_telling(const std::vector<problem> &all, std::size_t at)
{
    const problem &self = all[at];

    for (std::size_t i = 0; i < all.size(); i++) {
        if (self.outer && i != at && is_below(all[i].path, self.path) && (!all[i].outer || i < at))
            return false;
        if (!self.outer && i < at && all[i].path == self.path && all[i].keyword == self.keyword)
            return false;
    }
    return true;
}

void tell_problems(valijson::ValidationResults &results, validator_problem *tell, void *context)
{
    constexpr std::size_t looked_at_max = 256;
    std::vector<problem> all;

    for (const auto &error : results) {
        if (all.size() == looked_at_max) break;
        all.push_back(problem_of(error));
    }
    if (all.empty()) all.push_back({ "", "schema", false });
    for (std::size_t i = 0; i < all.size(); i++)
        if (is_worth_telling(all, i))
            tell(context, all[i].path.data(), all[i].path.size(), all[i].keyword);
}

// The one place that turns what is thrown into an outcome.
template <typename Work> validator_outcome guarded(const Work &work)
{
    try {
        work();
        return VALIDATOR_OK;
    } catch (const not_json &) {
        return VALIDATOR_NOT_JSON;
    } catch (const over_limit &) {
        return VALIDATOR_LIMIT;
    } catch (const out_of_steps &) {
        return VALIDATOR_LIMIT;
    } catch (const not_a_schema &) {
        return VALIDATOR_NOT_A_SCHEMA;
    } catch (const std::bad_alloc &) {
        std::abort();
    } catch (const std::exception &) {
        return VALIDATOR_NOT_A_SCHEMA;
    }
}

} // namespace

validator_outcome validator_new(const char *text, std::size_t bytes, const validator_limits *limits,
                                validator **ret_validator)
{
    return guarded([&] {
        // A schema has no limit of its own on values: its bytes and its depth bound them.
        const auto values = static_cast<unsigned>(bytes) + 1;
        nlohmann::json root =
            json_schema::read_json({ text, bytes }, { limits->schema_depth, values, values });
        auto made = std::make_unique<validator>();
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);

        json_schema::prepare(root, *limits);
        made->limits = *limits;
        json_schema::add_constraints(parser, made->steps);
        parser.populateSchema(NlohmannJsonAdapter(root), made->schema);
        *ret_validator = made.release();
    });
}

validator_outcome validator_check(validator *validator, const char *text, std::size_t bytes,
                                  validator_problem *tell, void *context)
{
    return guarded([&] {
        const validator_limits &limits = validator->limits;
        const nlohmann::json document =
            json_schema::read_json({ text, bytes }, { limits.document_depth, limits.document_values,
                                                      limits.document_items });
        valijson::Validator asking(valijson::Validator::kStrongTypes);
        valijson::ValidationResults results;

        // Most documents fit: problems are collected, which costs more, only where there are some.
        *validator->steps = limits.steps;
        if (asking.validate(validator->schema, NlohmannJsonAdapter(document), nullptr)) return;
        *validator->steps = limits.steps;
        asking.validate(validator->schema, NlohmannJsonAdapter(document), &results);
        tell_problems(results, tell, context);
    });
}

void validator_free(validator *validator)
{
    delete validator;
}
