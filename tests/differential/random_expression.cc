#include "random_expression.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::differential {
namespace {

using promql::ValueType;
using Strings = std::vector<std::string>;

}  // namespace

LabelNames ExpressionGenerator::subset(const LabelNames& of, double keep) {
  LabelNames result;
  for (const std::string& name : of) {
    if (chance(keep)) result.insert(name);
  }
  return result;
}

std::string ExpressionGenerator::list(const LabelNames& names) {
  std::string result = "(";
  for (const std::string& name : names) result += (result.size() > 1 ? ", " : "") + name;
  return result + ")";
}

std::string ExpressionGenerator::duration() {
  static const Strings table = {"30s", "45s", "1m", "90s", "2m", "2m", "3m", "5m", "5m", "5m", "7m30s", "1m500ms"};
  static const Strings seconds = {"120", "45", "300", "1e2", "0x5a", "2.5", "61.25"};
  return v3_ && chance(0.06) ? pick(seconds) : pick(table);
}

std::string ExpressionGenerator::modifiers(Strings& features) {
  std::string result;
  if (chance(0.1)) {
    const double kind = random_.uniform();
    if (kind < 0.25) {
      result += " @ start()";
      features.emplace_back("@ start()");
    } else if (kind < 0.5) {
      result += " @ end()";
      features.emplace_back("@ end()");
    } else {
      const auto ms = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(end_.count())));
      if (v3_ && chance(0.2)) {
        result += format(" @ {}s{}ms", ms / 1000, ms % 1000);
      } else {
        result += chance(0.5) ? format(" @ {}", ms / 1000) : format(" @ {}.{:03}", ms / 1000, ms % 1000);
      }
      features.emplace_back("@ time");
    }
  }
  if (chance(0.12)) {
    // 2.42 gives nothing for some negative offsets behind @.
    const bool negative = chance(0.3) && (v3_ || result.empty());
    result += format(" offset {}{}", negative ? "-" : "", duration());
    features.emplace_back(negative ? "offset -" : "offset");
  }
  return result;
}

NodePtr ExpressionGenerator::selector(const Wanted& wanted, bool counter) {
  std::vector<const Metric*> fitting;
  for (const Metric& metric : metrics()) {
    if ((!wanted || metric.labels == *wanted) && (!counter || metric.counts())) fitting.push_back(&metric);
  }
  if (fitting.empty()) {
    if (counter) return selector(wanted, false);
    return any_selector();
  }
  const Metric& metric = *pick(fitting);
  Strings matchers;
  Strings features;
  for (const std::string& label : metric.labels) {
    if (!chance(0.12)) continue;
    const std::string& value = pick(label_values(label));
    if (value.contains('"')) continue;
    switch (random_.below(4)) {
      case 0:
        matchers.push_back(format("{}=\"{}\"", label, value));
        features.emplace_back("matcher =");
        break;
      case 1:
        matchers.push_back(format("{}!=\"{}\"", label, chance(0.5) ? value : "none"));
        features.emplace_back("matcher !=");
        break;
      case 2:
        matchers.push_back(format("{}=~\"{}\"", label, chance(0.5) ? value.substr(0, 1) + ".*" : value + "|nothing"));
        features.emplace_back("matcher =~");
        break;
      default:
        matchers.push_back(format("{}!~\"{}\"", label, chance(0.5) ? value.substr(0, 1) + ".+" : "none|"));
        features.emplace_back("matcher !~");
    }
  }
  if (chance(0.03)) {
    matchers.emplace_back("absent_label=\"\"");
    features.emplace_back("matcher =");
  }
  std::string text = metric.name;
  if (chance(0.06)) {
    matchers.insert(matchers.begin(), format("__name__=\"{}\"", metric.name));
    text.clear();
  }
  if (!matchers.empty()) {
    text += '{';
    for (std::size_t i = 0; i < matchers.size(); ++i) text += (i > 0 ? "," : "") + matchers[i];
    text += '}';
  }
  features.emplace_back("selector");
  return vector_of(text, {}, features, metric.labels);
}

