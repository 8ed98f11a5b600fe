// A scenario as typed values: what scenario.yaml and all the files that it names say, decoded and checked once. Nothing
// behind this header reads YAML or a file again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerting/relabel.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/time.h"
#include "model/labels.h"

namespace firedrill::scenario {

enum class ScrapePhase {
  spread,   // each target at an offset of its own within the interval, as Prometheus staggers them
  aligned,  // all targets at multiples of the interval, for exports to promtool
};

// What a scrape may bring, as Prometheus's scrape configurations limit it; 0: any number. A scrape that brings more
// fails as a whole, and where a job has more targets than it may, all their scrapes do.
struct ScrapeLimits {
  std::int64_t samples = 0;  // after relabelling
  std::int64_t labels = 0;   // of a series, its name among them
  std::int64_t label_name_length = 0;
  std::int64_t label_value_length = 0;
  std::int64_t targets = 0;
  std::string body_size = {};  // as it is written, of a real Prometheus alone; empty: nothing is said of it
};

// What a configuration says of one job; targets whose label `job` is its name are scraped so.
struct ScrapeJob {
  std::string name;
  Duration scrape_interval{};
  Duration scrape_timeout{};
  std::vector<alerting::RelabelStep> metric_relabel;  // of scraped series, before they are stored
  ScrapeLimits limits{};
  // Its targets or relabelling may give series the label `job` of another.
  bool gives_other_names = false;
};

// Servers that watch the same and send to the same Alertmanager.
struct PrometheusReplicas {
  int count = 1;                             // 1 or 2
  std::string label = "prometheus_replica";  // the external label in which two differ
  bool deduplicated = true;                  // it is dropped from alerts on their way, so that both send the same
};

// A part of a configuration that is about more than alerts and the targets of a run.
struct PartElsewhere {
  std::string key;
  Position where;
};

// The `prometheus:` block, or the configuration file that it names. Defaults are Prometheus's own.
struct PrometheusSettings {
  Duration scrape_interval = 1min;
  Duration scrape_timeout = 10s;  // never longer than the interval
  Duration evaluation_interval = 1min;
  ScrapePhase scrape_phase = ScrapePhase::spread;
  model::Labels external_labels;
  std::optional<bool> kubernetes_targets;  // kube-state-metrics and kubelets; nothing: where something reads them
  std::vector<std::string> rule_files;     // globs as written, relative to the scenario's folder
  Duration query_offset{};                 // rules look at the time so long before their evaluation
  std::string external_url;                // what templates know as externalURL
  ScrapeLimits limits{};                   // of jobs without settings of their own
  std::vector<ScrapeJob> jobs;             // those with settings of their own
  PrometheusReplicas replicas{};
  std::vector<alerting::RelabelStep> alert_relabel;  // of alerts on their way to Alertmanager
  std::vector<PartElsewhere> elsewhere{};            // remote storage and the like
};

// One entry of `faults:` as it was written; what it does is LoadedScenario::faults.
struct FaultEntry {
  std::string id;
  std::string kind;
  Fields parameters;  // common ones and those of its kind (fake_services/fault_table.h)
  Position where;
};

struct Scenario {
  std::int64_t version = 1;
  std::string name;  // its folder's
  std::string summary;
  std::vector<std::string> tags;
  Time start{};  // virtual; the run begins with the warm-up at this instant
  Duration warmup{};
  bool warmup_follows = false;  // it is as long as rules look back (`auto`); the file's `start` is then its end
  Position warmup_at;           // where the file says so, or of what it has instead
  Duration duration{};          // judged; the run ends at start + warmup + duration
  Position duration_at;         // where the file says so
  std::string topology;         // path as written, relative to the scenario's folder
  PrometheusSettings prometheus;
  std::vector<std::string> slo_files;  // paths as written
  std::vector<std::string> playbooks;  // likewise
  std::vector<FaultEntry> faults;
};

}  // namespace firedrill::scenario
