#include "base/bounds/budget.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/bounds/activity.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kMiB = 1 << 20;

constexpr std::array<BoundInfo, kBounds> kTable{{
    {Bound::samples_held, "samples-held", "samples would be held by expressions at once", 100 * kMillion, true,
     "shorten the ranges of the subqueries, or lengthen their steps",
     "Samples that expressions hold at once: the windows of subqueries, results over time."},
    {Bound::samples_read, "samples-read", "samples would be read by expressions in all", kMillion* kMillion, false,
     "shorten the ranges, evaluate less often, or let a recording rule prepare what is read again and again",
     "Samples that expressions read in all, each as often as it is read."},
    {Bound::samples_loaded, "samples-loaded", "samples would be stored in all", 20'000 * kMillion, false,
     "shorten the time, lengthen the interval between samples, or have fewer series",
     "Samples that are scraped, or loaded by unit tests, in all."},
    {Bound::samples_decoded, "samples-decoded", "samples would be unpacked from series files", 2'000 * kMillion, false,
     "see whether the record is what `firedrill run` wrote", "Samples in the series file of a record."},
    {Bound::sample_bytes, "sample-bytes", "bytes of samples would be held in stores at once", 3072 * kMiB, true,
     "shorten the ranges or the series, or lengthen the interval between values",
     "Bytes of the samples that are stored at once."},
    {Bound::label_bytes, "label-bytes", "bytes of labels and annotations would be held at once", 1024 * kMiB, true,
     "shorten what templates and label functions make, or give fewer label sets",
     "Bytes of the label sets, alerts and annotations that are held at once."},
    {Bound::record_bytes, "record-bytes", "bytes would be written down in the record or an export", 1024 * kMiB, false,
     "shorten the run, the alerts' labels and annotations, let alerts change less often, or keep fewer series",
     "Bytes of what a run writes down, beside its samples; of an export twice, since it is held twice while it grows."},
    {Bound::series, "series", "series would be stored at once", kMillion, true,
     "drop labels whose values never end, or have fewer series", "Series that are stored at once."},
    {Bound::evaluations, "evaluations", "evaluations would be made in all", 1'000 * kMillion, false,
     "lengthen the interval or the step, or shorten the time", "Evaluations of rules and of expectations in all."},
    {Bound::template_steps, "template-steps", "steps would be made by templates in all", 1'000 * kMillion, false,
     "simplify the template, or let the alert change less often",
     "Steps that the templates of labels and annotations make in all."},
    {Bound::regex_size, "regex-size", "instructions would be compiled of regular expressions in all", 10 * kMillion,
     false, "repeat less (`{0,900}`), repeat smaller classes than those of `\\p`, or write fewer different expressions",
     "Instructions of the regular expressions that are compiled, each different one once, and at least a hundred for "
     "each. `\\pL{0,900}` has a million, the usual expression less than a thousand."},
    {Bound::regex_steps, "regex-steps", "steps would be made by regular expressions in all", 1000 * kMillion, false,
     "shorten the texts that are matched, or let the expression leave less open: fewer `.` and classes, repeated less",
     "Steps of regular expressions that must follow many ways through a text at once, and of those that take groups "
     "out "
     "of long texts."},
}};

}  // namespace

std::span<const BoundInfo> bound_table() {
  return kTable;
}

const BoundInfo& info_of(Bound bound) {
  return kTable[static_cast<std::size_t>(bound)];
}

Budget::Budget() {
  for (const BoundInfo& info : kTable) limit(info.bound, info.most);
}

void Budget::limit(Bound bound, std::int64_t most) {
  most_[static_cast<std::size_t>(bound)] = most > 0 ? most : std::numeric_limits<std::int64_t>::max();
}

bool Budget::take(Bound bound, std::int64_t count) {
  if (!would_take(bound, count)) return false;
  // Another thread may have passed at the same time: then the bound is exceeded by a portion, which does no harm.
  used(bound).fetch_add(count, std::memory_order_relaxed);
  return true;
}

