#include <algorithm>
#include <set>
#include <string>

#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

using Shapes = std::vector<const AlertShape*>;

Shapes matching(std::span<const AlertShape> alerts, const Matchers& matchers) {
  Shapes found;
  for (const AlertShape& alert : alerts) {
    if (matches(matchers, alert) != Truth::no) found.push_back(&alert);
  }
  return found;
}

bool all_have(const Shapes& shapes, std::string_view label) {
  return std::ranges::all_of(shapes, [&](const AlertShape* shape) { return shape->has(label); });
}

bool none_has(const Shapes& shapes, std::string_view label) {
  return std::ranges::all_of(shapes, [&](const AlertShape* shape) {
    const auto value = shape->value(label);
    return value && value->empty();
  });
}

// What a label may be on the alerts of one side.
struct Values {
  std::set<std::string, std::less<>> known;  // "" if it may be missing
  bool is_some = false;                      // or any value
  bool is_anything = false;                  // or anything at all
};

Values values_of(const Shapes& shapes, std::string_view label) {
  Values out;
  for (const AlertShape* shape : shapes) {
    if (const auto value = shape->value(label)) {
      out.known.emplace(*value);
    } else {
      (shape->has(label) ? out.is_some : out.is_anything) = true;
    }
  }
  return out;
}

bool has_any(const Values& values) {
  return values.is_some || std::ranges::any_of(values.known, [](const std::string& each) { return !each.empty(); });
}

bool may_be_equal(const Values& one, const Values& other) {
  if (one.is_anything || other.is_anything) return true;
  if ((one.is_some && has_any(other)) || (other.is_some && has_any(one))) return true;
  return std::ranges::any_of(one.known, [&](const std::string& each) { return other.known.contains(each); });
}

// "'shop'"; of several the first, and how many more.
std::string listed(const Values& values) {
  if (values.known.empty()) return "some value";
  const std::string first = values.known.begin()->empty() ? "nothing" : format("'{}'", *values.known.begin());
  const std::size_t more = values.known.size() - 1 + (values.is_some ? 1 : 0);
  return more == 0 ? first : format("{} and {} more", first, more);
}

std::string named(const InhibitRule& rule) {
  return rule.name.empty() ? std::string("this inhibition") : format("the inhibition '{}'", rule.name);
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  if (input.alerts.empty()) return;
  for (const InhibitRule& rule : input.configuration.inhibit_rules) {
    const Shapes sources = matching(input.alerts, rule.source_matchers);
    const Shapes targets = matching(input.alerts, rule.target_matchers);
    if (sources.empty() || targets.empty()) {
      findings.push_back(
          {rule.where,
           format("with the labels that their rules give them, no alert matches the {} of {}",
                  sources.empty() ? "source" : "target", named(rule)),
           "the rule files that are checked beside it were looked at, and not what is added on the way; give the other "
           "files too, or mend the matchers"});
      continue;
    }
    for (const std::string& label : rule.equal) {
      const bool source_lacks = none_has(sources, label) && all_have(targets, label);
      const bool target_lacks = none_has(targets, label) && all_have(sources, label);
      if (!source_lacks && !target_lacks) {
        const Values of_sources = values_of(sources, label);
        const Values of_targets = values_of(targets, label);
        if (may_be_equal(of_sources, of_targets)) continue;
        findings.push_back(
            {rule.where,
             format("the label '{}' of `equal` is never the same on a source and on a target of {}, as the rules give "
                    "labels: "
                    "{} there, {} here",
                    label, named(rule), listed(of_sources), listed(of_targets)),
             "it is never equal, so nothing is inhibited; leave it out here, or mend the labels of the rules"});
        continue;
      }
      findings.push_back(
          {rule.where,
           format("the label '{}' of `equal` is on every {} of {} and on no {}, as the rules give labels", label,
                  source_lacks ? "target" : "source", named(rule), source_lacks ? "source" : "target"),
           "it is never equal, so nothing is inhibited; add the label to the rule, or leave it out here"});
    }
  }
}

}  // namespace

ConfigLint dead_inhibition() {
  return {
      {.name = "dead-inhibition",
       .summary = "an inhibition that no alert of the rules can cause or suffer",
       .doc = "With the labels that their rules give them, no alert of the rule files beside the configuration matches "
              "the source, or the target, or a label of `equal` is on one side and never on the other, or never the "
              "same on both.",
       .instead = "Matchers and `equal` with labels that alerts of the rules have on both sides.",
       .why =
           "An inhibition needs a source that fires and equal values of all labels in `equal`, where a label that is "
           "missing counts as empty."},
      check};
}

}  // namespace firedrill::notify::lints
