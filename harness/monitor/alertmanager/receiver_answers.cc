#include "monitor/alertmanager/receiver_answers.h"

namespace firedrill::monitor {

notify::Answer ReceiverAnswers::answer(const notify::Receiver& receiver, std::size_t /*integration*/,
                                       Time /*at*/) const {
  constexpr int kAccepted = 200;
  notify::Answer answer{.status = kAccepted};
  for (const fake_services::ReceiverConditions& each : conditions_) {
    if (!each.receiver.empty() && each.receiver != receiver.name) continue;
    if (each.status != 0) answer.status = each.status;
    answer.after += each.delay;
  }
  return answer;
}

}  // namespace firedrill::monitor
