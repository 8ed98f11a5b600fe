// Between a real Prometheus and its Alertmanager. A Prometheus that watches a run is up some seconds before the run is,
// and what fires meanwhile its Alertmanager is to hear as the run begins, as of a Prometheus that begins with it: else
// it would have notified before, or would not hear until the alert is sent again. From then on everything passes.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/text/json.h"
#include "base/time.h"
#include "model/labels.h"

namespace firedrill::monitor {

class AlertGate {
 public:
  // What it has been posted so far was by a Prometheus that is none of the run's.
  void forget();
  // The run begins: the Alertmanager at this port is posted what fires, and from now on what comes.
  void open(std::uint16_t alertmanager);
  // A post of alerts as Prometheus makes it, at this instant of the machine's clock; the status that it is answered.
  // That an alert is over is told of those alone that the Alertmanager knows.
  int pass(const std::string& body, Time at);

 private:
  int post(const json::array& alerts);

  std::mutex mutex_;
  std::uint16_t alertmanager_ = 0;               // 0: it is closed
  std::map<model::Labels, json::value> firing_;  // before it opens
  std::set<model::Labels> told_;
};

}  // namespace firedrill::monitor
