// Each is a PolyConstraint, libvalijson's place for a keyword of one's own. They are cloned into
// the schema's own memory, so that what they hold is shared.
#include "constraints.hpp"

#include "prepare.hpp"

#include <re2/re2.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

namespace json_schema
{

namespace
{

using valijson::ValidationResults;
using valijson::adapters::Adapter;
using context = std::vector<std::string>;

// What a constraint asks; a false answer is told under its keyword.
using question = std::function<bool(const Adapter &)>;

class asked final : public valijson::constraints::PolyConstraint
{
  public:
    asked(const char *told_as, question what)
        : keyword(told_as), ask(std::make_shared<question>(std::move(what)))
    {
    }

    bool validate(const Adapter &target, const context &where,
                  ValidationResults *results) const override
    {
        if ((*ask)(target)) return true;
        if (results != nullptr) results->pushError(where, keyword);
        return false;
    }

  private:
    Constraint *cloneInto(void *memory) const override
    {
        return new (memory) asked(*this);
    }

    std::size_t sizeOf() const override
    {
        return sizeof(asked);
    }

    const char *keyword;
    std::shared_ptr<question> ask;
};

class builder final : public valijson::ConstraintBuilder
{
  public:
    using maker = std::function<question(const Adapter &)>;

    builder(const char *told_as, maker how) : keyword(told_as), make_question(std::move(how))
    {
    }

    valijson::constraints::Constraint *make(const Adapter &value) const override
    {
        return new asked(keyword, make_question(value));
    }

  private:
    const char *keyword;
    maker make_question;
};

question pattern_question(const Adapter &value)
{
    constexpr int program_bytes_max = 256 * 1024;
    RE2::Options options;

    options.set_log_errors(false);
    options.set_max_mem(program_bytes_max);
    const auto pattern = std::make_shared<RE2>(value.asString(), options);
    if (!pattern->ok()) throw not_a_schema();
    return [pattern](const Adapter &target) {
        return !target.isString() || RE2::PartialMatch(target.asString(), *pattern);
    };
}

bool digits(const std::string &text, std::size_t from, std::size_t count, unsigned &ret_number)
{
    ret_number = 0;
    for (std::size_t i = from; i < from + count; i++) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return false;
        ret_number = ret_number * 10 + static_cast<unsigned>(text[i] - '0');
    }
    return true;
}

// RFC 3339 full-date, at the beginning of text.
bool begins_with_date(const std::string &text)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned year, month, day;

    if (!digits(text, 0, 4, year) || !digits(text, 5, 2, month) || !digits(text, 8, 2, day))
        return false;
    if (text[4] != '-' || text[7] != '-' || month < 1 || month > 12 || day < 1) return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool is_date(const std::string &text)
{
    return text.size() == 10 && begins_with_date(text);
}

// RFC 3339 date-time. A leap second is at 23:59:60 UTC.
bool is_date_time(const std::string &text)
{
    unsigned hour, minute, second, offset_hour = 0, offset_minute = 0;
    std::size_t at = 19;

    if (!begins_with_date(text) || text.size() < 20 || (text[10] | 0x20) != 't') return false;
    if (!digits(text, 11, 2, hour) || !digits(text, 14, 2, minute) || !digits(text, 17, 2, second))
        return false;
    if (text[13] != ':' || text[16] != ':' || hour > 23 || minute > 59 || second > 60) return false;
    if (text[at] == '.') {
        const std::size_t first = ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            at++;
        if (at == first || at == text.size()) return false;
    }
    const bool zulu = (text[at] | 0x20) == 'z' && at + 1 == text.size();
    if (!zulu) {
        if ((text[at] != '+' && text[at] != '-') || text.size() != at + 6 || text[at + 3] != ':' ||
            !digits(text, at + 1, 2, offset_hour) || !digits(text, at + 4, 2, offset_minute) ||
            offset_hour > 23 || offset_minute > 59)
            return false;
    }
    if (second < 60) return true;
    const int local = static_cast<int>(hour * 60 + minute);
    const int offset = static_cast<int>(offset_hour * 60 + offset_minute);
    return (local - (text[at] == '-' ? -offset : offset) + 2 * 1440) % 1440 == 1439;
}

// One "@" between a name of at most 64 bytes and a host with letters, digits, dots and hyphens.
bool is_email(const std::string &text)
{
    static const RE2 *form = new RE2(
        R"((?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)");

    return text.size() <= 254 && text.find('@') <= 64 && RE2::FullMatch(text, *form);
}

struct format {
    const char *name;
    bool (*fits)(const std::string &text);
};

const format formats[] = {
    { "date", is_date },
    { "date-time", is_date_time },
    { "email", is_email },
};

question format_question(const Adapter &value)
{
    const std::string name = value.asString();

    for (const format &row : formats) {
        if (name != row.name) continue;
        const auto fits = row.fits;
        return
            [fits](const Adapter &target) { return !target.isString() || fits(target.asString()); };
    }
    return [](const Adapter &) { return true; };
}

// Fractions that have no exact double are multiples as far as doubles can tell.
bool is_multiple(double number, double divisor)
{
    constexpr double relative = 1e-9;
    const double rest = std::fabs(std::remainder(number, divisor));

    return rest <= relative * divisor ||
           rest <= std::fabs(number) * std::numeric_limits<double>::epsilon();
}

question multiple_question(const Adapter &value)
{
    const bool whole = value.isInteger();
    const std::int64_t whole_divisor = whole ? value.asInteger() : 0;
    const double divisor = value.asDouble();

    return [=](const Adapter &target) {
        if (!target.isNumber()) return true;
        if (whole && target.isInteger()) return target.asInteger() % whole_divisor == 0;
        return is_multiple(target.asDouble(), divisor);
    };
}

} // namespace

bool is_own_keyword(const std::string &name)
{
    return !name.empty() && name[0] == '\x01';
}

void add_constraints(valijson::SchemaParser &parser, const step_budget &steps)
{
    parser.addConstraintBuilder(pattern_keyword, new builder("pattern", pattern_question));
    parser.addConstraintBuilder(format_keyword, new builder("format", format_question));
    parser.addConstraintBuilder(multiple_keyword, new builder("multipleOf", multiple_question));
    parser.addConstraintBuilder(step_keyword, new builder("step", [steps](const Adapter &) {
                                    return [steps](const Adapter &) {
                                        if (*steps == 0) throw out_of_steps();
                                        --*steps;
                                        return true;
                                    };
                                }));
}

} // namespace json_schema
