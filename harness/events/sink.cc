#include "events/sink.h"
#include "events/event.h"

namespace firedrill::events {
namespace {

class Nobody final : public Sink {
 public:
  void on_event(Event /*event*/) override {}
  void on_minute(const Minute& /*minute*/) override {}
  void on_transition(const AlertTransition& /*transition*/) override {}
  void on_send(const AlertSend& /*send*/) override {}
};

}  // namespace

Sink& nobody() {
  static Nobody sink;
  return sink;
}

}  // namespace firedrill::events
