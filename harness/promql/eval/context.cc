#include "promql/eval/context.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/time.h"

namespace firedrill::promql {
namespace {

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

// RFC 3339 to the second.
std::string format_second(std::int64_t ms) {
  std::string text = format_instant(Time(Duration(ms / 1000 * 1000)));
  if (const std::size_t fraction = text.find(".000Z"); fraction != std::string::npos) text.erase(fraction, 4);
  return text;
}

// Taken from the whole command's bounds at a time.
constexpr std::int64_t kSamplesHeldAtATime = 1 << 10;
constexpr std::int64_t kSamplesReadAtATime = 1 << 16;
constexpr std::int64_t kLabelBytesAtATime = 1 << 12;
// What a row costs besides its labels, in its table and in those that are derived from it.
constexpr std::size_t kBytesOfRow = 128;

}  // namespace

Context::Context(const Queryable& from, const Options& of)
    : data(&from),
      options(of),
      held_share(from.budget(), Bound::samples_held, kSamplesHeldAtATime),
      read_share(from.budget(), Bound::samples_read, kSamplesReadAtATime),
      label_share(from.budget(), Bound::label_bytes, kLabelBytesAtATime) {}

void Context::look_at_work() {
  if (work - work_from > options.max_read) fail(std::string(kTooManyRead));
  look_at_clock();
  if (!read_share.use(work)) fail_of_budget();
  set_work_to();
}

void Context::look_at_clock() {
  visited = 0;
  if (options.interrupt != nullptr && options.interrupt->is_due()) fail(std::string(kTimedOut));
}

void Context::set_work_to() {
  work_to = std::min(work_from + options.max_read, read_share.have());
  if (options.interrupt != nullptr) work_to = std::min(work_to, work + kBetweenLooks);
}

void Context::hold_labels(const model::Labels& labels) {
  hold_bytes(kBytesOfRow + labels.bytes());
}

void Context::hold_bytes(std::size_t bytes) {
  label_bytes += static_cast<std::int64_t>(bytes);
  if (!label_share.use(label_bytes)) fail_of_budget();
}

void Context::fail_of_budget() {
  if (const Budget* budget = data->budget()) fail(budget->summary());
}

void Context::warn(std::string text, const Expr& where) {
  if (annotations == nullptr) return;
  add_once(annotations->warnings, format("PromQL warning: {} ({}:{})", text, where.line, where.column));
}

void Context::inform(std::string text, const Expr& where, bool lost) {
  if (annotations == nullptr) return;
  add_once(annotations->infos, format("PromQL info: {} ({}:{})", text, lost ? 1 : where.line, lost ? 1 : where.column));
}

void Context::inform_of_mending(std::string text, const Mending& mending, const Expr& where) {
  if (annotations == nullptr) return;
  std::string place = format("({}:{})", where.line, where.column);
  auto& all = annotations->mended;
  auto one = std::ranges::find_if(all, [&](const auto& m) { return m.about == text && m.where == place; });
  if (one == all.end()) {
    one = all.insert(all.end(), {std::move(text), std::move(place), annotations->infos.size(), mending.lowest,
                                 mending.highest, mending.difference, now, now, 0});
    annotations->infos.emplace_back();
  }
  one->lowest = std::min(one->lowest, mending.lowest);
  one->highest = std::max(one->highest, mending.highest);
  one->difference = std::max(one->difference, mending.difference);
  one->from = std::min(one->from, now);
  one->to = std::max(one->to, now);
  ++one->samples;
  annotations->infos[one->info] =
      format("PromQL info: {}, from buckets {} to {}, with a max diff of {}, over {} samples from {} to {} {}",
             one->about, format_go_g(one->lowest), format_go_g(one->highest), format("{:.2g}", one->difference),
             one->samples, format_second(one->from), format_second(one->to), one->where);
}

}  // namespace firedrill::promql
