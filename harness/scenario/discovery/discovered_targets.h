// What Prometheus makes of a target that discovery found, before it scrapes it or sends alerts to it
// (scrape/target.go, notifier/alertmanager.go), as far as that can fail.
#pragma once

#include <string>
#include <vector>

#include "alerting/relabel.h"
#include "base/diagnostic.h"
#include "model/labels.h"
#include "promql/options.h"

namespace firedrill::scenario {

// A group of targets, of a static configuration or of a file.
struct TargetGroup {
  struct Target {
    std::string address;
    Position where;  // of the whole file, where it tells no more
  };
  std::vector<Target> targets;
  std::vector<model::Label> labels;
};

// A job, or an Alertmanager, that has targets.
struct TargetUse {
  bool alertmanager = false;
  std::string job;     // of a job
  std::string scheme;  // as it is written: "" is the default
  // What a target is given where its group does not say otherwise: job, __scheme__, __scrape_interval__, …
  std::vector<model::Label> given;
  std::vector<alerting::RelabelStep> steps;
};

// Tells of each target that Prometheus would have to leave out.
void refuse_targets(const TargetGroup& group, const TargetUse& use, promql::Version version, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
