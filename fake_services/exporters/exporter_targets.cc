#include "fake_services/exporters/exporter_targets.h"

#include <algorithm>
#include <set>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/telemetry/instruments.h"

namespace firedrill::fake_services {
namespace {

constexpr double kScrapeSeconds = 0.012;  // median duration of a scrape
constexpr double kScrapeSpread = 0.3;
constexpr double kSilentScrapeSeconds = 3600;  // beyond any scrape's time-out
constexpr double kHalf = 0.5;
constexpr Duration kUpBefore = std::chrono::hours(36);  // for which an exporter's process runs when the run begins

std::vector<std::string> nodes_of(const Pods& pods) {
  std::set<std::string> names;
  for (std::size_t slot = 0; slot < pods.size(); ++slot) names.insert(pods.identity(slot).node);
  return {names.begin(), names.end()};
}

std::string filled(std::string_view text, std::span<const model::Label> meant) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('{', at);
    out += text.substr(at, open == std::string_view::npos ? open : open - at);
    if (open == std::string_view::npos) break;
    const std::size_t end = text.find('}', open);
    const std::string_view word = text.substr(open + 1, end - open - 1);
    const auto found = std::ranges::find(meant, word, [](const model::Label& l) -> std::string_view { return l.name; });
    if (found != meant.end()) out += found->value;
    at = end + 1;
  }
  return out;
}

// The share of an exponential law with a mean that is at most so much.
double share_below(double bound, double mean) {
  if (mean <= 0) return 1;
  return bound <= 0 ? 0 : 1 - maths::exp(-bound / mean);
}
double quantile_of(double q, double mean) {
  constexpr double kMost = 1 - 1e-9;
  return -mean * maths::log1p(-std::min(q, kMost));
}

std::vector<model::Label> meant_by_pod(const PodIdentity& pod) {
  return {{"namespace", pod.name_space}, {"pod", pod.pod},   {"uid", pod.uid},
          {"container", pod.container},  {"node", pod.node}, {"service", pod.deployment}};
}

}  // namespace

model::Labels exposed_labels(const model::Labels& target, std::string_view name, std::vector<model::Label> own,
                             bool honours) {
  if (!honours) return target_series(target, name, model::MetricType::unknown, std::move(own)).labels;
  own.push_back({std::string(model::kMetricName), std::string(name)});
  model::Labels labels = model::Labels::from(std::move(own));
  for (const model::Label& label : target) {
    if (!labels.has(label.name)) labels.set(label.name, label.value);
  }
  return labels;
}

ExporterTargets::ExporterTargets(const Topology& topology, const FlowModel& model, const Pods& pods, std::uint64_t seed,
                                 Time start, ReadSeries reads)
    : model_(&model), jobs_(topology.exporter_jobs), seed_(seed), reads_(std::move(reads)), nodes_(nodes_of(pods)) {
  for (const std::string& name : topology.exporters) {
    attach(find_exporter(topology, name), Vantage::kNone, pods, start);
  }
  for (std::size_t s = 0; s < topology.services.size(); ++s) {
    for (const std::string& name : topology.services[s].exporters) {
      attach(find_exporter(topology, name), s, pods, start);
    }
  }
}

void ExporterTargets::attach(const std::shared_ptr<const Exporter>& exporter, std::size_t service, const Pods& pods,
                             Time start) {
  Body body;
  body.exporter = exporter;
  body.service = service;
  if (!exporter->joins.empty()) {
    joined_.exporter = exporter;
    joined_.started = start - kUpBefore;
    joined_.last = start;
    joined_labels_.set("job", exporter->joins);
    joined_labels_.set("instance", format("{}:8080", exporter->joins));
    for (const ExportedMetric& metric : exporter->metrics) lay_out(joined_, joined_labels_, metric, pods);
    return;
  }
  if (exporter->watches == Watches::node) {
    for (const std::string& node : nodes_) {
      body.node = node;
      add_target(body, node, pods, start);
    }
    return;
  }
  std::size_t count = static_cast<std::size_t>(exporter->instances);
  std::string base = exporter->name;
  if (service != Vantage::kNone) {
    base = model_->services[service].spec.name;
    count =
        exporter->watches == Watches::service ? 1 : static_cast<std::size_t>(model_->services[service].spec.replicas);
  }
  for (std::size_t i = 0; i < count; ++i) {
    body.place = i;
    add_target(body, exporter->watches == Watches::service ? base : format("{}-{}", base, i), pods, start);
  }
}

