// Virtual time for coroutines: what acts (a request, a source of requests) is a coroutine that waits, for a time or for
// another to wake it. Whoever acts first at one instant is who was woken first.
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <exception>
#include <queue>
#include <utility>
#include <vector>

namespace firedrill::world_oracle {

// A coroutine that starts at once and that nobody waits for; its frame goes when it ends, or with the tasks it is in.
class Tasks;
struct Task {
  struct promise_type {
    promise_type* before = nullptr;
    promise_type* after = nullptr;
    Tasks* tasks = nullptr;
    template <typename First, typename... Rest>
    explicit promise_type(First& owner, Rest&...);
    ~promise_type();
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

// Those that have not ended. Whoever's member functions are tasks derives from it.
class Tasks {
 public:
  Tasks() = default;
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  ~Tasks() { end_all(); }

 protected:
  void end_all() {
    while (first_ != nullptr) std::coroutine_handle<Task::promise_type>::from_promise(*first_).destroy();
  }

 private:
  friend struct Task::promise_type;
  Task::promise_type* first_ = nullptr;
};

template <typename First, typename... Rest>
Task::promise_type::promise_type(First& owner, Rest&...) : tasks(&owner) {
  after = tasks->first_;
  if (after != nullptr) after->before = this;
  tasks->first_ = this;
}
inline Task::promise_type::~promise_type() {
  (before != nullptr ? before->after : tasks->first_) = after;
  if (after != nullptr) after->before = before;
}

// A coroutine that gives its caller a value.
template <typename T>
class Step {
 public:
  struct promise_type {
    T value{};
    std::coroutine_handle<> caller;
    Step get_return_object() { return Step(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Back {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
          return h.promise().caller;
        }
        void await_resume() noexcept {}
      };
      return Back{};
    }
    void return_value(T v) { value = v; }
    void unhandled_exception() { std::terminate(); }
  };
  explicit Step(std::coroutine_handle<promise_type> h) : handle_(h) {}
  Step(Step&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  Step& operator=(Step&&) = delete;
  ~Step() {
    if (handle_) handle_.destroy();
  }
  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
    handle_.promise().caller = caller;
    return handle_;
  }
  T await_resume() { return handle_.promise().value; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

// The right to wake one who waits, once; whoever comes later than another does nothing. By default nobody waits.
struct Token {
  std::uint32_t slot = 0;
  std::uint32_t turn = 0;
};

class Engine {
 public:
  double now() const { return now_; }

  Token token() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return {slot, slots_[slot].turn};
  }
  // Whether it still waits; who waits is handed the result.
  bool waits(Token t) const { return t.turn != 0 && slots_[t.slot].turn == t.turn; }
  bool wake(Token t, int result) {
    if (!waits(t)) return false;
    ++slots_[t.slot].turn;
    slots_[t.slot].result = result;
    awake_.push_back(t.slot);
    return true;
  }
  void wake_at(double at, Token t, int result) { later_.push({at, ++sequence_, t, result}); }

  struct Wait {
    Engine& engine;
    Token token;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> h) { engine.slots_[token.slot].handle = h; }
    int await_resume() {
      engine.free_.push_back(token.slot);
      return engine.slots_[token.slot].result;
    }
  };
  Wait wait(Token t) { return {*this, t}; }
  Wait sleep(double seconds) {
    const Token t = token();
    wake_at(now_ + seconds, t, 0);
    return {*this, t};
  }

  // Everything up to `until`.
  void run(double until) {
    for (;;) {
      while (!awake_.empty()) {
        const std::uint32_t slot = awake_.front();
        awake_.pop_front();
        slots_[slot].handle.resume();
      }
      if (later_.empty() || later_.top().at > until) break;
      const Later next = later_.top();
      later_.pop();
      if (!waits(next.token)) continue;
      now_ = next.at;
      wake(next.token, next.result);
    }
    now_ = until;
  }

 private:
  struct Slot {
    std::coroutine_handle<> handle;
    std::uint32_t turn = 1;
    int result = 0;
  };
  struct Later {
    double at;
    std::uint64_t sequence;
    Token token;
    int result;
    bool operator<(const Later& other) const { return at != other.at ? at > other.at : sequence > other.sequence; }
  };
  double now_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::deque<std::uint32_t> awake_;
  std::priority_queue<Later> later_;
};

}  // namespace firedrill::world_oracle
