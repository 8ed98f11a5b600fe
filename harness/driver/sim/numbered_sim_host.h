// The simulated world as what was before a live run: its pods are called by their numbers, as processes are.
#pragma once

#include <string>
#include <vector>

#include "driver/sim/sim_host.h"
#include "fake_services/process/fake_service.h"

namespace firedrill::driver {

class NumberedSimHost final : public SimHost {
 public:
  using SimHost::SimHost;

  std::span<const fake_services::Target> targets() const override {
    follow();
    return named_;
  }

 private:
  // Targets, and series of each, are added at the end alone.
  void follow() const {
    const auto given = SimHost::targets();
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (i == named_.size()) {
        named_.push_back(given[i]);
        name(named_[i]);
        named_[i].series.clear();
      }
      fake_services::Target& target = named_[i];
      target.listed = given[i].listed;
      for (std::size_t k = target.series.size(); k < given[i].series.size(); ++k) {
        target.series.push_back(given[i].series[k]);
        name(target, target.series.back().labels);
      }
    }
  }

  void name(fake_services::Target& target) const {
    if (target.kind != fake_services::TargetKind::replica) return;
    const std::string port = target.instance.substr(target.instance.rfind(':'));
    target.pod = fake_services::pod_name(world().topology().services[target.service_index], target.replica);
    target.instance = target.pod + port;
    name(target, target.labels);
  }

  static void name(const fake_services::Target& target, model::Labels& labels) {
    if (target.kind != fake_services::TargetKind::replica) return;
    labels.set("pod", target.pod);
    labels.set("instance", target.instance);
  }

  mutable std::vector<fake_services::Target> named_;
};

}  // namespace firedrill::driver
