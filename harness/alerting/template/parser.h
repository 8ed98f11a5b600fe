// Go's text/template, step two: from tokens to a tree (Go: text/template/parse/parse.go gives the rules and the
// messages).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "alerting/template/nodes.h"
#include "promql/options.h"

namespace firedrill::alerting {

// `name` is the main template's. The error is "template: name:line: what". Nesting is bounded.
std::expected<Trees, std::string> parse_template(const std::string& name, std::string_view text,
                                                 promql::Version version);

}  // namespace firedrill::alerting
