// What people can do to the simulated production. Each lever says why it cannot be pulled; then nothing has happened.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "base/time.h"

namespace firedrill::fake_services {

class Levers {
 public:
  using Done = std::expected<void, std::string>;

  virtual ~Levers() = default;
  // Its pods are replaced one after the other, with the version that they have.
  virtual Done restart(const std::string& service) = 0;
  // Its pods are replaced by those of an earlier revision; 0: of the one before.
  virtual Done roll_back(const std::string& service, std::int64_t revision) = 0;
  // It is to have so many pods.
  virtual Done scale(const std::string& service, std::int64_t replicas) = 0;
  // The pods on a node are placed on others, and so is what comes later.
  virtual Done drain(const std::string& node) = 0;
  // A share of its requests is answered 503 without any work; 0: none. With `probes` that is true of those of kubelets.
  virtual Done shed(const std::string& service, double share, bool probes) = 0;
  // No more than so many requests per second get through to all its replicas, others are answered 429; 0: all do.
  virtual Done limit(const std::string& service, double per_second, bool probes) = 0;
  // Its requests do without the dependency, or call it again.
  virtual Done switch_off(const std::string& service, const std::string& dependency, bool off) = 0;
  // What it caches before the dependency (of all, if none is named) is there again.
  virtual Done warm(const std::string& service, const std::string& dependency) = 0;
  // A new certificate, as long as the topology says that one lasts.
  virtual Done renew_certificate(const std::string& service) = 0;
  // The Alertmanager tells nobody of the alerts of this name for so long.
  virtual Done silence(const std::string& alert, Duration lasts) = 0;
};

}  // namespace firedrill::fake_services