bool Budget::try_take(Bound bound, std::int64_t count) {
  const std::int64_t before = used(bound).load(std::memory_order_relaxed);
  if (exceeded() || count > most_[static_cast<std::size_t>(bound)] - before) return false;
  used(bound).fetch_add(count, std::memory_order_relaxed);
  return true;
}

bool Budget::would_take(Bound bound, std::int64_t count) {
  if (exceeded()) return false;
  const std::int64_t most = most_[static_cast<std::size_t>(bound)];
  const std::int64_t before = used(bound).load(std::memory_order_relaxed);
  if (count <= most - before) return true;
  note(bound, count > std::numeric_limits<std::int64_t>::max() - before ? count : before + count);
  return false;
}

void Budget::note(Bound bound, std::int64_t wanted) {
  const std::scoped_lock lock(noting_);
  if (exceeded()) return;
  first_ = bound;
  wanted_ = wanted;
  note_place();
}

void Budget::refuse(std::string what, std::string remedy) {
  const std::scoped_lock lock(noting_);
  if (exceeded()) return;
  refused_ = std::move(what);
  remedy_ = std::move(remedy);
  note_place();
}

void Budget::note_place() {
  const Activity::Saying saying = Activity::here();
  if (saying.where != nullptr) where_ = *saying.where;
  if (saying.doing != nullptr) doing_ = saying.doing;
  exceeded_.store(true, std::memory_order_release);
}

std::string Budget::summary() const {
  const std::scoped_lock lock(noting_);
  if (!first_) return refused_;
  const BoundInfo& info = info_of(*first_);
  const std::string most = describe_count(static_cast<double>(most_[static_cast<std::size_t>(*first_)]));
  const std::string wanted = describe_count(static_cast<double>(wanted_));
  // Rounded, the two may look the same.
  const std::string count = wanted == most ? "more than " + most : wanted;
  return format("{} {}{}, and a whole command may have {}", count, info.what,
                doing_.empty() ? "" : format(" (while {})", doing_), most);
}

Diagnostic Budget::diagnostic() const {
  std::string what = summary();
  const std::scoped_lock lock(noting_);
  if (!first_) return {Severity::error, where_, std::move(what), remedy_};
  const BoundInfo& info = info_of(*first_);
  return {Severity::error, where_, std::move(what),
          format("{}; --limit {}=N sets another bound, 0 none", info.remedy, info.name)};
}

Share::Share(Budget* budget, Bound bound, std::int64_t portion) : budget_(budget), bound_(bound), portion_(portion) {}

Share::Share(Share&& other) noexcept
    : budget_(other.budget_), bound_(other.bound_), portion_(other.portion_), have_(std::exchange(other.have_, 0)) {}

Share& Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  release();
  budget_ = other.budget_;
  bound_ = other.bound_;
  portion_ = other.portion_;
  have_ = std::exchange(other.have_, 0);
  return *this;
}

bool Share::settle(std::int64_t total) {
  const bool at_once = info_of(bound_).at_once;
  if (total <= have_ && !at_once) return true;
  if (total <= have_) {
    const std::int64_t more = have_ - total - portion_;
    if (budget_ != nullptr) budget_->give_back(bound_, more);
    have_ -= more;
    return true;
  }
  const std::int64_t missing = total - have_;
  const std::int64_t portion = std::max(missing, portion_);
  // Where there is no room for a portion, there may be for what is missing.
  const bool whole = budget_ == nullptr || budget_->try_take(bound_, portion);
  if (!whole && !budget_->take(bound_, missing)) return false;
  have_ += whole ? portion : missing;
  return true;
}

void Share::release() {
  if (budget_ != nullptr && info_of(bound_).at_once) budget_->give_back(bound_, have_);
  have_ = 0;
}

}  // namespace firedrill
