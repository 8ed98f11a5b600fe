#include "console/server/session_forms.h"

#include <algorithm>

#include "base/text/escape.h"

namespace firedrill::console {
namespace {

constexpr std::size_t kLongestComment = 1000;  // bytes of a silence's

// What a silence's answer says beside whether it was set.
std::string text_of(const json::value& data, std::string_view name) {
  if (!data.is_object()) return {};
  const json::value* value = data.as_object().if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

promql::Options SessionMonitoring::promql() const {
  promql::Options options;
  options.version = promql::Version::v3_5;
  options.default_subquery_step = session().scenario().scenario.prometheus.evaluation_interval;
  return options;
}

Duration SessionMonitoring::scrape_interval() const {
  return session().scenario().scenario.prometheus.scrape_interval;
}

// Of a line of the console, which is what a transcript keeps, a comment is the last part: one line, without braces.
Answered<std::string> SessionAlerting::add_silence(const notify::Silence& silence) {
  notify::Silence set = silence;
  set.comment = printable(set.comment).substr(0, kLongestComment);
  std::ranges::replace(set.comment, '{', '(');
  std::ranges::replace(set.comment, '}', ')');
  const Answer answer = host_.game().add_silence(set);
  if (!answer.ok) return std::unexpected(Refusal{answer.text, ""});
  return text_of(answer.data, "silence");
}

Done SessionAlerting::expire_silence(std::string_view id) {
  const Answer answer = host_.game().expire_silence(id);
  if (!answer.ok) return std::unexpected(Refusal{answer.text, ""});
  return answer.text;
}

}  // namespace firedrill::console
