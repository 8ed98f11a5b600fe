#include "notify/matcher/matcher.h"

#include <algorithm>
#include <tuple>

#include "notify/matcher/lexer.h"
#include "template/format/unicode.h"

namespace firedrill::notify {
namespace {

bool needs_quotes(std::string_view name) {
  for (std::size_t at = 0; at < name.size();) {
    const templates::Rune rune = templates::decode_rune(name.substr(at));
    if (is_reserved(rune.rune)) return true;
    at += rune.length;
  }
  return false;
}

// As OpenMetrics escapes.
std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::expected<Matcher, std::string> make_matcher(std::string name, MatchOp op, std::string value) {
  return Matcher::make(std::move(name), op, std::move(value), DotNewline::no);
}

bool matches_all(std::span<const Matcher> matchers, const model::Labels& labels) {
  return std::ranges::all_of(matchers, [&](const Matcher& matcher) { return matcher.matches(labels); });
}

void sort(Matchers& matchers) {
  std::ranges::stable_sort(matchers, {}, [](const Matcher& matcher) {
    return std::tuple<std::string_view, std::string_view, MatchOp>(matcher.name(), matcher.value(), matcher.op());
  });
}

std::string to_text(const Matcher& matcher) {
  const std::string op(model::to_string(matcher.op()));
  if (needs_quotes(matcher.name())) return model::quote(matcher.name()) + op + model::quote(matcher.value());
  return matcher.name() + op + '"' + escaped(matcher.value()) + '"';
}

std::string to_text(std::span<const Matcher> matchers) {
  std::string text = "{";
  for (const Matcher& matcher : matchers) {
    if (text.size() > 1) text += ',';
    text += to_text(matcher);
  }
  return text + '}';
}

}  // namespace firedrill::notify
