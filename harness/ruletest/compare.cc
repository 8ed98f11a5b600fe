#include "ruletest/compare.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::ruletest {
namespace {

using Mark = DiffLine::Mark;

std::string pairs(const std::vector<model::Label>& labels) {
  std::string out = "{";
  for (const model::Label& label : labels) {
    out += format("{}{}={}", out.size() > 1 ? ", " : "", label.name, model::quote(label.value));
  }
  return out + "}";
}

// As it is, unless that would not be seen.
std::string shown(const std::string& text) {
  constexpr std::string_view kBlank = " \t\r\n";
  return text.empty() || kBlank.contains(text.front()) || kBlank.contains(text.back()) ? model::quote(text) : text;
}

std::string text_of(const SeenAlert& alert) {
  return format("Labels:{} Annotations:{}", pairs(alert.labels), pairs(alert.annotations));
}

// Of each name what both sides say: equal, or one side's behind '-' and the other's behind '+'.
void diff_labels(const std::vector<model::Label>& expected, const std::vector<model::Label>& got,
                 std::string_view indent, std::vector<DiffLine>& lines) {
  auto e = expected.begin();
  auto g = got.begin();
  const auto line = [&](Mark mark, const model::Label& label) {
    lines.push_back({mark, format("{}{}: {}", indent, label.name, shown(label.value))});
  };
  while (e != expected.end() || g != got.end()) {
    if (g == got.end() || (e != expected.end() && e->name < g->name)) {
      line(Mark::missing, *e++);
    } else if (e == expected.end() || g->name < e->name) {
      line(Mark::unexpected, *g++);
    } else if (*e == *g) {
      line(Mark::same, *e);
      ++e, ++g;
    } else {
      line(Mark::missing, *e++);
      line(Mark::unexpected, *g++);
    }
  }
}

void list_alert(Mark mark, const SeenAlert& alert, std::vector<DiffLine>& lines) {
  lines.push_back({mark, pairs(alert.labels)});
  for (const model::Label& annotation : alert.annotations) {
    lines.push_back({mark, format("  {}: {}", annotation.name, shown(annotation.value))});
  }
}

std::size_t common(const std::vector<model::Label>& a, const std::vector<model::Label>& b) {
  return static_cast<std::size_t>(
      std::ranges::count_if(a, [&](const model::Label& label) { return std::ranges::find(b, label) != b.end(); }));
}

// Alerts of both sides that mean the same one: those with the most in common first come together.
void diff_alerts(std::vector<SeenAlert> expected, std::vector<SeenAlert> got, std::vector<DiffLine>& lines) {
  // Beyond that nobody reads on, and pairing takes long.
  constexpr std::size_t kMost = 50;
  if (expected.size() > kMost) expected.resize(kMost);
  if (got.size() > kMost) got.resize(kMost);
  for (const SeenAlert& alert : expected) {
    std::size_t best = got.size();
    std::size_t score = 1;  // alertname alone is in common always
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::size_t here = common(alert.labels, got[i].labels) * 2 + common(alert.annotations, got[i].annotations);
      if (here > score) best = i, score = here;
    }
    if (best == got.size()) {
      list_alert(Mark::missing, alert, lines);
      continue;
    }
    if (alert.labels == got[best].labels) {
      lines.push_back({Mark::same, pairs(alert.labels)});
    } else {
      lines.push_back({Mark::same, "labels:"});
      diff_labels(alert.labels, got[best].labels, "  ", lines);
      if (!alert.annotations.empty() || !got[best].annotations.empty()) lines.push_back({Mark::same, "annotations:"});
    }
    diff_labels(alert.annotations, got[best].annotations, "  ", lines);
    got.erase(got.begin() + static_cast<std::ptrdiff_t>(best));
  }
  for (const SeenAlert& alert : got) list_alert(Mark::unexpected, alert, lines);
}

double neighbour(double x, bool up) {
  if (x == 0) return up ? std::numeric_limits<double>::denorm_min() : -std::numeric_limits<double>::denorm_min();
  const auto bits = std::bit_cast<std::uint64_t>(x);
  return std::bit_cast<double>((x > 0) == up ? bits + 1 : bits - 1);
}

bool same_value(double x, double y, bool fuzzy) {
  if (x == y) return true;
  if (!fuzzy || maths::is_nan(x) || maths::is_nan(y)) return false;
  return neighbour(x, true) == y || neighbour(x, false) == y;
}

