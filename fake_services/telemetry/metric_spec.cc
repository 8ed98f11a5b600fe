#include "fake_services/telemetry/metric_spec.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/telemetry/instrument_names.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;
using model::MetricType;

constexpr SignalKind kSignals[] = {
    {"requests", MetricType::counter, "requests answered"},
    {"errors", MetricType::counter, "requests answered with a 5xx code"},
    {"error_ratio", MetricType::gauge, "share of 5xx among the requests of the window"},
    {"request_rate", MetricType::gauge, "requests per second over the window"},
    {"duration", MetricType::histogram, "time from a request's arrival to its response, seconds"},
    {"in_flight", MetricType::gauge, "requests being worked on or waiting"},
    {"queue_length", MetricType::gauge, "requests waiting for a worker"},
    {"cpu", MetricType::counter, "processor seconds used"},
    {"memory", MetricType::gauge, "resident memory, bytes"},
    {"disk_available", MetricType::gauge, "bytes left on the disk"},
    {"certificate_expiry", MetricType::gauge, "when the certificate expires, seconds since 1970"},
    {"messages_waiting", MetricType::gauge, "messages in the queue that the service consumes"},
    {"message_age", MetricType::gauge, "how long the oldest of them has waited, seconds"},
};

constexpr std::string_view kTypes[] = {"counter", "gauge", "histogram"};
constexpr std::string_view kSignalNames[] = {
    "requests", "errors", "error_ratio",    "request_rate",       "duration",         "in_flight",  "queue_length",
    "cpu",      "memory", "disk_available", "certificate_expiry", "messages_waiting", "message_age"};
constexpr std::string_view kPer[] = {"replica", "service"};

constexpr FieldSpec kMetric[] = {
    {.name = "name",
     .type = text,
     .doc = "name of the metric; of a histogram without its suffix (required without `file`)"},
    {.name = "service", .type = text, .doc = "service whose targets show it (required without `file`)"},
    {.name = "file",
     .type = text,
     .doc =
         "instead of all others: series that were recorded, as OpenMetrics text or as Prometheus's API answers a range "
         "query"},
    {.name = "at",
     .type = duration,
     .doc = "of a file: when its first sample is, since the end of the warm-up; as the run begins if absent"},
    {.name = "type", .type = text, .doc = "counter, gauge or histogram; the signal's own if absent", .choices = kTypes},
    {.name = "signal", .type = text, .doc = "what it measures; or `value` instead", .choices = kSignalNames},
    {.name = "labels",
     .type = text_map,
     .doc = "exported label: one of code, code_class (5xx), method, route (of requests, errors and duration), version "
            "(of any "
            "signal), or =text for a constant"},
    {.name = "buckets", .type = texts, .doc = "upper bounds of a histogram's buckets, in seconds or as durations"},
    {.name = "window",
     .type = duration,
     .doc = "over which ratios and rates are taken",
     .default_text = "1m",
     .min = 1,
     .max = 86400},
    {.name = "per",
     .type = text,
     .doc = "replica: each measures itself; service: the first shows the whole. Signals are per replica, values per "
            "service",
     .choices = kPer},
};

constexpr FieldSpec kValue[] = {
    {.name = "baseline", .type = number, .required = true, .doc = "what it is when nothing is wrong"},
    {.name = "noise",
     .type = number,
     .doc = "standard deviation, drawn anew at each scrape",
     .default_text = "0",
     .min = 0},
    {.name = "daily",
     .type = ratio,
     .doc = "relative swing over the day, highest at 14:00 UTC",
     .default_text = "0",
     .min = 0,
     .max = 1},
};

constexpr FieldSpec kEffect[] = {
    {.name = "rise_per_minute",
     .type = number,
     .doc = "rises at this rate while the fault is on, and falls back at the same rate afterwards"},
    {.name = "add", .type = number, .doc = "added while the fault is on"},
    {.name = "factor", .type = number, .doc = "multiplied while the fault is on"},
    {.name = "set", .type = number, .doc = "the value while the fault is on"},
};

MetricType type_of(std::string_view name) {
  if (name == "counter") return MetricType::counter;
  if (name == "histogram") return MetricType::histogram;
  return MetricType::gauge;
}

const SignalKind* find_signal(std::string_view name) {
  const auto* it = std::ranges::find(kSignals, name, &SignalKind::name);
  return it == std::end(kSignals) ? nullptr : it;
}

}  // namespace

std::span<const SignalKind> metric_signals() {
  return kSignals;
}
std::span<const FieldSpec> metric_fields() {
  return kMetric;
}
std::span<const FieldSpec> metric_value_fields() {
  return kValue;
}
std::span<const FieldSpec> metric_effect_fields() {
  return kEffect;
}

