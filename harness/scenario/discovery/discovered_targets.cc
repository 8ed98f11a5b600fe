#include "scenario/discovery/discovered_targets.h"

#include <algorithm>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/utf8.h"

namespace firedrill::scenario {
namespace {

constexpr std::string_view kAddress = "__address__";
constexpr std::string_view kScheme = "__scheme__";
constexpr std::string_view kInterval = "__scrape_interval__";
constexpr std::string_view kTimeout = "__scrape_timeout__";

// Go's net.SplitHostPort.
bool has_host_and_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::size_t host = 0;
  std::size_t behind = 0;
  if (address.starts_with('[')) {
    const std::size_t end = address.find(']');
    if (end == std::string_view::npos || end + 1 != colon) return false;
    host = 1;
    behind = end + 1;
  } else if (address.substr(0, colon).contains(':')) {
    return false;
  }
  return !address.substr(host).contains('[') && !address.substr(behind).contains(']');
}

// Whether version 2 adds a port, which it has for two schemes.
bool wants_port(const std::string& address) {
  return !has_host_and_port(address) && has_host_and_port(address + ":1234");
}

struct Refusal {
  std::string what;  // empty: none
  std::string remedy;
};

Refusal of_scheme(const model::Labels& labels, const TargetUse& use) {
  const std::string_view scheme = labels.get(kScheme);
  if (scheme.empty() || scheme == "http" || scheme == "https" || !wants_port(std::string(labels.get(kAddress)))) {
    return {};
  }
  return {format("invalid scheme: {}", model::quote(use.scheme.empty() ? "http" : use.scheme)),
          "Prometheus 2 adds a port for http and https only; write it"};
}

Refusal of_address(const model::Labels& labels) {
  const std::string_view address = labels.get(kAddress);
  if (!address.contains('/')) return {};
  return {format("{} is not a valid hostname", model::quote(address)),
          "a target is a host and a port; the scheme and the path have keys of their own"};
}

Refusal of_interval(const model::Labels& labels) {
  const std::string interval(labels.get(kInterval));
  const std::string timeout(labels.get(kTimeout));
  constexpr std::string_view kRemedy = "__scrape_interval__ and __scrape_timeout__ are durations such as 30s";
  const auto every = parse_duration(interval);
  if (!every) return {format("error parsing scrape interval: {}", every.error()), std::string(kRemedy)};
  if (*every == Duration(0)) return {"scrape interval cannot be 0", std::string(kRemedy)};
  const auto at_most = parse_duration(timeout);
  if (!at_most) return {format("error parsing scrape timeout: {}", at_most.error()), std::string(kRemedy)};
  if (*at_most == Duration(0)) return {"scrape timeout cannot be 0", std::string(kRemedy)};
  if (*at_most <= *every) return {};
  return {format("scrape timeout cannot be greater than scrape interval ({} > {})", model::quote(timeout),
                 model::quote(interval)),
          "set both for such targets"};
}

Refusal of_values(const model::Labels& labels) {
  for (const model::Label& label : labels) {
    if (label.name.starts_with("__meta_") || first_invalid_utf8(label.value) == std::string_view::npos) continue;
    return {format("invalid label value for {}: {}", model::quote(label.name), model::quote(label.value)),
            "write it in UTF-8"};
  }
  return {};
}

Refusal refusal_of(const model::Labels& labels, const TargetUse& use, promql::Version version) {
  if (!use.alertmanager && labels.get(kAddress).empty()) return {"no address", "write a host and a port"};
  Refusal refusal;
  if (version == promql::Version::v2 && !use.alertmanager) refusal = of_scheme(labels, use);
  if (refusal.what.empty()) refusal = of_address(labels);
  if (refusal.what.empty() && !use.alertmanager) refusal = of_interval(labels);
  if (refusal.what.empty() && !use.alertmanager) refusal = of_values(labels);
  return refusal;
}

}  // namespace

void refuse_targets(const TargetGroup& group, const TargetUse& use, promql::Version version, Diagnostics& diagnostics) {
  for (const TargetGroup::Target& target : group.targets) {
    std::vector<model::Label> all = {{std::string(kAddress), target.address}};
    const auto has = [&](std::string_view name) {
      return std::ranges::any_of(all, [&](const model::Label& l) { return l.name == name && !l.value.empty(); });
    };
    for (const model::Label& label : group.labels) {
      if (label.name != kAddress) all.push_back(label);
    }
    for (const model::Label& label : use.given) {
      if (!has(label.name)) all.push_back(label);
    }
    model::Labels labels = model::Labels::from(std::move(all));
    if (!alerting::relabel(use.steps, labels)) continue;
    Refusal refusal = refusal_of(labels, use, version);
    if (!refusal.what.empty()) report(diagnostics, target.where, std::move(refusal.what), std::move(refusal.remedy));
  }
}

}  // namespace firedrill::scenario
