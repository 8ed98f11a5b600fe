#include "notify/payload/sample.h"

#include <memory>

#include "notify/dispatch/group_key.h"
#include "notify/route/route.h"

namespace firedrill::notify {

std::vector<Notification> sample_notifications(const Configuration& configuration, const SampleAlert& sample) {
  const auto alert = std::make_shared<Alert>();
  alert->labels = sample.labels;
  alert->annotations = sample.annotations;
  alert->starts_at = sample.at;
  alert->ends_at = sample.is_resolved ? sample.at : sample.at + configuration.global.resolve_timeout;
  alert->fingerprint = fingerprint(sample.labels);
  std::vector<Notification> out;
  for (const std::size_t index : match(configuration.routes, sample.labels)) {
    const Route& route = configuration.routes[index];
    const auto group = std::make_shared<GroupInfo>();
    group->labels = group_labels(route, sample.labels);
    group->key = group_key(route, group->labels, configuration.version);
    group->route = index;
    group->receiver = route.receiver;
    group->created = sample.at;
    const Receiver* receiver = configuration.receiver(route.receiver);
    for (std::size_t i = 0; receiver != nullptr && i < receiver->integrations.size(); ++i) {
      if (sample.is_resolved && !receiver->integrations[i].send_resolved) continue;
      out.push_back({.time = sample.at,
                     .receiver = route.receiver,
                     .integration = i,
                     .group = group,
                     .flush = 1,
                     .flushed_at = sample.at,
                     .reason = sample.is_resolved ? Reason::all_resolved : Reason::first_notification,
                     .is_firing = !sample.is_resolved,
                     .alerts = {{.alert = alert, .is_resolved = sample.is_resolved}}});
    }
  }
  return out;
}

}  // namespace firedrill::notify
