// What a command may use, as its options say: --timeout and --max-memory (cli/net.h), --limit (base/bounds/budget.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounds/budget.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/net.h"

namespace firedrill::cli {

class Bounds {
 public:
  Bounds() = default;
  Bounds(const Bounds&) = delete;
  Bounds& operator=(const Bounds&) = delete;
  ~Bounds();

  void declare(Arguments arguments);

  // The net stands from here on: to be called when the command begins to work.
  void start();
  // And no longer from here on: when nothing is left to do but to put what has been made in its place.
  void stop() { net_.reset(); }

  // What passes by a clock of its own (a live run) is not counted from here on, until it goes on.
  void stop_time();
  void go_on_with_time();
  // Others take their time from here on (agents, for one): a --timeout that is given stays, the usual one does not.
  void wait_for_others();
  // The --timeout that is given; nothing: none is, or no bound.
  std::optional<Duration> asked_timeout() const;

  // Of what the user says of bounds, for a budget of a part of the command.
  void apply_limits(Budget& budget) const;

  Budget& budget() { return budget_; }
  const Budget& budget() const { return budget_; }
  // Whether the budget is exceeded; if it is, that has been printed, and the command must end with kBadInput.
  bool exceeded();

 private:
  Budget budget_;
  std::optional<Duration> timeout_;          // as the user says
  std::vector<std::string> limits_;          // as given; they are in budget_
  std::optional<std::uint64_t> max_memory_;  // as the user says
  std::unique_ptr<Net> net_;
  bool started_ = false;
};

// The place of a file as a whole, as the user names it: what is at work while it is read.
Position named_file(const std::string& path);

// "512MiB", "2GiB", "1000000", "4GB"; nothing if it is no number of bytes.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
// "250000", "40M", "2G".
std::optional<std::int64_t> parse_count(std::string_view text);

}  // namespace firedrill::cli
