#include "notify/matcher/parse.h"

#include "base/text/format.h"

namespace firedrill::notify {
namespace {

std::string joined(const Matchers& matchers) {
  std::string text;
  for (const Matcher& matcher : matchers) {
    if (!text.empty()) text += ',';
    text += to_text(matcher);
  }
  return text;
}

std::expected<ParsedMatchers, MatcherSyntaxError> parse_with_both(std::string_view text) {
  auto utf8 = parse_utf8_matchers(text);
  auto classic = parse_classic_matchers(text);
  if (!utf8 && !classic) return std::unexpected(std::move(classic.error()));
  if (!utf8) {
    std::string remedy = format("write {}", joined(*classic));
    return ParsedMatchers{std::move(*classic),
                          "the UTF-8 parser of matchers refuses this, so Alertmanager reads it with the classic one",
                          std::move(remedy)};
  }
  if (!classic || *utf8 == *classic) return ParsedMatchers{std::move(*utf8), {}, {}};
  std::string warning = format(
      "the two parsers of matchers disagree: {} to the UTF-8 parser, {} to the classic one, "
      "which Alertmanager follows",
      to_text(*utf8), to_text(*classic));
  return ParsedMatchers{std::move(*classic), std::move(warning), "quote values, and write a backslash in them twice"};
}

}  // namespace

MatcherSyntax default_syntax(Version version) {
  return version < Version::v0_33 ? MatcherSyntax::classic : MatcherSyntax::fallback;
}

std::expected<ParsedMatchers, MatcherSyntaxError> parse_matchers(std::string_view text, MatcherSyntax syntax) {
  if (syntax == MatcherSyntax::fallback) return parse_with_both(text);
  auto matchers = syntax == MatcherSyntax::classic ? parse_classic_matchers(text) : parse_utf8_matchers(text);
  if (!matchers) return std::unexpected(std::move(matchers.error()));
  return ParsedMatchers{std::move(*matchers), {}, {}};
}

}  // namespace firedrill::notify
