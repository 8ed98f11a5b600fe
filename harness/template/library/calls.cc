#include "template/library/calls.h"

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/regex.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"
#include "template/library/humanize.h"

namespace firedrill::templates::library {
namespace {

using Arguments = std::span<const Value>;

}  // namespace

std::expected<double, std::string> to_float(const Value& value) {
  if (value.type == &types::floating) return value.number();
  if (value.type == &types::integer) return static_cast<double>(value.integer());
  if (value.type != &types::text) return std::unexpected(format("can't convert {} to float", type_name(value)));
  const auto number = parse_float(value.text());
  const auto refused = [&](std::string_view why) {
    return std::unexpected(format("strconv.ParseFloat: parsing {}: {}", go_quote(value.text()), why));
  };
  if (!number) return refused("invalid syntax");
  // An infinity that is not written as one has overflowed.
  const bool written = value.text().find_first_of("iI") != std::string::npos;
  if (maths::is_inf(*number) && !written) return refused("value out of range");
  return *number;
}

CallResult match(Arguments a, const CallContext&) {
  const auto regex = Regex::compile(a[0].text(), DotNewline::no, false);
  if (!regex) return std::unexpected("error parsing regexp: " + regex.error());
  return make_bool(regex->matches(a[1].text()));
}

CallResult re_replace_all(Arguments a, const CallContext&) {
  const auto regex = Regex::compile(a[0].text(), DotNewline::no, false);
  if (!regex) {
    return std::unexpected(format("regexp: Compile(`{}`): error parsing regexp: {}", a[0].text(), regex.error()));
  }
  return make_text(regex->replace_all(a[2].text(), a[1].text()));
}

CallResult to_lower(Arguments a, const CallContext&) {
  return make_text(templates::to_lower(a[0].text()));
}

CallResult to_upper(Arguments a, const CallContext&) {
  return make_text(templates::to_upper(a[0].text()));
}

CallResult title(Arguments a, const CallContext&) {
  return make_text(title_case(a[0].text()));
}

CallResult safe_html(Arguments a, const CallContext&) {
  return make_text(a[0].text(), types::html);
}

CallResult humanize_duration(Arguments a, const CallContext&) {
  const auto number = to_float(a[0]);
  if (!number) return std::unexpected(number.error());
  return make_text(templates::humanize_duration(*number));
}

}  // namespace firedrill::templates::library
