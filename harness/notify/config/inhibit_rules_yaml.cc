#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/decode.h"
#include "notify/config/parts_yaml.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;

constexpr std::string_view kKeys[] = {"name",         "source_match",    "source_match_re", "source_matchers",
                                      "target_match", "target_match_re", "target_matchers", "equal",
                                      "sources"};

// All matchers of one side, whichever way they are written.
Matchers decode_side(const Node& node, std::string_view side, const PartContext& context) {
  Matchers matchers;
  const auto name = [&](std::string_view ending) { return format("{}_{}", side, ending); };
  if (const Node* match = node.find(name("match"))) {
    decode_match(*match, MatchOp::equal, format("'{}'", name("match")), context, matchers);
  }
  if (const Node* match = node.find(name("match_re"))) {
    decode_match(*match, MatchOp::regex, format("'{}'", name("match_re")), context, matchers);
  }
  if (const Node* list = node.find(name("matchers"))) {
    decode_matchers(*list, format("'{}'", name("matchers")), context, matchers);
  }
  return matchers;
}

InhibitRule decode_rule(const Node& node, std::size_t number, const PartContext& context) {
  InhibitRule rule;
  rule.where = node.where();
  const std::string what = format("inhibit_rules entry {}", number);
  if (node.is_null() || !yaml::expect_mapping(node, what, context.diagnostics())) return rule;
  refuse_unknown(node, kKeys, what, context.diagnostics());
  const std::string version(to_string(context.forms.version));
  if (const Node::Entry* sources = node.entry("sources")) {
    report(context.diagnostics(), sources->key_node->where(), format("Alertmanager {} has no 'sources'", version),
           "later releases have it; write one rule for each source where that means the same");
  }
  if (const Node::Entry* name = node.entry("name")) {
    rule.name = decode_text(*name->value, "'name'", context.diagnostics());
    if (context.forms.version < Version::v0_33) {
      report(context.diagnostics(), name->key_node->where(), format("Alertmanager {} has no 'name' here", version),
             "0.33 has it; choose with --alertmanager-version, or remove it");
    }
  }
  rule.source_matchers = decode_side(node, "source", context);
  rule.target_matchers = decode_side(node, "target", context);
  if (const Node* equal = node.find("equal")) {
    rule.equal = decode_label_names(*equal, "'equal'", context);
    std::ranges::sort(rule.equal);
    rule.equal.erase(std::ranges::unique(rule.equal).begin(), rule.equal.end());
  }
  return rule;
}

}  // namespace

std::vector<InhibitRule> decode_inhibit_rules(const Node& node, const PartContext& context) {
  std::vector<InhibitRule> rules;
  if (node.is_null() || !yaml::expect_sequence(node, "'inhibit_rules'", context.diagnostics())) return rules;
  for (std::size_t i = 0; i < node.items.size(); ++i) rules.push_back(decode_rule(*node.items[i], i + 1, context));
  return rules;
}

}  // namespace firedrill::notify
