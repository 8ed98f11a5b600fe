// A scenario as typed values: what scenario.yaml and all the files that it names say, decoded and checked once. Nothing
// behind this header reads YAML or a file again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/fields.h"
#include "base/result.h"
#include "base/time.h"
#include "model/labels.h"

namespace firedrill::scenario {

enum class ScrapePhase {
  spread,   // each target at an offset of its own within the interval, as Prometheus staggers them
  aligned,  // all targets at multiples of the interval, for exports to promtool
};

// The `prometheus:` block. Defaults are Prometheus's own.
struct PrometheusSettings {
  Duration scrape_interval = 1min;
  Duration scrape_timeout = 10s;  // never longer than the interval
  Duration evaluation_interval = 1min;
  ScrapePhase scrape_phase = ScrapePhase::spread;
  model::Labels external_labels;
  std::vector<std::string> rule_files;  // globs as written, relative to the scenario's folder
};

// One entry of `metrics:`: a metric of the user's own, beyond what the topology's services expose.
struct MetricSpec {
  enum class Type { counter, gauge, histogram };
  struct Under {  // how it changes while a fault is active
    std::string fault;
    double rise_per_minute = 0;
    double factor = 1;
  };
  std::string name;
  std::string service;
  Type type = Type::gauge;
  std::string signal;                         // requests, error_ratio, latency, …; empty: `value` drives it
  std::map<std::string, std::string> labels;  // of a signal: label name to attribute of the request (code, method, …)
  Duration window{};                          // of ratios: the trailing window
  double baseline = 0, noise = 0, daily = 0;  // of `value`: level, standard deviation, amplitude of the daily rhythm
  std::vector<Under> under;
  Position where;
};

// One entry of `faults:`. The fields of its kind (fake_services/fault_table.h) stand in `parameters`.
struct FaultEntry {
  std::string id;
  std::string kind;
  TargetSpec target;
  Duration at{};        // since the end of the warm-up
  Duration duration{};  // 0: until the end
  Duration ramp{};
  double probability = 1;
  Fields parameters;
  Position where;
};

// One entry of `incidents:`, or made for a fault that no entry names.
struct IncidentEntry {
  std::string id;
  std::vector<std::string> faults;
  std::string slo;  // what counts as broken; empty: none
  bool declared = true;
  Position where;
};

// One entry of `expectations:`. The fields of its kind (incident/expectation_table.h) stand in `fields`.
struct ExpectationEntry {
  std::string id;
  std::string kind;
  Fields fields;
  Position where;
};

struct Scenario {
  std::int64_t version = 1;
  std::string name;
  std::string summary;
  std::vector<std::string> tags;
  Time start{};  // virtual; the run begins with the warm-up at this instant
  Duration warmup{};
  Duration duration{};  // judged; the run ends at start + warmup + duration
  PrometheusSettings prometheus;
  std::vector<std::string> slo_files;  // as written
  std::vector<MetricSpec> metrics;
  std::vector<FaultEntry> faults;
  std::vector<IncidentEntry> incidents;
  std::vector<ExpectationEntry> expectations;
};

// An input file as it was read: for the record's hashes.
struct InputFile {
  std::string name;    // relative to the scenario's folder, '/' between parts
  std::string sha256;  // of its bytes
  SourcePtr source;
};

}  // namespace firedrill::scenario