// With its modifiers.
NodePtr ExpressionGenerator::instant(const Wanted& wanted) {
  Node result = *selector(wanted, false);
  result.text += modifiers(result.features);
  return std::make_shared<Node>(std::move(result));
}

// Several metrics at once: names dropped later may collide.
NodePtr ExpressionGenerator::any_selector() {
  static const Strings table = {
      "{__name__=~\"temperature|pressure\"}",     "{__name__=~\".+_total\"}", "{__name__=~\"up|load|lonely\"}",
      "{job=~\"api|db\",__name__!~\".*bucket\"}", "{instance=\"a:80\"}",      "no_such_metric"};
  return vector_of(pick(table), {}, {"selector"}, {"job", "instance"});
}

NodePtr ExpressionGenerator::matrix(Place place, const Wanted& wanted, bool counter) {
  if (place.depth > 1 && chance(0.3)) {
    Strings features = {"subquery"};
    const NodePtr inner = vector(place.below(), wanted);
    static const Strings steps = {"15s", "30s", "30s", "1m", "7s", "2m"};
    std::string step = chance(0.3) ? "" : pick(steps);
    if (step.empty()) features.emplace_back("subquery, default step");
    const std::string range = step == "7s" ? "1m" : duration();
    // 2.42 gives nothing for some selectors with @ below a subquery with @.
    const std::string modified = v3_ || !print(*inner).contains('@') ? modifiers(features) : "";
    return node(ValueType::matrix, format("(#)[{}:{}]{}", range, step, modified), {inner}, features, inner->labels);
  }
  const NodePtr inner = chance(0.04) ? any_selector() : selector(wanted, counter);
  Strings features = inner->features;
  return node(ValueType::matrix, format("{}[{}]{}", inner->text, duration(), modifiers(features)), {}, features,
              inner->labels);
}

NodePtr ExpressionGenerator::number() {
  static const Strings plain = {"1",   "2",    "0.5",  "10",  "100", "-1",  "0",    "3.7", "0.1",
                                "1e3", "-2.5", "0x1F", "017", "Inf", "NaN", "+Inf", ".5",  "60"};
  static const Strings more = {"5m", "1_000", "1m30s", "1h"};
  if (v3_ && chance(0.08)) return node(ValueType::scalar, pick(more), {}, {"number, other forms"}, {});
  return node(ValueType::scalar, pick(plain), {}, {"number"}, {});
}

NodePtr ExpressionGenerator::scalar(Place place) {
  const double kind = random_.uniform();
  if (place.depth <= 0 || kind < 0.6) return number();
  if (kind < 0.66) return node(ValueType::scalar, "time()", {}, {"time"}, {});
  if (kind < 0.7) return node(ValueType::scalar, "pi()", {}, {"pi"}, {});
  if (kind < 0.82)
    return node(ValueType::scalar, "scalar(#)", {vector(place.below(true), LabelNames{})}, {"scalar"}, {});
  if (kind < 0.85) return node(ValueType::scalar, "-#", {scalar(place.below(true))}, {"unary -"}, {});
  if (kind < 0.88) {
    static const Strings comparisons = {"==", "!=", "<", ">", "<=", ">="};
    const std::string op = pick(comparisons);
    return node(ValueType::scalar, format("(# {} bool #)", op), {scalar(place.below()), scalar(place.below())},
                {op, "bool", "scalar-scalar"}, {});
  }
  Place below = place;
  const std::string op = arithmetic(below);
  const bool bare = chance(0.2);
  return node(ValueType::scalar, operation(op, bare), {scalar(below), scalar(below)}, {op, "scalar-scalar"}, {});
}

// The operator, and in `place` where its operands stand.
std::string ExpressionGenerator::arithmetic(Place& place) {
  static const Strings exact = {"+", "+", "-", "-", "*", "*", "/", "/", "%"};
  if (place.inexact && chance(0.2)) {
    place = place.below();
    return chance(0.6) ? "^" : "atan2";
  }
  const std::string& op = pick(exact);
  place = place.below(op != "%" && op != "-" && op != "+");
  return op;
}

