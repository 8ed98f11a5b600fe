// Faults in time: when each begins and ends, when it is on, and how strong it is. It knows of no services: the live
// world goes by the same times.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services {

// Faults go by their index in the list that it was made of.
class FaultSchedule {
 public:
  // None of the faults begins until begin() says when.
  explicit FaultSchedule(const std::vector<FaultSpec>& faults);
  // Of one that takes replicas by turns (Fault::by_turns): by how much later than the first it takes each.
  void set_turns(std::size_t fault, std::vector<Duration> lates);

  // Lets a fault begin, or end, at t, which must not have been processed yet. The error says why that cannot be. One
  // that begins at another time lasts as long from there; none ends later than it does by itself.
  std::expected<void, std::string> begin(std::string_view fault, Time t);
  std::expected<void, std::string> end(std::string_view fault, Time t);
  // It ends at t at the latest: what it was to hit is used up.
  void exhaust(std::size_t fault, Time t);

  bool has_ended(std::string_view fault) const;

  std::size_t size() const { return courses_.size(); }
  const FaultSpec& spec(std::size_t fault) const { return courses_[fault].spec; }
  bool begun(std::size_t fault) const { return courses_[fault].begun; }
  bool ended(std::size_t fault) const { return courses_[fault].ended; }
  bool on(std::size_t fault) const { return courses_[fault].on(); }
  // Time::max() if it is not known yet; nothing if it is to last to the end of the run.
  Time begin_of(std::size_t fault) const { return courses_[fault].begin; }
  std::optional<Time> end_of(std::size_t fault) const { return courses_[fault].end; }
  const std::optional<DutyCycle>& duty_cycle(std::size_t fault) const { return courses_[fault].duty_cycle; }
  // All faults, in order of their beginnings.
  std::span<const std::size_t> by_begin() const { return by_begin_; }

  // When a fault begins, ends, or goes on or off, next after what was processed.
  std::optional<Time> next_at() const;
  // Some fault is on its ramp: its strength has to be read again at each step.
  bool ramping(Time t) const;
  // How long a step may be while something is on its ramp.
  Duration ramp_step(Time t) const;

  // What is due of a fault at t happens to it, in this order; false: nothing was due.
  bool begin_if_due(std::size_t fault, Time t);
  bool turn_if_due(std::size_t fault, Time t);
  bool ends(std::size_t fault, Time t) const;
  void finish(std::size_t fault);

  // From 0 to 1, probability included; 0 where it is not on. `late` is by how much its duty cycle begins later.
  double strength(std::size_t fault, Time t, Duration late = {}) const;
  // The integral of that from one time to another, the duty cycle on average.
  double exposure_s(std::size_t fault, Time from, Time to) const;

 private:
  struct Course {
    FaultSpec spec;
    Time begin = Time::max();
    std::optional<Time> end;
    std::optional<Time> ends_by_itself;  // at the latest
    bool begun = false;
    bool ended = false;
    std::optional<DutyCycle> duty_cycle;
    std::optional<Time> next_turn;  // by its duty cycle, or once
    std::vector<Duration> lates;

    bool on() const { return begun && !ended; }
  };

  std::expected<Course*, std::string> find(std::string_view fault);
  static Time next_turn(const Course& course, Time t);

  std::vector<Course> courses_;
  std::vector<std::size_t> by_begin_;
};

}  // namespace firedrill::fake_services
