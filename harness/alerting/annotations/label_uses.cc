#include "alerting/annotations/label_uses.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace firedrill::alerting {
namespace {

using templates::Node;
using templates::NodeKind;
using templates::NodePtr;
using Names = std::set<std::string>;

// Functions that an absent label is tested with, or replaced by.
constexpr std::array<std::string_view, 11> kTests = {"and", "or", "not", "len", "eq",   "ne",
                                                     "lt",  "le", "gt",  "ge",  "match"};

bool is_test(const Node& node) {
  return node.kind == NodeKind::identifier && std::ranges::find(kTests, node.value) != kTests.end();
}

class Reader {
 public:
  // `own_labels`: $labels is, or may be, a variable of the template's own.
  Reader(std::size_t begin, bool own_labels) : begin_(begin), own_labels_(own_labels) {}

  // In a template that is called, or behind a query, .Labels may be those of something else; `dot` says that it is not.
  void read(const Node& tree, bool dot) {
    collect_tested_variables(tree);
    visit(tree, dot, {});
  }

  std::vector<LabelUse> take() {
    std::ranges::sort(uses_, {}, &LabelUse::offset);
    return std::move(uses_);
  }

 private:
  // $labels.job, .Labels.job.
  static std::optional<std::string> plain_label(const Node& node, bool dot) {
    if (node.names.size() < 2) return std::nullopt;
    const bool variable = node.kind == NodeKind::variable && node.names[0] == "$labels";
    const bool field = dot && node.kind == NodeKind::field && node.names[0] == "Labels";
    return variable || field ? std::optional(node.names[1]) : std::nullopt;
  }

  // index $labels "job".
  static const Node* indexed_label(const Node& node) {
    if (node.kind != NodeKind::command || node.children.size() != 3) return nullptr;
    const Node& function = *node.children[0];
    const Node& map = *node.children[1];
    const Node& key = *node.children[2];
    const bool index = function.kind == NodeKind::identifier && function.value == "index" &&
                       map.kind == NodeKind::variable && map.names.size() == 1 && map.names[0] == "$labels" &&
                       key.kind == NodeKind::string;
    return index ? &key : nullptr;
  }

  // What a condition asks about: the labels whose absence it provides for, and variables.
  static void tested(const Node& node, bool dot, Names& labels, Names& variables) {
    if (node.kind == NodeKind::pipe) {
      for (const NodePtr& command : node.children) tested(*command, dot, labels, variables);
    } else if (node.kind == NodeKind::command) {
      if (const Node* key = indexed_label(node)) labels.insert(key->value);
      // What another function makes of a label is there without it, too: printf "{job='%s'}" $labels.job | query.
      if (node.children.size() > 1 && !is_test(*node.children[0])) return;
      for (const NodePtr& child : node.children) tested(*child, dot, labels, variables);
    } else if (const auto label = plain_label(node, dot)) {
      labels.insert(*label);
    } else if (node.kind == NodeKind::variable && node.names.size() == 1) {
      variables.insert(node.names[0]);
    }
  }

  template <typename Visitor>
  static void each_child(const Node& node, const Visitor& visitor) {
    for (const NodePtr& child : node.children) visitor(*child);
    for (const NodePtr* child : {&node.pipe, &node.list, &node.otherwise}) {
      if (*child) visitor(**child);
    }
  }

  void collect_tested_variables(const Node& node) {
    Names labels;
    if (node.kind == NodeKind::if_ || node.kind == NodeKind::with) tested(*node.pipe, true, labels, tested_variables_);
    if (node.kind == NodeKind::command && is_test(*node.children[0])) tested(node, true, labels, tested_variables_);
    each_child(node, [&](const Node& child) { collect_tested_variables(child); });
  }

  void add(const std::string& label, const Node& node, const Names& provided) {
    if (provided.contains(label) || node.position < begin_) return;
    // The place is that of the dot or the quote before the name.
    uses_.push_back({label, node.position - begin_ + 1});
  }

  void visit(const Node& node, bool dot, Names provided) {
    const bool other = own_labels_ && node.kind != NodeKind::field;
    if (const auto label = plain_label(node, dot); label && !other) add(*label, node, provided);
    if (const Node* key = indexed_label(node); key != nullptr && !other) add(key->value, *key, provided);
    Names variables;
    const bool branches = node.kind == NodeKind::if_ || node.kind == NodeKind::with;
    if (branches) tested(*node.pipe, dot, provided, variables);
    if (node.kind == NodeKind::command && is_test(*node.children[0])) tested(node, dot, provided, variables);
    // {{ $x := $labels.job }} and {{ if $x }} elsewhere.
    const bool kept =
        node.kind == NodeKind::pipe && !node.declared.empty() && tested_variables_.contains(node.declared[0]->names[0]);
    if (kept) tested(node, dot, provided, variables);
    const bool rebinds = node.kind == NodeKind::with || node.kind == NodeKind::range;
    each_child(node, [&](const Node& child) {
      const bool inside = rebinds && node.list.get() == &child;
      visit(child, dot && !inside, provided);
    });
  }

  const std::size_t begin_;
  const bool own_labels_;
  Names tested_variables_;
  std::vector<LabelUse> uses_;
};

template <typename Test>
bool any_node(const Node& node, const Test& test) {
  if (test(node)) return true;
  const auto any = [&](const std::vector<NodePtr>& nodes) {
    return std::ranges::any_of(nodes, [&](const NodePtr& child) { return any_node(*child, test); });
  };
  const auto one = [&](const NodePtr& child) { return child && any_node(*child, test); };
  return any(node.children) || one(node.pipe) || one(node.list) || one(node.otherwise);
}

}  // namespace

std::vector<LabelUse> label_uses(const templates::Definitions& definitions, const std::string& main,
                                 std::size_t begin) {
  const auto any = [&](const auto& test) {
    return std::ranges::any_of(definitions, [&](const auto& named) { return any_node(*named.second->tree, test); });
  };
  const bool asks = any([](const Node& node) { return node.kind == NodeKind::identifier && node.value == "query"; });
  // {{ $labels := .Labels }}, or {{ $labels = … }}.
  const bool own_labels = any([&](const Node& node) {
    return std::ranges::any_of(node.declared, [&](const NodePtr& variable) {
      return variable->names[0] == "$labels" && variable->position >= begin;
    });
  });
  Reader reader(begin, own_labels);
  for (const auto& [name, definition] : definitions) reader.read(*definition->tree, name == main || !asks);
  return reader.take();
}

}  // namespace firedrill::alerting
