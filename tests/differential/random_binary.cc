// The part of the generator that makes binary operations and their matching.
#include <algorithm>

#include "base/text/format.h"
#include "random_expression.h"

namespace firedrill::differential {
namespace {

using Strings = std::vector<std::string>;

}  // namespace

NodePtr ExpressionGenerator::scalar_binary(Place place, const Wanted& wanted) {
  static const Strings comparisons = {"==", "!=", "<", ">", "<=", ">=", ">", "<", ">="};
  Strings features;
  std::string op;
  Place below = place.below();
  if (chance(0.35)) {
    op = pick(comparisons);
    features = {op};
    if (chance(0.35)) {
      op += " bool";
      features.emplace_back("bool");
    }
  } else {
    below = place;
    op = arithmetic(below);
    features = {op};
  }
  NodePtr left = vector(below, wanted);
  const LabelNames labels = left->labels;
  NodePtr right = scalar(below);
  const bool swapped = chance(0.3);
  features.emplace_back(swapped ? "scalar-vector" : "vector-scalar");
  if (swapped) std::swap(left, right);
  return vector_of(operation(op, chance(0.1)), {left, right}, features, labels);
}

NodePtr ExpressionGenerator::vector_binary(Place place, const Wanted& wanted) {
  static const Strings comparisons = {"==", "!=", "<", ">", "<=", ">="};
  Strings features = {"one-to-one"};
  Place below = place.below();
  std::string op;
  if (chance(0.3)) {
    op = pick(comparisons);
    features.push_back(op);
    if (chance(0.4)) {
      op += " bool";
      features.emplace_back("bool");
    }
  } else {
    below = place;
    op = arithmetic(below);
    features.push_back(op);
  }
  const NodePtr left = vector(below, wanted);
  NodePtr right = vector(below, left->labels);
  if (const double kind = random_.uniform(); kind < 0.25) {
    const LabelNames on = chance(0.8) ? left->labels : subset(left->labels, 0.7);
    op += " on " + list(on);
    features.emplace_back("on");
  } else if (kind < 0.5) {
    LabelNames ignored = {chance(0.5) ? "le" : "nothing"};
    // A label on the left only: unique when it has one value for each match.
    if (chance(0.4)) ignored = {"version"};
    op += " ignoring " + list(ignored);
    features.emplace_back("ignoring");
  }
  return vector_of(operation(op, chance(0.05)), {left, right}, features, left->labels);
}

NodePtr ExpressionGenerator::many_to_one(Place place, const Wanted& wanted) {
  static const Strings comparisons = {"==", "!=", "<", ">", "<=", ">="};
  Strings features;
  Place below = place.below();
  std::string op;
  if (chance(0.2)) {
    op = pick(comparisons);
    features.push_back(op);
    if (chance(0.5)) {
      op += " bool";
      features.emplace_back("bool");
    }
  } else {
    below = place;
    op = arithmetic(below);
    features.push_back(op);
  }
  NodePtr many =
      vector(below, wanted && !wanted->contains("version") ? wanted : LabelNames{"job", "instance", "method", "code"});
  LabelNames on = subset(many->labels, 0.6);
  on.erase("version");
  NodePtr one;
  LabelNames include;
  if (on.contains("job") && on.contains("instance") && chance(0.6)) {
    on = {"job", "instance"};
    one = chance(0.7) ? vector_of("build_info", {}, {"selector"}, {"job", "instance", "version"})
                      : selector(LabelNames{"job", "instance", "version"}, false);
    include = chance(0.7) ? LabelNames{"version"} : LabelNames{};
  } else {
    static const Strings reducing = {"sum", "max", "min", "count", "avg"};
    const std::string& reduce = pick(reducing);
    const NodePtr inner = vector(below.below(reduce == "sum"), std::nullopt);
    one = vector_of(reduce + " by " + list(on) + " (#)", {inner}, {reduce, "by"}, on);
    if (chance(0.15)) include = {"job"};
  }
  LabelNames labels = many->labels;
  for (const std::string& name : include) labels.insert(name);
  const bool right = chance(0.35);
  const bool ignoring = chance(0.3) && includes(many->labels, on);
  LabelNames ignored = minus(many->labels, on);
  for (const std::string& name : minus(one->labels, on)) ignored.insert(name);
  features.emplace_back(ignoring ? "ignoring" : "on");
  features.emplace_back(right ? "group_right" : "group_left");
  op += format(" {}{} {}{}", ignoring ? "ignoring" : "on", list(ignoring ? ignored : on), features.back(),
               include.empty() && chance(0.5) ? "" : list(include));
  if (right) std::swap(many, one);
  return vector_of(format("(# {} #)", op), {many, one}, features, labels);
}

NodePtr ExpressionGenerator::set_binary(Place place, const Wanted& wanted) {
  static const Strings operators = {"and", "or", "unless"};
  std::string op = pick(operators);
  Strings features = {op};
  const NodePtr left = vector(place.below(op == "or"), wanted);
  NodePtr right = vector(place.below(), chance(0.7) ? Wanted(left->labels) : std::nullopt);
  if (const double kind = random_.uniform(); kind < 0.35) {
    op += " on " + list(subset(left->labels, 0.6));
    features.emplace_back("on");
  } else if (kind < 0.6) {
    op += " ignoring " + list(subset(left->labels, 0.3));
    features.emplace_back("ignoring");
  }
  return vector_of(format("(# {} #)", op), {left, right}, features, left->labels);
}

}  // namespace firedrill::differential
