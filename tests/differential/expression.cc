#include "expression.h"

#include <algorithm>

namespace firedrill::differential {
namespace {

void print_to(const Node& node, std::string& out) {
  std::size_t child = 0;
  for (const char c : node.text) {
    if (c == '#') {
      print_to(*node.children[child++], out);
    } else {
      out += c;
    }
  }
}

void collect(const Node& node, std::set<std::string>& out) {
  out.insert(node.features.begin(), node.features.end());
  for (const NodePtr& child : node.children) collect(*child, out);
}

void descendants(const Node& node, promql::ValueType type, std::vector<NodePtr>& out) {
  for (const NodePtr& child : node.children) {
    if (child->type == type) {
      out.push_back(child);
    } else {
      descendants(*child, type, out);
    }
  }
}

}  // namespace

NodePtr node(promql::ValueType type, std::string text, std::vector<NodePtr> children, std::vector<std::string> features,
             LabelNames labels) {
  return std::make_shared<Node>(
      Node{type, std::move(text), std::move(children), std::move(features), std::move(labels)});
}
NodePtr vector_of(std::string text, std::vector<NodePtr> children, std::vector<std::string> features,
                  LabelNames labels) {
  return node(promql::ValueType::vector, std::move(text), std::move(children), std::move(features), std::move(labels));
}
std::string operation(const std::string& op, bool bare) {
  return bare ? "# " + op + " #" : "(# " + op + " #)";
}

LabelNames minus(LabelNames from, const LabelNames& names) {
  for (const std::string& name : names) from.erase(name);
  return from;
}
bool includes(const LabelNames& of, const LabelNames& names) {
  return std::ranges::includes(of, names);
}

std::string print(const Node& node) {
  std::string result;
  print_to(node, result);
  return result;
}

std::set<std::string> features(const Node& node) {
  std::set<std::string> result;
  collect(node, result);
  return result;
}

std::size_t size(const Node& node) {
  std::size_t result = 1;
  for (const NodePtr& child : node.children) result += size(*child);
  return result;
}

std::vector<NodePtr> smaller(const NodePtr& node) {
  std::vector<NodePtr> result;
  descendants(*node, node->type, result);
  if (node->type == promql::ValueType::scalar && node->text.size() > 1)
    result.push_back(std::make_shared<Node>(Node{promql::ValueType::scalar, "2", {}, {}, {}}));
  for (std::size_t i = 0; i < node->children.size(); ++i) {
    for (NodePtr& child : smaller(node->children[i])) {
      Node copy = *node;
      copy.children[i] = std::move(child);
      result.push_back(std::make_shared<Node>(std::move(copy)));
    }
  }
  return result;
}

}  // namespace firedrill::differential
