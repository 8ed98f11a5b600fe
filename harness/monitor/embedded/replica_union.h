// What two Prometheus servers that watch the same find, told as one: an alert is there while either has it. Where their
// labels differ no alert of one is an alert of the other, and each is told.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

#include "events/alert.h"
#include "events/component.h"
#include "events/sink.h"
#include "monitor/embedded/scrape_targets.h"

namespace firedrill::monitor {

// It has nothing to do by itself: the monitors tell it.
class ReplicaUnion final : public events::Component {
 public:
  // Both must outlive it. The targets say which of the servers are down; `of_first` is what alerts of the first carry
  // that the second's do not.
  ReplicaUnion(const ScrapeTargets& targets, events::Sink& sink, model::Labels of_first = {});
  // Goes on where the other stands, with a copy of its targets, and tells another sink.
  ReplicaUnion(const ReplicaUnion& other, const ScrapeTargets& targets, events::Sink& sink);
  ReplicaUnion(const ReplicaUnion&) = delete;
  ReplicaUnion& operator=(const ReplicaUnion&) = delete;

  Time next_due() const override { return Time::max(); }
  void run_due(Time /*now*/) override {}

  // To whom the first (0) and the second (1) tell.
  events::Sink& of(std::size_t server) { return ears_[server]; }

 private:
  class Ear final : public events::Sink {
   public:
    Ear(ReplicaUnion& all, std::size_t server) : all_(all), server_(server) {}
    void on_event(events::Event event) override;
    void on_transition(const events::AlertTransition& transition) override { all_.take(server_, transition); }
    void on_send(const events::AlertSend& send) override { all_.take(server_, send); }

   private:
    ReplicaUnion& all_;
    std::size_t server_;
  };

  using State = events::AlertState;
  using Key = std::pair<std::size_t, model::Labels>;
  struct Known {
    std::array<State, 2> states{State::inactive, State::inactive};  // by server
    State told = State::inactive;
    bool withheld = false;  // a send was in vain, and the other server's may arrive yet
    bool lost = false;      // of this activation it was told

    State state() const { return std::max(states[0], states[1]); }
  };

  void take(std::size_t server, const events::AlertTransition& step);
  void take(std::size_t server, const events::AlertSend& send);
  // Whether an alert has the label in which the two differ, so that the other server never sends it.
  bool is_of_one(const model::Labels& alert) const;
  // Of a server that stops, or is there again.
  void take_state(std::size_t server, events::Event event);
  // That the first alone is down, or no longer.
  void tell_first(Time t);
  void forget(std::size_t server, Time t);

  const ScrapeTargets& targets_;
  events::Sink& sink_;
  std::array<Ear, 2> ears_;
  std::map<Key, Known> known_;
  std::array<bool, 2> down_{};
  model::Labels of_first_;
  bool rules_down_ = false;  // neither is there, and that was told
  bool first_down_ = false;  // it was told that the first is down, while the other one was there
  bool passes_ = false;      // an event tells next of a step or a send of which is told
};

}  // namespace firedrill::monitor
