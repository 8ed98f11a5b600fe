#include "fake_services/telemetry/own_metrics.h"

#include <algorithm>

#include "base/text/format.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/traffic/arrivals.h"

namespace firedrill::fake_services {
namespace {

using model::Label;
using model::MetricType;

constexpr double kPeakHour = 14;
constexpr int kFirstServerError = 500;

double minutes_between(Time from, Time to) {
  return to_seconds(to - from) / 60;
}

}  // namespace

OwnMetric::OwnMetric(const MetricSpec& spec, const ServiceModel& model,
                     const std::map<std::string, std::size_t>& faults, std::uint64_t seed, const model::Labels& target,
                     const std::string& version)
    : spec_(spec),
      version_(by_version(spec) ? version : std::string()),
      model_(&model),
      bounds_(spec.buckets.empty() ? std::vector<double>(default_buckets().begin(), default_buckets().end())
                                   : spec.buckets),
      chance_(seed, format("metric/{}/{}", spec.name, target.get("instance"))) {
  for (const auto& [id, effect] : spec.under) {
    if (const auto it = faults.find(id); it != faults.end()) effects_.emplace_back(it->second, effect);
  }
  for (std::size_t r = 0; r < model.routes.size(); ++r) {
    for (std::size_t s = 0; s < model.layout.slots; ++s) {
      if (model.codes.list[s] >= kFirstServerError) error_responses_.push_back(model.layout.response(r, s));
    }
  }
  for (auto& [name, source] : spec_.labels) {
    if (source == kVersionLabel) source = "=" + version;
  }
  make_groups(target);
}

void OwnMetric::make_groups(const model::Labels& target) {
  std::map<std::vector<Label>, std::size_t> known;
  const auto group_of = [&](const std::vector<Label>& own) -> Group& {
    const auto [it, fresh] = known.try_emplace(own, groups_.size());
    if (fresh) {
      groups_.emplace_back();
      if (spec_.type == MetricType::histogram) {
        add_histogram(target, own);
      } else {
        series_.push_back(target_series(target, spec_.name, spec_.type, own));
      }
    }
    return groups_[it->second];
  };
  const auto labels_for = [&](const RouteModel& route, int code) {
    std::vector<Label> own;
    for (const auto& [name, source] : spec_.labels) {
      own.push_back({name, label_value(source, route.method, route.path, code)});
    }
    return own;
  };
  const bool by_code =
      std::ranges::any_of(spec_.labels, [](const auto& label) { return label.second.starts_with("code"); });
  if (!by_request(spec_)) {
    group_of(labels_for(model_->routes.front(), 0));
    return;
  }
  for (std::size_t r = 0; r < model_->routes.size(); ++r) {
    for (std::size_t s = 0; s < model_->layout.slots; ++s) {
      const int code = model_->codes.list[s];
      if (spec_.signal == "errors" && code < kFirstServerError) continue;
      Group& group = group_of(labels_for(model_->routes[r], code));
      group.responses.push_back(model_->layout.response(r, s));
      if (by_code) group.codes.push_back(r * model_->layout.slots + s);
      if (std::ranges::find(group.routes, r) == group.routes.end()) group.routes.push_back(r);
    }
  }
}

void OwnMetric::add_histogram(const model::Labels& target, const std::vector<Label>& own) {
  const std::string base = base_name(spec_);
  const auto bucket = [&](std::string bound) {
    auto labels = own;
    labels.push_back({std::string(model::kBucketLabel), std::move(bound)});
    series_.push_back(target_series(target, format("{}_bucket", base), spec_.type, std::move(labels)));
  };
  for (const double bound : bounds_) bucket(bound_text(bound));
  bucket("+Inf");
  series_.push_back(target_series(target, format("{}_sum", base), spec_.type, own));
  series_.push_back(target_series(target, format("{}_count", base), spec_.type, own));
}

double OwnMetric::sum(const Group& group, const Totals& totals) const {
  double all = 0;
  for (const std::size_t at : group.responses) {
    for (std::size_t b = 0; b < model_->layout.buckets; ++b) all += totals.counts[at + b];
  }
  return all;
}

double OwnMetric::seconds(const Group& group, const Totals& totals) {
  double all = 0;
  for (const std::size_t at : group.codes) all += totals.response_code_s[at];
  if (!group.codes.empty()) return all;
  for (const std::size_t r : group.routes) all += totals.response_sum_s[r];
  return all;
}

void OwnMetric::write_histograms(const Totals& totals, double* out) const {
  for (const Group& group : groups_) {
    const double all = sum(group, totals);
    double upto = 0;
    std::size_t b = 0;
    for (const double bound : bounds_) {
      for (; b < model_->bounds.size() && model_->bounds[b] <= bound; ++b) {
        for (const std::size_t at : group.responses) upto += totals.counts[at + b];
      }
      *out++ = all > 0 ? upto : absent();
    }
    *out++ = all > 0 ? all : absent();
    *out++ = all > 0 ? seconds(group, totals) : absent();
    *out++ = all > 0 ? all : absent();
  }
}

double OwnMetric::over_window(Time t, const Totals& totals, bool ratio) {
  RequestMarks::Mark now{t, 0, 0};
  for (std::size_t i = 0; i < model_->layout.edge_at.front(); ++i) now.requests += totals.counts[i];
  for (const std::size_t at : error_responses_) {
    for (std::size_t b = 0; b < model_->layout.buckets; ++b) now.errors += totals.counts[at + b];
  }
  marks_.add(now, spec_.window);
  return ratio ? marks_.error_ratio(spec_.window) : marks_.rate(spec_.window);
}

double OwnMetric::made_up(Time t, std::span<const FaultSpan> faults) {
  const ValueSpec& v = *spec_.value;
  double value = v.baseline * (1 + v.daily * daily_wave(t, kPeakHour));
  if (v.noise > 0) value += v.noise * chance_.normal();
  for (const auto& [fault, effect] : effects_) {
    const FaultSpan& span = faults[fault];
    if (!span.begun) continue;
    const Time until = span.ended ? span.to : t;
    double rise = effect.rise_per_minute * minutes_between(span.from, until);
    if (span.ended) {
      const double back = effect.rise_per_minute * minutes_between(span.to, t);
      rise = rise > 0 ? std::max(0.0, rise - back) : std::min(0.0, rise - back);
    } else {
      value = effect.set ? *effect.set : value * effect.factor + effect.add;
    }
    value += rise;
  }
  return value;
}

void OwnMetric::write(const Moment& moment, const Totals& totals, std::span<const FaultSpan> faults, double* out) {
  if (spec_.value) {
    const double value = made_up(moment.t, faults);
    if (spec_.type == MetricType::counter) {  // the value is a rate per second
      if (last_ != Time{}) accumulated_ += std::max(0.0, value) * to_seconds(moment.t - last_);
      last_ = moment.t;
      *out = accumulated_;
    } else {
      *out = value;
    }
    return;
  }
  if (spec_.type == MetricType::histogram) return write_histograms(totals, out);
  if (spec_.signal == "requests" || spec_.signal == "errors") {
    for (const Group& group : groups_) {
      const double all = sum(group, totals);
      *out++ = all > 0 || spec_.labels.empty() ? all : absent();
    }
    return;
  }
  if (spec_.signal == "error_ratio") *out = over_window(moment.t, totals, true);
  if (spec_.signal == "request_rate") *out = over_window(moment.t, totals, false);
  if (spec_.signal == "in_flight") *out = moment.in_flight;
  if (spec_.signal == "queue_length") *out = moment.queued;
  if (spec_.signal == "cpu") *out = moment.cpu_s;
  if (spec_.signal == "memory") *out = moment.memory;
  if (spec_.signal == "disk_available") *out = model_->spec.disk ? moment.disk_available : absent();
  if (spec_.signal == "certificate_expiry") *out = model_->spec.certificate ? moment.certificate_expiry_s : absent();
  if (spec_.signal == "messages_waiting") *out = model_->spec.consumer ? moment.messages : absent();
  if (spec_.signal == "message_age") *out = model_->spec.consumer ? moment.oldest_s : absent();
}

}  // namespace firedrill::fake_services
