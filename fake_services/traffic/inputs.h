// What a law was made from. Laws are dear and shares move all the time: one is made again when what it was made from
// has moved so much that it shows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

class Inputs {
 public:
  void begin() {
    values_ = laws_seen_ = 0;
    moved_ = false;
  }
  // A share of the whole, which shows when it moves by a thousandth of it, or by a fifth of itself.
  void share(double share) {
    double& now = next();
    now = share;
    if (values_ > known_.size()) return;
    const double known = known_[values_ - 1];
    const double change = share > known ? share - known : known - share;
    moved_ = moved_ || change > kShows || change > kNearly * std::max(share, known) + kNothing;
  }
  // A time that such a share takes.
  void time(double share, double seconds) {
    double& now = next();
    now = seconds;
    if (values_ > known_.size() || share <= kNothing) return;
    const double known = known_[values_ - 1];
    const double change = seconds > known ? seconds - known : known - seconds;
    const double most = std::max(seconds, known);
    moved_ = moved_ || share * change > kShows * most || change > kNearly * most;
  }
  void law(const Law& law) {
    if (laws_seen_ == laws_.size()) laws_.emplace_back();
    Law& known = laws_[laws_seen_++];
    if (known == law) return;
    known = law;
    moved_ = true;
  }
  // Whether it has to be made again; if so, it is taken for made from these.
  bool moved() {
    now_.resize(values_);
    if (values_ == known_.size() && laws_seen_ == laws_.size() && !moved_) return false;
    laws_.resize(laws_seen_);
    known_.swap(now_);
    return true;
  }
  // Of shares that were told each with its law, and of nothing else.
  Law mixture() const {
    Times sum;
    for (std::size_t i = 0; i < laws_.size(); ++i) sum.add(known_[i], *laws_[i]);
    return std::make_shared<const Times>(std::move(sum));
  }

 private:
  static constexpr double kShows = 1e-3;
  static constexpr double kNearly = 0.2;
  static constexpr double kNothing = 1e-9;

  double& next() {
    if (values_ == now_.size()) now_.push_back(0);
    return now_[values_++];
  }

  std::vector<double> known_;
  std::vector<double> now_;
  std::vector<Law> laws_;  // as of the last time
  std::size_t values_ = 0;
  std::size_t laws_seen_ = 0;
  bool moved_ = false;
};

}  // namespace firedrill::fake_services