NodePtr ExpressionGenerator::vector(Place place, const Wanted& wanted) {
  if (place.depth <= 0) return instant(wanted);
  // Now and then labels that do not fit, so that empty matches and errors are seen too.
  const Wanted asked = chance(0.03) ? Wanted(LabelNames{"job"}) : wanted;
  const std::uint64_t kind = random_.below(100);
  if (kind < 8) return instant(asked);
  if (kind < 30) return over_range(place, asked);
  if (kind < 41) return elementwise(place, asked);
  if (kind < 45) return calendar(place, asked);
  if (kind < 60) return aggregate(place, asked);
  if (kind < 67) return scalar_binary(place, asked);
  if (kind < 75) return vector_binary(place, asked);
  if (kind < 81) return many_to_one(place, asked);
  if (kind < 86) return set_binary(place, asked);
  if (kind < 90) return relabelled(place, asked);
  if (kind < 94) return histogram(place, asked);
  if (kind < 96) return sorted(place, asked);
  if (kind < 98) return asked && !asked->empty() ? over_range(place, asked) : without_labels(place);
  return wrapped(place, asked);
}

NodePtr ExpressionGenerator::over_range(Place place, const Wanted& wanted) {
  static const Strings of_counters = {"rate", "rate", "increase", "irate", "resets"};
  static const Strings of_gauges = {"delta",
                                    "idelta",
                                    "deriv",
                                    "changes",
                                    "avg_over_time",
                                    "min_over_time",
                                    "max_over_time",
                                    "sum_over_time",
                                    "count_over_time",
                                    "stddev_over_time",
                                    "stdvar_over_time",
                                    "last_over_time",
                                    "present_over_time",
                                    "changes",
                                    "resets"};
  static const Strings experimental = {"mad_over_time", "ts_of_last_over_time", "ts_of_max_over_time",
                                       "ts_of_min_over_time"};
  const std::uint64_t kind = random_.below(30);
  const auto call = [&](const std::string& name, const std::string& before, const std::string& after,
                        std::vector<NodePtr> scalars, bool counter) {
    // 2.42 reads other samples, or none, when predict_linear or timestamp look at a fixed time.
    NodePtr over = matrix(place, wanted, counter);
    while (!v3_ && name == "predict_linear" && print(*over).contains('@')) over = matrix(place, wanted, counter);
    std::vector<NodePtr> children;
    if (before.empty()) {
      children.push_back(over);
      std::ranges::move(scalars, std::back_inserter(children));
    } else {
      children = std::move(scalars);
      children.push_back(over);
    }
    return vector_of(name + "(" + before + "#" + after + ")", children, {name}, over->labels);
  };
  if (kind < 10) return call(pick(of_counters), "", "", {}, true);
  if (kind < 23) return call(pick(of_gauges), "", "", {}, chance(0.3));
  if (kind < 25) return call("quantile_over_time", "#, ", "", {scalar(place.below())}, false);
  if (kind < 27) return call("predict_linear", "", ", #", {scalar(place.below())}, false);
  if (kind < 28) {
    const std::string name = v3_ ? "double_exponential_smoothing" : "holt_winters";
    const auto factor = [&] {
      static const Strings table = {"0.1", "0.3", "0.5", "0.9", "0.99", "1.5"};
      return node(ValueType::scalar, pick(table), {}, {"number"}, {});
    };
    return call(name, "", ", #, #", {factor(), factor()}, false);
  }
  if (v3_) return call(pick(experimental), "", "", {}, false);
  return call(pick(of_gauges), "", "", {}, false);
}