void ExporterTargets::add_target(Body body, std::string name, const Pods& pods, Time start) {
  const Exporter& exporter = *body.exporter;
  Target target;
  target.kind = TargetKind::exporter;
  target.instance = format("{}:{}", name, exporter.port);
  const auto job = jobs_.find(exporter.name);
  target.job = job != jobs_.end() ? job->second : exporter.job;
  target.name_space = exporter.name_space;
  if (body.service != Vantage::kNone) {
    const ServiceSpec& service = model_->services[body.service].spec;
    target.name_space = service.name_space;
    for (const auto& [label, value] : service.labels) target.labels.set(label, value);
    if (!exporter.honors_labels) target.labels.set("service", service.name);
  }
  if (!exporter.honors_labels && !target.name_space.empty()) target.labels.set("namespace", target.name_space);
  if (exporter.watches == Watches::cluster && !exporter.honors_labels) target.labels.set("pod", name);
  target.labels.set("job", target.job);
  target.labels.set("instance", target.instance);
  if (!exporter.metrics_path.empty()) {
    target.labels.set("metrics_path", exporter.metrics_path);
    if (!body.node.empty()) target.labels.set("node", body.node);
  }
  body.started = start - kUpBefore;
  body.last = start;
  body.scrapes.emplace(seed_, format("exporter/{}/{}/scrapes", exporter.name, target.instance));
  for (const ExportedMetric& metric : exporter.metrics) lay_out(body, target.labels, metric, pods);
  target.series = body.series;
  targets_.push_back(std::move(target));
  bodies_.push_back(std::move(body));
}

void ExporterTargets::lay_out(Body& body, const model::Labels& target, const ExportedMetric& metric, const Pods& pods) {
  std::vector<model::Label> meant = {{"instance", std::string(target.get("instance"))}};
  if (!body.node.empty()) meant.push_back({"node", body.node});
  if (body.service != Vantage::kNone) {
    const ServiceSpec& service = model_->services[body.service].spec;
    meant.push_back({"service", service.name});
    meant.push_back({"namespace", service.name_space});
    meant.push_back({"pod", format("{}-{}", service.name, body.place)});
  }
  const auto with = [&](std::vector<model::Label> more) {
    more.insert(more.end(), meant.begin(), meant.end());
    return more;
  };
  if (metric.each == Each::pod) {
    for (std::size_t slot = 0; slot < pods.size(); ++slot) add_pod_parts(body, target, metric, slot, pods);
    return;
  }
  for (const SeriesForm& form : metric.series) {
    Part part;
    part.metric = &metric;
    part.form = &form;
    part.service = body.service;
    part.node = body.node;
    switch (metric.each) {
      case Each::one:
        add_part(body, target, part, meant);
        break;
      case Each::cpu:
        for (int cpu = 0; cpu < 8; ++cpu) add_part(body, target, part, with({{"cpu", std::to_string(cpu)}}));
        break;
      case Each::node:
        for (const std::string& node : nodes_) {
          part.node = node;
          add_part(body, target, part, with({{"node", node}}));
        }
        break;
      case Each::workload:
        for (std::size_t s = 0; s < model_->services.size(); ++s) {
          const ServiceSpec& service = model_->services[s].spec;
          if (service.external) continue;
          part.service = s;
          add_part(body, target, part, with({{"service", service.name}, {"namespace", service.name_space}}));
        }
        break;
      case Each::code:
      case Each::caller:
        add_counted_parts(body, target, part, meant);
        break;
      case Each::pod:
        break;
    }
  }
}

