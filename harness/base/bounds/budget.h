// What a whole command may use: a plain object that cli makes and everything that works for the command is handed, by
// all threads alike. The bounds count what the inputs ask for, not seconds or bytes of the machine, so that the same
// inputs are refused on every machine. Each is far above what real use needs; a single expression or template has
// narrower bounds of its own (promql/cost.h, template/bounds.h).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace firedrill {

enum class Bound {
  samples_held,     // by prepared expressions: windows of subqueries, results over time
  samples_read,     // by evaluations, each as often as it is read
  samples_loaded,   // scraped, or of the series of tests and scripts
  samples_decoded,  // of series files
  sample_bytes,     // that stores hold at once
  label_bytes,      // of label sets, alerts and annotations held at once
  record_bytes,     // of what a run writes down
  series,           // in stores at once
  evaluations,      // of rules, expectations and queries
  template_steps,
  regex_size,   // of regular expressions, each different one once
  regex_steps,  // of theirs, where they must go many ways at once
};
inline constexpr std::size_t kBounds = 12;

struct BoundInfo {
  Bound bound;
  std::string_view name;    // "samples-held", as --limit has it
  std::string_view what;    // "samples would be held …", behind their number in messages
  std::int64_t most;        // unless --limit says otherwise
  bool at_once;             // about what is there at the same time, not about what has been
  std::string_view remedy;  // what the author of the inputs can do
  std::string_view doc;
};
std::span<const BoundInfo> bound_table();
const BoundInfo& info_of(Bound bound);

class Budget {
 public:
  Budget();
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // 0: no bound.
  void limit(Bound bound, std::int64_t most);

  // Counts so many more. False, now and of every later call, if that is more than there may be: what asked must stop.
  bool take(Bound bound, std::int64_t count);
  // The same without counting: as if so many more were to come.
  bool would_take(Bound bound, std::int64_t count);
  // Counts so many more if there may be so many; nothing is exceeded if not.
  bool try_take(Bound bound, std::int64_t count);
  // A single expression exceeds a bound of its own: the command must end as well.
  void refuse(std::string what, std::string remedy);
  // What take() counted is there no longer.
  void give_back(Bound bound, std::int64_t count) { used(bound).fetch_sub(count, std::memory_order_relaxed); }

  bool exceeded() const { return exceeded_.load(std::memory_order_acquire); }
  // What was exceeded first, at the place that was being worked on then (base/bounds/activity.h). Only if exceeded().
  Diagnostic diagnostic() const;
  // The same in a few words, for where a text is wanted.
  std::string summary() const;

 private:
  std::atomic<std::int64_t>& used(Bound bound) { return used_[static_cast<std::size_t>(bound)]; }
  void note(Bound bound, std::int64_t wanted);
  void note_place();

  std::array<std::int64_t, kBounds> most_{};
  std::array<std::atomic<std::int64_t>, kBounds> used_{};
  std::atomic<bool> exceeded_ = false;
  mutable std::mutex noting_;
  std::optional<Bound> first_;
  std::int64_t wanted_ = 0;
  std::string refused_;  // instead: by refuse()
  std::string remedy_;
  Position where_;
  std::string doing_;
};

// One owner's part of a bound. It is taken in portions, so that to count costs a comparison, and given back at the end
// where the bound is about what is there at once.
class Share {
 public:
  Share(Budget* budget, Bound bound, std::int64_t portion);
  Share(Share&& other) noexcept;
  Share& operator=(Share&& other) noexcept;
  ~Share() { release(); }

  // The owner uses so many in all now. False if they are more than there may be.
  bool use(std::int64_t total) { return (total <= have_ && have_ - total <= 4 * portion_) || settle(total); }
  // Up to so many use() says yes.
  std::int64_t have() const { return have_; }
  Budget* budget() const { return budget_; }

 private:
  bool settle(std::int64_t total);
  void release();

  Budget* budget_;  // null: no bounds
  Bound bound_;
  std::int64_t portion_;
  std::int64_t have_ = 0;
};

}  // namespace firedrill
