#include "driver/assembly.h"

#include "driver/live/live_world.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<Clock> clock_of(const Setup& setup) {
  if (setup.options.live != nullptr) return setup.options.live->begin(setup.record.started);
  return std::make_unique<VirtualClock>(setup.record.started);
}

}  // namespace

Assembly::Assembly(const Setup& setup, events::Sink& sink) : clock_(clock_of(setup)), wiring_(sink) {
  wiring_.clock = clock_.get();
  for (const ComponentKind& kind : component_kinds()) {
    auto made = kind.make(setup, wiring_);
    if (made == nullptr) continue;
    kinds_.push_back(&kind);
    components_.push_back(std::move(made));
  }
}

Assembly::Assembly(const Assembly& other, events::Sink& sink, bool watched)
    : clock_(std::make_unique<VirtualClock>(other.clock_->now())), wiring_(sink) {
  wiring_.watched = watched;
  for (std::size_t i = 0; i < other.kinds_.size(); ++i) {
    auto copied = other.kinds_[i]->copy(*other.components_[i], wiring_);
    if (copied == nullptr) continue;
    kinds_.push_back(other.kinds_[i]);
    components_.push_back(std::move(copied));
  }
}

}  // namespace firedrill::driver
