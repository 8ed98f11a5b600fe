#include "notify/payload/data/functions.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "base/text/format.h"
#include "base/zone.h"
#include "notify/payload/data/go_json.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"
#include "template/library/calls.h"
#include "template/library/humanize.h"
#include "template/values/go_time.h"

namespace firedrill::notify {
namespace {

namespace library = templates::library;
namespace types = templates::types;
using templates::CallContext;
using templates::CallResult;
using templates::Function;
using templates::Kind;
using templates::List;
using templates::make_list;
using templates::make_text;
using templates::make_time;
using templates::Value;

using Arguments = std::span<const Value>;

constinit const templates::Type kUrl{Kind::text, "template.URL"};

std::unexpected<std::string> error(std::string what) {
  return std::unexpected(std::move(what));
}

templates::Instant now(const CallContext& context) {
  return {.milliseconds = context.host_as<TemplateHost>().now.time_since_epoch().count()};
}

// What Go's unicode.IsSpace takes for space.
bool is_space(char32_t c) {
  return (c >= 0x9 && c <= 0xd) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    const templates::Rune rune = templates::decode_rune(text);
    if (!is_space(rune.rune)) break;
    text.remove_prefix(rune.length);
  }
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size();) {
    const templates::Rune rune = templates::decode_rune(text.substr(i));
    i += rune.length;
    if (!is_space(rune.rune)) end = i;
  }
  return text.substr(0, end);
}

CallResult call_trim_space(Arguments a, const CallContext&) {
  return make_text(std::string(trimmed(a[0].text())));
}

// Unlike Prometheus's, it makes the rest of each word small.
CallResult call_title(Arguments a, const CallContext&) {
  return make_text(templates::title_case(templates::to_lower(a[0].text())));
}

CallResult call_join(Arguments a, const CallContext&) {
  std::string out;
  if (templates::is_nil(a[1])) return make_text(out);
  for (const Value& each : *a[1].list()) {
    if (&each != &a[1].list()->front()) out += a[0].text();
    out += each.text();
  }
  return make_text(std::move(out));
}

CallResult call_string_slice(Arguments a, const CallContext&) {
  if (a.empty()) return templates::zero(types::texts);
  return make_list(List(a.begin(), a.end()), types::texts);
}

CallResult call_safe_url(Arguments a, const CallContext&) {
  return make_text(a[0].text(), kUrl);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

CallResult call_url_unescape(Arguments a, const CallContext&) {
  const std::string& text = a[0].text();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const bool sound = i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!sound) return error(format("invalid URL escape {}", templates::go_quote(text.substr(i, 3))));
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return make_text(std::move(out));
}

CallResult call_date(Arguments a, const CallContext&) {
  return make_text(templates::go_format_time(a[1].instant(), a[0].text()));
}

// A zone of the database, as templates read it.
class NamedZone : public templates::Zone {
 public:
  explicit NamedZone(firedrill::Zone zone) : zone_(std::move(zone)) {}
  Reading at(std::int64_t unix_milliseconds) const override {
    const LocalTime local = zone_.local(Time(Duration(unix_milliseconds)));
    return {.offset_s = local.offset.count() / 1000, .name = local.abbreviation};
  }

 private:
  firedrill::Zone zone_;
};

CallResult call_tz(Arguments a, const CallContext&) {
  templates::Instant instant{.milliseconds = a[1].instant().milliseconds};
  const std::string& name = a[0].text();
  if (name.empty() || name == "UTC") return make_time(std::move(instant));
  const auto zone = firedrill::Zone::find(name);
  if (!zone) return error("unknown time zone " + name);
  instant.zone = std::make_shared<const NamedZone>(*zone);
  return make_time(std::move(instant));
}

CallResult call_now(Arguments, const CallContext& context) {
  return make_time(now(context));
}

CallResult call_since(Arguments a, const CallContext& context) {
  return templates::make_integer(templates::nanoseconds_between(a[0].instant(), now(context)), types::duration);
}

CallResult call_humanize_duration(Arguments a, const CallContext& context) {
  if (!a[0].valid() || a[0].type != &types::duration) return library::humanize_duration(a, context);
  return make_text(templates::humanize_duration(static_cast<double>(a[0].integer()) / 1e9));
}

CallResult call_to_json(Arguments a, const CallContext&) {
  const auto value = to_json_value(a[0]);
  if (!value) return error(value.error());
  return make_text(go_json(*value));
}

CallResult call_list(Arguments a, const CallContext&) {
  return make_list(List(a.begin(), a.end()));
}

CallResult call_append(Arguments a, const CallContext&) {
  List list;
  if (!templates::is_nil(a[0])) list = *a[0].list();
  list.insert(list.end(), a.begin() + 1, a.end());
  return make_list(std::move(list));
}

CallResult call_dict(Arguments a, const CallContext&) {
  if (a.size() % 2 != 0) return error("dict requires an even number of arguments");
  templates::ValueMap map;
  for (std::size_t i = 0; i < a.size(); i += 2) {
    if (!a[i].valid() || a[i].type != &types::text) return error("dict keys must be strings");
    map.insert_or_assign(a[i].text(), a[i + 1]);
  }
  return templates::make_map(std::move(map));
}

constexpr std::array kAny{&types::any};
constexpr std::array kText{&types::text};
constexpr std::array kTwoTexts{&types::text, &types::text};
constexpr std::array kThreeTexts{&types::text, &types::text, &types::text};
constexpr std::array kTextTexts{&types::text, &types::texts};
constexpr std::array kTime{&types::time};
constexpr std::array kTextTime{&types::text, &types::time};
constexpr std::array kListAny{&types::list, &types::any};

// Those that 0.25 has come first.
constexpr std::array kFunctions = std::to_array<Function>({
    {"join", kTextTexts, false, call_join},
    {"match", kTwoTexts, false, library::match},
    {"reReplaceAll", kThreeTexts, false, library::re_replace_all},
    {"safeHtml", kText, false, library::safe_html},
    {"stringSlice", kText, true, call_string_slice},
    {"title", kText, false, call_title},
    {"toLower", kText, false, library::to_lower},
    {"toUpper", kText, false, library::to_upper},
    {"append", kListAny, true, call_append},
    {"date", kTextTime, false, call_date},
    {"dict", kAny, true, call_dict},
    {"humanizeDuration", kAny, false, call_humanize_duration},
    {"list", kAny, true, call_list},
    {"now", {}, false, call_now},
    {"safeUrl", kText, false, call_safe_url},
    {"since", kTime, false, call_since},
    {"toJson", kAny, false, call_to_json},
    {"trimSpace", kText, false, call_trim_space},
    {"tz", kTextTime, false, call_tz},
    {"urlUnescape", kText, false, call_url_unescape},
});
constexpr std::size_t kOldFunctions = 8;

}  // namespace

std::span<const Function> alertmanager_functions(Version version) {
  return std::span(kFunctions).first(version < Version::v0_33 ? kOldFunctions : kFunctions.size());
}

}  // namespace firedrill::notify
