// How much memory the process has and may have, as far as the system tells.
#pragma once

#include <cstdint>
#include <optional>

namespace firedrill {

// Reads the resident size again and again without opening or allocating anything.
class ResidentSize {
 public:
  ResidentSize();
  ~ResidentSize();
  ResidentSize(const ResidentSize&) = delete;
  ResidentSize& operator=(const ResidentSize&) = delete;

  // In bytes; nothing where the system does not tell.
  std::optional<std::uint64_t> now() const;

 private:
  int file_;
  std::uint64_t page_;
};

// The narrowest of the limits that stand over the process: its own (ulimit -v, -d), its control group's and the groups'
// above it, the machine's memory. Nothing where none is known.
std::optional<std::uint64_t> memory_limit();

}  // namespace firedrill
