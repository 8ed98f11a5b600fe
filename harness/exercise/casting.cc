// Which series an alert needs: labels that its selectors accept and that its joins match.
#include <algorithm>
#include <set>

#include "alerting/history/looks.h"
#include "base/text/format.h"
#include "exercise/example_text.h"
#include "exercise/stage.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::exercise {
namespace {

using promql::Kind;
using Matchers = std::vector<model::Matcher>;

constexpr std::size_t kCrowd = 5;
constexpr std::string_view kSlopes[] = {"rate", "irate", "increase", "resets", "changes"};
constexpr std::string_view kTrends[] = {
    "delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing", "holt_winters"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// What is said of labels and series in all the expressions that an alert depends on.
struct Reading {
  std::set<std::string> mentioned;                           // labels, by whatever says them
  std::set<std::string> joined;                              // of these, those by which vectors are matched or grouped
  std::map<std::string, Motion> motions;                     // by the text of the selector
  std::map<std::string, std::vector<Matchers>> constraints;  // by label, of each selector that has any
  bool quantiles = false;                                    // histogram_quantile is called
};

std::string key_of(const promql::VectorSelector& selector) {
  std::string key;
  for (const model::Matcher& matcher : selector.matchers) key += matcher.to_string() + ",";
  return key;
}

void note_labels(const promql::Expr& expr, Reading& reading) {
  const auto join = [&](const std::vector<std::string>& labels) {
    reading.mentioned.insert(labels.begin(), labels.end());
    reading.joined.insert(labels.begin(), labels.end());
  };
  if (expr.kind == Kind::aggregate) {
    const auto& aggregate = promql::as<promql::Aggregate>(expr);
    if (!aggregate.without) join(aggregate.grouping);
  } else if (expr.kind == Kind::binary) {
    const auto& binary = promql::as<promql::Binary>(expr);
    if (binary.matching && binary.matching->on) join(binary.matching->labels);
    if (binary.matching) join(binary.matching->include);
  } else if (expr.kind == Kind::call) {
    const auto& call = promql::as<promql::Call>(expr);
    const std::string_view name = call.function->name;
    if (name == "histogram_quantile" || name == "histogram_fraction") reading.quantiles = true;
    // label_replace(v, dst, replacement, src, regex); label_join(v, dst, separator, src, …)
    for (std::size_t i = 3; (name == "label_replace" || name == "label_join") && i < call.arguments.size(); ++i) {
      const promql::Expr& text = promql::unwrap(*call.arguments[i]);
      const bool label = name == "label_join" || i == 3;
      if (label && text.kind == Kind::string) join({promql::as<promql::StringLiteral>(text).value});
    }
  }
}

// Of a range that a function looks at: what it makes of it.
void note_motions(const promql::Expr& expr, Reading& reading) {
  if (expr.kind != Kind::call) return;
  const auto& call = promql::as<promql::Call>(expr);
  const bool slope = is_one_of(call.function->name, kSlopes);
  if (!slope && !is_one_of(call.function->name, kTrends)) return;
  for (const promql::ExprPtr& argument : call.arguments) {
    for (const promql::VectorSelector* selector : promql::selectors(*argument)) {
      Motion& motion = reading.motions.try_emplace(key_of(*selector), Motion::level).first->second;
      if (slope || motion == Motion::level) motion = slope ? Motion::slope : Motion::trend;
    }
  }
}

Reading read(const Subject& subject) {
  Reading reading;
  const auto look = [&](const promql::Expr& expression) {
    promql::walk(expression, [&](const promql::Expr& expr) {
      note_labels(expr, reading);
      note_motions(expr, reading);
    });
    for (const promql::VectorSelector* selector : promql::selectors(expression)) {
      std::map<std::string, Matchers> by_label;
      for (const model::Matcher& matcher : selector->matchers) {
        if (matcher.name() != model::kMetricName) by_label[matcher.name()].push_back(matcher);
      }
      for (auto& [label, matchers] : by_label) {
        reading.mentioned.insert(label);
        reading.constraints[label].push_back(std::move(matchers));
      }
    }
  };
  look(*subject.rule->expression);
  for (const alerting::Rule* rule : subject.recorded) look(*rule->expression);
  // By the bounds of buckets nothing is joined, and the version of a series is no property of it.
  reading.mentioned.erase(std::string(model::kBucketLabel));
  reading.mentioned.erase(std::string(model::kMetricName));
  return reading;
}

bool accepts(const Matchers& matchers, std::string_view text) {
  return std::ranges::all_of(matchers, [&](const model::Matcher& matcher) { return matcher.matches(text); });
}

// The value of a label that most selectors accept.
std::string common_value(const std::vector<Matchers>& all) {
  std::vector<std::string> texts;
  for (const Matchers& matchers : all) {
    if (auto text = example_of(matchers, {}); text && !text->empty()) texts.push_back(std::move(*text));
  }
  texts.emplace_back("exercise");
  const auto liked = [&](const std::string& text) {
    return std::ranges::count_if(all, [&](const Matchers& matchers) { return accepts(matchers, text); });
  };
  return *std::ranges::max_element(texts, {}, liked);
}

class Caster {
 public:
  Caster(const Subject& subject, Casting casting) : subject_(subject), casting_(casting), reading_(read(subject)) {
    for (const std::string& label : reading_.mentioned) {
      const auto known = reading_.constraints.find(label);
      common_[label] = known == reading_.constraints.end() ? std::string("exercise") : common_value(known->second);
    }
  }

  std::expected<std::vector<Prop>, std::string> run() {
    for (const promql::VectorSelector* selector : subject_.scraped) {
      if (!add(*selector)) {
        return std::unexpected(format("no series that one can make up matches {}", promql::print(*selector)));
      }
    }
    if (casting_ == Casting::beside) add_others();
    return multiplied();
  }

 private:
  bool add(const promql::VectorSelector& selector) {
    Prop prop;
    prop.metric = metric_of(selector);
    if (prop.metric.empty()) prop.metric = "exercise_metric";
    std::map<std::string, Matchers> own;
    for (const model::Matcher& matcher : selector.matchers) {
      if (matcher.name() == model::kMetricName) {
        if (!matcher.matches(prop.metric)) return false;
      } else {
        own[matcher.name()].push_back(matcher);
      }
    }
    for (const auto& [label, value] : common_) {
      if (own.contains(label)) continue;
      if (casting_ == Casting::bare && !reading_.joined.contains(label)) continue;
      prop.labels[label] = value;
    }
    for (const auto& [label, matchers] : own) {
      const auto value = example_of(matchers, std::vector{common_[label]});
      if (!value) return false;
      prop.labels[label] = *value;
    }
    // The same whichever replica of its service shows it.
    prop.labels.try_emplace("instance", kInstance);
    prop.labels.try_emplace("pod", "");
    const auto motion = reading_.motions.find(key_of(selector));
    if (motion != reading_.motions.end()) prop.motion = motion->second;
    const bool buckets = prop.metric.ends_with("_bucket") && !own.contains(std::string(model::kBucketLabel));
    if (buckets) {
      prop.labels.erase(std::string(model::kBucketLabel));
      prop.bounds = bounds_of(subject_);
    }
    keep(std::move(prop));
    return true;
  }

  // Of two selectors that are about the same series, the one that looks at how it moves says how.
  void keep(Prop prop) {
    const auto same = std::ranges::find_if(
        props_, [&](const Prop& other) { return other.metric == prop.metric && other.labels == prop.labels; });
    if (same == props_.end()) {
      props_.push_back(std::move(prop));
    } else if (same->motion == Motion::level) {
      same->motion = prop.motion;
    }
  }

  // Beside a series that one selector asks for by a label, one that only the others mean.
  void add_others() {
    const std::vector<Prop> all = props_;
    for (const promql::VectorSelector* selector : subject_.scraped) {
      for (const model::Matcher& matcher : selector->matchers) {
        if (matcher.name() == model::kMetricName || matcher.name() == model::kBucketLabel) continue;
        for (const Prop& prop : all) {
          if (prop.metric != metric_of(*selector)) continue;
          Prop other = prop;
          other.labels[matcher.name()] = matcher.matches("other") ? "another" : "other";
          keep(std::move(other));
        }
      }
    }
  }

  bool asked_for(const std::string& metric, const std::string& label) const {
    return std::ranges::any_of(subject_.scraped, [&](const promql::VectorSelector* selector) {
      return metric_of(*selector) == metric &&
             std::ranges::any_of(selector->matchers, [&](const auto& matcher) { return matcher.name() == label; });
    });
  }

  std::vector<Prop> multiplied() const {
    const std::size_t times = casting_ == Casting::crowd                                     ? kCrowd
                              : casting_ == Casting::twice || casting_ == Casting::differing ? 2
                                                                                             : 1;
    std::vector<Prop> out = props_;
    for (std::size_t i = 2; i <= times; ++i) {
      for (Prop prop : props_) {
        if (casting_ != Casting::twice) {
          for (auto& [label, value] : prop.labels) {
            if (!value.empty() && !asked_for(prop.metric, label)) value += format("-{}", i);
          }
        }
        prop.labels["exercise"] = std::to_string(i);
        out.push_back(std::move(prop));
      }
    }
    return out;
  }

  const Subject& subject_;
  Casting casting_;
  Reading reading_;
  std::map<std::string, std::string> common_;
  std::vector<Prop> props_;
};

}  // namespace

std::expected<std::vector<Prop>, std::string> cast(const Subject& subject, Casting casting) {
  return Caster(subject, casting).run();
}

}  // namespace firedrill::exercise
