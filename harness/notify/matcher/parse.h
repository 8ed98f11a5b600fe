// Matchers from their texts: severity="critical", {team=~"a|b",env!=dev}. Alertmanager has two parsers, the classic one
// (pkg/labels/parse.go) and that of UTF-8 (matcher/parse), and from 0.27 on reads with both (matcher/compat).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "notify/matcher/lexer.h"
#include "notify/matcher/matcher.h"
#include "notify/version.h"

namespace firedrill::notify {

enum class MatcherSyntax {
  fallback,  // what the UTF-8 parser makes of it; where it refuses it or the parsers disagree, the classic one's
  classic,   // --enable-feature=classic-mode, and all that 0.25 has
  utf8,      // --enable-feature=utf8-strict-mode
};
MatcherSyntax default_syntax(Version version);

struct ParsedMatchers {
  Matchers matchers;    // in the order of the text
  std::string warning;  // what Alertmanager would log, in our words; empty: nothing
  std::string remedy;
};

// Zero or more matchers. Where both parsers refuse the text, the error is the classic one's.
std::expected<ParsedMatchers, MatcherSyntaxError> parse_matchers(std::string_view text,
                                                                 MatcherSyntax syntax = MatcherSyntax::fallback);

std::expected<Matchers, MatcherSyntaxError> parse_classic_matchers(std::string_view text);
std::expected<Matchers, MatcherSyntaxError> parse_utf8_matchers(std::string_view text);

}  // namespace firedrill::notify
