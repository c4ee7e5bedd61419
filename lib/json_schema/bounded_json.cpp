// Limits are asked in the parser's callback, so that what passes one is never built.
#include "bounded_json.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace json_schema
{

using nlohmann::json;

namespace
{

struct level {
    bool is_array;
    unsigned items = 0;
    std::set<std::string> names = {};
};

class reading
{
  public:
    explicit reading(const json_limits &allowed) : limits(allowed)
    {
    }

    bool event(json::parse_event_t kind, json &value)
    {
        switch (kind) {
        case json::parse_event_t::object_start:
        case json::parse_event_t::array_start:
            count();
            if (levels.size() == limits.depth) throw over_limit();
            levels.push_back({ kind == json::parse_event_t::array_start });
            break;
        case json::parse_event_t::object_end:
        case json::parse_event_t::array_end:
            levels.pop_back();
            break;
        case json::parse_event_t::key:
            if (!levels.back().names.insert(value.get_ref<const std::string &>()).second)
                throw not_json();
            break;
        case json::parse_event_t::value:
            count();
            make_integer(value);
            break;
        }
        return true;
    }

  private:
    void count()
    {
        if (++values > limits.values) throw over_limit();
        if (!levels.empty() && levels.back().is_array && ++levels.back().items > limits.items)
            throw over_limit();
    }

    static void make_integer(json &value)
    {
        constexpr double exact_max = 9007199254740992.0;

        if (!value.is_number_float()) return;
        const double number = value.get<double>();
        if (std::trunc(number) == number && std::fabs(number) <= exact_max)
            value = static_cast<std::int64_t>(number);
    }

    json_limits limits;
    unsigned values = 0;
    std::vector<level> levels;
};

} // namespace

json read_json(std::string_view text, const json_limits &limits)
{
    reading state(limits);

    try {
        return json::parse(text.begin(), text.end(),
                           [&state](int, json::parse_event_t kind, json &value) {
                               return state.event(kind, value);
                           });
    } catch (const json::exception &) {
        throw not_json();
    }
}

} // namespace json_schema
