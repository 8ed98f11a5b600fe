// An expression as a tree of text: what can be printed, taken apart when shrinking, and counted by feature, without
// going through the parser under test.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "promql/parse/ast.h"
#include "random_series.h"

namespace firedrill::differential {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Node {
  promql::ValueType type;
  std::string text;               // '#' stands for each child in turn
  std::vector<NodePtr> children;  // as many as there are '#'
  std::vector<std::string> features;
  LabelNames labels;  // that samples of the result carry, as far as the generator knows
};

NodePtr node(promql::ValueType type, std::string text, std::vector<NodePtr> children, std::vector<std::string> features,
             LabelNames labels);
NodePtr vector_of(std::string text, std::vector<NodePtr> children, std::vector<std::string> features,
                  LabelNames labels);
// The text of an operation between two children, in parentheses unless bare.
std::string operation(const std::string& op, bool bare);

LabelNames minus(LabelNames from, const LabelNames& names);
bool includes(const LabelNames& of, const LabelNames& names);

std::string print(const Node& node);
// Of the whole tree, each once.
std::set<std::string> features(const Node& node);
std::size_t size(const Node& node);
// All trees one step smaller: the node replaced by one below it of the same type, or a part made simpler.
std::vector<NodePtr> smaller(const NodePtr& node);

}  // namespace firedrill::differential
