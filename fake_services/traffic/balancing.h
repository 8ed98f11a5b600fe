// How the requests of a service spread over its replicas by least requests: each sender goes to one that owes it the
// fewest responses, and among those alike by chance. Round robin spreads evenly as chance does; what is different with
// it is how regularly requests come (balanced_station.h).
#pragma once

#include <algorithm>
#include <span>
#include <vector>

namespace firedrill::fake_services {

// Who sends requests to a service: replicas of its callers, and one that stands before all from outside.
class Senders {
 public:
  // So many with these rates a second each. They wait for a response, and for a connection, so long at most.
  void add(double senders, double rate, double patience_s, double connect_s) {
    rate_ += senders * rate;
    squares_ += senders * rate * rate;
    patience_ += senders * rate * patience_s;
    connect_ += senders * rate * connect_s;
  }
  double rate() const { return rate_; }
  // As many of one rate as there would have to be to be as few as these: at least one.
  double count() const { return squares_ > 0 ? std::max(1.0, rate_ * rate_ / squares_) : 1; }
  double patience_s() const { return rate_ > 0 ? patience_ / rate_ : 0; }
  double connect_s() const { return rate_ > 0 ? connect_ / rate_ : 0; }

 private:
  double rate_ = 0;
  double squares_ = 0;
  double patience_ = 0;
  double connect_ = 0;
};

// Replicas that are alike.
struct Alike {
  static constexpr double kAny = 1e12;
  double replicas = 0;
  double owes_s = 0;   // from when one is sent a request until its sender is done with it, on average, if none waits
  double works_s = 0;  // of that, for which a worker has it; 0: none ever waits
  double workers = kAny;
  double room = kAny;        // requests that can be there
  double patience_s = kAny;  // after which its sender is done with it anyway
};

// Each replica's responses owed to one sender as a birth and death process that knows of the other replicas by their
// distributions alone (the cavity method; Bramson, Lu and Prabhakar 2012), and of the other senders, whose requests
// stand in the same queue, by the mean of what they are owed. Against a simulation of single requests the share of a
// replica is within 4 % of itself and 0.005 of all, with several senders within 8 % and 0.005 (balancing_test.cc).
class LeastRequests {
 public:
  // What a replica of each kind gets, against an even share. `rate`: of one of so many senders, a second. Begins where
  // it ended the last time.
  void spread(double rate, double senders, std::span<const Alike> kinds, std::vector<double>& drawn);

 private:
  void begin(double level, std::span<const Alike> kinds);
  double improve(double rate, double senders, std::span<const Alike> kinds, std::vector<double>& drawn);

  std::size_t most_ = 0;                       // responses owed that are looked at
  std::vector<std::vector<double>> owed_;      // of each kind, shares by the number of responses owed
  std::vector<std::vector<double>> at_least_;  // the same, summed from the end
  std::vector<double> chosen_;                 // scratch: by number, the chance to be chosen
  std::vector<double> next_;
};

}  // namespace firedrill::fake_services
