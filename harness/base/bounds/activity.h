// What each thread is working on, for whoever has to say why the program must stop (base/bounds/budget.h, cli/net.h).
// Saying so costs a store or two, so that it may be said for each evaluation of a rule, though not for each sample.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "base/diagnostic.h"

namespace firedrill {

class Activity {
 public:
  // The place of what is being worked on: a rule, an expectation, a file. It must live until the scope ends, and what
  // it points into until the program does or nobody can be looking any more.
  explicit Activity(const Position& where);
  // Where there is no place: a short static text that completes "while …", as "reading the record".
  explicit Activity(const char* doing);
  ~Activity();
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;

  // Goes on to another place within the same scope, which said a place before.
  void at(const Position& where) { slot_.where.store(&where, std::memory_order_release); }

  // What one thread says; one of the two, or neither.
  struct Saying {
    const Position* where = nullptr;
    const char* doing = nullptr;
  };
  static Saying here();
  // What the threads at work say, as many as fit; returns how many did. Neither allocates nor locks.
  static std::size_t everywhere(std::array<Saying, 4>& to);

 private:
  // A thread's place among all.
  struct Slot {
    std::atomic<bool> taken = false;
    std::atomic<const Position*> where = nullptr;
    std::atomic<const char*> doing = nullptr;
  };
  class OwnSlot;
  static std::array<Slot, 256> slots;
  static Slot& own();
  static Saying said(const Slot& slot);
  void set(Saying saying);

  Slot& slot_;
  Saying outer_;
};

}  // namespace firedrill
