#include "oncall/escalation/handoffs.h"

#include <algorithm>
#include <utility>

namespace firedrill::oncall {

Handoffs::Handoffs(std::shared_ptr<const Roster> roster, Time start) : roster_(std::move(roster)) {
  for (std::size_t i = 0; i < roster_->schedules.size(); ++i) {
    for (std::size_t j = 0; j < roster_->schedules[i].tiers.size(); ++j) {
      posts_.push_back({i, j, roster_->schedules[i].tiers[j].shift_at(start)});
    }
  }
}

Time Handoffs::next_due() const {
  Time due = Time::max();
  for (const Post& post : posts_) due = std::min(due, post.shift.to);
  return due;
}

std::vector<Handoff> Handoffs::advance(Time now) {
  std::vector<Handoff> out;
  for (Time due = next_due(); due <= now && due < Time::max(); due = next_due()) {
    for (Post& post : posts_) {
      if (post.shift.to != due) continue;
      const Schedule& schedule = roster_->schedules[post.schedule];
      const Tier& tier = schedule.tiers[post.tier];
      std::string was = std::exchange(post.shift, tier.shift_at(due)).member;
      if (was == post.shift.member) continue;
      out.push_back({due, schedule.name, tier.name, std::move(was), post.shift.member});
    }
  }
  return out;
}

}  // namespace firedrill::oncall
