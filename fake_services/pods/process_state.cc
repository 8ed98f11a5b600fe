#include "fake_services/pods/process_state.h"

#include <algorithm>

namespace firedrill::fake_services {
namespace {

constexpr double kLongest = 1e9;  // seconds: beyond any run

Time after(Time t, double seconds) {
  return t + from_seconds(std::clamp(seconds, 0.0, kLongest));
}

}  // namespace

ProcessState::ProcessState(Duration startup, Time since, double leak_pace)
    : startup_(startup), leak_pace_(leak_pace), since_(since), leak_from_(since) {}

void ProcessState::begin(Time t) {
  since_ = leak_from_ = t;
  leaked_ = 0;
  there_ = true;
  up_ = hangs_ = false;
  crash_ordered_.reset();
  advance(t);
}

void ProcessState::gone(Time t) {
  settle_leak(t);
  there_ = up_ = hangs_ = false;
  leaked_ = 0;
  crash_ordered_.reset();
  look_calm();
}

bool ProcessState::late(Time t) const {
  return there_ && !up_ && t > since_ + startup_ + std::chrono::seconds(1);
}

void ProcessState::set_conditions(const PodConditions& conditions, Time t) {
  settle_leak(t);
  const bool crashes = conditions.crashes > conditions_.crashes;
  const bool deadlocks = conditions.deadlocks > conditions_.deadlocks;
  conditions_ = conditions;
  if (there_ && crashes) crash_ordered_ = t;
  if (there_ && deadlocks) hangs_ = true;
  advance(t);
}

void ProcessState::set_release(const Release* release, Time t) {
  settle_leak(t);
  release_ = release;
  advance(t);
}

void ProcessState::advance(Time t) {
  if (there_ && !up_ && conditions_.starts && t >= up_due()) up_ = true;
  const double hangs_after = conditions_.deadlock_after_s;
  if (there_ && hangs_after >= 0 && t >= after(since_, hangs_after)) hangs_ = true;
  look_calm();
}

void ProcessState::look_calm() {
  const bool harmless =
      release_ == nullptr || (release_->crash_after_s < 0 && release_->leak <= 0 && release_->becomes_ready);
  calm_ = there_ && up_ && !hangs_ && !crash_ordered_ && harmless && conditions_ == PodConditions{};
}

Time ProcessState::up_due() const {
  return after(since_, to_seconds(startup_) * conditions_.startup_factor + conditions_.startup_delay_s);
}

bool ProcessState::up_at_once() const {
  return conditions_.starts && startup_ <= Duration::zero() && conditions_.startup_delay_s <= 0;
}

std::optional<Time> ProcessState::end_due() const {
  if (!there_) return std::nullopt;
  std::optional<Time> due = crash_ordered_;
  const auto consider = [&](Time t) { due = due ? std::min(*due, t) : t; };
  if (conditions_.crashed) consider(after(since_, conditions_.crash_after_s));
  if (release_ != nullptr && release_->crash_after_s >= 0) consider(after(since_, release_->crash_after_s));
  if (!up_ && !conditions_.starts && conditions_.exits_at_startup) consider(up_due());
  return due;
}

std::optional<Exit> ProcessState::end_at(Time t) const {
  const auto due = end_due();
  if (!due || t < *due) return std::nullopt;
  const bool own = conditions_.crashed || crash_ordered_ || (!conditions_.starts && conditions_.exits_at_startup);
  return Exit{.code = own ? conditions_.exit_code : 1};
}

std::optional<Time> ProcessState::next_at() const {
  if (!there_) return std::nullopt;
  std::optional<Time> next = end_due();
  const auto consider = [&](Time t) { next = next ? std::min(*next, t) : t; };
  if (!up_ && conditions_.starts) consider(up_due());
  if (!hangs_ && conditions_.deadlock_after_s >= 0) consider(after(since_, conditions_.deadlock_after_s));
  return next;
}

double ProcessState::rate() const {
  return leak_pace_ * (conditions_.leak + (release_ != nullptr ? release_->leak : 0));
}

void ProcessState::settle_leak(Time t) {
  leaked_ = leaked(t);
  leak_from_ = t;
}

double ProcessState::leaked(Time t) const {
  return there_ && t > leak_from_ ? leaked_ + rate() * to_seconds(t - leak_from_) : leaked_;
}

std::optional<Time> ProcessState::leaked_by(double bytes) const {
  if (!there_ || rate() <= 0) return std::nullopt;
  return after(leak_from_, (bytes - leaked_) / rate());
}

}  // namespace firedrill::fake_services