// Whose things are only known from the service that is watched.
void ExporterTargets::add_counted_parts(Body& body, const model::Labels& target, Part part,
                                        const std::vector<model::Label>& meant) {
  if (body.service == Vantage::kNone) return;
  const auto with = [&](std::vector<model::Label> more) {
    more.insert(more.end(), meant.begin(), meant.end());
    return more;
  };
  if (part.metric->each == Each::code) {
    const Codes& codes = model_->services[body.service].codes;
    for (std::size_t c = 0; c < codes.list.size(); ++c) {
      part.code = c;
      const std::string code = std::to_string(codes.list[c]);
      add_part(body, target, part, with({{"code", code}, {"code_class", format("{}xx", code.substr(0, 1))}}));
    }
    return;
  }
  for (std::size_t s = 0; s < model_->services.size(); ++s) {
    const auto& dependencies = model_->services[s].spec.dependencies;
    const std::string& name = model_->services[body.service].spec.name;
    if (std::ranges::find(dependencies, name, &DependencySpec::name) == dependencies.end()) continue;
    part.caller = s;
    add_part(body, target, part, with({{"caller", model_->services[s].spec.name}}));
  }
}

void ExporterTargets::add_pod_parts(Body& body, const model::Labels& target, const ExportedMetric& metric,
                                    std::size_t slot, const Pods& pods) {
  const PodIdentity& pod = pods.identity(slot);
  if (!body.node.empty() && pod.node != body.node) return;
  if (body.service != Vantage::kNone && pods.service_of(slot) != body.service) return;
  for (const SeriesForm& form : metric.series) {
    Part part;
    part.metric = &metric;
    part.form = &form;
    part.slot = slot;
    part.number = pods.number(slot);
    part.of_pod = true;
    part.service = pods.service_of(slot);
    part.node = pod.node;
    add_part(body, target, std::move(part), meant_by_pod(pod));
  }
}

void ExporterTargets::add_part(Body& body, const model::Labels& target, Part part,
                               const std::vector<model::Label>& meant) {
  const ExportedMetric& metric = *part.metric;
  std::vector<model::Label> own;
  for (const model::Label& label : part.form->labels) own.push_back({label.name, filled(label.value, meant)});
  std::vector<model::SeriesInfo> series;
  const auto add = [&](const std::string& name, std::string_view label, std::string value) {
    std::vector<model::Label> labels = own;
    if (!label.empty()) labels.push_back({std::string(label), std::move(value)});
    series.push_back({exposed_labels(target, name, std::move(labels), body.exporter->honors_labels), metric.type});
  };
  if (metric.type == model::MetricType::histogram) {
    for (const double bound : metric.bounds) add(metric.name + "_bucket", model::kBucketLabel, bound_text(bound));
    add(metric.name + "_bucket", model::kBucketLabel, "+Inf");
  } else if (metric.type == model::MetricType::summary) {
    for (const double q : metric.bounds) add(metric.name, "quantile", bound_text(q));
  } else {
    add(metric.name, {}, {});
  }
  if (!metric.bounds.empty()) {
    add(metric.name + "_sum", {}, {});
    add(metric.name + "_count", {}, {});
  }
  const bool read = !reads_ || std::ranges::any_of(series, [&](const auto& info) { return reads_(info.labels); });
  if (!read) return;
  if (metric.type == model::MetricType::histogram) part.buckets.assign(metric.bounds.size(), 0);
  body.series.insert(body.series.end(), series.begin(), series.end());
  body.parts.push_back(std::move(part));
}

std::vector<std::size_t> ExporterTargets::add_pod(std::size_t slot, const Pods& pods) {
  std::vector<std::size_t> grown;
  const auto grow = [&](Body& body, const model::Labels& labels) {
    const std::size_t before = body.series.size();
    if (!body.exporter) return false;
    for (const ExportedMetric& metric : body.exporter->metrics) {
      if (metric.each == Each::pod) add_pod_parts(body, labels, metric, slot, pods);
    }
    return body.series.size() != before;
  };
  grow(joined_, joined_labels_);
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    if (!grow(bodies_[i], targets_[i].labels)) continue;
    targets_[i].series = bodies_[i].series;
    grown.push_back(i);
  }
  return grown;
}

