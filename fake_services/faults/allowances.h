// What is left of faults that are over after their first n requests or connections, for all who carry them out: numbers
// in memory that processes share, so that all of them together hit n and no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "base/files/descriptor.h"

namespace firedrill::fake_services {

class Allowances {
 public:
  // One for each of so many faults, all 0. The error: this machine gives no memory that can be shared.
  static std::expected<std::shared_ptr<Allowances>, std::string> make(std::size_t faults);
  // Those that another process made and passed on; null: the descriptor is none of theirs.
  static std::shared_ptr<Allowances> of(Descriptor descriptor);
  ~Allowances();
  Allowances(const Allowances&) = delete;
  Allowances& operator=(const Allowances&) = delete;

  // From now on.
  void grant(std::size_t fault, std::uint64_t n);
  // Takes one; false: none is left, none was granted yet, or there is no such fault.
  bool take(std::size_t fault);
  std::uint64_t left(std::size_t fault) const;
  // All that it was granted is taken.
  bool is_used_up(std::size_t fault) const;
  // Those that are granted some. A request is of the time while some was left if it began in it.
  struct Granted {
    std::size_t fault = 0;
    double from_s = 0;   // of the stopwatch, which is one for all processes: when they were granted,
    double until_s = 0;  // and when the last was taken
    bool covers(double began_s) const { return began_s >= from_s && began_s <= until_s; }
  };
  std::vector<Granted> granted() const;
  // To be passed on to a process.
  int descriptor() const { return descriptor_.get(); }

 private:
  // Obeyed as atomics.
  struct Count {
    std::int64_t left = 0;
    std::int64_t granted = 0;
    double from_s = 0;
    double until_s = 0;  // 0: some is left, or nothing was granted
  };
  Allowances(Descriptor descriptor, Count* counts, std::size_t size)
      : descriptor_(std::move(descriptor)), counts_(counts), size_(size) {}
  static Count* map(int descriptor, std::size_t size);

  Descriptor descriptor_;
  Count* counts_;
  std::size_t size_;
};

// That of one fault.
struct Allowance {
  std::shared_ptr<Allowances> of;  // null: it may hit any number
  std::size_t fault = 0;
  bool take() const { return of == nullptr || of->take(fault); }
  bool operator==(const Allowance&) const = default;
};

}  // namespace firedrill::fake_services
