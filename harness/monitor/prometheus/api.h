// What a real Prometheus and a real Alertmanager say over HTTP, as plain values. Times are the wall's. Each call waits
// for the answer, some seconds at most; the error says what came instead of one.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/alert.h"
#include "http/client.h"
#include "model/labels.h"
#include "model/sample.h"
#include "notify/silence/silences.h"

namespace firedrill::monitor {

// An alert that is pending or firing.
struct ServedAlert {
  model::Labels labels;  // before external labels and relabelling
  events::Annotations annotations;
  bool firing = false;
  Time active_at{};
  double value = 0;
};

struct ServedRule {
  bool healthy = true;
  std::string last_error;
  std::optional<Time> evaluated_at{};  // when it was last
  std::vector<ServedAlert> alerts;
};

struct ServedGroup {
  std::string file;  // without its folder
  std::string name;
  std::vector<ServedRule> rules;
};

struct ServedSeries {
  model::Labels labels;
  std::vector<model::Sample> samples;
};

class PrometheusApi {
 public:
  explicit PrometheusApi(std::uint16_t port) : client_(port) {}

  std::expected<std::vector<ServedGroup>, std::string> rules();
  // The samples themselves of a selector without a range, in so long a time up to an instant. Stale markers are none.
  std::expected<std::vector<ServedSeries>, std::string> samples(const std::string& selector, Time to, Duration length);
  // What an expression gives at each step.
  std::expected<std::vector<ServedSeries>, std::string> range(const std::string& expression, Time from, Time to,
                                                              Duration step);
  // Processes that are scraped, how many of them have been, and the last scrapes that failed.
  struct FailedScrape {
    std::string instance;
    std::string service;
    std::string why;
  };
  struct Targets {
    std::size_t listed = 0;
    std::size_t scraped = 0;
    std::vector<FailedScrape> failed = {};
  };
  std::expected<Targets, std::string> targets();

 private:
  http::Client client_;
};

// What holds an alert back, as an Alertmanager says it.
struct HeldAlert {
  model::Labels labels;
  std::string fingerprint;
  std::vector<std::string> inhibited_by;  // fingerprints
  std::vector<std::string> silenced_by;   // ids
};

class AlertmanagerApi {
 public:
  explicit AlertmanagerApi(std::uint16_t port) : client_(port) {}

  std::expected<std::vector<HeldAlert>, std::string> alerts();
  // Its id.
  std::expected<std::string, std::string> add_silence(const notify::Silence& silence);

 private:
  http::Client client_;
};

}  // namespace firedrill::monitor