NodePtr ExpressionGenerator::elementwise(Place place, const Wanted& wanted) {
  static const Strings continuous = {"abs", "sqrt", "deg", "rad"};
  static const Strings stepped = {"ceil", "floor", "sgn", "timestamp"};
  static const Strings transcendental = {"acos", "acosh", "asin",  "asinh", "atan", "atanh", "cos", "cosh",
                                         "exp",  "ln",    "log10", "log2",  "sin",  "sinh",  "tan", "tanh"};
  const double kind = random_.uniform();
  const auto call = [&](const std::string& name, const Place& below) {
    const NodePtr inner = vector(below, wanted);
    return vector_of(name + "(#)", {inner}, {name}, inner->labels);
  };
  if (place.inexact && kind < 0.7) {
    const std::string& name = pick(transcendental);
    // Into the domain of those that have a small one.
    if (name == "acos" || name == "asin" || name == "atanh") {
      const NodePtr inner = vector(place.below(), wanted);
      return vector_of(name + "(# / 1000)", {inner}, {name}, inner->labels);
    }
    return call(name, place.below());
  }
  if (kind < (place.inexact ? 0.78 : 0.6)) return call(pick(continuous), place.below(true));
  if (kind < (place.inexact ? 0.85 : 0.75)) return call(pick(stepped), place.below());
  const NodePtr inner = vector(place.below(), wanted);
  switch (random_.below(4)) {
    case 0:
      return vector_of("clamp(#, #, #)", {inner, scalar(place.below()), scalar(place.below())}, {"clamp"},
                       inner->labels);
    case 1:
      return vector_of("clamp_min(#, #)", {inner, scalar(place.below())}, {"clamp_min"}, inner->labels);
    case 2:
      return vector_of("clamp_max(#, #)", {inner, scalar(place.below())}, {"clamp_max"}, inner->labels);
    default:
      if (chance(0.4)) return vector_of("round(#)", {inner}, {"round"}, inner->labels);
      return vector_of("round(#, #)", {inner, scalar(place.below())}, {"round"}, inner->labels);
  }
}

NodePtr ExpressionGenerator::calendar(Place place, const Wanted& wanted) {
  static const Strings table = {"minute",      "hour",          "day_of_week", "day_of_month",
                                "day_of_year", "days_in_month", "month",       "year"};
  const std::string& name = pick(table);
  if (chance(0.15) && (!wanted || wanted->empty())) return vector_of(name + "()", {}, {name}, {});
  const NodePtr inner = vector(place.below(), wanted);
  static const Strings scales = {"", " * 1e3", " * 86400", " * 3e6", " * -1e6"};
  return vector_of(name + "(#" + pick(scales) + ")", {inner}, {name}, inner->labels);
}

NodePtr ExpressionGenerator::aggregate(Place place, const Wanted& wanted) {
  static const Strings reducing = {"sum", "sum", "sum",   "avg",    "avg",   "count",
                                   "min", "max", "group", "stddev", "stdvar"};
  static const Strings choosing = {"topk", "bottomk"};
  const double kind = random_.uniform();
  std::string op;
  std::string parameter;
  std::vector<NodePtr> children;
  bool keeps_labels = false;
  Place below = place.below();
  if (kind < 0.62) {
    op = pick(reducing);
    below = place.below(op == "sum" || op == "avg");
  } else if (kind < 0.76) {
    op = pick(choosing);
    keeps_labels = true;
    static const Strings table = {"1", "2", "3", "100", "0", "-1", "2.9"};
    children.push_back(node(ValueType::scalar, pick(table), {}, {"number"}, {}));
    parameter = "#, ";
  } else if (kind < 0.86) {
    op = "quantile";
    static const Strings table = {"0.5", "0.9", "0.25", "0", "1", "-1", "1.5", "NaN"};
    children.push_back(chance(0.8) ? node(ValueType::scalar, pick(table), {}, {"number"}, {}) : scalar(place.below()));
    parameter = "#, ";
  } else if (kind < 0.93 || !v3_) {
    op = "count_values";
    parameter = chance(0.8) ? "\"value\", " : "\"job\", ";
  } else if (kind < 0.965) {
    op = "limit_ratio";
    keeps_labels = true;
    static const Strings table = {"0.5", "0.1", "-0.5", "1", "-0.9", "0", "0.75"};
    children.push_back(node(ValueType::scalar, pick(table), {}, {"number"}, {}));
    parameter = "#, ";
  } else {
    op = "limitk";
    keeps_labels = true;
    static const Strings table = {"100", "50", "1", "0"};
    children.push_back(node(ValueType::scalar, pick(table), {}, {"number"}, {}));
    parameter = "#, ";
  }
  Wanted inner_wanted = keeps_labels ? wanted : std::nullopt;
  if (!keeps_labels && wanted && chance(0.7)) {
    static const std::vector<LabelNames> larger = {
        {"job", "instance", "method", "code"}, {"job", "instance"}, {"job", "instance", "zone"}};
    const LabelNames& choice = pick(larger);
    if (includes(choice, *wanted)) inner_wanted = choice;
  }
  const NodePtr inner = vector(below, inner_wanted);
  children.push_back(inner);
  const LabelNames kept = keeps_labels || !wanted ? subset(inner->labels, 0.5) : *wanted;
  // 2.42 writes the label into the memory of the grouping, where it has room for one more, and so forgets other labels
  // from the second evaluation on: a label that sorts behind all others does no harm.
  if (op == "count_values" && !v3_ && kept.size() > 2 && kept.size() != 4) parameter = "\"zz\", ";
  std::string grouping;
  Strings features = {op};
  if (!(kept.empty() && chance(0.7))) {
    const bool without = includes(inner->labels, kept) && chance(0.35);
    grouping = without ? " without " + list(minus(inner->labels, kept)) : " by " + list(kept);
    features.emplace_back(without ? "without" : "by");
  }
  LabelNames labels = keeps_labels ? inner->labels : kept;
  if (op == "count_values") labels.insert(parameter.substr(1, parameter.find('"', 1) - 1));
  const bool behind = chance(0.2);
  const std::string text =
      behind ? format("{}({}#){}", op, parameter, grouping) : format("{}{} ({}#)", op, grouping, parameter);
  return vector_of(text, children, features, labels);
}

