/*
 * prepare.hpp - a schema's text made safe for libvalijson: what could run without bound is refused,
 * and the keywords that are answered by constraints.hpp get their names there.
 */
#ifndef JSON_SCHEMA_PREPARE_HPP
#define JSON_SCHEMA_PREPARE_HPP

#include "validator.h"

#include <nlohmann/json.hpp>

namespace json_schema
{

struct not_a_schema {
};

/* Throws not_a_schema or over_limit. */
void prepare(nlohmann::json &root, const validator_limits &limits);

} // namespace json_schema

#endif
