// A queue of future events in total order: by time, and among equal times in the order in which they were added.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <algorithm>

#include "base/time.h"

namespace firedrill {

template <typename Event>
class EventQueue {
 public:
  void add(Time at, Event event) {
    heap_.push_back({at, next_++, std::move(event)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // When the next event is due; nothing if there is none.
  std::optional<Time> next_at() const { return heap_.empty() ? std::nullopt : std::optional<Time>(heap_.front().at); }
  // Takes the next event. The queue must not be empty.
  std::pair<Time, Event> take() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    return {entry.at, std::move(entry.event)};
  }

 private:
  struct Entry {
    Time at;
    std::uint64_t sequence;
    Event event;
  };
  static bool later(const Entry& a, const Entry& b) { return a.at != b.at ? a.at > b.at : a.sequence > b.sequence; }
  std::vector<Entry> heap_;
  std::uint64_t next_ = 0;
};

}  // namespace firedrill
