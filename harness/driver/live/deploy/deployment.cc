#include "driver/live/deploy/deployment.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"

namespace firedrill::driver::live {

using fake_services::Release;
using fake_services::RollingPod;

Deployment::Deployment(const fake_services::ServiceSpec& service, const Slots& slots, Time created)
    : service_(service),
      slots_(slots),
      replicas_(static_cast<std::size_t>(service.replicas)),
      all_(slots.count()),
      revisions_(service, created, replicas_) {
  for (Slot& slot : all_) slot.set = slot.wanted = revisions_.current();
}

const Release* Deployment::release(std::size_t slot) const {
  return revisions_.at(all_[slot].set).pods.release;
}

// As pods/pods_revisions.cc has it: a version that all places are asked for is rolled out, and what was there before
// comes back when none is any more, unless it has been rolled back already; of some places it is a canary.
void Deployment::ask(std::span<const Release* const> releases, Time t) {
  bool changed = false;
  bool canary = false;
  std::optional<const Release*> common;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const bool counts = slots_.place_of(i) < replicas_;
    changed = changed || (counts && all_[i].asked != releases[i]);
    all_[i].asked = releases[i];
    if (!counts) continue;
    canary = canary || (common && *common != releases[i]);
    common = releases[i];
  }
  if (!changed || !common) return;
  const bool was_canary = std::exchange(canary_, canary);
  if (!canary && *common != nullptr) {
    if (!before_release_) before_release_ = revisions_.current();
    revisions_.ask({.release = *common, .restart = revisions_.at(revisions_.current()).pods.restart}, t);
  } else if (!canary) {
    if (const auto before = std::exchange(before_release_, std::nullopt)) {
      if (revisions_.at(revisions_.current()).pods.release != nullptr) revisions_.ask(revisions_.at(*before).pods, t);
    } else if (was_canary) {
      revisions_.ask(revisions_.at(revisions_.current()).pods, t);
    }
  }
  want(t);
}

// Writes down what slots should be of.
void Deployment::want(Time t) {
  going_ = true;
  const std::int64_t restart = revisions_.at(revisions_.current()).pods.restart;
  for (Slot& slot : all_) {
    const bool canary = canary_ && slot.asked != nullptr;
    slot.wanted = canary ? revisions_.canary({.release = slot.asked, .restart = restart}, t) : revisions_.current();
  }
}

void Deployment::restarted(Time t) {
  revisions_.restart(t);
  want(t);
  for (Slot& slot : all_) {
    if (release(static_cast<std::size_t>(&slot - all_.data())) == revisions_.at(slot.wanted).pods.release) {
      slot.set = slot.wanted;
    }
  }
}

std::expected<bool, std::string> Deployment::roll_back(std::int64_t revision, Time t) {
  const std::optional<std::size_t> to = revision == 0 ? revisions_.before() : revisions_.of_revision(revision);
  if (!to && revision == 0) {
    return std::unexpected(format("the deployment {} has no revision before this one", service_.name));
  }
  if (!to) return std::unexpected(format("the deployment {} has no revision {} (any more)", service_.name, revision));
  if (*to == revisions_.newest()) {
    return std::unexpected(format("the deployment {} is at revision {} already", service_.name, revision));
  }
  if (!slots_.twice) {
    return std::unexpected(format("{} was started without room for a second version", service_.name));
  }
  const fake_services::Template before = revisions_.at(revisions_.newest()).pods;
  canary_ = false;
  revisions_.ask(revisions_.at(*to).pods, t);
  want(t);
  return !revisions_.at(revisions_.current()).pods.same_program(before);
}

std::expected<void, std::string> Deployment::scale(std::int64_t replicas) {
  if (replicas < 1 || static_cast<std::size_t>(replicas) > slots_.places) {
    return std::unexpected(
        format("{} can have 1 to {} replicas in this run, and not {}", service_.name, slots_.places, replicas));
  }
  replicas_ = static_cast<std::size_t>(replicas);
  return {};
}

// A release may say for itself how many may be missing while it comes or goes.
fake_services::RolloutBounds Deployment::bounds(std::span<const SlotState> states) const {
  fake_services::StrategySpec strategy = service_.strategy;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!states[i].there || states[i].leaving || all_[i].set == all_[i].wanted) continue;
    const Release* comes = revisions_.at(all_[i].wanted).pods.release;
    const Release* rolled = comes != nullptr ? comes : release(i);
    if (rolled != nullptr && rolled->max_unavailable) strategy.max_unavailable = {*rolled->max_unavailable, true};
  }
  return fake_services::bounds_of(strategy, replicas_);
}

std::optional<std::size_t> Deployment::free_slot(std::size_t place, std::span<const SlotState> states) const {
  for (std::size_t i = place; i < all_.size(); i += slots_.places) {
    if (!states[i].there) return i;
  }
  return std::nullopt;
}

// Nothing is left to do, once all processes are those that are asked for: then old revisions go.
void Deployment::settle(std::span<const SlotState> states) {
  std::vector<std::size_t> of_set(revisions_.all().size(), 0);
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!states[i].there) continue;
    if (states[i].leaving || !states[i].available || all_[i].set != all_[i].wanted) return;
    ++of_set[all_[i].set];
  }
  going_ = false;
  for (std::size_t i = 0; i < of_set.size(); ++i) revisions_.at(i).wanted = of_set[i];
  revisions_.clean_up(service_.revision_history_limit);
}

Deployment::Moves Deployment::next(std::span<const SlotState> states) {
  Moves moves;
  std::vector<RollingPod> pods;
  std::vector<std::size_t> slots;
  bool terminating = false;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!states[i].there) continue;
    terminating = terminating || states[i].leaving;
    if (states[i].leaving) continue;
    if (slots_.place_of(i) >= replicas_) {
      moves.end.push_back(i);
      continue;
    }
    pods.push_back({slots_.place_of(i), all_[i].set != all_[i].wanted, states[i].available, false});
    slots.push_back(i);
  }
  if (!moves.end.empty()) return moves;  // what is missing then is made next
  const fake_services::RolloutMoves rollout = fake_services::next_moves(pods, replicas_, bounds(states), terminating);
  for (const std::size_t pod : rollout.withdraw) moves.end.push_back(slots[pod]);
  for (const std::size_t place : rollout.make) {
    const auto slot = free_slot(place, states);
    if (!slot) continue;  // one that leaves has its address still
    all_[*slot].set = all_[*slot].wanted;
    moves.start.push_back(*slot);
  }
  if (moves.none() && going_) settle(states);
  return moves;
}

}  // namespace firedrill::driver::live
