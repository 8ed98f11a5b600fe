#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/decode.h"
#include "notify/config/parts_yaml.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;

constexpr std::string_view kExample = "expected a matcher such as severity=\"critical\" or team=~\"a|b\"";

bool fits(std::string_view name, Version version) {
  return version < Version::v0_33 ? model::is_legacy_label_name(name) : !name.empty();
}

}  // namespace

void refuse_unknown(const Node& mapping, std::span<const std::string_view> known, std::string_view what,
                    Diagnostics& diagnostics) {
  const std::vector<std::string> names(known.begin(), known.end());
  for (const Node::Entry& entry : mapping.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    report(diagnostics, entry.key_node->where(), format("unknown key '{}' in {}", entry.key, what),
           suggest_one(entry.key, names, diagnostics));
  }
}

void decode_matchers(const Node& node, std::string_view what, const PartContext& context, Matchers& matchers) {
  if (node.is_null() || !yaml::expect_sequence(node, what, context.diagnostics())) return;
  for (const Node* item : node.items) {
    const std::string text = decode_text(*item, format("an item of {}", what), context.diagnostics());
    if (item->is_sequence() || item->is_mapping()) continue;
    auto parsed = parse_matchers(text, context.syntax);
    if (!parsed) {
      report(context.diagnostics(), item->at(parsed.error().offset), std::move(parsed.error().what),
             std::string(kExample));
      continue;
    }
    if (!parsed->warning.empty()) {
      warn(context.diagnostics(), item->where(), std::move(parsed->warning), std::move(parsed->remedy));
    }
    matchers.insert(matchers.end(), parsed->matchers.begin(), parsed->matchers.end());
  }
}

void decode_match(const Node& node, MatchOp op, std::string_view what, const PartContext& context, Matchers& matchers) {
  if (node.is_null() || !yaml::expect_mapping(node, what, context.diagnostics())) return;
  for (const Node::Entry& entry : node.entries) {
    if (!model::is_legacy_label_name(entry.key)) {
      report(context.diagnostics(), entry.key_node->where(), format("'{}' is not the name of a label", entry.key),
             "expected letters, digits and underscores, not beginning with a digit");
      continue;
    }
    if (op == MatchOp::regex && entry.value->is_null()) {
      report(context.diagnostics(), entry.key_node->where(), format("'{}' lacks its regular expression", entry.key),
             "write it behind the name");
      continue;
    }
    std::string text = decode_text(*entry.value, format("'{}' in {}", entry.key, what), context.diagnostics());
    // Alertmanager takes the expression with its anchors over, and shows it so.
    if (op == MatchOp::regex) text = format("^(?:{})$", text);
    auto matcher = make_matcher(entry.key, op, std::move(text));
    if (matcher) {
      matchers.push_back(std::move(*matcher));
    } else {
      report(context.diagnostics(), entry.value->where(), std::move(matcher.error()),
             "expected a regular expression of Go, for the whole value");
    }
  }
}

std::vector<std::string> decode_label_names(const Node& node, std::string_view what, const PartContext& context) {
  std::vector<std::string> names;
  for (const Value& item : decode_texts(node, what, context.diagnostics()).items) {
    const bool wildcard = item.text == "...";
    if (!wildcard && !fits(item.text, context.forms.version)) {
      report(context.diagnostics(), item.where, format("'{}' in {} is not the name of a label", item.text, what),
             "expected a name such as cluster");
    }
    names.push_back(item.text);
  }
  return names;
}

}  // namespace firedrill::notify
