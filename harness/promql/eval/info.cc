#include "promql/eval/info.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::promql {
namespace {

const std::vector<std::string> kIdentity = {std::string(model::kMetricName), "instance", "job"};

}  // namespace

InfoCall::InfoCall(VectorPtr input, VectorPtr infos, std::vector<model::Matcher> narrowing)
    : input_(std::move(input)), infos_(std::move(infos)) {
  for (model::Matcher& matcher : narrowing) {
    (matcher.name() == model::kMetricName ? names_ : data_).push_back(std::move(matcher));
  }
}

bool InfoCall::is_info(const model::Labels& labels) const {
  if (names_.empty()) return labels.metric_name() == "target_info";
  return std::ranges::all_of(names_, [&](const model::Matcher& m) { return m.matches(labels); });
}

bool InfoCall::wanted(std::string_view label) const {
  return data_.empty() || std::ranges::any_of(data_, [&](const model::Matcher& m) { return m.name() == label; });
}

bool InfoCall::index(Context& ctx, const Points& infos) {
  by_identity_.clear();
  for (const Point& point : infos) {
    const model::Labels& labels = infos_->table().labels(point.row);
    if (!is_info(labels)) continue;
    if (!std::ranges::all_of(data_, [&](const model::Matcher& m) { return m.matches(labels); })) continue;
    const auto [it, added] = by_identity_.try_emplace(labels.only(kIdentity), Info{point.row, point.value});
    if (added || it->second.time > point.value) continue;
    if (it->second.time == point.value) {
      const auto ms = static_cast<std::int64_t>(point.value * 1000);
      ctx.fail(format("found duplicate series for info metric: existing {} @ {}, new {} @ {}",
                      in_braces(infos_->table().labels(it->second.row)), ms, in_braces(labels), ms));
      return false;
    }
    it->second = {point.row, point.value};
  }
  return true;
}

std::optional<model::Labels> InfoCall::enriched(Context& ctx, const model::Labels& labels) const {
  model::Labels added;
  bool matched = false;
  const model::Labels identity = labels.only(kIdentity).without_name();
  for (const auto& [key, info] : by_identity_) {
    if (key.without_name() != identity) continue;
    matched = true;
    for (const model::Label& label : infos_->table().labels(info.row)) {
      if (label.name == model::kMetricName || !wanted(label.name)) continue;
      if (added.has(label.name) && added.get(label.name) != label.value) {
        ctx.fail("conflicting label: " + label.name);
        return std::nullopt;
      }
      if (!labels.has(label.name)) added.set(label.name, label.value);
    }
  }
  if (!matched && std::ranges::any_of(data_, [](const model::Matcher& m) { return !m.matches(""); })) {
    return std::nullopt;
  }
  model::Labels result = labels;
  for (const model::Label& label : added) result.set(label.name, label.value);
  return result;
}

const Points& InfoCall::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  const Points& input = input_->eval(ctx);
  if (!index(ctx, infos_->eval(ctx))) return out_;
  // With delayed name removal, a name that was to be dropped comes back, as in 3.5.
  for (const Point& point : input) {
    const model::Labels& labels = input_->table().labels(point.row);
    Row row = kNoRow;
    if (is_info(labels)) {
      row = table_.intern(labels);
    } else if (auto enriched_labels = enriched(ctx, labels)) {
      row = table_.intern(std::move(*enriched_labels));
    } else {
      continue;
    }
    if (!met_.insert(row)) ctx.fail(std::string(kSameLabels));
    out_.push_back({row, point.value});
  }
  return out_;
}

}  // namespace firedrill::promql
