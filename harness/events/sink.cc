#include "events/sink.h"
#include "events/event.h"

namespace firedrill::events {
namespace {

class Nobody final : public Sink {
 public:
  void on_event(Event /*event*/) override {}
};

}  // namespace

Sink& nobody() {
  static Nobody sink;
  return sink;
}

}  // namespace firedrill::events
