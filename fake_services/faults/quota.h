// The counts of what a fault hits that is over after its first n requests (FaultPattern::first).
//
// Counts are drawn from expected rates, each by itself, and so come to n only on average. While such a fault is on,
// those that it shows in are dealt out instead: expected amounts are added up over replicas and categories in the order
// in which they are drawn, and each time the sum passes a whole number (shifted by a random fraction), that category
// gets one. So no category is favoured, and together they come to what was expected of all of them: n.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "base/random.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/hit.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

class Quota {
 public:
  Quota(const FaultSpec& fault, std::span<const Hit> hits, const FlowModel& model, RandomStream chance);

  // A replica that was added is hit as well.
  void extend(std::span<const Hit> hits) { hits_.assign(hits.begin(), hits.end()); }

  // The fault is over. Time-outs are counted when their time is over: they may still be to come, and are dealt out as
  // long as they are.
  void end() { over_ = true; }
  bool goes_on() const;

  // Of what is expected of a replica's counts (CountLayout): moves what the fault shows in to `dealt`, where all else
  // is left as it is.
  void deal(std::size_t service, std::size_t replica, std::span<double> expected, std::span<double> dealt);
  // The same of requests from outside that ended before a replica or unanswered, as `outcome` tells.
  bool shows_outside(std::size_t service, CallOutcome outcome) const;
  double deal_outside(double expected) { return calls_.take(expected); }

 private:
  struct Account {
    double sum = 0;  // expected so far, and the shift
    double given = 0;
    double most = std::numeric_limits<double>::max();
    double take(double expected);
    bool full() const { return given >= most; }
  };
  void deal_responses(const Hit& hit, std::span<double> expected, std::span<double> dealt);
  void deal_calls(std::size_t service, std::size_t edge, std::span<double> expected, std::span<double> dealt);
  bool calls_hit(std::size_t service, std::size_t replica, std::size_t edge) const;

  const FlowModel* model_;
  FaultMatch match_;
  std::vector<Hit> hits_;
  std::vector<int> codes_;                         // that it answers with
  std::array<bool, kCallOutcomes> outcomes_ = {};  // in which callers see it
  bool delays_ = false;                            // it shows in each response
  bool over_ = false;
  bool all_;           // of those that match
  Account responses_;  // of those hit
  Account calls_;      // of their callers
};

}  // namespace firedrill::fake_services