NodePtr ExpressionGenerator::relabelled(Place place, const Wanted& wanted) {
  const NodePtr inner = vector(place.below(true), wanted);
  LabelNames labels = inner->labels;
  if (chance(0.4)) {
    static const Strings table = {
        R"~(label_join(#, "joined", "-", "job", "instance"))~", R"~(label_join(#, "joined", ""))~",
        R"~(label_join(#, "job", "/", "instance", "job"))~", R"~(label_join(#, "__name__", "_", "job"))~",
        R"~(label_join(#, "zone", ",", "none"))~"};
    labels.insert("joined");
    return vector_of(pick(table), {inner}, {"label_join"}, labels);
  }
  static const Strings table = {R"~(label_replace(#, "host", "$1", "instance", "(.*):.*"))~",
                                R"~(label_replace(#, "job", "$1-${2}x", "job", "(.)(.*)"))~",
                                R"~(label_replace(#, "job", "", "instance", "a.*"))~",
                                R"~(label_replace(#, "port", "${port}", "instance", "[a-z]:(?P<port>\\d+)"))~",
                                R"~(label_replace(#, "new", "$$ $0 $9 $1x", "job", "a(p)i"))~",
                                R"~(label_replace(#, "job", "same", "", ""))~",
                                R"~(label_replace(#, "__name__", "renamed_$1", "job", "(.+)"))~",
                                R"~(label_replace(#, "zone", "z", "zone", ".*eu.*"))~",
                                R"~(label_replace(#, "bad-name", "x", "job", "(.*)"))~"};
  labels.insert("host");
  return vector_of(pick(table), {inner}, {"label_replace"}, labels);
}

NodePtr ExpressionGenerator::histogram(Place place, const Wanted& wanted) {
  static const Strings sources = {"latency_seconds_bucket",
                                  "rate(latency_seconds_bucket[2m])",
                                  "rate(latency_seconds_bucket[5m])",
                                  "increase(latency_seconds_bucket[3m])",
                                  "delta(latency_seconds_bucket[2m])",
                                  "avg_over_time(latency_seconds_bucket[1m])",
                                  "latency_seconds_bucket{le!=\"1\"}",
                                  "latency_seconds_bucket{le!=\"+Inf\"}"};
  NodePtr buckets = vector_of(pick(sources), {}, {"selector"}, {"job", "instance", "le"});
  const LabelNames full = {"job", "instance"};
  LabelNames kept = wanted && includes(full, *wanted) ? *wanted : full;
  if (kept != full || chance(0.3)) {
    LabelNames by = kept;
    by.insert("le");
    buckets = vector_of("sum by " + list(by) + " (#)", {buckets}, {"sum", "by"}, by);
  }
  if (chance(0.1)) {
    static const Strings broken = {R"~(label_replace(#, "le", "$1.0", "le", "([0-9]+)"))~",
                                   R"~(label_replace(#, "le", "odd", "le", "0.5"))~", "(# * -1)", "(# - 20)",
                                   "(# / 0)"};
    buckets = vector_of(pick(broken), {buckets}, {}, buckets->labels);
  }
  if (v3_ && chance(0.25))
    return vector_of("histogram_fraction(#, #, #)", {scalar(place.below()), scalar(place.below()), buckets},
                     {"histogram_fraction"}, kept);
  static const Strings table = {"0.5", "0.9", "0.99", "0.25", "0", "1", "-1", "2", "NaN"};
  NodePtr quantile = chance(0.85) ? node(ValueType::scalar, pick(table), {}, {"number"}, {}) : scalar(place.below());
  return vector_of("histogram_quantile(#, #)", {quantile, buckets}, {"histogram_quantile"}, kept);
}

