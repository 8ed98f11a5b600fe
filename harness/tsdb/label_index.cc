#include "tsdb/label_index.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

namespace firedrill::tsdb {
namespace {

using Refs = std::vector<promql::SeriesRef>;

Refs intersection(const Refs& a, const Refs& b) {
  Refs result;
  std::ranges::set_intersection(a, b, std::back_inserter(result));
  return result;
}

Refs difference(const Refs& a, const Refs& b) {
  Refs result;
  std::ranges::set_difference(a, b, std::back_inserter(result));
  return result;
}

}  // namespace

void LabelIndex::add(promql::SeriesRef series, const model::Labels& labels) {
  for (const model::Label& label : labels) values_[label.name][label.value].push_back(series);
  count_ = series + 1;
}

const LabelIndex::Values* LabelIndex::values_of(const std::string& name) const {
  const auto it = values_.find(name);
  return it == values_.end() ? nullptr : &it->second;
}

LabelIndex::Postings LabelIndex::present(const Values& values, const model::Matcher& matcher) const {
  const auto look_up = [&](std::string_view value) {
    const auto it = values.find(value);
    return it == values.end() ? nullptr : &it->second;
  };
  Postings result;
  const auto add = [&](const Postings& postings) { result.insert(result.end(), postings.begin(), postings.end()); };
  if (matcher.op() == model::MatchOp::equal) {
    if (const Postings* found = look_up(matcher.value())) return *found;
    return {};
  }
  if (matcher.op() == model::MatchOp::regex && !matcher.regex()->literals().empty()) {
    for (const std::string& literal : matcher.regex()->literals()) {
      if (const Postings* found = look_up(literal)) add(*found);
    }
  } else {
    for (const auto& [value, postings] : values) {
      if (matcher.matches(value)) add(postings);
    }
  }
  std::ranges::sort(result);
  result.erase(std::ranges::unique(result).begin(), result.end());  // a literal may be repeated in the pattern
  return result;
}

std::vector<promql::SeriesRef> LabelIndex::select(std::span<const model::Matcher> matchers) const {
  std::optional<Postings> result;
  const auto narrow = [&](Postings postings) {
    result = result ? intersection(*result, postings) : std::move(postings);
  };
  // First the matchers that need the label, since they leave few; then those that are content without it.
  for (const model::Matcher& matcher : matchers) {
    if (matcher.matches(std::string_view())) continue;
    const Values* values = values_of(matcher.name());
    if (!values) return {};
    narrow(present(*values, matcher));
    if (result->empty()) return {};
  }
  if (!result) {
    result.emplace(count_);
    std::iota(result->begin(), result->end(), promql::SeriesRef{0});
  }
  for (const model::Matcher& matcher : matchers) {
    if (!matcher.matches(std::string_view())) continue;
    const Values* values = values_of(matcher.name());
    if (!values) continue;
    Postings refused;
    for (const auto& [value, postings] : *values) {
      if (!matcher.matches(value)) refused.insert(refused.end(), postings.begin(), postings.end());
    }
    std::ranges::sort(refused);
    *result = difference(*result, refused);
  }
  return std::move(*result);
}

}  // namespace firedrill::tsdb
