/*
 * bounded_json.hpp - JSON text to values, within limits that hold while it is read.
 *
 * Refused: a name twice in one object (readers differ in which one counts). A number with nothing
 * after its point is an integer, as draft 7 has it.
 */
#ifndef JSON_SCHEMA_BOUNDED_JSON_HPP
#define JSON_SCHEMA_BOUNDED_JSON_HPP

#include <nlohmann/json.hpp>

#include <string_view>

namespace json_schema
{

struct over_limit {
};
struct not_json {
};

struct json_limits {
    unsigned depth, values, items;
};

/* Throws over_limit or not_json. */
nlohmann::json read_json(std::string_view text, const json_limits &limits);

} // namespace json_schema

#endif
