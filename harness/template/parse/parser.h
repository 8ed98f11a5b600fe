// Go's text/template, step two: from tokens to a tree (Go: text/template/parse/parse.go gives the rules and the
// messages).
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "template/parse/nodes.h"
#include "template/values/function.h"

namespace firedrill::templates {

// What a text may use: the functions of Go and of a host.
struct Language {
  GoVersion go = GoVersion::go1_24;
  std::span<const Function> functions{};
};

// `name` is that of the text itself. The error is "template: name:line: what". Nesting is bounded.
std::expected<Trees, std::string> parse_template(const std::string& name, std::string_view text,
                                                 const Language& language);

// Nothing but white space: a definition like it does not replace another.
bool empty_tree(const Node& node);

}  // namespace firedrill::templates