std::string text_of(const SeenSample& sample) {
  return format("{} {}", sample.labels.to_string(), format_go_g(sample.value));
}

}  // namespace

void leave_out_unexpected_annotations(const std::vector<SeenAlert>& expected, std::vector<SeenAlert>& got) {
  std::vector<bool> paired(got.size());
  for (const SeenAlert& alert : expected) {
    const auto named = [&](const model::Label& annotation) {
      return std::ranges::find(alert.annotations, annotation.name, &model::Label::name) != alert.annotations.end();
    };
    std::size_t best = got.size();
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (paired[i] || got[i].labels != alert.labels) continue;
      const bool all = std::ranges::includes(got[i].annotations, alert.annotations);
      if (best == got.size() || all) best = i;
      if (all) break;
    }
    if (best == got.size()) continue;
    paired[best] = true;
    std::erase_if(got[best].annotations, [&](const model::Label& annotation) { return !named(annotation); });
  }
}

bool compare_alerts(std::vector<SeenAlert> expected, std::vector<SeenAlert> got, Failure& failure) {
  std::ranges::sort(expected);
  std::ranges::sort(got);
  if (expected == got) return true;
  for (const SeenAlert& alert : expected) failure.expected.push_back(text_of(alert));
  for (const SeenAlert& alert : got) failure.got.push_back(text_of(alert));
  failure.what = format("{} expected, {} firing", expected.size(), got.size());
  if (expected.size() == got.size()) {
    failure.what += std::ranges::equal(expected, got, {}, &SeenAlert::labels, &SeenAlert::labels)
                        ? ", with other annotations"
                        : ", with other labels";
  }
  std::vector<SeenAlert> missing, unexpected;
  std::ranges::set_difference(expected, got, std::back_inserter(missing));
  std::ranges::set_difference(got, expected, std::back_inserter(unexpected));
  diff_alerts(std::move(missing), std::move(unexpected), failure.diff);
  return false;
}

bool compare_samples(std::vector<SeenSample> expected, std::vector<SeenSample> got, bool fuzzy, Failure& failure) {
  std::ranges::stable_sort(expected, {}, &SeenSample::labels);
  std::ranges::stable_sort(got, {}, &SeenSample::labels);
  const bool same = std::ranges::equal(expected, got, [&](const SeenSample& e, const SeenSample& g) {
    return e.labels == g.labels && same_value(e.value, g.value, fuzzy);
  });
  if (same) return true;
  for (const SeenSample& sample : expected) failure.expected.push_back(text_of(sample));
  for (const SeenSample& sample : got) failure.got.push_back(text_of(sample));
  failure.what = format("{} sample{} expected, {} there", expected.size(), expected.size() == 1 ? "" : "s", got.size());
  if (expected.size() == got.size()) {
    failure.what += std::ranges::equal(expected, got, {}, &SeenSample::labels, &SeenSample::labels)
                        ? (got.size() == 1 ? ", with another value" : ", with other values")
                        : ", with other labels";
  }
  auto e = expected.begin();
  auto g = got.begin();
  while (e != expected.end() || g != got.end()) {
    if (g == got.end() || (e != expected.end() && e->labels < g->labels)) {
      failure.diff.push_back({Mark::missing, text_of(*e++)});
    } else if (e == expected.end() || g->labels < e->labels) {
      failure.diff.push_back({Mark::unexpected, text_of(*g++)});
    } else if (same_value(e->value, g->value, fuzzy)) {
      failure.diff.push_back({Mark::same, text_of(*e)});
      ++e, ++g;
    } else {
      if (maths::is_nan(e->value) && maths::is_nan(g->value)) {
        failure.remedy =
            "NaN equals nothing, itself included, as in promtool: ask for `x != bool x`, which is 1 where x is NaN";
      }
      failure.diff.push_back({Mark::missing, text_of(*e++)});
      failure.diff.push_back({Mark::unexpected, text_of(*g++)});
    }
  }
  return false;
}

std::optional<NeverMet> why_never_met(const promql::MetricText& metric) {
  if (!metric.repeated.empty()) {
    return NeverMet{format("no sample has the label {} twice", model::quote(metric.repeated)), "give each label once"};
  }
  if (!metric.empty.empty()) {
    return NeverMet{format("no sample has the label {} without a value", model::quote(metric.empty)), "leave it out"};
  }
  return std::nullopt;
}

}  // namespace firedrill::ruletest
