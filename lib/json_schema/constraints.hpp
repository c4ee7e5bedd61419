/*
 * constraints.hpp - the keywords that are answered here and not by libvalijson: pattern (by RE2),
 * format, multipleOf (which it asks by a cast that not every number survives), and a step counted
 * for each schema that is asked about a value.
 */
#ifndef JSON_SCHEMA_CONSTRAINTS_HPP
#define JSON_SCHEMA_CONSTRAINTS_HPP

#include <memory>
#include <string>
#include <vector>

namespace valijson
{
class SchemaParser;
}

namespace json_schema
{

/* Names no schema can hold: prepare() takes them away before it gives its own. */
inline constexpr const char *pattern_keyword = "\x01pattern";
inline constexpr const char *format_keyword = "\x01"
                                              "format";
inline constexpr const char *multiple_keyword = "\x01multipleOf";
inline constexpr const char *step_keyword = "\x01step";

bool is_own_keyword(const std::string &name);

struct out_of_steps {
};

/* Steps left for the check that runs now; shared by all constraints of a schema. */
using step_budget = std::shared_ptr<unsigned>;

/* The constraints of one schema are built by its parser; it takes what it is given. */
void add_constraints(valijson::SchemaParser &parser, const step_budget &steps);

} // namespace json_schema

#endif