// The pod that is at the watched place now; of two, the one that was made last.
std::size_t ExporterTargets::watched_slot(const Body& body, const Pods& pods) const {
  if (body.service == Vantage::kNone || model_->services[body.service].spec.external) return Vantage::kNone;
  std::size_t found = Vantage::kNone;
  for (std::size_t slot = 0; slot < pods.size(); ++slot) {
    if (pods.service_of(slot) != body.service || pods.place_of(slot) != body.place) continue;
    const bool better = found == Vantage::kNone || (pods.exists(slot) && !pods.exists(found)) ||
                        (pods.exists(slot) == pods.exists(found) && pods.number(slot) > pods.number(found));
    if (better) found = slot;
  }
  return found;
}

Vantage ExporterTargets::vantage_of(const Body& body, const Vantage& at) const {
  Vantage v = at;
  v.started = body.started;
  v.service = body.service;
  v.ordinal = body.place;
  v.node = body.node;
  v.slot = watched_slot(body, at.production->pods);
  return v;
}

void ExporterTargets::write_part(Part& part, const Vantage& v, double seconds, std::vector<double>& values) {
  const ExportedMetric& metric = *part.metric;
  const auto read = [&](std::uint16_t source) { return read_source(source, v); };
  if (metric.type == model::MetricType::gauge) {
    const Expression& present = part.form->present;
    const bool there = present.empty() || present.evaluate(read) > 0.5;
    values.push_back(there ? part.form->value.evaluate(read) : absent());
    return;
  }
  const double grown = std::max(0.0, part.form->rate.evaluate(read)) * seconds;
  part.count += grown;
  if (metric.bounds.empty()) {
    const double all = part.count + part.form->value.evaluate(read);
    values.push_back(part.code != Vantage::kNone && all <= 0 ? absent() : all);
    return;
  }
  const double mean = std::max(0.0, part.form->mean.evaluate(read));
  if (metric.type == model::MetricType::histogram) {
    for (std::size_t b = 0; b < metric.bounds.size(); ++b) {
      part.buckets[b] += grown * share_below(metric.bounds[b], mean);
      values.push_back(maths::floor(part.buckets[b]));
    }
    values.push_back(maths::floor(part.count));
  } else {
    for (const double q : metric.bounds) values.push_back(quantile_of(q, mean));
  }
  part.sum += grown * mean;
  values.push_back(part.sum);
  values.push_back(maths::floor(part.count));
}

void ExporterTargets::write(Body& body, const Vantage& at, std::vector<double>& values) {
  const double seconds = to_seconds(at.production->now - body.last);
  body.last = at.production->now;
  const Pods& pods = at.production->pods;
  Vantage v = vantage_of(body, at);
  const std::size_t watched = v.slot;
  for (Part& part : body.parts) {
    v.service = part.service;
    v.slot = part.of_pod ? part.slot : part.service == body.service ? watched : Vantage::kNone;
    v.code = part.code;
    v.caller = part.caller;
    v.node = part.node;
    const bool gone = part.of_pod && (pods.number(part.slot) != part.number || !pods.exists(part.slot));
    if (gone) {
      const std::size_t count = part.metric->bounds.empty()                         ? 1
                                : part.metric->type == model::MetricType::histogram ? part.metric->bounds.size() + 3
                                                                                    : part.metric->bounds.size() + 2;
      values.insert(values.end(), count, absent());
      continue;
    }
    write_part(part, v, seconds, values);
  }
}

ScrapeResult ExporterTargets::scrape(std::size_t target, const Vantage& at, std::vector<double>& values) {
  Body& body = bodies_[target];
  values.clear();
  ScrapeResult result;
  const Vantage v = vantage_of(body, at);
  const auto holds = [&](const Expression& expression) {
    return expression.evaluate([&](std::uint16_t source) { return read_source(source, v); }) > kHalf;
  };
  if (holds(body.exporter->unlisted)) return {.discovered = false};
  if (holds(body.exporter->down)) {
    result.duration_s = kSilentScrapeSeconds;
    return result;
  }
  values.reserve(body.series.size());
  write(body, at, values);
  result.up = true;
  result.duration_s = kScrapeSeconds * body.scrapes->lognormal(0, kScrapeSpread);
  for (const double value : values) result.samples += is_absent(value) ? 0 : 1;
  return result;
}

void ExporterTargets::append_joined(const Vantage& at, std::vector<double>& values) {
  write(joined_, at, values);
}

}  // namespace firedrill::fake_services
