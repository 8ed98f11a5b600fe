// Work that is done by several threads, each piece by one of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace firedrill {

// Calls `work(i)` for each i below `count`, in any order, on so many threads; 0: as many as there are processors.
template <typename Work>
void in_parallel(std::size_t count, unsigned jobs, const Work& work) {
  const std::size_t wanted = jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next = 0;
  const auto drain = [&] {
    for (std::size_t i = 0; (i = next++) < count;) work(i);
  };
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 1; i < std::min(wanted, count); ++i) threads.emplace_back(drain);
  } catch (const std::system_error&) {
    // The system gives no more threads: those that are there do the work.
  }
  drain();
}

}  // namespace firedrill
