// One walk over the places where draft 7 has schemas. Every $ref must lead to a place of this walk,
// so that no schema is reached that was not looked at. What is asked about one value of the
// document
// ("in place": $ref, allOf, if, ...) must be no circle and is counted along all ways.
#include "prepare.hpp"

#include "bounded_json.hpp"
#include "constraints.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace json_schema
{

using nlohmann::json;

namespace
{

enum class shape { one, one_or_many, many, named, dependencies };

struct place {
    const char *keyword;
    shape holds;
    bool in_place; // asked about the very value its owner is asked about
};

const place places[] = {
    { "additionalItems", shape::one, false },
    { "additionalProperties", shape::one, false },
    { "allOf", shape::many, true },
    { "anyOf", shape::many, true },
    { "contains", shape::one, false },
    { "definitions", shape::named, false },
    { "dependencies", shape::dependencies, true },
    { "else", shape::one, true },
    { "if", shape::one, true },
    { "items", shape::one_or_many, false },
    { "not", shape::one, true },
    { "oneOf", shape::many, true },
    { "properties", shape::named, false },
    { "propertyNames", shape::one, false },
    { "then", shape::one, true },
};

struct node {
    std::string ref;
    std::vector<std::string> in_place;
    enum { unseen, open, closed } state = unseen;
    unsigned chain = 0;
    unsigned fan = 0;
};

bool is_plain(const std::string &pointer)
{
    return std::all_of(pointer.begin(), pointer.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-' || c == '/' || c == '$';
    });
}

class walk
{
  public:
    explicit walk(const validator_limits &allowed) : limits(allowed)
    {
    }

    void schema(json &value, const std::string &at)
    {
        if (nodes.size() == limits.schema_nodes) throw over_limit();
        node &self = nodes[at];

        if (value.is_boolean()) return;
        if (!value.is_object()) throw not_a_schema();
        reference(value, self);
        own_keywords(value);
        for (const place &row : places) {
            const auto found = value.find(row.keyword);
            if (found != value.end()) children(*found, at + "/" + row.keyword, row, self);
        }
    }

    void measure(const std::string &at)
    {
        const auto found = nodes.find(at);

        if (found == nodes.end()) throw not_a_schema();
        node &self = found->second;
        if (self.state == node::closed) return;
        if (self.state == node::open) throw not_a_schema();
        self.state = node::open;
        self.fan = self.chain = 1;
        if (!self.ref.empty()) self.in_place.push_back(self.ref.substr(1));
        for (const std::string &next : self.in_place) {
            if (++depth > limits.schema_nodes) throw over_limit();
            measure(next);
            depth--;
            self.chain = std::max(self.chain, nodes[next].chain + 1);
            self.fan += nodes[next].fan;
            if (self.chain > limits.schema_chain || self.fan > limits.schema_fan)
                throw over_limit();
        }
        self.state = node::closed;
    }

    void measure_all()
    {
        for (const auto &entry : nodes)
            measure(entry.first);
    }

  private:
    void reference(const json &value, node &self)
    {
        const auto found = value.find("$ref");

        if (found == value.end()) return;
        if (!found->is_string()) throw not_a_schema();
        self.ref = found->get<std::string>();
        if (self.ref.empty() || self.ref[0] != '#') throw not_a_schema();
        if (self.ref.size() > 1 && (self.ref[1] != '/' || self.ref.back() == '/'))
            throw not_a_schema();
        if (!is_plain(self.ref.substr(1))) throw not_a_schema();
    }

    void own_keywords(json &value)
    {
        if (value.contains("patternProperties")) throw not_a_schema();
        for (auto it = value.begin(); it != value.end();)
            it = is_own_keyword(it.key()) ? value.erase(it) : std::next(it);
        value.erase("id"); // libvalijson takes it for draft 4's
        value.erase("description");
        value.erase("title");
        value.erase("default");
        if (value.contains("pattern")) pattern(value["pattern"]);
        if (value.contains("format") && !value["format"].is_string()) throw not_a_schema();
        if (value.contains("multipleOf") && !divides(value["multipleOf"])) throw not_a_schema();
        rename(value, "pattern", pattern_keyword);
        rename(value, "format", format_keyword);
        rename(value, "multipleOf", multiple_keyword);
        value[step_keyword] = true;
    }

    // What is larger than an int64_t would be read as a negative one.
    static bool divides(const json &value)
    {
        constexpr double larger = 9e18;

        return value.is_number() && value.get<double>() > 0 && value.get<double>() < larger;
    }

    void pattern(const json &value)
    {
        if (!value.is_string()) throw not_a_schema();
        if (value.get_ref<const std::string &>().size() > limits.pattern_bytes) throw over_limit();
    }

    static void rename(json &value, const char *from, const char *to)
    {
        const auto found = value.find(from);

        if (found == value.end()) return;
        json moved = std::move(*found);
        value.erase(found);
        value[to] = std::move(moved);
    }

    void child(json &value, const std::string &at, const place &row, node &owner)
    {
        if (row.in_place) owner.in_place.push_back(at);
        schema(value, at);
    }

    void children(json &value, const std::string &at, const place &row, node &owner)
    {
        if (row.holds == shape::one || (row.holds == shape::one_or_many && !value.is_array())) {
            child(value, at, row, owner);
            return;
        }
        if (row.holds == shape::many || row.holds == shape::one_or_many) {
            if (!value.is_array()) throw not_a_schema();
            for (std::size_t i = 0; i < value.size(); i++)
                child(value[i], at + "/" + std::to_string(i), row, owner);
            return;
        }
        if (!value.is_object()) throw not_a_schema();
        for (auto &member : value.items()) {
            // libvalijson keeps places as texts and would take "a/b" for b in a.
            if (member.key().find('/') != std::string::npos) throw not_a_schema();
            if (row.holds == shape::named || !member.value().is_array())
                child(member.value(), at + "/" + member.key(), row, owner);
        }
    }

    validator_limits limits;
    std::map<std::string, node> nodes;
    unsigned depth = 0;
};

} // namespace

void prepare(json &root, const validator_limits &limits)
{
    walk places_of(limits);

    places_of.schema(root, "");
    places_of.measure_all();
}

} // namespace json_schema
