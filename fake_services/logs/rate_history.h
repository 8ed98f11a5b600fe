// How often a second what lines are written of happened, as the steps of the flow went by: when a line may be of. Kept
// for the stretch that is written of next. Steps between which a service hardly changes are kept as one, so that a
// steady service costs a comparison a step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

// How often something happened, per second, from one time to another.
struct Spell {
  Time from, to;
  double rate = 0;
};

// Nothing of it happened.
bool nothing(std::span<const Spell> spells);
// It happened all the time, and hardly more often at one time than at another.
bool is_steady(std::span<const Spell> spells);
double how_many(std::span<const Spell> spells);
bool happens_at(std::span<const Spell> spells, Time t);
// The instant by which the share q of it has happened, 0 <= q < 1; of something that happened.
Time instant_of(std::span<const Spell> spells, double q);

class RateHistory {
 public:
  // What of a service is counted together: a sum of rates.
  struct Counted {
    std::size_t service = 0;
    std::optional<std::size_t> replica{};  // nothing: what clients from outside meet
    std::vector<std::size_t> places{};
    bool slow = false;  // answers that are slow, wherever the replica gives such answers at all
  };

  explicit RateHistory(const FlowModel& model);

  // The flow has gone on; `slow`: answers that are slow, a second, by service.
  void pass(const Flow& flow, std::span<const double> slow, Time from, Time to);
  // Of what was longer ago nobody will ask.
  void forget_before(Time t);
  // Whether any was counted in this time.
  bool any(const Counted& counted, Time from, Time to) const;
  // One after the other, from `from` to `to`; nothing where that is not known.
  std::vector<Spell> spells(const Counted& counted, Time from, Time to) const;

  // Places, of a replica; `answer` is an index into routes and slots.
  static std::size_t answer(std::size_t answer) { return answer; }
  std::size_t outcome(std::size_t service, std::size_t edge, CallOutcome outcome) const;
  std::size_t code(std::size_t service, std::size_t edge, std::size_t slot) const;
  std::size_t misses(std::size_t service, std::size_t edge) const;
  std::size_t retries(std::size_t service, std::size_t edge) const;
  // Of what clients from outside meet.
  static std::size_t failure(ConnectFailure at) { return static_cast<std::size_t>(at); }
  static constexpr std::size_t kUnanswered = kConnectFailures;
  static constexpr std::size_t kGivenUp = kUnanswered + 1;
  static constexpr std::size_t kCut = kGivenUp + 1;

 private:
  static constexpr std::size_t kOutside = kCut + 1;
  // Of one service; it changed little in this time.
  struct Span {
    Time from, until;
    std::vector<double> rates;            // of each class its rates; behind them from outside
    std::vector<std::uint32_t> class_of;  // by replica
    double slow = 0;
  };
  struct Service {
    std::size_t width = 0;       // rates of a class
    std::size_t first_edge = 0;  // among them
    std::size_t first_retries = 0;
    std::vector<Span> spans;
  };

  void read(const Flow& flow, std::size_t service, double slow);
  bool same_as(const Span& span) const;
  double rate(const Counted& counted, const Span& span) const;

  const FlowModel* model_;
  std::vector<Service> services_;
  Span now_{};                // scratch of pass
  std::size_t kept_ = 0;      // rates, in all spans
  bool overflowing_ = false;  // more than there is room for: of this stretch nothing is known
};

}  // namespace firedrill::fake_services