NodePtr ExpressionGenerator::sorted(Place place, const Wanted& wanted) {
  const NodePtr inner = vector(place.below(true), wanted);
  if (v3_ && chance(0.5)) {
    const std::string name = chance(0.5) ? "sort_by_label" : "sort_by_label_desc";
    return vector_of(name + (chance(0.5) ? "(#, \"job\")" : "(#, \"instance\", \"code\")"), {inner}, {name},
                     inner->labels);
  }
  if (v3_ && chance(0.3)) {
    const LabelNames identity = {"job", "instance"};
    const NodePtr of_target = chance(0.5) ? instant(identity) : vector(place.below(true), identity);
    LabelNames labels = of_target->labels;
    labels.insert("data");
    static const Strings chosen = {R"(, {data=~".+"})", R"(, {data=~"a.*|x"})", R"(, {no_such_label=""})",
                                   R"(, {data!="",__name__=~".+_info"})", R"(, {__name__="target_info",job!=""})"};
    if (chance(0.4)) return vector_of("info(#" + pick(chosen) + ")", {of_target}, {"info"}, labels);
    return vector_of("info(#)", {of_target}, {"info"}, labels);
  }
  const std::string name = chance(0.5) ? "sort" : "sort_desc";
  return vector_of(name + "(#)", {inner}, {name}, inner->labels);
}

NodePtr ExpressionGenerator::without_labels(Place place) {
  if (chance(0.5)) return absent(place);
  return vector_of("vector(#)", {scalar(place.below(true))}, {"vector"}, {});
}

NodePtr ExpressionGenerator::absent(Place place) {
  static const Strings missing = {R"(no_such_metric{job="api",zone=~"x"})", R"(up{job="none"})",
                                  R"({job="api",instance="z",job="x"})", R"(lonely{a="b",c!="d"})"};
  Strings features;
  if (chance(0.5)) {
    const NodePtr inner = chance(0.75) ? vector_of(pick(missing) + modifiers(features), {}, features, {})
                                       : vector(place.below(), std::nullopt);
    return vector_of("absent(#)", {inner}, {"absent"}, {});
  }
  const NodePtr inner =
      chance(0.75)
          ? node(ValueType::matrix, pick(missing) + "[" + duration() + "]" + modifiers(features), {}, features, {})
          : matrix(place, std::nullopt, false);
  return vector_of("absent_over_time(#)", {inner}, {"absent_over_time"}, {});
}

NodePtr ExpressionGenerator::wrapped(Place place, const Wanted& wanted) {
  const NodePtr inner = vector(place.below(true), wanted);
  if (chance(0.4)) return vector_of("(#)", {inner}, {"parentheses"}, inner->labels);
  const bool minus_sign = chance(0.8);
  return vector_of(minus_sign ? "-#" : "+#", {inner}, {minus_sign ? "unary -" : "unary +"}, inner->labels);
}

NodePtr ExpressionGenerator::expression() {
  const int depth = 1 + static_cast<int>(random_.below(5));
  if (chance(0.04)) return scalar({depth, true});
  return chance(0.06) ? without_labels({depth, true}) : vector({depth, true}, std::nullopt);
}

}  // namespace firedrill::differential
