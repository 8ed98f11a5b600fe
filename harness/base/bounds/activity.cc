#include "base/bounds/activity.h"

namespace firedrill {

// More threads than there are slots work unseen; nobody has so many processors to spare for one command. It is the one
// thing that all threads and a handler of the operating system's must find without being told where it is.
constinit std::array<Activity::Slot, 256> Activity::slots;

// A thread's own slot, from its first activity to its end.
class Activity::OwnSlot {
 public:
  OwnSlot() {
    for (Slot& slot : slots) {
      if (slot.taken.exchange(true)) continue;
      slot_ = &slot;
      return;
    }
  }
  ~OwnSlot() {
    if (slot_ != &unseen_) slot_->taken = false;
  }
  OwnSlot(const OwnSlot&) = delete;
  OwnSlot& operator=(const OwnSlot&) = delete;
  Slot& operator*() { return *slot_; }

 private:
  Slot unseen_;
  Slot* slot_ = &unseen_;
};

Activity::Slot& Activity::own() {
  thread_local OwnSlot slot;
  return *slot;
}

Activity::Saying Activity::said(const Slot& slot) {
  return {slot.where.load(std::memory_order_acquire), slot.doing.load(std::memory_order_acquire)};
}

Activity::Activity(const Position& where) : slot_(own()), outer_(said(slot_)) {
  set({&where, nullptr});
}

Activity::Activity(const char* doing) : slot_(own()), outer_(said(slot_)) {
  set({nullptr, doing});
}

Activity::~Activity() {
  set(outer_);
}

void Activity::set(Saying saying) {
  slot_.where.store(saying.where, std::memory_order_release);
  slot_.doing.store(saying.doing, std::memory_order_release);
}

Activity::Saying Activity::here() {
  return said(own());
}

std::size_t Activity::everywhere(std::array<Saying, 4>& to) {
  std::size_t found = 0;
  for (const Slot& slot : slots) {
    if (found == to.size()) break;
    if (!slot.taken.load(std::memory_order_acquire)) continue;
    const Saying saying = said(slot);
    if (saying.where != nullptr || saying.doing != nullptr) to[found++] = saying;
  }
  return found;
}

}  // namespace firedrill
