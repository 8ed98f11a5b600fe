#include "promql/eval/info.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::promql {
namespace {

const std::vector<std::string> kIdentity = {std::string(model::kMetricName), "instance", "job"};

}  // namespace

InfoCall::InfoCall(VectorPtr input, VectorPtr infos, std::vector<model::Matcher> narrowing, bool narrowed)
    : input_(std::move(input)), infos_(std::move(infos)), narrowed_(narrowed) {
  for (model::Matcher& matcher : narrowing) {
    (matcher.name() == model::kMetricName ? names_ : data_).push_back(std::move(matcher));
  }
}

bool InfoCall::is_info(const model::Labels& labels) const {
  if (names_.empty()) return labels.metric_name() == "target_info";
  return std::ranges::all_of(names_, [&](const model::Matcher& m) { return m.matches(labels); });
}

// Info series themselves are not enriched: those that all matchers of the name hold for, in 3.5 any. A selector that
// says nothing of the name makes none of them.
bool InfoCall::stays_as_it_is(const Context& ctx, const model::Labels& labels) const {
  if (names_.empty()) return !narrowed_ && is_info(labels);
  if (ctx.newest()) return is_info(labels);
  return std::ranges::any_of(names_, [&](const model::Matcher& m) { return m.matches(labels); });
}

bool InfoCall::adds(std::string_view label) const {
  return data_.empty() || std::ranges::any_of(data_, [&](const model::Matcher& m) { return m.name() == label; });
}

InfoCall::Wanted InfoCall::wanted_by(const Context& ctx, const Points& input) const {
  Wanted wanted;
  for (const Point& point : input) {
    const model::Labels& labels = input_->table().labels(point.row);
    if (stays_as_it_is(ctx, labels)) continue;
    if (const auto value = labels.get("instance"); !value.empty()) wanted.instances.emplace(value);
    if (const auto value = labels.get("job"); !value.empty()) wanted.jobs.emplace(value);
  }
  return wanted;
}

bool InfoCall::index(Context& ctx, const Points& infos, const Wanted& wanted) {
  const auto among = [](const Values& values, std::string_view value) {
    return values.empty() || values.contains(value);
  };
  by_identity_.clear();
  if (!wanted.any()) return true;
  for (const Point& point : infos) {
    const model::Labels& labels = infos_->table().labels(point.row);
    if (!is_info(labels)) continue;
    if (!among(wanted.instances, labels.get("instance")) || !among(wanted.jobs, labels.get("job"))) continue;
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

std::optional<model::Labels> InfoCall::enriched(Context& ctx, const model::Labels& labels, bool looked) const {
  model::Labels added;
  bool matched = false;
  const model::Labels identity = labels.only(kIdentity).without_name();
  for (const auto& [key, info] : by_identity_) {
    if (key.without_name() != identity) continue;
    matched = true;
    for (const model::Label& label : infos_->table().labels(info.row)) {
      if (label.name == model::kMetricName || !adds(label.name)) continue;
      if (added.has(label.name) && added.get(label.name) != label.value) {
        ctx.fail("conflicting label: " + label.name);
        return std::nullopt;
      }
      if (!labels.has(label.name)) added.set(label.name, label.value);
    }
  }
  // 3.5 takes what adds nothing for what matched nothing, and a name asked for in vain for a data label.
  const auto never_empty = [](const model::Matcher& m) { return !m.matches(""); };
  if (!ctx.newest()) matched = !added.empty();
  if (!matched && std::ranges::any_of(data_, never_empty)) return std::nullopt;
  if (!matched && !ctx.newest() && !looked && std::ranges::any_of(names_, never_empty)) return std::nullopt;
  model::Labels result = labels;
  for (const model::Label& label : added) result.set(label.name, label.value);
  return result;
}

const Points& InfoCall::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  const Points& input = input_->eval(ctx);
  const Wanted wanted = wanted_by(ctx, input);
  if (!index(ctx, infos_->eval(ctx), wanted)) return out_;
  // With delayed name removal, a name that was to be dropped comes back.
  for (const Point& point : input) {
    const model::Labels& labels = input_->table().labels(point.row);
    Row row = kNoRow;
    if (stays_as_it_is(ctx, labels)) {
      row = table_.intern(labels);
    } else if (auto enriched_labels = enriched(ctx, labels, wanted.any())) {
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