MetricSpec make_metric(const Fields& fields) {
  MetricSpec m;
  m.name = fields.text("name");
  m.service = fields.text("service");
  m.signal = fields.text("signal");
  const SignalKind* signal = find_signal(m.signal);
  m.type = fields.has("type") ? type_of(fields.text("type")) : signal != nullptr ? signal->type : MetricType::gauge;
  m.labels = fields.text_map("labels");
  m.buckets_given = fields.has("buckets");
  for (const std::string& bound : fields.texts("buckets")) {
    if (const auto seconds = parse_float(bound)) {
      m.buckets.push_back(*seconds);
    } else if (const auto duration = parse_duration(bound)) {
      m.buckets.push_back(to_seconds(*duration));
    } else {
      m.buckets.push_back(-1);  // problem_of says so
    }
  }
  m.window = fields.duration("window", m.window);
  m.per = fields.text("per", m.signal.empty() ? "service" : "replica");
  return m;
}

ValueSpec make_metric_value(const Fields& fields) {
  return {.baseline = fields.number("baseline"), .noise = fields.number("noise"), .daily = fields.number("daily")};
}

ValueEffect make_metric_effect(const Fields& fields) {
  ValueEffect e;
  e.rise_per_minute = fields.number("rise_per_minute");
  e.add = fields.number("add");
  e.factor = fields.number("factor", 1);
  if (fields.has("set")) e.set = fields.number("set");
  return e;
}

bool by_version(const MetricSpec& metric) {
  return std::ranges::any_of(metric.labels, [](const auto& label) { return label.second == kVersionLabel; });
}

bool by_request(const MetricSpec& metric) {
  return metric.signal == "requests" || metric.signal == "errors" || metric.signal == "duration";
}

bool over_a_window(const MetricSpec& metric) {
  return metric.signal == "error_ratio" || metric.signal == "request_rate";
}

std::string base_name(const MetricSpec& metric) {
  constexpr std::string_view kSuffix = "_bucket";
  const bool suffixed = metric.type == MetricType::histogram && metric.name.ends_with(kSuffix);
  return suffixed ? metric.name.substr(0, metric.name.size() - kSuffix.size()) : metric.name;
}

std::string label_value(std::string_view source, const std::string& method, const std::string& path, int code) {
  if (source.starts_with('=')) return std::string(source.substr(1));
  if (source == "code") return std::to_string(code);
  if (source == "code_class") return format("{}xx", code / 100);
  if (source == "method") return method;
  return source == "route" ? path : std::string();
}

MetricProblem problem_of(const MetricSpec& metric) {
  if (metric.signal.empty() == !metric.value.has_value()) {
    return {"a metric needs either a signal or a value", "add `signal: requests`, or `value: {baseline: 1}`"};
  }
  if (!model::is_legacy_metric_name(metric.name))
    return {format("'{}' is no name for a metric", metric.name),
            "expected letters, digits, underscores and colons, not beginning with a digit"};
  if (is_instrument(metric.name) || metric.name == "up") {
    return {format("every target has a metric '{}' already", metric.name), "take another name"};
  }
  if (!metric.under.empty() && !metric.value)
    return {"'under' moves a value; a signal moves by itself", "remove it, or give a value instead of the signal"};
  if (metric.value && metric.type == MetricType::histogram)
    return {"a value cannot be a histogram", "make it a gauge or a counter"};
  if (metric.signal == "duration" && metric.type != MetricType::histogram)
    return {"a duration is a histogram", "remove `type`"};
  if (metric.signal != "duration" && metric.type == MetricType::histogram)
    return {"only a duration can be a histogram", "take `signal: duration`"};
  if (metric.buckets_given && metric.buckets.empty()) {
    return {"'buckets' is empty", "give upper bounds in seconds, for example [0.1, 0.5, 1], or none at all"};
  }
  const SignalKind* signal = find_signal(metric.signal);
  if (signal != nullptr && signal->type == MetricType::gauge && metric.type == MetricType::counter) {
    return {format("'{}' goes up and down, which a counter does not", metric.signal), "make it a gauge"};
  }
  for (std::size_t i = 0; i < metric.buckets.size(); ++i) {
    if (metric.buckets[i] <= (i == 0 ? 0 : metric.buckets[i - 1]))
      return {"buckets must be positive and rise", "for example [0.1, 0.5, 1]"};
  }
  for (const auto& [name, source] : metric.labels) {
    if (!model::is_legacy_label_name(name))
      return {format("'{}' is no name for a label", name),
              "expected letters, digits and underscores, not beginning with a digit", name};
    if (source.starts_with('=')) continue;
    if (source == kVersionLabel && !metric.value) continue;
    if (source == kVersionLabel) return {"a value is of no version", "remove the label, or write '=version'", name};
    if (source != "code" && source != "code_class" && source != "method" && source != "route") {
      return {format("label '{}' takes '{}', which is none of code, code_class, method, route, version", name, source),
              format("a constant is written '={}'", source), name};
    }
    if (!by_request(metric))
      return {format("signal '{}' has no label '{}'", metric.signal, source), "remove the label", name};
  }
  return {};
}

}  // namespace firedrill::fake_services
