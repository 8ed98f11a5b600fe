#include "console/alertmanager_api/answers.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "model/labels.h"
#include "notify/matcher/parse.h"

namespace firedrill::console {
namespace {

http::Response answer(int status, std::string body) {
  http::Response response{.status = status, .content_type = "application/json", .body = std::move(body)};
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

// What Alertmanager says of a filter that is none, or whose regular expression is none.
std::string filter_fault(std::string_view text, std::string_view why) {
  if (why.contains("is no matcher") || !why.ends_with('`')) return format("bad matcher format: {}", text);
  const auto open = why.rfind('`', why.size() - 2);
  if (open == why.npos) return format("error parsing regexp: {}", why);
  const std::string_view pattern = why.substr(open + 1, why.size() - open - 2);
  return format("error parsing regexp: {}`^(?:{})$`", why.substr(0, open), pattern);
}

}  // namespace

http::Response am_data(const json::value& data) {
  return answer(200, write_json(data, JsonStyle::compact) + "\n");
}

http::Response am_empty(int status) {
  return answer(status, "");
}

http::Response am_text(int status, std::string_view what) {
  return answer(status, write_json(json::value(what), JsonStyle::compact) + "\n");
}

http::Response am_fault(int status, int code, std::string_view what) {
  return answer(status, write_json(json::object{{"code", code}, {"message", what}}, JsonStyle::compact));
}

http::Response am_deprecated() {
  return {.status = 410,
          .content_type = "application/json",
          .body = write_json(json::object{{"status", "deprecated"},
                                          {"error",
                                           "The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as "
                                           "of version 0.27.0 - please use the equivalent route in the v2 API"}},
                             JsonStyle::compact)};
}

std::string am_time(Time t) {
  return format_instant(t);
}

std::expected<notify::Matchers, std::string> parse_filters(const Form& form, std::string_view name) {
  notify::Matchers all;
  for (const std::string& text : form.values(name)) {
    if (text.starts_with('{') || text.ends_with('}')) {
      return std::unexpected(format("unexpected open or close brace: {}", text));
    }
    auto parsed = notify::parse_matchers(text);
    if (!parsed) return std::unexpected(filter_fault(text, parsed.error().what));
    all.insert(all.end(), parsed->matchers.begin(), parsed->matchers.end());
  }
  return all;
}

bool is_wanted(const Form& form, std::string_view name) {
  constexpr std::array<std::string_view, 10> kTrue{"true", "1",        "yes",     "ok", "y",
                                                   "on",   "selected", "checked", "t",  "enabled"};
  std::string text = form.value(name);
  if (text.empty()) return true;
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::find(kTrue, text) != kTrue.end();
}

std::string uuid_of(std::string_view silence_id) {
  const auto number = parse_int(silence_id);
  if (!number || *number < 0) return std::string(silence_id);
  return format("00000000-0000-4000-8000-{:012x}", *number);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace firedrill::console
