#include "monitor/alertmanager/faulty_endpoints.h"

namespace firedrill::monitor {

notify::Response FaultyEndpoints::respond(const notify::Receiver& receiver, std::size_t /*integration*/,
                                          Time /*at*/) const {
  constexpr int kAccepted = 200;
  notify::Response response{.status = kAccepted};
  for (const fake_services::ReceiverConditions& each : conditions_) {
    if (!each.receiver.empty() && each.receiver != receiver.name) continue;
    if (each.status != 0) response.status = each.status;
    response.after += each.delay;
  }
  return response;
}

}  // namespace firedrill::monitor
